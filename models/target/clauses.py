"""Where a French or English post turns: its clauses, and how each is tied to the one before."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from models.target.line import BRAND, RIVAL


class Tie(Enum):
    """What stands between a clause and the one before."""

    SENTENCE = "sentence"
    COMMA = "comma"
    CONTRAST = "contrast"
    """“but”: what follows goes against what came before, and has the last word."""
    PARALLEL = "parallel"
    """“whereas”: the two sides are about different things."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a line, from `start` to `end`, and its tie to the piece before."""

    start: int
    end: int
    tie: Tie


_DID: Final = (
    "rebooked|replaced|refunded|sent|shipped|overnighted|delivered|lent|gave|offered|found|fixed|sorted|helped"
    "|recovered|upgraded|covered|paid|waived|stepped in|stepped up|held the|waited for|stayed open|was open"
    "|(?:took|picked|walked|drove|got|put|let|brought|kept) (?:care|me|us|my|our)"
)
_A_FAIT: Final = (
    "remplace|rembourse|envoye|expedie|livre|prete|donne|offert|trouve|repare|regle|aide|pris en charge|attendu"
    "|tenu|ramene|replace|reloge|surclasse|couvert|paye|rappele|accueilli|depanne|sauve|fait un geste"
)
DEED: Final = (
    rf"(?:(?:(?:just|even|then|actually|still|already|kindly|immediately|really|quickly|gladly) )?(?:{_DID})"
    r"|(?:nous |m'|l'|t'|les |leur |lui )?(?:en )?(?:a|ont) "
    rf"(?:(?:tout|deja|bien|vite|gentiment|immediatement|meme) )?(?:{_A_FAIT})e?s?"
    r"|(?:etait|est reste) ouvert)\b"
)
"""What a company does for somebody who is in trouble."""
_PARALLEL: Final = (
    r"(?:whereas|unlike|compared (?:to|with)|contrairement a|a la difference de|a l'inverse|rien a voir avec"
    r"|(?<=, )while(?! i\b| we\b)|(?:alors|tandis) qu(?:e\b|')(?! ?(?:j'|je\b|on\b|nous\b|tout\b|c'est\b|il\b)))"
)
_CONTRAST: Final = (
    r"(?:(?:but|however|nevertheless|except|although|even though|(?<=, )though|(?<=, )yet|at least"
    r"|thanks? (?:god|goodness|heavens)|thankfully|luckily|fortunately"
    r"|mais|par contre|en revanche|pourtant|cependant|toutefois|neanmoins|heureusement|dieu merci|au moins)\b"
    rf"|(?:sauf|dommage) qu(?:e\b|')|(?:seule?s?|only) (?=[{BRAND}]))"
)
_CUT: Final = re.compile(
    r"(?P<sentence>[.!?…]+[\"'»”)]*(?=\s|$)|\n+|;|\s[-–—]+\s|—)"
    rf"|\b(?P<parallel>{_PARALLEL})"
    rf"|\b(?P<contrast>{_CONTRAST})"
    r"|(?P<comma>,(?=\s)|\s?:(?=\s))"
    r"|(?<=\s)(?<!\band )(?<!\bet )(?<!\bthen )(?<!\bpuis )(?<!\bla )(?<!\ble )(?<!\bthe )"
    rf"(?P<deed>(?=(?:(?:and|et|then|puis) )?(?:la |le |the )?[{BRAND}]+(?:'s)?(?: [a-z]+)? {DEED}))"
)
_OTHER_SIDE_FIRST: Final = re.compile(
    rf"[\s.!?…]*(?:{_PARALLEL}|although|even though|though|while|despite|in spite of|bien que|quoique|malgre)\b"
)
"""A sentence that begins so has its own point after the comma."""
_NAMES: Final = re.compile(
    r"\s*(?:(?:and|et|the|la|le|les|chez|celui de|celle de|my|mon|ma|mes|our|this|these|ce|ces|cette|notre|nos) |l')?"
    rf"[{BRAND}{RIVAL}]"
)
_CARRIES_ON: Final = re.compile(r"[\s.!?…;]*(?:they|he|she|it|ils?|elles?|eux|leurs?|their|the (?:staff|crew))\b")


def clauses(line: str) -> list[Clause]:
    """The clauses of a flat, marked line, in order, without gaps.

    A comma parts two clauses only where the second is about a brand that it names first, or where the sentence began
    with its other side (“unlike …,”).

    >>> line = "unlike them, on time. i was sad but it was fine"
    >>> [(line[c.start:c.end], c.tie.value) for c in clauses(line)][1:]
    [(', on time', 'parallel'), ('. i was sad ', 'sentence'), ('but it was fine', 'contrast')]
    """
    found: list[Clause] = []
    start, said, tie, opening = 0, 0, Tie.SENTENCE, True
    for match in _CUT.finditer(line):
        kind = _kind(match, line, start, opening=opening)
        if kind is None:
            continue
        if not _says(line[said : match.start()]):
            # “. But …”: one cut, and the stronger tie counts.
            tie = kind if kind in (Tie.CONTRAST, Tie.PARALLEL) else tie
            said = match.end()
            continue
        found.append(Clause(start, match.start(), tie))
        start, said, tie, opening = match.start(), match.end(), kind, kind is Tie.SENTENCE
    if _says(line[said:]) or not found:
        return [*found, Clause(start, len(line), tie)]
    return [*found[:-1], Clause(found[-1].start, len(line), found[-1].tie)]


def _kind(match: re.Match[str], line: str, start: int, *, opening: bool) -> Tie | None:
    """The tie that a place to cut makes; None: no cut there."""
    if match.lastgroup == "deed":
        return Tie.COMMA
    if match.lastgroup != "comma":
        return Tie(str(match.lastgroup))
    if opening and _OTHER_SIDE_FIRST.match(line, start) is not None:
        return Tie.PARALLEL
    return Tie.COMMA if _NAMES.match(line, match.end()) is not None else None


def _says(piece: str) -> bool:
    return any(letter.isalnum() or letter in (BRAND, RIVAL) for letter in piece)


def carries_on(piece: str) -> bool:
    """Whether a sentence begins with a pronoun for what the one before was about."""
    return _CARRIES_ON.match(piece) is not None

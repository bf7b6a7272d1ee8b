"""Where a French or English post turns: its clauses, and how each is tied to the one before."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from models.target.deeds import DETERMINER, DOES, NAME
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
    rf"|(?<=\s)(?P<deed>{NAME}(?={BRAND}*{DOES}))"
)
_OTHER_SIDE_FIRST: Final = re.compile(
    rf"[\s.!?…]*(?:{_PARALLEL}|although|even though|though|while|despite|in spite of|bien que|quoique|malgre)\b"
)
"""A sentence that begins so has its own point after the comma."""
_NAMES: Final = re.compile(rf"\s*(?:{NAME}|(?:(?:and|et) )?(?:{DETERMINER} )?{RIVAL})")
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
        start, tie, opening = match.start(), kind, kind is Tie.SENTENCE
        said = start if match.lastgroup == "deed" else match.end()
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

"""What a post says *about the brand*: where its clause, not the whole text, decides.

Rules say whether a post may mean something else for the brand than on the whole; then its own clause is classified.
Where nothing is certain the whole text's sentiment stands: a missed complaint is worse than a false one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from models.records import Sentiment
from models.sentiment.classifier import MAX_CHARACTERS
from models.target.clauses import Clause, Tie, carries_on, clauses
from models.target.cues import cue_of, does_good, has_culprit, is_sarcastic
from models.target.grounds import Ground
from models.target.line import BRAND, RIVAL, Span, body, flat, marked

_EDGES: Final = " ,;.:…\n"
SURE: Final = 0.35
"""A clause less likely than this to be negative is not."""


_BY_WORDS: Final = (Ground.ASIDE, Ground.PRAISED, Ground.BLAMED, Ground.OUTDONE, Ground.UNLIKE, Ground.RESCUE)
_AGAINST_PRAISE: Final = (Ground.BLAMED, Ground.OUTDONE, Ground.UNLIKE)
"""Praise for somebody else; a neutral post only compares, unless it warns."""
_TO_POSITIVE: Final = (Ground.PRAISED, Ground.UNLIKE, Ground.RESCUE)
_TWO_SIDED: Final = (Ground.CONTRAST, Ground.RIVAL)


@dataclass(frozen=True, slots=True)
class Reading:
    """A ground to read a post otherwise for the brand, the brand's own part of the text, and the rest of it."""

    ground: Ground
    own: str = ""
    rest: str = ""

    def asks(self, whole: Sentiment) -> tuple[str, ...]:
        """The texts that must be classified too, given the whole text's sentiment."""
        if self.ground in _TWO_SIDED:
            return (self.own, self.rest) if whole.label == "negative" else (self.own,)
        if self.ground in _BY_WORDS or not self.own or whole.label != "negative":
            return ()
        return (self.own,)

    def towards(self, whole: Sentiment, answers: Sequence[Sentiment] = ()) -> Sentiment:
        """The sentiment towards the brand; `whole` itself where it stands. `answers` are those to `asks`, in order."""
        if whole.label == "negative":
            return self._less_bad(whole, answers)
        if self.ground is Ground.BLAMED or (self.ground in _AGAINST_PRAISE and whole.label == "positive"):
            return _turned(whole, to="negative")
        return answers[0] if answers and answers[0].label == "negative" else whole

    def _less_bad(self, whole: Sentiment, answers: Sequence[Sentiment]) -> Sentiment:
        if self.ground in (Ground.BLAMED, Ground.OUTDONE):
            return whole
        if self.ground is Ground.ASIDE:
            return _turned(whole, to="neutral")
        if self.ground in _TO_POSITIVE or not answers:
            return _turned(whole, to="positive")
        own, *rest = answers
        explained = all(own.negative < other.negative for other in rest)
        if own.negative >= SURE or own.label == "negative" or not explained:
            return whole
        unsure = self.ground in (Ground.CULPRIT, Ground.DEED) and own.label != "positive"
        return whole if unsure else own


_MAY_TURN: Final = re.compile(
    r"\b(?:but|however|although|though|yet|except|unlike|whereas|while|compared|than|dump\w*|ditch\w*|sick of|fed up"
    r"|boycott\w*|avoid|recommend|trust|never|won't|can't|mais|contre|revanche|pourtant|cependant|toutefois|sauf|dommage"
    r"|contrairement|difference|inverse|alors|tandis|mieux|meilleure?s?|plus|adieu|quitte|fuyez|evitez|conseille\w*"
    r"|recommande\w*|marre|ras|au moins|at least|heureusement|nevertheless|neanmoins|only|seule?s?)\b"
)


def may_differ(text: str, whole: Sentiment, brands: int) -> bool:
    """Whether a post, of which `whole` is the sentiment, can mean something else for one of its `brands`: a quick look.

    >>> may_differ("Merci Acme", Sentiment(negative=0.1, neutral=0.1, positive=0.8), 1)
    False
    """
    return whole.label == "negative" or brands > 1 or _MAY_TURN.search(flat(text[:MAX_CHARACTERS])) is not None


def _turned(whole: Sentiment, *, to: str) -> Sentiment:
    """The same certainty for another class: what was the most probable one changes places with it."""
    shares = {"negative": whole.negative, "neutral": whole.neutral, "positive": whole.positive}
    shares[whole.label], shares[to] = shares[to], shares[whole.label]
    return Sentiment(**shares)


def read(text: str, spans: Sequence[Span], rivals: Sequence[Span] = ()) -> Reading | None:
    """How a post may be read otherwise for a brand that stands at `spans`; None: the whole text counts.

    `rivals` are the places of other brands. Spans are start and end in characters of `text`; what lies outside of it,
    or beyond the characters that a classifier reads, is ignored. Never raises.

    >>> read("Terrible weather, but Acme was lovely", [(22, 26)])
    Reading(ground=<Ground.CONTRAST: 'contrast'>, own='but Acme was lovely', rest='Terrible weather')
    >>> read("Acme is awful", [(0, 4)]) is None
    True
    """
    text = text[:MAX_CHARACTERS]
    brands = _inside(text, spans)
    others = [span for span in _inside(text, rivals) if all(span[1] <= a or b <= span[0] for a, b in brands)]
    if not brands:
        return None
    line = marked(marked(flat(text), others, RIVAL), brands, BRAND)
    parts = clauses(line)
    start, end = body(text)
    found = cue_of(line, start)
    if found is not None and not _taken_back(parts, line, found.end):
        return _by_turn(text[found.end : end], found.ground)
    if all(b <= start or end <= a for a, b in brands):
        return None
    rivalled = any(start < b and a < end for a, b in others)
    return _by_clause(text, line, parts, rivalled=rivalled)


def _by_turn(after: str, ground: Ground) -> Reading:
    """`after` stands after the turn of phrase: of a brand that somebody went over to, it tells how they like it."""
    after = after.strip(_EDGES) if ground is Ground.PREFERRED else ""
    # One or two words more say nothing of their own.
    return Reading(ground, after if len(after.split()) > 2 else "")


def _inside(text: str, spans: Sequence[Span]) -> list[Span]:
    return [(start, end) for start, end in spans if 0 <= start < end <= len(text)]


def _taken_back(parts: Sequence[Clause], line: str, end: int) -> bool:
    """Whether a “but” after the cue takes back what it says: “I switched to Acme, but …”."""
    return any(
        part.tie is Tie.CONTRAST and part.start >= end - 1 and RIVAL not in line[part.start : part.end]
        for part in parts
    )


def _by_clause(text: str, line: str, parts: Sequence[Clause], *, rivalled: bool) -> Reading | None:
    mine = _shares(parts, line) if rivalled else _clauses_of_brand(parts, line)
    if all(mine):
        return None
    own, own_line = _joined(text, parts, mine), _joined(line, parts, mine)
    other = [not each for each in mine]
    rest, rest_line = _joined(text, parts, other), _joined(line, parts, other)
    if _contrasted(parts, mine):
        return Reading(Ground.CONTRAST, own, rest)
    if rivalled:
        return Reading(Ground.RIVAL, own, rest)
    if does_good(own_line):
        return Reading(Ground.RESCUE if has_culprit(rest_line) else Ground.DEED, own)
    return Reading(Ground.CULPRIT, own) if has_culprit(rest_line) and not is_sarcastic(own_line) else None


def _clauses_of_brand(parts: Sequence[Clause], line: str) -> list[bool]:
    """For each clause, whether it names the brand, or goes on about it with a pronoun (“Delta. They saved me”)."""
    mine: list[bool] = []
    for part in parts:
        piece = line[part.start : part.end]
        goes_on = bool(mine) and mine[-1] and part.tie is Tie.SENTENCE and carries_on(piece)
        mine.append(BRAND in piece or goes_on)
    return mine


def _shares(parts: Sequence[Clause], line: str) -> list[bool]:
    """Several brands share a post: a clause without a name belongs to the brand named last before it, or else first."""
    named: list[bool | None] = []
    for part in parts:
        piece = line[part.start : part.end]
        before = named[-1] if named else None
        named.append(True if BRAND in piece else False if RIVAL in piece else before)
    first = next((each for each in named if each is not None), True)
    return [first if each is None else each for each in named]


def _contrasted(parts: Sequence[Clause], mine: Sequence[bool]) -> bool:
    """Whether the brand has the last word after a “but”, or a “whereas” stands between the sides."""
    if parts[0].tie is Tie.PARALLEL:
        return True
    borders = [(after.tie, b) for (_, a), (after, b) in pairwise(zip(parts, mine, strict=True)) if a != b]
    return any(tie is Tie.PARALLEL or (tie is Tie.CONTRAST and own) for tie, own in borders)


def _joined(text: str, parts: Sequence[Clause], chosen: Sequence[bool]) -> str:
    pieces = [text[part.start : part.end] for part, each in zip(parts, chosen, strict=True) if each]
    return " ".join(pieces).strip(_EDGES)

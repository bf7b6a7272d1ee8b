"""What a turn of phrase says a post has to do with the brand it names: nothing, praise, or blame."""

import re
from dataclasses import dataclass
from typing import Final

from models.target import turns
from models.target.grounds import Ground


@dataclass(frozen=True, slots=True)
class Found:
    """A turn of phrase: the ground that it gives, and where its words end in the line."""

    ground: Ground
    end: int


_IN_ORDER: Final = (
    (Ground.UNLIKE, turns.UNLIKE),
    (Ground.OUTDONE, turns.OUTDONE),
    (Ground.BLAMED, turns.BLAMED),
    (Ground.PRAISED, turns.PRAISED),
    (Ground.PREFERRED, turns.PREFERRED),
    (Ground.ASIDE, turns.JOB),
)


def cue_of(line: str, start: int = 0) -> Found | None:
    """The cue of a flat, marked line, if there is one; before `start` stand only the names that it is addressed to.

    Blame wins over praise, and both over a brand that is but a place. Praise that is taken back later says nothing.

    >>> from models.target.line import BRAND, marked
    >>> cue_of(marked("delta saved my awful day", [(0, 5)], BRAND))
    Found(ground=<Ground.PRAISED: 'praised'>, end=11)
    """
    for ground, pattern in _IN_ORDER:
        match = pattern.search(line)
        if match is not None:
            return None if _undone(ground, line, match) else Found(ground, match.end())
    if turns.SERVICE.search(line) is not None:
        return None
    asks = turns.ASKS.search(line) is not None and turns.THIRD_PARTY.search(line) is not None
    if asks or any(each.search(line, start) is not None for each in (turns.PLACE, turns.BYSTANDER)):
        return Found(Ground.ASIDE, len(line))
    return None


def _undone(ground: Ground, line: str, match: re.Match[str]) -> bool:
    """Whether praise is taken back after it, a preference denied before it, or nothing does better."""
    if ground is Ground.PRAISED:
        return turns.TAKEN_BACK.search(line, match.end()) is not None
    if ground is Ground.PREFERRED:
        return turns.DENIED.search(line, 0, match.start()) is not None
    return ground is Ground.OUTDONE and turns.UNMATCHED.search(line) is not None


def does_good(piece: str) -> bool:
    """Whether the brand does somebody a good turn there, as far as the words go."""
    return turns.GOOD.search(piece) is not None and turns.SPOILT.search(piece) is None


def has_culprit(piece: str) -> bool:
    """Whether a piece that does not name the brand has somebody or something else to be angry with."""
    if turns.CULPRIT.search(piece) is None:
        return False
    return turns.SERVICE.search(piece) is None and turns.SUSPECT.search(piece) is None


def is_sarcastic(piece: str) -> bool:
    """Whether praise is of the kind that angry customers use."""
    return turns.SARCASM.search(piece) is not None

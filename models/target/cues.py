"""What a turn of phrase says a post has to do with the brand it names: nothing, praise, or blame."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from models.target import turns


class Cue(Enum):
    """What a turn of phrase says about the brand."""

    ASIDE = "aside"
    """It is a place, a sponsor, an employer, stolen goods, or asked for help about somebody else."""
    PRAISED = "praised"
    """It came to the rescue, or its faults are denied."""
    PREFERRED = "preferred"
    """Somebody goes over to it; what they say then counts."""
    BLAMED = "blamed"
    """Somebody leaves it, or warns of it."""
    OUTDONE = "outdone"
    """Others are better."""
    UNLIKE = "unlike"
    """It is what the post's subject is not."""


@dataclass(frozen=True, slots=True)
class Found:
    """A cue, and where its words end in the line."""

    cue: Cue
    end: int


_IN_ORDER: Final = (
    (Cue.UNLIKE, turns.UNLIKE),
    (Cue.OUTDONE, turns.OUTDONE),
    (Cue.BLAMED, turns.BLAMED),
    (Cue.PRAISED, turns.PRAISED),
    (Cue.PREFERRED, turns.PREFERRED),
    (Cue.ASIDE, turns.JOB),
)


def cue_of(line: str, start: int = 0) -> Found | None:
    """The cue of a flat, marked line, if there is one; before `start` stand only the names that it is addressed to.

    Blame wins over praise, and both over a brand that is but a place. Praise that is taken back later says nothing.

    >>> from models.target.line import BRAND, marked
    >>> cue_of(marked("delta saved my awful day", [(0, 5)], BRAND))
    Found(cue=<Cue.PRAISED: 'praised'>, end=11)
    """
    for cue, pattern in _IN_ORDER:
        match = pattern.search(line)
        if match is not None:
            return None if _undone(cue, line, match) else Found(cue, match.end())
    if turns.SERVICE.search(line) is not None:
        return None
    asks = turns.ASKS.search(line) is not None and turns.THIRD_PARTY.search(line) is not None
    if asks or any(each.search(line, start) is not None for each in (turns.PLACE, turns.BYSTANDER)):
        return Found(Cue.ASIDE, len(line))
    return None


def _undone(cue: Cue, line: str, match: re.Match[str]) -> bool:
    """Whether praise is taken back after it, a preference denied before it, or nothing does better."""
    if cue is Cue.PRAISED:
        return turns.TAKEN_BACK.search(line, match.end()) is not None
    if cue is Cue.PREFERRED:
        return turns.DENIED.search(line, 0, match.start()) is not None
    return cue is Cue.OUTDONE and turns.UNMATCHED.search(line) is not None


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

"""Does the spreading look coordinated? A score with its reasons, from what `models/signs.py` counts share by share.

Coordination is discounted in the severity and *told*; nothing is ever filtered for it. Seven signs, each of them rare
in organic cascades: the same accounts share again; texts are copied, or filled into one template; handles are one stem
with a serial number; shares come at identical intervals, or many in one second; accounts are new or have no followers.
Those that single shares bear are looked for in the whole and in its worst part (`models/rush.py`). An eighth, accounts
that move together, shows across posts only: `models/brigade.py`.
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from models.proportion import Z_90, interval
from models.records import Coordination
from models.rush import MARKS, Run
from models.signs import Signs

ENOUGH: Final = 10
"""With fewer shares than this nothing is said about coordination."""
FLAGGED: Final = 0.3
"""From this score on an alert says that the spreading looks organised."""
_SHARE_AGAIN: Final = (0.06, 0.3)
_SPEAK_AGAIN: Final = (0.2, 0.6)
"""Between which parts repeats by the same accounts are weighed. Who complains often does so more than once."""
_EXPLAINED: Final = 0.7
"""From such a part on a sign is explained by one reason, which is told in place of all."""
_NEARLY_ALL: Final = 0.85
_TIMED: Final = ("serial-handles", "no-followers", "new-accounts")
"""Signs of the whole that are told with the time of the worst part, where nearly all of it happened then."""


class Sign(msgspec.Struct, frozen=True):
    """One sign: `part` of `whole`, where people stay below `low`, and `high` is blatant: then it weighs `most`.

    `beside`: what it says besides, such as by how many accounts, or when.
    """

    code: str
    part: int
    whole: int
    low: float
    high: float
    most: float
    beside: tuple[int, ...] = ()
    at_least: int = ENOUGH
    """A whole that is smaller than this is weighed as if it were that large."""
    usual: float = 0.0
    """How many of the part were to be expected; they are not weighed."""

    @property
    def doubt(self) -> float:
        """0 to `most`, from the part that is sure: the low end of Wilson's 90 % interval (1927)."""
        sure = surely(max(self.part - self.usual, 0.0), max(self.whole, self.at_least))
        return min(max((sure - self.low) / (self.high - self.low), 0.0), 1.0) * self.most

    @property
    def figures(self) -> str:
        """`part/whole`, and what stands beside.

        >>> Sign("few-accounts", 132, 212, 0.3, 0.9, 0.9, beside=(14,)).figures
        '132/212/14'
        """
        return "/".join(map(str, (self.part, self.whole, *self.beside)))


def signs_of(signs: Signs, *, mentions: bool = False) -> tuple[Sign, ...]:
    """What is weighed, whether it is found or not; `mentions` are posts, and no shares of one.

    `python -m tests.bench.coordination` and `python -m tests.bench.brigades` measure the levels.
    """
    whole, usual = _whole(signs, mentions=mentions), signs.rush.usual(signs.shares)
    if usual is None:
        return (*_timing(signs), *whole)
    rush = _rush(signs, usual)
    # Both say the same, of the whole and of its worst part: what is graver is said, once.
    if rush.doubt > 1.0 - _innocent(whole):
        return (*_timing(signs), rush)
    return (*_timing(signs), *(_timed(sign, signs.rush.worst) for sign in whole))


def _timing(signs: Signs) -> tuple[Sign, ...]:
    same, together = (0, 0) if signs.coarse else (signs.same_gaps, max(round(signs.together), 0))
    return (
        Sign("machine-timing", same, signs.gaps, 0.03, 0.15, 0.8, at_least=2 * ENOUGH),
        Sign("same-second", together, signs.paced, 0.03, 0.15, 0.8, at_least=2 * ENOUGH),
    )


def _whole(signs: Signs, *, mentions: bool) -> tuple[Sign, ...]:
    return (
        _repeated(signs, *(_SPEAK_AGAIN if mentions else _SHARE_AGAIN)),
        # A handful of quotes says nothing about a cascade of thousands.
        Sign("copied-texts", signs.copied, signs.texts, 0.05, 0.35, 0.9, at_least=max(signs.shares // 5, ENOUGH)),
        Sign("serial-handles", signs.stems.top(1), signs.shares, 0.06, 0.24, 0.6),
        Sign("no-followers", signs.lonely, signs.known, 0.15, 0.35, 0.8),
        Sign("new-accounts", signs.young, signs.dated, 0.12, 0.4, 0.8),
    )


def _repeated(signs: Signs, low: float, high: float) -> Sign:
    """Accounts that share again: by how many, where these few explain it."""
    busy, theirs = signs.accounts.repeated()
    again = max(round(signs.again.total), theirs - busy)
    # One who shares a post many times is keen, and no brigade: what one account repeats counts half.
    keen = max(signs.accounts.top(1) - 1, 0) / 2
    few = theirs - busy >= _EXPLAINED * again
    code, part, beside = ("few-accounts", theirs, (busy,)) if few else ("shared-again", again, ())
    return Sign(code, part, signs.shares, low, high, 0.9, beside, at_least=2 * ENOUGH, usual=keen)


def _rush(signs: Signs, usual: float) -> Sign:
    """The worst run of shares, by its mark, where one explains it; `usual`: the part of those outside with a mark.

    It speaks for a part of the cascade, and weighs less than what the whole shows.
    """
    run = signs.rush.worst
    most = max(run.marks)
    explained = most >= _EXPLAINED * run.marked
    code, part = (f"rush-{MARKS[run.marks.index(most)]}", most) if explained else ("rush", run.marked)
    return Sign(code, part, signs.shares, 0.0, 0.12, 0.6, run.when, usual=usual * run.shares)


def _timed(sign: Sign, run: Run) -> Sign:
    """A sign of the whole, told with the time of the worst run where nearly all of it happened then."""
    if sign.code not in _TIMED:
        return sign
    then = run.marks[MARKS.index(sign.code)]
    if then < _NEARLY_ALL * sign.part:
        return sign
    return msgspec.structs.replace(sign, code=f"rush-{sign.code}", part=min(then, sign.part), beside=run.when)


def _innocent(signs: Sequence[Sign]) -> float:
    """Signs add up like independent doubts."""
    return math.prod(1.0 - sign.doubt for sign in signs)


def surely(part: float, whole: float, z: float = Z_90) -> float:
    """The low end of Wilson's interval of a proportion: few shares prove little.

    >>> round(surely(5, 10), 2), round(surely(500, 1_000), 2), surely(0, 10)
    (0.27, 0.47, 0.0)
    """
    return interval(part, whole, z)[0]


def judge(signs: Signs, *, mentions: bool = False) -> Coordination | None:
    """The score, 0 to 1, with its reasons, gravest first; None while there is too little to say anything.

    `mentions`: what was counted are posts, and no shares of one. Signs add up like independent doubts:
    1 - Π (1 - doubt).
    """
    if max(signs.shares, signs.texts) < ENOUGH:
        return None
    found = sorted(
        (sign for sign in signs_of(signs, mentions=mentions) if sign.doubt > 0), key=lambda sign: -sign.doubt
    )
    return Coordination(score=round(1.0 - _innocent(found), 3), reasons=tuple((s.code, s.figures) for s in found))


def with_sign(known: Coordination, sign: Sign) -> Coordination:
    """A judgement with one sign more, told first: it is one that no crowd shows.

    >>> with_sign(Coordination(score=0.5), Sign("moved-together", 9, 20, 0.1, 0.4, 0.9, beside=(14,)))
    Coordination(score=0.776, reasons=(('moved-together', '9/20/14'),))
    """
    if sign.doubt == 0.0:
        return known
    score = 1.0 - (1.0 - known.score) * (1.0 - sign.doubt)
    return Coordination(score=round(score, 3), reasons=((sign.code, sign.figures), *known.reasons))

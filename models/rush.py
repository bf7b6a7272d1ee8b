"""The run of shares in which a brigade stands out most, wherever it begins and however long it lasts.

A third of the whole is often most of its ten minutes. So each share that bears a mark of a brigade counts 2, each that
bears none -1, and the run with the largest sum is kept: Page's CUSUM (1954), which looks at all runs at once and
remembers two of them. Where fewer than a third bear marks, the sum falls back to 0 again and again.
"""

import math
from operator import add
from typing import Final

import msgspec

from models.proportion import interval

MARKS: Final = ("few-accounts", "copied-texts", "serial-handles", "no-followers", "new-accounts")
"""What one share can show: its account is known to have shared before, its text or the stem of its handle is known, its
account has no followers or is new."""
_MARKED: Final = 2
OUTSIDE: Final = 10
"""A run is compared with what lies outside it: at least so many shares, and one in ten. What is nearly the whole is
judged as the whole."""
USUAL: Final = 0.1
"""At least such a part of people is taken to bear a mark."""
CHANCE: Final = 0.01
"""Chance would put such a run into fewer than one cascade in a hundred."""


class Run(msgspec.Struct, array_like=True):
    """Consecutive shares: since and until when (Unix seconds), how many, how many with a mark, and with which."""

    since_s: int = 0
    until_s: int = 0
    shares: int = 0
    marked: int = 0
    marks: tuple[int, ...] = (0,) * len(MARKS)

    def copy(self) -> "Run":
        return Run(self.since_s, self.until_s, self.shares, self.marked, self.marks)

    @property
    def sum(self) -> int:
        """What is kept at its largest."""
        return (_MARKED + 1) * self.marked - self.shares

    @property
    def when(self) -> tuple[int, int]:
        """Since when, in Unix seconds, and for how many seconds."""
        return self.since_s, max(self.until_s - self.since_s, 0)


class Rush(msgspec.Struct, array_like=True):
    """The run that is under way, the worst so far, and how many shares bore a mark at all.

    >>> rush = Rush()
    >>> for n in range(100): rush.add(n, (False, False, False, 40 <= n < 60, False))
    >>> rush.worst.since_s, rush.worst.until_s, rush.worst.marked
    (40, 59, 20)
    """

    run: Run = msgspec.field(default_factory=Run)
    worst: Run = msgspec.field(default_factory=Run)
    marked: int = 0

    def copy(self) -> "Rush":
        return Rush(self.run.copy(), self.worst.copy(), self.marked)

    def add(self, at_s: int, marks: tuple[bool, ...]) -> None:
        """One share, in the order in which they were seen: which of `MARKS` it bears."""
        run = self.run
        if True not in marks:
            if run.shares:
                run.shares += 1
                if run.sum <= 0:
                    self.run = Run()
            return
        self.marked += 1
        if not run.shares:
            run.since_s = at_s
        run.shares += 1
        run.marked += 1
        run.until_s = at_s
        run.marks = tuple(map(add, run.marks, marks))
        if run.sum > self.worst.sum:
            self.worst = run.copy()

    def usual(self, shares: int) -> float | None:
        """The part of those outside the worst run that bears a mark, of `shares` in all; None where the run is nothing
        that chance would not do."""
        worst, outside = self.worst, shares - self.worst.shares
        if outside < max(OUTSIDE, shares / 10):
            return None
        _, most = interval(self.marked - worst.marked, outside)
        rate = max(most, USUAL)
        rare = rate < 1 / (_MARKED + 1) and shares * _ratio(rate) ** -worst.sum <= CHANCE
        return (self.marked - worst.marked) / outside if rare else None


def _ratio(rate: float) -> float:
    """By how much every 1 of the sum makes a run rarer: among n shares of which `rate` bear a mark by chance, the
    largest sum is x or more with a probability of at most n ratio^-x (Lundberg's inequality).

    It is the root u > 1 of rate u^2 + (1 - rate) / u = 1.

    >>> u = _ratio(0.1)
    >>> round(u, 2), round(0.1 * u**2 + 0.9 / u, 9)
    (2.54, 1.0)
    """
    return (math.sqrt(rate * rate + 4 * rate * (1 - rate)) - rate) / (2 * rate)

"""Accounts that move together: who reshares the same posts within seconds of one another, again and again.

Two people who follow the same account may reshare one of its posts in the same ten seconds; hardly three posts. Needs
the reshares of many roots in one place, in order of time: the pipeline keys shares by their root, so that no stage
runs this yet. `python -m tests.bench.coordination` measures it.
"""

from typing import Final

import msgspec

WITHIN_S: Final = 10.0
"""Reshares of one post within this time count as made together (Pacheco et al. 2021; CooRTweet's `time_window`)."""
ROOTS_TOGETHER: Final = 3
"""From so many posts on two accounts move together."""
ROOTS: Final = 128
RECENT: Final = 8
PAIRS: Final = 2_048


class Trail(msgspec.Struct, array_like=True):
    """The last reshares of one root, as (Unix time, hash of the account), and how many there were; `marched`: how
    many of them by an account that moves together with another of them."""

    recent: list[tuple[float, int]] = []
    shares: int = 0
    marched: int = 0


class Brigade(msgspec.Struct, array_like=True):
    """Pairs of accounts and on how many roots they were together; at most 80 KB a brand.

    Of each root the last 8 reshares are compared; 128 roots and 2,048 pairs are remembered, those touched last. A pair
    is forgotten under a flood of others: what is found is there, and something may be missed.

    >>> brigade = Brigade()
    >>> for root in range(4):
    ...     for account in (7, 8): brigade.add(root, account, root * 3_600.0 + account)
    >>> brigade.together(7, 8), sorted(brigade.marchers()), brigade.part(3)
    (4, [7, 8], (1, 2))
    """

    trails: dict[int, Trail] = {}
    pairs: dict[str, tuple[int, int]] = {}
    """`account:account` → (on how many roots they were together, the last of them)."""

    def add(self, root: int, account: int, at_s: float) -> None:
        """One reshare; `root` and `account` are hashes."""
        trail = self.trails.pop(root, None) or Trail()
        self.trails[root] = trail
        if len(self.trails) > ROOTS:
            del self.trails[next(iter(self.trails))]
        others = {other for then_s, other in trail.recent if abs(at_s - then_s) <= WITHIN_S and other != account}
        trail.shares += 1
        met = [self._met(root, account, other) for other in sorted(others)]
        trail.marched += max(met, default=0) >= ROOTS_TOGETHER
        trail.recent = [*trail.recent, (at_s, account)][-RECENT:]

    def together(self, one: int, other: int) -> int:
        """On how many roots two accounts were together."""
        return self.pairs.get(_pair(one, other), (0, 0))[0]

    def marchers(self) -> set[int]:
        """The accounts that move together with another."""
        found = (pair for pair, (roots, _) in self.pairs.items() if roots >= ROOTS_TOGETHER)
        return {int(account) for pair in found for account in pair.split(":")}

    def part(self, root: int) -> tuple[int, int]:
        """(reshares of a root made together by accounts that have moved together before, all of its reshares)."""
        trail = self.trails.get(root, Trail())
        return trail.marched, trail.shares

    def _met(self, root: int, account: int, other: int) -> int:
        """Counts a meeting, once a root; on how many roots they have met."""
        key = _pair(account, other)
        roots, last = self.pairs.pop(key, (0, -1))
        met = roots if last == root else roots + 1
        self.pairs[key] = (met, root)
        if len(self.pairs) > PAIRS:
            del self.pairs[next(iter(self.pairs))]
        return met


def _pair(one: int, other: int) -> str:
    return f"{min(one, other)}:{max(one, other)}"

"""Which shares of a cascade were made within seconds of one another: told to the brand's desk, which sees all posts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from models.brigade import WITHIN_S
from models.records import SharedTogether, Topic, digest
from models.stage import Emit
from models.virality.history import History

TOLD: Final = 64
"""How many shares of one cascade are told at most: the first ones. A crowd must not crowd out the other posts."""
PACE_S: Final = 60.0
"""Over less than a minute a brigade's own volley would be taken for the pace of the post."""


class Together(msgspec.Struct, array_like=True):
    """The last share of a cascade, and what is still to be told of those before; a share is (Unix time, account).

    >>> together = Together()
    >>> for at_s in (0, 100, 107, 108, 300): together.add(at_s, at_s)
    >>> together.fresh, together.told
    ([(100, 100), (107, 107), (108, 108)], 3)
    """

    last: tuple[int, int] | None = None
    last_told: bool = False
    told: int = 0
    fresh: list[tuple[int, int]] = []

    def copy(self) -> "Together":
        return Together(self.last, self.last_told, self.told, list(self.fresh))

    def add(self, at_s: int, account: int) -> None:
        """One share, in the order in which they were seen; `account` is a hash."""
        before, share = self.last, (at_s, account)
        close = before is not None and abs(at_s - before[0]) <= WITHIN_S and before[1] != account
        if close and before is not None and not self.last_told:
            self._tell(before)
        if close:
            self._tell(share)
        self.last, self.last_told = share, close

    def _tell(self, share: tuple[int, int]) -> None:
        if self.told < TOLD:
            self.told += 1
            self.fresh.append(share)


def told(
    together: Together, history: History, *, brands: Sequence[str], post_id: str, shares: int, now: datetime
) -> list[Emit]:
    """One record per brand of what was not told yet; nothing is left to tell then."""
    made, together.fresh = tuple(together.fresh), []
    if not made:
        return []
    chance = by_chance(history)
    return [
        Emit(
            Topic.INCIDENT_EVENTS,
            brand,
            SharedTogether(
                id=digest("together", brand, post_id, together.told),
                brand=brand,
                post_id=post_id,
                at=now,
                shares=shares,
                chance=chance,
                made=made,
            ),
        )
        for brand in brands
    ]


def by_chance(history: History) -> float:
    """How likely two shares of this cascade come within ten seconds of each other, at its pace by the minute.

    >>> calm, crowd = History(origin_s=0), History(origin_s=0)
    >>> for n in range(200): calm.add(n * 60.0); crowd.add(n * 0.5)
    >>> round(by_chance(calm), 3), round(by_chance(crowd), 2)
    (0.002, 0.16)
    """
    total, met, count, width = history.total(), 0.0, 0, 0.0
    for start, end, n in history.series():
        count, width = count + n, width + end - start
        if width >= PACE_S:
            met += count**2 * _close(width)
            count, width = 0, 0.0
    met += count**2 * _close(max(width, PACE_S))
    return round(met / max(total, 1) ** 2, 6)


def _close(width_s: float) -> float:
    """The probability that two moments of a span lie within ten seconds of each other."""
    part = WITHIN_S / width_s
    return part * (2.0 - part)

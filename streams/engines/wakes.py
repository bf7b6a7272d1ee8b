"""Which keys of a partition sleep, and until when."""

import heapq
from collections.abc import Iterable
from datetime import datetime
from typing import Final

_SPARE: Final = 64


class Wakes:
    """One wake-up per key: the last that was asked for.

    A heap whose outdated entries are left where they are, since most come up soon; they never outnumber those that
    count. A key whose wake-up moves with every record would else leave an entry behind for each.

    >>> from datetime import UTC
    >>> at = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    >>> wakes = Wakes()
    >>> wakes.set("a", at[0]); wakes.set("b", at[1]); wakes.set("a", at[2])
    >>> wakes.next() == at[0], wakes.due(at[1]), wakes.due(at[2]), wakes.next()
    (True, ['b'], ['a'], None)
    """

    def __init__(self, sleeping: Iterable[tuple[str, datetime]] = ()) -> None:
        self._until = dict(sleeping)
        self._heap: list[tuple[datetime, str]] = []
        self._tidy()

    def __len__(self) -> int:
        """The entries that are kept, outdated ones included: what takes memory."""
        return len(self._heap)

    def set(self, key: str, at: datetime | None) -> None:
        """`key` is woken at `at`, and no more when it was to be; None: not at all."""
        if at is None:
            self._until.pop(key, None)
        elif self._until.get(key) != at:
            self._until[key] = at
            heapq.heappush(self._heap, (at, key))
        if len(self._heap) > 2 * len(self._until) + _SPARE:
            self._tidy()

    def due(self, now: datetime) -> list[str]:
        """Takes out the keys whose time has come, in the order of their times."""
        keys = []
        while self._heap and self._heap[0][0] <= now:
            at, key = heapq.heappop(self._heap)
            if self._until.get(key) == at:
                del self._until[key]
                keys.append(key)
        return keys

    def next(self) -> datetime | None:
        """No key is to be woken before this; None where none sleeps. It may be a little early."""
        return self._heap[0][0] if self._heap else None

    def _tidy(self) -> None:
        self._heap = [(at, key) for key, at in self._until.items()]
        heapq.heapify(self._heap)

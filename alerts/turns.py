"""Who goes next where only so many may go at once: the most urgent one that waits, not the one that came first."""

import asyncio
import heapq
from datetime import datetime
from itertools import count
from typing import NamedTuple

from models.records import Severity


class Rank(NamedTuple):
    """How urgent a letter is; the smaller goes first: news, repeats, what calls nobody; then by severity and age."""

    quiet: bool
    repeat: bool
    severity: Severity
    since: datetime


class Turns:
    """A semaphore whose waiters are let in by rank, and in order of arrival where they are equals.

    A place is given one round of the event loop after it was asked for, so that all who come together are compared.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._queue: list[tuple[Rank, int, asyncio.Future[None]]] = []
        self._arrivals = count()

    def full(self) -> bool:
        return self._free == 0

    async def take(self, rank: Rank, within_s: float) -> bool:
        """Whether a place came free within so many seconds."""
        loop = asyncio.get_running_loop()
        place: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._queue, (rank, next(self._arrivals), place))
        loop.call_soon(self._let_in)
        try:
            async with asyncio.timeout(within_s):
                await place
        except TimeoutError:
            return _given(place)
        except asyncio.CancelledError:
            if _given(place):
                self.give_back()
            raise
        return True

    def give_back(self) -> None:
        self._free += 1
        asyncio.get_running_loop().call_soon(self._let_in)

    def _let_in(self) -> None:
        while self._free and self._queue:
            _, _, place = heapq.heappop(self._queue)
            if not place.done():  # who waited too long has gone
                self._free -= 1
                place.set_result(None)


def _given(place: "asyncio.Future[None]") -> bool:
    return place.done() and not place.cancelled()

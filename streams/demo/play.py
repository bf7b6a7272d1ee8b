"""Plays a story into `posts` and `spread`, with the log's own time: the ordinary days at once, the crisis at a pace."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from models.clock import Clock
from models.records import Tick, Topic
from streams.demo.story import Event, Plot, moments
from streams.publish import Outgoing, Publisher, posted, ticks

QUIET_BEFORE: Final = timedelta(minutes=30)
"""How long before the onset the pace drops from as fast as possible to the one asked for."""


async def play(
    publisher: Publisher,
    plot: Plot,
    events: Sequence[Event],
    *,
    partitions: int,
    speed: float,
    clock: Clock,
    told: Callable[[datetime], None],
) -> None:
    """Publishes events and ticks in order. `speed`: seconds of the story per second; 0: as fast as the broker takes it.

    `told(now)` hears of the story's time as it passes.
    """
    pace = _Pace(clock, plot.onset - QUIET_BEFORE, speed)
    for moment, due in _chapters(plot, events):
        await pace.reach(moment)
        published_at = clock.now()
        batch = [posted(msgspec.structs.replace(event, published_at=published_at)) for event in due]
        await publisher.publish([*batch, *_tick(moment, partitions)])
        told(moment)


async def keep_time(publisher: Publisher, plot: Plot, *, partitions: int, clock: Clock, stop: asyncio.Event) -> None:
    """Lets the story's time go on after its end, a minute a second, so that what is repeated later is repeated."""
    now = plot.end
    while not stop.is_set():
        await clock.sleep(1.0)
        now += timedelta(minutes=1)
        await publisher.publish(_tick(now, partitions))


def _tick(now: datetime, partitions: int) -> list[Outgoing]:
    return ticks(Topic.POSTS, Tick(now=now), partitions)


def _chapters(plot: Plot, events: Sequence[Event]) -> Iterator[tuple[datetime, list[Event]]]:
    """Each moment with the events that have been seen by then."""
    at = 0
    for moment in moments(plot):
        first = at
        while at < len(events) and events[at].seen_at <= moment:
            at += 1
        yield moment, list(events[first:at])


class _Pace:
    """Holds the story to its speed, from a moment on."""

    def __init__(self, clock: Clock, since: datetime, speed: float) -> None:
        self._clock = clock
        self._since = since
        self._speed = speed
        self._started: float | None = None

    async def reach(self, moment: datetime) -> None:
        if self._speed == 0 or moment < self._since:
            return
        if self._started is None:
            self._started = self._clock.monotonic()
        due = self._started + (moment - self._since).total_seconds() / self._speed
        await self._clock.sleep(max(0.0, due - self._clock.monotonic()))

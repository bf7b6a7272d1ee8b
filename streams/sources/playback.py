"""A replay under way: when its records are due, and how the time of the log passes between them."""

import asyncio
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

import msgspec

from models.clock import Clock
from models.records import Post, Share
from streams.sources.protocol import Stopped, pause
from streams.sources.sink import Sink

FINE_GAP: Final = timedelta(hours=48)
"""Up to this long after a record, time passes in ticks of the usual step; then hourly; after `COARSE_GAP` it jumps."""
COARSE_GAP: Final = timedelta(days=400)
_COARSE_STEP: Final = timedelta(hours=1)
_INSTANT: Final = timedelta(microseconds=1)
_TICKS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Ticking:
    """How a replay moves the log's time: a tick to each of `partitions` every `step_s` of event time, and for
    `tail_s` after the last record, so that waves can end."""

    partitions: int
    step_s: float
    tail_s: float


@dataclass(slots=True)
class Progress:
    """How far a replay is, for who watches. `total` is known once the whole file has been read."""

    read: int = 0
    played: int = 0
    late: int = 0
    total: int | None = None
    at: datetime | None = None
    reasons: dict[str, int] = field(default_factory=dict)


class Playback:
    """Publishes records when they are due, and ticks behind them.

    A tick says that everything seen up to it has been published. So records go first and are acknowledged, then come
    the ticks that precede the last of them. `clock` None means: no pace, as fast as it goes.
    """

    def __init__(
        self,
        sink: Sink,
        stop: asyncio.Event,
        *,
        first: datetime,
        clock: Clock | None,
        ticking: Ticking | None,
        progress: Progress,
    ) -> None:
        self._sink = sink
        self._stop = stop
        self._clock = clock
        self._ticking = ticking
        self._progress = progress
        self._reached = first
        self._ticked = floor(first, ticking.step_s) if ticking else first

    async def play(self, records: Sequence[Post | Share]) -> None:
        """Publishes records: at once where there is no pace, else each when it is due."""
        waiting = self._in_time(records)
        while waiting:
            due = self._due(waiting)
            if due == 0:
                await self._wait_for(waiting[0].seen_at)
                continue
            await self._publish(waiting[:due])
            waiting = waiting[due:]

    async def tail(self, tail_s: float) -> None:
        """Lets time pass after the last record; the last tick stands at its very end."""
        end = self._reached + timedelta(seconds=tail_s)
        await self._wait_for(end)
        await self._pass_time([end])
        if self._ticking is not None and self._ticked < end:
            await self._say([end])

    def _in_time(self, records: Sequence[Post | Share]) -> list[Post | Share]:
        """A row that was too far out of order for the look-ahead is seen now, not in a time that has passed."""
        latest = self._reached
        ordered = []
        for record in records:
            if record.seen_at < latest:
                self._progress.late += 1
                ordered.append(msgspec.structs.replace(record, seen_at=latest))
            else:
                latest = record.seen_at
                ordered.append(record)
        return ordered

    def _due(self, records: Sequence[Post | Share]) -> int:
        if self._clock is None:
            return len(records)
        now = self._clock.now()
        return next((i for i, record in enumerate(records) if record.seen_at > now), len(records))

    async def _wait_for(self, moment: datetime) -> None:
        """Waits until it is `moment` on the replay's clock, ticking on the way."""
        while self._clock is not None and (left_s := (moment - self._clock.now()).total_seconds()) > 0:
            nap_s = left_s if self._ticking is None else min(left_s, self._ticking.step_s)
            await pause(self._clock, nap_s, self._stop)
            await self._pass_time([min(self._clock.now(), moment - _INSTANT)])

    async def _publish(self, records: Sequence[Post | Share]) -> None:
        await self._sink.put(records)
        self._progress.played += len(records)
        # The record after these may have been seen at the same instant: ticks stay before it.
        await self._pass_time([record.seen_at - _INSTANT for record in records])
        self._reached = records[-1].seen_at
        self._progress.at = max(self._progress.at or self._reached, self._reached)

    async def _pass_time(self, moments: Iterable[datetime]) -> None:
        """Says every step of time up to the last of `moments`, between which nothing happened."""
        if self._ticking is None:
            return
        steps = steps_between(self._ticked, self._reached, moments, self._ticking.step_s)
        while said := list(islice(steps, _TICKS_AT_ONCE)):
            await self._say(said)
            if self._stop.is_set():
                raise Stopped

    async def _say(self, moments: Sequence[datetime]) -> None:
        assert self._ticking is not None
        await self._sink.tick(moments, self._ticking.partitions)
        self._ticked = moments[-1]
        self._progress.at = max(self._progress.at or self._ticked, self._ticked)


def floor(moment: datetime, step_s: float) -> datetime:
    """The last multiple of the step, so that two replays of a file tick at the same times."""
    return datetime.fromtimestamp(math.floor(moment.timestamp() / step_s) * step_s, UTC)


def steps_between(ticked: datetime, since: datetime, moments: Iterable[datetime], step_s: float) -> Iterator[datetime]:
    """The ticks after `ticked` up to the last of `moments`. `since` and `moments` are when something happened: long
    after each, ticks grow rarer.

    >>> start = datetime(2026, 3, 2, tzinfo=UTC)
    >>> [f"{t:%M:%S}" for t in steps_between(start, start, [start + timedelta(seconds=65)], 30)]
    ['00:30', '01:00']
    """
    fine = timedelta(seconds=step_s)
    for moment in moments:
        while True:
            silence = ticked - since
            step = fine if silence < FINE_GAP else max(fine, _COARSE_STEP)
            if ticked + step > moment:
                break
            ticked = floor(moment, step_s) if silence >= COARSE_GAP else ticked + step
            yield ticked
        since = moment

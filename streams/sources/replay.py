"""A file as a source: its posts with their own event times, played at any speed, and the time of the log with them."""

import asyncio
import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from models.clock import Clock, ScaledClock, SystemClock
from models.records import Post, Share, digest
from streams import claims
from streams.columns import admit_row, read_posts
from streams.ingest import Arrival, Refusal
from streams.rows import Unreadable
from streams.settings.schema import ReplaySourceSettings
from streams.sources.notebook import Notebook
from streams.sources.playback import Playback, Progress, Ticking
from streams.sources.protocol import Health, Misconfigured, Pulse, Stopped, until
from streams.sources.reader import aside
from streams.sources.sink import Sink

LOOK_AHEAD: Final = 100_000
"""Rows held back to bring them into order: a file of up to this many rows is sorted whole."""
BATCH: Final = 500

ClockFrom = Callable[[datetime, float], Clock]


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was read together: records in the order of their time, and refusals met on the way."""

    records: Sequence[Post | Share]
    refused: Sequence[Refusal]


class ReplaySource:
    """Plays a JSONL or CSV file (see `streams/columns.py`). It ends with the file.

    A row is seen when it was created (or at its `seen_at`). Rows may stand in any order within `LOOK_AHEAD` rows; one
    that comes later than that is published as late: its `created_at` stays, and it is seen when it is played.
    """

    def __init__(
        self,
        settings: ReplaySourceSettings,
        *,
        ticking: Ticking | None = None,
        clock: Clock | None = None,
        clock_from: ClockFrom = ScaledClock,
        look_ahead: int = LOOK_AHEAD,
        data_dir: Path | None = None,
        log: str = "",
    ) -> None:
        """`ticking` None: the log's time is somebody else's. `clock_from` makes the clock that paces the play.

        `log` names what is published to: a replay goes on where it broke off only into the same log.
        """
        if not (math.isfinite(settings.speed) and settings.speed >= 0):
            raise Misconfigured(f"sources.{settings.name}.speed: 0 or more, not {settings.speed}")
        self.name = settings.name
        self.pulse = Pulse(settings.name)
        self.progress = Progress()
        self._path = Path(settings.path)
        self._speed = settings.speed
        self._network = claims.network(settings.name, "file")
        self._ticking = ticking
        self._wall = clock or SystemClock()
        self._clock_from = clock_from
        self._look_ahead = look_ahead
        self._log = log
        self._notebook = Notebook(data_dir, f"{settings.name}.replay")
        self._reached: datetime | None = None

    def health(self) -> Health:
        return self.pulse.health(self.progress.at or self._wall.now())

    async def run(self, sink: Sink, stop: asyncio.Event) -> None:
        """Plays the file once. A replay that broke off goes on with the batch that was not acknowledged."""
        try:
            await self._play(sink, stop)
        except Stopped:
            return
        except Unreadable as error:
            self.pulse.down("unreadable", str(error))
            raise Misconfigured(str(error)) from error
        self.pulse.ended()

    async def _play(self, sink: Sink, stop: asyncio.Event) -> None:
        self.progress = Progress()
        stamp = self._stamp()
        batches = _batches(self._from(self._played_before(stamp)))
        playback: Playback | None = None
        while (batch := await until(stop, aside(lambda: next(batches, None)))) is not None:
            self.pulse.up()
            if batch.refused:
                await sink.put(batch.refused)
            if not batch.records:
                continue
            if playback is None:
                playback = self._playback(batch.records[0].seen_at, sink, stop)
            await playback.play(batch.records)
            self._note(f"{stamp} {self.progress.played}")
        if playback is not None and self._ticking is not None:
            await playback.tail(self._ticking.tail_s)
        self._note("")

    def _stamp(self) -> str:
        """Says which file is played into which log; empty where there is no file."""
        try:
            stat = self._path.stat()
        except OSError:
            return ""
        return digest("replay", self._log, self._path.resolve(), stat.st_size, stat.st_mtime_ns)

    def _played_before(self, stamp: str) -> int:
        noted, _, played = self._notebook.read().decode("ascii", "replace").partition(" ")
        return int(played) if noted == stamp and played.isascii() and played.isdigit() else 0

    def _note(self, said: str) -> None:
        try:
            self._notebook.write(said.encode())
        except OSError as error:
            self.pulse.trouble("notebook", f"cannot save how far it is: {error}")

    def _from(self, played: int) -> Iterator[Post | Share | Refusal]:
        """What is left of the file after that many records; refusals among those were told before."""
        self._reached = None
        for item in self._ordered():
            if self.progress.played >= played:
                yield item
            elif not isinstance(item, Refusal):
                self.progress.played += 1
                self._reached = max(item.seen_at, self._reached or item.seen_at)

    def _playback(self, first: datetime, sink: Sink, stop: asyncio.Event) -> Playback:
        first = self._reached or first
        clock = self._clock_from(first, self._speed) if self._speed > 0 else None
        return Playback(sink, stop, first=first, clock=clock, ticking=self._ticking, progress=self.progress)

    def _ordered(self) -> Iterator[Post | Share | Refusal]:
        """The file's records by the time they were seen, equal ones in the file's order; refusals as they are met."""
        waiting: list[tuple[datetime, int, Post | Share]] = []
        for row in read_posts(self._path):
            self.progress.read += 1
            found = admit_row(row, self._arrival(row.line))
            if isinstance(found, Refusal):
                self.progress.reasons[found.reason] = self.progress.reasons.get(found.reason, 0) + 1
                yield found
                continue
            heapq.heappush(waiting, (found.seen_at, row.line, found))
            if len(waiting) > self._look_ahead:
                yield heapq.heappop(waiting)[2]
        self.progress.total = self.progress.read
        while waiting:
            yield heapq.heappop(waiting)[2]

    def _arrival(self, line: int) -> Arrival:
        return Arrival(source=self.name, network=self._network, position=f"{self._path.name}:{line}", seen_at=None)


def _batches(items: Iterator[Post | Share | Refusal]) -> Iterator[_Batch]:
    while chunk := list(islice(items, BATCH)):
        yield _Batch(
            [each for each in chunk if not isinstance(each, Refusal)],
            [each for each in chunk if isinstance(each, Refusal)],
        )

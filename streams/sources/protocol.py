"""What a source is: something that runs until it is stopped, hands what it hears to a sink, and knows how it is."""

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from models.clock import Clock
from streams import metrics

if TYPE_CHECKING:
    from streams.sources.sink import Sink

T = TypeVar("T")


class Misconfigured(Exception):
    """A user's mistake that no retry mends, such as a file that is not there. One clear line."""


class Stopped(Exception):
    """The source was asked to stop before this could be done."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is. `lag_s` is the age of its newest record, in seconds; None before the first."""

    up: bool
    last_record_at: datetime | None
    lag_s: float | None
    last_error: str
    published: int
    refused: int
    duplicates: int


class Pulse:
    """What becomes `Health`: kept by a source, for what it hears, and by its sink, for what is published.

    A source is up when it has reached what it listens to and the publisher takes its records.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.published = 0
        self.refused = 0
        self.duplicates = 0
        self._hears = False
        self._publishes = True
        self._last_record_at: datetime | None = None
        self._asked_at: datetime | None = None
        """When its health was first asked for."""
        self._last_error = "not started"
        self._remark = ""
        self._show()

    def up(self, remark: str = "") -> None:
        """The source hears what it listens to; `remark` says what is amiss all the same."""
        self._hears = True
        self._remark = remark[:500]
        self._settle()

    def down(self, reason: str, detail: str) -> None:
        """The source does not; `reason` is a short code for the metric."""
        self._hears = False
        self.trouble(reason, detail)

    def trouble(self, reason: str, detail: str) -> None:
        """Something failed that does not silence the source, such as one feed of many."""
        self._last_error = f"{reason}: {detail}"[:500]
        metrics.SOURCE_ERRORS.labels(self.source, reason).inc()
        self._show()

    def ended(self) -> None:
        """The source has said all it had to say, which is no fault."""
        self.up()

    def acknowledged(self) -> None:
        """The publisher takes records."""
        self._publishes = True
        self._settle()

    def unacknowledged(self, detail: str) -> None:
        """The publisher does not."""
        self._publishes = False
        self.trouble("publish", detail)

    def heard(self, at: datetime) -> None:
        """A record of this time (its creation, or the network's stamp) has come in."""
        if self._last_record_at is None or at > self._last_record_at:
            self._last_record_at = at

    def health(self, now: datetime) -> Health:
        """How the source is at `now`; also refreshes the metrics."""
        self._asked_at = self._asked_at or now
        lag_s = None if self._last_record_at is None else max(0.0, (now - self._last_record_at).total_seconds())
        # Of one that has brought nothing since it was started: a feed that has moved must ring after a restart, too.
        silent_s = (now - self._asked_at).total_seconds() if lag_s is None else lag_s
        metrics.SOURCE_LAG.labels(self.source).set(silent_s)
        self._show()
        return Health(
            up=self._hears and self._publishes,
            last_record_at=self._last_record_at,
            lag_s=lag_s,
            last_error=self._last_error,
            published=self.published,
            refused=self.refused,
            duplicates=self.duplicates,
        )

    def _settle(self) -> None:
        if self._hears and self._publishes:
            self._last_error = self._remark
        self._show()

    def _show(self) -> None:
        metrics.SOURCE_UP.labels(self.source).set(1 if self._hears and self._publishes else 0)


class Source(Protocol):
    """One way for public posts to get in.

    `run` returns when `stop` is set (within seconds) or when there is nothing more to come. It raises
    `Misconfigured` for a user's mistake; whatever else it raises gets it started again. Contract, tested for every
    source: hostile records are refused through the sink and the stream goes on; order is kept; what the source's own
    protocol repeats is published once; a publisher that fails loses nothing; health tells of outage and recovery.
    """

    name: str
    pulse: Pulse

    async def run(self, sink: "Sink", stop: asyncio.Event) -> None: ...

    def health(self) -> Health: ...


async def until(stop: asyncio.Event, work: Coroutine[Any, Any, T], *, grace_s: float = 0.0) -> T:
    """The result of `work`; raises `Stopped`, and cancels it, when it is not done `grace_s` after `stop` was set."""
    task = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done() and grace_s > 0:
            await asyncio.wait({task}, timeout=grace_s)
        if task.done():
            return task.result()
        raise Stopped
    finally:
        stopping.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


async def pause(clock: Clock, seconds: float, stop: asyncio.Event) -> None:
    """Waits; raises `Stopped` when `stop` is set first, or already."""
    if stop.is_set():
        raise Stopped
    await until(stop, clock.sleep(seconds))


class Backoff:
    """Ever longer waits, jittered so that many clients do not come back at once: half of it fixed, half by chance.

    >>> backoff = Backoff(random.Random(1), first_s=1, most_s=8)
    >>> all(low <= backoff.next_s() <= 2 * low for low in (0.5, 1, 2, 4, 4))
    True
    """

    def __init__(self, chance: random.Random, *, first_s: float = 1.0, most_s: float = 60.0) -> None:
        self._chance = chance
        self._first_s = first_s
        self._most_s = most_s
        self._failures = 0

    def next_s(self) -> float:
        """Seconds to wait after one more failure."""
        whole = min(self._most_s, self._first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return whole * self._chance.uniform(0.5, 1.0)

    def reset(self) -> None:
        """It worked."""
        self._failures = 0

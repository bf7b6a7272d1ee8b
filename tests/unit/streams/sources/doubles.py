"""What tests of sources share: a publisher that fails on demand, and waiting with a bound."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from models.clock import Clock, ManualClock, SystemClock
from models.records import Dead, Post, Share, Topic
from streams.publish import MemoryPublisher, Outgoing, Publisher
from streams.sources.protocol import Source
from streams.sources.sink import Sink

NOW = datetime(2026, 7, 4, 14, 40, tzinfo=UTC)


class FlakyPublisher(MemoryPublisher):
    """Fails while it is `broken`, counting the attempts, and hangs while it is `stuck`."""

    def __init__(self, *, broken: bool = False, stuck: bool = False) -> None:
        super().__init__()
        self.broken = broken
        self.stuck = stuck
        self.attempts = 0

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        self.attempts += 1
        await SystemClock().sleep(0)
        if self.stuck:
            await asyncio.Event().wait()
        if self.broken:
            raise ConnectionError("the broker is away")
        await super().publish(outgoing)


def posts(publisher: MemoryPublisher) -> list[Post]:
    return [r for r in publisher.records(Topic.POSTS) if isinstance(r, Post)]


def shares(publisher: MemoryPublisher) -> list[Share]:
    return [r for r in publisher.records(Topic.SPREAD) if isinstance(r, Share)]


def dead(publisher: MemoryPublisher) -> list[Dead]:
    return [r for r in publisher.records(Topic.DEAD) if isinstance(r, Dead)]


async def eventually(met: Callable[[], bool]) -> None:
    """Waits until `met`, for a bounded number of looks."""
    for _ in range(2_000):
        if met():
            return
        await SystemClock().sleep(0.005)
    raise AssertionError("it did not come to that")


@asynccontextmanager
async def running(
    source: Source, publisher: Publisher, clock: Clock | None = None
) -> AsyncIterator[tuple["asyncio.Task[None]", asyncio.Event]]:
    """`source` at work; it is stopped in the end, and must then end."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(source.run(Sink(source.pulse, publisher, clock or ManualClock(NOW), stop), stop))
    try:
        yield task, stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 120)  # of a busy machine; what hangs is cut off

"""In which order the worker does its work, and what it does while partitions are taken away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from models.clock import ManualClock
from models.records import Post, Topic
from models.stage import Transformed
from streams import metrics, wire
from streams.engines.worker import StageWorker
from streams.publish import Outgoing
from streams.settings.schema import EngineSettings, Settings
from streams.topology import PIPELINE
from tests import samples
from tests.contracts.toy import ToyUnderstand, post


class Recorder:
    """A flow and an edge that say what was asked of them, in order."""

    table = None
    edge = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def release(self) -> None:
        self.asked.append("release")

    async def commit(self) -> None:
        self.asked.append("commit")


async def test_what_is_under_way_is_cut_off_before_the_partitions_go() -> None:
    """An edge lets go before the position is committed: the next owner asks the channel, and nothing runs beside it."""
    world: Any = Recorder()
    stage = next(s for s in PIPELINE if s.name == "delivery")
    worker = StageWorker(stage, world, Settings(), world, publisher=world, clock=ManualClock(samples.NOW))
    assert world.on_revoked == worker.quiesce
    await worker.quiesce()
    assert world.asked == ["release", "commit"]


@dataclass
class World:
    """A source of posts, a step that passes them on, and a publisher that waits until it may; all in a diary."""

    table: None = None
    ready: bool = True
    diary: list[str] = field(default_factory=list)
    written: asyncio.Event = field(default_factory=asyncio.Event)
    may_publish: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False
    owned: list[int] = field(default_factory=lambda: [0])
    buried: list[Any] = field(default_factory=list)
    queue: "asyncio.Queue[Any]" = field(default_factory=asyncio.Queue)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def arrive(self, *offsets: int, value: bytes = wire.encode(post(1)), timestamp: float = 0.0) -> None:
        for offset in offsets:
            message = SimpleNamespace(
                partition=0, offset=offset, generation_id=1, key=b"k", value=value, headers=(), timestamp=timestamp
            )
            self.queue.put_nowait(SimpleNamespace(message=message, offset=offset))

    async def get(self) -> Any:
        return await self.queue.get()

    def get_nowait(self) -> Any:
        return self.queue.get_nowait()

    def is_current(self, _: Any) -> bool:
        return True

    async def committed(self, _: int) -> int | None:
        return 0

    def ack(self, events: Sequence[Any]) -> None:
        self.write(f"ack {[event.offset for event in events]}")

    async def commit(self) -> None:
        self.write("commit")

    def partitions(self) -> list[int]:
        return self.owned

    def highwater(self, _: int) -> int:
        return 9

    def __call__(self, records: Sequence[Post], now: datetime) -> Transformed:
        self.loop.call_soon_threadsafe(self.write, f"step {len(records)}")
        return ToyUnderstand()(records, now)

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        await self.may_publish.wait()
        if self.broken:
            raise ConnectionError("no broker")
        self.buried += [each.emit.record for each in outgoing if each.emit.topic is Topic.DEAD]
        self.write(f"publish {sum(each.emit.topic is Topic.MENTIONS for each in outgoing)}")

    def write(self, line: str) -> None:
        self.diary.append(line)
        self.written.set()

    async def wrote(self, *lines: str) -> None:
        """Returns when these are the diary's last lines."""
        async with asyncio.timeout(10):
            while self.diary[-len(lines) :] != list(lines):
                self.written.clear()
                await self.written.wait()


def worker_in(world: Any, clock: ManualClock | None = None) -> StageWorker:
    stage = next(s for s in PIPELINE if s.name == "understand")
    settings = Settings(engine=EngineSettings(batch=2, linger_s=0.0))
    clock = clock or ManualClock(samples.NOW)
    return StageWorker(stage, world, settings, world, publisher=world, clock=clock)


@asynccontextmanager
async def running(worker: StageWorker) -> AsyncIterator[None]:
    """The worker's loop, until the end of the block."""
    loop = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


async def test_the_next_batch_is_read_while_the_last_one_is_published() -> None:
    """And none after it: outputs leave in the order of their batches, each acknowledged when its own are out."""
    world = World()
    async with running(worker_in(world)):
        world.arrive(0, 1, 2, 3, 4, 5)
        await world.wrote("step 2", "step 2")
        world.may_publish.set()
        await world.wrote("publish 2", "ack [4, 5]")
    assert world.diary[:3] == ["step 2", "step 2", "publish 2"]
    told = [line for line in world.diary if not line.startswith("step")]
    assert told == ["publish 2", "ack [0, 1]", "publish 2", "ack [2, 3]", "publish 2", "ack [4, 5]"]


@pytest.mark.parametrize("more", [(), (2, 3)])
async def test_what_could_not_be_published_ends_the_loop(more: tuple[int, ...]) -> None:
    """Whether more records wait or none: nothing is acknowledged, and the process begins anew."""
    world = World(broken=True)
    world.may_publish.set()
    world.arrive(0, 1, *more)
    async with asyncio.timeout(10):
        with pytest.raises(ConnectionError):
            await worker_in(world).run()
    assert not any(line.startswith("ack") for line in world.diary)


async def test_partitions_go_when_everything_is_out_and_nothing_new_begins() -> None:
    """What waits to be published counts as under way; what arrives meanwhile is not begun."""
    world = World()
    worker = worker_in(world)
    async with running(worker):
        world.arrive(0, 1)
        await world.wrote("step 2")
        leaving = asyncio.create_task(worker.quiesce())
        world.loop.call_soon(world.arrive, 2, 3)
        world.loop.call_soon(world.may_publish.set)
        await asyncio.wait_for(leaving, 10)
        assert world.diary[:4] == ["step 2", "publish 2", "ack [0, 1]", "commit"]
        await world.wrote("publish 2", "ack [2, 3]")


async def test_a_worker_that_is_closed_finishes_what_it_has_begun() -> None:
    """Its outputs are out and acknowledged before it commits."""
    world = World()
    worker = worker_in(world)
    async with running(worker):
        world.arrive(0, 1)
        await world.wrote("step 2")
        world.loop.call_soon(world.may_publish.set)
        await asyncio.wait_for(worker.close(), 10)
        assert world.diary == ["step 2", "publish 2", "ack [0, 1]", "commit"]


async def test_a_partition_that_has_moved_away_has_no_lag_here() -> None:
    """Its new owner tells what waits there; what this process last saw would be added to it for ever."""
    world = World()
    world.may_publish.set()
    worker = worker_in(world)

    def told() -> dict[str, float]:
        lags = [s for family in metrics.LAG.collect() for s in family.samples if s.labels["stage"] == "understand"]
        return {lag.labels["partition"]: lag.value for lag in lags}

    async with running(worker):
        world.arrive(0)
        await world.wrote("ack [0]")
        assert (worker.waiting(), told()) == (8, {"0": 8.0})
        world.owned = []
        assert (worker.waiting(), told()) == (0, {})


async def test_a_clock_that_stands_still_falls_behind() -> None:
    """Nothing comes any more, not even ticks: how far it is behind grows all the same, or no rule would ring."""
    clock = ManualClock(samples.NOW)
    world: Any = SimpleNamespace(table=SimpleNamespace(data={}), partitions=lambda: [0], edge=True)
    stage = next(s for s in PIPELINE if s.name == "spikes")
    world.state_type = dict
    worker = StageWorker(stage, world, Settings(), world, publisher=world, clock=clock)
    worker._task = SimpleNamespace(now=lambda _: samples.NOW)

    def behind() -> float | None:
        return REGISTRY.get_sample_value("tocsin_stage_clock_lag_seconds", {"stage": "spikes"})

    worker.waiting()
    assert behind() == 0
    clock.advance(400)
    worker.waiting()
    assert behind() == 400


@pytest.mark.parametrize("timestamp", [1.7e12, -1e15, 1e300])
async def test_garbage_of_no_time_is_buried_too(timestamp: float) -> None:
    """A producer that stamps in other units than milliseconds must not end the stage, again and again."""
    world = World()
    world.may_publish.set()
    async with running(worker_in(world)):
        world.arrive(0, value=b"garbage", timestamp=timestamp)
        await world.wrote("publish 0", "ack [0]")
    assert [(letter.origin, letter.at) for letter in world.buried] == [("posts/0/0", samples.NOW)]


async def test_what_is_given_up_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Where it stood and why, once it is safe among the dead letters; a minute later, how many others there were."""
    world, clock = World(), ManualClock(samples.NOW)
    world.may_publish.set()
    worker = worker_in(world, clock)
    async with running(worker):
        world.arrive(0, 1, value=b"garbage")
        await world.wrote("ack [0, 1]")
        assert caplog.messages == ["understand: a record is given up (malformed) at posts/0/0; see `tocsin dead`"]
        clock.advance(60)
        worker.waiting()
    assert caplog.messages[1:] == ["understand: 1 more given up (malformed), the last at posts/0/1"]


async def test_what_fails_before_the_log_tells_any_time_is_dated_by_the_clock() -> None:
    """An agent that has just begun knows no time yet; a letter of 1970 is one that nobody asks for."""
    world = World()
    world.may_publish.set()
    async with running(worker_in(world)):
        world.arrive(0, value=wire.encode(post(1, text="raise")))
        await world.wrote("publish 0", "ack [0]")
    assert [(each.reason, each.at) for each in world.buried] == [("step-failed", samples.NOW)]

"""What every engine promises, whatever it runs on: the same suite for the runner in memory and for real processes.

A test's world has a brand and an hour of its own, so that tests can share processes, and one log of time.
"""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from models.records import AnyRecord, Dead, Post, Signal, SignalKind, Tick, Topic
from models.stage import Emit
from streams.engines.local import Crash
from tests.contracts.engines import Engine, KafkaEngine, LocalEngine, quick_settings
from tests.contracts.toy import START, post, share, toy_stages

_HOURS = itertools.count()
NAMES = tuple(stage.name for stage in toy_stages())


class World:
    """One engine, one brand, one hour."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._hour = next(_HOURS)
        self.brand = f"brand-{self._hour}"

    def post(self, n: int, *, at_s: float | None = None, text: str = "bad") -> Post:
        seconds = n if at_s is None else at_s
        return post(n, brand=self.brand, text=text, at_s=self._hour * 3600 + seconds)

    def tick(self, seconds: float) -> Tick:
        return Tick(now=START + timedelta(hours=self._hour, seconds=seconds))

    def mine(self, records: Sequence[AnyRecord]) -> list[Signal]:
        return [r for r in records if isinstance(r, Signal) and r.brand == self.brand]

    async def totals(self, last: int) -> list[float]:
        """What was said about the brand, in order, once `last` was."""

        def said(records: Sequence[AnyRecord]) -> bool:
            return any(s.observed == last for s in self.mine(records))

        return [s.observed for s in self.mine(await self.engine.until(Topic.INCIDENT_EVENTS, said))]

    async def letters(self, count: int) -> list[Dead]:
        """The brand's dead letters, once there are `count`."""

        def mine(records: Sequence[AnyRecord]) -> list[Dead]:
            return [r for r in records if isinstance(r, Dead) and self.brand.encode() in r.payload]

        return mine(await self.engine.until(Topic.DEAD, lambda records: len(mine(records)) >= count))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("local", id="local"),
        pytest.param("embedded", id="faust-embedded"),
        pytest.param("kafka", id="faust-kafka", marks=pytest.mark.kafka),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine that runs the toy pipeline; its processes are shared by the tests of this module."""
    if request.param == "local":
        yield LocalEngine()
        return
    broker = request.getfixturevalue("embedded_broker" if request.param == "embedded" else "kafka_server")
    settings = quick_settings(broker.address, "contract.")
    kafka = asyncio.run(KafkaEngine.prepared(settings, names=NAMES))
    kafka.agents.start_all()
    yield kafka
    kafka.agents.kill_all()


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


async def test_nothing_is_said_before_the_log_has_reached_it(world: World) -> None:
    """A mention is judged when a tick passes the time it was seen at, not before: ticks drive."""
    await world.engine.feed(world.post(1), world.post(30), world.tick(10))
    assert await world.totals(1) == [1]
    await world.engine.feed(world.tick(60))
    assert await world.totals(2) == [1, 2]


async def test_the_records_of_a_key_keep_their_order(world: World) -> None:
    """What is published under one key reaches the step in the order of publishing."""
    shares = [share(n, root=world.brand) for n in range(1, 40)]
    await world.engine.feed(*(Emit(Topic.SPREAD, world.brand, each) for each in shares), world.tick(60))

    def told(records: Sequence[AnyRecord]) -> list[Signal]:
        return [s for s in world.mine(records) if s.kind is SignalKind.VIRAL_THREAT and s.observed == len(shares)]

    signals = told(await world.engine.until(Topic.INCIDENT_EVENTS, lambda records: bool(told(records))))
    assert signals[0].reason == ",".join(each.id for each in shares)


async def test_a_record_delivered_twice_counts_once(world: World) -> None:
    """A source that repeats itself does not make a crisis."""
    await world.engine.feed(world.post(1), world.post(1), world.post(2), world.post(1), world.tick(60))
    assert await world.totals(2) == [2]


async def test_a_late_record_is_counted_at_the_next_tick(world: World) -> None:
    """A post that arrives after the log has passed its time is not lost."""
    await world.engine.feed(world.post(1), world.tick(60))
    assert await world.totals(1) == [1]
    await world.engine.feed(world.post(2, at_s=5), world.tick(61))
    assert await world.totals(2) == [1, 2]


async def test_poison_is_buried_and_its_neighbours_pass(world: World) -> None:
    """What a stage cannot decode, refuses, or fails on goes to `dead` with reason and origin, and blocks nobody."""
    poison = [world.post(n, text=text) for n, text in enumerate(("raise", "refuse", "poison-step"), 2)]
    garbage = b'{"not json": "' + world.brand.encode()
    await world.engine.feed(world.post(1), *poison, garbage, world.post(5), world.tick(60))
    assert await world.totals(2) == [2]
    letters = await world.letters(4)
    assert sorted(letter.reason for letter in letters) == ["malformed", "refused", "step-failed", "step-failed"]
    assert sorted(letter.origin.split("/")[0] for letter in letters) == ["mentions", "posts", "posts", "posts"]


@pytest.mark.parametrize("crash", list(Crash), ids=lambda crash: crash.name.lower())
async def test_a_crash_changes_nothing_that_is_said(world: World, crash: Crash) -> None:
    """Agents that are killed between any two steps come back and say the same, and nothing is lost."""
    await world.engine.feed(world.post(1), world.post(2), world.tick(3), crash, world.post(4), world.tick(10))
    totals = await world.totals(3)
    await world.engine.feed(crash, world.post(11), world.post(1), world.tick(60))
    assert totals == [2, 3]
    assert await world.totals(4) == [2, 3, 4]


async def test_a_restart_keeps_what_was_known(world: World) -> None:
    """States outlive the process that wrote them."""
    await world.engine.feed(*(world.post(n) for n in range(1, 8)), world.tick(10))
    assert await world.totals(7) == [7]
    await world.engine.feed(Crash.BEFORE_COMMIT, world.post(11), world.tick(60))
    assert await world.totals(8) == [7, 8]

"""Real processes on real brokers, killed at bad moments: the signals are those of a run in which nothing happened."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from models.records import AnyRecord, Post, Signal, Tick, Topic
from streams.brokers.embedded import EmbeddedBroker
from streams.engines.local import LocalRunner
from streams.parts import Parts
from streams.settings.schema import Settings
from tests.contracts.engines import KafkaEngine, distinct, quick_settings
from tests.contracts.kafka import KafkaServer
from tests.contracts.toy import START, post, toy_stages

pytestmark = pytest.mark.faults
NAMES = tuple(stage.name for stage in toy_stages())
BROKERS = [
    pytest.param("embedded", id="embedded"),
    pytest.param("kafka", id="kafka", marks=pytest.mark.kafka),
]


def story(minutes: int) -> list[list[Post | Tick]]:
    """Posts on three brands, a tick after each minute: what is fed, in parts."""
    parts: list[list[Post | Tick]] = []
    for minute in range(minutes):
        posts = [post(minute * 60 + n, brand=f"brand-{n % 3}") for n in range(60)]
        parts.append([*posts, Tick(now=START + timedelta(minutes=minute, seconds=59.5))])
    return parts


def facts(records: Sequence[AnyRecord]) -> set[tuple[str, str, float, str]]:
    return {(s.id, s.brand, s.observed, s.at.isoformat()) for s in records if isinstance(s, Signal)}


async def calm(parts: Sequence[Sequence[Post | Tick]]) -> set[tuple[str, str, float, str]]:
    """What is said when nothing goes wrong: by the other engine."""
    runner = LocalRunner(Parts(Settings()), stages=toy_stages())
    for part in parts:
        await runner.feed(*part)
    return facts(runner.records(Topic.INCIDENT_EVENTS))


@pytest.fixture
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[KafkaEngine]:
    """The toy pipeline on the broker that the parameter names, under a prefix of its own."""
    broker = request.getfixturevalue("embedded_broker" if request.param == "embedded" else "kafka_server")
    prefix = f"{request.node.name.replace('[', '-').replace(']', '')[:60]}."
    engine = await KafkaEngine.prepared(quick_settings(broker.address, prefix), names=NAMES)
    engine.agents.start_all()
    yield engine
    engine.agents.kill_all()


async def assert_same_as_calm(engine: KafkaEngine, parts: Sequence[Sequence[Post | Tick]]) -> None:
    """Waits until everything expected is said, and checks that nothing else is, repeats being true repeats."""
    expected = await calm(parts)
    found = await engine.until(
        Topic.INCIDENT_EVENTS,
        lambda records: facts(records) >= expected,
        told=lambda records: f"missing {expected - facts(records)}, unexpected {facts(records) - expected}",
    )
    assert facts(found) == expected
    everything = [record for record, _ in await engine.read(Topic.INCIDENT_EVENTS)]
    assert facts(everything) == facts(distinct(everything))


@pytest.mark.parametrize("engine", BROKERS, indirect=True)
@pytest.mark.parametrize("victim", NAMES[:2])
async def test_a_killed_agent_loses_and_doubles_nothing(engine: KafkaEngine, victim: str) -> None:
    """kill -9 of an agent in the middle of a feed, and a restart: the same signals, none lost."""
    parts = story(6)
    for part in parts[:2]:
        await engine.feed(*part)
    await engine.until(Topic.INCIDENT_EVENTS, lambda records: len(facts(records)) >= 3)
    await engine.feed(*parts[2])
    engine.agents.kill(victim)
    await engine.feed(*parts[3])
    engine.agents.start(victim)
    for part in parts[4:]:
        await engine.feed(*part)
    await assert_same_as_calm(engine, parts)


@pytest.mark.parametrize("engine", BROKERS, indirect=True)
async def test_partitions_can_move_in_the_middle_of_a_feed(engine: KafkaEngine) -> None:
    """A second process joins each stage, and the first is killed: partitions move twice, and the signals stay."""
    parts = story(6)
    await engine.feed(*parts[0])
    await engine.until(Topic.INCIDENT_EVENTS, lambda records: len(facts(records)) >= 3)
    second = type(engine.agents)(engine.settings, NAMES)
    try:
        second.start_all()
        for part in parts[1:4]:
            await engine.feed(*part)
        await engine.until(Topic.INCIDENT_EVENTS, lambda records: len(facts(records)) >= 6)
        engine.agents.kill_all()
        for part in parts[4:]:
            await engine.feed(*part)
        await assert_same_as_calm(engine, parts)
    finally:
        second.kill_all()


@pytest.mark.kafka
@pytest.mark.parametrize("engine", ["kafka"], indirect=True)
async def test_a_killed_broker_comes_back(engine: KafkaEngine, kafka_server: KafkaServer) -> None:
    """Kafka dies and starts again on its data: the agents wait for it, and the signals stay."""
    parts = story(4)
    await engine.feed(*parts[0])
    await engine.until(Topic.INCIDENT_EVENTS, lambda records: len(facts(records)) >= 3)
    kafka_server.kill()
    kafka_server.start()  # in this thread: the broker ends with the thread that started it
    for part in parts[1:]:
        await engine.feed(*part)
    await assert_same_as_calm(engine, parts)


@pytest.mark.parametrize("engine", BROKERS, indirect=True)
async def test_sigterm_ends_an_agent_cleanly(engine: KafkaEngine) -> None:
    """SIGTERM in the middle of a feed: exit code 0 within seconds, and what follows finds everything as it was."""
    parts = story(3)
    await engine.feed(*parts[0])
    await engine.until(Topic.INCIDENT_EVENTS, lambda records: len(facts(records)) >= 3)
    await engine.feed(*parts[1])
    codes = [await asyncio.to_thread(engine.agents.terminate, name, within_s=15) for name in NAMES]
    assert codes == [0, 0, 0]
    engine.agents.start_all()
    await engine.feed(*parts[2])
    await assert_same_as_calm(engine, parts)


async def test_states_on_disk_survive_a_kill(embedded_broker: EmbeddedBroker, tmp_path: Path) -> None:
    """With RocksDB beside the changelog, a killed agent finds its states on disk, and the signals stay."""
    settings = quick_settings(embedded_broker.address, "rocksdb.")
    disk = msgspec.structs.replace(settings.engine, state="rocksdb", data_dir=str(tmp_path))
    engine = await KafkaEngine.prepared(msgspec.structs.replace(settings, engine=disk), names=NAMES)
    parts = story(3)
    try:
        engine.agents.start_all()
        await engine.feed(*parts[0])
        await engine.until(Topic.INCIDENT_EVENTS, lambda records: len(facts(records)) >= 3)
        await engine.feed(*parts[1])
        engine.agents.kill("spikes")
        engine.agents.start("spikes")
        await engine.feed(*parts[2])
        await assert_same_as_calm(engine, parts)
        assert list((tmp_path / "spikes").rglob("*.db"))
    finally:
        engine.agents.kill_all()

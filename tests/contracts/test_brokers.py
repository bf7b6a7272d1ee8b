"""What both brokers do for us: topics as we want them, and publishing that neither drops nor blocks."""

import msgspec
import pytest

from models.clock import SystemClock
from models.records import Dead, Mention, Topic
from models.stage import Emit
from streams import wire
from streams.brokers.embedded import EmbeddedBroker, EmbeddedBrokerFailed
from streams.brokers.kafka import Access, BrokerAddressMissing, changelog_name, topic_name
from streams.brokers.publisher import KafkaPublisher, Raw, partition_for
from streams.brokers.stored import stored
from streams.brokers.topics import TopicMismatch, ensure_topics, pipeline_plans
from streams.publish import Outgoing, posted
from streams.settings.kinds import Secret
from streams.settings.schema import KafkaSettings, Settings
from streams.topology import PIPELINE
from tests.contracts.engines import KafkaEngine, quick_settings
from tests.contracts.toy import post

CLOCK = SystemClock()


@pytest.fixture(
    params=[pytest.param("embedded", id="embedded"), pytest.param("kafka", id="kafka", marks=pytest.mark.kafka)]
)
async def engine(request: pytest.FixtureRequest) -> KafkaEngine:
    """Topics under a prefix of the test's own; no agents."""
    broker = request.getfixturevalue("embedded_broker" if request.param == "embedded" else "kafka_server")
    prefix = f"{request.node.name.split('[')[0][-40:]}."
    return await KafkaEngine.prepared(quick_settings(broker.address, prefix), names=())


def publisher(settings: Settings) -> KafkaPublisher:
    return KafkaPublisher(Access(settings.kafka), CLOCK, stage="test")


async def test_topics_are_made_once(engine: KafkaEngine) -> None:
    """A second call finds everything there; changelogs are made as well."""
    plans = pipeline_plans(engine.settings.kafka)
    access = Access(engine.settings.kafka)
    created = await ensure_topics(access, plans)
    assert len(created) == sum(stage.keyed for stage in PIPELINE)
    assert all(name.endswith("-state-changelog") for name in created)
    assert await ensure_topics(access, plans) == []


async def test_a_wrong_partition_count_is_told_with_the_remedy(engine: KafkaEngine) -> None:
    """An agent never starts on topics whose keys would go elsewhere; the message says what to do."""
    other = msgspec.structs.replace(engine.settings.kafka, partitions=5)
    with pytest.raises(TopicMismatch, match=r"posts has 2 partitions.*set kafka.partitions = 2"):
        await ensure_topics(Access(other), pipeline_plans(other))


async def test_keys_keep_their_partition_and_order(engine: KafkaEngine) -> None:
    """Records of many batches stand in the order of publishing, each where its key belongs."""
    async with publisher(engine.settings) as out:
        for first in range(0, 60, 20):
            await out.publish([posted(post(n)) for n in range(first, first + 20)])
    found = await engine.read(Topic.POSTS)
    for partition in range(2):
        ids = [record.id for record, at in found if at == partition and not isinstance(record, Mention)]
        assert ids == [post(n).id for n in range(60) if partition_for(post(n).id, 2) == partition]


async def test_what_is_too_large_goes_to_dead(engine: KafkaEngine) -> None:
    """A record that no topic takes is cut, buried and told; its neighbours pass."""
    large = post(1, text="x" * 2_000_000)
    async with publisher(engine.settings) as out:
        await out.publish([posted(large), posted(post(2))])
    letters = [record for record, _ in await engine.read(Topic.DEAD)]
    assert [(d.reason, d.size > 2_000_000, len(d.payload)) for d in letters if isinstance(d, Dead)] == [
        ("too-large", True, 65_536)
    ]
    assert [record.id for record, _ in await engine.read(Topic.POSTS) if not isinstance(record, Dead)] == [post(2).id]


async def test_many_bytes_are_cut_into_batches(engine: KafkaEngine) -> None:
    """More than one request can carry is sent in several, and the last offset is told."""
    records = [Raw(b"k", wire.encode(post(n, text="x" * 200_000))) for n in range(12)]
    async with publisher(engine.settings) as out:
        assert await out.deliver(topic_name(engine.settings.kafka, Topic.POSTS), 1, records) == 11
    assert len(await engine.read(Topic.POSTS)) == 12


async def test_hostile_keys_are_published(engine: KafkaEngine) -> None:
    """Empty, endless and broken keys find a partition."""
    async with publisher(engine.settings) as out:
        await out.publish([Outgoing(Emit(Topic.POSTS, key, post(1))) for key in ("", "k" * 100_000, "\ud800", "\x00")])
    assert len(await engine.read(Topic.POSTS)) == 4


async def test_a_state_is_found_from_the_end_of_a_changelog(engine: KafkaEngine) -> None:
    """The last one that was written, however many others have been since; a deletion is none."""
    kafka = engine.settings.kafka
    await ensure_topics(Access(kafka), pipeline_plans(kafka))
    name, at = changelog_name(kafka, "spikes"), partition_for("acme", 2)
    others = [Raw(b"other", b"x" * 100) for _ in range(3_000)]

    async def found() -> bytes | None:
        consumer = Access(kafka).consumer()
        try:
            return await stored(consumer, kafka, "spikes", "acme")
        finally:
            await consumer.stop()

    async with publisher(engine.settings) as out:
        assert await found() is None
        await out.deliver(name, at, [Raw(b"acme", b"old"), Raw(b"acme", b"new"), *others])
        await out.deliver(name, at, [Raw(b"other", b"y")])
        assert await found() == b"new"
        await out.deliver(name, at, [Raw(b"acme", None)])
        assert await found() is None


def test_a_second_broker_on_a_port_says_so(embedded_broker: EmbeddedBroker) -> None:
    """The port of another broker is not taken over in silence."""
    port = int(embedded_broker.address.rpartition(":")[2])
    with pytest.raises(EmbeddedBrokerFailed, match="in use"):
        EmbeddedBroker(port).start()


def test_secrets_do_not_show() -> None:
    """Neither a way in nor its settings print the password."""
    access = Access(KafkaSettings(broker="h:1", security_protocol="SASL_PLAINTEXT", sasl_password=Secret("hunter2")))
    assert "hunter2" not in repr(access)
    assert access.credentials().password == "hunter2"


def test_the_embedded_broker_has_no_address_before_it_runs() -> None:
    """Agents are never sent to a broker that nobody has started."""
    with pytest.raises(BrokerAddressMissing):
        _ = Access(KafkaSettings()).servers

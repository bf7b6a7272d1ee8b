"""The two engines as the contract suite drives them: fed with items, asked for what a topic holds."""

from collections.abc import Callable, Sequence
from typing import Protocol

from aiokafka import TopicPartition

from models.clock import SystemClock
from models.records import AnyRecord, Dead, Mention, Post, Share, Tick, Topic
from models.stage import Emit, mentioned
from streams import wire
from streams.brokers.kafka import Access, topic_name
from streams.brokers.publisher import KafkaPublisher, Raw
from streams.brokers.topics import ensure_topics, source_plans
from streams.engines.local import Crash, LocalRunner
from streams.parts import Parts
from streams.publish import Outgoing, posted, ticks
from streams.settings.schema import EngineSettings, KafkaSettings, Settings
from streams.topology import TOPICS
from tests.contracts.toy import toy_stages
from tests.faults.processes import TOY, Agents

PATIENCE_S = 100.0
Feed = AnyRecord | Emit | bytes | Crash
Enough = Callable[[Sequence[AnyRecord]], bool]


class Engine(Protocol):
    async def feed(self, *items: Feed) -> None: ...

    async def until(self, topic: Topic, enough: Enough) -> list[AnyRecord]:
        """The topic's records without ticks, repeats left out, once there are enough; fails after a while."""
        ...


def _ids(records: Sequence[AnyRecord]) -> str:
    return ", ".join(f"{getattr(r, 'brand', '')}:{getattr(r, 'observed', '')}" for r in records[-40:])


def distinct(records: Sequence[AnyRecord]) -> list[AnyRecord]:
    """What a reader makes of a topic: a record whose id it has seen is a repeat."""
    seen: dict[str, AnyRecord] = {}
    for record in records:
        if not isinstance(record, Tick):
            seen.setdefault(record.id, record)
    return list(seen.values())


class LocalEngine:
    """The runner in memory."""

    def __init__(self) -> None:
        self._runner = LocalRunner(Parts(Settings()), stages=toy_stages())

    async def feed(self, *items: Feed) -> None:
        await self._runner.feed(*items)

    async def until(self, topic: Topic, enough: Enough) -> list[AnyRecord]:
        found = distinct(self._runner.records(topic))
        assert enough(found), found
        return found


def quick_settings(address: str, prefix: str, *, partitions: int = 2) -> Settings:
    """Settings for processes under test: time comes from the feed, and timeouts are short.

    An agent that hangs ends itself well within a test's patience, to be started again.
    """
    kafka = KafkaSettings(
        broker=address, prefix=prefix, partitions=partitions, rebalance_timeout_s=3.0, session_timeout_s=3.0
    )
    return Settings(kafka=kafka, engine=EngineSettings(time="log", linger_s=0.05, stuck_after_s=30.0))


class KafkaEngine:
    """Real agent processes on a real broker; a crash is SIGKILL for all of them, and a start."""

    def __init__(self, settings: Settings, agents: Agents) -> None:
        self.settings = settings
        self.agents = agents
        self._access = Access(settings.kafka)
        self._clock = SystemClock()

    @staticmethod
    async def prepared(settings: Settings, *, command: tuple[str, ...] = TOY, names: tuple[str, ...]) -> "KafkaEngine":
        """Makes the topics, waiting for a broker that has just been started; starts no agent."""
        engine = KafkaEngine(settings, Agents(settings, names, command=command))
        async with KafkaPublisher(engine._access, engine._clock, stage="test") as publisher:
            await publisher.insist("topics", lambda: ensure_topics(engine._access, source_plans(settings.kafka)))
        return engine

    async def feed(self, *items: Feed) -> None:
        async with KafkaPublisher(self._access, self._clock, stage="test") as publisher:
            for item in items:
                if isinstance(item, Crash):
                    self.agents.kill_all()
                    self.agents.start_all()
                elif isinstance(item, bytes):
                    await publisher.deliver(topic_name(self.settings.kafka, Topic.POSTS), 0, [Raw(b"raw", item)])
                else:
                    await publisher.publish(self._outgoing(item))

    async def until(
        self, topic: Topic, enough: Enough, *, told: Callable[[Sequence[AnyRecord]], str] = _ids
    ) -> list[AnyRecord]:
        """Polls with a bound; what was found so far is `told` when it is reached."""
        last: list[AnyRecord] = []
        until = self._clock.monotonic() + PATIENCE_S
        while self._clock.monotonic() < until:
            last = distinct([record for record, _ in await self.read(topic)])
            if enough(last):
                return last
            self.agents.revive()
            await self._clock.sleep(0.2)
        self.agents.tell_where_they_stand()
        await self._clock.sleep(2)
        raise AssertionError(f"not enough in {topic}: {told(last)}")

    async def read(self, topic: Topic) -> list[tuple[AnyRecord, int]]:
        """Everything a topic holds, repeats and ticks included, with partitions."""
        name = topic_name(self.settings.kafka, topic)
        consumer = self._access.consumer()
        await consumer.start()
        found: list[tuple[AnyRecord, int]] = []
        try:
            hot = TOPICS[topic].hot
            tps = [TopicPartition(name, p) for p in range(self.settings.kafka.partitions if hot else 1)]
            consumer.assign(tps)
            ends = await consumer.end_offsets(tps)
            await consumer.seek_to_beginning(*tps)
            left = {tp for tp in tps if ends[tp] > 0}
            while left:
                for tp, records in (await consumer.getmany(*left, timeout_ms=500)).items():
                    found += [(wire.decode(topic, r.value), tp.partition) for r in records]
                for tp in list(left):
                    if await consumer.position(tp) >= ends[tp]:
                        left.discard(tp)
        finally:
            await consumer.stop()
        return found

    def _outgoing(self, item: AnyRecord | Emit) -> list[Outgoing]:
        if isinstance(item, Tick):
            return ticks(Topic.POSTS, item, self.settings.kafka.partitions)
        if isinstance(item, Mention):
            return [Outgoing(emit) for emit in mentioned(item)]
        if isinstance(item, Post | Share | Dead):
            return [posted(item)]
        assert isinstance(item, Emit)
        return [Outgoing(item)]

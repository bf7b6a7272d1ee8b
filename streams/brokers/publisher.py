"""Publishing to Kafka: batched, acknowledged by all replicas, repeated until it succeeds, and never out of order.

A reader recognises repeats because offsets of one origin only grow within a partition (see `streams.publish.Lineage`).
That holds only if a record never overtakes an earlier one that is being repeated. So a partition's records go out in
batches of our own making, one after the other: the next leaves when the broker has acknowledged the one before.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Final, Self, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.partitioner import murmur2

from models.clock import Clock
from models.records import Topic
from streams import metrics, wire
from streams.brokers.kafka import Access, topic_name
from streams.dead import dead
from streams.publish import Outgoing

LINEAGE: Final = "lineage"
_LOG = logging.getLogger(__name__)
_FIRST_WAIT_S: Final = 0.1
_LONGEST_WAIT_S: Final = 10.0
_PROBE_S: Final = 5.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Raw:
    """One record as bytes. A value of None deletes the key (in compacted topics)."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def size(self) -> int:
        return len(self.key or b"") + len(self.value or b"")


@lru_cache(maxsize=65_536)
def partition_for(key: str, partitions: int) -> int:
    """Where Kafka's own clients put a key: murmur2, as in the Java client."""
    return int((murmur2(key.encode("utf-8", "replace")) & 0x7FFFFFFF) % partitions)


class KafkaPublisher:
    """The one producer of a process. `stage` names who publishes, in metrics and logs."""

    def __init__(self, access: Access, clock: Clock, *, stage: str) -> None:
        self._access = access
        self._clock = clock
        self._stage = stage
        self._producer: AIOKafkaProducer | None = None
        self._counts: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        """Starts; waits for a broker that does not answer yet for as long as it takes."""
        self._producer = await self.insist("connect", self._connect)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._producer is not None:
            await self._producer.stop()

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Returns when the broker has acknowledged all of it. What is too large for a topic goes to `dead`."""
        groups: dict[tuple[str, int], list[Raw]] = {}
        too_large: list[Outgoing] = []
        for out in outgoing:
            raw = self._raw(out)
            if raw.size > wire.MAX_RECORD_BYTES:
                too_large.append(_letter(out, raw, self._clock))
                continue
            name = topic_name(self._access.settings, out.emit.topic)
            partition = out.partition
            if partition is None:
                partition = partition_for(out.emit.key, await self._partitions(name))
            groups.setdefault((name, partition), []).append(raw)
            metrics.EMITTED.labels(self._stage, out.emit.topic.value).inc()
        await asyncio.gather(*(self.deliver(name, p, raws) for (name, p), raws in groups.items()))
        if too_large:
            metrics.DEAD.labels(self._stage, "too-large").inc(len(too_large))
            await self.publish(too_large)

    async def deliver(self, name: str, partition: int, records: Sequence[Raw]) -> int:
        """Writes records to one partition, in order, each batch after the one before; the last batch's base offset."""
        at, offset, limit = 0, -1, len(records)
        while at < len(records):
            try:
                sent, offset = await self._send_insisting(name, partition, records[at : at + limit])
            except MessageSizeTooLargeError:
                # The broker takes less than we allow: find the record by halving, and bury it.
                if min(limit, len(records) - at) > 1:
                    limit = max(1, min(limit, len(records) - at) // 2)
                    continue
                await self._bury(name, partition, records[at])
                sent = 1
            at += sent
        return offset

    async def insist(self, operation: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """Repeats `attempt` with growing pauses until it succeeds: an infrastructure error is never skipped."""
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                return await attempt()
            except MessageSizeTooLargeError:
                raise
            except (KafkaError, OSError, TimeoutError) as error:
                metrics.RETRIES.labels(self._stage, operation).inc()
                _LOG.warning("%s: %s failed, next try in %.1f s: %r", self._stage, operation, wait_s, error)
                await self._clock.sleep(wait_s)
                wait_s = min(_LONGEST_WAIT_S, wait_s * 2)

    async def reachable(self) -> bool:
        """Whether a broker answers: with nothing to publish and nothing to read, its absence would not show."""
        try:
            return bool(await asyncio.wait_for(self._started().client.force_metadata_update(), _PROBE_S))
        except (KafkaError, OSError, TimeoutError):
            return False

    async def _connect(self) -> AIOKafkaProducer:
        producer = self._access.producer()
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer

    async def _partitions(self, name: str) -> int:
        if name not in self._counts:
            producer = self._started()
            found = await self.insist("metadata", lambda: producer.partitions_for(name))
            self._counts[name] = len(found)
        return self._counts[name]

    async def _send_insisting(self, name: str, partition: int, records: Sequence[Raw]) -> tuple[int, int]:
        return await self.insist("publish", lambda: self._send(name, partition, records))

    async def _send(self, name: str, partition: int, records: Sequence[Raw]) -> tuple[int, int]:
        """Sends as many records as one batch holds; how many, and the offset of the last."""
        producer = self._started()
        batch = producer.create_batch()
        count = 0
        for raw in records:
            if batch.append(timestamp=None, key=raw.key, value=raw.value, headers=list(raw.headers)) is None:
                break
            count += 1
        batch.close()
        acknowledged = await (await producer.send_batch(batch, name, partition=partition))
        return count, int(acknowledged.offset) + count - 1

    async def _bury(self, name: str, partition: int, raw: Raw) -> None:
        origin = f"{name}/{partition}/refused-by-broker"
        key = (raw.key or b"").decode("utf-8", "replace")
        detail = f"{raw.size} bytes are more than the broker takes"
        letter = dead("too-large", detail, origin, self._clock.now(), key=key, payload=(raw.value or b"")[:1_000])
        metrics.DEAD.labels(self._stage, "too-large").inc()
        dead_topic = topic_name(self._access.settings, Topic.DEAD)
        await self._send_insisting(dead_topic, 0, [self._raw(letter)])

    def _raw(self, out: Outgoing) -> Raw:
        headers = () if out.lineage is None else ((LINEAGE, out.lineage.header()),)
        return Raw(out.emit.key.encode("utf-8", "replace"), wire.encode(out.emit.record), headers)

    def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise RuntimeError("the publisher is used as a context manager")
        return self._producer


def _letter(out: Outgoing, raw: Raw, clock: Clock) -> Outgoing:
    lineage = out.lineage
    origin = f"{out.emit.topic}/{out.emit.key[:200]}" if lineage is None else f"{lineage.origin}/{lineage.offset}"
    detail = f"{raw.size} bytes are more than {wire.MAX_RECORD_BYTES}"
    return dead("too-large", detail, origin, clock.now(), key=out.emit.key, payload=raw.value or b"")

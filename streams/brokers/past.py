"""Reads topics outside of any group, from a moment on: for the console, `tocsin why`, `audit` and `report`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from models.records import AnyRecord, Topic
from streams import wire
from streams.settings.schema import KafkaSettings
from streams.topology import TOPICS

_POLL_MS: Final = 500


class Consumer(Protocol):
    """What is used of aiokafka's consumer, which has no group here: every reader reads everything."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def topics(self) -> set[str]: ...
    def assign(self, partitions: Sequence[Any]) -> None: ...
    async def offsets_for_times(self, timestamps: Mapping[Any, int]) -> Mapping[Any, Any]: ...
    async def end_offsets(self, partitions: Sequence[Any]) -> Mapping[Any, int]: ...
    async def seek_to_beginning(self, *partitions: Any) -> object: ...
    def seek(self, partition: Any, offset: int) -> None: ...
    async def position(self, partition: Any) -> int: ...
    async def getmany(self, *, timeout_ms: int) -> Mapping[Any, Sequence[Any]]: ...


class TopicsMissing(Exception):
    """The topics to read have not been created yet."""


@dataclass(frozen=True, slots=True)
class Found:
    """One message: `record` is None where its bytes are no record, and `flaw` then says why not."""

    topic: Topic
    partition: int
    offset: int
    record: AnyRecord | None
    flaw: str = ""


class Past:
    """Reads `topics` from `since` on, and goes on with what comes. `caught_up`: what was there is read.

    Raises `TopicsMissing`, and Kafka's errors while the broker does not answer.
    """

    def __init__(self, consumer: Consumer, kafka: KafkaSettings, topics: Sequence[Topic]) -> None:
        self.caught_up = False
        self._consumer = consumer
        self._kafka = kafka
        self._topics = {f"{kafka.prefix}{topic}": topic for topic in topics}

    async def batches(self, since: datetime) -> AsyncIterator[list[Found]]:
        """What each poll brought, for ever; an empty list where nothing came."""
        await self._consumer.start()
        partitions = await self._partitions()
        self._consumer.assign(partitions)
        await self._seek(partitions, since)
        ends = await self._consumer.end_offsets(partitions)
        while True:
            polled = await self._consumer.getmany(timeout_ms=_POLL_MS)
            found = [
                self._found(self._topics[partition.topic], message)
                for partition, messages in polled.items()
                for message in messages
            ]
            if not self.caught_up:
                positions = {partition: await self._consumer.position(partition) for partition in partitions}
                self.caught_up = all(positions[partition] >= ends[partition] for partition in partitions)
            yield found

    async def to_the_end(self, since: datetime) -> AsyncIterator[list[Found]]:
        """What was there when the reading began."""
        async for found in self.batches(since):
            yield found
            if self.caught_up:
                return

    async def _partitions(self) -> list[Any]:
        from aiokafka import TopicPartition

        # Asking for a topic by its name would create it on some brokers.
        missing = sorted(self._topics.keys() - await self._consumer.topics())
        if missing:
            raise TopicsMissing(f"{', '.join(missing)}: not created yet, see tocsin topics")
        count = self._kafka.partitions
        return [
            TopicPartition(name, p)
            for name, topic in self._topics.items()
            for p in range(count if TOPICS[topic].hot else 1)
        ]

    async def _seek(self, partitions: Sequence[Any], since: datetime) -> None:
        from aiokafka.errors import UnsupportedVersionError

        stamp = max(int(since.timestamp() * 1_000), 0)
        try:
            found = await self._consumer.offsets_for_times(dict.fromkeys(partitions, stamp))
        except UnsupportedVersionError:
            found = {}
        for partition in partitions:
            at = found.get(partition)
            if at is None:  # nothing is as young, or the broker keeps no index of times: then read what there is
                await self._consumer.seek_to_beginning(partition)
            else:
                self._consumer.seek(partition, at.offset)

    def _found(self, topic: Topic, message: Any) -> Found:
        try:
            return Found(topic, message.partition, message.offset, wire.decode(topic, message.value))
        except wire.Undecodable as error:
            return Found(topic, message.partition, message.offset, None, error.reason)

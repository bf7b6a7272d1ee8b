"""Reads along: tallies what goes through the topics, and knows how far the story has been told."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Final

from aiokafka import TopicPartition

from models.records import AnyRecord, Tick, Topic
from streams import wire
from streams.brokers.kafka import Access, topic_name
from streams.demo.summary import Tally
from streams.engines.task import upstream
from streams.topology import PIPELINE, TOPICS

WATCHED: Final = (Topic.MENTIONS, Topic.INCIDENT_EVENTS, Topic.OUTBOX, Topic.DELIVERIES, Topic.DEAD)
START: Final = datetime.fromtimestamp(0, UTC)


class Watch:
    """A reader outside of any group, from the beginning."""

    def __init__(self, access: Access, tally: Tally, partitions: int) -> None:
        self._access = access
        self._partitions = partitions
        self._clocks: dict[tuple[int, str], datetime] = {}
        delivery = next(stage for stage in PIPELINE if stage.source is Topic.OUTBOX)
        self._awaited = {(p, origin) for p in range(partitions) for origin in upstream(delivery, partitions)}
        self.tally = tally
        self.hours: Counter[datetime] = Counter()
        self.adverse_hours: Counter[datetime] = Counter()

    @property
    def reached(self) -> datetime:
        """Up to when every stage before delivery has told the story."""
        if not self._awaited <= self._clocks.keys():
            return START
        return min(self._clocks[each] for each in self._awaited)

    async def run(self) -> None:
        """Until cancelled."""
        consumer = self._access.consumer()
        await consumer.start()
        try:
            names = {topic_name(self._access.settings, topic): topic for topic in WATCHED}
            assigned = [
                TopicPartition(name, p)
                for name, topic in names.items()
                for p in range(self._partitions if TOPICS[topic].hot else 1)
            ]
            consumer.assign(assigned)
            await consumer.seek_to_beginning(*assigned)
            while True:
                for tp, messages in (await consumer.getmany(timeout_ms=200)).items():
                    for message in messages:
                        self._take(names[tp.topic], tp.partition, message.value)
        finally:
            await asyncio.shield(consumer.stop())

    def _take(self, topic: Topic, partition: int, payload: bytes | None) -> None:
        record = wire.decode(topic, payload)
        if isinstance(record, Tick):
            if topic is Topic.OUTBOX:
                self._clocks[partition, record.origin] = record.now
            return
        self._count(record)
        self.tally.take([record])

    def _count(self, record: AnyRecord) -> None:
        post = getattr(record, "post", None)
        if post is not None and getattr(record, "id", "") not in self.tally.mentions:
            hour = post.created_at.replace(minute=0, second=0, microsecond=0)
            self.hours[hour] += 1
            self.adverse_hours[hour] += bool(getattr(record, "adverse", False))

"""Runs a drill against a broker: publishes it, looks on until a human takes charge, and closes it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from models.clock import Clock
from models.records import Topic, digest
from models.stage import Emit
from streams.brokers.kafka import Access
from streams.brokers.past import Consumer, Past
from streams.brokers.publisher import KafkaPublisher
from streams.desks import desk_of
from streams.drill import Stopwatch, closing, drill
from streams.publish import Outgoing, posted
from streams.settings.schema import Settings

WATCHED: Final = (Topic.MENTIONS, Topic.INCIDENT_EVENTS, Topic.NOTIFICATIONS, Topic.DELIVERIES)


class Exercise:
    """One drill, from the first post to its end."""

    def __init__(
        self, settings: Settings, brand: str, clock: Clock, *, shares: int, say: Callable[[str, str, float], None]
    ) -> None:
        known = settings.brand(brand)
        assert known is not None, "the caller has looked the brand up"
        now = clock.now()
        self._settings = settings
        self._clock = clock
        self._drill = drill(known, digest("drill", brand, now.isoformat())[:10], now, shares=shares)
        self._watch = Stopwatch(self._drill, now, say)

    async def run(self, consumer: Consumer, access: Access, timeout: timedelta, stop: asyncio.Event) -> float | None:
        """Seconds from the first post to the human who took charge; None where none did. Raises Kafka's errors."""
        async with KafkaPublisher(access, self._clock, stage="drill") as publisher:
            reading = Past(consumer, self._settings.kafka, WATCHED).batches(self._watch.began - timedelta(minutes=1))
            await anext(reading)  # what is looked at must exist before anybody is called
            await publisher.publish([posted(record) for record in self._drill.records])
            deadline = self._clock.monotonic() + timeout.total_seconds()
            async for batch in reading:
                for found in batch:
                    if found.record is not None:
                        self._watch.take(found.record, self._clock.now())
                over = self._watch.acknowledged_s is not None or stop.is_set()
                if over or self._clock.monotonic() >= deadline:
                    break
            await self._close(publisher)
        return self._watch.acknowledged_s

    async def _close(self, publisher: KafkaPublisher) -> None:
        if self._watch.incident is not None:
            record = closing(self._drill, self._watch.incident, self._clock.now())
            key = desk_of(self._settings)(record.brand)
            await publisher.publish([Outgoing(Emit(Topic.INCIDENT_EVENTS, key, record))])

    def verdict(self) -> str:
        """The exercise in one sentence, and what to look at where it failed."""
        if self._watch.acknowledged_s is not None:
            return f"A human took charge after {self._watch.acknowledged_s:.1f} s."
        if self._watch.told:
            return f"People were told {self._watch.told} times, and nobody took charge."
        if self._watch.incident is not None:
            why = f"tocsin why {self._drill.brand} tells why"
            return f"An incident was opened, and nobody was told: {why}."
        return "Nothing was noticed: are the agents running? See docs/operations.md."

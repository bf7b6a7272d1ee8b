"""What Kafka still holds of a brand's past, read for `tocsin why`, `tocsin audit` and `tocsin report`."""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from alerts.audit import Entry, Query, timeline
from alerts.render.account import Heard, Reader, Unjudged
from alerts.render.standing import DRILL
from models.clock import Clock
from models.records import AnyRecord, Mention, Topic
from streams.brokers.past import Consumer, Past
from streams.brokers.stored import stored
from streams.settings.kinds import Locale
from streams.settings.schema import Settings
from streams.zones import zone_of

JUDGED: Final = (Topic.INCIDENT_EVENTS, Topic.NOTIFICATIONS, Topic.DELIVERIES)
_BEGINNING: Final = datetime.fromtimestamp(0, UTC)
_MARGIN: Final = timedelta(minutes=10)
"""What belongs together may lie this far apart in the logs of different topics."""


class History:
    """One look at the past. With the log's own time (a replay) Kafka's index of times says nothing: all is read."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @property
    def replayed(self) -> bool:
        return self._settings.engine.time == "log"

    async def entries(self, consumer: Consumer, query: Query) -> list[Entry]:
        """The timeline that a query asks for; raises `TopicsMissing` and Kafka's errors."""
        records = await self._read(consumer, JUDGED, query.since)
        return timeline(records, query)

    async def heard(self, consumer: Consumer, brand: str, since: datetime, until: datetime) -> Heard:
        """How many mentions of a brand there were between two moments, each counted once."""
        seen: set[str] = set()
        adverse: Counter[datetime] = Counter()
        elsewhere = 0
        async for batch in self._past(consumer, (Topic.MENTIONS,)).to_the_end(self._from(since)):
            for found in batch:
                mention = found.record
                if not isinstance(mention, Mention) or mention.brand != brand or mention.id in seen:
                    continue
                if since <= mention.post.created_at <= until:
                    seen.add(mention.id)
                    hour = mention.post.created_at.replace(minute=0, second=0, microsecond=0)
                    adverse[hour] += mention.adverse
                    elsewhere += mention.against_others
        if not seen:
            return Heard()
        worst_hour, worst = max(adverse.items(), key=lambda each: (each[1], each[0]))
        return Heard(len(seen), sum(adverse.values()), worst_hour, worst, elsewhere)

    async def unjudged(self, consumer: Consumer, brand: str) -> Unjudged | None:
        """What a brand's surges wait for to be judged, by the detector's own state; None: they are judged, or it cannot
        be read (a state of another build).
        """
        from models.spikes.baseline import KNOWN_HOURS
        from models.spikes.memory import minute_of, time_of
        from streams.engines.task import StateCodec
        from streams.parts import Parts, spikes

        raw = await stored(consumer, self._settings.kafka, "spikes", brand)
        if raw is None:
            return Unjudged(KNOWN_HOURS)
        step = spikes(Parts(self._settings)).inner
        try:
            state = StateCodec(step.state_type).decode(brand, raw).value
        except (msgspec.DecodeError, zlib.error):
            return None
        if state.tracked is None:
            return Unjudged(KNOWN_HOURS)
        detector = step.detector(brand)
        now = state.tracked.at * detector.params.bin_min if self.replayed else minute_of(self._clock.now())
        awaited = detector.awaited(state.tracked, now)
        if awaited is None:
            return None
        times = (time_of(minute) for minute in (awaited.since, awaited.earliest, awaited.latest))
        return Unjudged(KNOWN_HOURS, awaited.hours, *times)

    async def each(
        self, consumer: Consumer, topics: Sequence[Topic], since: datetime, take: Callable[[AnyRecord], None]
    ) -> None:
        """Hands over every record of topics since a moment, ticks included, without keeping any."""
        async for batch in self._past(consumer, topics).to_the_end(self._from(since - _MARGIN)):
            for found in batch:
                if found.record is not None:
                    take(found.record)

    async def _read(self, consumer: Consumer, topics: Sequence[Topic], since: datetime | None) -> list[AnyRecord]:
        begin = _BEGINNING if since is None else since - _MARGIN
        return [
            found.record
            async for batch in self._past(consumer, topics).to_the_end(self._from(begin))
            for found in batch
            if found.record is not None
        ]

    def _past(self, consumer: Consumer, topics: Sequence[Topic]) -> Past:
        return Past(consumer, self._settings.kafka, topics)

    def _from(self, since: datetime) -> datetime:
        return _BEGINNING if self.replayed else since


def reader(settings: Settings, brand: str, locale: Locale | None = None) -> Reader:
    """How a brand's past is told: in its language, or another one, in its time zone, with people's names."""
    known = settings.brand(brand.removeprefix(DRILL))
    names = {f"person:{name}": person.label or name for name, person in settings.people.items()}
    zone = UTC if known is None else zone_of(known.timezone)
    return Reader(locale or ("en" if known is None else known.locale), zone, names)

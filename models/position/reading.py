"""Reads a brand's position from mentions, of a period and the one before it (`figures.py`).

One pass, in any order; repeats count once. Memory is bounded: up to `IDS` mentions, `AUTHORS` authors and `STORIES`
stories everything is exact. Beyond it the oldest ids are forgotten, the least weighty authors and stories fall off, and
distinct ones are counted by a sketch (`models/distinct.py`).
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from models.distinct import key64
from models.position.bins import Bins
from models.position.figures import Change, Part, Period, Place, Position, Rival, Topic
from models.position.tallies import SHOWN, Count, Told, Voice, one_more
from models.records import Mention

IDS: Final = 1_000_000
STORIES: Final = 20_000
PLACES: Final = 1_000
"""Networks or languages beyond this many are told together, without a name."""
ENOUGH: Final = 10
"""Of fewer mentions before, no growth is told: twice as much as one is nothing."""
_HOUR_S: Final = 3_600
_TOLERATED: Final = 0.1
"""So much of a period may be missing, and it still counts as heard."""


def changed(now: Part, before: Part | None) -> Change:
    """
    >>> changed(Part(18, 0.18, (0.15, 0.21)), Part(9, 0.09, (0.07, 0.12)))
    <Change.MORE: 'more'>
    """
    if before is None or now.interval is None or before.interval is None:
        return Change.UNKNOWN
    if now.interval[0] > before.interval[1]:
        return Change.MORE
    return Change.LESS if now.interval[1] < before.interval[0] else Change.UNCLEAR


class Reading:
    """Takes mentions of a brand and its rivals, of a period and the one before it, and sees its position in them."""

    def __init__(self, brand: str, period: Period, zone: tzinfo = UTC, rivals: Sequence[str] = ()) -> None:
        self._brand = brand
        self._period = period
        self._before = period.before
        self._zone = zone
        self._rivals = {name: (Count(), Count()) for name in dict.fromkeys(rivals) if name != brand}
        self._bins = Bins(period, zone)
        self._voices = (Voice(), Voice())
        self._stories: dict[str, Told] = {}
        self._networks: dict[str, Count] = {}
        self._languages: dict[str, Count] = {}
        self._topics: dict[str, int] = {}
        self._seen: dict[int, None] = {}
        self._heard_from: datetime | None = None
        self._hours: set[int] = set()

    def heard(self, at: datetime) -> None:
        """Something was listening at that time, whatever it heard."""
        if self._heard_from is None or at < self._heard_from:
            self._heard_from = at

    def ticked(self, at: datetime) -> None:
        """Time passed through the log: whatever had been said until then has been counted."""
        self.heard(at)
        if at in self._period or at in self._before:
            self._hours.add(int(at.timestamp() // _HOUR_S))

    def add(self, mention: Mention) -> None:
        """One mention, of whatever brand and time."""
        self.heard(mention.post.seen_at)
        now = mention.post.created_at in self._period
        if not now and mention.post.created_at not in self._before:
            return
        rivals = self._rivals.get(mention.brand)
        if (rivals is None and mention.brand != self._brand) or self._again(mention):
            return
        label = mention.sentiment.label
        wording = key64(mention.wording or mention.story)
        if rivals is not None:
            rivals[not now].add(mention, label, wording)
            return
        author = key64(mention.post.author.id)
        self._voices[not now].add(mention, label, wording, author)
        if now:
            self._detail(mention, label, wording, author)

    def _again(self, mention: Mention) -> bool:
        hashed = key64(mention.id)
        if hashed in self._seen:
            return True
        self._seen[hashed] = None
        if len(self._seen) > IDS:
            del self._seen[next(iter(self._seen))]
        return False

    def _detail(self, mention: Mention, label: str, wording: int, author: int) -> None:
        self._bins.add(mention, label)
        for places, name in ((self._networks, mention.post.network), (self._languages, mention.language)):
            known = name if name in places or len(places) < PLACES else ""
            places.setdefault(known, Count()).add(mention, label, wording)
        if mention.risk is not None:
            one_more(self._topics, mention.risk.topic)
        self._stories.setdefault(mention.story, Told()).add(mention, label, wording, author)
        if len(self._stories) > STORIES:
            self._stories = dict(self._loudest(STORIES // 2))

    def _loudest(self, limit: int) -> list[tuple[str, Told]]:
        return sorted(self._stories.items(), key=lambda each: (-len(each[1].voices), -each[1].count.mentions, each[0]))[
            :limit
        ]

    def position(self) -> Position:
        """What there is to say by now."""
        now, before = (voice.standing() for voice in self._voices)
        tolerated = _TOLERATED * self._period.length
        deaf, deaf_before = self._deaf(self._period), self._deaf(self._before)
        late = self._heard_from is not None and self._heard_from - self._period.since > tolerated
        reaches = (
            self._heard_from is not None
            and self._heard_from - self._before.since <= tolerated
            and (deaf_before or 0) * timedelta(hours=1) <= tolerated
        )
        known = before if reaches else None
        return Position(
            period=self._period,
            step=self._bins.step,
            listened=self._heard_from is not None and self._heard_from < self._period.until,
            heard_from=self._heard_from if late else None,
            deaf_hours=deaf,
            now=now,
            before=known,
            growth=_growth(now.mentions, None if known is None else known.mentions),
            change=changed(now.negative, None if known is None else known.negative),
            series=self._bins.series(),
            topics=self._topics_told(),
            networks=_places(self._networks, now.mentions),
            languages=_places(self._languages, now.mentions),
            critics=self._voices[0].crowd.critics(),
            advocates=self._voices[0].crowd.advocates(),
            stories=tuple(each.story(name) for name, each in self._loudest(SHOWN)),
            rivals=self._rivals_told(reaches=reaches) if self._rivals else (),
        )

    def _deaf(self, period: Period) -> int | None:
        """In how many whole hours of a period no time passed; None where none ever did, as in a file."""
        if not self._hours:
            return None
        first, end = math.ceil(period.since.timestamp() / _HOUR_S), int(period.until.timestamp() // _HOUR_S)
        return sum(hour not in self._hours for hour in range(first, end))

    def _topics_told(self) -> tuple[Topic, ...]:
        whole = self._voices[0].count.mentions
        ranked = sorted(self._topics.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Topic(topic=topic, mentions=count, share=round(count / whole, 4)) for topic, count in ranked)

    def _rivals_told(self, *, reaches: bool) -> tuple[Rival, ...]:
        ours = (self._voices[0].count, self._voices[1].count)
        whole = [ours[i].mentions + sum(each[i].mentions for each in self._rivals.values()) for i in (0, 1)]
        ranked = sorted(self._rivals.items(), key=lambda item: (-item[1][0].mentions, item[0]))
        return tuple(_rival(name, counts, whole, reaches=reaches) for name, counts in [(self._brand, ours), *ranked])


def _rival(name: str, counts: Sequence[Count], whole: Sequence[int], *, reaches: bool) -> Rival:
    now, before = counts
    known = before.part(before.negative) if reaches else None
    negative = now.part(now.negative)
    return Rival(
        brand=name,
        mentions=now.mentions,
        share_of_voice=round(now.mentions / whole[0], 4) if whole[0] else None,
        negative=negative,
        mentions_before=before.mentions if reaches else None,
        share_of_voice_before=round(before.mentions / whole[1], 4) if reaches and whole[1] else None,
        negative_before=known,
        change=changed(negative, known),
    )


def _places(counts: Mapping[str, Count], whole: int) -> tuple[Place, ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1].mentions, item[0]))
    return tuple(
        Place(
            name=name,
            mentions=count.mentions,
            share=round(count.mentions / whole, 4),
            negative=count.part(count.negative),
        )
        for name, count in ranked[: 2 * SHOWN]
    )


def _growth(now: int, before: int | None) -> float | None:
    return None if before is None or before < ENOUGH else round(now / before - 1, 4)

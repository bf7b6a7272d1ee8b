"""What there is to say of a brand's position: the figures of a report, as typed facts."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class Period(msgspec.Struct, frozen=True):
    """From `since` on, until just before `until`.

    >>> from datetime import datetime
    >>> day = Period(datetime(2026, 3, 2), datetime(2026, 3, 3))
    >>> day.before.since, datetime(2026, 3, 3) in day
    (datetime.datetime(2026, 3, 1, 0, 0), False)
    """

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    @property
    def before(self) -> "Period":
        """The one of the same length that ends where this one begins."""
        return Period(self.since - self.length, self.since)

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until


class Part(msgspec.Struct, frozen=True):
    """How many of the mentions, and which share of them: None where there was none.

    `interval` is Wilson's 90 % interval of the share as what the public thinks: copies of one text count once in it,
    for they are no more opinions than one.
    """

    count: int
    share: float | None = None
    interval: tuple[float, float] | None = None


class Change(StrEnum):
    """How a share compares with the period before: only where the two intervals do not meet it has clearly changed."""

    MORE = "more"
    LESS = "less"
    UNCLEAR = "no-clear-change"
    UNKNOWN = "unknown"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of the brand in one period.

    `texts` are the different wordings; `authors` counts every post of an `unnamed` author as one of its own, so that it
    is at most so many. `reach` is the sum of the followers of all authors, where known: at most so many people.
    `adverse` is negative, or at risk (`Mention.adverse`).
    """

    mentions: int
    authors: int
    unnamed: int
    stories: int
    texts: int
    reach: int | None
    negative: Part
    neutral: Part
    positive: Part
    at_risk: Part
    adverse: Part


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """An hour or a day of the brand's time zone. `partial`: only a part of it is in the period."""

    at: datetime
    mentions: int
    positive: int
    negative: int
    adverse: int
    partial: bool = False


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A crisis topic, in how many mentions it was found, and in which share of them."""

    topic: str
    mentions: int
    share: float


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A network or a language."""

    name: str
    mentions: int
    share: float
    negative: Part


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks against the brand, or for it. `author` is what the public calls them: hostile text."""

    author: str
    network: str
    followers: int | None
    mentions: int
    negative: int
    positive: int


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What was told, by how many different authors, and its post with the largest audience. Hostile text."""

    story: str
    voices: int
    mentions: int
    negative: Part
    first_at: datetime
    excerpt: str
    author: str
    network: str
    at: datetime
    url: str | None
    followers: int | None
    sentiment: str
    topic: str | None = None
    """The crisis topic that most of its mentions at risk have."""


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """A brand's part in what is said of it and its competitors; `before` None: unknown."""

    brand: str
    mentions: int
    share_of_voice: float | None
    negative: Part
    mentions_before: int | None
    share_of_voice_before: float | None
    negative_before: Part | None
    change: Change


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it. `before` is None where what is known does not reach back far enough.

    `step`: of the series, `hour` or `day`. `listened`: something listened before the period ended, whatever it heard;
    `heard_from`: from when on anything was heard, where that is only after the period began; `deaf_hours`: in
    how many of its hours nothing listened, None where that cannot be known. `growth` is the change of the number of
    mentions, as a part of the number before. `rivals` begin with the brand itself.
    """

    period: Period
    step: str
    listened: bool
    heard_from: datetime | None
    deaf_hours: int | None
    now: Standing
    before: Standing | None
    growth: float | None
    change: Change
    series: tuple[Bin, ...]
    topics: tuple[Topic, ...]
    networks: tuple[Place, ...]
    languages: tuple[Place, ...]
    critics: tuple[Person, ...]
    advocates: tuple[Person, ...]
    stories: tuple[Story, ...]
    rivals: tuple[Rival, ...]

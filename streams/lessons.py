"""What a file of the past teaches the spike detector about each brand, by the pipeline's own first two stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models.records import Mention, Past, Post, Share, Topic, digest
from models.spikes.counting import FORGOTTEN_MIN
from models.spikes.memory import minute_of
from models.spikes.past import learned
from streams.backtest import Progress, play, unprocessed
from streams.ingest import FUTURE
from streams.parts import Parts, spikes
from streams.settings.schema import Settings
from streams.topology import PIPELINE

LISTENING: Final = PIPELINE[:2]
"""Understanding and the spike detector: what comes after them calls people."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What there was of one brand, and what it teaches; `past` is None where that is too little to judge by."""

    brand: str
    mentions: int
    adverse: int
    first: datetime
    last: datetime
    past: Past | None


@dataclass(frozen=True, slots=True)
class Lessons:
    """By brand, in the order of the settings. `dead`: what could not be processed, counted by reason."""

    each: tuple[Lesson, ...]
    dead: dict[str, int]


def too_old(posts: Sequence[Post | Share], now: datetime) -> bool:
    """Whether the detector would forget at once what these posts teach: they end more than ten weeks before `now`."""
    return minute_of(now) - minute_of(posts[-1].seen_at) >= FORGOTTEN_MIN


def to_come(posts: Sequence[Post | Share], now: datetime) -> int:
    """How many of these posts are of a time that is still to come, beyond what clocks may differ by."""
    return sum(post.seen_at > now + FUTURE for post in posts)


async def lessons(
    posts: Sequence[Post | Share], settings: Settings, now: datetime, progress: Progress | None = None
) -> Lessons:
    """Plays posts (one at least, in the order they were seen) as they would have been heard; nobody is told of them."""
    runner = await play(posts, settings, stages=LISTENING, progress=progress, after=timedelta(0))
    until = posts[-1].seen_at
    heard: dict[str, list[Mention]] = {}
    for record in runner.records(Topic.MENTIONS):
        if isinstance(record, Mention):
            heard.setdefault(record.brand, []).append(record)
    step, states = spikes(Parts(settings)).inner, runner.states("spikes")

    def taught(brand: str) -> Past | None:
        lesson = learned(states[brand].value, step.detector(brand), minute_of(until))
        if lesson is None:
            return None
        identity = digest("past", brand, until.isoformat(), now.isoformat())
        return Past(id=identity, brand=brand, at=now, until=until, learned=lesson)

    found = tuple(
        Lesson(
            brand=brand.name,
            mentions=len(heard[brand.name]),
            adverse=sum(mention.adverse for mention in heard[brand.name]),
            first=min(mention.post.created_at for mention in heard[brand.name]),
            last=max(mention.post.created_at for mention in heard[brand.name]),
            past=taught(brand.name),
        )
        for brand in settings.brands
        if brand.name in heard
    )
    return Lessons(found, unprocessed(runner))

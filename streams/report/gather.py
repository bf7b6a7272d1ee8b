"""Where a report's records come from: the topics of a running pipeline, or a file through the same pipeline."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from alerts.handling import Casebook
from models.position.reading import Reading
from models.records import AnyRecord, Mention, Post, Share, Tick, Topic
from streams.settings.schema import Settings

SAID: Final = (Topic.MENTIONS,)
DONE: Final = (Topic.INCIDENT_EVENTS, Topic.NOTIFICATIONS)


class Gathering:
    """Takes records of any topic to where they belong."""

    def __init__(self, reading: Reading, casebook: Casebook) -> None:
        self.reading = reading
        self.casebook = casebook

    def said(self, record: AnyRecord) -> None:
        """A record of `SAID`: a tick there says that the pipeline was listening."""
        if isinstance(record, Mention):
            self.reading.add(record)
        elif isinstance(record, Tick):
            self.reading.ticked(record.now)

    def done(self, record: AnyRecord) -> None:
        """A record of `DONE`."""
        self.casebook.add(record)


def rivals_of(brand: str, settings: Settings, others: Iterable[str] = ()) -> tuple[str, ...]:
    """The brands to compare with where none is named: those of the brand's sector; without one, all, and `others`."""
    known = settings.brand(brand)
    if known is not None and known.sector:
        return tuple(each.name for each in settings.brands if each.sector == known.sector and each.name != brand)
    names = dict.fromkeys([*(each.name for each in settings.brands), *others])
    return tuple(name for name in names if name != brand)


def end_of(posts: Sequence[Post | Share]) -> datetime:
    """When a file of the past ends: the minute after its last post. Ages count back from there."""
    last = max(post.created_at for post in posts)
    return last.replace(second=0, microsecond=0) + timedelta(minutes=1)

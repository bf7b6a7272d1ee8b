"""Which records of dead letters can be put back where they came from, once the cause is mended; and why others cannot.

What goes back is what was kept: the same bytes, so that event times and ids are the same, under the same key and into
the same partition. It goes without the lineage it came with: readers would take it for a repeat of what followed it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from models.records import AnyRecord, Call, Dead, Notification, Post, Replayed, Tick, Topic, digest
from streams import wire
from streams.dead import KEY_KEPT
from streams.topology import PIPELINE

_READ: Final = {stage.source.value: stage.source for stage in PIPELINE}
_ORIGIN: Final = re.compile(r"(?P<topic>[^/]+)/(?P<partition>[0-9]{1,9})/(?P<offset>[0-9]{1,18})", re.ASCII)
_OF_THE_MOMENT: Final = frozenset({Topic.INCIDENT_EVENTS, Topic.CALLS, Topic.OUTBOX})
"""What is told to people or done by them, or may call them at once."""


class Stays(StrEnum):
    """Why a record is not put back; each names its remedy, where there is one."""

    UNDELIVERED = "alerts that reached nobody are no news any more: tell people yourself"
    STALE = "for people, and older than delivery.give_up_after_min: nobody is called for what is over"
    REPLAYED = "put back before (--again repeats it)"
    TWICE = "the same record as another of these letters, given up for two reasons"
    NO_RECORD = "no record was kept: a record without a value, or a state that failed"
    BAD_PAST = "of another build, which no waiting mends: run tocsin learn with the same file"
    TOO_LARGE = "too large for their topic"
    CUT = "longer than what a dead letter keeps of a record or its key"
    SOURCE = "refused by a source, before any topic: have the sender send them again"
    UNKNOWN = "no stage reads the topic or the partition they came from"
    UNREADABLE = "still no record of their topic: this version cannot read them either"
    TICK = "only told the time, which has gone on"


_ALWAYS: Final = {
    "undelivered": Stays.UNDELIVERED,
    "bad-past": Stays.BAD_PAST,
    "too-large": Stays.TOO_LARGE,  # and what it holds is what was made of the record at its origin
    "tombstone": Stays.NO_RECORD,
    "wake-failed": Stays.NO_RECORD,
    "state-too-large": Stays.NO_RECORD,
}
"""Reasons whose letters hold nothing to put back."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stood."""

    topic: Topic
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done with each dead letter: `back` in the order of the log, `stays` with the reason of each."""

    back: tuple[tuple[Place, Dead], ...]
    stays: tuple[tuple[Dead, Stays], ...]


def place(origin: str) -> Place | None:
    """Where a dead letter's record stood in a topic that a stage reads; None for anything else.

    >>> place("posts/3/41"), place("feeds/3/41"), place("outbox/incident/notification")
    (Place(topic=<Topic.POSTS: 'posts'>, partition=3, offset=41), None, None)
    """
    found = _ORIGIN.fullmatch(origin)
    topic = None if found is None else _READ.get(found["topic"])
    if found is None or topic is None:
        return None
    return Place(topic, int(found["partition"]), int(found["offset"]))


def replayed(records: Iterable[AnyRecord]) -> dict[str, datetime]:
    """By origin, when its record was last put back."""
    found: dict[str, datetime] = {}
    for each in records:
        if isinstance(each, Replayed):
            found[each.origin] = max(each.at, found.get(each.origin, each.at))
    return found


def note(letter: Dead, at: datetime) -> Replayed:
    """Says, in the log, that the record of a letter was put back."""
    return Replayed(id=digest("replayed", letter.origin, at.isoformat()), origin=letter.origin, at=at)


def brand_of(letter: Dead) -> str | None:
    """The brand that a letter's record is about; None where it is not known, as of most posts."""
    where = place(letter.origin)
    if where is None and letter.reason != "undelivered":
        return None
    try:
        record = wire.decode(Topic.OUTBOX if where is None else where.topic, letter.payload)
    except wire.Undecodable:
        return letter.key if where is not None and where.topic is Topic.MENTIONS and letter.key else None
    match record:
        case Post(known_brands=(only,)):
            return only
        case Notification():
            return record.incident.brand
        case Call():
            return record.notification.incident.brand
        case _:
            return getattr(record, "brand", None)


def plan(
    letters: Sequence[Dead],
    done: Mapping[str, datetime],
    now: datetime,
    *,
    partitions: int,
    fresh_min: float,
    sources: Iterable[str] = (),
    again: bool = False,
) -> Plan:
    """What to put back of these letters, each origin once.

    `done`: what was put back before, as from `replayed`. `fresh_min`: how many minutes what is for people is news.
    `sources`: the names of the sources, whose positions may look like those of topics. `again`: also what was put back
    before.
    """
    named = frozenset(sources)
    back: dict[Place, Dead] = {}
    stays: list[tuple[Dead, Stays]] = []
    for letter in letters:
        where = place(letter.origin)
        reason = _reason(letter, where, named)
        if reason is None and where is not None:
            reason = _of_record(letter, where, now - timedelta(minutes=fresh_min), partitions)
            if reason is None and where in back:
                reason = Stays.TWICE
            if reason is None and letter.origin in done and not again:
                reason = Stays.REPLAYED
            if reason is None:
                back[where] = letter
                continue
        stays.append((letter, reason or Stays.UNKNOWN))
    ordered = sorted(back.items(), key=lambda each: (each[0].topic, each[0].partition, each[0].offset))
    return Plan(tuple(ordered), tuple(stays))


def _reason(letter: Dead, where: Place | None, sources: frozenset[str]) -> Stays | None:
    """Why a letter holds nothing to put back, as far as its reason and origin tell."""
    if letter.reason in _ALWAYS:
        return _ALWAYS[letter.reason]
    begin = letter.origin.partition("/")[0]
    if begin in sources:
        return Stays.SOURCE
    if where is None:
        return Stays.UNKNOWN if begin in {topic.value for topic in Topic} else Stays.SOURCE
    return None


def _of_record(letter: Dead, where: Place, since: datetime, partitions: int) -> Stays | None:
    """Why the record of a letter cannot go back to its place."""
    if where.partition >= partitions:
        return Stays.UNKNOWN
    # What is no UTF-8 in a key does not survive in a letter.
    if len(letter.payload) < letter.size or len(letter.key) >= KEY_KEPT or "\ufffd" in letter.key:
        return Stays.CUT
    try:
        record = wire.decode(where.topic, letter.payload)
    except wire.Undecodable:
        return Stays.UNREADABLE
    if isinstance(record, Tick):
        return Stays.TICK
    if where.topic in _OF_THE_MOMENT and min(letter.at, _moment(record, letter)) < since:
        return Stays.STALE
    return None


def _moment(record: AnyRecord, letter: Dead) -> datetime:
    """Of when a record is that people are told, or made."""
    if isinstance(record, Call):
        return record.notification.at if record.at is None else record.at
    at: datetime | None = getattr(record, "at", None)
    return letter.at if at is None or at.tzinfo is None else at

"""The whole pipeline on one screen: the topics, and the stages between them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from models.records import Topic
from streams.parts import Parts, attention, delivery, incidents, spikes, understand, virality


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """How a topic is created. `ticks`: time passes through it. `hot`: has the settings' number of partitions.

    `most_mb`: what a partition may hold at most, whatever its age; None: as much as comes.
    """

    retention_h: int
    ticks: bool = False
    hot: bool = True
    most_mb: int | None = None


TOPICS: Final = {
    Topic.POSTS:           TopicConfig(retention_h=72, ticks=True),
    Topic.MENTIONS:        TopicConfig(retention_h=24 * 14, ticks=True),
    Topic.SPREAD:          TopicConfig(retention_h=24 * 14, ticks=True),
    Topic.INCIDENT_EVENTS: TopicConfig(retention_h=24 * 90, ticks=True),
    Topic.NOTIFICATIONS:   TopicConfig(retention_h=24 * 90),
    Topic.CALLS:           TopicConfig(retention_h=24 * 14, ticks=True),
    Topic.OUTBOX:          TopicConfig(retention_h=24 * 14, ticks=True),
    Topic.DELIVERIES:      TopicConfig(retention_h=24 * 365),
    Topic.DEAD:            TopicConfig(retention_h=24 * 30, hot=False, most_mb=2_000),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """A named room of the pipeline: what it reads, what it may write, and how its step is built.

    `keyed`: it keeps a state per key, and so has a changelog topic. `back`: topics further up the pipeline to which it
    answers; time does not pass through these, or no clock could move for waiting on itself.
    """

    name: str
    source: Topic
    sinks: tuple[Topic, ...]
    build: Callable[[Parts], Any]
    keyed: bool = True
    back: tuple[Topic, ...] = ()


PIPELINE: Final = (
    Stage("understand", Topic.POSTS,           (Topic.MENTIONS, Topic.SPREAD),          understand, keyed=False),
    Stage("spikes",     Topic.MENTIONS,        (Topic.INCIDENT_EVENTS,),                spikes),
    Stage("virality",   Topic.SPREAD,          (Topic.INCIDENT_EVENTS,),                virality),
    Stage("incidents",  Topic.INCIDENT_EVENTS, (Topic.NOTIFICATIONS, Topic.CALLS, Topic.DELIVERIES), incidents,
          back=(Topic.MENTIONS,)),
    Stage("attention",  Topic.CALLS,           (Topic.OUTBOX, Topic.DELIVERIES),        attention),
    Stage("delivery",   Topic.OUTBOX,          (Topic.DELIVERIES,),                     delivery),
)  # fmt: skip
"""Every stage may also write to `dead`."""

"""Topics, created explicitly and verified: partitions, retention and compaction are never left to a broker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)

from models.clock import SystemClock
from streams.brokers.kafka import Access, changelog_name, topic_name
from streams.brokers.reach import without_rights
from streams.settings.schema import KafkaSettings
from streams.topology import PIPELINE, TOPICS, TopicConfig

_SEGMENTS: Final = 24
"""Kafka deletes and compacts whole segments, and never the one that is being written, which ticks keep young: without a
word from us it would live for a week, or for a gigabyte. A topic's time is cut into so many."""
_CHANGELOG_SEGMENT_H: Final = 6
_CHANGELOG_SEGMENT_BYTES: Final = 64 * 1024 * 1024
"""An agent that starts reads all of its changelog, what newer states have replaced included."""
_LOOKS: Final = 50
_LOOK_EVERY_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """How a topic has to be."""

    name: str
    partitions: int
    replication: int
    config: tuple[tuple[str, str], ...]


class TopicMismatch(Exception):
    """Topics exist, and are not as they have to be; the message names each, with the remedy."""


class TopicRefused(Exception):
    """The broker does not create a topic; the message says which, and why."""


def pipeline_plans(kafka: KafkaSettings) -> list[TopicPlan]:
    """All topics of the pipeline, states' changelogs included."""
    plans = source_plans(kafka)
    return plans + [changelog_plan(kafka, stage.name) for stage in PIPELINE if stage.keyed]


def source_plans(kafka: KafkaSettings) -> list[TopicPlan]:
    """The topics that records cross, as `streams.topology.TOPICS` says."""
    return [
        TopicPlan(
            topic_name(kafka, topic),
            kafka.partitions if config.hot else 1,
            kafka.replication,
            _kept(config),
        )
        for topic, config in TOPICS.items()
    ]


def _kept(config: TopicConfig) -> tuple[tuple[str, str], ...]:
    """How long Kafka keeps the records of a topic, and how much of them."""
    retention_ms = config.retention_h * 3_600_000
    kept = [
        ("cleanup.policy", "delete"),
        ("retention.ms", str(retention_ms)),
        ("segment.ms", str(retention_ms // _SEGMENTS)),
    ]
    if config.most_mb is not None:
        most = config.most_mb * 1_000_000
        kept += [("retention.bytes", str(most)), ("segment.bytes", str(most // _SEGMENTS))]
    return tuple(kept)


def changelog_plan(kafka: KafkaSettings, stage: str) -> TopicPlan:
    """A stage's states, as many partitions as its source: a key's state stands where its records stand."""
    config = (
        ("cleanup.policy", "compact"),
        ("segment.ms", str(_CHANGELOG_SEGMENT_H * 3_600_000)),
        ("segment.bytes", str(_CHANGELOG_SEGMENT_BYTES)),
    )
    return TopicPlan(changelog_name(kafka, stage), kafka.partitions, kafka.replication, config)


async def ensure_topics(access: Access, plans: Sequence[TopicPlan]) -> list[str]:
    """Creates what is missing and checks what is there; the names of those created.

    Raises `TopicMismatch`, `TopicRefused`, `AccessRefused` where the login has no right to them, and Kafka's errors
    while the broker does not answer.
    """
    admin = access.admin()
    try:
        await admin.start()
        # Asking for a topic by name would create it on some brokers, with a partition count of their own.
        there = set(await admin.list_topics())
        missing = [plan for plan in plans if plan.name not in there]
        created = await _create(admin, missing, access.settings)
        _check(plans, await _settled_counts(admin, {plan.name for plan in plans}))
    finally:
        await admin.close()
    return created


async def _create(admin: AIOKafkaAdminClient, plans: Sequence[TopicPlan], kafka: KafkaSettings) -> list[str]:
    if not plans:
        return []
    new = [NewTopic(p.name, p.partitions, p.replication, topic_configs=dict(p.config)) for p in plans]
    response = await admin.create_topics(new)
    created = []
    for name, code, *rest in response.topic_errors:
        if code == 0:
            created.append(name)
        elif for_code(code) is TopicAuthorizationFailedError:
            rights = "Create, Describe, Read and Write on topics"
            raise without_rights(kafka, f"see the topic {name}, or make it", rights)
        elif for_code(code) is not TopicAlreadyExistsError:  # another agent was quicker: as good
            reason = rest[0] if rest and rest[0] else for_code(code).__name__
            raise TopicRefused(f"the broker does not create topic {name}: {reason}")
    return created


async def _settled_counts(admin: AIOKafkaAdminClient, names: set[str]) -> Mapping[str, int]:
    """The partition counts, once the broker tells those of all topics: it may need a moment after they were made."""
    clock = SystemClock()
    for _ in range(_LOOKS):
        counts = await _counts(admin, names)
        if names <= counts.keys():
            return counts
        await clock.sleep(_LOOK_EVERY_S)
    raise UnknownTopicOrPartitionError(f"the broker does not tell of {', '.join(sorted(names - counts.keys()))}")


async def _counts(admin: AIOKafkaAdminClient, names: set[str]) -> Mapping[str, int]:
    described = await admin.describe_topics(None)
    return {topic["topic"]: len(topic["partitions"]) for topic in described if topic["topic"] in names}


def _check(plans: Iterable[TopicPlan], counts: Mapping[str, int]) -> None:
    wrong = [
        f"topic {plan.name} has {counts[plan.name]} partitions, and kafka.partitions asks for {plan.partitions}: "
        f"set kafka.partitions = {counts[plan.name]}, choose another kafka.prefix, or delete the topic"
        for plan in plans
        if counts[plan.name] != plan.partitions
    ]
    if wrong:
        raise TopicMismatch("\n".join(wrong))

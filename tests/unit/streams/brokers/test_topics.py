"""How topics are created: nothing is left to a broker's defaults that decides how much disk they take."""

from models.records import Topic
from streams.brokers.kafka import topic_name
from streams.brokers.topics import pipeline_plans
from streams.settings.schema import KafkaSettings
from streams.topology import PIPELINE, TOPICS

KAFKA = KafkaSettings()
PLANS = {plan.name: dict(plan.config) for plan in pipeline_plans(KAFKA)}


def test_what_is_too_old_can_be_deleted_although_ticks_keep_coming() -> None:
    """Kafka never deletes from the segment that is being written: it has to end long before its records are too old."""
    for topic, config in TOPICS.items():
        told = PLANS[topic_name(KAFKA, topic)]
        assert told["cleanup.policy"] == "delete"
        assert int(told["retention.ms"]) == config.retention_h * 3_600_000
        assert int(told["segment.ms"]) * 20 <= int(told["retention.ms"])


def test_a_storm_of_dead_letters_fills_no_disk() -> None:
    """They hold what others sent, as much as they sent: the oldest go when there is too much."""
    told = PLANS[topic_name(KAFKA, Topic.DEAD)]
    assert int(told["segment.bytes"]) * 20 <= int(told["retention.bytes"]) <= 2 * 10**9


def test_states_are_compacted_while_they_are_written() -> None:
    """What a newer state has replaced is read by every agent that starts, until its segment has ended."""
    changelogs = [told for name, told in PLANS.items() if name.endswith("-changelog")]
    assert len(changelogs) == sum(stage.keyed for stage in PIPELINE)
    for told in changelogs:
        assert told["cleanup.policy"] == "compact"
        assert int(told["segment.bytes"]) <= 10**8
        assert int(told["segment.ms"]) <= 86_400_000

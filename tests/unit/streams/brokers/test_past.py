"""Reading the past: from a moment on, to what was there when the reading began."""

from datetime import UTC, datetime

import pytest

from models.records import Topic
from streams.brokers.past import Found, Past, TopicsMissing
from streams.settings.schema import KafkaSettings
from tests.unit.streams.brokers.fake_consumer import FakeConsumer, log
from tests.unit.streams.console.cases import incident, notification

KAFKA = KafkaSettings(broker="127.0.0.1:1", partitions=2)
NOTES = "tocsin.notifications"
SINCE = datetime(2026, 3, 2, tzinfo=UTC)
FIRST, SECOND = notification(incident()), notification(incident("second"))


async def read(consumer: FakeConsumer, *topics: Topic) -> list[Found]:
    past = Past(consumer, KAFKA, topics or (Topic.NOTIFICATIONS,))
    return [found async for batch in past.to_the_end(SINCE) for found in batch]


async def test_it_ends_where_the_log_ended_at_the_start() -> None:
    """Every partition is read to its end; what comes later is another reading's."""
    found = await read(FakeConsumer({(NOTES, 0): log(FIRST), (NOTES, 1): log(SECOND)}))
    assert {each.record.id for each in found if each.record is not None} == {FIRST.id, SECOND.id}  # type: ignore[union-attr]


async def test_an_empty_log_is_an_answer() -> None:
    """Nothing there: nothing found, at once."""
    assert await read(FakeConsumer({})) == []


async def test_garbage_is_handed_on_as_such() -> None:
    """Bytes that are no record are found with their flaw, so that somebody can say it."""
    (found,) = await read(FakeConsumer({(NOTES, 0): log(b"{")}))
    assert (found.record, found.flaw) == (None, "malformed")


async def test_a_missing_topic_is_named() -> None:
    """Looking must not create topics: what is missing is told with its remedy."""
    with pytest.raises(TopicsMissing, match=r"tocsin\.calls: not created yet, see tocsin topics"):
        await read(FakeConsumer({}), Topic.CALLS)

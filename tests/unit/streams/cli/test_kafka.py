"""What can go wrong where a command asks Kafka for something: one line each, never a traceback."""

import click
import pytest

from streams.brokers.past import TopicsMissing
from streams.brokers.reach import NoAnswer
from streams.brokers.topics import TopicMismatch, TopicRefused
from streams.cli.kafka import on_kafka
from streams.settings.schema import Settings


@pytest.mark.parametrize("kind", [NoAnswer, TopicsMissing, TopicMismatch, TopicRefused])
def test_what_kafka_lacks_is_told_in_words(monkeypatch: pytest.MonkeyPatch, kind: type[Exception]) -> None:
    """`tocsin replay` and `learn` make topics, too: one of another size ended them in a traceback."""

    async def reached(work: object, *_: object) -> object:
        return await work  # type: ignore[misc]

    async def ask() -> None:
        raise kind("topic tocsin.posts has 8 partitions, and kafka.partitions asks for 4")

    monkeypatch.setattr("streams.cli.kafka._reaching", reached)
    with pytest.raises(click.ClickException, match="has 8 partitions") as told:
        on_kafka(ask(), Settings(), None)
    assert told.value.exit_code == 1

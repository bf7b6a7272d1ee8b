"""Reads one key's state from a stage's changelog, as it stands now, outside of any group: for `tocsin why`."""

from typing import Final

from streams.brokers.kafka import changelog_name
from streams.brokers.past import Consumer
from streams.brokers.publisher import partition_for
from streams.settings.schema import KafkaSettings

_POLL_MS: Final = 500
_FIRST_STRIDE: Final = 2_000
"""So many records from the end are read first, and then four times as many: what is alive has been written lately."""
_GROWTH: Final = 4


async def stored(consumer: Consumer, kafka: KafkaSettings, stage: str, key: str) -> bytes | None:
    """The bytes of a key's state; None where there is none, or no changelog yet. Raises Kafka's errors."""
    from aiokafka import TopicPartition

    await consumer.start()
    name = changelog_name(kafka, stage)
    # Asking for a topic by its name would create it on some brokers.
    if name not in await consumer.topics():
        return None
    partition = TopicPartition(name, partition_for(key, kafka.partitions))
    consumer.assign([partition])
    end = (await consumer.end_offsets([partition]))[partition]
    stride = _FIRST_STRIDE
    while True:
        begin = end - stride
        if begin > 0:
            consumer.seek(partition, begin)
        else:
            await consumer.seek_to_beginning(partition)
        was_written, value = await _last(consumer, partition, end, key.encode())
        if was_written or begin <= 0:
            return value
        stride *= _GROWTH


async def _last(consumer: Consumer, partition: object, end: int, key: bytes) -> tuple[bool, bytes | None]:
    """Whether a key was written from here to the end, and its last value."""
    was_written, value = False, None
    while await consumer.position(partition) < end:
        for messages in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
            for message in messages:
                if message.key == key:
                    was_written, value = True, message.value
    return was_written, value

"""A Kafka consumer whose log is in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import UnsupportedVersionError
from aiokafka.structs import OffsetAndTimestamp

from models.clock import SystemClock
from models.records import AnyRecord
from streams import wire


@dataclass
class Message:
    value: bytes | None
    partition: int = 0
    offset: int = 0
    key: bytes = b""


class FakeConsumer:
    """A log in memory. `young` is the first offset inside the window; None: the broker cannot look up times.

    Records are values, or pairs of key and value.
    """

    def __init__(
        self,
        log: Mapping[tuple[str, int], Sequence[bytes | tuple[bytes, bytes | None]]],
        young: int | None = 0,
        known: set[str] | None = None,
    ) -> None:
        self.log = {TopicPartition(*where): list(values) for where, values in log.items()}
        self.young = young
        self.positions: dict[Any, int] = {}
        usual = {f"tocsin.{name}" for name in ("notifications", "deliveries", "incident-events")}
        self.known = usual if known is None else known
        self.stopped = False

    async def start(self) -> None: ...

    async def stop(self) -> None:
        self.stopped = True

    async def topics(self) -> set[str]:
        return self.known

    def assign(self, partitions: Sequence[Any]) -> None:
        self.positions = dict.fromkeys(partitions, 0)

    async def offsets_for_times(self, timestamps: Mapping[Any, int]) -> Mapping[Any, Any]:
        if self.young is None:
            raise UnsupportedVersionError
        return {p: OffsetAndTimestamp(self.young, 0) if self.log.get(p) else None for p in timestamps}

    async def end_offsets(self, partitions: Sequence[Any]) -> Mapping[Any, int]:
        return {partition: len(self.log.get(partition, ())) for partition in partitions}

    async def seek_to_beginning(self, *partitions: Any) -> None:
        for partition in partitions:
            self.positions[partition] = 0

    def seek(self, partition: Any, offset: int) -> None:
        self.positions[partition] = offset

    async def position(self, partition: Any) -> int:
        return self.positions[partition]

    async def getmany(self, *, timeout_ms: int) -> Mapping[Any, Sequence[Any]]:
        """One record of each partition at a time."""
        await SystemClock().sleep(0)
        batches = {}
        for partition, offset in self.positions.items():
            values = self.log.get(partition, [])[offset : offset + 1]
            if values:
                key, value = values[0] if isinstance(values[0], tuple) else (b"", values[0])
                batches[partition] = [Message(value, partition.partition, offset, key)]
                self.positions[partition] = offset + 1
        return batches


def log(*records: AnyRecord | bytes) -> list[bytes]:
    return [record if isinstance(record, bytes) else wire.encode(record) for record in records]

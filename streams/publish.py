"""How records leave a process: the publisher protocol, and the in-memory one that tests use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from models.records import AnyRecord, Dead, Post, Share, Tick, Topic
from models.stage import Emit
from streams.topology import TOPICS

_OUTPUTS_PER_RECORD: Final = 1 << 16
_HEADER: Final = re.compile(r"(?P<origin>[^@]{1,300})@(?P<offset>[0-9]{1,14})\.(?P<index>[0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which record of which partition an output was made from, and which of that record's outputs it is.

    A stage that restarts makes its last outputs again. Its readers recognise them, because within one
    `origin` (`topic/partition`) positions only ever grow.
    """

    origin: str
    offset: int
    index: int = 0

    @property
    def position(self) -> int:
        """Offset and index as one number that grows.

        >>> Lineage("posts/3", 12).position < Lineage("posts/3", 12, 1).position < Lineage("posts/3", 13).position
        True
        """
        return self.offset * _OUTPUTS_PER_RECORD + min(self.index, _OUTPUTS_PER_RECORD - 1)

    def header(self) -> bytes:
        return f"{self.origin}@{self.offset}.{self.index}".encode()

    @staticmethod
    def parse(raw: bytes | None) -> "Lineage | None":
        """The lineage in a header; None where there is none, or somebody else's garbage.

        >>> Lineage.parse(Lineage("posts/3", 12, 1).header())
        Lineage(origin='posts/3', offset=12, index=1)
        """
        found = None if raw is None else _HEADER.fullmatch(raw.decode("utf-8", "replace"))
        if found is None:
            return None
        return Lineage(found["origin"], int(found["offset"]), int(found["index"]))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An emit on its way out: with its lineage, and with a fixed partition where the key must not choose it."""

    emit: Emit
    lineage: Lineage | None = None
    partition: int | None = None


class Publisher(Protocol):
    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Returns when the broker has acknowledged all of it; raises on infrastructure errors, never drops."""
        ...


class MemoryPublisher:
    """Keeps what was published, by topic."""

    def __init__(self) -> None:
        self.outgoing: list[Outgoing] = []

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        self.outgoing.extend(outgoing)

    def records(self, topic: Topic) -> list[AnyRecord]:
        return [o.emit.record for o in self.outgoing if o.emit.topic == topic]


def posted(record: Post | Share | Dead) -> Outgoing:
    """Where a source's record goes: posts by id, shares by the root they spread, dead letters by origin."""
    if isinstance(record, Post):
        return Outgoing(Emit(Topic.POSTS, record.id, record))
    if isinstance(record, Share):
        return Outgoing(Emit(Topic.SPREAD, record.root_id, record))
    return Outgoing(Emit(Topic.DEAD, record.origin, record))


def ticks(topic: Topic, tick: Tick, partitions: int) -> list[Outgoing]:
    """One copy of `tick` for every partition of `topic` (none where the topic carries no ticks)."""
    if not TOPICS[topic].ticks:
        return []
    return [Outgoing(Emit(topic, "", tick), partition=p) for p in range(partitions)]

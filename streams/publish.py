"""How records leave a process: the publisher protocol, and the in-memory one that tests use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from models.records import AnyRecord, Dead, Post, Share, Tick, Topic
from models.stage import Emit
from streams.topology import TOPICS


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which record of which partition an output was made from.

    A stage that restarts makes its last outputs again. Its readers recognise them, because within one
    `origin` (`topic/partition`) offsets only ever grow.
    """

    origin: str
    offset: int

    def header(self) -> bytes:
        return f"{self.origin}@{self.offset}".encode()

    @staticmethod
    def parse(raw: bytes | None) -> "Lineage | None":
        """The lineage in a header; None where there is none, or somebody else's garbage.

        >>> Lineage.parse(Lineage("posts/3", 12).header())
        Lineage(origin='posts/3', offset=12)
        """
        if raw is None:
            return None
        origin, at, offset = raw.decode("utf-8", "replace").rpartition("@")
        if not at or not offset.isdigit():
            return None
        return Lineage(origin, int(offset))


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

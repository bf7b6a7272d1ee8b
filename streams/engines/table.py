"""A stage's states in a Faust table of bytes, durable before they count."""

import asyncio
import contextlib
import weakref
from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from faust.stores.memory import Store as MemoryStore
from faust.streams import _current_event
from faust.types import TP

from streams.brokers.publisher import KafkaPublisher, Raw
from streams.engines.task import KeyState, StateCodec


class TableStates:
    """A stage's states in a Faust table of bytes.

    Written through our own publisher: a state counts only when the broker has acknowledged its changelog record, so
    a committed offset never stands before the state it led to. Only then does the table itself change.
    """

    def __init__(self, table: Any, codec: StateCodec, publisher: KafkaPublisher) -> None:
        self._table = table
        self._codec = codec
        self._publisher = publisher

    @property
    def countable(self) -> bool:
        """Whether `len` is cheap: RocksDB would have to read everything."""
        return isinstance(self._table.data, MemoryStore)

    def __len__(self) -> int:
        return len(self._table.data)

    def get(self, key: str) -> KeyState | None:
        raw = self._table.data.get(_encoded(key))
        return None if raw is None else self._codec.decode(key, raw)

    def items(self) -> Iterable[tuple[str, KeyState]]:
        for raw_key, raw in list(self._table.data.items()):
            if raw is not None:
                key = raw_key.decode("utf-8", "surrogateescape")
                yield key, self._codec.decode(key, raw)

    async def save(self, key: str, state: KeyState) -> None:
        """Makes one state durable before an edge acts on the world."""
        await self.write({state.partition: {key: self._codec.encode(state)}})

    def encode(self, state: KeyState) -> bytes:
        return self._codec.encode(state)

    async def write(self, states: Mapping[int, Mapping[str, bytes | None]]) -> None:
        """Writes the changelog, waits for the broker, then changes the table. By partition of the source."""
        name = self._table.changelog_topic.get_topic_name()
        offsets = await asyncio.gather(
            *(
                self._log(name, partition, [Raw(_encoded(k), v) for k, v in e.items()])
                for partition, e in states.items()
            )
        )
        for (partition, entries), offset in zip(states.items(), offsets, strict=True):
            with _as_if_handling(partition):
                for key, value in entries.items():
                    self._put(_encoded(key), value, partition)
            self._table.data.set_persisted_offset(TP(name, partition), offset)

    async def _log(self, name: str, partition: int, records: list[Raw]) -> int:
        # The last record goes alone. The embedded broker says that a log ends behind the first record of its last
        # batch, and Faust's recovery would believe it, and leave the rest of that batch out of the table.
        await self._publisher.deliver(name, partition, records[:-1])
        return await self._publisher.deliver(name, partition, records[-1:])

    def _put(self, key: bytes, value: bytes | None, partition: int) -> None:
        store = self._table.data
        if value is None:
            store.pop(key, None)
        else:
            store[key] = value
        if isinstance(store, MemoryStore):
            # Faust notes a key's partition only when it recovers the key. Without this note, a partition that moves
            # away and comes back would find states here that its other owner has since deleted.
            if value is None:
                store._key_partition.pop(key, None)
            else:
                store._key_partition[key] = partition


@contextlib.contextmanager
def _as_if_handling(partition: int) -> Iterator[None]:
    """RocksDB stores choose their database by the event at hand; in a batch that could be another partition's."""
    event = _Handled(SimpleNamespace(partition=partition))
    token = _current_event.set(weakref.ref(event))
    try:
        yield
    finally:
        _current_event.reset(token)


class _Handled:
    def __init__(self, message: SimpleNamespace) -> None:
        self.message = message


def _encoded(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")

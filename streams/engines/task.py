"""What both engines do with a batch: one stage's step applied to items, without any broker.

The engine reads items, calls `process`, publishes `outgoing` and waits for the acknowledgement, writes `states`, and
only then commits its position. A crash between any two of these leads to a repeat, and a repeat changes nothing:
states remember how far each origin was applied to them, and readers recognise outputs by their lineage or id.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Container, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec

from models.records import AnyRecord, Tick, Topic
from models.stage import Stepped, Unfit
from streams.dead import dead
from streams.engines.wakes import Wakes
from streams.publish import Lineage, Outgoing, ticks
from streams.topology import PIPELINE, TOPICS, Stage

TICKER: Final = "ticker"
"""The origin of wall-clock ticks, which need no company to move a clock."""

EPOCH: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """A decoded record and where it stood."""

    record: AnyRecord
    key: str
    partition: int
    offset: int
    lineage: Lineage | None = None


@dataclass(slots=True)
class Processed:
    """What a batch led to. `states` maps a key to its new state, or to None: forget it."""

    outgoing: list[Outgoing] = field(default_factory=list)
    states: "dict[str, KeyState | None]" = field(default_factory=dict)
    dead: int = 0


@dataclass(slots=True)
class KeyState:
    """A key's state as the engine keeps it: the step's own, and what makes repeats harmless."""

    partition: int
    value: Any
    applied: dict[str, int] = field(default_factory=dict)
    """Per origin (`topic/partition`), the highest position (`Lineage.position`) that this state has taken in."""
    wake_at: datetime | None = None


class States(Protocol):
    """Where a task reads states from; writing them is the engine's, after publishing."""

    def get(self, key: str) -> KeyState | None: ...

    def items(self) -> Iterable[tuple[str, KeyState]]: ...


class LiveStates(dict[str, KeyState]):
    """States as objects: for simulation, where nothing needs to survive the process."""

    def write(self, states: Mapping[str, KeyState | None]) -> None:
        for key, state in states.items():
            if state is None:
                self.pop(key, None)
            else:
                self[key] = state


class _Stored(msgspec.Struct, array_like=True):
    """KeyState on disk, with the step's own state as it encodes itself (version 1), or that deflated (version 2)."""

    version: int
    partition: int
    value: msgspec.Raw
    applied: dict[str, int]
    wake_at: datetime | None


_LARGE: Final = 5_000
"""States larger than this are mostly text, which deflates well; for smaller ones it is not worth the time."""


class StateCodec:
    """KeyState ↔ bytes (MessagePack), for a stage's state type; clocks stand in the same table, under their own key."""

    def __init__(self, state_type: Any) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._stored = msgspec.msgpack.Decoder(_Stored)
        self._value = msgspec.msgpack.Decoder(state_type)
        self._clock = msgspec.msgpack.Decoder(dict[str, datetime])

    def encode(self, state: KeyState) -> bytes:
        value, version = self._encoder.encode(state.value), 1
        if len(value) > _LARGE:
            value, version = self._encoder.encode(zlib.compress(value, 1)), 2
        return self._encoder.encode(_Stored(version, state.partition, msgspec.Raw(value), state.applied, state.wake_at))

    def decode(self, key: str, raw: bytes) -> KeyState:
        stored = self._stored.decode(raw)
        decoder = self._clock if _is_clock(key) else self._value
        value: bytes | msgspec.Raw = stored.value
        if stored.version == 2:
            value = zlib.decompress(msgspec.msgpack.decode(stored.value, type=bytes))
        return KeyState(stored.partition, decoder.decode(value), stored.applied, stored.wake_at)


def state_key(raw: bytes | None) -> str:
    """The key of a state, from a record's key. Hostile keys cannot name a clock, which begins with a NUL.

    >>> state_key(b"acme"), state_key(None), state_key(b"\\x00clock/1") == "\\x00clock/1"
    ('acme', '', False)
    """
    return (raw or b"").decode("utf-8", "surrogateescape").replace("\x00", "\ufffd")


def _clock_key(partition: int) -> str:
    return f"\x00clock/{partition}"


def _is_clock(key: str) -> bool:
    return key.startswith("\x00clock/")


def upstream(stage: Stage, partitions: int) -> frozenset[str]:
    """The origins whose ticks together make this stage's clock: every partition that feeds its source."""
    feeders = [s for s in PIPELINE if stage.source in s.sinks and TOPICS[s.source].ticks]
    return frozenset(f"{s.source}/{p}" for s in feeders for p in range(partitions))


class KeyedTask:
    """Runs a stage that keeps one state per key. One object serves all partitions that a process holds."""

    def __init__(
        self,
        stage: Stage,
        step: Any,
        states: States,
        partitions: int,
        encode: Callable[[AnyRecord], bytes],
        *,
        save: Callable[[str, KeyState], Awaitable[None]] | None = None,
        publish: Callable[[Sequence[Outgoing]], Awaitable[None]] | None = None,
        untold: Container[Topic] = (),
    ) -> None:
        """For edges, which act on the world in the middle of a batch: `save(key, state)` makes a state durable at once,
        and `publish` what the batch has led to before. `untold`: sinks that know the time without this stage.
        """
        self._stage = stage
        self._step = step
        self._states = states
        self._partitions = partitions
        self._encode = encode
        self._save = save
        self._publish = publish
        self._publishing = asyncio.Lock()
        self._upstream = upstream(stage, partitions)
        self._told = tuple(sink for sink in stage.sinks if sink not in untold)
        self._wakes: dict[int, Wakes] = {}
        self._origins: dict[int, dict[str, datetime]] = {}
        self._live: dict[str, KeyState | None] = {}
        self._read: dict[str, KeyState | None] = {}

    def assign(self, partitions: Iterable[int]) -> None:
        """Learns from the states what sleeps in these partitions, and what time it is there."""
        sleeping: dict[int, dict[str, datetime]] = {partition: {} for partition in partitions}
        self._origins |= {partition: {} for partition in sleeping}
        for key, state in self._states.items():
            if state.partition not in sleeping:
                continue
            if _is_clock(key):
                self._origins[state.partition] = dict(state.value)
            elif state.wake_at is not None:
                sleeping[state.partition][key] = state.wake_at
        self._wakes |= {partition: Wakes(keys.items()) for partition, keys in sleeping.items()}

    def now(self, partition: int) -> datetime:
        """The time in the log: the slowest feeder's, or the wall clock's where that is ahead."""
        origins = self._origins.get(partition, {})
        slowest = EPOCH
        if self._upstream and self._upstream <= origins.keys():
            slowest = min(origins[o] for o in self._upstream)
        return max(slowest, origins.get(TICKER, EPOCH))

    @property
    def clocks(self) -> int:
        """How many of the states are clocks, and nobody's."""
        return sum(1 for origins in self._origins.values() if origins)

    def next_wake(self) -> datetime | None:
        """The earliest time at which a tick may lead to anything; None where only records do."""
        nexts = (wakes.next() for wakes in self._wakes.values())
        return min((at for at in nexts if at is not None), default=None)

    def kept_before(self, key: str) -> None:
        """The engine could not write what a batch made of `key`: the state before stands, and its wake-up with it."""
        state = self._states.get(key)
        if state is not None and state.partition in self._wakes:
            self._wakes[state.partition].set(key, state.wake_at)

    async def process(self, items: Sequence[Item]) -> Processed:
        """Applies a batch. Nothing is remembered until the engine has written `states` (see `commit`)."""
        done = Processed()
        self._live = done.states
        self._read = {}
        pending: dict[str, list[Item]] = {}
        for item in items:
            if item.partition not in self._wakes:
                self.assign([item.partition])
            if isinstance(item.record, Tick):
                await self._flush(pending, done)
                await self._advance(item.record, item.partition, done)
            elif self._is_news(item):
                pending.setdefault(item.key, []).append(item)
        await self._flush(pending, done)
        return done

    def _current(self, key: str) -> KeyState | None:
        """A key's state as of now: from this batch, or from the table, where it is read and decoded once per batch."""
        if key in self._live:
            return self._live[key]
        if key not in self._read:
            self._read[key] = self._states.get(key)
        return self._read[key]

    def _load(self, key: str, partition: int) -> KeyState:
        state = self._current(key)
        if state is None:
            return KeyState(partition, self._step.initial(key))
        return KeyState(partition, state.value, dict(state.applied), state.wake_at)

    def _is_news(self, item: Item) -> bool:
        """False for what this key's state has taken in already."""
        state = self._current(item.key)
        if state is None:
            return True
        origin, position = self._origin(item)
        return position > state.applied.get(origin, -1)

    def _origin(self, item: Item) -> tuple[str, int]:
        lineage = item.lineage or Lineage(f"{self._stage.source}/{item.partition}", item.offset)
        return lineage.origin, lineage.position

    async def _flush(self, pending: dict[str, list[Item]], done: Processed) -> None:
        await self._together([self._feed(key, items, done) for key, items in pending.items()])
        pending.clear()

    async def _together(self, works: Sequence[Coroutine[Any, Any, None]]) -> None:
        """One key after the other; an edge, which waits for the world, all at once: no key holds up the others."""
        if self._save is None:
            for work in works:
                await work
        else:
            await asyncio.gather(*works)

    async def _feed(self, key: str, items: list[Item], done: Processed) -> None:
        fresh = self._dedupe(items)
        state = self._load(key, items[0].partition)
        try:
            await self._apply(key, state, fresh, done)
        except Exception:  # the engine's edge: find the poison by feeding the batch one at a time
            await self._one_by_one(key, fresh, done)

    def _dedupe(self, items: list[Item]) -> list[Item]:
        """Drops repeats within one batch, which the stored state cannot know of."""
        highest: dict[str, int] = {}
        fresh = []
        for item in items:
            origin, position = self._origin(item)
            if position > highest.get(origin, -1):
                highest[origin] = position
                fresh.append(item)
        return fresh

    async def _one_by_one(self, key: str, items: Sequence[Item], done: Processed) -> None:
        for item in items:
            state = self._load(key, item.partition)
            try:
                await self._apply(key, state, [item], done)
            except Exception as error:  # the engine's edge: buried with its reason, and counted
                origin = f"{self._stage.source}/{item.partition}/{item.offset}"
                reason, detail = "step-failed", f"{type(error).__name__}: {error}"
                if isinstance(error, Unfit):
                    reason, detail = error.reason, str(error)
                payload = self._encode(item.record)
                at = self.now(item.partition)
                done.dead += 1
                done.outgoing.append(dead(reason, detail, origin, at, key=key, payload=payload))

    async def _apply(self, key: str, state: KeyState, items: Sequence[Item], done: Processed) -> None:
        applied = dict(state.applied)
        for item in items:
            origin, position = self._origin(item)
            applied[origin] = position
        records = [item.record for item in items]
        stepped = await self._call(key, state, records, done)
        self._keep(key, state.partition, applied, stepped, done)

    async def _call(self, key: str, state: KeyState, records: Sequence[AnyRecord], done: Processed) -> Stepped[Any]:
        now = self.now(state.partition)
        if self._save is None:
            stepped: Stepped[Any] = self._step(state.value, records, now)
            return stepped
        save = self._save

        async def save_value(value: Any) -> None:
            # The positions are not yet applied: after a crash here, the records come again. Those of this key that
            # came earlier in the batch are, and will not be told again: what they led to has to be out before.
            await self._publish_so_far(done)
            await save(key, KeyState(state.partition, value, state.applied, state.wake_at))

        acted: Stepped[Any] = await self._step(state.value, records, now, save_value)
        return acted

    async def _publish_so_far(self, done: Processed) -> None:
        """Publishes the outputs of the batch up to here; keeps them where that fails."""
        assert self._publish is not None, "who can save in the middle of a batch can publish"
        async with self._publishing:
            outgoing, done.outgoing = done.outgoing, []
            if not outgoing:
                return
            try:
                await self._publish(outgoing)
            except BaseException:
                done.outgoing = [*outgoing, *done.outgoing]
                raise

    def _keep(self, key: str, partition: int, applied: dict[str, int], stepped: Stepped[Any], done: Processed) -> None:
        done.outgoing += [Outgoing(emit) for emit in stepped.emits]
        if stepped.state is None:
            done.states[key] = None
            self._wakes[partition].set(key, None)
            return
        done.states[key] = KeyState(partition, stepped.state, applied, stepped.wake_at)
        self._wakes[partition].set(key, stepped.wake_at)

    async def _advance(self, tick: Tick, partition: int, done: Processed) -> None:
        origins = self._origins[partition]
        before = self.now(partition)
        origins[tick.origin] = max(tick.now, origins.get(tick.origin, EPOCH))
        done.states[_clock_key(partition)] = KeyState(partition, dict(origins))
        now = self.now(partition)
        if now <= before:
            return
        await self._wake(partition, now, done)
        passed_on = Tick(now=now, origin=f"{self._stage.source}/{partition}")
        for sink in self._told:
            done.outgoing += ticks(sink, passed_on, self._partitions)

    async def _wake(self, partition: int, now: datetime, done: Processed) -> None:
        due = self._wakes[partition].due(now)
        await self._together([self._wake_one(key, partition, now, done) for key in due])

    async def _wake_one(self, key: str, partition: int, now: datetime, done: Processed) -> None:
        state = self._load(key, partition)
        if state.wake_at is None or state.wake_at > now:
            return  # what asked for this time was never written
        try:
            await self._apply(key, state, (), done)
        except Exception as error:  # the engine's edge: a state that cannot wake must not stop the others
            done.dead += 1
            origin = f"{self._stage.name}/{partition}/{key}@{now.isoformat()}"
            detail = f"{type(error).__name__}: {error}"
            done.outgoing.append(dead("wake-failed", detail, origin, now, key=key))
            done.states[key] = KeyState(partition, state.value, state.applied, None)

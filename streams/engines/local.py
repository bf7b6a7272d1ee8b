"""The pipeline in memory and in simulated time: what tests and `tocsin backtest` run.

Topics are lists with one partition each; agents are run in turn, in the order of `PIPELINE`, until nothing is left
to do. The same feed gives the same log, byte for byte.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from models.records import AnyRecord, Dead, Mention, Post, Share, Tick, Topic
from models.stage import Emit, mentioned
from streams import wire
from streams.dead import dead
from streams.desks import desk_of
from streams.engines.task import (
    EPOCH,
    Item,
    KeyedTask,
    KeyState,
    LiveStates,
    Processed,
    StateCodec,
    state_key,
)
from streams.engines.transform import TransformTask
from streams.parts import Parts
from streams.publish import Lineage, Outgoing, posted, ticks
from streams.topology import PIPELINE, Stage

BATCH: Final = 512


class Crash(Enum):
    """An item of a feed in tests: every agent dies while it handles its next batch, and is started again."""

    BEFORE_STATES = "after its outputs were published, before its states were written"
    BEFORE_COMMIT = "after its states were written, before its position was committed"


class Crashed(Exception):
    """What an agent's death looks like from inside this process."""


@dataclass(slots=True)
class Entry:
    """One record in a topic's log. `raw` stands for bytes that arrived as they are."""

    key: str
    record: AnyRecord | None
    lineage: Lineage | None = None
    raw: bytes | None = None


class BytesStates:
    """States as bytes, as a broker would keep them: what a crash leaves behind."""

    def __init__(self, codec: StateCodec) -> None:
        self._codec = codec
        self._table: dict[str, bytes] = {}

    def get(self, key: str) -> KeyState | None:
        raw = self._table.get(key)
        return None if raw is None else self._codec.decode(key, raw)

    def items(self) -> Iterable[tuple[str, KeyState]]:
        return [(key, self._codec.decode(key, raw)) for key, raw in self._table.items()]

    def write(self, states: dict[str, KeyState | None]) -> None:
        for key, state in states.items():
            if state is None:
                self._table.pop(key, None)
            else:
                self._table[key] = self._codec.encode(state)


@dataclass(slots=True)
class _Agent:
    stage: Stage
    step: Any
    states: Any
    position: int = 0
    crash: Crash | None = None
    task: Any = field(default=None)


class LocalRunner:
    """Runs `PIPELINE` (or part of it) in memory.

    `durable` keeps states as bytes and is what crashes need; without it states stay objects, which is faster.
    """

    def __init__(
        self, parts: Parts, *, stages: Sequence[Stage] = PIPELINE, durable: bool = True, batch: int = BATCH
    ) -> None:
        self.log: dict[Topic, list[Entry]] = {topic: [] for topic in Topic}
        self._batch = batch
        self._parts = parts
        self._desk = desk_of(parts.settings)
        self._agents = [self._start(stage, stage.build(parts), durable) for stage in stages]

    def records(self, topic: Topic) -> list[AnyRecord]:
        """What a topic holds, without ticks."""
        return [e.record for e in self.log[topic] if e.record is not None and not isinstance(e.record, Tick)]

    async def feed(self, *items: AnyRecord | Emit | bytes | Crash) -> None:
        """Publishes items in order (raw bytes go to `posts`), running the agents after each."""
        for item in items:
            if isinstance(item, Crash):
                for agent in self._agents:
                    agent.crash = item
                continue
            self._put(item)
            await self.drain()

    async def load(self, items: Iterable[AnyRecord]) -> None:
        """Publishes many items before the agents run: for speed."""
        for item in items:
            self._put(item)
        await self.drain()

    async def advance(self, now: datetime, *, since: datetime | None = None, every_s: float = 60.0) -> None:
        """Lets time pass to `now`, in ticks of `every_s` from `since` on (one tick where `since` is None)."""
        at = now if since is None else since + timedelta(seconds=every_s)
        while at < now:
            await self.feed(Tick(now=at))
            at += timedelta(seconds=every_s)
        await self.feed(Tick(now=now))

    def states(self, stage: str) -> dict[str, KeyState]:
        """What a stage remembers, by key."""
        return next(dict(agent.states.items()) for agent in self._agents if agent.stage.name == stage)

    def next_wake(self) -> datetime | None:
        """Until when ticks would change nothing, so that a simulation may leave them out."""
        wakes = [agent.task.next_wake() for agent in self._agents if agent.states is not None]
        return min((wake for wake in wakes if wake is not None), default=None)

    async def drain(self) -> None:
        """Runs the agents until nothing is left to do."""
        while any([await self._run(agent) for agent in self._agents]):
            pass

    def _put(self, item: AnyRecord | Emit | bytes) -> None:
        if isinstance(item, bytes):
            self.log[Topic.POSTS].append(Entry("", None, raw=item))
        elif isinstance(item, Tick):
            self._append(ticks(Topic.POSTS, item, 1))
        elif isinstance(item, Mention):
            self._append([Outgoing(emit) for emit in mentioned(item)])
        elif isinstance(item, Post | Share | Dead):
            self._append([posted(item)])
        elif isinstance(item, Emit):
            self._append([Outgoing(item)])
        else:  # what remains is about one brand's incident
            self._append([Outgoing(Emit(Topic.INCIDENT_EVENTS, self._desk(item.brand), item))])  # type: ignore[union-attr]

    def _append(self, outgoing: Sequence[Outgoing]) -> None:
        for out in outgoing:
            self.log[out.emit.topic].append(Entry(out.emit.key, out.emit.record, out.lineage))

    def _start(self, stage: Stage, step: Any, durable: bool) -> _Agent:
        if not hasattr(step, "state_type"):
            states: Any = None
        else:
            states = BytesStates(StateCodec(step.state_type)) if durable else LiveStates()
        agent = _Agent(stage, step, states)
        self._boot(agent)
        return agent

    async def restart(self) -> None:
        """Every agent dies where it stands and is started again: the log, the states and the positions are left."""
        for agent in self._agents:
            await self._restart(agent)

    async def _restart(self, agent: _Agent) -> None:
        if getattr(agent.step, "edge", False):
            await agent.step.release()
        agent.step = agent.stage.build(self._parts)
        self._boot(agent)

    def _boot(self, agent: _Agent) -> None:
        if agent.states is None:
            agent.task = TransformTask(agent.stage, agent.step, 1, wire.encode)
            return

        async def save(key: str, state: KeyState) -> None:
            agent.states.write({key: state})

        async def publish(outgoing: Sequence[Outgoing]) -> None:
            self._append(outgoing)

        edge = getattr(agent.step, "edge", False)

        agent.task = KeyedTask(
            agent.stage,
            agent.step,
            agent.states,
            1,
            wire.encode,
            save=save if edge else None,
            publish=publish if edge else None,
        )
        agent.task.assign([0])

    async def _run(self, agent: _Agent) -> bool:
        entries = self.log[agent.stage.source][agent.position : agent.position + self._batch]
        if not entries:
            return False
        try:
            await self._handle(agent, entries)
        except Crashed:
            await self._restart(agent)
            return True
        agent.position += len(entries)
        return True

    async def _handle(self, agent: _Agent, entries: Sequence[Entry]) -> None:
        items = self._decode(agent, entries)
        done: Processed = agent.task.process(items) if agent.states is None else await agent.task.process(items)
        self._append(done.outgoing)
        self._die(agent, Crash.BEFORE_STATES)
        if agent.states is not None:
            agent.states.write(done.states)
        self._die(agent, Crash.BEFORE_COMMIT)

    def _die(self, agent: _Agent, where: Crash) -> None:
        if agent.crash is where:
            agent.crash = None
            raise Crashed(where.value)

    def _decode(self, agent: _Agent, entries: Sequence[Entry]) -> list[Item]:
        items = []
        for offset, entry in enumerate(entries, agent.position):
            record = entry.record
            if record is None:
                try:
                    record = wire.decode(agent.stage.source, entry.raw)
                except wire.Undecodable as error:
                    origin = f"{agent.stage.source}/0/{offset}"
                    letter = dead(error.reason, error.detail, origin, EPOCH, payload=entry.raw or b"")
                    self._append([letter])
                    continue
            key = state_key(entry.key.encode("utf-8", "replace"))
            items.append(Item(record, key, 0, offset, entry.lineage))
        return items

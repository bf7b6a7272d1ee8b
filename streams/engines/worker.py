"""The loop of an agent: collect a batch, decode, step, publish and wait, write states and wait, acknowledge.

A stage without states begins with the next batch while what the last one led to is published: both take their time.
Nothing overtakes anything: the next batch's outputs wait until the last one's are out.

Nothing is acknowledged before everything it led to is safe, and nothing that fails for the infrastructure's sake is
skipped. A crash at any point leads to a repeat, which `task.py` and the readers downstream recognise.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from models.clock import Clock
from models.records import Dead, Tick
from streams import metrics, wire
from streams.brokers.publisher import LINEAGE, KafkaPublisher
from streams.dead import dead
from streams.engines.faust import Flow
from streams.engines.positions import Arrival, Positions
from streams.engines.table import TableStates
from streams.engines.tally import count_conclusions
from streams.engines.task import EPOCH, Item, KeyedTask, Processed, StateCodec, state_key
from streams.engines.transform import TransformTask
from streams.poison import PoisonLog
from streams.publish import Lineage, Outgoing
from streams.settings.schema import Settings
from streams.ticker import ENTRIES
from streams.topology import Stage


class RevokedTooLate(Exception):
    """A batch did not end before its partitions went to another process; whatever it would still write is stale."""


class RecordsSkipped(Exception):
    """Faust has dropped records on their way; a process that starts again reads them again."""


class StageWorker:
    """Runs one stage on what its Faust app brings."""

    def __init__(
        self, stage: Stage, step: Any, settings: Settings, flow: Flow, *, publisher: KafkaPublisher, clock: Clock
    ) -> None:
        self._stage = stage
        self._step = step
        self._settings = settings
        self._flow = flow
        self._publisher = publisher
        self._clock = clock
        self._states = None
        if flow.table is not None:
            self._states = TableStates(flow.table, StateCodec(step.state_type), publisher)
        self._task: Any = None
        self._generation: int | None = None
        self._positions = Positions()
        self._poison = PoisonLog(stage.name, clock)
        self._durable: dict[int, int] = {}
        self._told_lag: set[int] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._open = asyncio.Event()
        self._open.set()
        self._concluding: asyncio.Task[None] | None = None
        self._closing = False
        self.progress_at = clock.monotonic()
        flow.on_revoked = self.quiesce

    async def run(self) -> None:
        """Runs until it is cancelled or closed; raises what must end the process."""
        try:
            while not self._closing:
                events = await self._collect()
                await self._open.wait()
                self._idle.clear()
                try:
                    if not self._closing:
                        await self._handle(events)
                finally:
                    self._idle.set()
            await self._concluded()
        finally:
            if self._concluding is not None:
                self._concluding.cancel()

    async def quiesce(self) -> None:
        """Waits for what is under way, and commits it while the partitions are still ours. Nothing begins meanwhile."""
        self._open.clear()
        try:
            await self._settle_in_time()
            if getattr(self._step, "edge", False):
                await self._step.release()
            await self._flow.commit()
        finally:
            self._open.set()

    async def _settle_in_time(self) -> None:
        try:
            await asyncio.wait_for(self._settled(), self._settings.kafka.rebalance_timeout_s)
        except TimeoutError as error:
            raise RevokedTooLate(f"{self._stage.name}: the batch at hand did not end in time") from error

    async def _settled(self) -> None:
        """Returns when nothing is under way. What has gone wrong on the way is for `run` to raise."""
        await self._idle.wait()
        if self._concluding is not None:
            await asyncio.wait([self._concluding])

    async def close(self) -> None:
        """Ends the loop after the batch at hand, and commits."""
        self._closing = True
        await self._settled()
        if self._flow.ready:
            await self._flow.commit()

    def waiting(self) -> int:
        """How many records wait in this process's partitions, the batch at hand included; exports the lag.

        The clock's, too, and what was given up: where nothing comes any more there is no batch to tell it with.
        """
        self._tell_clock()
        self._poison.tell()
        total = 0 if self._idle.is_set() and (self._concluding is None or self._concluding.done()) else 1
        owned = {partition for partition in self._flow.partitions() if self._positions.knows(partition)}
        for partition in self._told_lag - owned:  # whoever has it now tells; here its lag would stand for ever
            metrics.LAG.remove(self._stage.name, str(partition))
        self._told_lag = owned
        for partition in owned:
            lag = max(0, self._flow.highwater(partition) - self._positions.expected(partition))
            metrics.LAG.labels(self._stage.name, str(partition)).set(lag)
            total += lag
        return total

    async def _collect(self) -> list[Any]:
        """Up to `engine.batch` records, waiting at most `engine.linger_s` after the first."""
        engine = self._settings.engine
        try:
            batch = [self._flow.get_nowait()]
        except asyncio.QueueEmpty:
            await self._concluded()
            batch = [await self._flow.get()]
        until = self._clock.monotonic() + engine.linger_s
        while len(batch) < engine.batch:
            try:
                batch.append(self._flow.get_nowait())
            except asyncio.QueueEmpty:
                left = until - self._clock.monotonic()
                if left <= 0:
                    break
                try:
                    batch.append(await asyncio.wait_for(self._flow.get(), left))
                except TimeoutError:
                    break
        return batch

    async def _handle(self, events: Sequence[Any]) -> None:
        admitted = await self._admit(events)
        if not admitted:
            return
        items, letters = self._decode(admitted)
        done = await self._process(items)
        if done.dead:
            done.outgoing = [self._dated(out) for out in done.outgoing]
        done.outgoing = [*letters, *done.outgoing, *self._refuse_large_states(done)]
        await self._concluded()
        if self._states is None:
            self._concluding = asyncio.create_task(self._conclude(admitted, items, done))
        else:
            await self._conclude(admitted, items, done)

    async def _concluded(self) -> None:
        """Waits for the batch before, and raises what has gone wrong with it."""
        if self._concluding is not None:
            await self._concluding
            self._concluding = None

    async def _conclude(self, events: Sequence[Any], items: Sequence[Item], done: Processed) -> None:
        await self._publisher.publish(done.outgoing)
        await self._write(done)
        self._flow.ack(events)
        self._durable |= {event.message.partition: event.message.offset + 1 for event in events}
        self.progress_at = self._clock.monotonic()
        self._measure(events, items, done)

    async def _admit(self, events: Sequence[Any]) -> list[Any]:
        """Drops what is stale or repeated, and notices what was lost on the way."""
        admitted = []
        for event in events:
            if not self._flow.is_current(event):
                continue
            if self._generation != event.message.generation_id:
                self._assign(event.message.generation_id)
            partition, offset = event.message.partition, event.message.offset
            if not self._positions.knows(partition):
                self._positions.start(partition, await self._start_of(partition, offset))
            arrival = self._positions.admit(partition, offset)
            if arrival is Arrival.GAP:
                await self._pass_hole(partition, offset)
                arrival = self._positions.admit(partition, offset)
            if arrival is Arrival.NEXT:
                admitted.append(event)
        return admitted

    async def _pass_hole(self, partition: int, offset: int) -> None:
        """Accepts a hole that stands in the log (retention, transactions); raises `RecordsSkipped` for any other."""
        expected = self._positions.expected(partition)
        first = await self._publisher.insist("verify", lambda: self._flow.first_offset(partition, expected))
        if first < offset:
            where = f"{self._flow.source}/{partition}"
            raise RecordsSkipped(f"{where} jumped from {expected} to {offset}, and holds {first}")
        self._positions.start(partition, offset)

    async def _start_of(self, partition: int, first: int) -> int:
        """Where a partition has to begin: at the committed offset, or where the log does."""
        start = await self._flow.committed(partition)
        if start is None:
            start = first and await self._publisher.insist("verify", lambda: self._flow.first_offset(partition, 0))
        # After a lost commit, Faust goes on where it was. What this process has made durable itself is no hole.
        return start if first <= start else min(first, max(start, self._durable.get(partition, 0)))

    def _assign(self, generation: int) -> None:
        """A new assignment begins with what is durable: nothing is carried over in memory."""
        self._generation = generation
        self._positions = Positions()
        partitions = self._settings.kafka.partitions
        if self._states is None:
            self._task = TransformTask(self._stage, self._step, partitions, wire.encode)
            return
        edge = getattr(self._step, "edge", False)
        self._task = KeyedTask(
            self._stage,
            self._step,
            self._states,
            partitions,
            wire.encode,
            save=self._states.save if edge else None,
            publish=self._publish_early if edge else None,
            # Where the wall clock ticks, nobody waits for slower ticks from all partitions of all stages before.
            untold=ENTRIES if self._settings.engine.time == "wall" else (),
        )
        self._task.assign(self._flow.partitions())

    async def _publish_early(self, outgoing: Sequence[Outgoing]) -> None:
        """What a batch has led to so far, before an edge acts again."""
        await self._publisher.publish(outgoing)
        self._count(outgoing)

    def _decode(self, events: Sequence[Any]) -> tuple[list[Item], list[Outgoing]]:
        items, letters = [], []
        for event in events:
            message = event.message
            key = state_key(message.key)
            try:
                record = wire.decode(self._stage.source, message.value)
            except wire.Undecodable as error:
                origin = f"{self._stage.source}/{message.partition}/{message.offset}"
                at = self._came_at(message)
                letters.append(dead(error.reason, error.detail, origin, at, key=key, payload=message.value or b""))
                continue
            lineage = next((Lineage.parse(value) for name, value in message.headers or () if name == LINEAGE), None)
            items.append(Item(record, key, message.partition, message.offset, lineage))
        return items, letters

    def _dated(self, out: Outgoing) -> Outgoing:
        """A letter from before the log has told any time would be of 1970, where nobody looks for it."""
        letter = out.emit.record
        if not isinstance(letter, Dead) or letter.at > EPOCH:
            return out
        dated = msgspec.structs.replace(letter, at=self._clock.now())
        return replace(out, emit=replace(out.emit, record=dated))

    def _came_at(self, message: Any) -> datetime:
        """When a record came in, by its own stamp, which any producer may set to anything."""
        try:
            return datetime.fromtimestamp(message.timestamp, UTC)
        except (ValueError, OverflowError, OSError):
            return self._clock.now()

    async def _process(self, items: Sequence[Item]) -> Processed:
        with metrics.STEP.labels(self._stage.name).time():
            if self._states is None:
                processed: Processed = await asyncio.to_thread(self._task.process, items)
            else:
                processed = await self._task.process(items)
        return processed

    def _refuse_large_states(self, done: Processed) -> list[Outgoing]:
        """Takes states that no record can hold out of what is written; the letters that say so."""
        letters = []
        for key, state in list(done.states.items()):
            if state is None or self._states is None:
                continue
            size = len(self._states.encode(state))
            if size > wire.MAX_RECORD_BYTES:
                del done.states[key]
                self._task.kept_before(key)
                detail = f"the state of {key[:200]!r} has {size} bytes; the one before it is kept"
                origin = f"{self._stage.name}/{state.partition}/{key[:200]}"
                letters.append(dead("state-too-large", detail, origin, self._clock.now(), key=key))
        return letters

    async def _write(self, done: Processed) -> None:
        if self._states is None:
            return
        by_partition: dict[int, dict[str, bytes | None]] = {}
        for key, state in done.states.items():
            # A key that is forgotten stands where its state stood; one that came and went in this batch, nowhere.
            stands = self._states.get(key) if state is None else state
            if stands is not None:
                value = None if state is None else self._states.encode(state)
                by_partition.setdefault(stands.partition, {})[key] = value
        if by_partition:
            await self._states.write(by_partition)

    def _measure(self, events: Sequence[Any], items: Sequence[Item], done: Processed) -> None:
        stage = self._stage.name
        now = self._clock.now()
        metrics.RECORDS.labels(stage).inc(sum(not isinstance(item.record, Tick) for item in items))
        metrics.BATCHES.labels(stage).observe(len(events))
        metrics.PROGRESS.labels(stage).set(now.timestamp())
        for event in (events[0], events[-1]):
            metrics.STAGE_LATENCY.labels(stage).observe(max(0.0, now.timestamp() - event.message.timestamp))
        self._count(done.outgoing)
        if self._states is not None:
            if self._states.countable:
                metrics.STATES.labels(stage).set(len(self._states) - self._task.clocks)
            self._tell_clock()

    def _count(self, outgoing: Sequence[Outgoing]) -> None:
        count_conclusions(self._stage.name, outgoing)
        self._poison.take(outgoing)

    def _tell_clock(self) -> None:
        if self._states is None or self._task is None:
            return
        clock = min((self._task.now(p) for p in self._flow.partitions()), default=EPOCH)
        if clock > EPOCH:
            behind_s = (self._clock.now() - clock).total_seconds()
            metrics.CLOCK_LAG.labels(self._stage.name).set(max(0.0, behind_s))

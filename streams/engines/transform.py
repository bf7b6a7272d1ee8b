"""What both engines do with a batch of a stage without state."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from models.records import AnyRecord, Tick
from models.stage import Emit, Transformed
from streams.dead import dead
from streams.engines.task import EPOCH, Item, Processed
from streams.publish import Lineage, Outgoing, ticks
from streams.topology import Stage


class TransformTask:
    """Runs a stateless stage: one call for all records of a batch, outputs in the order of the inputs."""

    def __init__(self, stage: Stage, transform: Any, partitions: int, encode: Callable[[AnyRecord], bytes]) -> None:
        self._stage = stage
        self._transform = transform
        self._partitions = partitions
        self._encode = encode
        self._clocks: dict[int, datetime] = {}

    def process(self, items: Sequence[Item]) -> Processed:
        """Pure but for the clocks, and possibly slow: the engine may call it in a thread."""
        done = Processed()
        work = [item for item in items if not isinstance(item.record, Tick)]
        now = max(self._clocks.values(), default=EPOCH)
        results = iter(self._run(work, now, done))
        for item in items:
            if isinstance(item.record, Tick):
                self._clocks[item.partition] = item.record.now
                done.outgoing += self._forward(item.record, item.partition)
            else:
                origin = f"{self._stage.source}/{item.partition}"
                done.outgoing += [
                    Outgoing(emit, Lineage(origin, item.offset, index)) for index, emit in enumerate(next(results))
                ]
        return done

    def _forward(self, tick: Tick, partition: int) -> list[Outgoing]:
        passed_on = Tick(now=tick.now, origin=f"{self._stage.source}/{partition}")
        return [o for sink in self._stage.sinks for o in ticks(sink, passed_on, self._partitions)]

    def _run(self, work: Sequence[Item], now: datetime, done: Processed) -> list[Sequence[Emit]]:
        """Halves a batch that fails until the poison stands alone, so that its neighbours pass."""
        if not work:
            return []
        try:
            result: Transformed = self._transform([item.record for item in work], now)
            if len(result.outputs) != len(work):
                raise ValueError(f"{len(result.outputs)} outputs for {len(work)} records")
        except Exception as error:  # the engine's edge: whatever a step raises is the record's fault, and counted
            if len(work) == 1:
                self._bury(work[0], "step-failed", f"{type(error).__name__}: {error}", now, done)
                return [()]
            half = len(work) // 2
            return self._run(work[:half], now, done) + self._run(work[half:], now, done)
        for refused in result.refused:
            self._bury(work[refused.index], refused.reason, refused.detail, now, done)
        return list(result.outputs)

    def _bury(self, item: Item, reason: str, detail: str, now: datetime, done: Processed) -> None:
        origin = f"{self._stage.source}/{item.partition}/{item.offset}"
        done.dead += 1
        done.outgoing.append(dead(reason, detail, origin, now, key=item.key, payload=self._encode(item.record)))

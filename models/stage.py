"""What a stage is: a pure step from (state, records, now) to (state, outputs), and where its records come from."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from models.records import AnyRecord, Mention, Topic

R_contra = TypeVar("R_contra", contravariant=True)
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Emit:
    """One output: a record, where it goes, and the key that says in whose hands it is judged."""

    topic: Topic
    key: str
    record: AnyRecord


def mentioned(mention: Mention) -> tuple[Emit, Emit]:
    """Where a mention goes: to its brand's detector, and to the cascade it may become."""
    return (
        Emit(Topic.MENTIONS, mention.brand, mention),
        Emit(Topic.SPREAD, mention.post.id, mention),
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that a step cannot process, for the dead-letter topic: its index in the batch, and why."""

    index: int
    reason: str
    detail: str


class Unfit(ValueError):
    """Raised by a keyed step for a record that it knows not to be of use: no bug, and `reason` tells it from one."""

    reason = "refused"


@dataclass(frozen=True, slots=True)
class Transformed:
    """What a transform made of a batch: per input record its outputs (same order and length), and refusals."""

    outputs: Sequence[Sequence[Emit]]
    refused: Sequence[Refused] = ()


class Transform(Protocol[R_contra]):
    """A stage without state. Called with whole batches, off the event loop: it may be slow, but does no I/O."""

    def __call__(self, records: Sequence[R_contra], now: datetime) -> Transformed: ...


@dataclass(frozen=True, slots=True)
class Stepped(Generic[S]):
    """The result of a step.

    `state` None means: forget this key. `wake_at` asks to be called again, with no records, by the first tick that
    is not earlier; None means only by records.
    """

    state: S | None
    emits: Sequence[Emit] = field(default=())
    wake_at: datetime | None = None


class Step(Protocol[S, R_contra]):
    """A stage with one state per key. Pure: same state, records and `now`, same result.

    `now` is the time *in the log* (the last tick), never the machine's. Contract, tested for every step: splitting a
    batch in two gives the same state and the same outputs; a state survives encoding; a record seen twice counts
    once. `state_type` is a msgspec type, so that the engine can encode it.
    """

    state_type: type[S]

    def initial(self, key: str) -> S: ...

    def __call__(self, state: S, records: Sequence[R_contra], now: datetime) -> Stepped[S]: ...


Save = Callable[[S], Awaitable[None]]


class Edge(Protocol[S, R_contra]):
    """A stage with state that touches the world (and says so: `edge = True`).

    `save` makes a state durable before a side effect that follows it. Wall time comes from the edge's own
    collaborators; `now` is the time in the log, as everywhere.
    """

    state_type: type[S]
    edge: bool

    def initial(self, key: str) -> S: ...

    async def __call__(self, state: S, records: Sequence[R_contra], now: datetime, save: Save[S]) -> Stepped[S]: ...

    async def release(self) -> None:
        """Lets go of what is still under way: the keys may go to another process."""
        ...

    async def close(self) -> None:
        """Lets go of connections; the engine calls it when the stage ends."""
        ...

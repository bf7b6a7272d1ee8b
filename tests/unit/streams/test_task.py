"""What both engines do with a batch: clocks, wake-ups, repeats and poison, without any broker."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Dead, Mention, Past, Share, Signal, SignalKind, SignalPhase, Tick, Topic
from models.spikes.detector import SpikeStep
from models.spikes.tracked import SpikeParams
from models.stage import Emit, Stepped, Transformed
from streams import wire
from streams.engines.task import EPOCH, Item, KeyedTask, KeyState, LiveStates, StateCodec, state_key, upstream
from streams.engines.transform import TransformTask
from streams.publish import Lineage, Outgoing
from streams.topology import PIPELINE
from tests.contracts.toy import START, Count, ToyCount, ToyOrder, ToyUnderstand, post, share, toy_stages

UNDERSTAND, SPIKES, VIRALITY = toy_stages()


def mention(n: int) -> Mention:
    transformed = ToyUnderstand()([post(n)], START)
    record = transformed.outputs[0][0].record
    assert isinstance(record, Mention)
    return record


def tick(seconds: float, origin: str) -> Tick:
    return Tick(now=START + timedelta(seconds=seconds), origin=origin)


def items(*records: Mention | Share | Tick, partition: int = 0, first: int = 0) -> list[Item]:
    return [Item(r, "" if isinstance(r, Tick) else "acme", partition, first + n) for n, r in enumerate(records)]


class Counting:
    """A keyed task of the toy with its states, written after each batch as an engine does."""

    def __init__(self, partitions: int = 2) -> None:
        self.states = LiveStates()
        self.partitions = partitions
        self.restart()

    def restart(self) -> None:
        self.task = KeyedTask(SPIKES, ToyCount(), self.states, self.partitions, wire.encode)
        self.task.assign([0])

    async def __call__(self, batch: Sequence[Item]) -> list[Signal]:
        done = await self.task.process(batch)
        self.states.write(done.states)
        return [o.emit.record for o in done.outgoing if isinstance(o.emit.record, Signal)]


async def test_a_clock_is_as_slow_as_its_slowest_feeder() -> None:
    """Time passes in a stage only when every partition that feeds it has said so."""
    counting = Counting()
    assert not await counting(items(mention(1), tick(60, "posts/0")))
    assert counting.task.now(0) == EPOCH
    assert [s.observed for s in await counting(items(tick(50, "posts/1"), first=2))] == [1]
    assert counting.task.now(0) == START + timedelta(seconds=50)


async def test_the_wall_clocks_tick_needs_no_company() -> None:
    """A tick of the ticker moves a clock by itself, and never backwards."""
    counting = Counting()
    assert [s.observed for s in await counting(items(mention(1), tick(60, "ticker")))] == [1]
    await counting(items(tick(10, "ticker"), first=2))
    assert counting.task.now(0) == START + timedelta(seconds=60)


async def test_a_sink_with_a_clock_of_its_own_is_not_told_the_time() -> None:
    """Where the wall clock ticks, ticks of every partition of every stage before it would only fill the log."""
    outgoing = []
    for untold in ((), SPIKES.sinks):
        task = KeyedTask(SPIKES, ToyCount(), LiveStates(), 2, wire.encode, untold=untold)
        done = await task.process(items(mention(1), tick(60, "ticker")))
        outgoing.append([type(out.emit.record).__name__ for out in done.outgoing])
    assert outgoing == [["Signal", "Tick", "Tick"], ["Signal"]]


async def test_a_state_that_could_not_be_written_leaves_the_wake_up_of_the_one_before() -> None:
    """The key that a batch would have put to sleep for good wakes as it would have without that batch."""
    counting = Counting()
    await counting(items(mention(1)))
    await counting.task.process(items(tick(60, "ticker"), first=1))  # counted, and not written
    assert counting.task.next_wake() is None
    counting.task.kept_before("acme")
    assert [s.observed for s in await counting(items(tick(61, "ticker"), first=2))] == [1]


async def test_a_restart_knows_what_sleeps_and_what_time_it_is() -> None:
    """Wake-ups and clocks are in the states: a task that starts anew finds both."""
    counting = Counting()
    await counting(items(mention(1), tick(0, "posts/0"), tick(0, "posts/1")))
    counting.restart()
    assert counting.task.now(0) == START
    assert (len(counting.states), counting.task.clocks) == (2, 1)
    assert [s.observed for s in await counting(items(tick(60, "posts/0"), tick(60, "posts/1"), first=3))] == [1]


async def test_one_record_may_lead_to_two_for_the_same_key() -> None:
    """Two outputs of one record are not taken for repeats of each other; each of them sent again is."""
    states = LiveStates()
    task = KeyedTask(VIRALITY, ToyOrder(), states, 1, wire.encode)
    task.assign([0])
    twins = [Item(share(n, root="r"), "r", 0, n, Lineage("posts/0", 7, index=n)) for n in range(2)]
    again = [Item(share(n, root="r"), "r", 0, 2 + n, Lineage("posts/0", 7, index=n)) for n in range(2)]
    states.write((await task.process(twins)).states)
    assert states["r"].value.ids == ["r/share/0", "r/share/1"]
    assert not (await task.process(again)).states


@given(st.lists(st.integers(0, 12), max_size=30), st.integers(1, 7))
async def test_batches_may_be_cut_anywhere(numbers: list[int], size: int) -> None:
    """The same records in other batches lead to the same states and the same outputs."""
    feed = items(*(mention(n) for n in numbers), tick(60, "ticker"))
    whole, cut = Counting(), Counting()
    expected = await whole(feed)
    said = [s for at in range(0, len(feed), size) for s in await cut(feed[at : at + size])]
    assert said == expected
    assert cut.states == whole.states


async def test_what_a_step_knows_not_to_be_of_use_has_a_reason_of_its_own() -> None:
    """A past of another build is no bug: its letter says what to do, and its neighbours count."""
    step = SpikeStep(SpikeParams())
    task = KeyedTask(SPIKES, step, LiveStates(), 1, wire.encode)
    task.assign([0])
    past = Past(id="p", brand="acme", at=START, until=START, learned=b"")
    done = await task.process([Item(past, "acme", 0, 0), Item(mention(1), "acme", 0, 1)])
    (letter,) = (o.emit.record for o in done.outgoing if isinstance(o.emit.record, Dead))
    assert letter.reason == "bad-past" and letter.detail.startswith("this past cannot be read")
    kept = done.states["acme"]
    assert kept is not None and len(kept.value.pending) == 1


async def test_a_wake_up_that_fails_stops_nobody() -> None:
    """A state that a step cannot wake is told as a dead letter, and the others wake."""

    class Sleepless(ToyCount):
        def __call__(self, state: Count, records: Sequence[Mention], now: datetime):  # type: ignore[no-untyped-def]
            if not records and state.brand == "acme":
                raise RuntimeError("cannot wake")
            return super().__call__(state, records, now)

    task = KeyedTask(SPIKES, Sleepless(), LiveStates(), 1, wire.encode)
    task.assign([0])
    batch = [Item(mention(1), "acme", 0, 0), Item(mention(2), "other", 0, 1), Item(tick(60, "ticker"), "", 0, 2)]
    done = await task.process(batch)
    records = [o.emit.record for o in done.outgoing]
    assert [r.reason for r in records if isinstance(r, Dead)] == ["wake-failed"]
    assert [r.brand for r in records if isinstance(r, Signal)] == ["other"]


def test_a_transform_that_forgets_a_record_is_not_believed() -> None:
    """Fewer outputs than records would shift every lineage: each record is tried alone, and buried if it fails."""

    def forgetful(records: Sequence[object], now: datetime) -> Transformed:
        return Transformed([()] * (len(records) - 1))

    done = TransformTask(UNDERSTAND, forgetful, 1, wire.encode).process([Item(post(1), "k", 0, 0)])
    assert [o.emit.record.reason for o in done.outgoing if isinstance(o.emit.record, Dead)] == ["step-failed"]


def test_a_transform_passes_ticks_on_in_their_place() -> None:
    """What came before a tick leaves before it, so that nobody downstream hears the time too early."""
    batch = [Item(post(1), "a", 1, 0), Item(tick(5, "ticker"), "", 1, 1), Item(post(2), "b", 1, 2)]
    done = TransformTask(UNDERSTAND, ToyUnderstand(), 2, wire.encode).process(batch)
    kinds = [type(o.emit.record).__name__ for o in done.outgoing if o.emit.topic == Topic.MENTIONS]
    assert kinds == ["Mention", "Tick", "Tick", "Mention"]
    assert {o.emit.record.origin for o in done.outgoing if isinstance(o.emit.record, Tick)} == {"posts/1"}


def test_a_hostile_key_cannot_name_a_clock() -> None:
    """A record whose key looks like a clock's gets another one; the emit's key is what a source chose."""
    assert not state_key(b"\x00clock/0").startswith("\x00")
    assert Emit(Topic.POSTS, "\x00clock/0", post(1)).key.startswith("\x00")


@given(st.dictionaries(st.text(max_size=20), st.integers(0, 2**62), max_size=5), st.lists(st.text(max_size=5)))
def test_a_state_survives_encoding(applied: dict[str, int], seen: list[str]) -> None:
    """States, positions and wake-ups come back from bytes as they were."""
    codec = StateCodec(Count)
    state = KeyState(3, Count(brand="b", seen=seen, said=2), applied, datetime(2026, 1, 1, tzinfo=UTC))
    assert codec.decode("b", codec.encode(state)) == state


def test_no_clock_waits_for_itself() -> None:
    """What answers to a topic further up does not feed that topic's clock: every stage's time comes from the posts."""
    by_source = {stage.source: stage for stage in PIPELINE}
    order = [stage.source for stage in PIPELINE]
    for stage in PIPELINE:
        feeding = {Topic(origin.partition("/")[0]) for origin in upstream(stage, 1)}
        assert all(order.index(topic) < order.index(stage.source) for topic in feeding)
        assert all(order.index(topic) < order.index(stage.source) for topic in stage.back if topic in by_source)
        assert not set(stage.back) & set(stage.sinks)


class Sender:
    """An edge that makes its state durable before each send, and says afterwards that it has sent."""

    state_type = int
    edge = True

    def __init__(self, dies_at: int) -> None:
        self.dies_at = dies_at

    def initial(self, key: str) -> int:
        return 0

    async def __call__(
        self, state: int, records: Sequence[Mention], now: datetime, save: Callable[[int], Awaitable[None]]
    ) -> Stepped[int]:
        emits = []
        for record in records:
            state += 1
            await save(state)
            if state == self.dies_at:
                raise asyncio.CancelledError  # no engine catches it, as no process survives SIGKILL
            emits.append(Emit(Topic.INCIDENT_EVENTS, "acme", wave(record.id)))
        return Stepped(state, tuple(emits))


def wave(name: str) -> Signal:
    return Signal(
        id=name, brand="acme", kind=SignalKind.SPIKE, phase=SignalPhase.RAISED, story="s", at=START, onset=START,
        observed=1, expected=0, interval=(0, 1), surprise=1, window_s=60, reason="",
    )  # fmt: skip


async def test_an_edge_that_dies_in_the_middle_of_a_batch_loses_no_word() -> None:
    """A key is called twice in one batch, and killed the second time: what the first call said is published, since the
    state that the second one made durable does not say it again."""
    durable, published = LiveStates(), list[str]()

    async def save(key: str, state: KeyState) -> None:
        durable.write({key: state})

    async def publish(outgoing: Sequence[Outgoing]) -> None:
        published.extend(o.emit.record.id for o in outgoing if isinstance(o.emit.record, Signal))

    first, second = mention(1), mention(2)
    batch = items(first, tick(1, "posts/0"), second)
    dying = KeyedTask(SPIKES, Sender(dies_at=2), durable, 1, wire.encode, save=save, publish=publish)
    with pytest.raises(asyncio.CancelledError):
        await dying.process(batch)
    again = KeyedTask(SPIKES, Sender(dies_at=0), durable, 1, wire.encode, save=save, publish=publish)
    again.assign([0])
    done = await again.process(batch)
    await publish(done.outgoing)
    assert set(published) == {first.id, second.id}

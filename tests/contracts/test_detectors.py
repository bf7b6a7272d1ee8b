"""What every detector of the pipeline must keep, whatever it detects. A new detector adds one line to `DETECTORS`."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.records import Author, Mention, Post, Signal
from models.spikes.detector import SpikeStep
from models.spikes.tracked import SpikeParams
from streams.engines.task import KeyState, StateCodec
from tests.scenarios.neighbours import NEGATIVE, NEUTRAL, mention

START = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A detector under test; `calm_bytes` and `wave_bytes` bound its encoded state."""

    name: str
    step: Any
    calm_bytes: int
    wave_bytes: int


DETECTORS = [Case("spikes", SpikeStep(SpikeParams()), calm_bytes=6_000, wave_bytes=6_000)]
every_detector = pytest.mark.parametrize("case", DETECTORS, ids=lambda case: case.name)


def mentions(
    brand: str, start: datetime, hours: float, per_hour: float, *, seed: int, negative: float = 0.5
) -> list[Mention]:
    """Random mentions by random authors, in order of time, seen up to a minute after they were written."""
    rng = random.Random(f"{brand}{seed}")
    made = []
    for index in range(round(hours * per_hour)):
        at = start + timedelta(hours=rng.random() * hours)
        post = Post(
            id=f"{brand}:{seed}:{index}",
            source="test",
            network="net",
            author=Author(id=f"a{rng.randrange(5_000)}", handle=f"@someone{rng.randrange(5_000)}", followers=120),
            text=f"my order {rng.randrange(10_000)} with {brand} is late and nobody answers, word{rng.randrange(900)}",
            created_at=at,
            seen_at=at + timedelta(seconds=rng.random() * 60),
            known_sentiment=NEGATIVE if rng.random() < negative else NEUTRAL,
        )
        made.append(mention(post, brand))
    return sorted(made, key=lambda m: m.post.seen_at)


def story(brand: str = "acme") -> list[Mention]:
    """Three ordinary days, and then two hours of storm."""
    calm = mentions(brand, START, 74, 12, seed=1)
    storm = mentions(brand, START + timedelta(days=3), 2, 300, seed=2, negative=0.9)
    return sorted([*calm, *storm], key=lambda m: m.post.seen_at)


def run(
    step: Any, brand: str, records: Sequence[Mention], *, split: int = 10**9, stored: bool = False, tick_s: float = 60
) -> tuple[list[Signal], Any, int]:
    """Feeds records as an engine would: batches, then a tick; the signals, the last state, its largest size."""
    codec = StateCodec(step.state_type)
    state, signals, largest = step.initial(brand), [], 0
    wake: datetime | None = None
    now = START
    todo = list(records)
    end = records[-1].post.seen_at + timedelta(hours=10)
    while now < end:
        now += timedelta(seconds=tick_s)
        batch = []
        while todo and todo[0].post.seen_at <= now:
            batch.append(todo.pop(0))
        for at in range(0, len(batch), split):
            stepped = step(state, batch[at : at + split], now - timedelta(seconds=tick_s))
            state, wake = stepped.state, stepped.wake_at
            signals += [emit.record for emit in stepped.emits]
        if wake is not None and wake <= now:
            stepped = step(state, (), now)
            state, wake = stepped.state, stepped.wake_at
            signals += [emit.record for emit in stepped.emits]
        if stored and batch:
            raw = codec.encode(KeyState(0, state))
            largest = max(largest, len(raw))
            state = codec.decode(brand, raw).value
    return signals, state, largest


@every_detector
def test_there_is_something_to_say(case: Case) -> None:
    """The storm is told, and its end: without this the other sentences would be empty."""
    signals, _, _ = run(case.step, "acme", story())
    assert [signal.phase.value for signal in signals][:1] == ["raised"]
    assert signals[-1].phase.value == "ended"
    assert len({signal.id for signal in signals}) == len(signals)


@every_detector
def test_the_figures_fit_together(case: Case) -> None:
    """There are never more stories than authors, authors than complaints, or complaints than mentions."""
    calm = mentions("acme", START, 120, 42, seed=3)
    storm = mentions("acme", START + timedelta(hours=96, minutes=51), 2, 480, seed=53, negative=0.9)
    signals, _, _ = run(case.step, "acme", sorted([*calm, *storm], key=lambda m: m.post.seen_at))
    assert len(signals) > 2
    for signal in signals:
        told = signal.evidence
        assert told.stories <= told.authors <= told.adverse <= told.mentions


@every_detector
def test_splitting_a_batch_changes_nothing(case: Case) -> None:
    """One record at a time gives the same signals and the same state as whole batches."""
    whole, state, _ = run(case.step, "acme", story())
    single, other, _ = run(case.step, "acme", story(), split=1)
    assert single == whole
    assert other == state


@every_detector
def test_a_state_survives_encoding(case: Case) -> None:
    """Stored and read back after every batch, the detector says the same."""
    live, state, _ = run(case.step, "acme", story())
    stored, read_back, _ = run(case.step, "acme", story(), stored=True)
    assert stored == live
    assert read_back == state


@every_detector
def test_a_repeat_counts_once(case: Case) -> None:
    """A source that delivers everything twice, at once or a few minutes later, changes nothing."""
    once, _, _ = run(case.step, "acme", story())
    twice, _, _ = run(case.step, "acme", [m for m in story() for _ in range(2)])
    assert twice == once
    records = story()
    later = [*records[:7], *(m for i in range(7, len(records)) for m in (records[i], records[i - 7]))]
    assert run(case.step, "acme", later)[0] == once


@every_detector
def test_the_order_within_a_tick_does_not_matter(case: Case) -> None:
    """Partitions interleave as they like between two ticks."""
    records = story()
    shuffled = records.copy()
    random.Random(4).shuffle(shuffled)
    minute = {m.id: int((m.post.seen_at - START).total_seconds() / 60 - 1e-9) for m in records}
    shuffled.sort(key=lambda m: minute[m.id])
    straight, state, _ = run(case.step, "acme", records)
    mixed, other, _ = run(case.step, "acme", shuffled)
    assert mixed == straight
    assert other == state


@every_detector
def test_silence_in_silence_out(case: Case) -> None:
    """Nothing is said of a brand about which nothing bad is said, and a key without records sleeps."""
    nice = mentions("acme", START, 80, 30, seed=3, negative=0.0)
    assert run(case.step, "acme", nice)[0] == []
    assert case.step(case.step.initial("acme"), (), START).emits == ()
    assert case.step(case.step.initial("acme"), (), START).wake_at is None


@every_detector
def test_one_brand_is_not_judged_by_another(case: Case) -> None:
    """The order in which brands come does not matter: one step object serves all, and keeps nothing."""
    alone = {brand: run(case.step, brand, story(brand))[0] for brand in ("acme", "zenith")}
    again = {brand: run(case.step, brand, story(brand))[0] for brand in ("zenith", "acme")}
    assert alone == again


@every_detector
def test_the_state_that_was_given_is_left_alone(case: Case) -> None:
    """A step that fails later can be repeated: the old state is as it was."""
    _, state, _ = run(case.step, "acme", story())
    codec = StateCodec(case.step.state_type)
    before = codec.encode(KeyState(0, state))
    end = story()[-1].post.seen_at + timedelta(hours=12)
    queued = case.step(state, mentions("acme", end, 1, 50, seed=9), end).state
    after_queue = codec.encode(KeyState(0, queued))
    case.step(queued, (), end + timedelta(hours=2))
    assert codec.encode(KeyState(0, state)) == before
    assert codec.encode(KeyState(0, queued)) == after_queue


@every_detector
def test_memory_is_bounded(case: Case) -> None:
    """In calm the state stays small; a storm of 3,000 an hour stays within its bound."""
    _, _, calm = run(case.step, "acme", mentions("acme", START, 80, 20, seed=5), stored=True)
    assert calm <= case.calm_bytes
    storm = mentions("acme", START + timedelta(hours=70), 2, 3_000, seed=6, negative=1.0)
    _, _, wild = run(case.step, "acme", [*mentions("acme", START, 70, 20, seed=5), *storm], stored=True)
    assert wild <= case.wave_bytes

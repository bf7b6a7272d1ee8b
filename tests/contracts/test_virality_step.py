"""The contract of a step, for virality: pure, bounded, and the same however the records were batched."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from models.records import Author, Counters, Mention, Share, ShareKind
from models.virality.cascade import RECENT, WAITING, Cascade
from models.virality.detector import ViralityParams, ViralityStep
from tests.scenarios.world import START, mention, share

EPOCH: Final = datetime.fromtimestamp(0, UTC)
BOUND: Final = 8_000
"""Bytes of an encoded state, whatever is fed: see docs/virality.md. A busy ordinary cascade stays below 3,000."""
ENCODER: Final = msgspec.msgpack.Encoder()
DECODER: Final = msgspec.msgpack.Decoder(Cascade)


def step() -> ViralityStep:
    return ViralityStep(ViralityParams())


def fed(records: Sequence[Mention | Share], now: datetime = EPOCH, state: Cascade | None = None) -> Cascade:
    stepped = step()(state or Cascade(), records, now)
    assert stepped.state is not None
    assert not stepped.emits, "records alone must not decide anything"
    return stepped.state


shares = st.lists(
    st.builds(
        lambda n, s, late, kind: share(
            n, START + timedelta(seconds=s), kind=kind, seen_at=START + timedelta(seconds=s + late)
        ),
        st.integers(0, 200),
        st.integers(-3_600, 86_400),
        st.integers(0, 600),
        st.sampled_from(ShareKind),
    ),
    max_size=120,
)


counters = st.none() | st.builds(
    lambda n, s: Counters(shares=n, at=None if s is None else START + timedelta(seconds=s)),
    st.none() | st.integers(0, 10_000),
    st.none() | st.integers(0, 400_000),
)


@settings(max_examples=60)
@given(shares, st.integers(0, 120), st.integers(0, 120), counters)
def test_splitting_a_batch_changes_nothing(
    given_shares: list[Share], root_at: int, cut: int, counted: Counters | None
) -> None:
    """One batch or two, with the state encoded between them: the same state, and the same outputs at the tick."""
    records: list[Mention | Share] = [*given_shares]
    records.insert(min(root_at, len(records)), mention(counters=counted))
    whole = fed(records)
    first = DECODER.decode(ENCODER.encode(fed(records[:cut]))) if records[:cut] else Cascade()
    halves = fed(records[cut:], state=first) if records[cut:] else first
    assert whole == halves
    later = START + timedelta(hours=1)
    assert step()(whole, (), later) == step()(halves, (), later)


@settings(max_examples=40)
@given(shares)
def test_a_repeat_counts_once(given_shares: list[Share]) -> None:
    """Every record delivered twice gives the same state as once."""
    unique = list({s.id: s for s in given_shares}.values())
    twice = [each for record in unique for each in (record, record)]
    assert fed([mention(), mention(), *twice]) == fed([mention(), *unique])


def test_the_given_state_is_left_alone() -> None:
    """A step returns a new state and never changes the one it was given."""
    state = fed([mention(), *(share(n, START + timedelta(seconds=n)) for n in range(60))])
    before = ENCODER.encode(state)
    step()(state, [share(99, START)], START)
    step()(state, (), START + timedelta(hours=1))
    assert ENCODER.encode(state) == before


def test_only_what_has_been_seen_counts() -> None:
    """A share that the log's time has not reached waits, and sets the time to wake up."""
    state = fed([mention()])
    stepped = step()(state, (), START)
    assert stepped.state is not None
    later = START + timedelta(seconds=90)
    stepped = step()(stepped.state, [share(1, later)], START)
    assert stepped.wake_at == later
    assert stepped.state is not None
    assert stepped.state.history.total() == 0
    woken = step()(stepped.state, (), later).state
    assert woken is not None
    assert woken.history.total() == 1


def test_a_root_that_nobody_spreads_is_forgotten() -> None:
    """A mention without shares is kept for a day, and then no more."""
    state = fed([mention()])
    day = START + timedelta(days=1)
    kept = step()(state, (), START)
    assert kept.wake_at == day
    assert kept.state is not None
    assert step()(kept.state, (), day).state is None


def test_memory_is_bounded_whatever_is_fed() -> None:
    """19,000 shares over a week by ever new hostile accounts, around the root: below 8,000 bytes and what waits."""
    machine = step()
    state: Cascade | None = Cascade()
    most = 0
    long = "\U0001f4a5" * 5_000
    base = mention(story=long)
    root = msgspec.structs.replace(
        base,
        post=msgspec.structs.replace(
            base.post, text=long, url=long, network=long, counters=Counters(shares=10**30, likes=10**30, at=START)
        ),
    )
    for batch in range(100):
        at = START + timedelta(seconds=6_000 * batch)
        records: list[Mention | Share] = [
            Share(
                id=f"{batch}/{n}",
                root_id="root",
                author=Author(id=f"{batch}{n}", handle=f"{long}{batch}{n}", followers=10**25),
                created_at=at + timedelta(seconds=6 * n),
                seen_at=at + timedelta(seconds=6 * n),
                network=f"{long}{n}",
            )
            for n in range(1_000 if batch < 10 else 100)
        ]
        if batch >= 2:
            records += [msgspec.structs.replace(root, brand=f"brand-{n}") for n in range(20)]
        assert state is not None
        state = machine(state, records, at).state
        assert state is not None
        assert len(state.waiting) <= WAITING
        assert len(ENCODER.encode(state.waiting)) < 300 * WAITING
        state = machine(state, (), at + timedelta(seconds=6_000)).state or Cascade()
        most = max(most, len(ENCODER.encode(state)))
    assert most < BOUND
    assert len(state.recent) == 3 * RECENT


def test_a_hot_cascade_stays_small_and_every_share_of_it_counts() -> None:
    """20,000 reshares in 40 minutes take less than 3,000 bytes, and every one of them is counted."""
    machine = step()
    state = fed([mention()])
    for batch in range(40):
        at = START + timedelta(minutes=batch)
        state = fed([share(batch * 500 + n, at + timedelta(seconds=n / 10)) for n in range(500)], at, state)
        woken = machine(state, (), at + timedelta(minutes=1)).state
        assert woken is not None
        state = woken
        assert len(ENCODER.encode(state)) < 3_000
    assert state.history.total() == 20_000

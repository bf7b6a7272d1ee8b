"""What share of its mentions is usually adverse to a brand, and what an alarm tells of it."""

import random
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Signal
from models.spikes.detector import SpikeStep
from models.spikes.share import Share
from models.spikes.tracked import SpikeParams
from tests.contracts.test_detectors import START, mentions, run


def hours(count: int, wander: float, seed: int = 1) -> list[tuple[int, int]]:
    """Hours of about 25 mentions, a fifth of them adverse, give or take what the share wanders."""
    rng, made = random.Random(seed), []
    for _ in range(count):
        share = 0.2 if wander == 0.0 else rng.betavariate(0.2 * (1 / wander - 1), 0.8 * (1 / wander - 1))
        said = rng.randint(15, 35)
        made.append((sum(rng.random() < share for _ in range(said)), said))
    return made


def lived(count: int, wander: float) -> Share:
    share = Share()
    for adverse, said in hours(count, wander):
        share.learn(adverse, said)
    return share


def test_of_a_stranger_no_share_is_usual() -> None:
    """Nothing is said of a share before there were 48 mentions."""
    share = Share()
    assert share.usual(50) is None
    share.learn(5, 47)
    assert share.usual(50) is None
    share.learn(1, 2)
    assert share.usual(50) is not None


def test_the_range_widens_with_few_mentions() -> None:
    """A fifth is usual; of ten mentions more may be adverse by chance than of a thousand."""
    share = lived(500, 0.0)
    few, many = share.usual(10), share.usual(1_000)
    assert few is not None
    assert many is not None
    assert many[0] == pytest.approx(0.2, abs=0.02)
    assert few[1] < many[1] < many[0] < many[2] < few[2]


@pytest.mark.parametrize("wander", [0.0, 0.05, 0.2])
def test_most_ordinary_hours_lie_within_the_range(wander: float) -> None:
    """Some nine in ten, whether the share is steady or wanders."""
    share, within = lived(500, wander), 0
    for adverse, said in hours(500, wander, seed=2):
        usual = share.usual(said)
        assert usual is not None
        within += usual[1] <= adverse / said <= usual[2]
    assert 420 <= within <= 490


def test_where_all_is_complaint_the_share_tells_nothing() -> None:
    """Of a brand that is only ever complained of, no share is called usual."""
    share = Share()
    for _ in range(100):
        share.learn(5, 5)
    assert share.usual(20) is None


@given(
    past=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 2_000)), max_size=60),
    said=st.integers(0, 10**6),
)
def test_the_range_is_one_of_shares(past: list[tuple[int, int]], said: int) -> None:
    """Whatever the past, the range lies within 0 and 1, and a state that is stored says the same."""
    share = Share()
    for adverse, others in past:
        share.learn(adverse, adverse + others)
    usual = share.usual(said)
    assert usual is None or 0.0 <= usual[1] <= usual[2] <= 1.0
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(share), type=Share).usual(said) == usual


@pytest.mark.parametrize("negative", [0.9, 0.25])
def test_an_alarm_tells_the_usual_share(negative: float) -> None:
    """A quarter was usual in the days before: a wave of complaints is beyond its range, much talk is within."""
    calm = mentions("acme", START, 72, 12, seed=1, negative=0.25)
    storm = mentions("acme", START + timedelta(days=3), 1, 240, seed=2, negative=negative)
    signals: list[Signal] = run(SpikeStep(SpikeParams()), "acme", [*calm, *storm])[0]
    last = [signal.evidence for signal in signals if signal.evidence.silent_below is not None][-1]
    assert last.usual_share is not None
    assert last.usual_share.share == pytest.approx(0.25, abs=0.05)
    assert (last.adverse / last.mentions > last.usual_share.high) is (negative == 0.9)

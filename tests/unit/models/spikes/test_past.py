"""A past that is learned from a file: what it carries over, what it never replaces, and what is no past."""

import math
import random
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Mention, Past
from models.spikes.detector import SpikeStep
from models.spikes.memory import BrandState, minute_of
from models.spikes.past import BadPast, Learned, learned, taken_in
from models.spikes.tracked import SpikeParams
from tests.scenarios.world import START, mention

STEP = SpikeStep(SpikeParams())
DETECTOR = STEP.detector("acme")
NOW = START + timedelta(days=20)


def after(days: int, *, per_hour: int = 6, seed: int = 3, first: int = 0) -> BrandState:
    """What is remembered of a brand after so many days of complaints at random minutes."""
    rng = random.Random(seed)
    state, number = STEP.initial("acme"), first
    for hour in range(days * 24):
        at = START + timedelta(hours=hour)
        heard: list[Mention] = []
        for minute in sorted(rng.sample(range(60), per_hour)):
            number += 1
            heard.append(mention(f"p{number}", at=at + timedelta(minutes=minute)))
        waiting = STEP(state, heard, at).state
        assert waiting is not None
        settled = STEP(waiting, (), at + timedelta(hours=1)).state
        assert settled is not None
        state = settled
    return state


def past(state: BrandState, *, until_days: int, at: timedelta = timedelta(days=20)) -> Past:
    until = START + timedelta(days=until_days)
    lesson = learned(state, DETECTOR, minute_of(until))
    assert lesson is not None
    return Past(id="past", brand="acme", at=START + at, until=until, learned=lesson)


KNOWN = after(10)
PAST = past(KNOWN, until_days=10)


def test_a_brand_goes_on_from_its_past() -> None:
    """What is usual is as it was learned, whatever lies between; nothing of the time of the past is left over."""
    fresh = taken_in(STEP.initial("acme"), PAST, DETECTOR)
    assert fresh.tracked is not None
    assert KNOWN.tracked is not None
    assert fresh.tracked.baseline == KNOWN.tracked.baseline
    assert fresh.share == KNOWN.share
    assert DETECTOR.knows(fresh.tracked, minute_of(NOW))
    assert sum(fresh.tracked.sums) == 0
    assert (fresh.pending, fresh.authors, fresh.ids) == (
        BrandState("").pending,
        BrandState("").authors,
        BrandState("").ids,
    )


def test_the_time_between_is_no_silence() -> None:
    """Ten days in which nobody listened leave the level as it was; the first hours that are heard are learned."""
    state = STEP(STEP.initial("acme"), [PAST], NOW).state
    assert state is not None
    assert state.tracked is not None
    level = state.tracked.baseline.level
    for minute in (1, 30, 89):
        settled = STEP(state, (), NOW + timedelta(minutes=minute)).state
        assert settled is not None
        assert settled.tracked is not None
        assert settled.tracked.baseline.level == level


def test_what_is_known_is_not_replaced() -> None:
    """A brand that was watched for days keeps what it has found out; so a past that comes twice counts once."""
    own = after(12, per_hour=2, seed=5)
    assert taken_in(own, PAST, DETECTOR) is own
    once = taken_in(STEP.initial("acme"), PAST, DETECTOR)
    assert taken_in(once, PAST, DETECTOR) is once


def test_what_was_heard_meanwhile_stays() -> None:
    """A brand that is watched since an hour keeps that hour's counts and voices, and is judged by its past."""
    hour = timedelta(hours=1)
    state = STEP.initial("acme")
    said = [mention(f"n{n}", at=NOW + timedelta(minutes=n)) for n in range(5)]
    waiting = STEP(state, said, NOW).state
    assert waiting is not None
    young = STEP(waiting, (), NOW + timedelta(minutes=10)).state
    assert young is not None
    told = taken_in(young, msgspec.structs.replace(PAST, at=NOW + hour), DETECTOR)
    assert told.tracked is not None
    assert young.tracked is not None
    assert (told.tracked.counts, told.tracked.sums) == (young.tracked.counts, young.tracked.sums)
    assert told.authors == young.authors
    assert DETECTOR.knows(told.tracked, minute_of(NOW + hour))


def test_too_little_teaches_nothing() -> None:
    """Hours that would not be enough for the detector itself are none to send."""
    state = after(1, per_hour=1)
    assert learned(state, DETECTOR, minute_of(START + timedelta(hours=20))) is None
    assert learned(STEP.initial("acme"), DETECTOR, minute_of(NOW)) is None


def test_a_past_is_small() -> None:
    """It goes through a topic as one record."""
    assert len(PAST.learned) < 6_000


def _changed(**changes: object) -> bytes:
    told = msgspec.msgpack.decode(PAST.learned, type=Learned)
    return msgspec.msgpack.encode(msgspec.structs.replace(told, **changes))


def _baseline(**changes: object) -> bytes:
    told = msgspec.msgpack.decode(PAST.learned, type=Learned)
    return _changed(baseline=msgspec.structs.replace(told.baseline, **changes))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        PAST.learned[:-1],
        msgspec.msgpack.encode({"level": 1}),
        _baseline(hours=[1.0] * 23),
        _baseline(days_known=[]),
        _baseline(level=math.nan),
        _baseline(weight=math.inf),
        _changed(noise=[]),
    ],
)
def test_what_is_no_past_is_refused(payload: bytes) -> None:
    """What could not be gone on with, now or at the next tick, never gets into the state."""
    with pytest.raises(BadPast):
        taken_in(STEP.initial("acme"), msgspec.structs.replace(PAST, learned=payload), DETECTOR)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_past_or_refused(payload: bytes) -> None:
    """Nothing else ever comes out."""
    with pytest.raises(BadPast):
        taken_in(STEP.initial("acme"), msgspec.structs.replace(PAST, learned=payload), DETECTOR)


def test_what_is_too_old_changes_nothing() -> None:
    """A past that is forgotten already leaves the brand as it was."""
    late = msgspec.structs.replace(PAST, at=START + timedelta(days=90))
    state = STEP(STEP.initial("acme"), [late], late.at).state
    assert state == STEP.initial("acme")

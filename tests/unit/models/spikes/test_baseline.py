"""What is normal: learned within days, not moved by a crisis, moved by a lasting change."""

import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.spikes.baseline import KNOWN_HOURS, QUIET_AGE_MIN, Baseline
from models.spikes.tracked import SpikeParams
from models.spikes.wave import SpikeDetector

HOUR, DAY = 60, 1_440
START = 30_000_000 // DAY * DAY


def live(baseline: Baseline, hours: int, rate: "list[float] | float", start: int) -> int:
    """Lets the baseline learn hours of this many counts (per hour of the day where a list is given)."""
    for minute in range(start, start + hours * HOUR, HOUR):
        count = rate if isinstance(rate, float | int) else rate[minute // HOUR % 24]
        if count > 0:
            baseline.hear(minute)
        baseline.learn(minute, count, baseline.expected(minute, minute + HOUR), HOUR, 0.3)
    return start + hours * HOUR


def hourly(baseline: Baseline, minute: int) -> float:
    return baseline.expected(minute, minute + HOUR)


def test_a_steady_rate_is_learned_within_a_day() -> None:
    """After 30 hours of 40 an hour, 40 are expected."""
    baseline = Baseline(born=START)
    now = live(baseline, 30, 40.0, START)
    assert hourly(baseline, now) == pytest.approx(40, rel=0.15)


def test_the_time_of_day_is_learned_within_two_weeks() -> None:
    """Quiet nights and busy evenings are expected as such."""
    day = [max(0.5, 20 + 18 * math.sin((hour - 12) / 24 * 2 * math.pi)) for hour in range(24)]
    baseline = Baseline(born=START)
    now = live(baseline, 14 * 24, day, START)
    wrong = [abs(hourly(baseline, now + h * HOUR) - day[h]) / (day[h] + 2) for h in range(24)]
    assert sum(wrong) / 24 < 0.2


def test_a_crisis_does_not_become_normal_at_once() -> None:
    """Six hours of ten times the usual move the expectation by less than half."""
    baseline = Baseline(born=START)
    now = live(baseline, 10 * 24, 10.0, START)
    before = hourly(baseline, now)
    now = live(baseline, 6, 100.0, now)
    assert hourly(baseline, now + 12 * HOUR) < 1.5 * before


def test_a_lasting_change_becomes_normal_within_three_days() -> None:
    """A public that has grown five times as loud is no crisis for ever."""
    baseline = Baseline(born=START)
    now = live(baseline, 10 * 24, 10.0, START)
    now = live(baseline, 3 * 24, 50.0, now)
    assert sum(hourly(baseline, now + h * HOUR) for h in range(24)) / 24 == pytest.approx(50, rel=0.3)


def test_a_brand_is_judged_after_a_day_of_being_heard() -> None:
    """Twelve hours with mentions and a day of age make a brand known; a rarely mentioned one is after two weeks."""
    baseline = Baseline(born=START)
    now = live(baseline, 12, 3.0, START)
    assert not baseline.known(now)
    now = live(baseline, 12, 3.0, now)
    assert baseline.known(now)
    quiet = Baseline(born=START)
    live(quiet, 24 * 14, 0.0, START)
    assert not quiet.known(START + QUIET_AGE_MIN - 1)
    assert quiet.known(START + QUIET_AGE_MIN)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 5_000), max_size=120), st.integers(0, 10_000))
def test_the_expectation_stays_finite_positive_and_small_in_bytes(counts: list[int], offset: int) -> None:
    """Whatever happened, there is something to expect, no less doubt than none, and a kilobyte holds it."""
    baseline = Baseline(born=START)
    for index, count in enumerate(counts):
        minute = START + index * HOUR
        baseline.learn(minute, count, hourly(baseline, minute), HOUR, 0.3)
    assert 0 < hourly(baseline, START + offset) < 1e6
    assert 0 < baseline.doubt(START + offset, 0.3) < 5
    assert len(msgspec.msgpack.encode(baseline)) < 1_000


def test_praise_makes_a_brand_known_too() -> None:
    """A brand that is mentioned all day without one complaint is judged after that day, not after two weeks."""
    baseline = Baseline(born=START)
    for hour in range(24):
        baseline.hear(START + hour * HOUR)
        baseline.hear(START + hour * HOUR + 30)
    live(baseline, 24, 0.0, START)
    assert baseline.heard == 24
    assert baseline.known(START + DAY)


def test_expected_counts_add_up() -> None:
    """The expectation of a stretch is the sum over its minutes, across hours and midnight."""
    baseline = Baseline(born=START)
    live(baseline, 5 * 24, [float(h) for h in range(24)], START)
    first = START + 10 * DAY - 200
    by_minute = sum(baseline.rate(m + 0.5) for m in range(first, first + 360))
    assert baseline.expected(first, first + 360) == pytest.approx(by_minute, rel=0.01)


def test_a_stretch_of_centuries_is_expected_week_by_week() -> None:
    """What is expected of a long stretch is the sum of its parts, and found without walking through every hour."""
    baseline = Baseline(
        born=0, level=0.5, hours=[0.5 + n / 24 for n in range(24)], days=[0.7 + n / 10 for n in range(7)]
    )
    first, last = 17, 17 + 3 * 10_080 + 1_234
    parts = [baseline.expected(at, min(at + 600, last)) for at in range(first, last, 600)]
    assert baseline.expected(first, last) == pytest.approx(sum(parts), rel=1e-6)
    assert baseline.expected(0, 52_000_000 * 10_080) == pytest.approx(52_000_000 * baseline.expected(0, 10_080))


@given(st.integers(0, 40), st.integers(0, 16 * 1_440), st.sampled_from(["UTC", "Europe/Paris", "Asia/Kathmandu"]))
def test_what_is_awaited_comes_true(hours: int, age: int, zone: str) -> None:
    """A brand is known at the latest time named, whatever is heard; and at the earliest, if it is every hour."""
    detector = SpikeDetector(SpikeParams(timezone=zone))
    born = 29_000_000
    tracked = detector.initial(born)
    for hour in range(min(hours, age // 60 + 1)):
        detector.hear(tracked, born + hour * 60)
    awaited = detector.awaited(tracked, born + age)
    assert (awaited is None) == detector.knows(tracked, born + age)
    if awaited is not None:
        assert awaited.since == born
        assert born + age < awaited.earliest <= awaited.latest
        assert detector.knows(tracked, awaited.latest)
        for more in range(1, KNOWN_HOURS - awaited.hours + 1):
            detector.hear(tracked, born + age + more * HOUR)
        assert detector.knows(tracked, awaited.earliest)
        assert not detector.knows(tracked, min(awaited.earliest, born + DAY) - 1)

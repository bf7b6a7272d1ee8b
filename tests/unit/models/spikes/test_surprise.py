"""Tail probabilities against plain summation, and their calibration."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.spikes.surprise import Tail, alarms_per_minute, interval, log_tail, lowest_with_tail


def summed_tail(count: int, mean: float, dispersion: float) -> float:
    """P(X ≥ count) by adding up the probabilities below."""
    size, share = 1 / dispersion, mean / (mean + 1 / dispersion)
    below = sum(
        math.exp(
            math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)
            + k * math.log(share) + size * math.log1p(-share)
        )
        for k in range(count)
    )  # fmt: skip
    return 1.0 - below


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 120), st.floats(0.01, 60), st.floats(0.02, 3))
def test_the_tail_is_the_sum_of_its_probabilities(count: int, mean: float, dispersion: float) -> None:
    """The continued fraction agrees with plain addition wherever addition is exact enough."""
    plain = summed_tail(count, mean, dispersion)
    if plain > 1e-9:
        assert math.exp(log_tail(count, mean, dispersion)) == pytest.approx(plain, rel=1e-4)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 100_000), st.floats(0.001, 50_000), st.floats(0.02, 3))
def test_the_tail_falls_with_the_count_and_is_a_probability(count: int, mean: float, dispersion: float) -> None:
    """Far out and at extreme rates too: finite, at most 1, and smaller for more."""
    here, further = log_tail(count, mean, dispersion), log_tail(count * 2, mean, dispersion)
    assert -1e9 < further <= here + 1e-9 <= 1e-9


@given(st.floats(0.01, 200), st.floats(0.02, 2))
def test_the_interval_holds_ninety_percent(mean: float, dispersion: float) -> None:
    """At most 5 % lie above the interval, and at most 5 % below."""
    low, high = interval(mean, dispersion)
    assert 0 <= low <= high
    assert log_tail(high + 1, mean, dispersion) <= math.log(0.05) + 1e-9
    assert log_tail(low, mean, dispersion) >= math.log(0.95) - 1e-9
    assert lowest_with_tail(math.log(0.05), mean, dispersion) == high + 1


def test_dispersion_is_learned() -> None:
    """After many blocks the estimate is near the truth, from a flat prior."""
    rng, tail = random.Random(5), Tail()
    for _ in range(3_000):
        rate = 20 * rng.gammavariate(4, 1 / 4)  # relative variance 1/4
        tail.learn(sum(rng.random() < rate / 1000 for _ in range(1000)), 20, tail.dispersion, 0.9995)
    assert 0.18 < tail.dispersion < 0.3


def test_what_is_often_exceeded_is_less_rare() -> None:
    """A past with many blocks far in the tail makes the same count less surprising."""
    calm, wild = Tail(), Tail()
    for index in range(400):
        calm.learn(5, 5, 0.1, 0.999)
        wild.learn(40 if index % 10 == 0 else 5, 5, 0.1, 0.999)
    assert wild.calibrated(-15.0) > calm.calibrated(-15.0) + 2.0


def test_looking_more_often_makes_an_alarm_less_rare() -> None:
    """Longer windows are looked at less often in effect, and more windows cost more."""
    short = alarms_per_minute(-10.0, bins=5, windows=4, bin_min=1)
    assert alarms_per_minute(-10.0, bins=360, windows=4, bin_min=1) < short
    assert alarms_per_minute(-10.0, bins=5, windows=1, bin_min=1) < short
    assert alarms_per_minute(0.0, bins=5, windows=4, bin_min=1) == 0.0

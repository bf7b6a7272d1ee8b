"""Tail probabilities against plain summation; deviances; the dispersion that is learned."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.spikes.surprise import ORDINARY, Noise, deviance, interval, is_ordinary, log_tail, lowest_with_tail


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


@settings(max_examples=150)
@given(st.integers(0, 120), st.floats(0.01, 60), st.floats(0.02, 3))
def test_the_tail_is_the_sum_of_its_probabilities(count: int, mean: float, dispersion: float) -> None:
    """The continued fraction agrees with plain addition wherever addition is exact enough."""
    plain = summed_tail(count, mean, dispersion)
    if plain > 1e-9:
        assert math.exp(log_tail(count, mean, dispersion)) == pytest.approx(plain, rel=1e-4)


@settings(max_examples=150)
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


@settings(max_examples=150)
@given(st.integers(0, 100_000), st.floats(0.001, 50_000), st.floats(0.002, 10))
def test_a_deviance_is_at_most_half_a_squared_z_score(count: int, mean: float, dispersion: float) -> None:
    """The bound that lets quiet minutes be passed over; and nothing below what is expected speaks for more."""
    found = deviance(count, mean, dispersion)
    z = (count - mean) / math.sqrt(mean + dispersion * mean * mean)
    assert 0.0 <= found <= max(0.0, z) ** 2 / 2 * (1 + 1e-6) + 1e-6
    assert found == 0.0 or count > mean


@settings(max_examples=150)
@given(st.integers(1, 5_000), st.floats(0.001, 5_000), st.floats(0.002, 10))
def test_the_short_cuts_to_what_is_ordinary_are_exact(count: int, mean: float, dispersion: float) -> None:
    """At or below the mean, and where the deviance bounds the tail, the answer is that of the tail."""
    assert is_ordinary(count, mean, dispersion) == (log_tail(count, mean, dispersion) > ORDINARY)


def test_dispersion_is_learned() -> None:
    """After many blocks the estimate is near the truth, from a prior."""
    rng, noise = random.Random(5), Noise()
    for _ in range(3_000):
        rate = 20 * rng.gammavariate(4, 1 / 4)  # relative variance 1/4
        noise.fade(0.9995)
        noise.learn([sum(rng.random() < rate / 1000 for _ in range(1000))], 20)
    assert 0.18 < noise.dispersion < 0.3

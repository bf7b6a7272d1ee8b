"""The forecast: sane on hand-made cascades, whatever they are."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.virality.expected import FLOOR, Usual
from models.virality.forecast import features, forecast, tempered
from models.virality.history import History
from models.virality.kernel import FLAT_S, MAX_REPRODUCTION, THETA, reacted

ROOT_S = 1_750_000_000


def history(delays_s: list[float]) -> History:
    made = History()
    for each in delays_s:
        made.add(ROOT_S + each)
    return made


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 100_000), max_size=150),
    st.floats(1, 200_000),
    st.one_of(st.none(), st.integers(0, 10**9)),
    st.integers(0, 10**9),
)
def test_every_forecast_is_sane(delays_s: list[float], age_s: float, followers: int | None, extra: int) -> None:
    """At least what is there, inside its own interval, with a probability and a reproduction number in range."""
    seen = features(history(delays_s), ROOT_S, ROOT_S + age_s, extra)
    for heading in (forecast(seen), tempered(seen, Usual(followers))):
        low, high = heading.interval
        assert seen.observed <= low <= heading.expected_final <= high
        assert 0 <= heading.p_double <= 1
        assert heading.reproduction is None or 0 <= heading.reproduction <= MAX_REPRODUCTION
        assert all(math.isfinite(x) for x in (low, high, heading.expected_final, heading.shares_per_hour))


def test_only_what_came_before_now_is_used() -> None:
    """Shares after `now` change nothing."""
    early = [float(s) for s in range(0, 600, 20)]
    later = [*early, *(float(s) for s in range(700, 900, 2))]
    assert features(history(early), ROOT_S, ROOT_S + 600) == features(history(later), ROOT_S, ROOT_S + 600)


def test_a_rising_cascade_goes_further_than_a_dying_one() -> None:
    """With as many shares so far, the one whose shares are recent is expected to grow more."""
    chance = random.Random(1)
    dying = [chance.random() ** 3 * 3_600 for _ in range(200)]
    rising = [3_600 - each for each in dying]
    low, high = (forecast(features(history(x), ROOT_S, ROOT_S + 3_600)) for x in (dying, rising))
    assert high.expected_final > low.expected_final
    assert high.p_double > low.p_double


def test_a_handful_of_shares_is_not_a_breakout() -> None:
    """Ten shares of an unknown author in an hour: an alert does not promise hundreds."""
    seen = features(history([60.0 * n for n in range(10)]), ROOT_S, ROOT_S + 3_600)
    assert tempered(seen, Usual(500)).expected_final < 30
    assert forecast(seen).expected_final > 100


def test_public_counters_count() -> None:
    """Shares that only the post's counter knows of are part of what is observed."""
    assert features(history([]), ROOT_S, ROOT_S + 3_600, 500).observed == 500


def branching(reproduction: float, direct: int, until_s: float, seed: int) -> list[float]:
    """Delays of a simulated cascade: `direct` reactions to the root, and `reproduction` to each share on average."""
    chance = random.Random(seed)
    flat = float(reacted(np.array([FLAT_S]))[0])

    def reaction() -> float:
        u = chance.random()
        if u < flat:
            return FLAT_S * u / flat
        return float(FLAT_S * ((1 - u) / (1 - flat)) ** (-1 / THETA))

    waiting, delays = [reaction() for _ in range(direct)], []
    while waiting:
        at = waiting.pop()
        if at <= until_s:
            delays.append(at)
            # A binomial of ten stands for the number of reactions to one share.
            waiting += [at + reaction() for _ in range(10) if chance.random() < reproduction / 10]
    return delays


@pytest.mark.parametrize("reproduction", [0.0, 0.4, 0.8])
def test_the_timing_tells_shares_of_the_root_from_shares_of_shares(reproduction: float) -> None:
    """On simulated cascades the reproduction number is found from the times alone, to about a quarter."""
    age_s = 21_600.0
    found = []
    for seed in range(20):
        delays = branching(reproduction, 300, age_s, seed)
        found.append(features(history(delays), ROOT_S, ROOT_S + age_s).excitation.reproduction)
    assert float(np.median(found)) == pytest.approx(reproduction, abs=0.25)


@pytest.mark.parametrize("followers", [None, 0, 10**10])
def test_the_mark_is_never_below_the_floor(followers: int | None) -> None:
    """Three shares are never viral, whoever wrote the post."""
    assert Usual(followers).mark() >= FLOOR


def test_more_followers_make_the_same_shares_less_surprising() -> None:
    """The prior grows with the author's reach and with time."""
    assert Usual(100).surprise(50, 600) > Usual(100_000).surprise(50, 600)
    assert Usual(100).surprise(50, 600) > Usual(100).surprise(50, 86_400)
    assert Usual(100).expected(86_400) > Usual(100).expected(600)

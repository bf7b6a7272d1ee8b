"""The forecast: sane on hand-made cascades, whatever they are."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.virality.expected import FLOOR, Usual
from models.virality.features import Counts, Seen
from models.virality.forecast import forecast, outlooks
from models.virality.history import History
from models.virality.kernel import FLAT_S, MAX_REPRODUCTION, THETA, reacted

ROOT_S = 1_750_000_000
LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def seen(delays_s: list[float], age_s: float, **known: object) -> Seen:
    history = History(origin_s=ROOT_S)
    for each in delays_s:
        history.add(ROOT_S + each)
    return Seen(history, age_s, **known)  # type: ignore[arg-type]


cascades = st.builds(
    lambda delays, age, followers, extra, ordinary, local: seen(
        [d for d in delays if d <= age],
        age,
        root_followers=followers,
        extra=extra,
        ordinary=ordinary,
        local_s=local,
    ),
    st.lists(st.floats(0, 200_000), max_size=150),
    st.floats(0, 10**8),
    st.none() | st.integers(0, 10**10),
    st.integers(0, 10**9),
    st.booleans(),
    st.none() | st.floats(0, 86_400),
)


@settings(max_examples=60)
@given(cascades, st.integers(1, 10**6))
def test_every_forecast_is_sane(cascade: Seen, mark: int) -> None:
    """At least what is there, intervals one inside the other, probabilities and a reproduction number in range."""
    heading = forecast(cascade, mark)
    low, high = heading.interval
    assert heading.interval_50 is not None
    assert heading.p_viral is not None
    assert cascade.observed <= low <= heading.interval_50[0] <= heading.interval_50[1] <= high
    assert low <= heading.expected_final <= high
    assert 0 <= heading.p_double <= 1
    assert 0 <= heading.p_viral <= 1
    assert heading.reproduction is None or 0 <= heading.reproduction <= MAX_REPRODUCTION
    assert heading.half_life_s is None or heading.half_life_s > 0
    assert all(math.isfinite(x) for x in (low, high, heading.expected_final, heading.shares_per_hour))


@settings(max_examples=40)
@given(cascades, st.lists(st.integers(0, 10**7), min_size=2, max_size=2))
def test_quantiles_rise_and_chances_fall(cascade: Seen, sizes: list[int]) -> None:
    """One distribution: a higher level is never a smaller size, and a larger size is never more likely."""
    (ahead, _, _), *_ = outlooks([cascade])
    quantiles = [ahead.quantile(level) for level in LEVELS]
    assert quantiles == sorted(quantiles)
    assert ahead.reaches(min(sizes)) >= ahead.reaches(max(sizes))


@settings(max_examples=20)
@given(st.lists(cascades, min_size=1, max_size=6))
def test_neighbours_change_nothing(many: list[Seen]) -> None:
    """A cascade's forecast is the same alone and among others."""
    together = outlooks(many)
    for cascade, (ahead, momentum, excitation) in zip(many, together, strict=True):
        (alone, momentum_alone, excitation_alone), *_ = outlooks([cascade])
        assert ahead.chances == pytest.approx(alone.chances, abs=1e-5)
        assert (momentum, excitation) == (momentum_alone, excitation_alone)


def test_no_cascades_no_forecasts() -> None:
    """An empty batch is answered by an empty list."""
    assert outlooks([]) == []


def test_a_rising_cascade_goes_further_than_a_dying_one() -> None:
    """With as many shares so far, the one whose shares are recent is expected to grow more."""
    chance = random.Random(1)
    dying = [chance.random() ** 3 * 3_600 for _ in range(200)]
    rising = [3_600 - each for each in dying]
    for ordinary in (False, True):
        low, high = (forecast(seen(x, 3_600, ordinary=ordinary)) for x in (dying, rising))
        assert high.expected_final > low.expected_final
        assert high.p_double > low.p_double
        assert low.half_life_s is not None
        assert high.half_life_s is None
        assert low.acceleration is not None
        assert high.acceleration is not None
        assert low.acceleration < 0 < high.acceleration


def test_a_handful_of_shares_is_not_a_breakout() -> None:
    """Ten shares of an unknown author in an hour: an alert does not promise hundreds."""
    ten = [60.0 * n for n in range(10)]
    assert forecast(seen(ten, 3_600, root_followers=500)).expected_final < 30
    assert forecast(seen(ten, 3_600, root_followers=500, ordinary=False)).expected_final > 50


def test_what_is_larger_than_all_that_was_learned_from_is_not_over() -> None:
    """Weibo's crawl stopped near 1,000 shares; 5,000 in an hour, still coming, go on."""
    steady = [0.72 * n for n in range(5_000)]
    heading = forecast(seen(steady, 3_600, root_followers=10_000))
    assert heading.expected_final > 7_000
    assert heading.p_double > 0.3


def test_public_counters_count() -> None:
    """Shares that only the post's counter knows of are part of what is observed, spread like the others."""
    assert seen([], 3_600, extra=500).observed == 500
    counts = Counts([seen([], 3_600, extra=500), seen([100, 2_000], 3_600, extra=498)])
    assert counts.n == pytest.approx([500, 500])
    assert counts.since(np.array([1_800.0, 1_800.0])) == pytest.approx([250, 250], rel=0.01)


def test_the_night_is_part_of_the_forecast() -> None:
    """The same cascade goes on further by day than with the night ahead."""
    chance = random.Random(3)
    delays = [chance.random() * 21_600 for _ in range(150)]
    morning, night = (
        forecast(seen(delays, 21_600, ordinary=False, local_s=hour * 3_600.0)).expected_final for hour in (7, 23)
    )
    assert morning > 0
    assert morning != night


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
        found.append(Counts([seen(delays, age_s)]).excitation(0).reproduction)
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

"""From scores to rates: peaks come as often as was asked for, and a tail is believed when it was seen."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from models.spikes.extremes import START, Extremes

NOMINAL = 2.0


def live(extremes: Extremes, days: int, scores: "list[float] | None" = None, seed: int = 1) -> None:
    """Scores by the hour: of an exponential law, or drawn from a list."""
    rng = random.Random(seed)
    for hour in range(days * 24):
        minute = hour * 60
        extremes.close(minute)
        score = rng.expovariate(1.0) if scores is None else rng.choice(scores)
        extremes.see(minute, score)
        extremes.pass_hours(1.0, NOMINAL)


def test_the_rate_of_an_exponential_law_is_learned() -> None:
    """After 60 days the score that comes once in ten days is foretold within a third, from the brand's own past."""
    extremes = Extremes()
    live(extremes, 60)
    truth = 24 * 2.718281828**-5.5  # an hour's score is above 5.5 so often a day: about once in ten days
    assert truth / 2 < extremes.rate(5.5, NOMINAL) < truth * 2


def test_a_heavy_tail_raises_the_bar() -> None:
    """Where one hour in 50 is a monster, a score that elsewhere is rare is not."""
    calm, wild = Extremes(), Extremes()
    live(calm, 40)
    live(wild, 40, [0.3] * 49 + [30.0])
    assert wild.rate(12.0, NOMINAL) > 50 * calm.rate(12.0, NOMINAL)


def test_one_monster_does_not_deafen() -> None:
    """After a single crisis a score of twelve is still rarer than once a week."""
    extremes = Extremes()
    live(extremes, 30)
    extremes.see(30 * 1_440, 500.0)
    extremes.close(31 * 1_440)
    assert extremes.rate(12.0, NOMINAL) < 1 / 7


def test_a_run_is_one_peak() -> None:
    """Scores over the threshold without an hour's pause between them count once."""
    extremes = Extremes()
    for minute in range(0, 300, 10):
        extremes.see(minute, START + 1.0)
    extremes.close(500)
    assert extremes.peaks == 1.0


@settings(max_examples=100)
@given(st.lists(st.floats(0, 1e6), max_size=80), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_higher_score_is_never_less_rare(past: list[float], one: float, other: float) -> None:
    """Whatever was seen, the rate falls with the score, and stays a rate."""
    extremes = Extremes()
    for index, score in enumerate(past):
        extremes.see(index * 61, score)
        extremes.pass_hours(1.0, NOMINAL)
    low, high = sorted((one, other))
    assert 0.0 <= extremes.rate(high, NOMINAL) <= extremes.rate(low, NOMINAL) < 1e30

"""Severity: the formula moves the way a human expects."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.severity import RANK, mildest, points, severity, worst
from models.records import Coordination, Driver, Evidence, Forecast, Risk, Severity, Signal, SignalKind, UsualShare
from tests.scenarios.world import START, signal


def rated(said: Signal, **evidence: object) -> Signal:
    return msgspec.structs.replace(said, evidence=msgspec.structs.replace(said.evidence, **evidence))


@pytest.mark.parametrize(
    ("observed", "surprise", "reach", "expected"),
    [
        (8, 2.0, 500, Severity.P4),
        (10, 5.0, 20_000, Severity.P2),
        (10, 3.0, 2_000, Severity.P3),
        (40, 8.0, 100_000, Severity.P2),
        (2_000, 30.0, 5_000_000, Severity.P1),
    ],
)
def test_typical_waves(observed: float, surprise: float, reach: int, expected: Severity) -> None:
    """What a community manager would call urgent is urgent."""
    wave = rated(signal(observed=observed, surprise=surprise), reach=reach)
    if observed == 8:  # among many that are content
        wave = rated(wave, mentions=80)
    assert severity(wave) is expected


@given(st.floats(0, 20), st.floats(0, 1e6), st.integers(0, 10**9), st.floats(0, 1))
def test_more_is_never_milder(surprise: float, observed: float, reach: int, coordination: float) -> None:
    """More surprise, size or reach never lowers the points; more coordination never raises them."""
    base = rated(
        msgspec.structs.replace(signal(), surprise=surprise, observed=observed),
        reach=reach,
        coordination=Coordination(score=coordination),
    )
    more = rated(
        msgspec.structs.replace(base, surprise=surprise + 1, observed=observed * 2 + 1),
        reach=reach * 2 + 1,
        coordination=Coordination(score=coordination / 2),
    )
    assert points(more).total >= points(base).total
    assert RANK[severity(more)] >= RANK[severity(base)]


def test_risk_and_forecast_count() -> None:
    """A known risk and a cascade that is almost certain to grow make it more urgent than it looks now."""
    wave = signal(observed=20)
    coming = Forecast(expected_final=5_000, interval=(2_000, 9_000), p_double=1, shares_per_hour=100)
    assert points(rated(wave, risk=Risk(topic="recall", score=0.9))).total > points(wave).total
    assert points(rated(wave, forecast=coming)).size > points(wave).size


def test_the_tier_decides_close_calls() -> None:
    """A brand that matters more is half a point up, one that matters less half a point down; no more than that."""
    wave = signal()
    assert [points(wave, tier).total - points(wave).total for tier in (1, 2, 3)] == pytest.approx([0.5, 0, -0.5])
    assert points(wave).total == pytest.approx(points(wave, 2).total)
    close = rated(signal(observed=8, surprise=4), reach=20_000)
    assert [severity(close, tier) for tier in (1, 2, 3)] == [Severity.P2, Severity.P3, Severity.P3]


def test_coordination_discounts_and_never_silences() -> None:
    """A wave that is all bots counts half; it is not gone."""
    wave = signal(observed=500, surprise=12)
    bots = rated(wave, coordination=Coordination(score=1.0))
    assert points(bots).total == pytest.approx(points(wave).total / 2)
    assert points(bots).total > 0


def test_a_share_as_usual_counts_half() -> None:
    """Where negatives rise with all other mentions, and no more than usual, negativity counts half."""
    wave = rated(signal(), mentions=100, adverse=40)
    usual = UsualShare(share=0.35, low=0.2, high=0.5)
    assert points(rated(wave, usual_share=usual)).negativity == pytest.approx(points(wave).negativity / 2)
    for higher in (UsualShare(share=0.12, low=0.05, high=0.2), UsualShare(share=0.3, low=0.0, high=0.7)):
        assert points(rated(wave, usual_share=higher)).negativity == points(wave).negativity


@pytest.mark.parametrize(("tone", "most"), [("positive", Severity.P3), ("neutral", Severity.P4)])
def test_good_news_wakes_nobody(tone: str, most: Severity) -> None:
    """The greatest opportunity is P3, and one of neutral tone P4."""
    driver = Driver(post_id="p", author="a", excerpt="", created_at=START, sentiment=tone)
    huge = signal(kind=SignalKind.VIRAL_OPPORTUNITY, observed=10**6, surprise=50)
    assert severity(rated(huge, drivers=(driver,), reach=10**8)) is most


def test_nonsense_figures_do_not_hide_an_alert() -> None:
    """Not-a-number and negative figures from a detector gone wrong still give a severity."""
    wave = msgspec.structs.replace(signal(), surprise=math.nan, observed=-5.0, evidence=Evidence())
    assert severity(wave) in set(Severity)


def test_worst_and_mildest() -> None:
    """P1 is the worst, P4 the mildest."""
    assert worst(list(Severity)) is Severity.P1
    assert mildest(list(Severity)) is Severity.P4

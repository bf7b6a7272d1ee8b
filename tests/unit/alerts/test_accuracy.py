"""The track record of a brand's forecasts: what counts, how long, and where it is said."""

from datetime import timedelta

import msgspec
import pytest

from alerts.accuracy import ENOUGH, KEPT, TRACKED, Record, accuracy, judged, vouched
from alerts.incident import IncidentPolicy, IncidentStep
from models.records import Accuracy, Forecast, Judged, Notification, PastForecast, Phase, Signal, SignalKind, Topic
from tests.scenarios.world import START, signal


def verdict(n: int, *, expected: float = 120, final: int = 100, told: bool = True, brand: str = "acme") -> Judged:
    made = PastForecast(at=START, observed=20, expected=expected, interval=(50, 150), told=told)
    at = START + timedelta(minutes=n)
    return Judged(id=f"{brand}/{n}", brand=brand, post_id=f"post-{n}", at=at, final=final, forecasts=(made,))


def viral(n: int = 0, brand: str = "acme") -> Signal:
    said = signal(
        kind=SignalKind.VIRAL_THREAT, brand=brand, story=f"story-{n}", at=START + timedelta(minutes=n), nonce=str(n)
    )
    heading = Forecast(expected_final=900, interval=(400, 2_000), p_double=0.8, shares_per_hour=90)
    return msgspec.structs.replace(said, evidence=msgspec.structs.replace(said.evidence, forecast=heading))


def test_the_median_error_and_the_interval_are_told_beside_how_many_stood_in_alerts() -> None:
    """Errors of 20, 20, 20, 60, 100 and 200 % have the median 40 %; 40 and 300 shares lie outside 50 to 150."""
    finals = [(100, True), (100, True), (100, False), (300, True), (60, False), (40, False)]
    records: tuple[Record, ...] = ()
    for n, (final, told) in enumerate(finals):
        records = judged(records, verdict(n, final=final, told=told))
    assert accuracy(records, "acme") == Accuracy(forecasts=6, told=3, held=4, median_error=pytest.approx(0.4))
    assert accuracy(records, "other") is None


def test_of_few_forecasts_nothing_is_said() -> None:
    """Until there are five, an alert says nothing of past ones."""
    records: tuple[Record, ...] = ()
    for n in range(ENOUGH - 1):
        records = judged(records, verdict(n))
    assert vouched(viral(), records) == viral()
    records = judged(records, verdict(ENOUGH))
    assert vouched(viral(), records).evidence.accuracy == Accuracy(forecasts=5, told=5, held=5, median_error=0.2)
    assert vouched(signal(), records) == signal(), "a spike foretells nothing"


def test_only_the_last_forecasts_and_brands_are_remembered() -> None:
    """The fiftieth-last error is forgotten, and so is the brand that was judged longest ago."""
    records = judged((), verdict(0, expected=900))
    for n in range(KEPT):
        records = judged(records, verdict(n + 1))
    found = accuracy(records, "acme")
    assert found is not None
    assert (found.forecasts, found.median_error, found.held) == (KEPT, 0.2, KEPT)
    for n in range(TRACKED):
        records = judged(records, verdict(0, brand=f"brand-{n}"))
    assert len(records) == TRACKED
    assert accuracy(records, "acme") is None


def test_an_alert_knows_no_outcome_that_came_after_it() -> None:
    """Verdicts that run ahead of the log wait, so that a replay says what the alert said when it was told."""
    step = IncidentStep({}, IncidentPolicy(recipients=("channel:chat",)))
    past, future = [verdict(n) for n in range(5)], [verdict(60 + n, expected=300) for n in range(50)]
    early, late = viral(10), viral(200)
    now = START + timedelta(minutes=10)
    stepped = step(step.initial("acme"), [*future, *past, early], now)
    assert stepped.state is not None
    told = [e.record for e in stepped.emits if e.topic is Topic.NOTIFICATIONS]
    assert isinstance(told[0], Notification)
    assert told[0].incident.phase is Phase.OPEN
    first = told[0].incident.signals[0].evidence.accuracy
    assert first == Accuracy(forecasts=5, told=5, held=5, median_error=0.2)
    later = step(stepped.state, (), START + timedelta(minutes=200)).state
    assert later is not None
    (record,) = step(later, [late], START + timedelta(minutes=200)).emits[:1]
    assert isinstance(record.record, Notification)
    second = record.record.incident.signals[-1].evidence.accuracy
    assert second == Accuracy(forecasts=KEPT, told=KEPT, held=KEPT, median_error=2.0)

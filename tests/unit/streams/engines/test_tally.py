"""What stages conclude is counted once, by what it is about."""

import msgspec
import pytest
from prometheus_client import REGISTRY

from models.records import AlarmJudged, CascadeOver, Delivery, JudgedAs, Outcome, PastForecast, Risk, Topic, Why
from models.stage import Emit, mentioned
from streams.engines.tally import count_conclusions
from streams.publish import Outgoing
from tests.samples import spike_alert
from tests.scenarios.world import START, mention, signal


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_mention_is_counted_once_though_it_goes_to_two_topics() -> None:
    """The count of mentions is the count of mentions."""
    before = value("tocsin_mentions_total", brand="tallied", sentiment="negative")
    count_conclusions("understand", [Outgoing(emit) for emit in mentioned(mention(brand="tallied"))])
    assert value("tocsin_mentions_total", brand="tallied", sentiment="negative") == before + 1


def test_a_mention_at_risk_is_counted_by_its_topic() -> None:
    """Bad news has its own count, once a mention too."""
    labels = {"brand": "tallied", "topic": "data-leak"}
    before = value("tocsin_risk_mentions_total", **labels)
    leak = mention(brand="tallied", risk=Risk(topic="data-leak", score=0.9))
    count_conclusions("understand", [Outgoing(emit) for emit in mentioned(leak)])
    assert value("tocsin_risk_mentions_total", **labels) == before + 1


def test_signals_are_counted_by_kind_and_phase() -> None:
    """A signal that is raised counts as a raised one of its kind."""
    labels = {"brand": "tallied", "kind": "spike", "phase": "raised"}
    before = value("tocsin_signals_total", **labels)
    said = signal(brand="tallied")
    count_conclusions("spikes", [Outgoing(Emit(Topic.INCIDENT_EVENTS, said.brand, said))])
    assert value("tocsin_signals_total", **labels) == before + 1


def test_verdicts_are_counted_by_brand() -> None:
    """A brand's precision is its real alarms over all that humans judged."""
    labels = {"brand": "tallied", "verdict": "false-alarm"}
    before = value("tocsin_incidents_judged_total", **labels)
    said = AlarmJudged(id="1", brand="tallied", incident="i", verdict=JudgedAs.FALSE, at=START)
    count_conclusions("incidents", [Outgoing(Emit(Topic.MENTIONS, said.brand, said))])
    assert value("tocsin_incidents_judged_total", **labels) == before + 1


def test_what_is_told_is_counted_where_it_is_decided() -> None:
    """An alert counts once, not again for each recipient to whom it is addressed; a digest, where it is made."""
    alert = spike_alert()
    digest = msgspec.structs.replace(alert, why=Why.DIGEST)
    before = [value("tocsin_incident_decisions_total", why=why) for why in ("first", "digest")]
    emits = [(Topic.NOTIFICATIONS, alert), (Topic.OUTBOX, alert), (Topic.OUTBOX, alert), (Topic.OUTBOX, digest)]
    count_conclusions("attention", [Outgoing(Emit(topic, "k", record)) for topic, record in emits])
    after = [value("tocsin_incident_decisions_total", why=why) for why in ("first", "digest")]
    assert after == [count + 1 for count in before]


def test_who_cannot_be_reached_is_counted() -> None:
    """A call that reaches nobody counts as a decision, like one that was withheld; a failed delivery does not."""
    gone = Delivery(
        id="d",
        notification="n",
        incident="i",
        brand="b",
        channel="",
        outcome=Outcome.REJECTED,
        why=Why.UNREACHABLE,
        at=START,
    )
    refused = msgspec.structs.replace(gone, why=Why.FIRST, channel="mail")
    before = [value("tocsin_incident_decisions_total", why=why) for why in ("unreachable", "first")]
    count_conclusions("attention", [Outgoing(Emit(Topic.DELIVERIES, "i", record)) for record in (gone, refused)])
    after = [value("tocsin_incident_decisions_total", why=why) for why in ("unreachable", "first")]
    assert after == [before[0] + 1, before[1]]


def test_forecasts_are_counted_when_their_cascade_is_over() -> None:
    """Each forecast of a cascade counts with its error and its interval, told or not."""
    made = [
        PastForecast(at=START, observed=12, expected=expected, interval=(40, 90), told=True) for expected in (60, 120)
    ]
    verdict = CascadeOver(id="j", brand="tallied", post_id="p", at=START, final=100, forecasts=tuple(made))
    labels = {"brand": "tallied", "told": "yes"}
    count, total = "tocsin_forecast_error_ratio_count", "tocsin_forecast_error_ratio_sum"
    before = [value(count, **labels), value(total, **labels)]
    missed = value("tocsin_forecast_interval_total", held="no", **labels)
    count_conclusions("virality", [Outgoing(Emit(Topic.INCIDENT_EVENTS, "tallied", verdict))])
    assert value(count, **labels) == before[0] + 2
    assert value(total, **labels) == pytest.approx(before[1] + 0.4 + 0.2)
    assert value("tocsin_forecast_interval_total", held="no", **labels) == missed + 2

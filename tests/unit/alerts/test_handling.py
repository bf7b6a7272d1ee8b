"""How incidents were handled: each once, by its worst, with the first answer, whatever the order of the records."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import permutations

import msgspec

from alerts.handling import Casebook, Handling
from models.records import (
    Ack,
    AnyRecord,
    CascadeOver,
    FalseAlarm,
    Incident,
    Notification,
    PastForecast,
    Phase,
    Severity,
    Why,
)
from tests import samples

FIRST = samples.spike_alert()
INCIDENT = FIRST.incident
AT = FIRST.at
SINCE, UNTIL = INCIDENT.opened_at - timedelta(days=1), AT + timedelta(days=1)


def told(number: int, *, after: float = 0.0, why: Why = Why.FIRST, **changes: object) -> Notification:
    """One more notification on the incident, `after` minutes later."""
    incident: Incident = msgspec.structs.replace(INCIDENT, revision=INCIDENT.revision + number, **changes)
    at = AT + timedelta(minutes=after)
    return msgspec.structs.replace(FIRST, id=f"n{number}", incident=incident, at=at, why=why)


def ack(minutes: float, by: str = "Léa", incident: str = INCIDENT.id) -> Ack:
    at = AT + timedelta(minutes=minutes)
    return Ack(id=f"ack{by}", brand=INCIDENT.brand, incident=incident, by=by, via="slack", at=at)


def handled(records: Iterable[AnyRecord], *, brand: str = INCIDENT.brand, before: datetime | None = None) -> Handling:
    book = Casebook(brand)
    for each in records:
        book.add(each)
    return book.handling(SINCE, UNTIL, before=before)


WORSE = told(1, after=5, why=Why.WORSE, severity=Severity.P1)
OVER = told(2, after=60, why=Why.ENDED, severity=Severity.P3, phase=Phase.RESOLVED, resolved_at=AT)
RECORDS: tuple[AnyRecord, ...] = (FIRST, WORSE, OVER, ack(6.0), ack(9.0, "Tom"))


def test_an_incident_counts_once_with_its_worst_and_its_first_answer() -> None:
    """Told three times and answered twice, in any order: one incident, P1, answered after six minutes."""
    expected = handled(RECORDS)
    (only,) = expected.incidents
    assert (only.severity, only.phase, only.answered_by) == (Severity.P1, Phase.RESOLVED, "Léa")
    assert (expected.answered, expected.median_answer_s) == (1, 360.0)
    assert expected.by_severity == {Severity.P1: 1, Severity.P2: 0, Severity.P3: 0, Severity.P4: 0}
    for shuffled in permutations(RECORDS):
        assert handled([*shuffled, *shuffled]) == expected


def test_a_false_alarm_is_an_answer_and_counted() -> None:
    """Whoever calls it false has answered; the snapshot alone says it too."""
    at = AT + timedelta(minutes=2)
    false = FalseAlarm(id="f", brand=INCIDENT.brand, incident=INCIDENT.id, by="Zoé", via="mail", at=at)
    said = handled([FIRST, false])
    assert (said.false_alarms, said.median_answer_s) == (1, 120.0)
    assert handled([told(1, false_alarm=True)]).false_alarms == 1


def test_nobody_answered_is_not_zero_seconds() -> None:
    """Without an answer there is no median; another incident's answer is none of this one's."""
    nobody = handled([FIRST, ack(1.0, incident="other")])
    assert (nobody.answered, nobody.median_answer_s) == (0, None)
    assert nobody.incidents[0].answered_at is None


def test_only_what_concerns_the_brand_in_the_period() -> None:
    """Another brand's incident does not count; a wave of several brands does, and what merged into it not twice."""
    assert handled([FIRST], brand="other").incidents == ()
    assert len(handled([told(1, brands=("other",))], brand="other").incidents) == 1
    assert handled([told(1, merged_into="wave")]).incidents == ()
    earlier = told(1, id="old", opened_at=SINCE - timedelta(hours=1))
    found = handled([FIRST, earlier], before=SINCE - timedelta(days=2))
    assert ([each.id for each in found.incidents], found.before) == ([INCIDENT.id], 1)
    assert handled([FIRST, earlier]).before is None


def test_past_forecasts_are_judged_once_each() -> None:
    """Five cascades that ended in the period, told twice: five forecasts, and how far off they were."""
    past = PastForecast(at=AT, observed=10, expected=60, interval=(20, 90), told=True)
    over = [
        CascadeOver(id=f"c{n}", brand=INCIDENT.brand, post_id=f"p{n}", at=AT, final=50, forecasts=(past,))
        for n in range(5)
    ]
    late = msgspec.structs.replace(over[0], id="late", at=UNTIL)
    judged = handled([*over, *over, late]).accuracy
    assert judged is not None
    assert (judged.forecasts, judged.held, judged.median_error) == (5, 5, 0.2)
    assert handled(over[:4]).accuracy is None
    assert handled(over, brand="other").accuracy is None

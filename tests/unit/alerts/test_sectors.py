"""Sector-wide waves: which incidents are one, and what becomes of their parts."""

from datetime import timedelta

import msgspec

from alerts.case import SIGNALS, Case, opened
from alerts.incident import Desk, IncidentPolicy, IncidentStep
from alerts.sectors import WAVE_MOST, gathered, joined, merged
from models.records import Ack, Phase, Severity, Signal, SignalKind, SignalPhase
from tests.scenarios.world import START, signal


def hit(brand: str, minute: int = 0, *, notified: int = 1, phase: Phase = Phase.OPEN, **given: object) -> Case:
    case = opened(signal(brand=brand, at=START + timedelta(minutes=minute), **given), START + timedelta(minutes=minute))  # type: ignore[arg-type]
    return msgspec.structs.replace(
        case, incident=msgspec.structs.replace(case.incident, notified=notified, phase=phase), audience=(brand,)
    )


def third(**given: object) -> Signal:
    return signal(**{"brand": "gamma", **given})  # type: ignore[arg-type]


def test_three_brands_within_the_hour_are_one() -> None:
    """Two brands with open bad news and a third one make a wave; the oldest of which people know is its incident."""
    later, first = hit("beta", 10), hit("acme", 5)
    assert gathered([later, first], third(), START + timedelta(minutes=60)) == (first, later)
    assert gathered([later, first], third(), START + timedelta(minutes=66)) == ()
    assert gathered([later, first], third(brand="beta"), START) == ()
    assert gathered([first], third(), START) == ()


def test_good_news_exercises_and_what_is_over_do_not_count() -> None:
    """Only spikes and threats that go on, of real brands."""
    acme = hit("acme")
    others = [
        hit("beta", kind=SignalKind.VIRAL_OPPORTUNITY),
        hit("drill:beta"),
        hit("beta", phase=Phase.RESOLVED),
        opened(signal(brand="beta", phase=SignalPhase.ENDED), START),
    ]
    assert all(gathered([acme, other], third(), START) == () for other in others)
    assert gathered([acme, hit("beta")], third(kind=SignalKind.VIRAL_OPPORTUNITY), START) == ()
    assert gathered([acme, hit("beta")], third(brand="drill:gamma"), START) == ()
    assert gathered([acme, hit("beta")], third(phase=SignalPhase.ENDED), START) == ()


def test_one_brands_answer_does_not_end_the_calls_for_another() -> None:
    """What nobody has taken charge of goes before what is older and acknowledged, and what was told before all."""
    taken, unknown, ours = hit("acme", 0, phase=Phase.ACKNOWLEDGED), hit("beta", 1, notified=0), hit("delta", 2)
    assert gathered([taken, unknown, ours], third(), START)[0] is ours
    running = msgspec.structs.replace(taken, incident=msgspec.structs.replace(taken.incident, brands=("eta", "zeta")))
    assert gathered([running, unknown, ours], third(), START)[0] is running


def test_a_snooze_is_not_for_brands_that_follow() -> None:
    """What hits a further brand while the others are snoozed is told on its own."""
    snoozed = [hit("acme", phase=Phase.SNOOZED), hit("beta", phase=Phase.SNOOZED)]
    assert gathered(snoozed, third(), START) == ()
    assert gathered([*snoozed, hit("delta")], third(), START)[0].incident.brand == "delta"


def test_the_whole_has_the_worst_of_its_parts() -> None:
    """Severity, brands, audience and what goes on are those of all parts; the parts keep nothing but a pointer."""
    parts = (hit("acme"), hit("beta", observed=5_000, surprise=30, story="b"))
    whole = joined(parts, third(story="g"), START, tier=2)
    assert whole.incident.severity is Severity.P1
    assert whole.incident.brands == ("beta", "gamma")
    assert whole.audience == ("acme", "beta")
    assert (len(whole.active), len(whole.stories), len(whole.incident.signals)) == (3, 3, 3)
    part = merged(parts[1], whole)
    assert (part.stories, part.active, part.incident.merged_into) == ((), (), whole.incident.id)


def test_a_wave_is_bounded() -> None:
    """Of many brands it shows the weightiest signals, and it takes in no more than 32 brands."""
    parts = [hit(f"brand-{n}", observed=10 + n) for n in range(WAVE_MOST - 1)]
    assert gathered(parts, third(), START)
    assert gathered([*parts, hit("one-more")], third(), START) == ()
    whole = joined(parts, third(observed=5_000), START, tier=2)
    assert len(whole.incident.signals) == SIGNALS
    assert whole.incident.signals[-1].brand == "gamma"


def test_an_answer_follows_a_wave_that_became_a_part_of_another() -> None:
    """beta's incident is a part of acme's wave, which joins delta's: beta's answer takes charge of delta's."""
    base = hit("beta")
    acme, delta = hit("acme", 5), hit("delta", 1)
    acme, delta = (
        msgspec.structs.replace(case, incident=msgspec.structs.replace(case.incident, brands=(other,)))
        for case, other in ((acme, "beta"), (delta, "epsilon"))
    )
    part = msgspec.structs.replace(
        base, incident=msgspec.structs.replace(merged(base, acme).incident, phase=Phase.RESOLVED)
    )
    step = IncidentStep({}, IncidentPolicy())
    at = START + timedelta(minutes=10)
    news = third(at=at)
    desk = step(Desk("sector", cases=(part, acme, delta)), [news], at).state
    assert desk is not None
    assert {case.incident.id: case.incident.merged_into for case in desk.cases} == {
        part.incident.id: delta.incident.id,
        acme.incident.id: delta.incident.id,
        delta.incident.id: None,
    }
    ack = Ack(id="answer", brand="beta", incident=part.incident.id, by="bea", via="mail", at=at)
    done = step(desk, [ack], at).state
    assert done is not None
    assert {c.incident.id: c.incident.acknowledged_by for c in done.cases}[delta.incident.id] == "bea"

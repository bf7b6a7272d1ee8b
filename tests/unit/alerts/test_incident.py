"""Incidents: the table is total, the words and the diagram cover it, and folding follows its rule."""

from datetime import datetime, timedelta
from itertools import permutations, product
from pathlib import Path

import pytest
from msgspec import structs

from alerts.case import due, find, folded, opened
from alerts.escalation import EscalationPolicy, Step
from alerts.incident import Desk, IncidentPolicy, IncidentStep
from alerts.policy import FORGOTTEN
from alerts.silences import SilenceRule
from alerts.transitions import TRANSITIONS, Event, Tell, diagram
from alerts.why import WORDS
from models.records import (
    Ack,
    Call,
    Delivery,
    Notification,
    Outcome,
    Phase,
    Risk,
    Severity,
    Signal,
    SignalKind,
    SignalPhase,
    Silence,
    Topic,
    Why,
    digest,
)
from models.stage import Stepped
from tests.scenarios.world import START, signal

LOUD = {Why.FIRST, Why.WORSE, Why.REPEAT_DUE, Why.REOPENED, Why.ESCALATED, Why.UNANSWERED}
DOC = Path(__file__).resolve().parents[3] / "docs" / "alerting.md"


def test_every_event_is_answered_in_every_phase() -> None:
    """The table is total: no phase and event without an answer, and none that cannot occur."""
    assert set(TRANSITIONS) == set(product((None, *Phase), Event))


def test_only_calls_and_closings_change_the_phase_in_silence() -> None:
    """No phase changes without a human being told; and whoever is called is not told why to stay silent."""
    for (phase, _), to in TRANSITIONS.items():
        if phase is not to.phase:
            assert to.tell in {Tell.LOUD, Tell.QUIET}
        if to.tell is Tell.LOUD:
            assert to.why in LOUD


def test_the_documented_diagram_is_the_table() -> None:
    """The diagram in docs/alerting.md is the one that the code draws."""
    assert f"```mermaid\n{diagram()}\n```" in DOC.read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_reason_has_words(locale: str) -> None:
    """Each reason can be said in both languages, and no two are said alike."""
    words = WORDS[locale]  # type: ignore[index]
    assert set(words) == set(Why)
    assert len(set(words.values())) == len(words)


def test_a_signal_joins_the_open_incident_of_its_story() -> None:
    """By story first; a viral threat by its root post where that is behind an open spike; otherwise none."""
    spike = opened(signal(story="wave", drivers=["p1"]), START)
    cases = [spike]
    viral = signal(kind=SignalKind.VIRAL_THREAT, story="text", drivers=["p1"])
    assert find(cases, signal(story="wave", nonce="2"), START) is spike
    assert find(cases, viral, START) is spike
    assert find([opened(viral, START)], signal(story="wave", drivers=["p2", "p1"]), START) is not None
    assert find(cases, signal(kind=SignalKind.VIRAL_THREAT, story="text", drivers=["p9"]), START) is None
    assert find(cases, signal(kind=SignalKind.VIRAL_OPPORTUNITY, story="text", drivers=["p1"]), START) is None


def test_a_story_is_known_by_all_its_names() -> None:
    """Its own name goes before others; what another open incident holds stays there, and what is over gives way."""
    step = IncidentStep({}, IncidentPolicy())
    text, link = signal(story="text", also=["link-1"]), signal(story="link", also=["link-2"], nonce="2")
    desk = step(step.initial("acme"), [text, link], START).state
    assert desk is not None
    first, second = desk.cases
    assert find(desk.cases, signal(story="new", also=["link-2"]), START) is second
    bridge = signal(story="link", also=["new", "text"], nonce="3")
    assert find(desk.cases, bridge, START) is second
    joined = step(desk, [bridge], START).state
    assert joined is not None
    assert joined.cases[0].stories == first.stories
    assert find(joined.cases, signal(story="text", nonce="4"), START) is joined.cases[0]
    assert find(joined.cases, signal(story="new", nonce="5"), START) is joined.cases[1]


def test_one_reach_for_all_posts_of_a_story() -> None:
    """The last count of each post, added up: for severity and for what is shown; a spike and a rival have their own."""
    threat = SignalKind.VIRAL_THREAT
    seen = [
        signal(kind=threat, story="text", nonce="0", drivers=["p1"], reach=10),
        signal(kind=threat, story="text", nonce="1", drivers=["p2"], reach=2_000),
        signal(kind=threat, story="text", drivers=["p1"], nonce="2", reach=500, phase=SignalPhase.WORSENED),
        signal(kind=threat, story="text", nonce="3", drivers=["p3"], reach=None),
        signal(story="text", nonce="4", drivers=["p1"], reach=7),
    ]
    step = IncidentStep({}, IncidentPolicy())
    desk = step.initial("acme")
    shown = []
    for each in seen:
        state = step(desk, [each], START).state
        assert state is not None
        desk = state
        shown.append(desk.cases[0].incident.signals[-1].evidence.reach)
    assert shown == [10, 2_010, 2_500, 2_500, 7]
    assert len(desk.cases) == 1


def test_bad_news_once_told_stays_with_the_incident() -> None:
    """A wave goes on in other words; of another kind of signal, and of a new topic, the signal's own word counts."""
    recall, leak = Risk(topic="safety-recall", score=0.9), Risk(topic="data-leak", score=0.7)

    def at_risk(risk: Risk | None, **given: object) -> Signal:
        said = signal(story="wave", drivers=["p1"], **given)
        return structs.replace(said, evidence=structs.replace(said.evidence, risk=risk))

    case = opened(at_risk(recall), START)
    shown = []
    for each in (
        at_risk(None, nonce="1", phase=SignalPhase.WORSENED),
        at_risk(leak, nonce="2", phase=SignalPhase.WORSENED),
        at_risk(None, nonce="3", kind=SignalKind.VIRAL_THREAT),
        at_risk(None, nonce="4", phase=SignalPhase.ENDED),
    ):
        case = folded(case, each, Event.SAME, START)
        shown.append({held.kind: held.evidence.risk for held in case.incident.signals})
    spike, viral = SignalKind.SPIKE, SignalKind.VIRAL_THREAT
    assert shown[:2] == [{spike: recall}, {spike: leak}]
    assert shown[2:] == [{spike: leak, viral: None}] * 2


def test_a_wave_that_grows_is_judged_with_the_bad_news_it_began_with() -> None:
    """The topic is still what it is about: it counts when the wave is loud enough for P1, and only then."""
    begun = signal(surprise=1.0)
    recalled = structs.replace(begun, evidence=structs.replace(begun.evidence, risk=Risk(topic="recall", score=0.9)))
    grown = signal(surprise=10.0, nonce="2", phase=SignalPhase.WORSENED)
    found = [folded(opened(each, START), grown, Event.WORSE, START).incident.severity for each in (recalled, begun)]
    assert found == [Severity.P1, Severity.P2]


def test_the_next_thing_time_does_is_known() -> None:
    """An incident that was never told closes after the quiet time; there is nobody to be called again."""
    policy = IncidentPolicy(close_after=timedelta(minutes=20))
    assert due(opened(signal(), START), policy) == (START + timedelta(minutes=20), Event.STALE)


def test_notification_ids_say_what_they_are_about() -> None:
    """The id is the hash of incident, revision and reason, so that a repeat is recognised anywhere."""
    stepped = IncidentStep({}, IncidentPolicy())(IncidentStep({}, IncidentPolicy()).initial("acme"), [signal()], START)
    (emit,) = stepped.emits
    told = emit.record
    assert isinstance(told, Notification)
    assert emit.topic is Topic.NOTIFICATIONS
    assert told.id == digest("notification", told.incident.id, 1, Why.FIRST)
    assert told.incident.notified == 1


def test_a_signal_ahead_of_the_clock_waits_for_its_time() -> None:
    """Before the first tick, and where another partition is slow, a signal waits; it then acts at its own time."""
    epoch = START.replace(year=1970)
    step = IncidentStep({}, IncidentPolicy())
    stepped = step(step.initial("acme"), [signal()], epoch)
    assert (stepped.emits, stepped.wake_at) == ((), START)
    assert stepped.state is not None
    woken = step(stepped.state, (), START + timedelta(minutes=1))
    (emit,) = woken.emits
    assert isinstance(emit.record, Notification)
    assert emit.record.at == START
    assert woken.wake_at == START + timedelta(minutes=31), "they have had half an hour since they heard of it"


def after_an_outage(*silences: SilenceRule) -> Stepped[Desk]:
    """A signal at nine, with nothing running until five in the afternoon; duty changes at noon."""
    late = START + timedelta(hours=8)

    def resolve(target: str, at: datetime) -> tuple[str, ...]:
        return ("person:ann",) if at < START + timedelta(hours=3) else ("person:ben",)

    policy = EscalationPolicy("crisis", (Step(("schedule:care",), 0), Step(("schedule:care",), 300)))
    step = IncidentStep({}, IncidentPolicy(escalation=policy), resolve=resolve, silences=silences)
    waiting = step(step.initial("acme"), [signal()], START - timedelta(minutes=1)).state
    assert waiting is not None
    return step(waiting, (), late)


def test_what_happened_while_nothing_ran_is_told_as_of_now() -> None:
    """Who is on duty by now is called, the next step has its whole wait, and attention knows what time it is."""
    told = after_an_outage()
    late = START + timedelta(hours=8)
    (call,) = [emit.record for emit in told.emits if isinstance(emit.record, Call)]
    assert (call.recipient, call.urgent, call.at) == ("person:ben", True, late)
    assert call.notification.at == START
    assert told.wake_at == call.notification.incident.next_call_at == late + timedelta(minutes=5)


def test_a_silence_of_now_counts_for_what_happened_while_nothing_ran() -> None:
    """Maintenance since four keeps quiet what began at nine; one that was over at ten does not."""
    hours = [START + timedelta(hours=n) for n in (0, 1, 7, 9)]
    now, then = SilenceRule("lea", "works", *hours[2:]), SilenceRule("lea", "works", *hours[:2])
    assert [e.record.why for e in after_an_outage(now).emits if isinstance(e.record, Delivery)] == [Why.SILENCED]
    assert any(isinstance(e.record, Call) for e in after_an_outage(then).emits)


def test_detectors_that_do_not_keep_step_lead_to_the_same_incidents() -> None:
    """Signals that come in another order than that of their times are folded in by their times."""
    step = IncidentStep({}, IncidentPolicy(recipients=("channel:chat",)))
    told = [
        signal(story=story, at=START + timedelta(minutes=minute), observed=observed, phase=phase)
        for story, minute, observed, phase in (
            ("wave", 0, 40, SignalPhase.RAISED),
            ("wave", 5, 400, SignalPhase.WORSENED),
            ("post", 3, 90, SignalPhase.RAISED),
            ("wave", 50, 3, SignalPhase.ENDED),
        )
    ]

    def live(order: list[Signal]) -> list[str]:
        waiting = step(step.initial("acme"), order, START - timedelta(hours=1)).state
        assert waiting is not None
        return [emit.record.id for emit in step(waiting, (), START + timedelta(hours=1)).emits]

    straight = live(told)
    assert len(straight) >= 4
    assert all(live(list(order)) == straight for order in permutations(told))


def test_an_ending_of_nothing_is_written_down() -> None:
    """An end without an incident, and an answer to one that does not exist, are withheld with their reason."""
    step = IncidentStep({}, IncidentPolicy())
    ack = Ack(id="a", brand="acme", incident="gone", by="zoe", via="chat", at=START)
    stepped = step(step.initial("acme"), [signal(phase=SignalPhase.ENDED), ack, ack], START)
    records = [emit.record for emit in stepped.emits]
    assert all(isinstance(r, Delivery) and r.outcome is Outcome.WITHHELD for r in records)
    assert [r.why for r in records if isinstance(r, Delivery)] == [Why.NOTHING_OPEN, Why.NOTHING_OPEN]


def test_one_text_of_two_brands_is_a_story_of_each() -> None:
    """Brands that share a desk may be named by the same viral text: it folds into an incident of each."""
    step = IncidentStep({}, IncidentPolicy())
    shared = [signal(brand=brand, kind=SignalKind.VIRAL_THREAT, story="text", drivers=["p"]) for brand in ("a", "b")]
    stepped = step(step.initial("sector:toy"), shared, START)
    assert stepped.state is not None
    assert [case.incident.brand for case in stepped.state.cases] == ["a", "b"]


def test_a_desk_of_which_nothing_is_heard_is_forgotten() -> None:
    """Ten weeks after its last record; before, an incident has ended and a silence is over by themselves."""
    step = IncidentStep({}, IncidentPolicy())
    quiet = Silence(
        id="s", brand="acme", incident="", by="zoe", via="chat", at=START, until=START + timedelta(days=9), note="work"
    )
    stepped = step(step.initial("acme"), [signal(), quiet], START)
    while stepped.wake_at is not None and stepped.wake_at < START + FORGOTTEN:
        assert stepped.state is not None
        stepped = step(stepped.state, (), stepped.wake_at)
    assert stepped.state is not None
    assert stepped.state.cases == ()
    assert stepped.wake_at == START + FORGOTTEN
    assert step(stepped.state, (), START + FORGOTTEN - timedelta(minutes=1)).state is not None
    assert step(stepped.state, (), START + FORGOTTEN) == Stepped(None)
    heard = step(stepped.state, [signal(nonce="2", at=START + FORGOTTEN)], START + FORGOTTEN)
    assert heard.state is not None and heard.state.heard_at == START + FORGOTTEN

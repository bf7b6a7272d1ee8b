"""The contract of a step, for incidents: pure, bounded, and never silent while somebody should be called.

Random lives of one sector: several brands with policies of their own, an exercise, silences, and humans who do anything
at any time. By default a hundred; `SEQUENCES=10000` plays that many of each kind.
"""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.accuracy import KEPT, TRACKED
from alerts.brigades import TRACKED as BRIGADES
from alerts.case import ACTIVE, SIGNALS, STORIES, Case, brands
from alerts.escalation import EscalationPolicy, Step
from alerts.inbox import PENDING, RECENT
from alerts.incident import CASES, DESK_CASES, Desk, IncidentPolicy, IncidentStep
from alerts.policy import Policies
from alerts.reach import REACHES
from alerts.sectors import AUDIENCE, WAVE_BRANDS
from alerts.severity import RANK
from alerts.silences import SILENCES, SilenceRule, hush
from alerts.telling import CALLED
from models.brigade import KEPT as HUDDLED
from models.records import (
    Ack,
    AlarmJudged,
    Call,
    CascadeOver,
    Delivery,
    FalseAlarm,
    HumanAction,
    IncidentEvent,
    Notification,
    Outcome,
    PastForecast,
    Phase,
    Resolve,
    Severity,
    SharedTogether,
    Signal,
    SignalKind,
    SignalPhase,
    Silence,
    Snooze,
    Topic,
    Unsilence,
    Why,
    digest,
)
from models.stage import Emit, Stepped
from tests.scenarios.world import START, signal

SEQUENCES: Final = int(os.environ.get("SEQUENCES", "100"))
LIVES: Final = settings(
    max_examples=SEQUENCES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LONG: Final = pytest.mark.timeout(180 + SEQUENCES // 4)

EPOCH: Final = datetime.fromtimestamp(0, UTC)
BRANDS: Final = ("acme", "beta", "gamma", "delta", "drill:acme")
CRISIS: Final = EscalationPolicy(
    "crisis", (Step(("schedule:care",), 0), Step(("person:lead", "person:ann"), 600)), 2, ("channel:ops",)
)
EMPTY: Final = EscalationPolicy("empty", (Step(("schedule:nobody",), 60), Step(("schedule:nobody",), 0)), 3)
POLICIES: Final = {
    "acme": IncidentPolicy(recipients=("channel:chat",), notify_from=Severity.P4, escalation=CRISIS, tier=1),
    "beta": IncidentPolicy(recipients=("channel:beta", "person:bea")),
    "gamma": IncidentPolicy(recipients=("channel:gamma",), escalation=EMPTY, escalate_from=Severity.P3),
}
DEFAULT: Final = IncidentPolicy(recipients=("channel:all",), notify_from=Severity.P2, tier=3)
MAINTENANCE: Final = SilenceRule(
    "léa", "maintenance", START + timedelta(hours=1), START + timedelta(hours=3), brands=("beta", "gamma")
)


def resolve(target: str, at: datetime) -> tuple[str, ...]:
    """Two people who take turns by the hour, and every third hour nobody."""
    if target == "schedule:care":
        return ((), ("person:ann",), ("person:ben",))[at.hour % 3]
    return () if target.startswith("schedule:") else (target,)


STEP: Final = IncidentStep(POLICIES, DEFAULT, resolve=resolve, silences=(MAINTENANCE,))
POLICY: Final = Policies(POLICIES, DEFAULT)
ENCODER: Final = msgspec.msgpack.Encoder()
DECODER: Final = msgspec.msgpack.Decoder(Desk)

SILENT: Final = {
    Why.SAME,
    Why.SNOOZED,
    Why.ALREADY_ACKNOWLEDGED,
    Why.BELOW_SEVERITY,
    Why.NOTHING_OPEN,
    Why.SILENCED,
    Why.INHIBITED,
    Why.UNREACHABLE,
}
LOUD: Final = {Why.FIRST, Why.WORSE, Why.REOPENED, Why.REPEAT_DUE, Why.ESCALATED, Why.UNANSWERED}
CLOSING: Final = {Why.ENDED, Why.RESOLVED_BY_HUMAN, Why.FALSE_ALARM, Why.MERGED}
CALLS: Final = {Why.ESCALATED, Why.UNANSWERED, Why.REPEAT_DUE}


def said(
    brand: str,
    kind: SignalKind,
    phase: SignalPhase,
    story: int,
    drivers: list[int],
    size: int,
    nonce: int,
    also: Sequence[int] = (),
) -> Signal:
    """A signal of the size 10^`size`: from P4 at 0 to P1 at 4. `also` are other names of its story."""
    return signal(
        brand=brand,
        kind=kind,
        phase=phase,
        story=f"story-{story}",
        drivers=[f"post-{d}" for d in drivers],
        observed=10.0**size,
        surprise=4.0 * size,
        nonce=str(nonce),
        also=[f"story-{a}" for a in also],
    )


def outcome(brand: str, nonce: int, final: int, told: bool) -> CascadeOver:
    """What became of a cascade of which 20 to 200 shares were foreseen."""
    made = PastForecast(at=START, observed=12, expected=60, interval=(20, 200), told=told)
    return CascadeOver(
        id=f"judged/{brand}/{nonce}", brand=brand, post_id=f"post-{nonce}", at=START, final=final, forecasts=(made,)
    )


def together(brand: str, nonce: int, made: list[tuple[int, int]]) -> SharedTogether:
    """Shares that were made together; the time is set when it is played."""
    return SharedTogether(
        id=f"together/{nonce}", brand=brand, post_id=f"post-{nonce}", at=START, shares=20, chance=0.01, made=tuple(made)
    )


huddles = st.builds(
    together,
    st.sampled_from(BRANDS),
    st.integers(0, 2),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5)), min_size=2, max_size=64),
)
verdicts = st.builds(outcome, st.sampled_from(BRANDS), st.integers(0, 50), st.integers(10, 10**9), st.booleans())
signals = st.builds(
    said,
    st.sampled_from(BRANDS),
    st.sampled_from(SignalKind),
    st.sampled_from([SignalPhase.RAISED, SignalPhase.RAISED, SignalPhase.WORSENED, SignalPhase.ENDED]),
    st.integers(0, 2),
    st.lists(st.integers(0, 2), max_size=2),
    st.integers(0, 4),
    st.integers(0, 50),
    st.lists(st.integers(0, 4), max_size=3),
)
names = st.sampled_from(["ack", "false", "resolve", "snooze", "silence", "unsilence"])
acts = st.tuples(names, st.integers(0, 5))
minutes = st.one_of(st.integers(1, 12), st.integers(1, 12), st.integers(1, 300))
# A signal, minutes that pass, or (action, which of what there ever was).
events = st.lists(st.one_of(signals, signals, signals, minutes, acts, verdicts, huddles), min_size=1, max_size=40)
dense = st.lists(st.one_of(signals, signals, minutes, acts), min_size=15, max_size=40)


def action(name: str, of: str, n: int, at: datetime) -> IncidentEvent:
    """What a human does to an incident; or a silence for a brand, which ends it early."""
    given_: dict[str, str] = {"id": f"{name}/{n}", "by": "zoe", "via": "test"}
    if name == "silence":
        until = at + timedelta(minutes=90)
        return Silence(**given_, at=at, brand=of, incident="", note="known", until=until, up_to=Severity.P1)
    if name == "unsilence":
        return Unsilence(**given_, at=at, brand="acme", incident="", silence=of)
    if name == "snooze":
        return Snooze(**given_, at=at, brand="acme", incident=of, until=at + timedelta(minutes=50))
    made: dict[str, type[HumanAction]] = {"ack": Ack, "false": FalseAlarm, "resolve": Resolve}
    done = made[name](**given_, at=at, brand="acme", incident=of)
    assert isinstance(done, Ack | FalseAlarm | Resolve)
    return done


class Life:
    """Plays random events on one desk and checks, after each, what must always hold."""

    def __init__(self) -> None:
        self.desk = STEP.initial("sector:toy")
        self.now = START
        self.wake_at: datetime | None = None
        self.notifications: list[Notification] = []
        self.deliveries: list[Delivery] = []
        self.calls: list[Call] = []
        self.silences: list[str] = []
        self.loud_at: dict[str, datetime] = {}

    def play(self, items: Sequence[object]) -> None:
        for n, item in enumerate(items):
            if isinstance(item, int):
                self.pass_time(item)
            elif isinstance(item, Signal | CascadeOver | SharedTogether):
                self.take(STEP(self.desk, [msgspec.structs.replace(item, at=self.now)], self.now))
            elif isinstance(item, tuple):
                self.take(STEP(self.desk, [self.act(item[0], item[1], n)], self.now))

    def act(self, name: str, which: int, n: int) -> IncidentEvent:
        known = list(dict.fromkeys(case.incident.id for case in self.desk.cases)) or ["unknown"]
        if name == "silence":
            self.silences.append(f"silence/{n}")
            known = list(BRANDS)
        elif name == "unsilence":
            known = self.silences or ["unknown"]
        return action(name, known[which % len(known)], n, self.now)

    def pass_time(self, minutes: int) -> None:
        """Minute by minute; promises are checked whenever the state changes, just before that, and at the end."""
        for _ in range(minutes):
            if self.wake_at is not None and self.wake_at <= self.now + timedelta(minutes=1):
                self.check_calls()
                self.now += timedelta(minutes=1)
                self.take(STEP(self.desk, (), self.now))
                assert self.wake_at is None or self.wake_at > self.now, "woken for nothing"
                self.check_calls()
            else:
                self.now += timedelta(minutes=1)
        self.check_calls()

    def take(self, stepped: Stepped[Desk]) -> None:
        assert stepped.state is not None
        self.desk, self.wake_at = DECODER.decode(ENCODER.encode(stepped.state)), stepped.wake_at
        assert self.desk == stepped.state, "a state that does not survive"
        for emit in stepped.emits:
            self.note(emit)
        stories = [story for case in self.desk.cases if case.is_open for story in case.stories]
        assert len(stories) == len(set(stories)), "two open incidents for one story"
        check_bounds(self.desk)
        for case in self.desk.cases:
            check_phase(case)

    def note(self, emit: Emit) -> None:
        record = emit.record
        if isinstance(record, Notification):
            assert emit.key == record.incident.id
            self.notifications.append(record)
            if not record.quiet:
                self.loud_at[record.incident.id] = record.at
        elif isinstance(record, Call):
            assert emit.key == record.recipient
            assert record.notification.id == self.notifications[-1].id
            # Those who are not called see, quietly, who is.
            assert record.notification.why is Why.ESCALATED or record.notification == self.notifications[-1]
            assert not (record.urgent and record.notification.quiet)
            assert record.recipient in record.notification.recipients
            self.calls.append(record)
        elif isinstance(record, AlarmJudged):
            assert (emit.topic, emit.key) == (Topic.MENTIONS, record.brand)
            assert not record.brand.startswith("drill:")
        else:
            assert isinstance(record, Delivery)
            assert emit.key == record.incident
            self.deliveries.append(record)

    def check_calls(self) -> None:
        for case in self.desk.cases:
            self.check_case(case)

    def check_case(self, case: Case) -> None:
        """Whoever is open and unanswered is called within the time that was promised, or there is a reason."""
        incident, policy = case.incident, POLICY.of(case.incident)
        if incident.phase is not Phase.OPEN:
            return
        if case.held is not None:
            silences = (MAINTENANCE, *self.desk.silences)
            assert hush(case, self.desk.cases, silences, self.now) is not None, "quiet, and nothing keeps it so"
            return
        if incident.notified == 0:
            assert RANK[incident.severity] < RANK[policy.notify_from], "open, and nobody was ever told"
            return
        climbs = case.escalation is not None and not case.escalation.over
        if climbs or incident.severity in {Severity.P1, Severity.P2}:
            due_at = case.escalation.due_at if climbs and case.escalation is not None else case.repeat_at
            assert due_at is not None, "open, and nobody will ever be called again"
            assert self.now < due_at <= self.loud_at[incident.id] + policy.repeat_max, "called too late"
        if policy.escalates(incident.severity):
            assert case.escalation is not None, "severe enough, and nobody is called"


def check_bounds(desk: Desk) -> None:
    assert max(Counter(case.incident.brand for case in desk.cases).values(), default=0) <= CASES
    assert len(desk.cases) <= DESK_CASES
    assert len(desk.recent) <= RECENT
    assert len(desk.pending) <= PENDING
    assert len(desk.silences) <= SILENCES
    assert len(desk.records) <= TRACKED
    assert all(len(record.past) <= KEPT for record in desk.records)
    assert len(desk.brigades) <= BRIGADES
    assert all(len(ENCODER.encode(brigade)) <= 2 * HUDDLED for brigade in desk.brigades)
    for case in desk.cases:
        assert len(case.stories) <= STORIES
        assert len(case.active) <= ACTIVE
        assert len(case.reaches) <= REACHES
        assert len(case.audience) <= AUDIENCE
        assert len(case.incident.called) <= CALLED
        assert len(case.incident.signals) <= SIGNALS


def check_phase(case: Case) -> None:
    """What a phase promises: only what is open and unanswered has a next call."""
    incident = case.incident
    assert (incident.snoozed_until is not None) == (incident.phase is Phase.SNOOZED)
    assert (incident.resolved_at is not None) == (incident.phase is Phase.RESOLVED)
    if incident.phase is not Phase.OPEN:
        assert (case.escalation, case.repeat_at) == (None, None), "answered, and people will be called"
        assert (incident.next_call_at, incident.next_called) == (None, ())
    if incident.brands:
        assert len(brands(incident)) >= WAVE_BRANDS
        assert len(set(brands(incident))) == len(brands(incident))
    assert incident.merged_into is None or incident.phase is Phase.RESOLVED


def drawn(seed: int, length: int = 60) -> list[object]:
    """A busy evening: what Hypothesis, which likes what is small, seldom comes to."""
    r = Random(seed)
    items: list[object] = []
    for _ in range(length):
        kind = r.choices(["signal", "time", "act"], [6, 3, 2])[0]
        if kind == "time":
            items.append(r.choice([1, 2, 5, 10, 20, 45, 70, 240]))
        elif kind == "act":
            name = r.choices(["ack", "false", "resolve", "snooze", "silence", "unsilence"], [5, 1, 2, 2, 2, 1])[0]
            items.append((name, r.randrange(6)))
        else:
            phase = r.choices(list(SignalPhase), [4, 3, 3])[0]
            drivers = r.sample(range(3), k=r.randrange(3))
            size = r.choice([0, 1, 1, 2, 2, 2, 3, 4])
            sort, also = r.choice(list(SignalKind)), r.choices(range(5), k=r.choice([0, 0, 1, 2]))
            items.append(said(r.choice(BRANDS), sort, phase, r.randrange(3), drivers, size, 0, also))
    return items


@LONG
@LIVES
@given(st.one_of(events, dense))
def test_whatever_happens_the_promises_hold(items: list[object]) -> None:
    """Never two open incidents for a story, never silent while unanswered, each thing told once and for a reason."""
    check_promises(lived(items))


@LONG
@LIVES
@given(st.integers(0, 2**32))
def test_on_a_busy_evening_the_promises_hold(seed: int) -> None:
    """The same, with sixty events in which everything meets everything: waves, silences, answers, flare-ups."""
    check_promises(lived(drawn(seed)))


def test_busy_evenings_are_busy() -> None:
    """A promise means little where nothing happens: among sixty evenings everything that can be said is said."""
    lives = [lived(drawn(seed)) for seed in range(60)]
    for life in lives:
        check_promises(life)
    told = {n.why for each in lives for n in each.notifications} | {d.why for each in lives for d in each.deliveries}
    assert told == LOUD | CLOSING | SILENT | {Why.ACKNOWLEDGED, Why.SNOOZED}
    assert sum(any(n.incident.brands for n in each.notifications) for each in lives) >= 10


def lived(items: Sequence[object]) -> Life:
    """A life that was played to its end; it looks around at each step (`Life.play`)."""
    life = Life()
    life.play(items)
    return life


def check_promises(life: Life) -> None:
    """Looks back at a life: no id twice, no silence without its reason, everybody called whom it concerns."""
    ids = [record.id for record in (*life.notifications, *life.deliveries, *life.calls)]
    assert len(ids) == len(set(ids))
    for silence in life.deliveries:
        assert (silence.outcome, silence.channel) == (Outcome.WITHHELD, "")
        assert silence.why in SILENT
    check_told(life.notifications)
    called: dict[str, set[str]] = {}
    for call in life.calls:
        if call.notification.why is not Why.ESCALATED or not call.notification.quiet:
            called.setdefault(call.notification.id, set()).add(call.recipient)
    for told in life.notifications:
        assert set(told.recipients) == called.get(told.id, set()), "told to whom it concerns, once each"


def check_told(notifications: Sequence[Notification]) -> None:
    """Follows what people hear of each incident, in order: its beginning once, its end once, calls only in between."""
    phases: dict[str, Phase] = {}
    for told in notifications:
        incident = told.incident
        before = phases.get(incident.id)
        assert told.quiet == (told.why not in LOUD)
        assert (told.why is Why.FIRST) == (before is None), "the first that people hear of it is told as that"
        if told.why in CLOSING:
            assert before is not Phase.RESOLVED, "over twice"
            assert incident.phase is Phase.RESOLVED
        if told.why in CALLS:
            assert incident.phase is Phase.OPEN, "called although somebody has answered"
            assert incident.acknowledged_by is None
        if told.why is Why.REOPENED:
            assert before is Phase.RESOLVED
        if told.why is Why.MERGED:
            assert incident.merged_into is not None
        phases[incident.id] = incident.phase


records = st.one_of(signals, signals, verdicts, st.tuples(names, st.integers(0, 5)))


def made(given_: Sequence[object]) -> list[IncidentEvent]:
    """Records of the drawn ones: actions are on the incidents that the signals may begin."""
    raised = [each for each in given_ if isinstance(each, Signal)]
    incidents = [digest("incident", s.brand, s.story, s.id) for s in raised] or ["unknown"]
    made_: list[IncidentEvent] = []
    for n, each in enumerate(given_):
        if isinstance(each, Signal | CascadeOver):
            made_.append(msgspec.structs.replace(each, at=START + timedelta(minutes=n % 3)))
        elif isinstance(each, tuple):
            name, which = each
            silences = [record.id for record in made_ if isinstance(record, Silence)] or ["unknown"]
            of = {"silence": BRANDS, "unsilence": silences}.get(name, incidents)
            made_.append(action(name, of[which % len(of)], n, START))
    return made_


@LONG
@LIVES
@given(st.lists(records, max_size=14), st.integers(0, 14), st.sampled_from([0, 1, 70]))
def test_splitting_a_batch_changes_nothing(given_: list[object], cut: int, minute: int) -> None:
    """One batch or two, before the first tick or later: the same state, the same outputs, the same time to wake."""
    batch = made(given_)
    desk = STEP.initial("sector:toy")
    now = START + timedelta(minutes=minute) if minute else EPOCH
    whole = STEP(desk, batch, now) if batch else Stepped(desk)
    emits: list[Emit] = []
    wake_at = None
    for part in (batch[:cut], batch[cut:]):
        if part:
            stepped = STEP(desk, part, now)
            assert stepped.state is not None
            desk, wake_at = DECODER.decode(ENCODER.encode(stepped.state)), stepped.wake_at
            emits += stepped.emits
    assert desk == whole.state
    assert emits == list(whole.emits)
    assert wake_at == whole.wake_at


@LONG
@LIVES
@given(st.lists(records, max_size=14), st.integers(0, 3))
def test_a_record_that_comes_twice_counts_once(given_: list[object], gap: int) -> None:
    """A batch that is fed again, as after a crash, changes nothing and says nothing."""
    batch = made(given_)
    first = STEP(STEP.initial("sector:toy"), batch, START + timedelta(minutes=gap)).state
    assert first is not None
    if batch:
        again = STEP(first, batch, START + timedelta(minutes=gap))
        assert (again.state, again.emits) == (first, ())


def test_silence_in_silence_out() -> None:
    """A brand of which nothing is known is not told anything, however often time passes."""
    assert STEP(STEP.initial("acme"), (), START) == Stepped(STEP.initial("acme"))


def test_memory_is_bounded_whatever_is_raised() -> None:
    """A thousand stories at once leave 20 incidents, and the most severe ones stay."""
    desk = STEP.initial("acme")
    grave = [signal(story=f"grave-{n}", observed=50_000, surprise=50) for n in range(5)]
    crowd = [signal(story=f"small-{n}", observed=11, surprise=3) for n in range(1_000)]
    stepped = STEP(desk, [*grave, *crowd], START)
    assert stepped.state is not None
    cases = stepped.state.cases
    assert len(cases) == CASES
    assert {f"grave-{n}" for n in range(5)} <= {case.incident.story for case in cases}
    assert len(stepped.state.recent) == RECENT


def test_a_crowded_sector_is_bounded_too() -> None:
    """Hundreds of brands with good and bad news and old forecasts, silences without number: the desk stays small."""
    step = IncidentStep({}, replace(DEFAULT, notify_from=Severity.P4))
    crowd: list[IncidentEvent] = [
        signal(brand=f"brand-{n % 200}", story=f"story-{n}", kind=kind)
        for n in range(400)
        for kind in (SignalKind.SPIKE, SignalKind.VIRAL_OPPORTUNITY)
    ]
    quiet = [action("silence", f"brand-{n}", n, START) for n in range(100)]
    past = [outcome(f"brand-{n % 200}", n, 10**6, told=True) for n in range(200 * KEPT)]
    stepped = step(step.initial("sector:toy"), [*crowd, *quiet, *past], START)
    assert stepped.state is not None
    check_bounds(stepped.state)
    refused = [
        e.record
        for e in stepped.emits
        if isinstance(e.record, Delivery) and [r.key for r in e.record.reasons] == ["silences-full"]
    ]
    assert len(refused) == 100 - SILENCES
    assert len(ENCODER.encode(stepped.state)) < 256 * 1024


def test_one_incident_remembers_a_bounded_number_of_stories() -> None:
    """Viral posts without number that join one spike do not make its memory grow."""
    joined = [
        signal(kind=SignalKind.VIRAL_THREAT, story=f"text-{n}", drivers=["post-1"], nonce=str(n)) for n in range(100)
    ]
    stepped = STEP(STEP.initial("acme"), [signal(drivers=["post-1"]), *joined], START)
    assert stepped.state is not None
    assert max(len(case.stories) for case in stepped.state.cases) <= STORIES

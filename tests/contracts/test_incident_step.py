"""The contract of a step, for incidents: pure, bounded, and never silent while somebody should be called."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.case import STORIES
from alerts.inbox import RECENT
from alerts.incident import CASES, Desk, IncidentPolicy, IncidentStep
from models.records import (
    Ack,
    Call,
    Delivery,
    FalseAlarm,
    IncidentEvent,
    Notification,
    Phase,
    Resolve,
    Severity,
    Signal,
    SignalKind,
    SignalPhase,
    Snooze,
)
from models.stage import Emit, Stepped
from tests.scenarios.world import START, signal

EPOCH: Final = datetime.fromtimestamp(0, UTC)
POLICY: Final = IncidentPolicy(recipients=("channel:chat",), notify_from=Severity.P4)
STEP: Final = IncidentStep({}, POLICY)
ENCODER: Final = msgspec.msgpack.Encoder()
DECODER: Final = msgspec.msgpack.Decoder(Desk)
HUMAN: Final = (Ack, FalseAlarm, Resolve)

signals = st.builds(
    lambda kind, phase, story, drivers, size, nonce: signal(
        kind=kind,
        phase=phase,
        story=f"story-{story}",
        drivers=[f"post-{d}" for d in drivers],
        observed=10.0**size,
        nonce=str(nonce),
    ),
    st.sampled_from(SignalKind),
    st.sampled_from(SignalPhase),
    st.integers(0, 3),
    st.lists(st.integers(0, 3), max_size=2),
    st.integers(1, 4),
    st.integers(0, 50),
)
acts = st.tuples(st.sampled_from(["ack", "false", "resolve", "snooze"]), st.integers(0, 9))
# A signal, minutes that pass, or (action, which incident of those that there ever were).
events = st.lists(st.one_of(signals, st.integers(1, 120), acts), max_size=25)


def action(name: str, incident: str, n: int, at: datetime) -> IncidentEvent:
    given_: dict[str, str] = {"id": f"{name}/{n}", "brand": "acme", "incident": incident, "by": "zoe", "via": "test"}
    if name == "snooze":
        return Snooze(**given_, at=at, until=at + timedelta(minutes=50))
    made: dict[str, type[Ack] | type[FalseAlarm] | type[Resolve]] = {
        "ack": Ack,
        "false": FalseAlarm,
        "resolve": Resolve,
    }
    return made[name](**given_, at=at)


class Life:
    """Plays random events on one brand and checks, after each, what must always hold."""

    def __init__(self) -> None:
        self.desk = STEP.initial("acme")
        self.now = START
        self.notifications: list[Notification] = []
        self.deliveries: list[Delivery] = []

    def play(self, items: Sequence[object]) -> None:
        for n, item in enumerate(items):
            if isinstance(item, int):
                self.pass_time(item)
            elif isinstance(item, Signal):
                self.take(STEP(self.desk, [msgspec.structs.replace(item, at=self.now)], self.now))
            elif isinstance(item, tuple):
                known = list(dict.fromkeys(each.incident.id for each in self.notifications)) or ["unknown"]
                self.take(STEP(self.desk, [action(item[0], known[item[1] % len(known)], n, self.now)], self.now))

    def pass_time(self, minutes: int) -> None:
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            if self.wake_at is not None and self.wake_at <= self.now:
                self.take(STEP(self.desk, (), self.now))
            self.check_calls()

    wake_at: datetime | None = None

    def take(self, stepped: Stepped[Desk]) -> None:
        assert stepped.state is not None
        self.desk, self.wake_at = DECODER.decode(ENCODER.encode(stepped.state)), stepped.wake_at
        self.note(stepped.emits)
        stories = [story for case in self.desk.cases if case.is_open for story in case.stories]
        assert len(stories) == len(set(stories)), "two open incidents for one story"
        assert len(self.desk.cases) <= CASES
        assert len(self.desk.recent) <= RECENT

    def note(self, emits: Sequence[Emit]) -> None:
        for emit in emits:
            if isinstance(emit.record, Notification):
                assert emit.key == emit.record.incident.id
                self.notifications.append(emit.record)
            elif isinstance(emit.record, Call):
                assert emit.key == emit.record.recipient
                assert emit.record.notification == self.notifications[-1]
            else:
                assert isinstance(emit.record, Delivery)
                assert emit.key == emit.record.incident
                self.deliveries.append(emit.record)

    def check_calls(self) -> None:
        """Whoever is open and unanswered has been called within the pause that was promised."""
        for case in self.desk.cases:
            if case.incident.phase is not Phase.OPEN:
                continue
            loud = [n.at for n in self.notifications if n.incident.id == case.incident.id and not n.quiet]
            assert loud, "open, and nobody was ever called"
            assert self.now < loud[-1] + POLICY.repeat_max + timedelta(minutes=1)
            assert case.repeat_at is not None
            assert self.now <= case.repeat_at


@settings(max_examples=80, deadline=None)
@given(events)
def test_whatever_happens_the_promises_hold(items: list[object]) -> None:
    """Never two open incidents for a story, never silent while unanswered, and every id is unique."""
    life = Life()
    life.play(items)
    ids = [n.id for n in life.notifications]
    assert len(ids) == len(set(ids))
    assert len({d.id for d in life.deliveries}) == len(life.deliveries)
    for notification in life.notifications:
        kinds = [s.kind for s in notification.incident.signals]
        assert len(kinds) == len(set(kinds))
        assert notification.recipients == ("channel:chat",)


@settings(max_examples=60, deadline=None)
@given(st.lists(signals, max_size=12), st.integers(0, 12))
def test_splitting_a_batch_changes_nothing(given_signals: list[Signal], cut: int) -> None:
    """One batch or two, before the first tick has come: the same state and the same outputs."""
    desk = STEP.initial("acme")
    whole = STEP(desk, given_signals, EPOCH) if given_signals else Stepped(desk)
    emits: list[Emit] = []
    for part in (given_signals[:cut], given_signals[cut:]):
        if part:
            stepped = STEP(desk, part, EPOCH)
            assert stepped.state is not None
            desk = DECODER.decode(ENCODER.encode(stepped.state))
            emits += stepped.emits
    assert desk == whole.state
    assert emits == list(whole.emits)


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
    assert {f"grave-{n}" for n in range(5)} <= {story for case in cases for story in case.stories}
    assert len(stepped.state.recent) == RECENT


def test_one_incident_remembers_a_bounded_number_of_stories() -> None:
    """Viral posts without number that join one spike do not make its memory grow."""
    joined = [
        signal(kind=SignalKind.VIRAL_THREAT, story=f"text-{n}", drivers=["post-1"], nonce=str(n)) for n in range(100)
    ]
    stepped = STEP(STEP.initial("acme"), [signal(drivers=["post-1"]), *joined], START)
    assert stepped.state is not None
    assert max(len(case.stories) for case in stepped.state.cases) <= STORIES

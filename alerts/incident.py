"""Folds the signals of one brand into incidents, and decides who hears of what, when, and why (`docs/incidents.md`)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.attention import call_id
from alerts.case import Case, IncidentPolicy, due, event_of, find, folded, opened
from alerts.severity import RANK
from alerts.transitions import TRANSITIONS, Event, Tell, Transition
from alerts.why import words
from models.records import (
    Ack,
    Call,
    Delivery,
    FalseAlarm,
    HumanAction,
    Incident,
    IncidentEvent,
    Notification,
    Outcome,
    Phase,
    Resolve,
    Signal,
    SignalPhase,
    Snooze,
    Topic,
    Why,
    digest,
)
from models.stage import Emit, Stepped

__all__ = ["Desk", "IncidentPolicy", "IncidentStep"]

RECENT: Final = 256
"""How many record ids are remembered, as 64-bit hashes: a repeat is withheld as a duplicate, without a word."""
CASES: Final = 20
"""How many incidents one brand can have; beyond it, the least severe and longest silent one is closed."""
PENDING: Final = 256
"""How many signals may wait for their time."""
LONGEST_SNOOZE: Final = timedelta(days=7)


class Desk(msgspec.Struct, array_like=True, frozen=True):
    """The state of one brand: its incidents, the ids of what it has taken in, and signals whose time has not come.

    Detectors do not keep step with each other: one may be hours of the log ahead (a replay, a restart). So signals
    wait for the log's time, and are folded in by their own: the same incidents, whoever was quicker.
    """

    brand: str
    cases: tuple[Case, ...] = ()
    recent: tuple[int, ...] = ()
    pending: tuple[Signal, ...] = ()


class IncidentStep:
    """Implements `models.stage.Step` over `Signal | Ack | Snooze | FalseAlarm | Resolve`, keyed by brand.

    `policies` by brand; brands that are not in it get `default`.

    >>> IncidentStep({}, IncidentPolicy()).initial("acme")
    Desk(brand='acme', cases=(), recent=(), pending=())
    """

    state_type = Desk

    def __init__(self, policies: Mapping[str, IncidentPolicy], default: IncidentPolicy) -> None:
        self._policies = policies
        self._default = default

    def initial(self, key: str) -> Desk:
        return Desk(key)

    def __call__(self, state: Desk, records: Sequence[IncidentEvent], now: datetime) -> Stepped[Desk]:
        policy = self._policies.get(state.brand, self._default)
        work = _Work(state, policy)
        for record in records:
            if not work.is_new(record.id):
                continue
            if not isinstance(record, Signal):
                work.human(record, now)
            elif record.at > now:
                work.wait(record)
            else:
                work.signal(record, now)
        if not records:
            work.catch_up(now)
            work.time(now)
        desk = Desk(state.brand, tuple(work.cases), tuple(work.recent), tuple(work.pending))
        return Stepped(desk, tuple(work.emits), wake_at(desk, policy))


def wake_at(desk: Desk, policy: IncidentPolicy) -> datetime | None:
    """When time will act next: a signal's has come, on an open incident, or by forgetting a resolved one."""
    signals = [signal.at for signal in desk.pending[:1]]
    acts = [act[0] for case in desk.cases if (act := due(case, policy)) is not None]
    forgets = [case.forget_at for case in desk.cases if case.forget_at is not None]
    return min([*signals, *acts, *forgets], default=None)


class _Work:
    """One call of the step in progress: its own copy of the state, and what it will say."""

    def __init__(self, desk: Desk, policy: IncidentPolicy) -> None:
        self.brand = desk.brand
        self.cases = list(desk.cases)
        self.recent = list(desk.recent)
        self.pending = list(desk.pending)
        self.emits: list[Emit] = []
        self._policy = policy

    def is_new(self, record_id: str) -> bool:
        raw = record_id.encode("utf-8", "surrogatepass")
        hashed = int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "big")
        if hashed in self.recent:
            return False
        self.recent = [*self.recent, hashed][-RECENT:]
        return True

    def wait(self, signal: Signal) -> None:
        """Keeps a signal until its time; of too many, the first joins early."""
        self.pending = sorted([*self.pending, signal], key=lambda each: (each.at, each.id))
        if len(self.pending) > PENDING:
            early = self.pending.pop(0)
            self.signal(early, early.at)

    def catch_up(self, now: datetime) -> None:
        """Folds in the signals whose time has come, in the order of their times."""
        while self.pending and self.pending[0].at <= now:
            ready = self.pending.pop(0)
            self.signal(ready, ready.at)

    def signal(self, signal: Signal, now: datetime) -> None:
        """A detector's conclusion, at its own time, or now if it comes late."""
        at = max(now, signal.at)
        case = find(self.cases, signal, at)
        if case is None:
            if signal.phase is SignalPhase.ENDED:
                nothing = digest("incident", signal.brand, signal.story)
                self._withhold(nothing, signal.id, TRANSITIONS[None, Event.ENDED].why, at)
                return
            self._make_room(at)
            self.cases.append(opened(signal, at))
            self._tell(self.cases[-1], TRANSITIONS[None, Event.WORSE], at, signal.published_at)
            return
        event = event_of(case, signal)
        transition = TRANSITIONS[case.incident.phase, event]
        case = self._keep(case, folded(case, signal, event, at))
        self._disown(case, signal.story)
        self._tell(case, transition, at, signal.published_at)

    def human(self, action: HumanAction, now: datetime) -> None:
        """What a human did. Its time is the log's: the human's own clock may be another (a replay, a drill)."""
        case = next((each for each in self.cases if each.incident.id == action.incident), None)
        event = _EVENTS[type(action)]
        if case is None:
            at = max(now, action.at)
            self._withhold(action.incident, action.id, TRANSITIONS[None, event].why, at)
            return
        at = max(now, case.incident.updated_at)
        transition = TRANSITIONS[case.incident.phase, event]
        if transition.tell is not Tell.WITHHELD:
            case = self._keep(case, _answered(case, action, at))
        self._tell(case, transition, at, None)

    def time(self, now: datetime) -> None:
        """Time has passed: repeats, snoozes that are over, incidents that went silent, resolved ones to forget."""
        self.cases = [case for case in self.cases if case.is_current(now)]
        for case in list(self.cases):
            act = due(case, self._policy)
            if act is not None and act[0] <= now:
                self._tell(case, TRANSITIONS[case.incident.phase, act[1]], now, None)

    def _keep(self, old: Case, new: Case) -> Case:
        self.cases[self.cases.index(old)] = new
        return new

    def _disown(self, owner: Case, story: str) -> None:
        """A story belongs to one incident: the one that it was last folded into."""
        self.cases = [
            case
            if case is owner or story not in case.stories
            else msgspec.structs.replace(case, stories=tuple(s for s in case.stories if s != story))
            for case in self.cases
        ]

    def _make_room(self, at: datetime) -> None:
        self.cases = [case for case in self.cases if case.is_current(at)]
        if len(self.cases) < CASES:
            return
        least = min(self.cases, key=lambda c: (c.is_open, RANK[c.incident.severity], c.news_at, c.incident.id))
        if least.is_open:
            least = self._tell(least, TRANSITIONS[least.incident.phase, Event.STALE], at, None)
        self.cases.remove(least)

    def _tell(self, case: Case, transition: Transition, at: datetime, published_at: datetime | None) -> Case:
        """Moves a case on, and says so to whom it concerns."""
        tell, why = self._gated(case, transition)
        if tell is Tell.NOTHING:
            return case
        moved = self._keep(case, self._moved(case, transition, tell, at))
        notification = digest("notification", moved.incident.id, moved.incident.revision, why)
        if tell is Tell.WITHHELD:
            self._withhold(moved.incident.id, notification, why, at)
            return moved
        record = Notification(
            id=notification,
            incident=moved.incident,
            why=why,
            at=at,
            recipients=self._policy.recipients,
            quiet=tell is Tell.QUIET,
            published_at=published_at,
        )
        self.emits.append(Emit(Topic.NOTIFICATIONS, moved.incident.id, record))
        for recipient in self._policy.recipients:
            call = Call(id=call_id(record.id, recipient), recipient=recipient, notification=record)
            self.emits.append(Emit(Topic.CALLS, recipient, call))
        return moved

    def _gated(self, case: Case, transition: Transition) -> tuple[Tell, Why]:
        """What the brand wants to hear of: nothing of an incident that has never reached its `notify_from`."""
        tell, why = transition.tell, transition.why
        if tell not in {Tell.LOUD, Tell.QUIET} or case.incident.notified > 0:
            return tell, why
        if RANK[case.incident.severity] < RANK[self._policy.notify_from]:
            return Tell.WITHHELD, Why.BELOW_SEVERITY
        # Whatever the machine calls it, to humans it is the first they hear of it.
        return tell, Why.FIRST if tell is Tell.LOUD else why

    def _moved(self, case: Case, transition: Transition, tell: Tell, at: datetime) -> Case:
        assert transition.phase is not None, "an incident that exists stays in some phase"
        repeats, repeat_at = case.repeats, case.repeat_at
        if tell is Tell.LOUD:
            is_repeat = transition.why is Why.REPEAT_DUE and case.incident.phase is Phase.OPEN
            repeats = case.repeats + 1 if is_repeat else 0
            repeat_at = at + self._policy.pause(repeats)
        return msgspec.structs.replace(
            case,
            incident=_in_phase(case.incident, transition.phase, at, told=tell is Tell.LOUD),
            repeats=repeats,
            repeat_at=repeat_at if transition.phase is Phase.OPEN else None,
            dismissed=transition.phase is Phase.RESOLVED and (case.dismissed or transition.why is Why.FALSE_ALARM),
        )

    def _withhold(self, incident: str, notification: str, why: Why, at: datetime) -> None:
        """Writes a silence down, so that it can be explained."""
        record = Delivery(
            id=digest("delivery", incident, notification, why),
            notification=notification,
            incident=incident,
            brand=self.brand,
            channel="",
            outcome=Outcome.WITHHELD,
            why=why,
            at=at,
            reason=words(why, "en"),
        )
        self.emits.append(Emit(Topic.DELIVERIES, incident, record))


_EVENTS: Final[dict[type[HumanAction], Event]] = {
    Ack: Event.ACK,
    Snooze: Event.SNOOZE,
    FalseAlarm: Event.FALSE_ALARM,
    Resolve: Event.RESOLVE,
}


def _answered(case: Case, action: HumanAction, at: datetime) -> Case:
    """What a human's action leaves on the incident; the phase follows from the table."""
    incident = case.incident
    if isinstance(action, Ack):
        incident = msgspec.structs.replace(incident, acknowledged_by=action.by, acknowledged_at=at)
    elif isinstance(action, Snooze):
        incident = msgspec.structs.replace(incident, snoozed_until=min(action.until, at + LONGEST_SNOOZE))
    return msgspec.structs.replace(case, incident=incident, news_at=max(case.news_at, at))


def _in_phase(incident: Incident, phase: Phase, at: datetime, *, told: bool) -> Incident:
    """The incident, moved on by one revision. What belonged to the phase that it left is cleared."""
    reopened = incident.phase is Phase.RESOLVED and phase is Phase.OPEN
    return msgspec.structs.replace(
        incident,
        phase=phase,
        revision=incident.revision + 1,
        updated_at=max(incident.updated_at, at),
        acknowledged_by=None if reopened else incident.acknowledged_by,
        acknowledged_at=None if reopened else incident.acknowledged_at,
        snoozed_until=incident.snoozed_until if phase is Phase.SNOOZED else None,
        resolved_at=(incident.resolved_at or at) if phase is Phase.RESOLVED else None,
        notified=incident.notified + told,
    )

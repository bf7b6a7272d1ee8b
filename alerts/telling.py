"""Moves incidents on and says so: who hears of it, who is called, and what is withheld, with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from alerts.attention import call_id
from alerts.case import Case
from alerts.escalation import Escalation, EscalationPolicy, Resolve, Taken, begun, ended, next_call, resolved, taken
from alerts.moves import held, moved_on, owed
from alerts.policy import IncidentPolicy, Policies
from alerts.sectors import AUDIENCE
from alerts.severity import RANK
from alerts.silences import Hush, SilenceRule, hush
from alerts.transitions import TRANSITIONS, Event, Tell, Transition
from alerts.why import because
from models.records import (
    Call,
    Called,
    Delivery,
    Incident,
    Notification,
    Outcome,
    Phase,
    Reason,
    Signal,
    Topic,
    Why,
    digest,
)
from models.stage import Emit

UNHEARD: Final = because("unheard")
CALLED: Final = 8
"""How many of an escalation's steps an incident shows: the last ones."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a human hears of it after all, and why or why not."""

    tell: Tell
    why: Why
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Climb:
    """How far an escalation is with a message, and whom it calls. `is_unanswered`: it comes to its end with it."""

    escalation: Escalation | None
    called: Called | None = None
    is_unanswered: bool = False

    @property
    def goes_on(self) -> bool:
        return self.escalation is not None and not self.escalation.over


@dataclass(frozen=True, slots=True)
class Nothing:
    """What something withheld is about where there is no incident: the one that would have been, or is asked for."""

    id: str
    brand: str


class Teller:
    """One call of the step in progress: the incidents of a desk as they change, and what is said of them.

    `now` is the log's time. An incident moves by the time of what moved it; but people hear of it now, which is much
    later where nothing ran meanwhile: who is on duty, how long they have to answer and what is silenced go by that.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        silences: Sequence[SilenceRule],
        policies: Policies,
        resolve: Resolve,
        now: datetime,
    ) -> None:
        self.cases = list(cases)
        self.silences = silences
        self.emits: list[Emit] = []
        self._policies = policies
        self._resolve = resolve
        self._now = now

    def keep(self, old: Case, new: Case) -> Case:
        self.cases[self.cases.index(old)] = new
        return new

    def policy(self, case: Case) -> IncidentPolicy:
        return self._policies.of(case.incident)

    def hush(self, case: Case, at: datetime) -> Hush | None:
        return hush(case, self.cases, self.silences, max(at, self._now))

    def tell(self, case: Case, transition: Transition, at: datetime, signal: Signal | None = None) -> Case:
        """Moves a case on, and says so to whom it concerns. `signal`: what it is about, where a detector said it."""
        gate = self._gated(case, transition, at)
        if gate.tell is Tell.NOTHING:
            return case
        if gate.tell is Tell.LOUD:
            published_at = None if signal is None else signal.published_at
            return self._call_people(case, transition, gate.why, at=at, published_at=published_at)
        if gate.tell is Tell.QUIET:
            moved = self.keep(case, moved_on(case, transition, at))
            recipients = moved.audience or self.policy(moved).recipients
            self._publish(_notification(moved.incident, gate.why, at, recipients, quiet=True))
            return moved
        moved = self.keep(case, held(case, transition, gate.why, at))
        told = digest("notification", moved.incident.id, moved.incident.revision, gate.why)
        heard = "" if signal is None else signal.id
        self.withhold(moved.incident, told, why=gate.why, at=at, reason=gate.reason, signal=heard)
        if gate.why is Why.BELOW_SEVERITY and self.hush(moved, at) is None:
            wanted = self.policy(moved).digest
            small = _notification(moved.incident, gate.why, at, wanted, quiet=transition.tell is Tell.QUIET)
            self._call(small, digest=True)
        return moved

    def settle(self, at: datetime) -> None:
        """Tells what was kept quiet by a silence or by something more severe, as soon as that is over."""
        waiting = [case for case in self.cases if case.held is not None and case.is_open]
        for case in sorted(waiting, key=lambda c: (-RANK[c.incident.severity], c.incident.opened_at, c.incident.id)):
            if self.hush(case, at) is None:
                self.tell(case, owed(case, Event.QUIET_OVER), at)

    def withhold(
        self,
        about: Incident | Nothing,
        notification: str,
        *,
        why: Why,
        at: datetime,
        reason: Reason | None = None,
        signal: str = "",
    ) -> None:
        """Writes a silence down, so that it can be explained."""
        record = Delivery(
            id=digest("delivery", about.id, notification, why),
            notification=notification,
            incident=about.id,
            brand=about.brand,
            channel="",
            outcome=Outcome.WITHHELD,
            why=why,
            at=at,
            reasons=() if reason is None else (reason,),
            signal=signal,
        )
        self.emits.append(Emit(Topic.DELIVERIES, about.id, record))

    def _gated(self, case: Case, transition: Transition, at: datetime) -> Gate:
        """What may be told: nothing of an incident that has never reached its `notify_from`, or is kept quiet."""
        tell, why, incident = transition.tell, transition.why, case.incident
        if tell is Tell.WITHHELD:
            return Gate(tell, why, _reason(incident, why))
        if tell is Tell.NOTHING:
            return Gate(tell, why)
        least = self.policy(case).notify_from
        if incident.notified == 0 and RANK[incident.severity] < RANK[least]:
            below = because("below", severity=incident.severity.value, least=least.value, brand=incident.brand)
            return Gate(Tell.WITHHELD, Why.BELOW_SEVERITY, below)
        silent = self.hush(case, at)
        if tell is Tell.LOUD and silent is not None:
            return Gate(Tell.WITHHELD, silent.why, silent.reason)
        if tell is Tell.QUIET and _is_unheard_of(case, transition):
            return Gate(Tell.WITHHELD, case.held or Why.NOTHING_OPEN, silent.reason if silent is not None else UNHEARD)
        # Whatever the machine calls it, to humans it is the first they hear of it.
        return Gate(tell, Why.FIRST if tell is Tell.LOUD and incident.notified == 0 else why)

    def _call_people(
        self, case: Case, transition: Transition, why: Why, *, at: datetime, published_at: datetime | None
    ) -> Case:
        """Tells it loudly, and takes the step of the escalation that is due with it."""
        heard_at = max(at, self._now)
        climb = self._climb(case, transition, why, heard_at)
        if climb.is_unanswered:
            why = TRANSITIONS[Phase.OPEN, Event.UNANSWERED].why
        on_duty = self._on_duty(case, climb, why, heard_at)
        # What is new is told to everybody who was called so far, too.
        team = () if why is Why.ESCALATED else self.policy(case).recipients
        audience = () if why in {Why.ESCALATED, Why.REPEAT_DUE} else case.audience
        recipients = _union(team, audience, on_duty)
        is_repeat = why is Why.REPEAT_DUE and case.incident.phase is Phase.OPEN and case.held is None
        repeats = case.repeats + 1 if is_repeat else 0
        moved = msgspec.structs.replace(moved_on(case, transition, at), repeats=repeats)
        moved = self.keep(case, self._after(moved, climb, recipients, heard_at))
        told = _notification(moved.incident, why, at, recipients)
        self._publish(msgspec.structs.replace(told, published_at=published_at), urgent=on_duty)
        if why is Why.ESCALATED:
            # Everybody else who knows of it sees, without being called, who is called now and who comes next.
            others = tuple(each for each in case.audience if each not in recipients)
            self._call(msgspec.structs.replace(told, quiet=True, recipients=others))
        return moved

    def _climb(self, case: Case, transition: Transition, why: Why, at: datetime) -> Climb:
        """Takes the step that is due, of the escalation in progress or of one that begins with this message."""
        escalation = self._escalation(case, transition, at)
        if escalation is None or escalation.over:
            return Climb(escalation)
        if why is Why.UNANSWERED:
            return Climb(ended(escalation), is_unanswered=True)
        if escalation.exhausted or escalation.due_at > at:
            return Climb(escalation)
        step = taken(escalation, at, self._resolve)
        self._unreachable(case, step, at)
        if step.called is None and why is Why.ESCALATED:
            return Climb(ended(step.escalation), is_unanswered=True)
        return Climb(step.escalation, step.called)

    def _escalation(self, case: Case, transition: Transition, at: datetime) -> Escalation | None:
        """The one in progress, or a new one: where there is none, or the severity has risen since it began."""
        if transition.phase is not Phase.OPEN:
            return None
        running, severity = case.escalation, case.incident.severity
        if running is not None and RANK[severity] <= RANK[running.severity]:
            return running
        policy = self.policy(case).escalates(severity)
        return running if policy is None else begun(policy, severity, at)

    def _on_duty(self, case: Case, climb: Climb, why: Why, at: datetime) -> tuple[str, ...]:
        """Whom the escalation calls now: its step, or once nobody has answered the fallback."""
        escalation = climb.escalation
        if climb.called is not None:
            return climb.called.recipients
        if escalation is None or not escalation.over or why not in {Why.UNANSWERED, Why.REPEAT_DUE}:
            return ()
        fallback = resolved(escalation.policy.fallback, at, self._resolve)
        if not fallback and why is Why.UNANSWERED:
            self._nobody(case, at, "fallback", _nobody_left(escalation.policy))
        return fallback

    def _unreachable(self, case: Case, step: Taken, at: datetime) -> None:
        """Writes down the steps that found nobody to call."""
        name = step.escalation.policy.name
        for empty in step.empty:
            if empty.targets:
                targets = ", ".join(empty.targets)
                reason = because("step-empty", step=empty.step, policy=name, round=empty.round, targets=targets)
            else:
                reason = because("step-untargeted", step=empty.step, policy=name, round=empty.round)
            self._nobody(case, at, f"{empty.round}/{empty.step}", reason)

    def _nobody(self, case: Case, at: datetime, place: str, reason: Reason) -> None:
        why, incident = TRANSITIONS[Phase.OPEN, Event.NOBODY].why, case.incident
        call = digest("unreachable", incident.id, incident.revision, place)
        self.withhold(incident, call, why=why, at=at, reason=reason)

    def _after(self, moved: Case, climb: Climb, recipients: tuple[str, ...], at: datetime) -> Case:
        """The case after people were called: when they are called again, and who has been."""
        pause = self.policy(moved).pause(moved.incident.severity, moved.repeats)
        waits = moved.incident.phase is Phase.OPEN and not climb.goes_on and pause is not None
        next_at, next_called = next_call(climb.escalation, self._resolve)
        called = moved.incident.called if climb.called is None else (*moved.incident.called, climb.called)
        incident = msgspec.structs.replace(
            moved.incident,
            notified=moved.incident.notified + 1,
            called=called[-CALLED:],
            next_call_at=next_at,
            next_called=next_called,
        )
        return msgspec.structs.replace(
            moved,
            incident=incident,
            repeat_at=at + pause if waits and pause is not None else None,
            audience=_union(moved.audience, recipients)[:AUDIENCE],
            escalation=climb.escalation,
        )

    def _publish(self, record: Notification, urgent: Sequence[str] = ()) -> None:
        self.emits.append(Emit(Topic.NOTIFICATIONS, record.incident.id, record))
        self._call(record, urgent)

    def _call(self, record: Notification, urgent: Sequence[str] = (), *, digest: bool = False) -> None:
        for each in record.recipients:
            ident = call_id(record.id, each)
            call = Call(
                id=ident,
                recipient=each,
                notification=record,
                urgent=each in urgent,
                digest=digest,
                at=max(record.at, self._now),
            )
            self.emits.append(Emit(Topic.CALLS, each, call))


def _notification(
    incident: Incident, why: Why, at: datetime, recipients: tuple[str, ...], *, quiet: bool = False
) -> Notification:
    told = digest("notification", incident.id, incident.revision, why)
    return Notification(id=told, incident=incident, why=why, at=at, recipients=recipients, quiet=quiet)


def _is_unheard_of(case: Case, transition: Transition) -> bool:
    """Nobody was told that it began, or began again, so nobody needs to hear what became of it."""
    began_again = case.held is not None and case.owed is Why.REOPENED
    return case.incident.notified == 0 or (began_again and transition.phase is Phase.RESOLVED)


def _reason(incident: Incident, why: Why) -> Reason | None:
    """Who or until when, where that is why nothing is told; None where `why` says it all."""
    if why is Why.ALREADY_ACKNOWLEDGED and incident.acknowledged_by:
        return because("handled", who=incident.acknowledged_by)
    if why is Why.SNOOZED and incident.snoozed_until is not None:
        return because("snoozed", until=incident.snoozed_until)
    return None


def _nobody_left(policy: EscalationPolicy) -> Reason:
    if not policy.fallback:
        return because("no-fallback", policy=policy.name)
    return because("fallback-empty", policy=policy.name, targets=", ".join(policy.fallback))


def _union(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(recipient for group in groups for recipient in group))

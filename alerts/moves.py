"""How an incident moves from one phase to the next: what it keeps, what it forgets, and what is still to be told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.case import Case
from alerts.transitions import TRANSITIONS, Event, Tell, Transition
from models.records import Ack, FalseAlarm, HumanAction, Incident, Phase, Resolve, Snooze, Why

LONGEST_SNOOZE: Final = timedelta(days=7)
ANSWERS: Final[dict[type[HumanAction], Event]] = {
    Ack: Event.ACK,
    Snooze: Event.SNOOZE,
    FalseAlarm: Event.FALSE_ALARM,
    Resolve: Event.RESOLVE,
}
_BEGINNINGS: Final = {Why.FIRST, Why.REOPENED}
_NEWS: Final = {Why.WORSE, *_BEGINNINGS}


def owed(case: Case, event: Event) -> Transition:
    """The transition when quiet is over; what became worse meanwhile is told as that."""
    transition = TRANSITIONS[case.incident.phase, event]
    return transition if case.owed is None or transition.tell is not Tell.LOUD else replace(transition, why=case.owed)


def held(case: Case, transition: Transition, why: Why, at: datetime) -> Case:
    """The case after something was withheld. What should be told is owed; until then nobody is called."""
    moved = moved_on(case, transition, at)
    if transition.tell is Tell.LOUD and why in {Why.SILENCED, Why.INHIBITED}:
        news = transition.why if transition.why in _NEWS and case.owed not in _BEGINNINGS else None
        debt = news or case.owed or Why.REPEAT_DUE
        return msgspec.structs.replace(_uncalled(moved), held=why, owed=debt, repeats=0)
    if transition.tell is Tell.LOUD and why is Why.BELOW_SEVERITY:
        return _uncalled(moved)
    return moved


def _uncalled(case: Case) -> Case:
    """Nobody is being called for it any more."""
    incident = msgspec.structs.replace(case.incident, next_call_at=None, next_called=())
    return msgspec.structs.replace(case, incident=incident, escalation=None, repeat_at=None)


def moved_on(case: Case, transition: Transition, at: datetime) -> Case:
    """The case, one revision on. What belonged to the phase that it left is cleared."""
    phase = transition.phase
    assert phase is not None, "an incident that exists stays in some phase"
    moved = msgspec.structs.replace(
        case,
        incident=_in_phase(case.incident, phase, at),
        dismissed=phase is Phase.RESOLVED and (case.dismissed or transition.why is Why.FALSE_ALARM),
        held=case.held if transition.tell is Tell.WITHHELD else None,
        owed=_debt(case, transition),
    )
    return moved if phase is Phase.OPEN else _uncalled(moved)


def _debt(case: Case, transition: Transition) -> Why | None:
    """What is still to be told: nothing once it is told or answered; what became worse during a snooze, after it."""
    if transition.tell is not Tell.WITHHELD:
        # Whoever hears of a snooze knows that it has begun again.
        still = Why.WORSE if case.owed is Why.REOPENED else case.owed
        return still if transition.phase is Phase.SNOOZED else None
    is_snoozed_news = transition.why is Why.SNOOZED and transition.phase is Phase.SNOOZED
    return case.owed or (Why.WORSE if is_snoozed_news else None)


def _in_phase(incident: Incident, phase: Phase, at: datetime) -> Incident:
    reopened = phase is Phase.OPEN and incident.phase is Phase.RESOLVED
    begins_anew = phase is Phase.OPEN and incident.phase is not Phase.OPEN
    return msgspec.structs.replace(
        incident,
        phase=phase,
        revision=incident.revision + 1,
        updated_at=max(incident.updated_at, at),
        acknowledged_by=None if phase is Phase.OPEN else incident.acknowledged_by,
        acknowledged_at=None if phase is Phase.OPEN else incident.acknowledged_at,
        snoozed_until=incident.snoozed_until if phase is Phase.SNOOZED else None,
        resolved_at=(incident.resolved_at or at) if phase is Phase.RESOLVED else None,
        resolved_by=None if reopened else incident.resolved_by,
        false_alarm=incident.false_alarm and not reopened,
        # Somebody has answered the calls that came before: nobody is blamed for them.
        called=() if begins_anew else incident.called,
    )


def answered(case: Case, action: HumanAction, at: datetime) -> Case:
    """What a human's action leaves on the incident; the phase follows from the table."""
    incident = case.incident
    if isinstance(action, Ack):
        incident = msgspec.structs.replace(incident, acknowledged_by=action.by, acknowledged_at=at)
    elif isinstance(action, Snooze):
        incident = msgspec.structs.replace(incident, snoozed_until=min(action.until, at + LONGEST_SNOOZE))
    elif isinstance(action, FalseAlarm | Resolve):
        is_false = isinstance(action, FalseAlarm)
        incident = msgspec.structs.replace(incident, resolved_by=action.by, false_alarm=is_false)
    return msgspec.structs.replace(case, incident=incident, news_at=max(case.news_at, at))

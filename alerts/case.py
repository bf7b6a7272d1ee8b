"""One incident as it is kept: which signals it holds, what an event is to it, and when time will act on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.severity import RANK, severity, worst
from alerts.transitions import Event
from models.records import Incident, Phase, Severity, Signal, SignalKind, SignalPhase, digest

FLARE_UP: Final = timedelta(hours=1)
"""A signal within this time of the resolution reopens the incident; after it, the incident is forgotten."""
DISMISSED: Final = timedelta(hours=24)
"""After a false alarm, more of the same story is withheld for this long."""
STORIES: Final = 16
ACTIVE: Final = 16


@dataclass(frozen=True, slots=True)
class IncidentPolicy:
    """How a brand wants to be told: repeats double from `repeat` to `repeat_max`; silence of the
    detectors, who also say when it is over, closes after `close_after`."""

    recipients: tuple[str, ...] = ()
    notify_from: Severity = Severity.P3
    repeat: timedelta = timedelta(minutes=30)
    repeat_max: timedelta = timedelta(minutes=240)
    close_after: timedelta = timedelta(hours=24)

    def pause(self, repeats: int) -> timedelta:
        """How long to wait for an answer after the last of `repeats` repeats.

        >>> [IncidentPolicy().pause(n).total_seconds() / 60 for n in (0, 1, 2, 3, 9)]
        [30.0, 60.0, 120.0, 240.0, 240.0]
        """
        # 2^20 repeats of any pause are beyond every maximum; this keeps the arithmetic small.
        return min(self.repeat * (1 << min(repeats, 20)), self.repeat_max)


class Case(msgspec.Struct, frozen=True, array_like=True):
    """An incident with its memory. `active`: what has been raised and has not ended. `stories`: what folds into it."""

    incident: Incident
    stories: tuple[str, ...]
    active: tuple[str, ...]
    news_at: datetime
    repeats: int = 0
    repeat_at: datetime | None = None
    dismissed: bool = False
    """A human called it a false alarm."""

    @property
    def forget_at(self) -> datetime | None:
        """When a resolved incident is forgotten; what a human called a false alarm is remembered for a day."""
        resolved_at = self.incident.resolved_at
        return None if resolved_at is None else resolved_at + (DISMISSED if self.dismissed else FLARE_UP)

    def is_current(self, at: datetime) -> bool:
        """Open in any way, or resolved so recently that it may flare up."""
        forget_at = self.forget_at
        return forget_at is None or at < forget_at

    @property
    def is_open(self) -> bool:
        return self.incident.phase is not Phase.RESOLVED


def opened(signal: Signal, at: datetime) -> Case:
    """A new incident, not yet told to anybody. Its id is the first signal's, hashed."""
    incident = Incident(
        id=digest("incident", signal.brand, signal.story, signal.id),
        brand=signal.brand,
        story=signal.story,
        phase=Phase.OPEN,
        severity=severity(signal),
        opened_at=at,
        updated_at=at,
        revision=0,
        signals=(signal,),
    )
    return Case(incident, (signal.story,), (source(signal),), at)


def find(cases: Sequence[Case], signal: Signal, at: datetime) -> Case | None:
    """The incident that a signal belongs to: the open one of its story; else an open one that shares its root post;
    else one of its story that may still flare up."""
    story = [case for case in cases if signal.story in case.stories and case.is_current(at)]
    shared = [case for case in cases if case.is_open and any(shares_root(signal, s) for s in case.incident.signals)]
    candidates = [*(case for case in story if case.is_open), *shared, *story]
    return candidates[0] if candidates else None


def shares_root(one: Signal, other: Signal) -> bool:
    """A viral threat and a spike belong together where the post that is spread is one of those behind the spike."""
    kinds = {one.kind, other.kind}
    if kinds != {SignalKind.SPIKE, SignalKind.VIRAL_THREAT}:
        return False
    spike, viral = (one, other) if one.kind is SignalKind.SPIKE else (other, one)
    root = root_post(viral)
    return root is not None and any(driver.post_id == root for driver in spike.evidence.drivers)


def root_post(viral: Signal) -> str | None:
    """The post that is spread."""
    return viral.evidence.drivers[0].post_id if viral.evidence.drivers else None


def source(signal: Signal) -> str:
    """Whose raising and ending belong together: the wave of a story, or the cascade of a post."""
    about = signal.story if signal.kind is SignalKind.SPIKE else root_post(signal) or signal.story
    return digest(signal.kind, about)[:16]


def folded(case: Case, signal: Signal, event: Event, at: datetime) -> Case:
    """The case with a signal folded in. Severity never falls while an incident is open."""
    before = case.incident
    others = tuple(each for each in before.signals if each.kind is not signal.kind)
    active = tuple(each for each in case.active if each != source(signal))
    if signal.phase is not SignalPhase.ENDED:
        active = (*active, source(signal))[-ACTIVE:]
    fresh = severity(signal)
    reopens = before.phase is Phase.RESOLVED and event is Event.WORSE
    rated = before.severity if signal.phase is SignalPhase.ENDED else worst((before.severity, fresh))
    incident = msgspec.structs.replace(
        before, signals=(*others, signal), severity=fresh if reopens else rated, updated_at=max(before.updated_at, at)
    )
    stories = case.stories if signal.story in case.stories else (*case.stories, signal.story)[-STORIES:]
    return msgspec.structs.replace(case, incident=incident, stories=stories, active=active, news_at=at)


def event_of(case: Case, signal: Signal) -> Event:
    """What a signal is to an incident that it belongs to."""
    if signal.phase is SignalPhase.ENDED:
        return Event.SAME if any(each != source(signal) for each in case.active) else Event.ENDED
    is_higher = RANK[severity(signal)] > RANK[case.incident.severity]
    if case.incident.phase is Phase.RESOLVED:
        # After a false alarm only something more severe is worth a second call.
        return Event.WORSE if is_higher or not case.dismissed else Event.SAME
    return Event.WORSE if is_higher or signal.phase is SignalPhase.WORSENED else Event.SAME


def due(case: Case, policy: IncidentPolicy) -> tuple[datetime, Event] | None:
    """What time will do to this case next, and when; None for a resolved one."""
    incident = case.incident
    if incident.phase is Phase.RESOLVED:
        return None
    if incident.phase is Phase.SNOOZED:
        return (incident.snoozed_until or case.news_at), Event.SNOOZE_OVER
    stale = (case.news_at + policy.close_after, Event.STALE)
    if incident.phase is Phase.ACKNOWLEDGED or case.repeat_at is None:
        return stale
    return min(stale, (case.repeat_at, Event.REPEAT_DUE), key=lambda each: each[0])

"""One incident as it is kept: which signals it holds, what an event is to it, and when time will act on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.escalation import Escalation
from alerts.policy import IncidentPolicy
from alerts.reach import Reach, reached, root_post, source, whole
from alerts.severity import RANK, points, severity, worst
from alerts.transitions import Event
from models.records import Incident, Phase, Severity, Signal, SignalKind, SignalPhase, Why, digest

FLARE_UP: Final = timedelta(hours=1)
"""A signal within this time of the resolution reopens the incident; after it, the incident is forgotten."""
DISMISSED: Final = timedelta(hours=24)
"""After a false alarm, more of the same story is withheld for this long."""
ACK_HOLDS: Final = timedelta(hours=1)
"""Whoever took charge longer ago than this may have gone home when it rises to P1: people are called anew."""
STORIES: Final = 32
"""How many names of stories fold into one incident; a signal brings up to five."""
NAMES: Final = 5
ACTIVE: Final = 64
SIGNALS: Final = 8
"""How many signals a sector-wide wave shows; of one brand there are at most three, one of each kind."""


class Case(msgspec.Struct, frozen=True, array_like=True):
    """An incident with its memory. `active`: what has been raised and has not ended. `stories`: what folds into it,
    each as one of `names_of` its signals.
    """

    incident: Incident
    stories: tuple[str, ...]
    active: tuple[str, ...]
    news_at: datetime
    repeats: int = 0
    repeat_at: datetime | None = None
    dismissed: bool = False
    """A human called it a false alarm."""
    hit_at: datetime | None = None
    """When it began, began again, or took in a further brand: for noticing a wave across brands."""
    audience: tuple[str, ...] = ()
    """Everybody who was called for it, and so hears what becomes of it."""
    escalation: Escalation | None = None
    held: Why | None = None
    """Why it is not told, although it should be: silenced or inhibited. It is told when that is over."""
    owed: Why | None = None
    """What is to be told when it is over: a silence, a more severe incident, a snooze."""
    reaches: tuple[Reach, ...] = ()
    """How many people each of its viral posts may have reached."""

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


def opened(signal: Signal, at: datetime, tier: int = 2) -> Case:
    """A new incident, not yet told to anybody. Its id is the first signal's, hashed."""
    incident = Incident(
        id=digest("incident", signal.brand, signal.story, signal.id),
        brand=signal.brand,
        story=signal.story,
        phase=Phase.OPEN,
        severity=severity(signal, tier),
        opened_at=at,
        updated_at=at,
        revision=0,
        signals=(signal,),
    )
    return Case(incident, names_of(signal), (source(signal),), at, hit_at=at, reaches=reached((), signal))


def find(cases: Sequence[Case], signal: Signal, at: datetime) -> Case | None:
    """The incident that a signal belongs to: the open one of its story, by its own name before others; else an open one
    that shares its root post; else the open wave that its brand is in; else one of its story that may still flare up.
    """
    own, *_ = names = names_of(signal)
    story = [case for case in cases if case.is_current(at) and not set(names).isdisjoint(case.stories)]
    story.sort(key=lambda case: own not in case.stories)
    running = [case for case in cases if case.is_open and signal.brand in brands(case.incident)]
    shared = [case for case in running if any(shares_root(signal, other) for other in case.incident.signals)]
    wave = [case for case in running if case.incident.brands and signal.kind is not SignalKind.VIRAL_OPPORTUNITY]
    candidates = [*(case for case in story if case.is_open), *shared, *wave, *story]
    return candidates[0] if candidates else None


def remembered(cases: Sequence[Case], at: datetime) -> list[Case]:
    """Those that are not over for good. A part of a wave stays as long as the wave: people answer what they have."""
    current = {case.incident.id for case in cases if case.is_current(at)}
    return [case for case in cases if case.incident.id in current or case.incident.merged_into in current]


def brands(incident: Incident) -> tuple[str, ...]:
    """Every brand that it is about: one, or those of a sector-wide wave."""
    return (incident.brand, *incident.brands)


def shares_root(one: Signal, other: Signal) -> bool:
    """A viral threat and a spike belong together where the post that is spread is one of those behind the spike."""
    kinds = {one.kind, other.kind}
    if one.brand != other.brand or kinds != {SignalKind.SPIKE, SignalKind.VIRAL_THREAT}:
        return False
    spike, viral = (one, other) if one.kind is SignalKind.SPIKE else (other, one)
    root = root_post(viral)
    return root is not None and any(driver.post_id == root for driver in spike.evidence.drivers)


def names_of(signal: Signal) -> tuple[str, ...]:
    """All names of a brand's story, its own first: the same text may be told of several brands, a story of each."""
    names = (digest(signal.brand, name)[:16] for name in (signal.story, *signal.also))
    return tuple(dict.fromkeys(names))[:NAMES]


def folded(case: Case, signal: Signal, event: Event, at: datetime, tier: int = 2) -> Case:
    """The case with a signal folded in. Severity never falls while an incident is open."""
    before, own = case.incident, signal
    signal = seen_whole(case, signal)
    active = tuple(each for each in case.active if each != source(signal))
    if signal.phase is not SignalPhase.ENDED:
        active = (*active, source(signal))[-ACTIVE:]
    fresh = severity(signal, tier)
    reopens = before.phase is Phase.RESOLVED and event is Event.WORSE
    rated = before.severity if signal.phase is SignalPhase.ENDED else worst((before.severity, fresh))
    incident = msgspec.structs.replace(
        before,
        signals=latest((*before.signals, signal)),
        severity=fresh if reopens else rated,
        updated_at=max(before.updated_at, at),
    )
    names = names_of(signal)
    return msgspec.structs.replace(
        case,
        incident=incident,
        stories=(*(name for name in case.stories if name not in names), *names)[-STORIES:],
        active=active,
        news_at=at,
        hit_at=at if reopens else case.hit_at,
        reaches=reached(case.reaches, own),
    )


def latest(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """The last of each brand and kind. Of too many, what has ended goes first, then what weighs least."""
    last = {(signal.brand, signal.kind): signal for signal in signals}
    kept = [signal for signal in signals if last[signal.brand, signal.kind] is signal]
    while len(kept) > SIGNALS:
        kept.remove(min(kept, key=lambda s: (s.phase is not SignalPhase.ENDED, points(s).total, s.at, s.id)))
    return tuple(kept)


def seen_whole(case: Case, signal: Signal) -> Signal:
    """A signal with what its incident knows: how far all its posts reach, and the bad news that was told before.

    A wave of complaints goes on in other words. Who reads its third message would take a recall that is no longer named
    for taken back, and a wave that grows would be judged as if it were.
    """
    signal = whole(case.reaches, signal)
    before = next((s for s in case.incident.signals if (s.brand, s.kind) == (signal.brand, signal.kind)), None)
    if signal.evidence.risk is not None or before is None or before.evidence.risk is None:
        return signal
    evidence = msgspec.structs.replace(signal.evidence, risk=before.evidence.risk)
    return msgspec.structs.replace(signal, evidence=evidence)


def event_of(case: Case, signal: Signal, at: datetime, tier: int = 2) -> Event:
    """What a signal is to an incident that it belongs to."""
    signal = seen_whole(case, signal)
    if signal.phase is SignalPhase.ENDED:
        return Event.SAME if any(each != source(signal) for each in case.active) else Event.ENDED
    is_higher = RANK[severity(signal, tier)] > RANK[case.incident.severity]
    if case.incident.phase is Phase.RESOLVED:
        # After a false alarm only something more severe is worth a second call.
        return Event.WORSE if is_higher or not case.dismissed else Event.SAME
    if is_higher:
        return worsened(case, severity(signal, tier), at)
    return Event.WORSE if signal.phase is SignalPhase.WORSENED else Event.SAME


def worsened(case: Case, severity_: Severity, at: datetime) -> Event:
    """What becoming worse is to an incident: it may outgrow the answer that it got long ago."""
    incident = case.incident
    answered_at = incident.acknowledged_at if incident.phase is Phase.ACKNOWLEDGED else None
    rises = severity_ is Severity.P1 and incident.severity is not Severity.P1
    is_old = answered_at is not None and at - answered_at > ACK_HOLDS
    return Event.OUTGROWN if rises and is_old else Event.WORSE


def due(case: Case, policy: IncidentPolicy) -> tuple[datetime, Event] | None:
    """What time will do to this case next, and when; None for a resolved one."""
    incident, escalation = case.incident, case.escalation
    if incident.phase is Phase.RESOLVED:
        return None
    if incident.phase is Phase.SNOOZED:
        return (incident.snoozed_until or case.news_at), Event.SNOOZE_OVER
    acts = [(case.news_at + policy.close_after, Event.STALE)]
    if escalation is not None and not escalation.over:
        acts.append((escalation.due_at, Event.UNANSWERED if escalation.exhausted else Event.CALL_DUE))
    if incident.phase is Phase.OPEN and case.repeat_at is not None:
        acts.append((case.repeat_at, Event.REPEAT_DUE))
    return min(acts, key=lambda act: act[0])

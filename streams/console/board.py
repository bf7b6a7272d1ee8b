"""What the console knows: notifications, deliveries and what people did, folded into incidents and what was told about
them. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from alerts.audit import ACTS, DONE, Act
from alerts.render.reasons import english
from alerts.why import words
from models.records import (
    Ack,
    AnyRecord,
    Delivery,
    FalseAlarm,
    HumanAction,
    Incident,
    Notification,
    Outcome,
    Phase,
    Reason,
    Resolve,
    Severity,
    Silence,
    Snooze,
    Unsilence,
    Why,
)

MAX_INCIDENTS: Final = 2_000
MAX_SILENCES: Final = 500
MAX_EVENTS: Final = 200
"""Of each sort, per incident."""

_EPOCH: Final = datetime.fromtimestamp(0, UTC)


class Did(msgspec.Struct, frozen=True, tag="did", tag_field="type"):
    """What a person did to the incident. `via` is empty, and so is `by` of a snooze, where only its news is known."""

    id: str
    at: datetime
    act: Act
    by: str
    via: str
    note: str = ""
    until: datetime | None = None


class Told(msgspec.Struct, frozen=True, tag="told", tag_field="type"):
    """One notification: when, why, how bad it was then, and what became of it on each channel.

    `did`: what a person did, where that is what is told.
    """

    id: str
    at: datetime
    why: Why
    severity: Severity
    phase: Phase
    quiet: bool
    channels: tuple[str, ...]
    deliveries: tuple[Delivery, ...] = ()
    did: Did | None = None


class Withheld(msgspec.Struct, frozen=True, tag="withheld", tag_field="type"):
    """Something that nobody was told, and why."""

    id: str
    at: datetime
    brand: str
    why: Why
    reason: str
    """In English, for programs."""
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class Case:
    """One incident: its latest snapshot, and everything that was told, withheld or done about it."""

    id: str
    incident: Incident | None = None
    told: dict[str, Told] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    did: dict[str, Did] = field(default_factory=dict)
    updated_at: datetime = _EPOCH

    @property
    def is_open(self) -> bool:
        return self.incident is not None and self.incident.phase is not Phase.RESOLVED

    def timeline(self) -> list[Told | Withheld | Did]:
        """What was told, what was withheld, and what people did of which nobody was told, the newest first."""
        by_notification: dict[str, list[Delivery]] = {}
        events: list[Told | Withheld | Did] = []
        untold = dict(self.did)
        for delivery in self.deliveries.values():
            if delivery.outcome is Outcome.WITHHELD and not delivery.channel:
                events.append(_withheld(delivery))
            else:
                by_notification.setdefault(delivery.notification, []).append(delivery)
        for told in sorted(self.told.values(), key=lambda each: (each.at, each.id)):
            mine = sorted(by_notification.get(told.id, ()), key=lambda each: (each.at, each.channel))
            did = _cause(told, untold.values())
            if did is not None:
                untold.pop(did.id, None)
            events.append(msgspec.structs.replace(told, deliveries=tuple(mine), did=did))
        events += untold.values()
        return sorted(events, key=lambda event: (event.at, event.id), reverse=True)


class Board:
    """Folds records in any order, however often each comes; holds at most `MAX_INCIDENTS` of `MAX_EVENTS` each.

    >>> board = Board()
    >>> board.open(), board.recent(), board.find("none")
    ([], [], None)
    """

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._silences: dict[str, Silence] = {}

    def take(self, record: AnyRecord) -> None:
        """Adds a notification, a delivery, a silence or what a person did; other records mean nothing here."""
        if isinstance(record, Notification):
            self._notified(record)
        elif isinstance(record, Delivery):
            self._delivered(record)
        elif isinstance(record, Ack | Snooze | FalseAlarm | Resolve):
            self._acted(record)
        elif isinstance(record, Silence):
            self._silences[record.id] = record
            if len(self._silences) > MAX_SILENCES:
                del self._silences[min(self._silences, key=lambda each: self._silences[each].until)]
        elif isinstance(record, Unsilence):
            self._silences.pop(record.silence, None)

    def silences(self, now: datetime) -> list[Silence]:
        """What people asked not to be told of, and that is not over; what ends first comes first."""
        return sorted((s for s in self._silences.values() if s.until > now), key=lambda s: (s.until, s.id))

    def silence(self, identity: str, now: datetime) -> Silence | None:
        return next((s for s in self.silences(now) if s.id == identity), None)

    def open(self) -> list[Case]:
        """Incidents that are not over: the worst first, then the newest."""
        return sorted((case for case in self._cases.values() if case.is_open), key=_urgency)

    def recent(self, limit: int = 50) -> list[Case]:
        """Incidents that are over, the last first."""
        over = [case for case in self._cases.values() if case.incident is not None and not case.is_open]
        return sorted(over, key=_age)[:limit]

    def withheld(self, limit: int = 20) -> list[Withheld]:
        """What nobody was told, and no incident on the board explains; the last first."""
        lonely = [case for case in self._cases.values() if case.incident is None]
        every = [event for case in lonely for event in case.timeline() if isinstance(event, Withheld)]
        return sorted(every, key=lambda event: (event.at, event.id), reverse=True)[:limit]

    def find(self, incident: str) -> Case | None:
        """The case of an incident that humans were told about."""
        case = self._cases.get(incident)
        return case if case is not None and case.incident is not None else None

    def _notified(self, record: Notification) -> None:
        case = self._cases.setdefault(record.incident.id, Case(record.incident.id))
        if case.incident is None or record.incident.revision >= case.incident.revision:
            case.incident = record.incident
        case.told[record.id] = Told(
            id=record.id,
            at=record.at,
            why=record.why,
            severity=record.incident.severity,
            phase=record.incident.phase,
            quiet=record.quiet,
            channels=tuple(each.partition(":")[2] for each in record.recipients),
            did=_claimed(record),
        )
        _drop_oldest(case.told)
        self._touch(case, record.at)

    def _delivered(self, record: Delivery) -> None:
        case = self._cases.setdefault(record.incident, Case(record.incident))
        case.deliveries[record.id] = record
        _drop_oldest(case.deliveries)
        self._touch(case, record.at)

    def _acted(self, record: HumanAction) -> None:
        case = self._cases.setdefault(record.incident, Case(record.incident))
        until = record.until if isinstance(record, Snooze) else None
        act = ACTS[type(record)]
        case.did[record.id] = Did(record.id, record.at, act, record.by, record.via, record.note, until)
        _drop_oldest(case.did)
        self._touch(case, record.at)

    def _touch(self, case: Case, at: datetime) -> None:
        case.updated_at = max(case.updated_at, at)
        if len(self._cases) > MAX_INCIDENTS:
            # What is over, or was never told, goes before what is open; the oldest of it first.
            oldest = min(self._cases.values(), key=lambda each: (each.is_open, each.updated_at, each.id))
            del self._cases[oldest.id]


def _withheld(delivery: Delivery) -> Withheld:
    said = english(delivery.reasons) or delivery.reason or words(delivery.why, "en")
    return Withheld(delivery.id, delivery.at, delivery.brand, delivery.why, said, delivery.reasons)


def _claimed(record: Notification) -> Did | None:
    """What a notification says that a person did; of who asks for quiet it says only until when."""
    act, about = DONE.get(record.why), record.incident
    if act is None:
        return None
    if act is Act.SNOOZE:
        return Did("", record.at, act, "", "", until=about.snoozed_until)
    by = about.acknowledged_by if act is Act.ACK else about.resolved_by
    return Did("", record.at, act, by or "", "")


def _cause(told: Told, acts: Iterable[Did]) -> Did | None:
    """The act that a notification tells of; where it is not known, what the notification says of it."""
    claim = told.did
    if claim is None:
        return None
    causes = (
        each
        for each in acts
        if each.act is claim.act and claim.by in ("", each.by) and claim.until in (None, each.until)
    )
    # The log's time is not the person's clock: the nearest it is.
    return min(causes, key=lambda each: (abs(each.at - told.at), each.id), default=claim)


def _drop_oldest(events: dict[str, Told] | dict[str, Delivery] | dict[str, Did]) -> None:
    if len(events) > MAX_EVENTS:
        del events[min(events, key=lambda each: (events[each].at, each))]


def _urgency(case: Case) -> tuple[str, timedelta, str]:
    assert case.incident is not None
    return case.incident.severity.value, _EPOCH - case.incident.opened_at, case.id


def _age(case: Case) -> tuple[timedelta, str]:
    assert case.incident is not None
    return _EPOCH - (case.incident.resolved_at or case.incident.updated_at), case.id

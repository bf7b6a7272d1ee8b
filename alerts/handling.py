"""How a brand's incidents of a period were handled: how many, how grave, how soon a human answered. Pure."""

from collections.abc import Iterable
from datetime import datetime
from statistics import median

import msgspec

from alerts import accuracy
from models.records import (
    Accuracy,
    Ack,
    AnyRecord,
    CascadeOver,
    FalseAlarm,
    HumanAction,
    Incident,
    Notification,
    Phase,
    Resolve,
    Severity,
    SignalKind,
    Snooze,
)

_ANSWERS = Ack | Snooze | FalseAlarm | Resolve


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """One incident. `severity` is the worst it had; `kind` is what it began with.

    `answered_at` is when the first human took charge of it, asked for quiet, closed it or called it false.
    """

    id: str
    kind: SignalKind | None
    severity: Severity
    opened_at: datetime
    told_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    resolved_at: datetime | None
    phase: Phase
    false_alarm: bool
    url: str | None = None
    """Where the console shows it."""


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """The incidents that were opened in a period and told to somebody, oldest first.

    `median_answer_s`: from the first notification to the first answer, of those that were answered. `before`: how many
    there were in the period before; None: unknown. `accuracy`: of the forecasts whose cascades ended in the period.
    """

    incidents: tuple[Handled, ...]
    by_severity: dict[Severity, int]
    false_alarms: int
    answered: int
    median_answer_s: float | None
    before: int | None
    accuracy: Accuracy | None


class Casebook:
    """Takes records in any order, and repeatedly, and keeps what is about a brand's incidents and forecasts."""

    def __init__(self, brand: str) -> None:
        self._brand = brand
        self._latest: dict[str, Incident] = {}
        self._worst: dict[str, Severity] = {}
        self._told: dict[str, datetime] = {}
        self._answers: dict[str, HumanAction] = {}
        self._false: set[str] = set()
        self._over: dict[str, CascadeOver] = {}

    def add(self, record: AnyRecord) -> None:
        """One record of any topic; what is of no concern is passed over."""
        if isinstance(record, Notification):
            self._tell(record)
        elif isinstance(record, _ANSWERS):
            first = self._answers.get(record.incident)
            if first is None or (record.at, record.id) < (first.at, first.id):
                self._answers[record.incident] = record
            if isinstance(record, FalseAlarm):
                self._false.add(record.incident)
        elif isinstance(record, CascadeOver) and record.brand == self._brand:
            self._over[record.id] = record

    def _tell(self, record: Notification) -> None:
        incident = record.incident
        # One that became a part of a wider wave is told as that wave.
        if self._brand not in (incident.brand, *incident.brands):
            return
        known = self._latest.get(incident.id)
        if known is None or incident.revision >= known.revision:
            self._latest[incident.id] = incident
        self._worst[incident.id] = min(self._worst.get(incident.id, incident.severity), incident.severity)
        self._told[incident.id] = min(self._told.get(incident.id, record.at), record.at)

    def handling(self, since: datetime, until: datetime, *, before: datetime | None = None) -> Handling:
        """The incidents opened from `since` to before `until`; `before`: since when those before, if known."""
        handled = sorted(
            (self._handled(each) for each in self._latest.values() if each.merged_into is None),
            key=lambda each: (each.opened_at, each.id),
        )
        ours = tuple(each for each in handled if since <= each.opened_at < until)
        waits = [max((e.answered_at - e.told_at).total_seconds(), 0.0) for e in ours if e.answered_at is not None]
        severities = [each.severity for each in ours]
        return Handling(
            incidents=ours,
            by_severity={severity: severities.count(severity) for severity in Severity},
            false_alarms=sum(each.false_alarm for each in ours),
            answered=len(waits),
            median_answer_s=round(median(waits), 1) if waits else None,
            before=None if before is None else sum(before <= each.opened_at < since for each in handled),
            accuracy=self._accuracy(over for over in self._over.values() if since <= over.at < until),
        )

    def _handled(self, incident: Incident) -> Handled:
        answer = self._answers.get(incident.id)
        begun = min(incident.signals, key=lambda signal: (signal.onset, signal.id), default=None)
        return Handled(
            id=incident.id,
            kind=None if begun is None else begun.kind,
            severity=self._worst[incident.id],
            opened_at=incident.opened_at,
            told_at=self._told[incident.id],
            answered_at=incident.acknowledged_at if answer is None else answer.at,
            answered_by=incident.acknowledged_by if answer is None else answer.by,
            resolved_at=incident.resolved_at,
            phase=incident.phase,
            false_alarm=incident.false_alarm or incident.id in self._false,
        )

    def _accuracy(self, over: Iterable[CascadeOver]) -> Accuracy | None:
        records: tuple[accuracy.Record, ...] = ()
        for each in sorted(over, key=lambda each: (each.at, each.id)):
            records = accuracy.judged(records, each)
        return accuracy.accuracy(records, self._brand)

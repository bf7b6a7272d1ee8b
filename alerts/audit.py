"""What was noticed, told, withheld and done about a brand, as one timeline (`docs/alerting.md`). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, get_args

import msgspec

from alerts.render.reasons import english
from alerts.why import words
from models.records import (
    Ack,
    AnyRecord,
    Delivery,
    FalseAlarm,
    HumanAction,
    Notification,
    Outcome,
    Phase,
    Reason,
    Resolve,
    Severity,
    Signal,
    SignalKind,
    SignalPhase,
    Silence,
    Snooze,
    Unsilence,
    Why,
)


class What(StrEnum):
    """What an entry is about, in the order in which things of one moment follow each other."""

    SIGNAL = "signal"
    ACTION = "action"
    DECISION = "decision"
    SENT = "sent"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    WITHHELD = "withheld"


_OUTCOMES: Final = {
    Outcome.SENT: What.SENT,
    Outcome.WITHHELD: What.WITHHELD,
    Outcome.SUPERSEDED: What.SUPERSEDED,
}
"""Any other outcome is a failure."""


class Act(StrEnum):
    """What a human did."""

    ACK = "ack"
    SNOOZE = "snooze"
    FALSE_ALARM = "false-alarm"
    RESOLVE = "resolve"
    SILENCE = "silence"
    UNSILENCE = "unsilence"


ACTS: Final = {
    Ack: Act.ACK,
    Snooze: Act.SNOOZE,
    FalseAlarm: Act.FALSE_ALARM,
    Resolve: Act.RESOLVE,
    Silence: Act.SILENCE,
    Unsilence: Act.UNSILENCE,
}
DONE: Final = {
    Why.ACKNOWLEDGED: Act.ACK,
    Why.SNOOZED: Act.SNOOZE,
    Why.FALSE_ALARM: Act.FALSE_ALARM,
    Why.RESOLVED_BY_HUMAN: Act.RESOLVE,
}
"""What a human did where others are told so."""
_LAG: Final = timedelta(minutes=2)
_ORDER: Final = {what: n for n, what in enumerate(What)}


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the timeline. `incident` is empty where there is none; `who` is a recipient or a human's name."""

    at: datetime
    what: What
    id: str
    brand: str
    incident: str = ""
    why: Why | None = None
    act: Act | None = None
    severity: Severity | None = None
    phase: Phase | None = None
    kind: SignalKind | None = None
    signal: SignalPhase | None = None
    observed: float | None = None
    expected: float | None = None
    who: str = ""
    via: str = ""
    """The channel that carried it, or through which a human acted."""
    until: datetime | None = None
    recipients: tuple[str, ...] = ()
    quiet: bool = False
    outcome: Outcome | None = None
    note: str = ""
    """What a human wrote; of a delivery, what there is to say of it in English."""
    reasons: tuple[Reason, ...] = ()
    """The same of a delivery, as data."""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are asked for; None: all. A sector-wide incident counts for each of its brands."""

    brand: str | None = None
    incident: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def timeline(records: Iterable[AnyRecord], query: Query) -> list[Entry]:
    """The entries that records amount to, each once, oldest first. Records may come in any order, and repeatedly."""
    kept = list(records)
    incidents = [record.incident for record in kept if isinstance(record, Notification)]
    shared = {incident.id for incident in incidents if query.brand in incident.brands}
    owners = {record.signal: record.incident for record in kept if isinstance(record, Delivery) and record.signal}
    owners |= {signal.id: incident.id for incident in incidents for signal in incident.signals}
    entries = {entry.id: entry for record in kept if (entry := _entry(record, owners)) is not None}
    acts = [entry for entry in entries.values() if entry.act in DONE.values()]
    asked = [_after_its_cause(entry, acts) for entry in entries.values() if _asked(entry, query, shared)]
    return sorted(asked, key=lambda e: (e.at, _ORDER[e.what], e.id))


def _after_its_cause(entry: Entry, acts: Sequence[Entry]) -> Entry:
    """What a human set off is decided at the log's time, which may be a little behind the human's clock."""
    act = None if entry.why is None or entry.what is not What.DECISION else DONE.get(entry.why)
    if act is None:
        return entry
    causes = [a.at for a in acts if a.act is act and a.incident == entry.incident and a.at - entry.at < _LAG]
    return msgspec.structs.replace(entry, at=max([entry.at, *causes]))


def _asked(entry: Entry, query: Query, shared: set[str]) -> bool:
    return (
        (query.brand is None or entry.brand == query.brand or entry.incident in shared)
        and (query.incident is None or entry.incident == query.incident)
        and (query.since is None or entry.at >= query.since)
        and (query.until is None or entry.at <= query.until)
    )


def _entry(record: AnyRecord, owners: Mapping[str, str]) -> Entry | None:
    match record:
        case Signal():
            return Entry(
                at=record.at,
                what=What.SIGNAL,
                id=record.id,
                brand=record.brand,
                incident=owners.get(record.id, ""),
                kind=record.kind,
                signal=record.phase,
                observed=record.observed,
                expected=record.expected,
            )
        case Notification():
            return _decision(record)
        case Delivery():
            return _delivery(record)
    return _action(record) if isinstance(record, get_args(_Action)) else None


def _decision(record: Notification) -> Entry:
    """That something is to be told. Its time is the log's, as everything but deliveries."""
    incident = record.incident
    return Entry(
        at=record.at,
        what=What.DECISION,
        id=record.id,
        brand=incident.brand,
        incident=incident.id,
        why=record.why,
        severity=incident.severity,
        phase=incident.phase,
        recipients=record.recipients,
        quiet=record.quiet,
        who=incident.acknowledged_by or "" if record.why is Why.ACKNOWLEDGED else "",
    )


def _delivery(record: Delivery) -> Entry:
    what = _OUTCOMES.get(record.outcome, What.FAILED)
    note = english(record.reasons) or record.reason
    if not note and what is What.WITHHELD:
        note = words(record.why, "en")
    return Entry(
        at=record.at,
        what=what,
        id=record.id,
        brand=record.brand,
        incident=record.incident,
        why=record.why,
        outcome=record.outcome,
        who=record.recipient,
        via=record.channel,
        note=note,
        reasons=record.reasons,
    )


_Action = Ack | Snooze | FalseAlarm | Resolve | Silence | Unsilence


def _action(record: HumanAction) -> Entry:
    return Entry(
        at=record.at,
        what=What.ACTION,
        id=record.id,
        brand=record.brand,
        incident=record.incident,
        act=ACTS[type(record)],
        who=record.by,
        via=record.via,
        until=record.until if isinstance(record, Snooze | Silence) else None,
        note=record.note,
    )

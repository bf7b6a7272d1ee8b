"""A notification as one line of JSON, for programs."""

from datetime import datetime

import msgspec

from models.records import Notification, Phase, Severity, SignalKind, Why


class AlertLine(msgspec.Struct, frozen=True, kw_only=True):
    """What was told: the incident, and the figures of its worst signal. Times are UTC."""

    at: datetime
    why: Why
    brand: str
    incident: str
    severity: Severity
    phase: Phase
    kind: SignalKind | None = None
    onset: datetime | None = None
    observed: float | None = None
    expected: float | None = None
    interval: tuple[float, float] | None = None
    surprise: float | None = None
    window_s: int | None = None
    reason: str = ""
    kinds: tuple[SignalKind, ...] = ()


def line(notification: Notification) -> str:
    """One JSON object and a newline; control characters are escaped by JSON itself."""
    incident = notification.incident
    plain = AlertLine(
        at=notification.at,
        why=notification.why,
        brand=incident.brand,
        incident=incident.id,
        severity=incident.severity,
        phase=incident.phase,
        kinds=tuple(signal.kind for signal in incident.signals),
    )
    worst = max(incident.signals, key=lambda signal: signal.surprise, default=None)
    if worst is not None:
        plain = msgspec.structs.replace(
            plain,
            kind=worst.kind,
            onset=worst.onset,
            observed=worst.observed,
            expected=worst.expected,
            interval=worst.interval,
            surprise=worst.surprise,
            window_s=worst.window_s,
            reason=worst.reason,
        )
    return msgspec.json.encode(plain).decode() + "\n"

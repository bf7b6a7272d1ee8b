"""A notification as one line of JSON, for programs."""

from datetime import datetime

import msgspec

from alerts.severity import principal
from models.records import Notification, Phase, Severity, SignalKind, Why


class AlertLine(msgspec.Struct, frozen=True, kw_only=True):
    """What was told: the incident, and the figures of the signal that it is chiefly about. Times are UTC."""

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
    about = principal(incident)
    if about is not None:
        plain = msgspec.structs.replace(
            plain,
            kind=about.kind,
            onset=about.onset,
            observed=about.observed,
            expected=about.expected,
            interval=about.interval,
            surprise=about.surprise,
            window_s=about.window_s,
            reason=about.reason,
        )
    return msgspec.json.encode(plain).decode() + "\n"

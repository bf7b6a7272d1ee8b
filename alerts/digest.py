"""The digest: what was not urgent, told to one recipient in one message (`docs/alerting.md`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from alerts.severity import RANK
from models.records import Evidence, Incident, Notification, Phase, Signal, Why
from models.records import digest as hashed

LONGEST: Final = 64
"""How many incidents one digest can hold."""


def trimmed(incident: Incident) -> Incident:
    """A snapshot for one line of a digest: figures and risks stay; charts, posts, words and call history go."""
    signals = tuple(_trimmed(signal) for signal in incident.signals)
    return msgspec.structs.replace(incident, signals=signals, called=(), next_call_at=None, next_called=())


def _trimmed(signal: Signal) -> Signal:
    full = signal.evidence
    evidence = Evidence(
        mentions=full.mentions,
        adverse=full.adverse,
        authors=full.authors,
        stories=full.stories,
        reach=full.reach,
        forecast=full.forecast,
        risk=full.risk,
        usual_share=full.usual_share,
    )
    return msgspec.structs.replace(signal, evidence=evidence)


def digest_of(
    recipient: str, incidents: Sequence[Incident], *, due: datetime, at: datetime, channels: tuple[str, ...]
) -> Notification:
    """One notification for all: the gravest as `incident`, the rest as `also`; what is still open goes before what is
    over. Its id is that of the recipient and of when it was due, so that a repeat is recognised."""
    gravest, *others = sorted(incidents, key=_order)
    return Notification(
        id=hashed("digest", recipient, due.isoformat()),
        incident=gravest,
        why=Why.DIGEST,
        at=at,
        channels=channels,
        recipient=recipient,
        also=tuple(others),
    )


def _order(incident: Incident) -> tuple[int, bool, datetime, str]:
    return -RANK[incident.severity], incident.phase is Phase.RESOLVED, incident.opened_at, incident.id

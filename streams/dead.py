"""Dead letters: what is kept of a record that cannot be processed."""

from datetime import datetime
from typing import Final

from models.records import Dead, Topic, digest
from models.stage import Emit
from streams.publish import Outgoing

KEY_KEPT: Final = 1_000
"""So many characters of a key are kept."""
_PAYLOAD_KEPT: Final = 65_536
"""So many bytes of a record are kept."""


def dead(
    reason: str,
    detail: str,
    origin: str,
    at: datetime,
    *,
    key: str = "",
    payload: bytes = b"",
) -> Outgoing:
    """A dead letter on its way out. Its id is its origin's, so that a repeat is recognised."""
    record = Dead(
        id=digest("dead", origin, reason),
        reason=reason,
        detail=detail[:2_000],
        origin=origin,
        at=at,
        key=key[:KEY_KEPT],
        size=len(payload),
        payload=payload[:_PAYLOAD_KEPT],
    )
    return Outgoing(Emit(Topic.DEAD, origin, record))

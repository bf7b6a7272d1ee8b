"""Whether a request comes from Slack: its signature, its age, and that it was not seen before.

https://docs.slack.dev/authentication/verifying-requests-from-slack: `v0=` and the HMAC-SHA256 under the app's signing
secret of `v0:TIMESTAMP:BODY`.
"""

import hashlib
import hmac
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

WINDOW_S: Final = 300
"""How old, or how far ahead of our clock, a request may be."""
_REMEMBERED: Final = 20_000


class Forged(StrEnum):
    """Why a request is not believed."""

    UNSIGNED = "unsigned"
    STALE = "stale"
    SIGNATURE = "bad-signature"
    REPLAY = "replay"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What Slack's header says.

    >>> signature("s3cret", "1772442000", b"payload=%7B%7D")[:10]
    'v0=4ab1196'
    """
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:".encode("utf-8", "replace") + body, hashlib.sha256)
    return f"v0={mac.hexdigest()}"


def fresh(timestamp: str, now: datetime) -> bool:
    """Whether a time stamp, in Unix seconds, is within the window; False for what is no time stamp.

    >>> from datetime import UTC
    >>> at = datetime.fromtimestamp(1_772_442_000, UTC)
    >>> fresh("1772442000", at), fresh("1772441699", at), fresh("1772442301", at), fresh("soon", at)
    (True, False, False, False)
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW_S


class Gate:
    """Believes each request once. `secrets` are those of all Slack apps that may call here.

    What has been believed is remembered for as long as its time stamp could pass; with more requests than the memory
    holds, none is believed until the oldest has gone, since what is forgotten could be replayed.
    """

    def __init__(self, secrets: Sequence[str], *, remembered: int = _REMEMBERED) -> None:
        self._secrets = tuple(dict.fromkeys(secret for secret in secrets if secret))
        self._seen: set[str] = set()
        self._order: deque[tuple[float, str]] = deque()
        self._remembered = remembered

    def admit(self, timestamp: str, signed: str, body: bytes, now: datetime) -> str | Forged:
        """The secret under which the request was signed, or why it is not believed."""
        if not timestamp or not signed:
            return Forged.UNSIGNED
        if not fresh(timestamp, now):
            return Forged.STALE
        secret = self._signer(timestamp, signed, body)
        if secret is None:
            return Forged.SIGNATURE
        return secret if self._first_time(signed, now) else Forged.REPLAY

    def _signer(self, timestamp: str, signed: str, body: bytes) -> str | None:
        """Compares with every secret, in a time that does not depend on where they differ."""
        given = signed.encode("utf-8", "replace")
        found = None
        for secret in self._secrets:
            if hmac.compare_digest(signature(secret, timestamp, body).encode(), given):
                found = secret
        return found

    def _first_time(self, signed: str, now: datetime) -> bool:
        at = now.timestamp()
        while self._order and self._order[0][0] < at:
            self._seen.discard(self._order.popleft()[1])
        if signed in self._seen or len(self._seen) >= self._remembered:
            return False
        self._seen.add(signed)
        # A time stamp may be `WINDOW_S` ahead, and passes for as long again.
        self._order.append((at + 2 * WINDOW_S, signed))
        return True

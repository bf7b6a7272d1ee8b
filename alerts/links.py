"""Signed links for mails: who has one may mute an incident or take charge of it, as one recipient, for a while.

Nothing is kept: a link says what it allows, and HMAC-SHA256 under a key of the settings says that it is ours.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from alerts.sealed import Seal
from models.records import Notification

GOOD_FOR: Final = timedelta(days=7)
"""How long a link works, from the notification on; and how long what it mutes is muted."""

LONGEST: Final = 2_000
_CONTEXT: Final = b"tocsin links/1"


class Purpose(StrEnum):
    """What a link allows; also its path."""

    MUTE = "mute"
    ACK = "ack"


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What a link says."""

    purpose: Purpose
    recipient: str
    brand: str
    incident: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class MailLinks:
    """The links of one mail; `one_click`: mail programs may use `mute` by themselves (RFC 8058 asks for https)."""

    mute: str
    ack: str

    @property
    def one_click(self) -> bool:
        return self.mute.startswith("https://")


class Links:
    """Makes and reads links. A new secret ends all that there are."""

    def __init__(self, secret: str, public_url: str) -> None:
        """Both may be empty: then there are no links, and none is believed."""
        self._seal = Seal(hmac.digest(secret.encode(), _CONTEXT, "sha256"))
        self._public_url = public_url.rstrip("/")
        self.readable = bool(secret)
        self.enabled = bool(secret and public_url)

    def __repr__(self) -> str:
        return f"Links({self._public_url!r})"

    def of(self, notification: Notification, recipient: str) -> MailLinks | None:
        """The links for one recipient of a notification; the same each time. None where there are none."""
        if not self.enabled:
            return None
        return MailLinks(
            mute=self._url(Purpose.MUTE, notification, recipient), ack=self._url(Purpose.ACK, notification, recipient)
        )

    def _url(self, purpose: Purpose, notification: Notification, recipient: str) -> str:
        incident = notification.incident
        claim = Claim(purpose, recipient, incident.brand, incident.id, notification.at + GOOD_FOR)
        return f"{self._public_url}/{purpose.value}/{self.token(claim)}"

    def token(self, claim: Claim) -> str:
        return self._seal.close(msgspec.json.encode(claim))

    def read(self, token: str, purpose: Purpose, now: datetime) -> Claim | None:
        """What a token allows; None for one that is forged, foreign, for something else, or too old.

        >>> from datetime import UTC
        >>> at = datetime(2026, 1, 1, tzinfo=UTC)
        >>> links = Links("a secret of some length", "https://bell.example")
        >>> token = links.token(Claim(Purpose.MUTE, "person:lea", "acme", "i1", at))
        >>> links.read(token, Purpose.MUTE, at - GOOD_FOR).recipient
        'person:lea'
        >>> [links.read(token, Purpose.ACK, at - GOOD_FOR), links.read(token, Purpose.MUTE, at)]
        [None, None]
        """
        raw = self._seal.open(token[:LONGEST])
        if raw is None or not self.readable:
            return None
        try:
            claim = msgspec.json.decode(raw, type=Claim)
        except msgspec.DecodeError:  # ours, from a version with other claims
            return None
        return claim if claim.purpose is purpose and now < claim.expires else None

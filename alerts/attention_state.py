"""What is remembered of one recipient: what they were told, what waits for their digest, and what they have muted."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from alerts.attention_rules import Tonight
from alerts.policy import FORGOTTEN
from alerts.severity import RANK
from models.records import Incident, Severity, Why, digest

SEEN: Final = 512
"""How many calls are remembered: one that comes twice counts once."""
TOLD: Final = 256
"""How many incidents are remembered as told."""
MUTES: Final = 64


class By(StrEnum):
    """How a recipient was told of an incident: by a message, also by the urgent contacts, or in a digest only."""

    MESSAGE = "message"
    URGENT = "urgent"
    DIGEST = "digest"


class Told(msgspec.Struct, array_like=True, frozen=True):
    """An incident that the recipient knows of. `called`: how severe it was when an escalation last called them."""

    incident: str
    severity: Severity
    by: By
    called: Severity | None = None


class Held(msgspec.Struct, array_like=True, frozen=True):
    """An incident that waits for the digest, as it is now, and why it was not told at once."""

    incident: Incident
    why: Why


class Muted(msgspec.Struct, array_like=True, frozen=True):
    """The recipient does not want to hear of an incident unless it is more severe than `up_to`: how severe it was
    when they said so (None: as severe as it is when it is next to be told)."""

    incident: str
    until: datetime
    up_to: Severity | None


class Attention(msgspec.Struct, array_like=True, frozen=True):
    """The state of one recipient, bounded by the constants above and `digest.LONGEST`."""

    recipient: str
    seen: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    held: tuple[Held, ...] = ()
    mutes: tuple[Muted, ...] = ()
    tonight: Tonight = Tonight()
    digest_due: datetime | None = None
    heard_at: datetime | None = None
    """When the last call or mute came, in the log's time."""

    @property
    def forget_at(self) -> datetime | None:
        """When it may be forgotten; None as long as a digest is to be told. Mutes end earlier."""
        return None if self.heard_at is None or self.digest_due is not None else self.heard_at + FORGOTTEN

    def hearing(self, at: datetime) -> "Attention":
        return msgspec.structs.replace(self, heard_at=at if self.heard_at is None else max(self.heard_at, at))

    def has_seen(self, record_id: str) -> bool:
        return _short(record_id) in self.seen

    def seeing(self, record_id: str) -> "Attention":
        return msgspec.structs.replace(self, seen=(*self.seen, _short(record_id))[-SEEN:])

    def told_of(self, incident: str) -> Told | None:
        return next((each for each in self.told if each.incident == incident), None)

    def telling(self, told: Told) -> "Attention":
        others = (each for each in self.told if each.incident != told.incident)
        return msgspec.structs.replace(self, told=(*others, told)[-TOLD:])

    def holds(self, incident: str) -> bool:
        return any(each.incident.id == incident for each in self.held)

    def refreshed(self, incident: Incident) -> "Attention":
        """What is held of an incident, as it is by now: a snapshot that comes late changes nothing."""

        def newer(held: Held) -> Held:
            is_older = held.incident.id == incident.id and held.incident.revision <= incident.revision
            return msgspec.structs.replace(held, incident=incident) if is_older else held

        return msgspec.structs.replace(self, held=tuple(newer(each) for each in self.held))

    def releasing(self, incident: str) -> "Attention":
        held = tuple(each for each in self.held if each.incident.id != incident)
        return msgspec.structs.replace(self, held=held, digest_due=self.digest_due if held else None)

    def muting(self, muted: Muted, at: datetime) -> "Attention":
        others = (each for each in self.mutes if each.incident != muted.incident and each.until > at)
        return msgspec.structs.replace(self, mutes=(*others, muted)[-MUTES:])

    def muted(self, incident: Incident, at: datetime) -> Muted | None:
        """The mute that holds for an incident at a moment."""
        mute = next((each for each in self.mutes if each.incident == incident.id and at < each.until), None)
        if mute is None or mute.up_to is None or RANK[incident.severity] <= RANK[mute.up_to]:
            return mute
        return None


def _short(record_id: str) -> str:
    return digest(record_id)[:16]

"""The outbox's memory of one incident: what waits to be sent, what became of the rest. Pure."""

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.channels.protocol import Receipt
from models.records import Delivery, Notification, Outcome, Phase, digest

SETTLED_KEPT: Final = 32
"""Deliveries remembered per incident, so that a notification that comes twice is sent once."""

WAITING_KEPT: Final = 8
"""Letters that may wait per channel and incident; the oldest gives way."""

FORGET_AFTER: Final = timedelta(hours=24)
"""How long an incident that is over is remembered (time in the log)."""


class Letter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A notification that has yet to go out by one channel.

    `doubtful`: a send was begun and its end is not known, so the channel is asked before the next one.
    """

    notification: str
    channel: str
    since: datetime
    due: datetime
    attempts: int = 0
    doubtful: bool = False


class Ledger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of the outbox for one incident, bounded by the two constants above.

    >>> from datetime import UTC
    >>> Ledger(incident="i1").head("slack") is None
    True
    """

    incident: str
    waiting: tuple[Letter, ...] = ()
    notifications: dict[str, Notification] = {}
    """Those that a letter waits for."""
    settled: tuple[Delivery, ...] = ()
    untold: tuple[Delivery, ...] = ()
    """Settled, but not yet published: survives a crash between a send and the word about it."""
    receipts: dict[str, Receipt] = {}
    """By channel: the last message that people have."""
    over_at: datetime | None = None

    def head(self, channel: str) -> Letter | None:
        """The oldest letter for a channel: people get an incident's messages in order."""
        return next((letter for letter in self.waiting if letter.channel == channel), None)

    def channels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(letter.channel for letter in self.waiting))

    def forgettable(self, now: datetime) -> bool:
        return self.over_at is not None and not self.waiting and self.over_at + FORGET_AFTER <= now


def delivery_id(notification: str, channel: str) -> str:
    return digest("delivery", notification, channel)


def admit(ledger: Ledger, notification: Notification, known: Container[str], at: datetime) -> Ledger:
    """Adds a letter per channel. A repeat is told again as it was; an unknown channel or an overflow is settled."""
    over = notification.at if notification.incident.phase is Phase.RESOLVED else None
    ledger = msgspec.structs.replace(ledger, over_at=over)
    for channel in dict.fromkeys(notification.channels):
        repeat = _settled(ledger, notification.id, channel)
        if repeat is not None:
            ledger = msgspec.structs.replace(ledger, untold=(*ledger.untold, repeat))
        elif not any(w.notification == notification.id and w.channel == channel for w in ledger.waiting):
            ledger = _post(
                ledger, Letter(notification=notification.id, channel=channel, since=at, due=at), notification
            )
    return _shed(_return_to_sender(ledger, known, at), at)


def _settled(ledger: Ledger, notification: str, channel: str) -> Delivery | None:
    wanted = delivery_id(notification, channel)
    return next((d for d in ledger.settled if d.id == wanted), None)


def _post(ledger: Ledger, letter: Letter, notification: Notification) -> Ledger:
    return msgspec.structs.replace(
        ledger,
        waiting=(*ledger.waiting, letter),
        notifications={**ledger.notifications, notification.id: notification},
    )


def _return_to_sender(ledger: Ledger, known: Container[str], at: datetime) -> Ledger:
    for letter in ledger.waiting:
        if letter.channel not in known:
            remedy = f"add [channels.{letter.channel}] to the settings, or take it out of the brand's channels"
            reason = f"there is no channel named {letter.channel!r}: {remedy}"
            ledger = settle(ledger, letter, Outcome.REJECTED, at, reason=reason)
    return ledger


def _shed(ledger: Ledger, at: datetime) -> Ledger:
    for channel in ledger.channels():
        queue = [letter for letter in ledger.waiting if letter.channel == channel]
        for letter in queue[: max(0, len(queue) - WAITING_KEPT)]:
            reason = f"overtaken: {WAITING_KEPT} newer messages on the same incident wait for this channel"
            ledger = settle(ledger, letter, Outcome.EXPIRED, at, reason=reason)
    return ledger


def amend(ledger: Ledger, letter: Letter) -> Ledger:
    """Replaces the letter of the same notification and channel, keeping its place."""
    waiting = tuple(letter if _same(w, letter) else w for w in ledger.waiting)
    return msgspec.structs.replace(ledger, waiting=waiting)


def settle(
    ledger: Ledger,
    letter: Letter,
    outcome: Outcome,
    at: datetime,
    *,
    receipt: Receipt | None = None,
    reason: str = "",
) -> Ledger:
    """Takes a letter out, for good, and says what became of it."""
    notification = ledger.notifications[letter.notification]
    delivery = Delivery(
        id=delivery_id(letter.notification, letter.channel),
        notification=letter.notification,
        incident=notification.incident.id,
        brand=notification.incident.brand,
        channel=letter.channel,
        outcome=outcome,
        why=notification.why,
        at=at,
        attempts=letter.attempts,
        receipt="" if receipt is None else receipt.reference,
        reason=reason,
        recipient=notification.recipient,
    )
    waiting = tuple(w for w in ledger.waiting if not _same(w, letter))
    wanted = {w.notification for w in waiting}
    return msgspec.structs.replace(
        ledger,
        waiting=waiting,
        notifications={i: n for i, n in ledger.notifications.items() if i in wanted},
        settled=(*ledger.settled, delivery)[-SETTLED_KEPT:],
        untold=(*ledger.untold, delivery),
        receipts=ledger.receipts if receipt is None else {**ledger.receipts, letter.channel: receipt},
    )


def _same(a: Letter, b: Letter) -> bool:
    return a.notification == b.notification and a.channel == b.channel

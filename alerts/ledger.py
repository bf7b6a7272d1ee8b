"""The outbox's memory of one incident: what waits to be sent, what became of the rest. Pure."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.channels.protocol import Receipt
from models.records import Dead, Delivery, Notification, Outcome, Phase, Why, digest

SETTLED_KEPT: Final = 64
"""Deliveries remembered per incident, so that a notification that comes twice is sent once."""

WAITING_KEPT: Final = 16
"""Letters that may wait per channel and incident; beyond that the oldest gives way, quiet ones first."""

FORGET_AFTER: Final = timedelta(hours=24)
"""How long an incident that is over is remembered (time in the log)."""

_FAILED: Final = (Outcome.REJECTED, Outcome.EXPIRED)
_APART: Final = (Why.UNDELIVERED, Why.DIGEST)
"""What stands alone: no part of the incident's thread."""


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
    recipients: tuple[str, ...] = ()
    """Whom it reaches; several where they share the channel."""
    instead_of: str = ""
    """The channel that failed, where this letter takes its place."""


class Ledger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of the outbox for one incident, bounded by the constants above.

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
    lost: tuple[Dead, ...] = ()
    """Who was reached by no channel, not yet published."""

    def head(self, channel: str) -> Letter | None:
        """The oldest letter for a channel: people get an incident's messages in order."""
        return next((letter for letter in self.waiting if letter.channel == channel), None)

    def channels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(letter.channel for letter in self.waiting))

    def forgettable(self, now: datetime) -> bool:
        return self.over_at is not None and not self.waiting and self.over_at + FORGET_AFTER <= now

    def previous(self, letter: Letter) -> Receipt | None:
        """The last message about the incident on the letter's channel; None for what stands alone."""
        apart = self.notifications[letter.notification].why in _APART
        return None if apart else self.receipts.get(letter.channel)


@dataclass(frozen=True, slots=True)
class Routes:
    """The channels that there are, and by channel the one that takes its place when it fails."""

    known: Container[str]
    failover: Mapping[str, str] = field(default_factory=dict)


def delivery_id(notification: str, channel: str, recipient: str = "") -> str:
    return digest("delivery", notification, channel, *([recipient] if recipient else []))


def admit(ledger: Ledger, notification: Notification, routes: Routes, at: datetime) -> Ledger:
    """Adds a letter per channel. A repeat is told again as it was; an unknown channel or an overflow is settled."""
    over = notification.at if notification.incident.phase is Phase.RESOLVED else None
    ledger = msgspec.structs.replace(ledger, over_at=over)
    recipients = (notification.recipient,) if notification.recipient else ()
    for channel in dict.fromkeys(notification.channels):
        ledger = _address(ledger, notification, Letter(
            notification=notification.id, channel=channel, since=at, due=at, recipients=recipients
        ))  # fmt: skip
    if not notification.channels and not notification.quiet:
        ledger = _unaddressed(ledger, notification, at)
    return _shed(_return_to_sender(ledger, routes, at), routes, at)


def _address(ledger: Ledger, notification: Notification, letter: Letter) -> Ledger:
    """Posts a letter, unless the same message waits for this channel already, or has gone out by it."""
    told = [d for d in ledger.settled if d.notification == letter.notification and d.channel == letter.channel]
    wanted = letter.recipients or ("",)
    if repeats := [d for d in told if d.recipient in wanted]:
        return msgspec.structs.replace(ledger, untold=(*ledger.untold, *repeats))
    if (sent := next((d for d in told if d.outcome is Outcome.SENT), None)) is not None:
        return _also_told(ledger, sent, wanted)
    waiting = next((w for w in ledger.waiting if _same(w, letter)), None)
    if waiting is not None:
        recipients = tuple(dict.fromkeys((*waiting.recipients, *letter.recipients)))
        return amend(ledger, msgspec.structs.replace(waiting, recipients=recipients))
    return post(ledger, letter, notification)


def _also_told(ledger: Ledger, sent: Delivery, recipients: tuple[str, ...]) -> Ledger:
    """Others who are reached by a message that has gone out: one message, a word for each."""
    also = tuple(
        msgspec.structs.replace(
            sent, id=delivery_id(sent.notification, sent.channel, each), recipient=each, reason="by the same message"
        )
        for each in recipients
    )
    return msgspec.structs.replace(
        ledger, settled=(*ledger.settled, *also)[-SETTLED_KEPT:], untold=(*ledger.untold, *also)
    )


def post(ledger: Ledger, letter: Letter, notification: Notification) -> Ledger:
    """Adds a letter behind those that wait."""
    return msgspec.structs.replace(
        ledger,
        waiting=(*ledger.waiting, letter),
        notifications={**ledger.notifications, notification.id: notification},
    )


def _unaddressed(ledger: Ledger, notification: Notification, at: datetime) -> Ledger:
    """What nobody can be told, since its recipient has no channel."""
    who = notification.recipient or "the recipient"
    letter = Letter(
        notification=notification.id,
        channel="",
        since=at,
        due=at,
        recipients=(notification.recipient,) if notification.recipient else (),
    )
    reason = f"{who} has no channel. Remedy: give them one under [people] or [channels]"
    return settle(post(ledger, letter, notification), letter, Outcome.REJECTED, at, Routes(()), reason=reason)


def _return_to_sender(ledger: Ledger, routes: Routes, at: datetime) -> Ledger:
    while (letter := next((w for w in ledger.waiting if w.channel not in routes.known), None)) is not None:
        base = letter.channel.partition(":")[0]
        remedy = f"add [channels.{base}] to the settings, or name another one where {letter.channel!r} stands"
        reason = f"there is no channel named {letter.channel!r}: {remedy}"
        ledger = settle(ledger, letter, Outcome.REJECTED, at, routes, reason=reason)
    return ledger


def _shed(ledger: Ledger, routes: Routes, at: datetime) -> Ledger:
    """Keeps what waits bounded. A letter whose send was begun stays: it may have gone out."""
    for channel in ledger.channels():
        while (letter := _surplus(ledger, channel)) is not None:
            if ledger.notifications[letter.notification].quiet:
                ledger = supersede(ledger, letter, at, routes)
                continue
            reason = f"overtaken: {WAITING_KEPT} newer messages on the same incident wait for this channel"
            ledger = settle(ledger, letter, Outcome.EXPIRED, at, routes, reason=reason)
    return ledger


def _surplus(ledger: Ledger, channel: str) -> Letter | None:
    queue = [letter for letter in ledger.waiting if letter.channel == channel]
    if len(queue) <= WAITING_KEPT:
        return None
    free = [letter for letter in queue if not letter.doubtful]
    return min(free, key=lambda letter: not ledger.notifications[letter.notification].quiet, default=None)


def superseded(ledger: Ledger, letter: Letter) -> bool:
    """Whether a letter is a quiet change, and something newer on the incident waits for the same channel."""
    if not ledger.notifications[letter.notification].quiet:
        return False
    later = ledger.waiting[ledger.waiting.index(letter) + 1 :]
    return any(w.channel == letter.channel and ledger.notifications[w.notification].why not in _APART for w in later)


def supersede(ledger: Ledger, letter: Letter, at: datetime, routes: Routes) -> Ledger:
    reason = "a newer message on the same incident says more"
    return settle(ledger, letter, Outcome.SUPERSEDED, at, routes, reason=reason)


def amend(ledger: Ledger, letter: Letter) -> Ledger:
    """Replaces the letter of the same notification and channel, keeping its place."""
    waiting = tuple(letter if _same(w, letter) else w for w in ledger.waiting)
    return msgspec.structs.replace(ledger, waiting=waiting)


def settle(
    ledger: Ledger,
    letter: Letter,
    outcome: Outcome,
    at: datetime,
    routes: Routes,
    *,
    receipt: Receipt | None = None,
    reason: str = "",
) -> Ledger:
    """Takes a letter out, for good, and says what became of it, once per recipient.

    A loud one that failed is passed on to its channel's failover. Whoever is then reached by nothing is `lost`.
    """
    letter = next((w for w in ledger.waiting if _same(w, letter)), letter)  # others may have joined meanwhile
    notification = ledger.notifications[letter.notification]
    failed = outcome in _FAILED and not notification.quiet
    if failed:
        ledger, passed_on = _pass_on(ledger, letter, notification, routes, at)
        reason = f"{reason}; {passed_on}" if passed_on else reason
    if letter.instead_of:
        reason = f"in place of {letter.instead_of}" + (f": {reason}" if reason else "")
    deliveries = tuple(
        _delivery(letter, notification, outcome, at, each, receipt=receipt, reason=reason)
        for each in letter.recipients or ("",)
    )
    ledger = _without(ledger, letter, deliveries)
    if receipt is not None and notification.why not in _APART:
        ledger = msgspec.structs.replace(ledger, receipts={**ledger.receipts, letter.channel: receipt})
    if failed and notification.why is not Why.UNDELIVERED:
        lost = tuple(_lost(ledger, notification, d) for d in deliveries if not _in_reach(ledger, d))
        ledger = msgspec.structs.replace(ledger, lost=(*ledger.lost, *lost))
    return ledger


def _pass_on(
    ledger: Ledger, letter: Letter, notification: Notification, routes: Routes, at: datetime
) -> tuple[Ledger, str]:
    """Posts a letter for the failover. Each channel is tried once per notification, so that no chain is endless."""
    other = routes.failover.get(letter.channel, "")
    if not other:
        return ledger, ""
    told = [d for d in ledger.settled if d.notification == letter.notification and d.channel == other]
    if told and all(d.outcome is not Outcome.SENT for d in told):
        return ledger, f"{other}, its failover, has failed too"
    place = Letter(
        notification=letter.notification,
        channel=other,
        since=at,
        due=at,
        recipients=letter.recipients,
        instead_of=letter.channel,
    )
    return _address(ledger, notification, place), f"passed on to {other}"


def _delivery(
    letter: Letter,
    notification: Notification,
    outcome: Outcome,
    at: datetime,
    recipient: str,
    *,
    receipt: Receipt | None,
    reason: str,
) -> Delivery:
    return Delivery(
        id=delivery_id(letter.notification, letter.channel, recipient),
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
        recipient=recipient,
    )


def _without(ledger: Ledger, letter: Letter, deliveries: tuple[Delivery, ...]) -> Ledger:
    waiting = tuple(w for w in ledger.waiting if not _same(w, letter))
    wanted = {w.notification for w in waiting}
    return msgspec.structs.replace(
        ledger,
        waiting=waiting,
        notifications={i: n for i, n in ledger.notifications.items() if i in wanted},
        settled=(*ledger.settled, *deliveries)[-SETTLED_KEPT:],
        untold=(*ledger.untold, *deliveries),
    )


def _in_reach(ledger: Ledger, failed: Delivery) -> bool:
    """Whether something has reached the recipient of a failed delivery, or still may."""
    who, what = failed.recipient, failed.notification
    if any(w.notification == what and who in (w.recipients or ("",)) for w in ledger.waiting):
        return True
    return any(d.notification == what and d.recipient == who and d.outcome is Outcome.SENT for d in ledger.settled)


def _lost(ledger: Ledger, notification: Notification, last: Delivery) -> Dead:
    causes = [d for d in ledger.settled if d.notification == last.notification and d.recipient == last.recipient]
    told = "; ".join(f"{d.channel or 'no channel'}: {d.outcome.value}: {d.reason}" for d in causes)
    incident = notification.incident
    payload = msgspec.json.encode(notification)
    return Dead(
        id=digest("undelivered", notification.id, last.recipient),
        reason="undelivered",
        detail=f"{last.recipient or 'nobody'} was not told of {incident.brand} {incident.severity.value}: {told}"[
            :2_000
        ],
        origin=f"outbox/{incident.id}/{notification.id}",
        at=last.at,
        key=incident.id,
        size=len(payload),
        payload=payload[:65_536],
    )


def _same(a: Letter, b: Letter) -> bool:
    return a.notification == b.notification and a.channel == b.channel

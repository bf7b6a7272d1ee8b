"""How letters come into the outbox and leave it: failover, overflow, and who is then reached by nothing. Pure."""

from datetime import datetime
from typing import Final

import msgspec

from alerts.channels.protocol import Receipt
from alerts.ledger import APART, WAITING_KEPT, Ledger, Letter, Routes, address, delivery_id, post, received, without
from alerts.render.reasons import english
from alerts.why import because
from models.records import (
    Dead,
    Delivery,
    Notification,
    Outcome,
    Phase,
    Reason,
    Tried,
    Unreached,
    Why,
    digest,
)

_FAILED: Final = (Outcome.REJECTED, Outcome.EXPIRED)
_TOLD: Final = 10
"""Channels of which a dead letter says as data why they failed."""


def admit(ledger: Ledger, notification: Notification, routes: Routes, at: datetime) -> Ledger:
    """Adds a letter per channel. A repeat is told again as it was; an unknown channel or an overflow is settled."""
    # A digest is told once, whatever becomes of the incidents in it.
    is_last = notification.incident.phase is Phase.RESOLVED or notification.why is Why.DIGEST
    over = notification.at if is_last else None
    ledger = msgspec.structs.replace(ledger, over_at=over, heard_at=notification.at)
    recipients = (notification.recipient,) if notification.recipient else ()
    for channel in dict.fromkeys(notification.channels):
        ledger = address(ledger, notification, Letter(
            notification=notification.id, channel=channel, since=at, due=at, recipients=recipients
        ))  # fmt: skip
    if not notification.channels and not notification.quiet:
        ledger = _unaddressed(ledger, notification, at)
    return _shed(_return_to_sender(ledger, routes, at), routes, at)


def _unaddressed(ledger: Ledger, notification: Notification, at: datetime) -> Ledger:
    """What nobody can be told, since its recipient has no channel."""
    who = notification.recipient
    letter = Letter(
        notification=notification.id,
        channel="",
        since=at,
        due=at,
        recipients=(notification.recipient,) if notification.recipient else (),
    )
    nowhere = because("no-channels", who=who) if who else because("no-recipient")
    reasons = (nowhere, because("remedy.add-contact"))
    return settle(post(ledger, letter, notification), letter, Outcome.REJECTED, at, Routes(()), reasons=reasons)


def _return_to_sender(ledger: Ledger, routes: Routes, at: datetime) -> Ledger:
    while (letter := next((w for w in ledger.waiting if w.channel not in routes.known), None)) is not None:
        base = letter.channel.partition(":")[0]
        remedy = because("remedy.add-channel", base=base, channel=letter.channel)
        if base in routes.known:
            remedy = because("remedy.name-alone", base=base)
        reasons = (because("no-such-channel", channel=letter.channel), remedy)
        ledger = settle(ledger, letter, Outcome.REJECTED, at, routes, reasons=reasons)
    return ledger


def _shed(ledger: Ledger, routes: Routes, at: datetime) -> Ledger:
    """Keeps what waits bounded. A letter whose send was begun stays: it may have gone out."""
    for channel in ledger.channels():
        while (letter := _surplus(ledger, channel)) is not None:
            quiet = ledger.addressed(letter).quiet
            outcome = Outcome.SUPERSEDED if quiet else Outcome.EXPIRED
            reasons = (because("overtaken", count=WAITING_KEPT),)
            ledger = settle(ledger, letter, outcome, at, routes, reasons=reasons)
    return ledger


def _surplus(ledger: Ledger, channel: str) -> Letter | None:
    queue = [letter for letter in ledger.waiting if letter.channel == channel]
    if len(queue) <= WAITING_KEPT:
        return None
    free = [letter for letter in queue if not letter.doubtful]
    return min(free, key=lambda letter: not ledger.addressed(letter).quiet, default=None)


def settle(
    ledger: Ledger,
    letter: Letter,
    outcome: Outcome,
    at: datetime,
    routes: Routes,
    *,
    receipt: Receipt | None = None,
    reasons: tuple[Reason, ...] = (),
) -> Ledger:
    """Takes a letter out, for good, and says what became of it, once per recipient.

    A loud one that failed is passed on to its channel's failover. Whoever is then reached by nothing is `lost`.
    """
    notification = ledger.addressed(letter)
    failed = outcome in _FAILED and not notification.quiet
    if failed:
        ledger, passed_on = _pass_on(ledger, letter, notification, routes, at)
        reasons = reasons if passed_on is None else (*reasons, passed_on)
    if letter.instead_of:
        reasons = (because("in-place-of", channel=letter.instead_of), *reasons)
    deliveries = tuple(
        _delivery(letter, notification, outcome, at, each, receipt=receipt, reasons=reasons)
        for each in letter.recipients or ("",)
    )
    ledger = without(ledger, letter, deliveries)
    if receipt is not None and notification.why not in APART:
        ledger = received(ledger, letter.channel, receipt)
    if failed and notification.why is not Why.UNDELIVERED:
        lost = tuple(_lost(ledger, notification, d) for d in deliveries if not _in_reach(ledger, d))
        ledger = msgspec.structs.replace(ledger, lost=(*ledger.lost, *lost))
    return ledger


def _pass_on(
    ledger: Ledger, letter: Letter, notification: Notification, routes: Routes, at: datetime
) -> tuple[Ledger, Reason | None]:
    """Posts a letter for the failover. Each channel is tried once per notification, so that no chain is endless."""
    other = routes.failover.get(letter.channel, "")
    if not other:
        return ledger, None
    tried = [d for d in ledger.settled if d.notification == letter.notification and d.channel == other]
    told = [d for d in tried if not d.quiet]  # a quiet copy is no try of a call
    if told and all(d.outcome is not Outcome.SENT for d in told):
        return ledger, because("failover-failed", channel=other)
    place = Letter(
        notification=letter.notification,
        channel=other,
        since=at,
        due=at,
        recipients=letter.recipients,
        instead_of=letter.channel,
    )
    return address(ledger, notification, place), because("passed-on", channel=other)


def _delivery(
    letter: Letter,
    notification: Notification,
    outcome: Outcome,
    at: datetime,
    recipient: str,
    *,
    receipt: Receipt | None,
    reasons: tuple[Reason, ...],
) -> Delivery:
    return Delivery(
        id=delivery_id(letter.notification, letter.channel, recipient, quiet=notification.quiet),
        notification=letter.notification,
        incident=notification.incident.id,
        brand=notification.incident.brand,
        channel=letter.channel,
        outcome=outcome,
        why=notification.why,
        at=at,
        attempts=letter.attempts,
        receipt="" if receipt is None else receipt.reference,
        reasons=reasons,
        recipient=recipient,
        quiet=notification.quiet,
    )


def _in_reach(ledger: Ledger, failed: Delivery) -> bool:
    """Whether a call has reached the recipient of one that failed, or still may. A quiet copy is none."""
    who, what = failed.recipient, failed.notification
    waiting = [w for w in ledger.waiting if w.notification == what and not ledger.addressed(w).quiet]
    if any(who in (w.recipients or ("",)) for w in waiting):
        return True
    calls = [d for d in ledger.settled if d.notification == what and not d.quiet]
    return any(d.recipient == who and d.outcome is Outcome.SENT for d in calls)


def _lost(ledger: Ledger, notification: Notification, last: Delivery) -> Dead:
    """A dead letter; in `detail` who was not told of what, and a line for each channel."""
    causes = [d for d in ledger.settled if d.notification == last.notification and d.recipient == last.recipient]
    told = [f"{d.channel or 'no channel'}: {d.outcome.value}: {_in_line(d)}" for d in causes]
    tried = tuple(Tried(channel=d.channel, outcome=d.outcome, reasons=d.reasons) for d in causes[:_TOLD])
    incident, who = notification.incident, last.recipient or "somebody"
    payload = msgspec.json.encode(msgspec.structs.replace(notification, recipient=last.recipient))
    return Dead(
        id=digest("undelivered", notification.id, last.recipient),
        reason="undelivered",
        detail="\n".join([f"{who} was not told of {incident.brand} {incident.severity.value}", *told])[:2_000],
        origin=f"outbox/{incident.id}/{notification.id}",
        at=last.at,
        key=incident.id,
        size=len(payload),
        payload=payload[:65_536],
        unreached=Unreached(recipient=last.recipient, tried=tried),
    )


def _in_line(failed: Delivery) -> str:
    """Why, in English, for whoever reads a dead letter as it is."""
    return " ".join((english(failed.reasons) or failed.reason).split())

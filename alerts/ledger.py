"""The outbox's memory of one incident: what waits to be sent, what became of the rest. Pure."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.channels.protocol import PASSED_OVER, Receipt
from alerts.turns import Rank
from alerts.why import because
from models.records import Dead, Delivery, Notification, Outcome, Why, digest

SETTLED_KEPT: Final = 64
"""Deliveries remembered per incident, so that a notification that comes twice is sent once; those of the notification
that was settled last all are, to however many it went."""

WAITING_KEPT: Final = 16
"""Letters that may wait per channel and incident; beyond that the oldest gives way, quiet ones first."""

FORGET_AFTER: Final = timedelta(hours=24)
"""How long an incident that is over is remembered (time in the log)."""

SAME_MESSAGE: Final = because("same-message")
"""Why nothing was sent to a recipient whom a message to another one reaches too."""

FORGET_UNHEARD: Final = timedelta(days=30)
"""How long an incident is remembered of which nothing more was told. Its end may never come here: whoever has muted it
does not hear of it."""

APART: Final = (Why.UNDELIVERED, Why.DIGEST)
"""What stands alone: no part of the incident's thread."""


NEWS: Final = (Why.FIRST, Why.WORSE, Why.REOPENED, Why.ESCALATED, Why.UNANSWERED, Why.UNDELIVERED)
"""What people do not know yet, and may have to act upon."""


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
    tried_at: datetime | None = None
    """When it was first tried: before that, it stood in a queue."""
    recipients: tuple[str, ...] = ()
    """Whom it reaches; several where they share the channel."""
    instead_of: str = ""
    """The channel that failed, where this letter takes its place."""
    quiet: bool | None = None
    """Whether it calls nobody: one notification may call some and tell others so. None: as the notification says."""


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
    heard_at: datetime | None = None
    """When its last notification was decided."""
    lost: tuple[Dead, ...] = ()
    """Who was reached by no channel, not yet published."""

    def head(self, channel: str) -> Letter | None:
        """The oldest letter for a channel: people get an incident's messages in order."""
        return next((letter for letter in self.waiting if letter.channel == channel), None)

    def channels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(letter.channel for letter in self.waiting))

    def addressed(self, letter: Letter) -> Notification:
        """What a letter says: the notification to those whom the letter reaches, which may be kept as to another one.

        To the channel itself where several read it: what is for one of them alone (“you are called”, a link by which
        Léa takes charge) is nobody else's. `recipients` are those whom the letter reaches. A quiet word has an id of
        its own: whoever knows repeats by it, or is asked what has gone out, must not take it for the call.
        """
        kept = self.notifications[letter.notification]
        several = len(letter.recipients) > 1
        recipient = f"channel:{letter.channel}" if several else "".join(letter.recipients)
        quiet = kept.quiet if letter.quiet is None else letter.quiet
        told_as = f"{kept.id}-quiet" if quiet else kept.id
        return msgspec.structs.replace(kept, id=told_as, recipient=recipient, recipients=letter.recipients, quiet=quiet)

    @property
    def forget_at(self) -> datetime | None:
        """When it may be forgotten; None as long as letters wait."""
        if self.waiting:
            return None
        if self.over_at is not None:
            return self.over_at + FORGET_AFTER
        return None if self.heard_at is None else self.heard_at + FORGET_UNHEARD

    def previous(self, letter: Letter) -> Receipt | None:
        """The last message about the incident on the letter's channel; None for what stands alone."""
        apart = self.notifications[letter.notification].why in APART
        return None if apart else self.receipts.get(letter.channel)


@dataclass(frozen=True, slots=True)
class Routes:
    """The channels that there are, and by channel the one that takes its place when it fails."""

    known: Container[str]
    failover: Mapping[str, str] = field(default_factory=dict)


def delivery_id(notification: str, channel: str, recipient: str = "", *, quiet: bool = False) -> str:
    """Of one message's end on one channel for one recipient. A quiet copy's is another one than the call's."""
    return digest("delivery", notification, channel, *([recipient] if recipient else []), *(["quiet"] if quiet else []))


def address(ledger: Ledger, notification: Notification, letter: Letter) -> Ledger:
    """Posts a letter, unless the same message waits for this channel already, or has gone out by it."""
    told = [d for d in ledger.settled if d.notification == letter.notification and d.channel == letter.channel]
    wanted = letter.recipients or ("",)
    is_quiet = notification.quiet if letter.quiet is None else letter.quiet
    # A quiet word does not stand for a call; a call stands for both.
    told = [d for d in told if is_quiet or not d.quiet]
    repeats = tuple(d for d in told if d.recipient in wanted)
    ledger = msgspec.structs.replace(ledger, untold=(*ledger.untold, *repeats))
    known = {d.recipient for d in repeats}
    if not (wanted := tuple(each for each in wanted if each not in known)):
        return ledger
    if (sent := next((d for d in told if d.outcome is Outcome.SENT), None)) is not None:
        return _also_told(ledger, sent, wanted)
    letter = msgspec.structs.replace(letter, recipients=tuple(filter(None, wanted)), quiet=is_quiet)
    waiting = next((w for w in ledger.waiting if _joins(letter, w)), None)
    if waiting is not None:
        recipients = tuple(dict.fromkeys((*waiting.recipients, *letter.recipients)))
        return amend(ledger, msgspec.structs.replace(waiting, recipients=recipients))
    return post(ledger, letter, notification)


def _also_told(ledger: Ledger, sent: Delivery, recipients: tuple[str, ...]) -> Ledger:
    """Others who are reached by a message that has gone out: one message, a word for each."""
    reason = PASSED_OVER if PASSED_OVER in sent.reasons else SAME_MESSAGE
    also = tuple(
        msgspec.structs.replace(
            sent,
            id=delivery_id(sent.notification, sent.channel, each, quiet=sent.quiet),
            recipient=each,
            reasons=(reason,),
        )
        for each in recipients
    )
    return msgspec.structs.replace(ledger, settled=_kept((*ledger.settled, *also)), untold=(*ledger.untold, *also))


def _kept(settled: tuple[Delivery, ...]) -> tuple[Delivery, ...]:
    """The last ones, and all of the last notification: it is the one that comes again after a crash."""
    if len(settled) <= SETTLED_KEPT:
        return settled
    last, older = settled[-1].notification, len(settled) - SETTLED_KEPT
    return (*(each for each in settled[:older] if each.notification == last), *settled[older:])


def post(ledger: Ledger, letter: Letter, notification: Notification) -> Ledger:
    """Adds a letter behind those that wait."""
    return msgspec.structs.replace(
        ledger,
        waiting=(*ledger.waiting, letter),
        notifications={**ledger.notifications, notification.id: notification},
    )


def amend(ledger: Ledger, letter: Letter) -> Ledger:
    """Replaces the letter of the same notification and channel, keeping its place."""
    waiting = tuple(letter if same(w, letter) else w for w in ledger.waiting)
    return msgspec.structs.replace(ledger, waiting=waiting)


def without(ledger: Ledger, letter: Letter, deliveries: tuple[Delivery, ...]) -> Ledger:
    waiting = tuple(w for w in ledger.waiting if not same(w, letter))
    wanted = {w.notification for w in waiting}
    return msgspec.structs.replace(
        ledger,
        waiting=waiting,
        notifications={i: n for i, n in ledger.notifications.items() if i in wanted},
        settled=_kept((*ledger.settled, *deliveries)),
        untold=(*ledger.untold, *deliveries),
    )


def received(ledger: Ledger, channel: str, receipt: Receipt) -> Ledger:
    """Remembers a channel's last message; the incident's first one stays known where a receipt does not name it."""
    known = ledger.receipts.get(channel)
    if known is not None and not receipt.root:
        receipt = msgspec.structs.replace(receipt, root=known.root)
    return msgspec.structs.replace(ledger, receipts={**ledger.receipts, channel: receipt})


def amended(ledger: Ledger, letter: Letter) -> Letter:
    """The letter as it stands in the ledger, with the attempts of this one."""
    found = (w for w in ledger.waiting if same(w, letter))
    return msgspec.structs.replace(next(found, letter), attempts=letter.attempts)


def superseded(ledger: Ledger, letter: Letter) -> bool:
    """Whether a letter is a quiet change, and something newer on the incident waits for the same channel.

    Not where it may have become the incident's first message: the next one must know that, lest there be two.
    """
    if not ledger.addressed(letter).quiet:
        return False
    if letter.doubtful and letter.channel not in ledger.receipts:
        return False
    later = ledger.waiting[ledger.waiting.index(letter) + 1 :]
    return any(w.channel == letter.channel and ledger.notifications[w.notification].why not in APART for w in later)


def urgency(ledger: Ledger, channel: str, overdue: datetime) -> Rank:
    """The rank of the most urgent letter for a channel, which those before it would hold up.

    What has waited since before `overdue` counts as news, so that no stream of news makes a quiet change wait for ever.
    """
    return min(
        _rank(ledger.addressed(letter), letter.since, overdue) for letter in ledger.waiting if letter.channel == channel
    )


def _rank(notification: Notification, since: datetime, overdue: datetime) -> Rank:
    aged = since < overdue
    return Rank(
        quiet=notification.quiet and not aged,
        repeat=notification.why not in NEWS and not aged,
        severity=notification.incident.severity,
        since=since,
    )


def same(a: Letter, b: Letter) -> bool:
    return a.notification == b.notification and a.channel == b.channel and a.quiet == b.quiet


def _joins(letter: Letter, waiting: Letter) -> bool:
    """Whether whoever a letter is for is told by one that waits: the same one, or a call in place of a quiet word."""
    is_copy = waiting.notification == letter.notification and waiting.channel == letter.channel
    return is_copy and (waiting.quiet == letter.quiet or not waiting.quiet)

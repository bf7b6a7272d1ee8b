"""What every channel is: it sends, it can be asked whether it has sent, and it fails in two ways only."""

from typing import Final, Protocol

import msgspec

from alerts.render.reasons import english
from alerts.why import because
from models.records import Notification, Reason, Why


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a channel remembers of a message it sent.

    `reference` names the message in the channel's own terms (Slack: `channel/ts`; mail: its Message-ID). `root` is
    the first message about the same incident, which later ones edit or answer. `reasons`: what went only partly well,
    such as a recipient that was refused.
    """

    reference: str
    root: str = ""
    reasons: tuple[Reason, ...] = ()


PASSED_OVER: Final = because("passed-over")
"""Stands in a receipt for what a channel has no use for, so that nothing was sent."""


class _Failure(Exception):
    """What both failures are: `reasons` for people, whose English is the exception's text, for logs."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(english(reasons))
        self.reasons = reasons


class Retryable(_Failure):
    """It may work later. `after_s`: not before this many seconds, where the other side said so.

    `maybe_sent`: the message may have gone out all the same (no answer came); ask `find` before sending again.
    """

    def __init__(self, *reasons: Reason, after_s: float | None = None, maybe_sent: bool = False) -> None:
        super().__init__(*reasons)
        self.after_s = after_s
        self.maybe_sent = maybe_sent


class Rejected(_Failure):
    """It will not work, however often it is tried; the reasons say what a person can do about it."""


def passed_over(notification: Notification, reference: str) -> Receipt | None:
    """The receipt of what is of use only where a message can be edited: that somebody else is called now.

    For channels that send a new message each time; None for everything else, which they do send.
    """
    if notification.quiet and notification.why is Why.ESCALATED:
        return Receipt(reference=reference, reasons=(PASSED_OVER,))
    return None


class Channel(Protocol):
    """A way to reach people. Raises `Retryable` and `Rejected`, and nothing else."""

    name: str

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        """Tells people; `previous` is the receipt of the last message about the same incident, if there was one."""
        ...

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:
        """The receipt of a notification that was sent before a crash; None where it was not, or cannot be known.

        `previous` as it was given to `send`: where to look.
        """
        ...

    async def close(self) -> None: ...

"""Tells the operator that an alert has reached nobody: briefly, and not again and again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from alerts.ledger import Letter
from models.records import Dead, Notification, Why, digest

OPERATOR_EVERY_S: Final = 900.0
"""A failing channel is reported once in so many seconds."""


class OperatorDesk:
    """Remembers which failing channels have been reported; of this process only.

    Other processes give the same report the same id, and look for it first where their channel can look back.
    """

    def __init__(self, channel: str) -> None:
        """`channel`: by which the operator is told; empty: by none."""
        self._channel = channel
        self._reported_at: dict[str, datetime] = {}

    def report(
        self, lost: Dead, notification: Notification, tried: Iterable[str], now: datetime
    ) -> tuple[Letter, Notification] | None:
        """What to tell of a notification that was `lost` on the channels `tried`; None where it has been told."""
        tried = set(tried) or {""}
        news = sorted(name for name in tried if self._is_news(name, now))
        if not self._channel or not news or tried == {self._channel}:
            return None
        self._reported_at |= dict.fromkeys(news, now)
        window = int(now.timestamp() // OPERATOR_EVERY_S)
        alarm = msgspec.structs.replace(
            notification,
            id=digest("operator", window, *news),
            why=Why.UNDELIVERED,
            at=now,
            channels=(self._channel,),
            recipient=f"channel:{self._channel}",
            quiet=False,
            note=lost.detail,
            unreached=lost.unreached,
        )
        letter = Letter(
            notification=alarm.id,
            channel=self._channel,
            since=now,
            due=now,
            doubtful=True,  # another process may have said it
            recipients=(alarm.recipient,),
        )
        return letter, alarm

    def _is_news(self, channel: str, now: datetime) -> bool:
        at = self._reported_at.get(channel)
        return at is None or (now - at).total_seconds() >= OPERATOR_EVERY_S

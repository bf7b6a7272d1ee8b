"""A signed webhook: JSON to a program of the user's, who can tell that it is ours, and a repeat from news."""

import hashlib
import hmac
from typing import Final

from alerts.channels.http import Answer, HttpClient
from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.render.context import Contexts
from alerts.render.webhook import body
from alerts.why import because
from models.clock import Clock
from models.records import Notification

SIGNATURE: Final = "Tocsin-Signature"
_NAME: Final = "Webhook"
_LATER: Final = (409, 423)
"""Somebody else is at it: what receivers answer to a repeat that comes while the first is worked on."""


def signature(secret: str, content: bytes, at_s: int) -> str:
    """The header's value: time and HMAC-SHA256 of `TIME.BODY`, so that neither can be changed or sent again later.

    >>> signature("secret", b"{}", 1_700_000_000)[:20]
    't=1700000000,v1=b856'
    """
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


class WebhookChannel:
    """Posts each notification, quiet ones too. Any 2xx is a receipt; what comes with it is not read."""

    at_once = 4

    def __init__(
        self, name: str, url: str, secret: str, contexts: Contexts, *, clock: Clock, timeout_s: float = 10.0
    ) -> None:
        """`url` and `secret` are secrets."""
        self.name = name
        self._url = url
        self._secret = secret
        self._contexts = contexts
        self._clock = clock
        self._http = HttpClient(_NAME, timeout_s)

    def __repr__(self) -> str:
        return f"WebhookChannel({self.name!r})"

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:  # noqa: ARG002
        content = body(notification, self._contexts(notification.incident.brand))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Tocsin",
            "Idempotency-Key": notification.id,
            SIGNATURE: signature(self._secret, content, int(self._clock.now().timestamp())),
        }
        answer = await self._http.post(self._url, data=content, headers=headers)
        if 200 <= answer.status < 300:
            return Receipt(reference=f"webhook/{notification.id}")
        raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> Retryable | Rejected:
        if answer.status in _LATER:
            return Retryable(
                because("not-ready", service=_NAME, status=str(answer.status)), after_s=answer.after_s, maybe_sent=True
            )
        if 300 <= answer.status < 400:
            moved = because("moved", service=_NAME, status=str(answer.status))
            return Rejected(moved, because("remedy.webhook-moved"))
        said = answer.text.replace(self._secret, "…")
        code = f"{answer.status} {said}".strip()
        return Rejected(because("refused", service=_NAME, said=code), because("remedy.webhook"))

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:  # noqa: ARG002
        """Always None: a repeat has the same `Idempotency-Key`, by which the receiver knows it."""
        return None

    async def close(self) -> None:
        await self._http.close()

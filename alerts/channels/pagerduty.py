"""PagerDuty by Events API v2: what is sent twice is one alert there, since both have the incident's `dedup_key`."""

from typing import Final

import msgspec

from alerts.channels.http import Answer, HttpClient
from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.render.context import Contexts
from alerts.render.pagerduty import event
from alerts.render.safety import clean
from alerts.why import because
from models.records import Notification, Reason

_ACCEPTED: Final = 202


class _Answer(msgspec.Struct):
    status: str = ""
    message: str = ""
    errors: list[str] = []


class PagerDutyChannel:
    """Triggers, acknowledges and resolves one PagerDuty alert per incident."""

    at_once = 4

    def __init__(
        self,
        name: str,
        routing_key: str,
        contexts: Contexts,
        *,
        base_url: str = "https://events.pagerduty.com",
        timeout_s: float = 10.0,
    ) -> None:
        """`routing_key` is a secret: whoever has it can page."""
        self.name = name
        self._routing_key = routing_key
        self._contexts = contexts
        self._url = base_url.rstrip("/") + "/v2/enqueue"
        self._http = HttpClient("PagerDuty", timeout_s)

    def __repr__(self) -> str:
        return f"PagerDutyChannel({self.name!r})"

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:  # noqa: ARG002
        content = event(notification, self._contexts(notification.incident.brand), self._routing_key)
        answer = await self._http.post(self._url, json=content)
        told = _read(answer)
        if answer.status == _ACCEPTED and told is not None:
            return Receipt(reference=f"pagerduty/{content['dedup_key']}", root=content["dedup_key"])
        if answer.status < 400:
            raise Retryable(because("unreadable", service="PagerDuty"), maybe_sent=True)
        raise Rejected(self._refusal(answer, told), because("remedy.pagerduty"))

    def _refusal(self, answer: Answer, told: _Answer | None) -> Reason:
        said = answer.text if told is None else "; ".join([told.message, *told.errors[:3]])
        said = clean(said.replace(self._routing_key, "…"), 300)
        return because("refused", service="PagerDuty", said=f"{answer.status} {said}")

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:  # noqa: ARG002
        """Always None: events cannot be read. Nor need they be: a repeat joins the alert with the same key."""
        return None

    async def close(self) -> None:
        await self._http.close()


def _read(answer: Answer) -> _Answer | None:
    try:
        return msgspec.json.decode(answer.body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None

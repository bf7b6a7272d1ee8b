"""Looks for our own messages in Slack: which of them were sent although no answer came."""

from typing import Any, Final

from alerts.channels.protocol import Receipt, Retryable
from alerts.channels.slack_api import Payload, SlackApi
from alerts.why import because
from models.records import Notification, Why

EVENT_TYPE: Final = "tocsin_notification"
_LOOK_BACK: Final = 200
"""Messages of a channel or thread that are looked through: as many as Slack likes to give at once."""


def label(notification: Notification, *, told: bool) -> Payload:
    """The metadata by which a message is recognised. `told`: by it, people have been told."""
    payload = {
        "notification": notification.id,
        "incident": notification.incident.id,
        "told": told,
        "digest": notification.why is Why.DIGEST,
    }
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def ts(answer: Payload) -> str:
    """A message's id; raises `Retryable` where Slack gave none."""
    found = answer.get("ts")
    if not isinstance(found, str) or not found:
        raise Retryable(because("unnamed", service="Slack"), maybe_sent=True)
    return found


class SlackHistory:
    """Reads conversations. Each method gives the receipt of a notification, or None where it is not there."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def in_channel(self, place: str, notification_id: str, *, root: str = "") -> Receipt | None:
        """Among the latest messages. `root`: the incident's message, where what is looked for is not one."""
        return _among(await self._latest(place), place, notification_id, root)

    async def in_thread(self, place: str, root: str, notification_id: str) -> Receipt | None:
        answers = await self._messages("conversations.replies", place, {"ts": root})
        return _among(answers, place, notification_id, root)

    async def _latest(self, place: str) -> list[Payload]:
        return await self._messages("conversations.history", place, {})

    async def _messages(self, method: str, place: str, about: dict[str, str]) -> list[Payload]:
        form = {"channel": place, "limit": str(_LOOK_BACK), "include_all_metadata": "true", **about}
        messages = (await self._api.call(method, form=form)).get("messages")
        return [m for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []


def _among(messages: list[Payload], place: str, notification_id: str, root: str) -> Receipt | None:
    for found in messages:
        payload = _payload(found)
        if payload.get("notification") == notification_id and payload.get("told") is True:
            own = "" if payload.get("digest") is True else ts(found)
            return Receipt(reference=f"{place}/{ts(found)}", root=str(found.get("thread_ts") or root or own))
    return None


def _payload(found: Payload) -> dict[str, Any]:
    """The metadata that we wrote to a message; empty where it is not ours."""
    metadata = found.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return {}
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, dict) else {}

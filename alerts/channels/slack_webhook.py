"""Slack by incoming webhook: the simple way, a new message each time."""

from typing import Final

from alerts.channels.http import HttpClient
from alerts.channels.protocol import Receipt, Rejected, Retryable, passed_over
from alerts.render.context import Contexts
from alerts.render.slack import message
from alerts.render.slack_digest import digest
from models.records import Notification, Why

_REMEDIES: Final = {
    "no_service": "the webhook was removed: create a new one in Slack and set its address as `url`",
    "no_team": "the workspace no longer exists: create a webhook in another one and set its address as `url`",
    "invalid_token": "the webhook's address is not right: copy it again from Slack and set it as `url`",
    "channel_not_found": "the webhook's channel was deleted: create a new webhook and set its address as `url`",
    "channel_is_archived": "the webhook's channel is archived: unarchive it, or create a webhook for another one",
    "action_prohibited": "a workspace rule forbids the webhook to post: ask a workspace administrator",
}


class SlackWebhookChannel:
    """Posts to the channel that the webhook was made for. It cannot edit, answer, or look back."""

    def __init__(self, name: str, url: str, contexts: Contexts, *, timeout_s: float = 10.0) -> None:
        """`url` is a secret: whoever has it can post."""
        self.name = name
        self._url = url
        self._contexts = contexts
        self._http = HttpClient("the Slack webhook", timeout_s)

    def __repr__(self) -> str:
        return f"SlackWebhookChannel({self.name!r})"

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:  # noqa: ARG002
        reference = f"webhook/{notification.id}"
        if (passed := passed_over(notification, reference)) is not None:
            return passed
        if notification.why is Why.DIGEST:
            text, blocks = digest(notification, self._contexts)
        else:
            text, blocks = message(notification, self._contexts(notification.incident.brand))
        answer = await self._http.post(self._url, json={"text": text, "blocks": blocks})
        if answer.status == 200 and answer.body.strip() == b"ok":
            return Receipt(reference=reference)
        if answer.status < 400:
            raise Retryable(f"the Slack webhook answered with something else than ok: {answer.text}", maybe_sent=True)
        code = answer.text
        remedy = _REMEDIES.get(code, "see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks")
        raise Rejected(f"the Slack webhook refused the message ({answer.status} {code}). Remedy: {remedy}")

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:  # noqa: ARG002
        """Always None: a webhook cannot read."""
        return None

    async def close(self) -> None:
        await self._http.close()

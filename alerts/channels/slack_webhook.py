"""Slack by incoming webhook: the simple way, a new message each time."""

from typing import Final

from alerts.channels.http import HttpClient
from alerts.channels.protocol import Receipt, Rejected, Retryable, passed_over
from alerts.render.context import Contexts
from alerts.render.slack import message
from alerts.render.slack_digest import digest
from alerts.why import because
from models.records import Notification, Why

_NAME: Final = "Slack"
_REMEDIES: Final = {
    "no_service": because("remedy.slack-webhook.no_service"),
    "no_team": because("remedy.slack-webhook.no_team"),
    "invalid_token": because("remedy.slack-webhook.invalid_token"),
    "channel_not_found": because("remedy.slack-webhook.channel_not_found"),
    "channel_is_archived": because("remedy.slack-webhook.channel_is_archived"),
    "action_prohibited": because("remedy.slack-webhook.action_prohibited"),
}
_SEE: Final = because("remedy.see", page="https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks")


class SlackWebhookChannel:
    """Posts to the channel that the webhook was made for. It cannot edit, answer, or look back."""

    def __init__(self, name: str, url: str, contexts: Contexts, *, timeout_s: float = 10.0) -> None:
        """`url` is a secret: whoever has it can post."""
        self.name = name
        self._url = url
        self._contexts = contexts
        self._http = HttpClient(_NAME, timeout_s)

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
            raise Retryable(because("answered", service=_NAME, said=answer.text), maybe_sent=True)
        code = answer.text
        refused = because("refused", service=_NAME, said=f"{answer.status} {code}")
        raise Rejected(refused, _REMEDIES.get(code, _SEE))

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:  # noqa: ARG002
        """Always None: a webhook cannot read."""
        return None

    async def close(self) -> None:
        await self._http.close()

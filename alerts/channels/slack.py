"""Slack by bot token: one message per incident, edited as the incident changes, and a thread for what must be heard."""

import asyncio
import logging
from typing import Any, Final

from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.channels.slack_api import Payload, SlackApi, SlackError
from alerts.render.chart import alt_text, chart
from alerts.render.context import Contexts, RenderContext
from alerts.render.slack import message
from models.records import Notification, Why

log = logging.getLogger(__name__)

EVENT_TYPE: Final = "tocsin_notification"
_LOOK_BACK: Final = 100
"""Messages looked through for one that may have been sent before a crash."""

_THREADS_LOOKED_AT: Final = 10

_LOUD: Final = {Why.WORSE, Why.REOPENED}
_GONE: Final = {"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"}


class SlackChannel:
    """Posts to one channel. The first notification is a message; later ones edit it, and answer in its thread.

    An answer is also shown in the channel (broadcast) when the incident gets worse or starts again, and the first
    time that nobody has taken charge. A quiet notification only edits.
    """

    def __init__(
        self,
        name: str,
        token: str,
        channel: str,
        contexts: Contexts,
        *,
        base_url: str = "https://slack.com/api/",
        timeout_s: float = 10.0,
    ) -> None:
        self.name = name
        self._channel = channel
        self._contexts = contexts
        self._timeout_s = timeout_s
        self._api = SlackApi(token, base_url, timeout_s)

    def __repr__(self) -> str:
        return f"SlackChannel({self.name!r}, {self._channel!r})"

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        context = self._contexts(notification.incident.brand)
        if previous is not None and previous.root:
            try:
                return await self._follow_up(notification, context, previous.root)
            except SlackError as gone:
                if gone.code not in _GONE:
                    raise
                log.info("slack: the incident's message is gone (%s); posting a new one", gone.code)
        return await self._first(notification, context)

    async def find(self, notification_id: str) -> Receipt | None:
        """Looks through the channel's latest messages, and the threads of our own."""
        try:
            latest = await self._messages("conversations.history", {})
            for found in latest:
                if (receipt := self._match(found, notification_id, root=_ts(found))) is not None:
                    return receipt
            threads = [found for found in latest if found.get("reply_count") and _payload(found)]
            threads.sort(key=lambda found: str(found.get("latest_reply", "")), reverse=True)
            for found in threads[:_THREADS_LOOKED_AT]:
                if (receipt := await self._in_thread(_ts(found), notification_id)) is not None:
                    return receipt
        except Rejected as refused:  # without the right to read, we cannot know; a repeat is better than silence
            log.warning("slack: cannot look for messages that were sent before: %s", refused.reason)
        return None

    async def close(self) -> None:
        await self._api.close()

    async def _first(self, notification: Notification, context: RenderContext) -> Receipt:
        answer = await self._api.call("chat.postMessage", self._body(notification, context, told=True))
        root = _ts(answer)
        await self._picture(notification, context, root)
        return self._receipt(root, root)

    async def _follow_up(self, notification: Notification, context: RenderContext, root: str) -> Receipt:
        """Edits first, then answers: only the answer is heard, so only it counts as told when it is due."""
        edit = self._body(notification, context, told=notification.quiet)
        await self._api.call("chat.update", {**edit, "ts": root})
        if notification.quiet:
            return self._receipt(root, root)
        answer = self._body(notification, context, told=True)
        answer |= {"thread_ts": root, "reply_broadcast": _broadcast(notification)}
        posted = _ts(await self._api.call("chat.postMessage", answer))
        if notification.why in _LOUD:
            await self._picture(notification, context, root)
        return self._receipt(posted, root)

    def _body(self, notification: Notification, context: RenderContext, *, told: bool) -> Payload:
        text, blocks = message(notification, context)
        payload = {"notification": notification.id, "incident": notification.incident.id, "told": told}
        return {
            "channel": self._channel,
            "text": text,
            "blocks": blocks,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": payload},
            "unfurl_links": False,
            "unfurl_media": False,
        }

    async def _picture(self, notification: Notification, context: RenderContext, root: str) -> None:
        """Puts the chart into the thread. The alert is out already: whatever fails here is told, and no more."""
        try:
            png = await asyncio.to_thread(chart, notification, context)
            if png is None:
                return
            async with asyncio.timeout(self._timeout_s):
                await self._upload(png, alt_text(notification, context), root)
        except (Retryable, Rejected) as failure:
            log.warning("slack: the chart could not be sent: %s", failure.reason)
        except TimeoutError:
            log.warning("slack: the chart could not be sent within %g s", self._timeout_s)
        except Exception:  # drawing is a large library's business; an alert never fails for its picture
            log.exception("slack: the chart could not be drawn")

    async def _upload(self, png: bytes, alt: str, root: str) -> None:
        form = {"filename": "chart.png", "length": str(len(png)), "alt_txt": alt[:1000]}
        place = await self._api.call("files.getUploadURLExternal", form=form)
        await self._api.upload(str(place.get("upload_url", "")), png)
        done = {
            "files": [{"id": place.get("file_id"), "title": "chart.png"}],
            "channel_id": self._channel,
            "thread_ts": root,
        }
        await self._api.call("files.completeUploadExternal", done)

    async def _in_thread(self, root: str, notification_id: str) -> Receipt | None:
        for reply in await self._messages("conversations.replies", {"ts": root}):
            receipt = self._match(reply, notification_id, root=root)
            if receipt is not None:
                return receipt
        return None

    async def _messages(self, method: str, about: dict[str, str]) -> list[Payload]:
        form = {"channel": self._channel, "limit": str(_LOOK_BACK), "include_all_metadata": "true", **about}
        messages = (await self._api.call(method, form=form)).get("messages")
        return [m for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []

    def _match(self, found: Payload, notification_id: str, *, root: str) -> Receipt | None:
        payload = _payload(found)
        if payload.get("notification") != notification_id or payload.get("told") is not True:
            return None
        return self._receipt(_ts(found), str(found.get("thread_ts") or root))

    def _receipt(self, ts: str, root: str) -> Receipt:
        return Receipt(reference=f"{self._channel}/{ts}", root=root)


def _broadcast(notification: Notification) -> bool:
    first_repeat = notification.why is Why.REPEAT_DUE and notification.incident.notified <= 2
    return first_repeat or notification.why in _LOUD


def _ts(answer: Payload) -> str:
    ts = answer.get("ts")
    if not isinstance(ts, str) or not ts:
        raise Retryable("Slack's answer names no message", maybe_sent=True)
    return ts


def _payload(found: Payload) -> dict[str, Any]:
    """The metadata that we wrote to a message; empty where it is not ours."""
    metadata = found.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return {}
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, dict) else {}

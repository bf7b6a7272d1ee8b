"""Slack by bot token: one message per incident, edited as the incident changes, with its history in the thread."""

import asyncio
import logging
from typing import Any, Final

from alerts.channels.http import HttpClient
from alerts.channels.pace import Pace
from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.channels.slack_api import POST, UPDATE, Observe, Payload, SlackApi, SlackError
from alerts.render.chart import alt_text, chart
from alerts.render.context import Contexts, RenderContext
from alerts.render.slack import message, reply
from alerts.render.slack_digest import digest
from models.records import Notification, Why

log = logging.getLogger(__name__)

EVENT_TYPE: Final = "tocsin_notification"
_LOOK_BACK: Final = 200
"""Messages looked through for one that may have been sent before a crash."""

_THREADS_LOOKED_AT: Final = 10
_REMEMBERED: Final = 1_000
"""Notifications of which this process knows in which thread they belong."""

_LOUD: Final = {Why.WORSE, Why.REOPENED}
_BROADCAST: Final = {*_LOUD, Why.UNANSWERED}
_GONE: Final = {"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"}


class SlackChannel:
    """Posts to one channel, or to one person (`channel` is then a user id).

    The first notification is a message; later ones edit it, and add a line to its thread. That line is also shown in
    the channel (broadcast) when the incident gets worse or starts again, the first time that nobody has taken charge,
    and when the whole escalation went unanswered. A digest is a message of its own.
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
        interactive: bool = False,
        pace: Pace | None = None,
        observe: Observe | None = None,
        http: HttpClient | None = None,
    ) -> None:
        """`interactive`: clicks on buttons arrive somewhere, so show them. `pace`: shared by channels of one token."""
        self.name = name
        self._channel = channel
        self._contexts = contexts
        self._timeout_s = timeout_s
        self._interactive = interactive
        self._api = SlackApi(token, base_url, timeout_s, pace=pace, observe=observe, http=http)
        self._to_person = channel[:1] in {"U", "W"}
        self._conversation = "" if self._to_person else channel
        """Where messages are: of a person, the id of the direct messages with them, once it is known."""
        self._threads: dict[str, str] = {}
        """By notification that was tried: the message that it follows, or nothing where it is the first."""

    def __repr__(self) -> str:
        return f"SlackChannel({self.name!r}, {self._channel!r})"

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        root = self._root(previous)
        self._remember(notification.id, root)
        place = await self._place(previous)
        if notification.why is Why.DIGEST:
            return await self._digest(notification, place, root)
        context = self._contexts(notification.incident.brand)
        if root:
            try:
                return await self._follow_up(notification, context, place, root)
            except SlackError as gone:
                if gone.code not in _GONE:
                    raise
                log.info("slack: the incident's message is gone (%s); posting a new one", gone.code)
                self._remember(notification.id, "")
        return await self._first(notification, context, place)

    async def find(self, notification_id: str) -> Receipt | None:
        """Looks where the notification belongs; after a restart, through the latest messages and their threads."""
        try:
            place = await self._place(None)
            root = self._threads.get(notification_id)
            if root:
                return await self._in_thread(place, root, notification_id)
            latest = await self._messages("conversations.history", place, {})
            for found in latest:
                if (receipt := self._match(found, notification_id, place, root=_ts(found))) is not None:
                    return receipt
            threads = [found for found in latest if found.get("reply_count") and _payload(found)]
            threads.sort(key=lambda found: str(found.get("latest_reply", "")), reverse=True)
            for found in threads[: _THREADS_LOOKED_AT if root is None else 0]:
                if (receipt := await self._in_thread(place, _ts(found), notification_id)) is not None:
                    return receipt
        except Rejected as refused:  # without the right to read, we cannot know; a repeat is better than silence
            log.warning("slack: cannot look for messages that were sent before: %s", refused.reason)
        return None

    async def close(self) -> None:
        await self._api.close()

    def _root(self, previous: Receipt | None) -> str:
        """The incident's message, unless it is in a channel that the settings no longer name."""
        if previous is None:
            return ""
        return previous.root if self._to_person or previous.reference.startswith(f"{self._channel}/") else ""

    def _remember(self, notification: str, root: str) -> None:
        self._threads.pop(notification, None)
        self._threads[notification] = root
        if len(self._threads) > _REMEMBERED:
            del self._threads[next(iter(self._threads))]

    async def _place(self, previous: Receipt | None) -> str:
        """The id of the conversation. People's messages are posted to their user id, but edited and read elsewhere."""
        if not self._conversation and previous is not None:
            self._conversation = previous.reference.partition("/")[0]
        if not self._conversation:
            try:
                opened = (await self._api.call("conversations.open", form={"users": self._channel})).get("channel")
                self._conversation = str(opened.get("id", "")) if isinstance(opened, dict) else ""
            except SlackError as refused:
                if refused.code not in {"missing_scope", "method_not_supported_for_channel_type"}:
                    raise
                log.warning("slack: cannot look for messages to a person: %s", refused.reason)
        return self._conversation or self._channel

    async def _first(self, notification: Notification, context: RenderContext, place: str) -> Receipt:
        content = message(notification, context, interactive=self._interactive)
        answer = await self._api.call(POST, _body(notification, content, place, told=True))
        root = _ts(answer)
        place = self._settle(answer, place)
        await self._picture(notification, context, place, root)
        return Receipt(reference=f"{place}/{root}", root=root)

    async def _follow_up(self, notification: Notification, context: RenderContext, place: str, root: str) -> Receipt:
        """Edits first, then answers: only the answer is heard, so only it counts as told."""
        content = message(notification, context, interactive=self._interactive)
        await self._api.call(UPDATE, {**_body(notification, content, place, told=False), "ts": root})
        answer = _body(notification, reply(notification, context), place, told=True)
        answer |= {"thread_ts": root, "reply_broadcast": _broadcast(notification)}
        posted = _ts(await self._api.call(POST, answer))
        if notification.why in _LOUD:
            await self._picture(notification, context, place, root)
        return Receipt(reference=f"{place}/{posted}", root=root)

    async def _digest(self, notification: Notification, place: str, root: str) -> Receipt:
        """A message of its own; the incident whose name it bears keeps the message that it has."""
        answer = await self._api.call(POST, _body(notification, digest(notification, self._contexts), place, told=True))
        return Receipt(reference=f"{self._settle(answer, place)}/{_ts(answer)}", root=root)

    def _settle(self, answer: Payload, place: str) -> str:
        """Slack says in which conversation a message to a person ended up."""
        channel = answer.get("channel")
        if self._to_person and isinstance(channel, str) and channel:
            self._conversation = channel
        return self._conversation or place

    async def _picture(self, notification: Notification, context: RenderContext, place: str, root: str) -> None:
        """Puts the chart into the thread. The alert is out already: whatever fails here is told, and no more."""
        try:
            png = await asyncio.to_thread(chart, notification, context)
            if png is None:
                return
            async with asyncio.timeout(self._timeout_s):
                await self._upload(png, alt_text(notification, context), place, root)
        except (Retryable, Rejected) as failure:
            log.warning("slack: the chart could not be sent: %s", failure.reason)
        except TimeoutError:
            log.warning("slack: the chart could not be sent within %g s", self._timeout_s)
        except Exception:  # drawing is a large library's business; an alert never fails for its picture
            log.exception("slack: the chart could not be drawn")

    async def _upload(self, png: bytes, alt: str, place: str, root: str) -> None:
        """Into the thread: Slack scans a file before a message may show it as a block, and does not say when."""
        form = {"filename": "chart.png", "length": str(len(png)), "alt_txt": alt[:1000]}
        slot = await self._api.call("files.getUploadURLExternal", form=form)
        await self._api.upload(str(slot.get("upload_url", "")), png)
        done = {
            "files": [{"id": slot.get("file_id"), "title": "chart.png"}],
            "channel_id": place,
            "thread_ts": root,
        }
        await self._api.call("files.completeUploadExternal", done)

    async def _in_thread(self, place: str, root: str, notification_id: str) -> Receipt | None:
        for answer in await self._messages("conversations.replies", place, {"ts": root}):
            receipt = self._match(answer, notification_id, place, root=root)
            if receipt is not None:
                return receipt
        return None

    async def _messages(self, method: str, place: str, about: dict[str, str]) -> list[Payload]:
        form = {"channel": place, "limit": str(_LOOK_BACK), "include_all_metadata": "true", **about}
        messages = (await self._api.call(method, form=form)).get("messages")
        return [m for m in messages if isinstance(m, dict)] if isinstance(messages, list) else []

    def _match(self, found: Payload, notification_id: str, place: str, *, root: str) -> Receipt | None:
        payload = _payload(found)
        if payload.get("notification") != notification_id or payload.get("told") is not True:
            return None
        if payload.get("digest") is True:
            root = self._threads.get(notification_id, "")
        return Receipt(reference=f"{place}/{_ts(found)}", root=str(found.get("thread_ts") or root))


def _body(notification: Notification, content: tuple[str, list[Payload]], place: str, *, told: bool) -> Payload:
    text, blocks = content
    payload = {
        "notification": notification.id,
        "incident": notification.incident.id,
        "told": told,
        "digest": notification.why is Why.DIGEST,
    }
    return {
        "channel": place,
        "text": text,
        "blocks": blocks,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": payload},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _broadcast(notification: Notification) -> bool:
    first_repeat = notification.why is Why.REPEAT_DUE and notification.incident.notified <= 2
    return not notification.quiet and (first_repeat or notification.why in _BROADCAST)


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

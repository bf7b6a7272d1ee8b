"""Slack by bot token: one message per incident, edited as the incident changes, with its history in the thread."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from alerts.channels.http import HttpClient
from alerts.channels.pace import Pace
from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.channels.slack_api import POST, UPDATE, Observe, Payload, SlackApi, SlackError
from alerts.channels.slack_history import SlackHistory, label, ts
from alerts.render.chart import alt_text, chart
from alerts.render.context import Contexts, RenderContext
from alerts.render.slack import message, reply
from alerts.render.slack_digest import digest
from models.records import Notification, Why

log = logging.getLogger(__name__)

_REMEMBERED: Final = 1_000
"""Notifications of which this process knows how far they came."""

_LOUD: Final = {Why.WORSE, Why.REOPENED}
_BROADCAST: Final = {*_LOUD, Why.UNANSWERED}
_GONE: Final = {"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"}


@dataclass(slots=True)
class _Try:
    """How far a notification came, in this process: so that what has been done is not done, or looked for, again."""

    root: str
    """The message that it follows; empty where it is the first."""
    in_thread: bool
    edited: bool = False


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
        self._history = SlackHistory(self._api)
        self._to_person = channel[:1] in {"U", "W"}
        self._conversation = "" if self._to_person else channel
        """Where messages are: of a person, the id of the direct messages with them, once it is known."""
        self._tries: dict[str, _Try] = {}
        """By notification."""

    def __repr__(self) -> str:
        return f"SlackChannel({self.name!r}, {self._channel!r})"

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        place = await self._place(previous)
        root = _root(previous, place)
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
        return await self._first(notification, context, place)

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:
        """Looks where the notification belongs: in the incident's thread, or among the channel's latest messages."""
        try:
            place = await self._place(previous)
            root = _root(previous, place)
            tried = self._tries.get(notification_id)
            if root and (tried is None or tried.in_thread):
                found = await self._in_thread(place, root, notification_id)
                if found is not None or tried is not None:
                    return found
            return await self._history.in_channel(place, notification_id, root="" if tried is None else tried.root)
        except Rejected as refused:  # without the right to read, we cannot know; a repeat is better than silence
            log.warning("slack: cannot look for messages that were sent before: %s", refused)
        return None

    async def close(self) -> None:
        await self._api.close()

    async def _in_thread(self, place: str, root: str, notification_id: str) -> Receipt | None:
        try:
            return await self._history.in_thread(place, root, notification_id)
        except SlackError as refused:
            if refused.code not in _GONE:
                raise
            return None  # then it was posted as a message of its own, if at all

    def _try(self, notification: Notification, root: str, *, in_thread: bool) -> _Try:
        """What is known of earlier attempts at this notification in the same place."""
        known = self._tries.pop(notification.id, None)
        if known is None or (known.root, known.in_thread) != (root, in_thread):
            known = _Try(root, in_thread)
        self._tries[notification.id] = known
        if len(self._tries) > _REMEMBERED:
            del self._tries[next(iter(self._tries))]
        return known

    async def _place(self, previous: Receipt | None) -> str:
        """The id of the conversation. People's messages are posted to their user id, but edited and read elsewhere.

        Slack is asked first: the settings may have named somebody else when the `previous` message was sent.
        """
        if not self._conversation:
            try:
                opened = (await self._api.call("conversations.open", form={"users": self._channel})).get("channel")
                self._conversation = str(opened.get("id", "")) if isinstance(opened, dict) else ""
            except SlackError as refused:
                if refused.code not in {"missing_scope", "method_not_supported_for_channel_type"}:
                    raise
                log.warning("slack: cannot look for messages to a person: %s", refused)
                self._conversation = "" if previous is None else previous.reference.partition("/")[0]
        return self._conversation or self._channel

    async def _first(self, notification: Notification, context: RenderContext, place: str) -> Receipt:
        self._try(notification, "", in_thread=False)
        content = message(notification, context, interactive=self._interactive)
        answer = await self._api.call(POST, _body(notification, content, place, told=True))
        root = ts(answer)
        place = self._settle(answer, place)
        await self._picture(notification, context, place, root)
        return Receipt(reference=f"{place}/{root}", root=root)

    async def _follow_up(self, notification: Notification, context: RenderContext, place: str, root: str) -> Receipt:
        """Edits first, then answers: only the answer is heard, so only it counts as told."""
        known = self._try(notification, root, in_thread=True)
        if not known.edited:
            await self._edit(notification, context, place, root)
            known.edited = True
        answer = _body(notification, reply(notification, context), place, told=True)
        answer |= {"thread_ts": root, "reply_broadcast": _broadcast(notification)}
        posted = ts(await self._api.call(POST, answer))
        if notification.why in _LOUD:
            await self._picture(notification, context, place, root)
        return Receipt(reference=f"{place}/{posted}", root=root)

    async def _edit(self, notification: Notification, context: RenderContext, place: str, root: str) -> None:
        """An edit that may have been carried out is made again: that does no harm, and tells nobody twice."""
        content = message(notification, context, interactive=self._interactive)
        try:
            await self._api.call(UPDATE, {**_body(notification, content, place, told=False), "ts": root})
        except Retryable as failure:
            raise Retryable(*failure.reasons, after_s=failure.after_s) from failure

    async def _digest(self, notification: Notification, place: str, root: str) -> Receipt:
        """A message of its own; the incident whose name it bears keeps the message that it has."""
        self._try(notification, root, in_thread=False)
        answer = await self._api.call(POST, _body(notification, digest(notification, self._contexts), place, told=True))
        return Receipt(reference=f"{self._settle(answer, place)}/{ts(answer)}", root=root)

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
            log.warning("slack: the chart could not be sent: %s", failure)
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


def _root(previous: Receipt | None, place: str) -> str:
    """The incident's message, unless it is in a conversation that the settings no longer name."""
    return previous.root if previous is not None and previous.reference.startswith(f"{place}/") else ""


def _body(notification: Notification, content: tuple[str, list[Payload]], place: str, *, told: bool) -> Payload:
    text, blocks = content
    return {
        "channel": place,
        "text": text,
        "blocks": blocks,
        "metadata": label(notification, told=told),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _broadcast(notification: Notification) -> bool:
    first_repeat = notification.why is Why.REPEAT_DUE and notification.incident.notified <= 2
    return not notification.quiet and (first_repeat or notification.why in _BROADCAST)

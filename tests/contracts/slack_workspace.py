"""A Slack workspace in memory: what its methods do, what they refuse, and how often they may be called.

Limits as documented at docs.slack.dev/apis/web-api/rate-limits; errors as on the page of each method.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from models.clock import Clock
from tests.contracts.block_kit import problems

TOKEN = "xoxb-fake"
CHANNEL = "C0FAKE"
PERSON = "U0FAKE"
DIRECT = "D0FAKE"
"""The direct messages with PERSON."""

Json = dict[str, Any]

PER_MINUTE = {
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.open": 50,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
}
"""Tiers 3 and 4, per app and workspace."""


@dataclass
class Message:
    """A message as people see it."""

    ts: str
    channel: str
    text: str
    blocks: list[Json]
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    edits: int = 0
    files: list[Json] = field(default_factory=list)

    @property
    def about(self) -> Json:
        """What the app wrote into the metadata."""
        return dict(self.metadata["event_payload"]) if self.metadata else {}


class Limits:
    """How often each method may be called: one post a second and channel after a short burst, tiers for the rest."""

    def __init__(self, clock: Clock, per_second: float | None, *, tiers: bool) -> None:
        self.exceeded: list[str] = []
        """Methods that were called too often."""
        self._clock = clock
        self._per_second = per_second
        self._tiers = tiers
        self._allowance: dict[str, tuple[float, float]] = {}
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def wait_s(self, method: str, channel: str) -> int | None:
        """What `Retry-After` says; None where the call may go on."""
        posts = method in ("chat.postMessage", "webhook")
        wait = self._post(channel) if posts else self._tier(method)
        if wait is not None:
            self.exceeded.append(method)
        return wait

    def _post(self, channel: str) -> int | None:
        if self._per_second is None:
            return None
        now = self._clock.monotonic()
        before, allowance = self._allowance.get(channel, (now, 4.0))  # Slack allows short bursts
        allowance = min(4.0, allowance + (now - before) * self._per_second)
        if allowance < 1:
            self._allowance[channel] = (now, allowance)
            return max(1, round((1 - allowance) / self._per_second))
        self._allowance[channel] = (now, allowance - 1)
        return None

    def _tier(self, method: str) -> int | None:
        limit = PER_MINUTE.get(method)
        if limit is None or not self._tiers:
            return None
        now, calls = self._clock.monotonic(), self._calls[method]
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= limit:
            return max(1, round(calls[0] + 60 - now))
        calls.append(now)
        return None


class Workspace:
    """One channel, one person, and the app."""

    def __init__(self, *, token: str = TOKEN, channel: str = CHANNEL) -> None:
        self.token = token
        self.channel = channel
        self.messages: list[Message] = []
        self.uploads: dict[str, bytes] = {}
        self.upload_url = ""
        self.missing_scopes: set[str] = set()
        self.url = "wss://wss-primary.slack.com/link"
        """Where Socket Mode connects to."""
        self._count = 0
        self._methods = {
            "chat.postMessage": self._post_message,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.open": self._open,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._upload_done,
            "apps.connections.open": lambda _: {"ok": True, "url": self.url},
            "auth.test": lambda _: {"ok": True},
        }

    def call(self, method: str, bearer: str, arguments: Json) -> Json:
        if not bearer:
            return {"ok": False, "error": "not_authed"}
        if bearer != self.token and method != "apps.connections.open":
            return {"ok": False, "error": "invalid_auth"}
        if method not in self._methods:
            return {"ok": False, "error": "unknown_method"}
        if method in self.missing_scopes:
            return {"ok": False, "error": "missing_scope", "needed": "im:write", "provided": "chat:write"}
        return self._methods[method](arguments)

    def roots(self) -> list[Message]:
        return [m for m in self.messages if m.thread_ts is None]

    def replies(self) -> list[Message]:
        return [m for m in self.messages if m.thread_ts is not None]

    def refusal(self, arguments: Json) -> Json | None:
        """What Slack checks of every message."""
        text, blocks = arguments.get("text", ""), arguments.get("blocks")
        if not text and not blocks:
            return {"ok": False, "error": "no_text"}
        if len(text) > 40_000:
            return {"ok": False, "error": "msg_too_long"}
        wrong = [] if blocks is None else problems(blocks)
        if wrong:
            return {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": wrong}}
        metadata = arguments.get("metadata")
        if metadata is not None and not (
            isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
        ):
            return {"ok": False, "error": "invalid_metadata_format"}
        return None

    def add(self, arguments: Json, channel: str) -> Message:
        self._count += 1
        message = Message(
            ts=f"1795000000.{self._count:06d}",
            channel=channel,
            text=arguments.get("text", ""),
            blocks=arguments.get("blocks") or [],
            metadata=arguments.get("metadata"),
        )
        self.messages.append(message)
        return message

    def _room(self, arguments: Json, *, to_people: bool = False) -> str | None:
        """The conversation; only posts may name a person."""
        channel = arguments.get("channel", arguments.get("channel_id"))
        if to_people and channel == PERSON:
            return DIRECT
        return str(channel) if channel in (self.channel, DIRECT) else None

    def _post_message(self, arguments: Json) -> Json:
        room = self._room(arguments, to_people=True)
        if room is None:
            return {"ok": False, "error": "channel_not_found"}
        refusal = self.refusal(arguments)
        if refusal is not None:
            return refusal
        thread = arguments.get("thread_ts")
        if thread is not None and self._by_ts(thread, room) is None:
            return {"ok": False, "error": "thread_not_found"}
        message = self.add(arguments, room)
        message.thread_ts = thread
        message.broadcast = bool(thread and arguments.get("reply_broadcast"))
        return {"ok": True, "channel": room, "ts": message.ts, "message": {"text": message.text}}

    def _update(self, arguments: Json) -> Json:
        room = self._room(arguments)
        if room is None:
            return {"ok": False, "error": "channel_not_found"}
        refusal = self.refusal(arguments)
        if refusal is not None:
            return refusal
        message = self._by_ts(arguments.get("ts"), room)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        message.text, message.blocks = arguments.get("text", ""), arguments.get("blocks") or []
        message.metadata = arguments.get("metadata", message.metadata)
        message.edits += 1
        return {"ok": True, "channel": room, "ts": message.ts, "text": message.text}

    def _by_ts(self, ts: object, room: str) -> Message | None:
        return next((m for m in self.messages if m.ts == ts and m.channel == room), None)

    def _shown(self, message: Message, arguments: Json) -> Json:
        """A message as history gives it: metadata only when it is asked for."""
        shown: Json = {"type": "message", "ts": message.ts, "text": message.text, "blocks": message.blocks}
        if message.metadata is not None and str(arguments.get("include_all_metadata")).lower() in ("true", "1"):
            shown["metadata"] = message.metadata
        if message.thread_ts is not None:
            shown["thread_ts"] = message.thread_ts
        replies = [m for m in self.messages if m.thread_ts == message.ts]
        if replies:
            shown |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
        return shown

    def _history(self, arguments: Json) -> Json:
        room = self._room(arguments)
        if room is None:
            return {"ok": False, "error": "channel_not_found"}
        limit = min(int(arguments.get("limit", 100)), 999)
        here = [m for m in reversed(self.messages) if m.channel == room and (m.thread_ts is None or m.broadcast)]
        shown = [self._shown(m, arguments) for m in here[:limit]]
        return {"ok": True, "messages": shown, "has_more": len(here) > limit}

    def _replies(self, arguments: Json) -> Json:
        room = self._room(arguments)
        root = None if room is None else self._by_ts(arguments.get("ts"), room)
        if root is None:
            return {"ok": False, "error": "thread_not_found"}
        thread = [root, *(m for m in self.messages if m.thread_ts == root.ts)]
        return {"ok": True, "messages": [self._shown(m, arguments) for m in thread], "has_more": False}

    def _open(self, arguments: Json) -> Json:
        if arguments.get("users") != PERSON:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "channel": {"id": DIRECT}}

    def _upload_url(self, arguments: Json) -> Json:
        if not arguments.get("filename") or not str(arguments.get("length", "")).isdigit():
            return {"ok": False, "error": "invalid_arguments"}
        file = f"F{len(self.uploads) + 1:06d}"
        self.uploads[file] = b""
        return {"ok": True, "upload_url": f"{self.upload_url}/upload/{file}", "file_id": file}

    def _upload_done(self, arguments: Json) -> Json:
        files, room = arguments.get("files") or [], self._room(arguments)
        if room is None:
            return {"ok": False, "error": "channel_not_found"}
        root = self._by_ts(arguments.get("thread_ts"), room)
        for file in files:
            data = self.uploads.get(str(file.get("id")))
            if not data:
                return {"ok": False, "error": "file_not_found"}
            if root is not None:
                root.files.append({"id": file["id"], "bytes": len(data), "png": data.startswith(b"\x89PNG")})
        return {"ok": True, "files": files}

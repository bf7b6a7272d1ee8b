"""A local Slack that enforces what Slack documents: for the channels' contract suite, fault tests and drills.

In a test: `async with FakeSlack() as slack`. As its own process: `python -m tests.contracts.fake_slack --port 8998`;
then `GET /_messages` is what people would see, `POST /_faults {"method": "chat.postMessage", "faults": [{"status":
429, "headers": {"Retry-After": "2"}}]}` scripts the next answers, and `POST /_reset` forgets all.
"""

import argparse
import asyncio
import contextlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import web

from models.clock import Clock, SystemClock
from tests.contracts.block_kit import problems

TOKEN = "xoxb-fake"
CHANNEL = "C0FAKE"
WEBHOOK = "/services/T0/B0/secretsecret"

Json = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One scripted answer. `error` gives `ok: false`; `hang` never answers; `reset` cuts the connection.

    `after` true lets the call take effect first: it is only the answer that gets lost.
    """

    status: int = 200
    error: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    reset: bool = False
    after: bool = False


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


class FakeSlack:
    """Slack's Web API (the part Tocsin uses) and one incoming webhook, for one channel."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        channel: str = CHANNEL,
        per_second: float | None = None,
        clock: Clock | None = None,
        port: int = 0,
    ) -> None:
        """`per_second`: posts allowed per second and channel (Slack documents about 1), or None for no limit."""
        self.token = token
        self.channel = channel
        self.messages: list[Message] = []
        self.calls: list[str] = []
        self._per_second = per_second
        self._clock = clock or SystemClock()
        self._allowance = 4.0  # Slack allows short bursts
        self._last = self._clock.monotonic()
        self._port = port
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._uploads: dict[str, bytes] = {}
        self._stopping = asyncio.Event()
        self._count = 0

    async def __aenter__(self) -> "FakeSlack":
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post(WEBHOOK, self._webhook)
        app.router.add_get("/_messages", self._show)
        app.router.add_post("/_faults", self._script)
        app.router.add_post("/_reset", self._reset)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def webhook_url(self) -> str:
        return self.url + WEBHOOK

    def fail(self, method: str, *faults: Fault) -> None:
        """Scripts the next answers of a method (`webhook` for the webhook, `upload` for file bytes)."""
        self._faults[method] += faults

    def roots(self) -> list[Message]:
        return [m for m in self.messages if m.thread_ts is None]

    def replies(self) -> list[Message]:
        return [m for m in self.messages if m.thread_ts is not None]

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        fault = self._next(method)
        if fault is not None and not fault.after:
            return await self._misbehave(request, fault)
        answer = self._limited(method) or await self._answer(method, request)
        if fault is not None:
            return await self._misbehave(request, fault)
        return answer

    def _next(self, method: str) -> Fault | None:
        return self._faults[method].pop(0) if self._faults[method] else None

    async def _misbehave(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await self._stopping.wait()
        if (fault.reset or fault.hang) and request.transport is not None:
            request.transport.abort()
            raise web.HTTPInternalServerError
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=fault.headers)
        return web.Response(status=fault.status, text=fault.body, headers=fault.headers)

    def _limited(self, method: str) -> web.Response | None:
        """A token bucket: `per_second` posts, with short bursts, then 429 and Retry-After, as Slack documents."""
        if self._per_second is None or method not in ("chat.postMessage", "webhook"):
            return None
        now = self._clock.monotonic()
        self._allowance = min(4.0, self._allowance + (now - self._last) * self._per_second)
        self._last = now
        if self._allowance < 1:
            wait = max(1, round((1 - self._allowance) / self._per_second))
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)}
            )
        self._allowance -= 1
        return None

    async def _answer(self, method: str, request: web.Request) -> web.Response:
        handler = {
            "chat.postMessage": self._post_message,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._upload_done,
            "auth.test": lambda _: {"ok": True},
        }.get(method)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not bearer:
            return web.json_response({"ok": False, "error": "not_authed"})
        if bearer != self.token:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if handler is None:
            return web.json_response({"ok": False, "error": "unknown_method"})
        try:
            arguments = await self._arguments(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        return web.json_response(handler(arguments))

    async def _arguments(self, request: web.Request) -> Json:
        if request.content_type == "application/json":
            content = json.loads(await request.text())
            if not isinstance(content, dict):
                raise ValueError("not an object")
            return content
        return dict(await request.post())

    def _refusal(self, arguments: Json) -> Json | None:
        """What Slack checks of every message."""
        if arguments.get("channel") != self.channel:
            return {"ok": False, "error": "channel_not_found"}
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

    def _post_message(self, arguments: Json) -> Json:
        refusal = self._refusal(arguments)
        if refusal is not None:
            return refusal
        thread = arguments.get("thread_ts")
        if thread is not None and self._by_ts(thread) is None:
            return {"ok": False, "error": "thread_not_found"}
        message = self._add(arguments)
        message.thread_ts = thread
        message.broadcast = bool(thread and arguments.get("reply_broadcast"))
        return {"ok": True, "channel": self.channel, "ts": message.ts, "message": {"text": message.text}}

    def _add(self, arguments: Json) -> Message:
        self._count += 1
        message = Message(
            ts=f"1795000000.{self._count:06d}",
            channel=self.channel,
            text=arguments.get("text", ""),
            blocks=arguments.get("blocks") or [],
            metadata=arguments.get("metadata"),
        )
        self.messages.append(message)
        return message

    def _update(self, arguments: Json) -> Json:
        refusal = self._refusal(arguments)
        if refusal is not None:
            return refusal
        message = self._by_ts(arguments.get("ts"))
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        message.text, message.blocks = arguments.get("text", ""), arguments.get("blocks") or []
        message.metadata = arguments.get("metadata", message.metadata)
        message.edits += 1
        return {"ok": True, "channel": self.channel, "ts": message.ts, "text": message.text}

    def _by_ts(self, ts: object) -> Message | None:
        return next((m for m in self.messages if m.ts == ts), None)

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
        if arguments.get("channel") != self.channel:
            return {"ok": False, "error": "channel_not_found"}
        limit = min(int(arguments.get("limit", 100)), 999)
        visible = [m for m in reversed(self.messages) if m.thread_ts is None or m.broadcast]
        return {
            "ok": True,
            "messages": [self._shown(m, arguments) for m in visible[:limit]],
            "has_more": len(visible) > limit,
        }

    def _replies(self, arguments: Json) -> Json:
        root = self._by_ts(arguments.get("ts"))
        if arguments.get("channel") != self.channel or root is None:
            return {"ok": False, "error": "thread_not_found"}
        thread = [root, *(m for m in self.messages if m.thread_ts == root.ts)]
        return {"ok": True, "messages": [self._shown(m, arguments) for m in thread], "has_more": False}

    def _upload_url(self, arguments: Json) -> Json:
        if not arguments.get("filename") or not str(arguments.get("length", "")).isdigit():
            return {"ok": False, "error": "invalid_arguments"}
        file = f"F{len(self._uploads) + 1:06d}"
        self._uploads[file] = b""
        return {"ok": True, "upload_url": f"{self.url}/upload/{file}", "file_id": file}

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fault = self._next("upload")
        if fault is not None:
            return await self._misbehave(request, fault)
        self._uploads[request.match_info["file"]] = await request.read()
        return web.Response(text=f"OK - {len(self._uploads[request.match_info['file']])}")

    def _upload_done(self, arguments: Json) -> Json:
        files = arguments.get("files") or []
        if arguments.get("channel_id") != self.channel:
            return {"ok": False, "error": "channel_not_found"}
        root = self._by_ts(arguments.get("thread_ts"))
        for file in files:
            data = self._uploads.get(str(file.get("id")))
            if not data:
                return {"ok": False, "error": "file_not_found"}
            if root is not None:
                root.files.append({"id": file["id"], "bytes": len(data), "png": data.startswith(b"\x89PNG")})
        return {"ok": True, "files": files}

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        self.calls.append("webhook")
        fault = self._next("webhook")
        if fault is not None and not fault.after:
            return await self._misbehave(request, fault)
        limited = self._limited("webhook")
        if limited is not None:
            return limited
        try:
            arguments = await self._arguments(request)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        refusal = self._refusal({**arguments, "channel": self.channel})
        if refusal is not None:
            return web.Response(status=400, text=refusal["error"])
        self._add(arguments)
        return web.Response(text="ok") if fault is None else await self._misbehave(request, fault)

    # ── for people and fault tests ───────────────────────────────────────────────────────────────────────────

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response({"messages": [asdict(m) for m in self.messages], "calls": self.calls})

    async def _script(self, request: web.Request) -> web.Response:
        content = await request.json()
        self.fail(content["method"], *(Fault(**fault) for fault in content["faults"]))
        return web.json_response({"ok": True})

    async def _reset(self, request: web.Request) -> web.Response:
        self.messages.clear()
        self.calls.clear()
        self._faults.clear()
        return web.json_response({"ok": True})


async def _serve(port: int, per_second: float | None) -> None:
    async with FakeSlack(port=port, per_second=per_second) as slack:
        print(
            f"fake Slack: base_url {slack.base_url}  channel {CHANNEL}  token {TOKEN}  webhook {slack.webhook_url}",
            flush=True,
        )
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8998)
    parser.add_argument("--per-second", type=float, default=None, help="posts allowed per second and channel")
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(given.port, given.per_second))

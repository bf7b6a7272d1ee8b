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

from aiohttp import web

from models.clock import Clock, SystemClock
from tests.contracts.slack_workspace import CHANNEL, TOKEN, Json, Limits, Message, Workspace

__all__ = ["CHANNEL", "TOKEN", "WEBHOOK", "FakeSlack", "Fault", "Message"]

WEBHOOK = "/services/T0/B0/secretsecret"


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
        self.workspace = Workspace(token=token, channel=channel)
        self.calls: list[str] = []
        self._limits = Limits(clock or SystemClock(), per_second, tiers=False)
        self._port = port
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._stopping = asyncio.Event()

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
        self.workspace.upload_url = self.url
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

    @property
    def messages(self) -> list[Message]:
        return self.workspace.messages

    def roots(self) -> list[Message]:
        return self.workspace.roots()

    def replies(self) -> list[Message]:
        return self.workspace.replies()

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        fault = self._next(method)
        if fault is not None and not fault.after:
            return await self._misbehave(request, fault)
        answer = await self._answer(method, request)
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

    async def _answer(self, method: str, request: web.Request) -> web.Response:
        try:
            arguments = await self._arguments(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        limited = self._limited(method, str(arguments.get("channel", "")))
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return limited or web.json_response(self.workspace.call(method, bearer, arguments))

    def _limited(self, method: str, channel: str) -> web.Response | None:
        """429 and Retry-After, as Slack documents."""
        wait = self._limits.wait_s(method, channel)
        if wait is None:
            return None
        answer = {"ok": False, "error": "ratelimited"}
        return web.json_response(answer, status=429, headers={"Retry-After": str(wait)})

    async def _arguments(self, request: web.Request) -> Json:
        if request.content_type == "application/json":
            content = json.loads(await request.text())
            if not isinstance(content, dict):
                raise ValueError("not an object")
            return content
        return dict(await request.post())

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        fault = self._next("upload")
        if fault is not None:
            return await self._misbehave(request, fault)
        data = await request.read()
        self.workspace.uploads[request.match_info["file"]] = data
        return web.Response(text=f"OK - {len(data)}")

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        self.calls.append("webhook")
        fault = self._next("webhook")
        if fault is not None and not fault.after:
            return await self._misbehave(request, fault)
        limited = self._limited("webhook", "")
        if limited is not None:
            return limited
        try:
            arguments = await self._arguments(request)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        refusal = self.workspace.refusal(arguments)
        if refusal is not None:
            return web.Response(status=400, text=refusal["error"])
        self.workspace.add(arguments, self.workspace.channel)
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

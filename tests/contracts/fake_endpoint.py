"""A local HTTP endpoint with scripted answers: PagerDuty, a signed webhook's receiver, or whatever Apprise posts to."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.contracts.fake_slack import Fault

ROUTING_KEY = "R0UTINGKEY0123456789012345678901"


@dataclass(frozen=True)
class Received:
    """A request that was taken."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content


class FakeEndpoint:
    """`async with FakeEndpoint() as endpoint`: then `endpoint.received` is what arrived and was answered with 2xx."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._faults: list[Fault] = []
        self._stopping = asyncio.Event()

    async def __aenter__(self) -> "FakeEndpoint":
        app = web.Application()
        app.router.add_post("/v2/enqueue", self._pagerduty)
        app.router.add_post("/{tail:.*}", self._plain)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port: int = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(self, _: str, *faults: Fault) -> None:
        """Scripts the next answers."""
        self._faults += faults

    async def _pagerduty(self, request: web.Request) -> web.StreamResponse:
        """PagerDuty's rules: a routing key of 32 characters, an action, and for a trigger summary, source, severity."""
        if self._faults:
            return await self._misbehave(request, self._faults.pop(0))
        event = json.loads(await request.read())
        errors = [] if len(event["routing_key"]) == 32 else ["Length of 'routing_key' is incorrect"]
        errors += [] if len(event["dedup_key"]) <= 255 else ["'dedup_key' is too long"]
        payload = event["payload"]
        missing = [key for key in ("summary", "source", "severity") if not payload[key]]
        errors += [f"'payload.{key}' is missing or blank" for key in missing]
        errors += [] if len(payload["summary"]) <= 1_024 else ["'payload.summary' is too long"]
        errors += [] if payload["severity"] in ("critical", "error", "warning", "info") else ["'severity' is invalid"]
        if errors or event["event_action"] not in ("trigger", "acknowledge", "resolve"):
            told = {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
            return web.json_response(told, status=400)
        await self._take(request)
        told = {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}
        return web.json_response(told, status=202)

    async def _plain(self, request: web.Request) -> web.StreamResponse:
        if self._faults:
            return await self._misbehave(request, self._faults.pop(0))
        await self._take(request)
        return web.Response(text="thanks")

    async def _take(self, request: web.Request) -> None:
        self.received.append(Received(request.path, dict(request.headers), await request.read()))

    async def _misbehave(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.after:
            await self._take(request)
        if fault.hang:
            await self._stopping.wait()
        if (fault.reset or fault.hang) and request.transport is not None:
            request.transport.abort()
            raise web.HTTPInternalServerError
        return web.Response(status=fault.status, text=fault.body, headers=fault.headers)

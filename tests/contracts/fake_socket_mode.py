"""Slack's side of Socket Mode: gives addresses, sends envelopes, and takes acknowledgements."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from aiohttp import WSMsgType, web

APP_TOKEN = "xapp-1-fake"


class FakeSocketMode:
    """In a test: `async with FakeSocketMode() as slack`. `greeting` is what a connection begins with."""

    def __init__(self, *, refusals: Sequence[str] = (), greeting: str = '{"type": "hello", "num_connections": 1}'):
        self.opened = 0
        """How often an address was asked for."""
        self.acknowledged: list[str] = []
        self.connections: list[web.WebSocketResponse] = []
        self.connected = asyncio.Condition()
        self._refusals = list(refusals)
        self._greeting = greeting

    async def __aenter__(self) -> "FakeSocketMode":
        app = web.Application()
        app.router.add_post("/api/apps.connections.open", self._open)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self.connections:
            await connection.close()
        await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/"

    async def until(self, connections: int) -> None:
        """Returns when so many connections have been made in all."""
        async with self.connected:
            await asyncio.wait_for(self.connected.wait_for(lambda: len(self.connections) >= connections), 10)

    async def until_acknowledged(self, *envelopes: str) -> None:
        async with self.connected:
            await asyncio.wait_for(self.connected.wait_for(lambda: set(envelopes) <= set(self.acknowledged)), 10)

    async def say(self, message: Any, connection: int = -1) -> None:
        await self.connections[connection].send_str(message if isinstance(message, str) else json.dumps(message))

    async def send(self, envelope_id: str, payload: Any, kind: str = "interactive") -> None:
        await self.say({"envelope_id": envelope_id, "type": kind, "accepts_response_payload": True, "payload": payload})

    async def _open(self, request: web.Request) -> web.Response:
        self.opened += 1
        if request.headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return web.json_response({"ok": False, "error": "not_allowed_token_type"})
        if self._refusals:
            return web.json_response({"ok": False, "error": self._refusals.pop(0)})
        return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self._port}/link?ticket={self.opened}"})

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(self._greeting)
        async with self.connected:
            self.connections.append(socket)
            self.connected.notify_all()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                async with self.connected:
                    self.acknowledged.append(json.loads(message.data)["envelope_id"])
                    self.connected.notify_all()
        return socket

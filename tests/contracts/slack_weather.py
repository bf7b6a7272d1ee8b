"""Slack in bad weather, without a socket and in simulated time: limits as documented, and calls that fail by chance."""

import json
import random
from urllib.parse import urlsplit

import aiohttp

from alerts.channels.http import Answer, HttpClient, Outgoing
from models.clock import Clock
from tests.contracts.slack_workspace import TOKEN, Json, Limits, Workspace

BASE_URL = "https://slack.invalid/api/"
_CALL_S = 0.2
_TIMEOUT_S = 10.0


class Killed(BaseException):
    """The process of the caller ends here; nothing catches it."""


class StormySlack(HttpClient):
    """Answers in memory. A share of calls is answered 429, 500, with nothing (time-out), or by a cut connection.

    All but 429 strike before or after the call took effect, at equal chances. Every call takes time on the clock.
    """

    def __init__(self, workspace: Workspace, clock: Clock, *, seed: int, failing: float = 0.3) -> None:
        super().__init__("Slack", 1.0)
        self.workspace = workspace
        self.limits = Limits(clock, 1.0, tiers=True)
        self.failures = 0
        self.posted_at: list[float] = []
        self.calls = 0
        self.kill_at = 0
        """The call, by its number, whose answer its caller does not live to see."""
        self.dead = False
        """The caller has been killed: no call of this life comes any more."""
        self._clock = clock
        self._chance = random.Random(seed)
        self._failing = failing

    async def _exchange(self, url: str, request: Outgoing) -> Answer:
        if self.dead:
            raise Killed
        method = urlsplit(url).path.removeprefix("/api/")
        self.calls += 1
        number = self.calls
        arguments = request.json or (dict(request.body) if isinstance(request.body, dict) else {})
        wait = self.limits.wait_s(method, str(arguments.get("channel", "")))
        await self._clock.sleep(_CALL_S)
        if wait is not None:
            return _answer(429, {"ok": False, "error": "ratelimited"}, float(wait))
        if method == "chat.postMessage":
            self.posted_at.append(self._clock.monotonic())
        if number == self.kill_at:
            self._effect(method, arguments, request)
            self.dead = True
            raise Killed
        if self._chance.random() >= self._failing:
            return self._effect(method, arguments, request)
        self.failures += 1
        kind = self._chance.choice(("busy", "broken", "silent", "cut"))
        if kind != "busy" and self._chance.random() < 0.5:
            self._effect(method, arguments, request)
        return await self._fail(kind)

    def _effect(self, method: str, arguments: Json, request: Outgoing) -> Answer:
        if method.startswith("/upload/"):
            assert isinstance(request.body, bytes)
            self.workspace.uploads[method.rpartition("/")[2]] = request.body
            return Answer(200, b"OK", None)
        return _answer(200, self.workspace.call(method, TOKEN, arguments))

    async def _fail(self, kind: str) -> Answer:
        if kind == "busy":
            return _answer(429, {"ok": False, "error": "ratelimited"}, float(self._chance.randint(1, 5)))
        if kind == "broken":
            return Answer(500, b"<html>oops</html>", None)
        if kind == "silent":
            await self._clock.sleep(_TIMEOUT_S)
            raise TimeoutError
        raise aiohttp.ServerDisconnectedError


def _answer(status: int, content: Json, after_s: float | None = None) -> Answer:
    return Answer(status, json.dumps(content).encode(), after_s)

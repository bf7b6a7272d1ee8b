"""A door for other programs: `POST /ingest`, signed, and answered once the posts are safe."""

import asyncio
import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from models.clock import Clock, SystemClock
from streams import claims, metrics, serving
from streams.columns import admit_row
from streams.ingest import Arrival, Refusal
from streams.listening import CannotListen, listen
from streams.rows import Row, json_row, object_row
from streams.settings.schema import WebhookSourceSettings
from streams.sources.protocol import Health, Misconfigured, Pulse
from streams.sources.sink import Arrived, Sink, Unpublished

SIGNATURE: Final = "X-Tocsin-Signature"
TIMESTAMP: Final = "X-Tocsin-Timestamp"
WINDOW_S: Final = 300
"""How old, or how far ahead, a request's time stamp may be."""
MAX_ITEMS: Final = 10_000
BODY_S: Final = 30.0
"""How long a body may take, on a slow line too."""
_PROBLEMS_TOLD: Final = 20
_UNSIGNED: Final = f"the headers {TIMESTAMP} and {SIGNATURE} are required"
_JSON: Final = frozenset({"application/json"})
_LINES: Final = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What the header must say: HMAC-SHA256 (RFC 2104) under `secret` of the time stamp, a dot, and the raw body.

    The time stamp is signed too: else an old request could be sent again under a new one.

    >>> signature("s3cret", "1772442000", b"{}")[:14]
    'sha256=729a18d'
    """
    mac = hmac.new(secret.encode(), timestamp.encode("utf-8", "replace") + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


class Denied(Exception):
    """A request that is not taken: its HTTP status, and why, in one line and one short code."""

    def __init__(self, status: int, code: str, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.code = code
        self.why = why


def authorise(secret: str, timestamp: str | None, signed: str | None, body: bytes, now: datetime) -> None:
    """Raises `Denied` (401) unless the body was signed under `secret` within the last `WINDOW_S` seconds."""
    if not timestamp or not signed:
        raise Denied(401, "unsigned", _UNSIGNED)
    expected = signature(secret, timestamp, body)
    if not hmac.compare_digest(expected.encode(), signed.encode("utf-8", "replace")):
        raise Denied(401, "signature", "the signature does not match the body and the time stamp")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Denied(401, "timestamp", f"{TIMESTAMP} must be Unix seconds")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_S:
        raise Denied(401, "stale", f"{TIMESTAMP} is more than {WINDOW_S} s from this server's clock")


def items(body: bytes, content_type: str) -> list[Row]:
    """The items of a request: a JSON array, a single object, or one JSON value a line. Raises `Denied` (400, 413, 415).

    >>> [row.fields for row in items(b'[{"text": "a"}, {"text": "b"}]', "application/json")]
    [{'text': 'a'}, {'text': 'b'}]
    """
    if content_type in _LINES:
        lines = [line for line in body.split(b"\n") if line.strip()]
        rows = [json_row(index, line) for index, line in enumerate(lines[: MAX_ITEMS + 1])]
    elif content_type in _JSON:
        rows = _values(body)
    else:
        raise Denied(415, "content-type", "send application/json, or application/x-ndjson for one item a line")
    if len(rows) > MAX_ITEMS:
        raise Denied(413, "too-many", f"at most {MAX_ITEMS} items a request")
    if not rows:
        raise Denied(400, "empty", "there is nothing in the body")
    return rows


def _values(body: bytes) -> list[Row]:
    try:
        value = claims.parse_json(body)
    except claims.Refused as refused:
        raise Denied(400, "malformed", f"the body is not JSON: {refused.detail}") from refused
    values = value if isinstance(value, list) else [value]
    return [object_row(index, each) for index, each in enumerate(values[: MAX_ITEMS + 1])]


@dataclass(frozen=True, slots=True)
class _Request:
    """What is left of a request once it is believed."""

    rows: Sequence[Row]
    digest: str


class WebhookSource:
    """Serves `POST /ingest` and `GET /healthz`. It never ends by itself."""

    def __init__(self, settings: WebhookSourceSettings, *, clock: Clock | None = None, body_s: float = BODY_S) -> None:
        if not settings.secret:
            raise Misconfigured(f"sources.{settings.name}.secret: empty; without one anybody could send posts")
        self.name = settings.name
        self.pulse = Pulse(settings.name)
        self.port: int | None = None
        """The port it listens on, once it does."""
        self._settings = settings
        self._body_s = body_s
        self._network = claims.network(settings.name, "webhook")
        self._clock = clock or SystemClock()

    def health(self) -> Health:
        return self.pulse.health(self._clock.now())

    async def run(self, sink: Sink, stop: asyncio.Event) -> None:
        """Serves until it is stopped; requests under way are answered first, for a few seconds."""
        runner = serving.runner(self._app(sink), shutdown_s=3.0)
        await runner.setup()
        try:
            await self._bind(runner)
            self.port = runner.addresses[0][1]
            self.pulse.up()
            await stop.wait()
        finally:
            self.port = None
            await runner.cleanup()

    async def _bind(self, runner: web.AppRunner) -> None:
        key = f"sources[{self._settings.name}].port"
        try:
            await listen(runner, self._settings.host, self._settings.port, key)
        except CannotListen as error:
            self.pulse.down("bind", str(error))
            raise

    def _app(self, sink: Sink) -> web.Application:
        async def ingest(request: web.Request) -> web.Response:
            return await self._ingest(request, sink)

        async def healthz(request: web.Request) -> web.Response:  # noqa: ARG001 (aiohttp's signature)
            health = self.health()
            return web.json_response({"status": "ok", "up": health.up, "published": health.published})

        app = web.Application(client_max_size=self._settings.max_bytes)
        app.add_routes([web.post("/ingest", ingest), web.get("/healthz", healthz)])
        return app

    async def _ingest(self, request: web.Request, sink: Sink) -> web.Response:
        try:
            believed = await self._believe(request)
            return await self._publish(believed, sink)
        except Denied as denied:
            metrics.SOURCE_REFUSED.labels(self.name, f"request-{denied.code}").inc()
            return web.json_response({"error": denied.why}, status=denied.status)
        except Unpublished:
            answer = {"error": "the posts could not be stored; send the same request again"}
            return web.json_response(answer, status=503, headers={"Retry-After": "5"})

    async def _believe(self, request: web.Request) -> _Request:
        if TIMESTAMP not in request.headers or SIGNATURE not in request.headers:
            raise Denied(401, "unsigned", _UNSIGNED)  # whoever does not even sign is not listened to
        try:
            async with serving.reading(self._body_s):
                body = await request.read()
        except serving.Unread as unread:
            raise Denied(unread.status, unread.code, self._unread(unread.code)) from unread
        headers = request.headers
        now = self._clock.now()
        authorise(self._settings.secret.reveal(), headers.get(TIMESTAMP), headers.get(SIGNATURE), body, now)
        return _Request(items(body, request.content_type), hashlib.sha256(body).hexdigest()[:16])

    def _unread(self, code: str) -> str:
        return {
            "too-large": f"at most {self._settings.max_bytes} bytes a request",
            "slow": f"the body took longer than {self._body_s:g} s",
        }.get(code, "the body cannot be read")

    async def _publish(self, request: _Request, sink: Sink) -> web.Response:
        seen_at = self._clock.now()
        arrived: list[Arrived] = []
        for row in request.rows:
            position = f"{request.digest}/{row.line}"
            arrival = Arrival(source=self.name, network=self._network, position=position, seen_at=seen_at)
            arrived.append(admit_row(row, arrival))
        counts = await sink.offer(arrived)
        problems = [(index, each) for index, each in enumerate(arrived) if isinstance(each, Refusal)]
        answer = {
            "published": counts.published,
            "duplicates": counts.duplicates,
            "refused": len(problems),
            "reasons": dict(Counter(each.reason for _, each in problems)),
            "problems": [
                {"index": index, "reason": each.reason, "detail": each.detail}
                for index, each in problems[:_PROBLEMS_TOLD]
            ],
        }
        return web.json_response(answer, status=202)

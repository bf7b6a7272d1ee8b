"""`POST /slack/interactions`: takes clicks that Slack signed, and nothing else."""

from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web

from alerts.interactions.signature import Forged, Gate
from models.clock import Clock
from streams.interactions import reception
from streams.interactions.reception import Doors, Reception, count, decoded
from streams.serving import Unread, reading

PATH: Final = "/slack/interactions"
MAX_BYTES: Final = 256_000
"""A click brings along the whole message, URL-encoded: some 60 kB at most for ours."""
BODY_S: Final = 2.0
_TOO_LARGE: Final = "too-large"
_STATUS: Final = {reception.FAILED: HTTPStatus.SERVICE_UNAVAILABLE, reception.MALFORMED: HTTPStatus.BAD_REQUEST}
"""All else is Slack's own business done: 200."""


class Endpoint:
    """The handler. Answers say nothing but a status: whoever is refused learns nothing."""

    def __init__(self, doors: Doors, reception: Reception, clock: Clock) -> None:
        self._people = doors.by_signature
        self._gate = Gate(tuple(doors.by_signature))
        self._reception = reception
        self._clock = clock

    async def handle(self, request: web.Request) -> web.Response:
        try:
            async with reading(BODY_S):
                body = await _body(request)
        except Unread as unread:
            return _refused(unread.status, unread.code)
        if body is None:
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
        headers = request.headers
        timestamp, signed = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        secret = self._gate.admit(timestamp, signed, body, self._clock.now())
        if isinstance(secret, Forged):
            return _refused(HTTPStatus.UNAUTHORIZED, secret.value)
        result = await self._reception.take(_payload(body), self._people[secret])
        return web.Response(status=_STATUS.get(result, HTTPStatus.OK))


def _refused(status: HTTPStatus, result: str) -> web.Response:
    count(result)
    return web.Response(status=status, headers={"Connection": "close"})


async def _body(request: web.Request) -> bytes | None:
    """The raw body, which the signature is about; None where it is larger than any click."""
    if request.content_length is not None and request.content_length > MAX_BYTES:
        return None
    read = bytearray()
    async for chunk in request.content.iter_chunked(65_536):
        read += chunk
        if len(read) > MAX_BYTES:
            return None
    return bytes(read)


def _payload(body: bytes) -> object:
    """The JSON in the form's field `payload`; None where there is none."""
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=20, errors="strict")
    except ValueError:  # not UTF-8, or too many fields
        return None
    return decoded(fields["payload"][0]) if "payload" in fields else None

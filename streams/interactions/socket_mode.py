"""Socket Mode: clicks come over a websocket that we open, so that no door has to be open to the internet.

https://docs.slack.dev/apis/events-api/using-socket-mode: `apps.connections.open` gives an address for one connection;
every envelope is acknowledged by its id within three seconds; `disconnect` announces the connection's end.
"""

import asyncio
import logging
import random
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec

from alerts.channels.protocol import Rejected, Retryable
from alerts.channels.slack_api import SlackApi, slack_pace
from alerts.interactions.slack import People
from alerts.why import because
from models.clock import Clock
from streams import metrics
from streams.interactions import reception
from streams.interactions.reception import Doors, Reception, count, decoded
from streams.sources.protocol import Backoff

LINES: Final = 2
"""Connections per app: Slack closes each of them every few hours, and uses the other meanwhile (ten are allowed)."""
HEARTBEAT_S: Final = 20.0
MAX_BYTES: Final = 1_000_000
_HELLO_S: Final = 10.0
_LOG: Final = logging.getLogger(__name__)


async def listen(doors: Doors, reception: Reception, clock: Clock) -> None:
    """Keeps all connections of all apps open until it is cancelled."""
    async with asyncio.TaskGroup() as group:
        for number, (token, (base_url, people)) in enumerate(doors.by_app_token.items()):
            for twin in range(LINES):
                line = Line(token, base_url, people, reception, clock, number=number * LINES + twin)
                group.create_task(line.run())


class Line:
    """One connection, opened again whenever it ends."""

    def __init__(
        self,
        token: str,
        base_url: str,
        people: People,
        reception: Reception,
        clock: Clock,
        *,
        number: int = 0,
        chance: random.Random | None = None,
    ) -> None:
        """`number` tells lines apart in the metric."""
        self._api = SlackApi(token, base_url, 10.0, pace=slack_pace(clock))
        self._may_be_plain = urlsplit(base_url).scheme == "http"
        self._people = people
        self._up = metrics.SLACK_SOCKET_UP.labels(str(number))
        self._up.set(0)
        self._reception = reception
        self._clock = clock
        self._backoff = Backoff(chance or random.Random())

    async def run(self) -> None:
        """Never returns; ends by being cancelled."""
        try:
            async with aiohttp.ClientSession(trust_env=True) as session:
                while True:
                    if not await self._once(session):
                        await self._clock.sleep(self._backoff.next_s())
        finally:
            await self._api.close()

    async def _once(self, session: aiohttp.ClientSession) -> bool:
        """One connection from opening to end; whether Slack ended it in good order, so that the next may follow."""
        try:
            url = await self._address()
            async with session.ws_connect(url, heartbeat=HEARTBEAT_S, max_msg_size=MAX_BYTES) as socket:
                return await self._serve(socket)
        except (Retryable, Rejected) as refused:
            _LOG.warning("slack socket mode: %s", refused)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            _LOG.warning("slack socket mode: the connection failed (%s)", type(error).__name__)
        return False

    async def _address(self) -> str:
        answer = await self._api.call("apps.connections.open")
        url = str(answer.get("url", ""))
        if urlsplit(url).scheme != "wss" and not self._may_be_plain:
            raise Retryable(because("no-connection", service="Slack"))
        return url

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        """Takes envelopes until the connection ends; whether Slack announced the end."""
        hello = await socket.receive(timeout=_HELLO_S)
        first = decoded(hello.data) if hello.type is aiohttp.WSMsgType.TEXT else None
        if not isinstance(first, dict) or first.get("type") != "hello":
            raise Retryable(because("no-hello", service="Slack"))
        self._backoff.reset()
        self._up.set(1)
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT and not await self._take(socket, decoded(message.data)):
                    return True
        finally:
            self._up.set(0)
        return False

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, envelope: object) -> bool:
        """Whether the connection goes on."""
        if not isinstance(envelope, dict):
            count(reception.MALFORMED)
            return True
        if envelope.get("type") == "disconnect":
            if envelope.get("reason") == "link_disabled":
                raise Rejected(because("switched-off"), because("remedy.socket-mode"))
            return False
        await self._interactive(socket, envelope)
        return True

    async def _interactive(self, socket: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        """Acknowledges once the click is safe. Without it Slack shows the clicker that it did not work."""
        envelope_id = envelope.get("envelope_id")
        if not isinstance(envelope_id, str):
            return
        if envelope.get("type") == "interactive":
            result = await self._reception.take(envelope.get("payload"), self._people)
        else:
            result = count(reception.IGNORED)
        if result != reception.FAILED:
            await socket.send_str(msgspec.json.encode({"envelope_id": envelope_id}).decode())

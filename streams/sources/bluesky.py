"""Bluesky as a source: the Jetstream over a websocket, resumed where it broke off."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidURI, WebSocketException

from models.clock import Clock, SystemClock
from models.records import digest
from streams.ingest import FUTURE, Arrival, refusal
from streams.settings.schema import BlueskySourceSettings
from streams.sources.jetstream import LIKES, NETWORK, POSTS, REPOSTS, Filter, hear
from streams.sources.notebook import Notebook
from streams.sources.protocol import Backoff, Health, Misconfigured, Pulse, Stopped, pause, until
from streams.sources.sink import Arrived, Sink

BATCH: Final = 500
LINGER_S: Final = 0.05
"""How long a batch waits to be filled."""
REWIND: Final = timedelta(seconds=5)
"""How far a new connection goes back: events are not strictly in order. What was published already is recognised."""
SAVE_EVERY: Final = timedelta(seconds=5)
SILENT_AFTER_S: Final = 120.0
"""The whole network is never this quiet: the connection has stalled."""
MAX_EVENT_BYTES: Final = 16_000_000
_TOO_BIG: Final = 1009

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class BlueskySource:
    """Listens to Jetstream. It never ends by itself.

    The cursor (the network's time stamp of the last event whose batch is acknowledged) is kept in memory, and in
    `data_dir` where that is given: a restart goes on where the last run ended, as far as Jetstream keeps its past.
    """

    def __init__(
        self,
        settings: BlueskySourceSettings,
        *,
        data_dir: Path | None = None,
        clock: Clock | None = None,
        chance: random.Random | None = None,
        linger_s: float = LINGER_S,
    ) -> None:
        if urlsplit(settings.url).scheme not in {"ws", "wss"}:
            raise Misconfigured(f"sources.{settings.name}.url: a ws:// or wss:// address, not {settings.url!r}")
        self.name = settings.name
        self.pulse = Pulse(settings.name)
        self._settings = settings
        self._wanted = Filter(frozenset(code.lower() for code in settings.languages), settings.likes)
        self._clock = clock or SystemClock()
        self._backoff = Backoff(chance or random.Random())
        self._linger_s = linger_s
        self._notebook = Notebook(data_dir, f"{settings.name}.cursor")
        self._cursor = _cursor(self._notebook.read())
        self._saved = self._cursor

    def health(self) -> Health:
        return self.pulse.health(self._clock.now())

    async def run(self, sink: Sink, stop: asyncio.Event) -> None:
        """Connects, listens, and connects again when the line breaks, until it is stopped."""
        try:
            with suppress(Stopped):
                while not stop.is_set():
                    await self._listen(sink, stop)
                    await pause(self._clock, self._backoff.next_s(), stop)
        finally:
            self._save()

    async def _listen(self, sink: Sink, stop: asyncio.Event) -> None:
        try:
            line = await until(stop, self._connect())
        except InvalidURI as error:
            raise Misconfigured(f"sources.{self.name}.url: {error}") from error
        except (OSError, TimeoutError, WebSocketException, EOFError) as error:
            self.pulse.down("connect", f"{type(error).__name__}: {error}")
            return
        try:
            self.pulse.up()
            while True:
                await self._take(await self._batch(line, stop), sink)
        except TimeoutError:
            self.pulse.down("stalled", f"nothing heard for {SILENT_AFTER_S:.0f} s")
        except ConnectionClosed as error:
            self.pulse.down("closed", str(error))
            await self._skip_too_big(error, sink)
        finally:
            line.transport.abort()

    async def _connect(self) -> ClientConnection:
        return await connect(self.address(), max_size=MAX_EVENT_BYTES, compression=None, close_timeout=1)

    def address(self) -> str:
        """Where to connect to, with what is wanted and since when."""
        collections = [POSTS, REPOSTS, *([LIKES] if self._wanted.likes else [])]
        query = [("wantedCollections", name) for name in collections]
        if self._cursor is not None:
            query.append(("cursor", str(max(0, self._cursor - _microseconds(REWIND)))))
        parts = urlsplit(self._settings.url)
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query))))))

    async def _batch(self, line: ClientConnection, stop: asyncio.Event) -> list[bytes]:
        """At least one event, and those that follow it at once; raises when there is none to come."""
        async with asyncio.timeout(SILENT_AFTER_S):
            batch = [_bytes(await until(stop, line.recv()))]
        try:
            async with asyncio.timeout(self._linger_s):
                while len(batch) < BATCH:
                    batch.append(_bytes(await line.recv()))
        except (TimeoutError, ConnectionClosed):
            return batch  # a closed line says so again when asked for the next batch
        return batch

    async def _take(self, messages: Sequence[bytes], sink: Sink) -> None:
        """Publishes what a batch of events amounts to, and only then moves the cursor."""
        now = self._clock.now()
        arrived: list[Arrived] = []
        cursor = self._cursor
        for message in messages:
            position = digest("event", message)
            arrival = Arrival(
                source=self.name, network=NETWORK, position=position, seen_at=now, payload=message[:65_536]
            )
            heard = hear(message, arrival, self._wanted)
            arrived.extend(heard.records)
            if heard.ignored:
                sink.ignored(heard.ignored)
            if heard.time_us is not None and (moment := _moment(heard.time_us, now)) is not None:
                cursor = max(heard.time_us, cursor or 0)
                self.pulse.heard(moment)
        await sink.put(arrived)
        self._backoff.reset()
        self._cursor = cursor
        if cursor is not None and cursor - (self._saved or 0) > _microseconds(SAVE_EVERY):
            self._save()

    async def _skip_too_big(self, error: ConnectionClosed, sink: Sink) -> None:
        """An event beyond `MAX_EVENT_BYTES` would come again with the cursor, for ever: go on with the present."""
        if error.sent is None or error.sent.code != _TOO_BIG:
            return
        arrival = Arrival(source=self.name, network=NETWORK, position=f"after-{self._cursor}", seen_at=None)
        await sink.put([refusal(arrival, "too-large", f"an event of more than {MAX_EVENT_BYTES} bytes")])
        self._cursor = None

    def _save(self) -> None:
        if self._cursor is None:
            return
        try:
            self._notebook.write(str(self._cursor).encode())
            self._saved = self._cursor
        except OSError as error:
            self.pulse.trouble("cursor", f"cannot save the cursor: {error}")


def _bytes(message: str | bytes) -> bytes:
    return message.encode("utf-8", "replace") if isinstance(message, str) else message


def _cursor(raw: bytes) -> int | None:
    return int(raw) if raw.isdigit() and len(raw) < 20 else None


def _microseconds(delta: timedelta) -> int:
    return delta // timedelta(microseconds=1)


def _moment(time_us: int, now: datetime) -> datetime | None:
    """The time of an event; None for a stamp that cannot be, which must not become the cursor."""
    if not 0 < time_us <= _microseconds(now + FUTURE - _EPOCH):
        return None
    return _EPOCH + timedelta(microseconds=time_us)

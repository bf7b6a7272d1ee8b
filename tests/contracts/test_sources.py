"""What every source promises, put to all of them: over real sockets and real files."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import escape

import aiohttp
import pytest
from aiohttp import web
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from models.clock import ManualClock, SystemClock
from streams.settings.kinds import Secret
from streams.settings.schema import (
    BlueskySourceSettings,
    FeedsSourceSettings,
    ReplaySourceSettings,
    WebhookSourceSettings,
)
from streams.sources.bluesky import BlueskySource
from streams.sources.feeds import FeedsSource
from streams.sources.protocol import Source
from streams.sources.replay import ReplaySource
from streams.sources.webhook import SIGNATURE, TIMESTAMP, WebhookSource, signature
from tests.unit.streams.sources.doubles import NOW, FlakyPublisher, dead, eventually, posts, running

HOSTILE = "\x00hostile"
TEXTS = ["first", "the café is <b>closed</b> <!channel>", "مرحبا بالعالم", "🔥🔥"]
NOW_US = int(NOW.timestamp() * 1_000_000)


class Rig(Protocol):
    """A source, and the other side of its protocol. `drive` says what a sender would, where senders must act."""

    source: Source

    async def drive(self) -> None: ...


class ReplayRig:
    def __init__(self, folder: Path, texts: list[str], *, twice: bool) -> None:
        lines = [self._line(n, text) for n, text in enumerate(texts)]
        path = folder / "posts.jsonl"
        path.write_text("\n".join(lines * 2 if twice else lines), encoding="utf-8")
        self.source = ReplaySource(ReplaySourceSettings(name="under-test", path=str(path), speed=0))

    def _line(self, n: int, text: str) -> str:
        if text == HOSTILE:
            return "{not json"
        return json.dumps({"id": n, "text": text, "created_at": f"2026-07-04T14:00:{n:02}Z", "author": "a"})

    async def drive(self) -> None:
        return


class WebhookRig:
    def __init__(self, texts: list[str], *, twice: bool, clock: ManualClock) -> None:
        settings = WebhookSourceSettings(name="under-test", secret=Secret("k"), port=0)
        self.source = WebhookSource(settings, clock=clock)
        self._clock = clock
        self._requests = 2 if twice else 1
        items = [
            {"text": 42} if t == HOSTILE else {"id": n, "text": t, "created_at": "2026-07-04T14:00:00Z"}
            for n, t in enumerate(texts)
        ]
        self._body = json.dumps(items).encode()

    async def drive(self) -> None:
        await eventually(lambda: self.source.port is not None)
        stamp = str(int(self._clock.now().timestamp()))
        headers = {TIMESTAMP: stamp, SIGNATURE: signature("k", stamp, self._body), "Content-Type": "application/json"}
        async with aiohttp.ClientSession() as session:
            while self._requests:
                url = f"http://127.0.0.1:{self.source.port}/ingest"
                async with session.post(url, data=self._body, headers=headers) as answer:
                    if answer.status == 202:
                        self._requests -= 1
                await SystemClock().sleep(0.005)


class FeedsRig:
    def __init__(self, texts: list[str], clock: ManualClock) -> None:
        self._items = "".join(self._item(n, text) for n, text in enumerate(texts))
        self._clock = clock
        self.source: Source

    def _item(self, n: int, text: str) -> str:
        if text == HOSTILE:
            return f"<item><guid>x:{n}</guid></item>"
        return f"<item><title>{escape(escape(text))}</title><guid>x:{n}</guid></item>"

    async def serve(self, request: web.Request) -> web.Response:
        body = f"<rss version='2.0'><channel><title>t</title>{self._items}</channel></rss>"
        return web.Response(body=body.encode(), content_type="application/rss+xml")

    def listen(self, port: int) -> None:
        settings = FeedsSourceSettings(name="under-test", urls=(f"http://127.0.0.1:{port}/feed",), every_s=60)
        self.source = FeedsSource(settings, clock=self._clock)

    async def drive(self) -> None:
        return


class BlueskyRig:
    def __init__(self, texts: list[str], *, twice: bool) -> None:
        self._events = [self._event(n, text) for n, text in enumerate(texts)]
        self._twice = twice
        self.source: Source

    def _event(self, n: int, text: str) -> tuple[int, str]:
        time_us = NOW_US - 60_000_000 + n * 1_000
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-07-04T14:38:00Z"}
        commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": str(n), "record": record}
        event = json.dumps({"did": "did:plc:a", "time_us": time_us, "kind": "commit", "commit": commit})
        return time_us, '{"did": 5' if text == HOSTILE else event

    async def serve(self, line: ServerConnection) -> None:
        assert line.request is not None
        cursor = line.request.path.partition("cursor=")[2]
        try:
            for time_us, event in self._events:
                if not cursor or time_us >= int(cursor):
                    await line.send(event)
            if self._twice:
                self._twice = False
                await line.close()
            await line.wait_closed()
        except ConnectionClosed:
            return

    def listen(self, port: int, clock: ManualClock) -> None:
        settings = BlueskySourceSettings(name="under-test", url=f"ws://127.0.0.1:{port}/subscribe")
        self.source = BlueskySource(settings, clock=clock)

    async def drive(self) -> None:
        return


@asynccontextmanager
async def open_rig(kind: str, folder: Path, texts: list[str], *, twice: bool = False) -> AsyncIterator[Rig]:
    clock = ManualClock(NOW)
    if kind == "replay":
        yield ReplayRig(folder, texts, twice=twice)
    elif kind == "webhook":
        yield WebhookRig(texts, twice=twice, clock=clock)
    elif kind == "feeds":
        feeds = FeedsRig(texts, clock)
        app = web.Application()
        app.add_routes([web.get("/feed", feeds.serve)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        feeds.listen(runner.addresses[0][1])
        try:
            yield feeds
        finally:
            await runner.cleanup()
    else:
        bluesky = BlueskyRig(texts, twice=twice)
        async with serve(bluesky.serve, "127.0.0.1", 0, close_timeout=0.1) as server:
            bluesky.listen(next(iter(server.sockets)).getsockname()[1], clock)
            yield bluesky


@asynccontextmanager
async def at_work(rig: Rig, publisher: FlakyPublisher) -> AsyncIterator[None]:
    async with running(rig.source, publisher):
        driver = asyncio.ensure_future(rig.drive())
        try:
            yield
        finally:
            driver.cancel()
            await asyncio.wait({driver})


@pytest.fixture(params=["replay", "webhook", "feeds", "bluesky"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def texts(publisher: FlakyPublisher) -> list[str]:
    return [post.text for post in posts(publisher)]


async def test_posts_come_in_in_order_and_as_they_were_written(kind: str, tmp_path: Path) -> None:
    """Every source publishes its posts in its order, with emoji, right-to-left text and markup left as they are."""
    publisher = FlakyPublisher()
    async with open_rig(kind, tmp_path, TEXTS) as rig, at_work(rig, publisher):
        await eventually(lambda: len(posts(publisher)) == len(TEXTS))
    assert texts(publisher) == TEXTS
    for post in posts(publisher):
        assert post.source == "under-test"
        assert post.id.startswith(f"{post.network}:")
        assert post.published_at is not None
        assert post.seen_at >= post.created_at


async def test_hostile_records_are_refused_and_the_stream_goes_on(kind: str, tmp_path: Path) -> None:
    """What is no post goes to the dead letters with reason and origin, and its neighbours pass."""
    publisher = FlakyPublisher()
    async with open_rig(kind, tmp_path, ["before", HOSTILE, "after"]) as rig, at_work(rig, publisher):
        await eventually(lambda: len(posts(publisher)) == 2 and len(dead(publisher)) == 1)
        await eventually(lambda: rig.source.health().refused == 1)
    assert texts(publisher) == ["before", "after"]
    assert dead(publisher)[0].reason
    assert dead(publisher)[0].origin.startswith("under-test/")


async def test_what_the_protocol_repeats_is_published_once(kind: str, tmp_path: Path) -> None:
    """A second poll, a resumed stream, a repeated request, a repeated row: each post is published once."""
    publisher = FlakyPublisher()
    async with open_rig(kind, tmp_path, ["one", HOSTILE, "two"], twice=True) as rig, at_work(rig, publisher):
        await eventually(lambda: rig.source.health().duplicates >= 2)
    assert texts(publisher) == ["one", "two"]


async def test_a_failing_publisher_loses_nothing_and_health_tells(kind: str, tmp_path: Path) -> None:
    """While the broker is away the source is not healthy; when it is back, everything is published, in order."""
    publisher = FlakyPublisher(broken=True)
    async with open_rig(kind, tmp_path, TEXTS) as rig, at_work(rig, publisher):
        await eventually(lambda: publisher.attempts >= 3)
        assert not rig.source.health().up
        assert "the broker is away" in rig.source.health().last_error
        publisher.broken = False
        await eventually(lambda: len(posts(publisher)) == len(TEXTS))
        await eventually(lambda: rig.source.health().up)
        assert rig.source.health().last_error == ""
    assert texts(publisher) == TEXTS


async def test_it_stops_when_asked(kind: str, tmp_path: Path) -> None:
    """A source at rest, and one whose publisher is away, both end when they are stopped, without an error."""
    for publisher in (FlakyPublisher(), FlakyPublisher(broken=True)):
        async with open_rig(kind, tmp_path, TEXTS) as rig:
            async with at_work(rig, publisher):
                await eventually(lambda publisher=publisher: publisher.attempts >= 1)  # type: ignore[misc]
            assert rig.source.health().published in {0, len(TEXTS)}

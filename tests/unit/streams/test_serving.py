"""What every web server here does with those who say nothing, half of something, or nonsense."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from streams.serving import Unread, reading, runner

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded"

BOMB = gzip.compress(b"a=" * 1_000_000)


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """A server that answers with the code of what cannot be read, or with how many fields it has read."""

    async def answer(request: web.Request) -> web.Response:
        try:
            async with reading(0.2):
                fields = await request.post()
        except Unread as unread:
            return web.Response(status=unread.status, text=unread.code)
        return web.Response(text=f"{len(fields)} fields")

    app = web.Application(client_max_size=1_000)
    app.router.add_post("/", answer)
    running = runner(app, shutdown_s=0.1, idle_s=0.2)
    await running.setup()
    try:
        await web.TCPSite(running, "127.0.0.1", 0).start()
        yield running.addresses[0][1]
    finally:
        await running.cleanup()


async def told(port: int, said: bytes) -> bytes:
    """All that the server answers until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(said)
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("said", [b"", b"POST / HT", HEAD, HEAD + b"X-Long: " + b"a" * 1_000])
async def test_who_says_nothing_whole_is_hung_up_on(said: bytes) -> None:
    """A connection without a whole head of a request is closed, without a word."""
    async with served() as port:
        assert await told(port, said) == b""


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        (b"Content-Length: 9", b"a=", b"408", b"slow"),
        (b"Content-Length: 2000", b"a" * 2_000, b"413", b"too-large"),
        (b"Content-Encoding: gzip\r\nContent-Length: %d" % len(BOMB), BOMB, b"413", b"too-large"),
        (b"Content-Length: 3\r\nContent-Encoding: gzip", b"a=b", b"400", b"malformed"),
        (b"Content-Length: 3; charset=none", b"a=b", b"400", b"malformed"),
        (b"Content-Length: 3", b"a=b", b"200", b"1 fields"),
    ],
)
async def test_bodies_are_read_within_bounds(headers: bytes, body: bytes, status: bytes, code: bytes) -> None:
    """Slow, large (unpacked, too), broken, in no known encoding: each is refused by name, none is an error of ours."""
    kind = FORM
    if b"; charset" in headers:
        headers, _, charset = headers.partition(b";")
        kind += b";" + charset
    async with served() as port:
        answer = await told(port, HEAD + kind + b"\r\nConnection: close\r\n" + headers + b"\r\n\r\n" + body)
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert answer.endswith(code)

"""The HTTP client of the channels, against a server that answers as servers on the internet do."""

import asyncio

from aiohttp import web

import alerts.channels.http as subject
from alerts.channels.http import HttpClient


async def answered(body: bytes, pieces: int) -> bytes:
    """What the client makes of a body that arrives in pieces."""

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        size = max(1, len(body) // pieces)
        for at in range(0, len(body), size):
            await response.write(body[at : at + size])
            await asyncio.sleep(0.01)  # noqa: TID251 - so that each piece is a packet of its own
        return response

    app = web.Application()
    app.router.add_post("/", slowly)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    client = HttpClient("the toy", 5.0)
    try:
        return (await client.post(f"http://127.0.0.1:{port}/", json={})).body
    finally:
        await client.close()
        await runner.cleanup()


async def test_an_answer_in_many_packets_is_read_to_its_end() -> None:
    """A channel's history is long, and comes in pieces: half of it would be no JSON, and never be understood."""
    body = b"[" + b"1," * 40_000 + b"1]"
    assert await answered(body, pieces=4) == body


async def test_an_answer_without_end_is_cut() -> None:
    """No answer fills the memory: what is beyond four million bytes is not read."""
    body = b"x" * (subject._MAX_ANSWER + 100_000)
    assert len(await answered(body, pieces=8)) == subject._MAX_ANSWER

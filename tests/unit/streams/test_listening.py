"""Ports that are taken, and addresses that are none: one line each, with the key and the remedy."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from aiohttp import web

from streams.agents import serve_agent
from streams.handover import Handover
from streams.listening import CannotListen, listen
from streams.settings.schema import MetricsSettings, Settings


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def test_a_port_that_is_taken_is_named_with_its_key(taken: int) -> None:
    """Which key it is, and what to do about it."""
    runner = web.AppRunner(web.Application())
    await runner.setup()
    try:
        with pytest.raises(CannotListen) as refused:
            await listen(runner, "127.0.0.1", taken, "console.port")
    finally:
        await runner.cleanup()
    said = f"console.port: cannot listen at 127.0.0.1:{taken}: Address already in use (another program"
    assert str(refused.value).startswith(said)


async def test_an_agent_whose_port_is_taken_ends_with_one_line(taken: int, caplog: pytest.LogCaptureFixture) -> None:
    """No traceback, and an exit code that has it started again: what is in the way may be its predecessor."""
    settings = Settings(metrics=MetricsSettings(port=taken))
    code = await serve_agent(Handover(agent="console", settings=settings, metrics_port=taken), stop=asyncio.Event())
    assert code == 1
    (line,) = caplog.records
    assert line.getMessage().startswith("metrics.port: cannot listen at") and line.exc_info is None

"""The console's agent hosts the doors for clicks."""

import asyncio

import aiohttp
import pytest

from models.clock import ManualClock
from streams.console import agent
from streams.console.agent import run_console
from streams.interactions.endpoint import PATH
from streams.publish import MemoryPublisher
from streams.settings.channels import SlackSettings
from streams.settings.kinds import Secret
from streams.settings.schema import ConsoleSettings, Settings
from tests.contracts.fake_socket_mode import APP_TOKEN, FakeSocketMode
from tests.unit.alerts.interactions.test_slack import NOW
from tests.unit.streams.console.test_agent import KAFKA, FakeConsumer


async def test_the_console_s_agent_opens_both_doors_and_closes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoint refuses what is unsigned, Socket Mode connects, and `stop` ends it all."""
    monkeypatch.setattr(agent, "_consumer", lambda settings: FakeConsumer({}))
    async with FakeSocketMode() as slack:
        channel = SlackSettings(
            token=Secret("xoxb-1"),
            channel="C1",
            base_url=slack.base_url,
            signing_secret=Secret("s" * 32),
            app_token=Secret(APP_TOKEN),
        )
        settings = Settings(kafka=KAFKA, console=ConsoleSettings(port=0), channels={"team": channel})
        stop, bound = asyncio.Event(), asyncio.get_running_loop().create_future()
        running = asyncio.create_task(run_console(settings, MemoryPublisher(), ManualClock(NOW), stop, bound=bound))
        address = f"http://127.0.0.1:{await bound}"
        async with aiohttp.ClientSession() as client, client.post(address + PATH, data=b"payload={}") as answer:
            assert answer.status == 401
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        await slack.until(2)
        stop.set()
        await asyncio.wait_for(running, 10)
        assert all(connection.closed for connection in slack.connections)

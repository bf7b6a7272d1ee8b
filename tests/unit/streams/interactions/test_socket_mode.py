"""Clicks over Socket Mode: acknowledged by their id, and the connection comes back whatever ends it."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from prometheus_client import REGISTRY

from alerts.interactions.buttons import Press
from alerts.interactions.slack import People
from models.clock import ManualClock
from models.records import Ack, Resolve, Topic
from streams.interactions import socket_mode
from streams.interactions.reception import Reception, doors
from streams.interactions.socket_mode import Line, listen
from streams.publish import MemoryPublisher
from streams.settings.channels import SlackSettings
from streams.settings.kinds import Secret
from streams.settings.schema import BrandSettings, Settings
from tests.contracts.fake_socket_mode import APP_TOKEN, FakeSocketMode
from tests.unit.alerts.interactions.clicks import click
from tests.unit.alerts.interactions.test_slack import NOW
from tests.unit.streams.interactions.test_endpoint import BrokenPublisher

SETTINGS = Settings(brands=(BrandSettings(name="acme", query="acme"),))


@contextlib.asynccontextmanager
async def line(
    slack: FakeSocketMode, publisher: MemoryPublisher, token: str = APP_TOKEN
) -> AsyncIterator[asyncio.Task[None]]:
    """One connection that is kept up in the background."""
    clock = ManualClock(NOW)
    reception = Reception(SETTINGS, publisher, clock, publish_s=0.2)
    made = Line(token, slack.base_url, People(), reception, clock, chance=random.Random(1))
    task = asyncio.create_task(made.run())
    yield task
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await reception.close()


def actions(publisher: MemoryPublisher) -> list[Any]:
    return publisher.records(Topic.INCIDENT_EVENTS)


async def test_a_click_is_published_and_acknowledged() -> None:
    """By the envelope's id, once it is safe; other kinds of envelopes are acknowledged and left alone."""
    publisher = MemoryPublisher()
    async with FakeSocketMode() as slack, line(slack, publisher):
        await slack.until(1)
        await slack.send("e1", click(Press.ACK))
        await slack.send("e2", {"command": "/tocsin"}, kind="slash_commands")
        await slack.send("e3", click(Press.RESOLVE))
        await slack.until_acknowledged("e1", "e2", "e3")
    assert [type(action) for action in actions(publisher)] == [Ack, Resolve]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_slack_ends_a_connection_and_gets_another(reason: str) -> None:
    """An announced end: a new address is asked for at once, and clicks come over it."""
    publisher = MemoryPublisher()
    async with FakeSocketMode() as slack, line(slack, publisher):
        await slack.until(1)
        await slack.say({"type": "disconnect", "reason": reason})
        await slack.until(2)
        await slack.send("e1", click())
        await slack.until_acknowledged("e1")
    assert slack.opened == 2


async def test_a_connection_that_breaks_comes_back() -> None:
    """Closed without a word, or cut: again, after a pause."""
    publisher = MemoryPublisher()
    async with FakeSocketMode() as slack, line(slack, publisher):
        await slack.until(1)
        await slack.connections[0].close()
        await slack.until(2)
        transport = slack.connections[1]._req.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.abort()
        await slack.until(3)
        await slack.send("e1", click())
        await slack.until_acknowledged("e1")
    assert slack.opened == len(slack.connections) == 3
    assert [type(action) for action in actions(publisher)] == [Ack]


@pytest.mark.parametrize("greeting", ['{"type": "goodbye"}', "nonsense", "[]"])
async def test_a_connection_without_hello_is_tried_again(greeting: str, caplog: pytest.LogCaptureFixture) -> None:
    """Something else than Slack answered: it is asked for another connection, and that is said."""
    async with FakeSocketMode(greeting=greeting) as slack, line(slack, MemoryPublisher()):
        await slack.until(3)
        assert len(slack.connections) >= 3
    assert caplog.messages[:2] == ["slack socket mode: Slack did not say hello"] * 2


async def test_refusals_are_said_with_their_remedy_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """A token that is refused now may be mended without a restart of ours."""
    async with FakeSocketMode(refusals=["invalid_auth", "internal_error"]) as slack, line(slack, MemoryPublisher()):
        await slack.until(1)
    assert "Remedy" in caplog.text
    assert APP_TOKEN not in caplog.text


async def test_switched_off_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """Somebody switched Socket Mode off: the log says where it is switched on."""
    async with FakeSocketMode() as slack, line(slack, MemoryPublisher()):
        await slack.until(1)
        await slack.say({"type": "disconnect", "reason": "link_disabled"})
        await slack.until(2)
    assert "switch Socket Mode on" in caplog.text


async def test_hostile_envelopes_do_not_end_the_line() -> None:
    """No JSON, no object, no id: left alone; the next click is taken."""
    publisher = MemoryPublisher()
    async with FakeSocketMode() as slack, line(slack, publisher):
        await slack.until(1)
        for message in ("{", "[" * 10_000, "[]", "null", {"type": "interactive"}, {"envelope_id": 7}):
            await slack.say(message)
        await slack.connections[0].send_bytes(b"\x00")
        await slack.send("odd", ["not", "a", "click"])
        await slack.send("e1", click())
        await slack.until_acknowledged("odd", "e1")
        assert len(slack.connections) == 1
    assert len(actions(publisher)) == 1


async def test_what_could_not_be_published_is_not_acknowledged() -> None:
    """Slack then tells the clicker; the line goes on."""
    async with FakeSocketMode() as slack, line(slack, BrokenPublisher(hangs=False)):
        await slack.until(1)
        await slack.send("e1", click())
        await slack.send("e2", {}, kind="events_api")
        await slack.until_acknowledged("e2")
    assert slack.acknowledged == ["e2"]


async def test_every_app_keeps_two_lines() -> None:
    """So that there is one while Slack renews the other; the metric counts those that stand."""
    channel = SlackSettings(token=Secret("xoxb-1"), channel="C1", app_token=Secret(APP_TOKEN))
    async with FakeSocketMode() as slack:
        settings = Settings(channels={"team": SlackSettings(**{**as_dict(channel), "base_url": slack.base_url})})
        clock = ManualClock(NOW)
        reception = Reception(settings, MemoryPublisher(), clock)
        task = asyncio.create_task(listen(doors(settings), reception, clock))
        await slack.until(socket_mode.LINES)
        await slack.send("e1", {}, kind="events_api")
        await slack.say({"envelope_id": "e2", "type": "events_api"}, connection=0)
        await slack.until_acknowledged("e1", "e2")
        assert up() == [1, 1]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await reception.close()
    assert up() == [0, 0]


def up() -> list[float | None]:
    return [REGISTRY.get_sample_value("tocsin_slack_socket_up", {"line": str(n)}) for n in range(socket_mode.LINES)]


def as_dict(channel: SlackSettings) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in channel.__struct_fields__}

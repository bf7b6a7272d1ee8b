"""The HTTP door for clicks: what Slack signed comes in once, and nothing else does."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from alerts.channels.protocol import Retryable
from alerts.interactions.buttons import Press
from alerts.interactions.signature import signature
from models.clock import ManualClock
from models.records import Ack, Topic
from streams.console.board import Board
from streams.console.routes import Console
from streams.interactions import endpoint
from streams.interactions.clicks import Clicks
from streams.interactions.endpoint import MAX_BYTES, PATH
from streams.publish import MemoryPublisher, Outgoing
from streams.settings.channels import SlackSettings
from streams.settings.kinds import Secret
from streams.settings.people import PersonSettings
from streams.settings.schema import BrandSettings, Settings
from tests.unit.alerts.interactions.clicks import click
from tests.unit.alerts.interactions.test_slack import NOW, json_like

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = Secret("xoxb-1")
TEAM = SlackSettings(token=TOKEN, channel="C1", signing_secret=Secret(SECRET))
STRICT = SlackSettings(token=TOKEN, channel="C2", signing_secret=Secret("other-signing-secret"), buttons="people")
SETTINGS = Settings(
    brands=(BrandSettings(name="acme", query="acme", locale="fr", sector="telecom"),),
    channels={"team": TEAM, "strict": STRICT},
    people={"lea": PersonSettings(label="Léa Martin", slack_user="U123")},
)


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("tocsin_slack_interactions_total", {"result": result}) or 0.0


@dataclass
class Rig:
    """A console with its door, a publisher, and what was answered to clickers."""

    client: TestClient[web.Request, web.Application]
    publisher: MemoryPublisher
    clock: ManualClock
    clicks: Clicks
    answers: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    async def send(self, payload: Any, *, secret: str = SECRET, **changes: Any) -> int:
        """A signed request with `payload`; `changes` of its `body` and its headers' `timestamp` and `signed`."""
        body = changes.get("body", urlencode({"payload": json.dumps(payload)}).encode())
        timestamp = changes.get("timestamp", str(int(self.clock.now().timestamp())))
        headers = {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": changes.get("signed", signature(secret, timestamp, body)),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        async with self.client.post(PATH, data=body, headers=headers) as answer:
            assert await answer.read() == b""
            return answer.status

    def actions(self) -> list[Any]:
        return self.publisher.records(Topic.INCIDENT_EVENTS)

    async def answered(self) -> list[tuple[str, Mapping[str, Any]]]:
        await asyncio.gather(*self.clicks.reception.under_way)
        return self.answers


@contextlib.asynccontextmanager
async def rig(config: Settings = SETTINGS, publisher: MemoryPublisher | None = None) -> AsyncIterator[Rig]:
    clock, publisher = ManualClock(NOW), publisher or MemoryPublisher()
    clicks = Clicks(config, publisher, clock, publish_s=0.2)
    app = Console(config, Board(), publisher, clock).app()
    clicks.mount(app)
    async with TestClient(TestServer(app)) as client:
        made = Rig(client, publisher, clock, clicks)

        async def answer(url: str, content: Mapping[str, Any]) -> None:
            made.answers.append((url, content))

        clicks.reception.answer = answer
        yield made
        await clicks.close()


async def test_a_click_becomes_an_action_at_the_brand_s_desk() -> None:
    """Answered with an empty 200; published under the sector, by the name in the settings."""
    async with rig() as door:
        assert await door.send(click(Press.ACK)) == 200
        (outgoing,) = door.publisher.outgoing
        assert outgoing.emit.key == "sector:telecom"
        assert isinstance(outgoing.emit.record, Ack)
        assert outgoing.emit.record.by == "Léa Martin"
        assert await door.answered() == []


async def test_slack_s_repeat_of_a_click_has_the_same_id() -> None:
    """It comes signed anew: it is let in, and the incident takes it for what it has seen."""
    async with rig() as door:
        assert await door.send(click()) == 200
        door.clock.advance(3)
        assert await door.send(click()) == 200
        assert len({action.id for action in door.actions()}) == 1


@pytest.mark.parametrize(
    ("changes", "status", "result"),
    [
        ({"secret": "wrong"}, 401, "bad-signature"),
        ({"signed": "v0=" + "0" * 64}, 401, "bad-signature"),
        ({"signed": ""}, 401, "unsigned"),
        ({"timestamp": str(int(NOW.timestamp()) - 301)}, 401, "stale"),
        ({"timestamp": str(int(NOW.timestamp()) + 301)}, 401, "stale"),
        ({"timestamp": ""}, 401, "unsigned"),
        ({"body": b"x" * (MAX_BYTES + 1)}, 413, "too-large"),
        ({"body": b""}, 400, "malformed"),
        ({"body": b"payload=%7B"}, 400, "malformed"),
        ({"body": b"payload=" + b"%5B" * 20_000}, 400, "malformed"),
        ({"body": b"payload=%FF%FE"}, 400, "malformed"),
        ({"body": b"\xff\xfe"}, 400, "malformed"),
        ({"body": b"a=1&" * 5_000}, 400, "malformed"),
        ({"body": b'{"type": "block_actions"}'}, 400, "malformed"),
    ],
)
async def test_what_is_not_slack_s_is_refused_and_counted(changes: Any, status: int, result: str) -> None:
    """Wrong secret, old or future time stamp, too large, or no form at all: refused, counted, nothing published."""
    async with rig() as door:
        before = counted(result)
        assert await door.send(click(), **changes) == status
        assert counted(result) == before + 1
        assert door.actions() == []


async def test_a_replay_is_refused() -> None:
    """The very same request a second time: 401, and counted."""
    async with rig() as door:
        before = counted("replay")
        assert [await door.send(click()) for _ in range(2)] == [200, 401]
        assert counted("replay") == before + 1
        assert len(door.actions()) == 1


async def test_a_body_without_a_length_is_cut_off() -> None:
    """Chunks that never end are refused once they are too many."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 65_536

    async with rig() as door, door.client.post(PATH, data=endless()) as answer:
        assert answer.status == 413


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends headers and then nothing holds no place for long."""
    monkeypatch.setattr(endpoint, "BODY_S", 0.05)

    async def never() -> AsyncIterator[bytes]:
        yield b"payload="
        await asyncio.Event().wait()

    async with rig() as door:
        before = counted("slow")
        async with door.client.post(PATH, data=never()) as answer:
            assert answer.status == 408
        assert counted("slow") == before + 1


@pytest.mark.parametrize("rest", [b"5\r\nab", b"2\r\nab\r\n"])
async def test_a_broken_body_ends_the_connection_without_a_traceback(rest: bytes, caplog: Any) -> None:
    """A line that is cut in the middle: nothing is published, and nothing is shouted into the log."""
    async with rig() as door:
        server = door.client.server
        reader, writer = await asyncio.open_connection(server.host, server.port)
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head.encode() + rest)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert door.actions() == []
    assert "Traceback" not in caplog.text


async def test_each_app_has_its_own_rules() -> None:
    """Signed by the app whose settings name only known people: strangers are told, in the brand's language."""
    stranger = {"id": "U9", "name": "eve", "team_id": "T1"}
    async with rig() as door:
        assert await door.send(click(user=stranger), secret="other-signing-secret") == 200
        assert door.actions() == []
        ((url, content),) = await door.answered()
        assert url == "https://hooks.slack.com/actions/T1/1/secret"
        assert content["response_type"] == "ephemeral"
        assert content["replace_original"] is False
        assert content["text"].startswith("Rien n’a été fait")
        assert await door.send(click(user=stranger)) == 200
        assert [action.by for action in door.actions()] == ["eve (U9)"]


async def test_a_payload_cannot_send_us_elsewhere() -> None:
    """A response_url inside our own network is not called."""
    foreigner = click(user={"id": "U9", "name": "eve", "team_id": "T2"})
    async with rig() as door:
        assert await door.send(foreigner | {"response_url": "https://169.254.169.254/"}) == 200
        assert await door.answered() == []


class BrokenPublisher(MemoryPublisher):
    """A broker that is away, or that never answers."""

    def __init__(self, *, hangs: bool) -> None:
        super().__init__()
        self._hangs = hangs

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        if self._hangs:
            await asyncio.Event().wait()
        raise ConnectionError("broker away")


@pytest.mark.parametrize("hangs", [True, False])
async def test_a_click_that_could_not_be_kept_is_said_to_have_failed(hangs: bool) -> None:
    """503 within Slack's three seconds, so that Slack shows it; and words for whoever clicked."""
    async with rig(publisher=BrokenPublisher(hangs=hangs)) as door:
        before = counted("failed")
        assert await door.send(click()) == 503
        assert counted("failed") == before + 1
        ((_, content),) = await door.answered()
        assert "Réessayez" in content["text"]


async def test_an_answer_that_fails_harms_nothing() -> None:
    """Slack does not take the words for the clicker: the click is refused all the same."""
    async with rig() as door:

        async def fail(url: str, content: Mapping[str, Any]) -> None:
            raise Retryable("away")

        door.clicks.reception.answer = fail
        assert await door.send(click(user={"id": "U9", "name": "eve", "team_id": "T2"})) == 200
        await door.answered()


async def test_without_a_signing_secret_there_is_no_door() -> None:
    """Nothing to knock at, and nothing else answers there."""
    bare = Settings(channels={"team": SlackSettings(token=TOKEN, channel="C1")})
    async with rig(bare) as door, door.client.post(PATH, data=b"x") as answer:
        assert answer.status == 404


async def test_only_post_is_answered() -> None:
    """A browser finds nothing here."""
    async with rig() as door, door.client.get(PATH) as answer:
        assert answer.status in (404, 405)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payloads=st.lists(json_like | st.just(None), min_size=1, max_size=5), raw=st.binary(max_size=300))
def test_hostile_bodies_get_a_status_and_nothing_more(payloads: list[Any], raw: bytes) -> None:
    """Any JSON and any bytes, well signed: 200 or 400, never a traceback."""

    async def knock() -> None:
        async with rig() as door:
            for payload in payloads:
                changed = click() | (payload if isinstance(payload, dict) else {"actions": payload})
                assert await door.send(changed) in (200, 400, 401)
                door.clock.advance(1)
            assert await door.send(None, body=raw) in (200, 400)
            assert await door.send(None, body=b"payload=" + raw) in (200, 400)

    asyncio.run(knock())

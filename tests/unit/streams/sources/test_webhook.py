"""The webhook: who may send, what comes back, and the documented call."""

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock import ManualClock
from streams.settings.kinds import Secret
from streams.settings.schema import WebhookSourceSettings
from streams.sources.protocol import Misconfigured
from streams.sources.webhook import BODY_S, SIGNATURE, TIMESTAMP, Denied, WebhookSource, items, signature
from tests.unit.streams.sources.doubles import NOW, FlakyPublisher, dead, eventually, posts, running

DOCS = Path(__file__).parents[4] / "docs/sources.md"
POST = {"id": 1, "text": "hello", "created_at": "2026-07-04T14:00:00Z"}


@dataclass
class Door:
    """A running webhook and its only client."""

    port: int
    session: aiohttp.ClientSession
    publisher: FlakyPublisher = field(default_factory=FlakyPublisher)

    async def send(self, body: object, kind: str = "application/json", **changed: str) -> tuple[int, dict[str, object]]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = str(int(NOW.timestamp()))
        headers = {TIMESTAMP: stamp, SIGNATURE: signature("k", stamp, raw), "Content-Type": kind}
        headers |= {name: value for name, value in changed.items() if name in {TIMESTAMP, SIGNATURE}}
        headers = {name: value for name, value in headers.items() if changed.get(name) != ""}
        async with self.session.post(f"http://127.0.0.1:{self.port}/ingest", data=raw, headers=headers) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def door(max_bytes: int = 1_000_000, body_s: float = BODY_S) -> AsyncIterator[Door]:
    section = WebhookSourceSettings(name="crm", secret=Secret("k"), port=0, max_bytes=max_bytes)
    source = WebhookSource(section, clock=ManualClock(NOW), body_s=body_s)
    publisher = FlakyPublisher()
    async with running(source, publisher), aiohttp.ClientSession() as session:
        await eventually(lambda: source.port is not None)
        assert source.port is not None
        yield Door(source.port, session, publisher)


async def test_valid_ones_pass_and_bad_ones_are_told() -> None:
    """A batch is taken item by item; the answer says how many, and what is wrong with which."""
    async with door() as d:
        status, answer = await d.send([POST, {"text": ""}, 5, POST])
        assert status == 202
        assert (answer["published"], answer["duplicates"], answer["refused"]) == (1, 1, 2)
        assert answer["reasons"] == {"empty": 1, "malformed": 1}
        assert [p["index"] for p in answer["problems"]] == [1, 2]  # type: ignore[union-attr]
        assert [p.id for p in posts(d.publisher)] == ["crm:1"]
        assert len(dead(d.publisher)) == 2


async def test_lines_and_single_objects() -> None:
    """JSON Lines are taken line by line, a torn one is refused alone; a single object is a batch of one."""
    async with door() as d:
        body = json.dumps(POST).encode() + b'\n\n{"text": \n' + json.dumps({**POST, "id": 2}).encode()
        status, answer = await d.send(body, "application/x-ndjson")
        assert (status, answer["published"], answer["refused"]) == (202, 2, 1)
        assert (await d.send({**POST, "id": 3}))[1]["published"] == 1


async def test_the_unsigned_the_forged_and_the_stale_stay_out() -> None:
    """Without a signature of this very body and time stamp, within five minutes, nothing is read (401)."""
    async with door() as d:
        old = str(int((NOW - timedelta(seconds=301)).timestamp()))
        raw = json.dumps(POST).encode()
        attempts = [
            {SIGNATURE: ""},
            {TIMESTAMP: ""},
            {SIGNATURE: "sha256=" + "0" * 64},
            {SIGNATURE: "sha256=é"},
            {TIMESTAMP: str(int(NOW.timestamp()) + 1)},
            {TIMESTAMP: old, SIGNATURE: signature("k", old, raw)},
            {TIMESTAMP: "soon", SIGNATURE: signature("k", "soon", raw)},
            {SIGNATURE: signature("other", str(int(NOW.timestamp())), raw)},
        ]
        answers = [await d.send(raw, **attempt) for attempt in attempts]
        assert [status for status, _ in answers] == [401] * len(attempts)
        assert not d.publisher.outgoing


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{not json", "application/json", 400),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 5_000, "application/json", 400),
        (b"{}", "text/html", 415),
        (b"x" * 20_001, "application/json", 413),
        (b"[" + b"1," * 10_001 + b"1]", "application/json", 413),
    ],
)
async def test_what_is_not_taken(body: bytes, kind: str, status: int) -> None:
    """Malformed, empty, of another type, too long, too many: each has its status and a sentence."""
    async with door(max_bytes=20_000 if status == 413 and body[:1] == b"x" else 1_000_000) as d:
        code, answer = await d.send(body, kind)
        assert code == status
        assert answer["error"]
        assert not d.publisher.outgoing


@pytest.mark.timeout(60)
async def test_nobody_holds_the_door_open() -> None:
    """A body that does not come is not waited for (408), one that cannot be unpacked is refused; the unsigned are not
    even listened to."""
    async with door(body_s=0.1) as d:
        for signed, status in ((b"X-Tocsin-Signature: x\r\nX-Tocsin-Timestamp: 1\r\n", b"408"), (b"", b"401")):
            reader, writer = await asyncio.open_connection("127.0.0.1", d.port)
            writer.write(b"POST /ingest HTTP/1.1\r\nHost: x\r\n" + signed + b"Content-Length: 9\r\n\r\n[")
            assert status in await reader.readline()
            writer.close()
        url, headers = f"http://127.0.0.1:{d.port}/ingest", {TIMESTAMP: "1", SIGNATURE: "x", "Content-Encoding": "gzip"}
        async with d.session.post(url, data=b"no gzip", headers=headers) as answer:
            assert answer.status == 400


async def test_nothing_is_promised_while_the_broker_is_away() -> None:
    """503 until the publisher acknowledges; the same request is then taken, and a third time changes nothing."""
    async with door() as d:
        d.publisher.broken = True
        assert (await d.send(POST))[0] == 503
        d.publisher.broken = False
        assert (await d.send(POST))[1]["published"] == 1
        assert (await d.send(POST))[1] == {
            "published": 0, "duplicates": 1, "refused": 0, "reasons": {}, "problems": [],
        }  # fmt: skip


async def test_health_can_be_asked() -> None:
    """`GET /healthz` answers without a signature and tells no secrets."""
    async with door() as d, d.session.get(f"http://127.0.0.1:{d.port}/healthz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"status": "ok", "up": True, "published": 0}


def test_a_webhook_without_a_secret_is_refused() -> None:
    """Nobody opens a door without a lock by accident."""
    with pytest.raises(Misconfigured, match="secret"):
        WebhookSource(WebhookSourceSettings(name="crm", secret=Secret("")))


def test_items_keep_their_place() -> None:
    """An item that is no object stands where it stood, as a refusal to come."""
    rows = items(b'[1, {"Text": "a"}]', "application/json")
    assert [(row.line, bool(row.problem)) for row in rows] == [(0, True), (1, False)]
    assert rows[1].fields == {"text": "a"}


@given(st.binary(max_size=100), st.sampled_from(["application/json", "application/x-ndjson", "text/plain", ""]))
def test_any_body_is_read_or_denied(body: bytes, content_type: str) -> None:
    """Whatever bytes come under whatever type, they are rows or a denial with a status of the client's fault."""
    try:
        rows = items(body, content_type)
    except Denied as denied:
        assert denied.status in {400, 413, 415}
    else:
        assert rows
        assert all(row.problem or isinstance(row.fields, dict) for row in rows)


def test_the_documented_call_is_signed_as_the_code_expects() -> None:
    """The shell lines of docs/sources.md make the very signature that the webhook asks for."""
    block = re.search(r"```sh\n(SECRET=.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    lines = block.group(1).partition("curl")[0].replace("$(date +%s)", "1772442000")
    script = f'{lines}\nprintf "%s\\n%s\\n%s" "$SECRET" "$SIGNATURE" "$BODY"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    if "openssl" in done.stderr and "not found" in done.stderr:
        pytest.skip("openssl is not installed")
    secret, signed, body = done.stdout.split("\n", 2)
    assert f"sha256={signed}" == signature(secret, "1772442000", body.encode())
    (row,) = items(body.encode(), "application/json")
    assert {"text", "created_at"} <= row.fields.keys()

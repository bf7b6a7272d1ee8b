"""A hostile day: what is thrown at every door of the pipeline, and the world that it is thrown at."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiohttp

from alerts.channels.mail import MailChannel, SmtpServer
from alerts.channels.slack import SlackChannel
from alerts.channels.terminal import TerminalChannel
from alerts.lanes import DeliveryPolicy
from alerts.outbox import DeliveryStep
from models.clock import ManualClock
from models.records import Dead, Mention, Notification, Post, Share, Tick, Topic
from models.stage import Emit
from streams import wire
from streams.channels import contexts
from streams.engines.local import LocalRunner
from streams.parts import Parts
from streams.publish import Outgoing
from streams.settings.kinds import Secret
from streams.settings.schema import (
    BrandSettings,
    ClassifierSettings,
    ReplaySourceSettings,
    Settings,
    WebhookSourceSettings,
)
from streams.sources.playback import Ticking
from streams.sources.replay import ReplaySource
from streams.sources.webhook import SIGNATURE, TIMESTAMP, WebhookSource, signature
from streams.topology import PIPELINE
from tests.contracts.fake_slack import CHANNEL, TOKEN, FakeSlack, Message
from tests.contracts.fake_smtp import FakeSmtp
from tests.unit.streams.sources.doubles import eventually, running

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
ONSET = MONDAY + timedelta(days=7, hours=10)
CROWD = tuple(f"brand{n}" for n in range(500))
CONSOLE = "https://tocsin.example"
TO = "cm@acme.example"

HANG_S = 600.0
"""All patience with what is real here (loopback, threads, drawing): only what hangs is cut off, never what is slow."""

VENOM = (
    "<!channel> <!here> <!everyone> <@U123> <#C123|general> <!subteam^S1>",
    "<https://evil.example|click here> [click](https://evil.example) www.evil.example evil@evil.example",
    "<script>alert(1)</script></p></td><img src=x onerror=alert(1)><a href='https://evil.example'>x</a>",
    "\r\nBcc: victim@evil.example\r\nSubject: owned\r\n\r\nowned",
    "\x1b[2J\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\ \x9b31m \x00\x07\x08",
    "\u202eesrever\u202c العربية עברית \u2066x\u2069 \u200d👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 z̷̢͓͓͓͓͓͓͓͓͓͓͓͓͓",
    "{brand} %s %(x)s ${x} $x^2$ &lt;!channel&gt; &#60;img&#62; `*_~ </style>",
    "\ud800\udfff lone \ud83d surrogates \ufeff\ufffe",
)  # fmt: skip


def post(n: object, at: datetime, text: object, **fields: object) -> dict[str, object]:
    """A row as an honest source would write it, with whatever else is asked for."""
    author = {"id": f"u{n}", "handle": f"someone_{n}", "followers": 100}
    return {"id": f"{n}", "text": text, "created_at": at.isoformat(), "author": author, **fields}


def history() -> Iterator[dict[str, object]]:
    """A week in which acme is spoken of twice an hour, and some like it less."""
    for n in range(7 * 48):
        text = f"acme is bad, number {n}" if n % 8 == 0 else f"today I saw acme, number {n}"
        yield post(f"h{n}", MONDAY + timedelta(minutes=30 * n + 7), text)


def wave() -> Iterator[dict[str, object]]:
    """Forty honest complaints in forty minutes, and the loudest eight of them full of venom."""
    for n in range(40):
        complaint = f"acme is terrible, awful, the worst I ever bought, number {n}"
        yield post(f"w{n}", ONSET + timedelta(minutes=n), complaint)
    for n, venom in enumerate(VENOM):
        author = {"id": venom, "handle": venom, "name": venom, "followers": 900_000_000 - n}
        text = f"{venom} acme is terrible and awful {venom}"
        url = f"https://evil.example/{venom}" if n % 2 else f"https://evil.example/{n}"
        at = ONSET + timedelta(minutes=2 + 3 * n)
        yield post(f"v{n}", at, text, author=author, url=url, network=venom, language=venom)


def lines() -> list[bytes]:
    """Bad rows, one of each kind, for a file."""
    at = ONSET + timedelta(minutes=5)
    deep = b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    rows = [
        *(post(f"t{n}", at, text) for n, text in enumerate((None, "", "  ", "\x00\x1b", 5, ["acme"], {"a": 1}, True))),
        *(post(f"d{n}", at, "acme", created_at=when) for n, when in enumerate(TIMES)),
        *(post(f"a{n}", at, "acme", author=who) for n, who in enumerate((None, 5, [], "x" * 10_000, {"id": {}}))),
        post("long-handle", at, "acme", author={"id": "i" * 10_000, "handle": "h" * 10_000, "name": "n" * 10_000}),
        post("huge", at, "acme terrible " * 700_000),
        post("crowd", at, "we compared " + " ".join(CROWD) + " and acme"),
        post("joined", at, "acme\u200d is \u200bodd\ufe0f"),
        post("wrong", at, "acme", followers="many", likes=-1, shares=1e400, sentiment={"negative": "x"}, url=5),
        post("unknown", at, "acme", nonsense={"deep": [1, 2, {}]}, __proto__="x"),
        {"root_id": None, "kind": "retweet", "created_at": at.isoformat()},
        {"root_id": "h1", "kind": "like", "created_at": at.isoformat(), "author": "\r\nBcc: x@y"},
    ]
    raw = [b"{torn", b"[1,2", b"null", b"5", b'"text"', b"[]", b"\xff\xfe\x00", b"\x00", deep, b"{}", b'{"text": NaN}']
    return [*(json.dumps(row).encode() for row in rows), *raw]


TIMES = (
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1969-12-31", "1971-01-01", 10**18, -1, 0, 1e308, float("nan"),
    "tomorrow", "", None, [], True, "2026-13-45", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59",
)  # fmt: skip


def table() -> str:
    """Bad rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "created_at", "text", "author", "followers"])
    for n, venom in enumerate(VENOM):
        text = venom.encode("utf-8", "replace").decode()
        writer.writerow([f"c{n}", ONSET.isoformat(), f"acme {text}", text, text])
    writer.writerow(["c-many", "2026", *["x"] * 50])
    writer.writerow(["c-few"])
    writer.writerow(["=cmd|'/c calc'!A1", "never", "acme", "", ""])
    return out.getvalue() + '"never closed acme'


def raw_bytes() -> list[bytes]:
    """What somebody with access to the broker may write on `posts`: as it is, past all admission."""
    good = {
        "type": "post/1", "id": "raw:1", "source": "raw", "network": "raw", "author": {"id": "raw:a"},
        "text": "acme", "created_at": ONSET.isoformat(), "seen_at": ONSET.isoformat(),
    }  # fmt: skip
    changed: list[dict[str, object]] = [
        {}, {"text": 5}, {"text": None}, {"type": "post/9"}, {"type": None}, {"author": "x"}, {"created_at": "now"},
        {"id": "raw:2", "unknown": [1, {"a": 2}]}, {"id": "raw:3", "text": "acme \x00\x1b[2J" + "👩‍👩‍👧" * 500},
        {"id": "raw:4", "created_at": "9999-12-31T23:59:59Z", "seen_at": "9999-12-31T23:59:59Z"},
        {"id": "raw:5", "created_at": "0001-01-01T00:00:00Z", "seen_at": "0001-01-01T00:00:00Z"},
        {"id": "raw:6", "text": "acme is awful " * 750_000}, {"id": "\x00clock/0"}, {"id": "i" * 100_000},
        {"id": "raw:7", "text": ""}, {"id": "raw:8", "known_brands": [f"\x00clock/{n}" for n in range(500)]},
        {"id": "raw:9", "author": {"id": "raw:a", "followers": -(2**62)}}, {"id": "raw:10", "counters": {"shares": -5}},
        {"id": "raw:11", "known_sentiment": {"negative": 1e308, "neutral": -1e308, "positive": 0}},
        {"id": "raw:12", "kind": "reply", "parent_id": "raw:12"}, {"id": "raw:13", "kind": "quote", "root_id": "\x00"},
    ]  # fmt: skip
    bad = [b"", b"\x00", b"{", b"null", b"[]", b"\xff\xfe", b"[" * 200_000, b'{"type":"tick/1","now":"never"}']
    return [*(json.dumps(good | change).encode() for change in changed), *bad, b'{"text":"\\ud800"}']


@dataclass
class Broker:
    """A publisher into the runner, by way of bytes, as every record goes that crosses a topic."""

    runner: LocalRunner

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        emits = [Emit(o.emit.topic, o.emit.key, _by_wire(o)) for o in outgoing]
        await self.runner.load(emits)  # type: ignore[arg-type]


def _by_wire(out: Outgoing) -> Post | Share | Dead | Tick:
    record = wire.decode(out.emit.topic, wire.encode(out.emit.record))
    assert isinstance(record, Post | Share | Dead | Tick)
    return record


def decoded(raw: bytes | None) -> Post:
    """The post in bytes on `posts`."""
    record = wire.decode(Topic.POSTS, raw)
    assert isinstance(record, Post)
    return record


@dataclass
class Day:
    """What came of it. `offered` counts by door; `answers` are the webhook's."""

    runner: LocalRunner
    slack: list[Message] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    terminal: str = ""
    offered: dict[str, int] = field(default_factory=dict)
    answers: list[tuple[int, dict[str, object]]] = field(default_factory=list)

    def records(self, topic: Topic) -> list[object]:
        return list(self.runner.records(topic))

    @property
    def dead(self) -> list[Dead]:
        return [r for r in self.runner.records(Topic.DEAD) if isinstance(r, Dead)]

    @property
    def mentions(self) -> list[Mention]:
        return [r for r in self.runner.records(Topic.MENTIONS) if isinstance(r, Mention)]

    @property
    def notifications(self) -> list[Notification]:
        return [r for r in self.runner.records(Topic.NOTIFICATIONS) if isinstance(r, Notification)]


def settings() -> Settings:
    acme = BrandSettings(name="acme", query="acme", channels=("slack", "mail", "terminal"))
    crowd = tuple(BrandSettings(name=name, query=name) for name in CROWD)
    return Settings(brands=(acme, *crowd), classifier=ClassifierSettings(backend="lexicon"), public_url=CONSOLE)


def _patient(parts: Parts) -> DeliveryStep:
    """The outbox, which takes in each send at the tick that began it: a real clock has no say in which tick that is."""
    policy = DeliveryPolicy(batch_s=HANG_S, attempt_timeout_s=HANG_S)
    return DeliveryStep(parts.channels, parts.clock, policy=policy)


STAGES = tuple(replace(stage, build=_patient) if stage.name == "delivery" else stage for stage in PIPELINE)


async def live(folder: Path) -> Day:
    """The whole day: an ordinary week, then everything at once, through every door, to every channel."""
    clock = ManualClock(ONSET + timedelta(minutes=6))
    printed = io.StringIO()
    async with FakeSlack() as slack, FakeSmtp() as smtp:
        speak = contexts(settings())
        server = SmtpServer("localhost", smtp.port, "none")
        channels = {
            "slack": SlackChannel("slack", TOKEN, CHANNEL, speak, base_url=slack.base_url, timeout_s=HANG_S),
            "mail": MailChannel(
                "mail",
                server,
                sender="Tocsin <bell@acme.example>",
                to=(TO,),
                contexts=speak,
                clock=clock,
                timeout_s=HANG_S,
            ),
            "terminal": TerminalChannel("terminal", printed, speak),
        }
        parts = Parts(settings(), clock=clock, channels=channels)
        day = Day(LocalRunner(parts, stages=STAGES, durable=True))
        await _throw(day, clock, folder)
        for channel in channels.values():
            await channel.close()
    day.slack, day.mails, day.terminal = slack.messages, smtp.mails, printed.getvalue()
    return day


async def _throw(day: Day, clock: ManualClock, folder: Path) -> None:
    broker = Broker(day.runner)
    past = [json.dumps(row).encode() for row in history()]
    await _replay(day, broker, folder / "history.jsonl", b"\n".join(past), len(past), Ticking(1, 300, 0), clock)
    for raw in raw_bytes():
        await day.runner.feed(raw)
    async with _webhook(broker, clock) as send:
        for body, kind in BODIES:
            day.answers.append(await send(body, kind))
    text = table()
    await _replay(day, broker, folder / "table.csv", text.encode(), len(VENOM) + 4, None, clock)
    bad = [*(json.dumps(row).encode() for row in wave()), *lines()]
    await _replay(day, broker, folder / "wave.jsonl", b"\n".join(bad), len(bad), Ticking(1, 60, 10_800), clock)


async def _replay(
    day: Day, broker: Broker, path: Path, content: bytes, rows: int, ticking: Ticking | None, clock: ManualClock
) -> None:
    await asyncio.to_thread(path.write_bytes, content)
    section = ReplaySourceSettings(name=path.stem, path=str(path), speed=0)
    source = ReplaySource(section, ticking=ticking, clock=clock)
    async with running(source, broker, clock) as (task, _):
        await task
    day.offered[path.stem] = rows
    counts = source.pulse
    assert counts.published + counts.refused + counts.duplicates == rows, (path.name, counts.published, counts.refused)


@asynccontextmanager
async def _webhook(broker: Broker, clock: ManualClock) -> AsyncIterator["Send"]:
    section = WebhookSourceSettings(name="web", secret=Secret("k"), port=0, max_bytes=12_000_000)
    source = WebhookSource(section, clock=clock)
    patience = aiohttp.ClientTimeout(total=HANG_S)
    async with running(source, broker, clock), aiohttp.ClientSession(timeout=patience) as session:
        await eventually(lambda: source.port is not None)
        yield Send(session, f"http://127.0.0.1:{source.port}/ingest", clock)


@dataclass
class Send:
    """A client that knows the secret, and means no good."""

    session: aiohttp.ClientSession
    url: str
    clock: ManualClock

    async def __call__(self, body: bytes, kind: str) -> tuple[int, dict[str, object]]:
        stamp = str(int(self.clock.now().timestamp()))
        headers = {TIMESTAMP: stamp, SIGNATURE: signature("k", stamp, body), "Content-Type": kind}
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, await answer.json()


def _bodies() -> list[tuple[bytes, str]]:
    rows = [post(f"x{n}", ONSET, f"acme {venom}", author=venom, url=venom) for n, venom in enumerate(VENOM)]
    json_type, lines_type = "application/json", "application/x-ndjson"
    return [
        (json.dumps(rows).encode(), json_type),
        (b"\n".join(line for line in lines() if line.strip()), lines_type),
        (b"{torn", json_type),
        (b"[" * 100_000, json_type),
        (json.dumps([1, None, [], "x", {}, post("y", ONSET, "acme")]).encode(), json_type),
        (b"x" * 12_000_001, json_type),
    ]


BODIES = _bodies()

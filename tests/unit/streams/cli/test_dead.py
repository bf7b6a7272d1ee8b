"""`tocsin dead` on a log in memory."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from models.clock import SystemClock
from models.records import Dead, Topic
from streams import wire
from streams.brokers.kafka import Access
from streams.cli.dead import command, letters, text
from streams.topology import TOPICS
from tests.unit.streams.brokers.fake_consumer import FakeConsumer, log

NOW = SystemClock().now()
POISON = Dead(
    id="1",
    reason="malformed",
    detail="no JSON",
    origin="posts/0/7",
    at=NOW - timedelta(hours=1),
    size=8,
    payload=b"not json",
)
OLD = msgspec.structs.replace(POISON, id="0", reason="invalid", at=NOW - timedelta(days=3))
LOST = Dead(
    id="2",
    reason="undelivered",
    detail="person:lea was not told of acme P1\ncare: rejected: the mailbox is full",
    origin="outbox/i/n",
    at=NOW - timedelta(minutes=5),
    key="i",
    size=2,
    payload=b"{}",
)


def dead(monkeypatch: pytest.MonkeyPatch, folder: Path, held: list[Dead], *more: str) -> Result:
    path = folder / "tocsin.toml"
    path.write_text('[kafka]\nbroker = "127.0.0.1:1"\n', encoding="utf-8")
    consumer = FakeConsumer({("tocsin.dead", 0): log(*held)}, known={f"tocsin.{topic}" for topic in TOPICS})
    monkeypatch.setattr(Access, "consumer", lambda self: consumer)
    return CliRunner().invoke(command, ["--settings", str(path), *more])


def test_each_is_told_once_oldest_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Within the time asked for: when, why, where from, and what it held; of an alert, whom nothing reached and why."""
    done = dead(monkeypatch, tmp_path, [LOST, POISON, POISON, OLD])
    assert done.exit_code == 0, done.output
    assert [line[21:] for line in done.stdout.splitlines() if line[:1] != " "] == [
        "malformed  from posts/0/7",
        "undelivered  from outbox/i/n, key i",
    ]
    assert "    8 bytes: not json\n" in done.stdout
    assert done.stdout.endswith("    person:lea was not told of acme P1\n    care: rejected: the mailbox is full\n")


def test_programs_get_all_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As text, or as base64 where they are none."""
    raw = msgspec.structs.replace(POISON, id="3", payload=b"\xff\xfe", at=NOW)
    told = [json.loads(line) for line in dead(monkeypatch, tmp_path, [POISON, raw], "--json").stdout.splitlines()]
    assert [(each.get("text"), each.get("base64")) for each in told] == [("not json", None), (None, "//4=")]
    assert told[0]["origin"] == "posts/0/7"


def test_a_reason_alone_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing found is an exit code, and says what else there is: a typo must not look like peace."""
    done = dead(monkeypatch, tmp_path, [LOST, POISON], "--reason", "undelivered")
    assert done.exit_code == 0 and "malformed" not in done.stdout
    none = dead(monkeypatch, tmp_path, [LOST], "--reason", "undeliverd")
    assert (none.exit_code, none.stdout) == (1, "")
    assert none.stderr == "no dead letters were found; of other times or reasons there are: undelivered\n"
    assert dead(monkeypatch, tmp_path, []).stderr == "no dead letters were found\n"


def test_what_strangers_wrote_stays_a_line() -> None:
    """Control characters and escapes of a poison record do nothing to the terminal, and its lines are not ours."""
    hostile = Dead(
        id="4",
        reason="malformed",
        detail="bad\x1b[2J",
        origin="posts/0/8\n2026-01-01 00:00:00  fine",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        size=9,
        payload=b"\x1b]0;x\x07\n\xff",
    )
    told = text(hostile)
    assert "\x1b" not in told and "\x07" not in told
    assert len(told.splitlines()) == 3


def test_what_is_read_are_dead_letters() -> None:
    """The same letter, twice in the log, is one; the record survives the wire."""
    assert letters([POISON, wire.decode(Topic.DEAD, wire.encode(POISON))]) == [POISON]

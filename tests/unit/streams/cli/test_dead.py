"""`tocsin dead` on a log in memory."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from models.clock import SystemClock
from models.records import Dead, Replayed, Topic
from streams import wire
from streams.brokers.kafka import Access
from streams.cli.dead import command, letters, text
from streams.redrive import note
from streams.topology import TOPICS
from tests import samples
from tests.contracts import toy
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


POST = wire.encode(toy.post(1))


def dead(monkeypatch: pytest.MonkeyPatch, folder: Path, held: Sequence[Dead | Replayed], *more: str) -> Result:
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
    assert none.stderr == "no dead letters were found; others there are: undelivered from outbox\n"
    assert dead(monkeypatch, tmp_path, []).stderr == "no dead letters were found\n"


def test_a_topic_or_a_brand_alone_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What names no brand is left out of a brand's, and counted."""
    alert = msgspec.structs.replace(LOST, payload=wire.encode(samples.spike_alert()))
    mine = dead(monkeypatch, tmp_path, [alert, POISON], "--brand", "lumiere")
    assert "undelivered" in mine.stdout and "malformed" not in mine.stdout
    assert mine.stderr == "1 more left out: what brand they are about is not known\n"
    nobody = dead(monkeypatch, tmp_path, [alert], "--brand", "lumieres")
    assert nobody.exit_code == 2 and "there is no brand 'lumieres' in the settings" in nobody.stderr
    posts = dead(monkeypatch, tmp_path, [alert, POISON], "--topic", "posts")
    assert "undelivered" not in posts.stdout and "malformed" in posts.stdout
    none = dead(monkeypatch, tmp_path, [alert, POISON], "--topic", "post")
    assert none.stderr.endswith("others there are: malformed from posts, undelivered from outbox\n")


def test_what_would_go_back_is_told_and_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In one line, and one for each reason to leave others; to send would need a broker, and there is none."""
    lost = msgspec.structs.replace(
        POISON, id="5", reason="step-failed", origin="posts/0/9", size=len(POST), payload=POST, at=NOW
    )
    before = msgspec.structs.replace(lost, id="6", origin="posts/0/10")
    held = [POISON, LOST, lost, before, note(before, NOW)]
    would = dead(monkeypatch, tmp_path, held, "--replay", "--dry-run")
    first, *left = would.stdout.splitlines()
    assert would.exit_code == 0, would.output
    assert first.startswith("would put back 1 of 4 dead letters since 20") and first.endswith(" UTC: 1 to posts")
    assert sorted(line[: line.index(":")] for line in left) == ["  left 1"] * 3
    assert "  left 1: put back before (--again repeats it) [posts/0/10]" in left
    told = dead(monkeypatch, tmp_path, held, "--replay", "--dry-run", "--json")
    outcomes = {each["origin"]: each["replay"] for each in map(json.loads, told.stdout.splitlines())}
    assert outcomes == {
        "posts/0/9": "would-send",
        "posts/0/7": "unreadable",
        "posts/0/10": "replayed",
        "outbox/i/n": "undelivered",
    }
    assert told.stderr == would.stdout
    assert dead(monkeypatch, tmp_path, [POISON], "--replay").exit_code == 1
    assert dead(monkeypatch, tmp_path, held).stdout.count("\n    put back 20") == 1


@pytest.mark.parametrize("option", ["--dry-run", "--again"])
def test_an_option_of_replay_alone_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str) -> None:
    """Whoever forgets --replay would take the list for what was done."""
    wrong = dead(monkeypatch, tmp_path, [POISON], option)
    assert wrong.exit_code == 2 and f"{option} is for --replay" in wrong.stderr


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

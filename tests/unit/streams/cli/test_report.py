"""`tocsin report` from the outside: from topics and from a file, JSON and page, and plain words for mistakes."""

import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from aiokafka.errors import KafkaConnectionError
from click.testing import CliRunner, Result

from models.records import Ack, AnyRecord, Tick
from streams.brokers.kafka import Access
from streams.cli.report import command
from tests import samples
from tests.unit.models.position.cases import PERIOD, mention, mentions
from tests.unit.streams.brokers.fake_consumer import FakeConsumer, log

SETTINGS = """
public_url = "https://tocsin.example"
[[brands]]
name = "acme"
label = "Acme & Fils"
query = "acme"
locale = "fr"
timezone = "Europe/Paris"
channels = ["chat"]
notify_from = "P4"
[[brands]]
name = "nord"
query = "nord"
[[brands]]
name = "halo"
query = "halo"
sector = "lamps"
[[brands]]
name = "aura"
query = "aura"
sector = "lamps"
[channels.chat]
type = "terminal"
[kafka]
broker = "127.0.0.1:1"
[classifier]
backend = "lexicon"
[risk]
head = false
"""
TICKS = [Tick(now=PERIOD.before.since + timedelta(hours=hour)) for hour in range(14 * 24)]
SPAN = ("--since", PERIOD.since.isoformat(), "--until", PERIOD.until.isoformat())


@pytest.fixture
def settings(tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "tocsin.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    return "--settings", str(path)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def topics(monkeypatch: pytest.MonkeyPatch, said: list[AnyRecord | bytes], done: list[AnyRecord]) -> None:
    """A broker that holds these records, those of `said` over two partitions."""
    held = {
        ("tocsin.mentions", 0): log(*said[::2]),
        ("tocsin.mentions", 3): log(*said[1::2]),
        ("tocsin.incident-events", 1): log(*(each for each in done if isinstance(each, Ack))),
        ("tocsin.notifications", 2): log(*(each for each in done if not isinstance(each, Ack))),
    }
    known = {f"tocsin.{name}" for name in ("mentions", "incident-events", "notifications")}
    monkeypatch.setattr(Access, "consumer", lambda self: FakeConsumer(held, known=known))


def alert() -> list[AnyRecord]:
    first = samples.spike_alert()
    opened = PERIOD.since + timedelta(days=3)
    incident = msgspec.structs.replace(first.incident, brand="acme", opened_at=opened)
    at = opened + timedelta(minutes=4)
    ack = Ack(id="a", brand="acme", incident=incident.id, by="Zoé", via="slack", at=at)
    return [msgspec.structs.replace(first, incident=incident, at=opened), ack]


def test_the_topics_of_a_pipeline_become_a_report(monkeypatch: pytest.MonkeyPatch, settings: tuple[str, str]) -> None:
    """Mentions, repeats, ticks and broken bytes in the log: one report, in the brand's language, with its alerts."""
    said: list[AnyRecord | bytes] = [*TICKS, b"not a record"]
    said += [*mentions(40, 20), *mentions(40, 2, day=-1, first=100), *mentions(20, 1, brand="nord", first=200)]
    topics(monkeypatch, [*said, *said[-20:]], alert())
    done = call("acme", *SPAN, *settings)
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    position = told["position"]
    assert (told["title"], told["locale"], told["origin"]) == ("Acme & Fils", "fr", "topics")
    assert (position["now"]["mentions"], position["before"]["mentions"], position["change"]) == (40, 40, "more")
    assert [each["brand"] for each in position["rivals"]] == ["acme", "nord", "aura", "halo"]
    assert told["handling"]["median_answer_s"] == 240.0
    assert told["handling"]["incidents"][0]["url"].startswith("https://tocsin.example/incidents/")
    assert "nettement plus" in told["summary"][1]


def test_a_page_comes_with_its_sentences(
    monkeypatch: pytest.MonkeyPatch, settings: tuple[str, str], tmp_path: Path
) -> None:
    """`--html` writes the page and prints the summary; with `--json` the object instead."""
    topics(monkeypatch, [*TICKS[:-5], *mentions(40, 20)], [])
    page = tmp_path / "acme.html"
    done = call("acme", *SPAN, *settings, "--html", str(page), "--locale", "en")
    assert done.stdout.startswith("40 mentions, by 40 people")
    written = page.read_text(encoding="utf-8")
    assert '<html lang="en">' in written
    assert "In 5 hours of this period nothing was listening" in written
    both = call("acme", *SPAN, *settings, "--html", str(page), "--json")
    assert json.loads(both.stdout)["brand"] == "acme"


def test_a_sector_is_the_competition(monkeypatch: pytest.MonkeyPatch, settings: tuple[str, str]) -> None:
    """A brand with a sector is compared with it, and with whomever is named where somebody is."""
    topics(monkeypatch, [*mentions(5, 0, brand="aura")], [])
    told = json.loads(call("aura", *SPAN, *settings).stdout)
    assert [each["brand"] for each in told["position"]["rivals"]] == ["aura", "halo"]
    told = json.loads(call("aura", *SPAN, *settings, "--against", "nord").stdout)
    assert [each["brand"] for each in told["position"]["rivals"]] == ["aura", "nord"]


def test_an_empty_period_is_no_failure(monkeypatch: pytest.MonkeyPatch, settings: tuple[str, str]) -> None:
    """Nobody spoke of it: exit code 0, and it says so."""
    topics(monkeypatch, [*TICKS[:-5], mention(1, brand="nord")], [])
    done = call("acme", *SPAN, *settings, "--locale", "en")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["summary"][0] == "Nobody mentioned Acme & Fils in this period."
    assert told["position"]["now"]["negative"] == {"count": 0, "share": None, "interval": None}


def test_without_topics_or_broker_one_line_says_so(monkeypatch: pytest.MonkeyPatch, settings: tuple[str, str]) -> None:
    """Missing topics and a broker that does not answer: exit code 1, and what to look at."""
    monkeypatch.setattr(Access, "consumer", lambda self: FakeConsumer({}, known=set()))
    done = call("acme", *settings)
    assert done.exit_code == 1
    assert "tocsin.mentions: not created yet, see tocsin topics" in done.stderr

    class Dead(FakeConsumer):
        async def start(self) -> None:
            raise KafkaConnectionError("connection refused")

    monkeypatch.setattr(Access, "consumer", lambda self: Dead({}))
    done = call("acme", *settings)
    assert done.exit_code == 1
    assert "no answer from Kafka at 127.0.0.1:1 (kafka.broker)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("acmee",), "did you mean acme?"),
        (("acme", "--against", "nrod"), "did you mean nord?"),
        (("acme", "--since", "2026-03-02", "--until", "2026-03-01"), "is not before --until"),
        (("acme", "--since", "2020-01-01", "--until", "2026-03-01"), "at most 366 days"),
        (("acme", "--since", "99999999d"), "longer than a thousand years"),
        (("acme", "--until", "9999-12-31"), "outside of the calendar"),
        (("acme", "--since", "yesterday"), "neither a moment"),
        (("acme", "--html", "/nowhere/at/all.html"), "there is no folder /nowhere/at"),
        (("acme", "--map", "text=message"), "there is no such file"),
        (("acme", "--broker", "embedded"), "which pipeline? give --broker HOST:PORT"),
        (("acme", "--mentions", "/nowhere.csv"), "does not exist"),
    ],
)
def test_mistakes_are_told_in_words(settings: tuple[str, str], arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2 and one line that names the remedy."""
    done = call(*arguments, *settings)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def posts(path: Path, *rows: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def row(minute: float, brand: str = "acme", sentiment: str | None = "neutral", **more: object) -> dict[str, object]:
    at = PERIOD.since + timedelta(days=3, minutes=minute)
    author = f"a{minute}"
    text = more.pop("text", f"One more thing on {brand}, number {minute}.")
    return {
        "created_at": at.isoformat(),
        "text": text,
        "brand": brand,
        "sentiment": sentiment,
        "author": author,
        **more,
    }


def test_a_file_is_judged_without_a_broker(tmp_path: Path, settings: tuple[str, str]) -> None:
    """A storm in a file: the period ends with the file, and the alert it would have been is in the report."""
    calm = [row(-60 * n) for n in range(1, 200)] + [row(-90 * n - 7, "nord", "positive") for n in range(1, 100)]
    storm = [row(n / 2, sentiment="negative", text=f"Broken again, complaint {n}, {n * 7} days") for n in range(120)]
    file = posts(tmp_path / "past.jsonl", *calm, *storm)
    done = call("acme", "--mentions", file, *settings, "--since", "1d")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["origin"] == "file"
    assert told["position"]["period"]["until"] == "2026-03-12T01:00:00Z"
    assert told["position"]["step"] == "hour"
    assert told["position"]["now"]["negative"]["count"] == 120
    assert told["position"]["change"] == "more"
    assert [each["brand"] for each in told["position"]["rivals"]] == ["acme", "nord", "aura", "halo"]
    assert [each["kind"] for each in told["handling"]["incidents"]] == ["spike"]
    assert told["handling"]["incidents"][0]["url"] is None


def test_a_file_needs_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a tocsin.toml the file's own brands are watched; the classifier reads what has no sentiment."""
    monkeypatch.chdir(tmp_path)
    file = posts(
        tmp_path / "past.jsonl",
        row(0, sentiment=None, text="This is the worst service I have ever had, I hate it."),
        row(1, sentiment=None, text="I love it, wonderful, thank you so much!"),
        row(2, "nord"),
    )
    told = json.loads(call("acme", "--mentions", file).stdout)
    now = told["position"]["now"]
    assert (now["negative"]["count"], now["positive"]["count"]) == (1, 1)
    assert told["position"]["before"] is None
    assert [each["brand"] for each in told["position"]["rivals"]] == ["acme", "nord"]
    wrong = call("acne", "--mentions", file)
    assert wrong.exit_code == 2
    assert "did you mean acme?" in wrong.stderr


def test_a_file_that_says_nothing_is_told_as_by_backtest(tmp_path: Path, settings: tuple[str, str]) -> None:
    """Columns that are not there are named with `--map`; rows that cannot be used are, too."""
    table = tmp_path / "past.csv"
    table.write_text("when,what\n2026-03-01,hello\n", encoding="utf-8")
    done = call("acme", "--mentions", str(table), *settings)
    assert done.exit_code == 2
    assert "--map created_at=COLUMN" in done.stderr
    empty = posts(tmp_path / "past.jsonl", {"created_at": "whenever", "text": "x", "brand": "acme"})
    done = call("acme", "--mentions", empty, *settings)
    assert done.exit_code == 1
    assert "nothing in it can be used" in done.stderr

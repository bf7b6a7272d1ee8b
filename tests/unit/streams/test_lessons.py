"""What a file of the past teaches, by the pipeline's own stages, and what it says to people."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.records import Past
from streams.cli import learn
from streams.main import main
from streams.settings.schema import Settings

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)  # noqa: TID251 (the command asks the machine)
SETTINGS = """
[[brands]]
name = "acme"
query = "acme"
channels = ["desk"]
[[brands]]
name = "zenith"
query = "zenith"
channels = ["desk"]
[[brands]]
name = "unheard"
query = "unheard"
channels = ["desk"]
[channels.desk]
type = "terminal"
[classifier]
backend = "lexicon"
[kafka]
broker = "127.0.0.1:9092"
"""


@pytest.fixture
def settings(tmp_path: Path) -> str:
    file = tmp_path / "tocsin.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    return str(file)


def export(path: Path, *, days: int, ends: datetime = NOW) -> str:
    """Three posts an hour on acme, one in all on zenith; nobody has said of which brand they are."""
    rng = random.Random(1)
    rows = ["created_at,id,text"]
    for hour in range(days * 24):
        at = ends - timedelta(days=days) + timedelta(hours=hour)
        for n, minute in enumerate(sorted(rng.sample(range(60), 3))):
            when = at + timedelta(minutes=minute)
            rows.append(f"{when:%Y-%m-%dT%H:%M:%SZ},{hour}-{n},this acme thing is terrible ({hour}-{n})")
    rows.append(f"{ends - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ},z,I hate zenith")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Past]:
    """What goes to the pipeline, which is not there."""
    found: list[Past] = []

    async def send(_: Settings, pasts: Sequence[Past]) -> None:
        found.extend(pasts)

    async def ready(_: Settings) -> None:
        pass

    async def reached(work: object, *_: object) -> object:
        return await work  # type: ignore[misc]

    monkeypatch.setattr(learn, "_send", send)
    monkeypatch.setattr(learn, "_ready", ready)
    monkeypatch.setattr("streams.cli.kafka._reaching", reached)
    return found


def test_a_file_teaches_what_is_usual(tmp_path: Path, settings: str, sent: list[Past]) -> None:
    """A line for each brand that the queries find in it; only what is enough to judge by is sent."""
    done = CliRunner().invoke(main, ["learn", export(tmp_path / "past.csv", days=3), "--settings", settings])
    assert done.exit_code == 0, done.output
    acme, zenith = done.output.splitlines()
    assert acme.startswith("acme: 216 mentions, 216 of them adverse, ")
    assert acme.endswith(": enough to judge by, sent")
    assert zenith.startswith("zenith: 1 mention, 1 of them adverse, ")
    assert "too little to judge by" in zenith
    (past,) = sent
    assert (past.brand, NOW - timedelta(hours=1) <= past.until < NOW) == ("acme", True)


def test_a_trial_sends_nothing(tmp_path: Path, settings: str, sent: list[Past]) -> None:
    """--dry-run says the same, needs no Kafka, and leaves the pipeline as it is."""
    call = ["learn", export(tmp_path / "past.csv", days=3), "--settings", settings, "--dry-run"]
    done = CliRunner().invoke(main, call)
    assert (done.exit_code, sent) == (0, [])
    assert "enough to judge by\n" in done.output


@pytest.mark.parametrize(
    ("days", "ends", "said"),
    [
        (1, timedelta(0), "too little to judge by"),
        (3, timedelta(days=80), "what is older than ten weeks is forgotten"),
    ],
)
def test_a_past_that_teaches_nothing_is_a_failure(
    tmp_path: Path, settings: str, sent: list[Past], days: int, ends: timedelta, said: str
) -> None:
    """Exit code 1 and the reason, so that nobody believes a brand to be watched that is not."""
    file = export(tmp_path / "past.csv", days=days, ends=NOW - ends)
    if days == 1:
        Path(file).write_text("\n".join(Path(file).read_text(encoding="utf-8").splitlines()[:20]), encoding="utf-8")
    done = CliRunner().invoke(main, ["learn", file, "--settings", settings])
    assert (done.exit_code, sent) == (1, [])
    assert said in done.output


def test_a_future_is_no_past(tmp_path: Path, settings: str, sent: list[Past]) -> None:
    """What was learned of it would be older than the present for years; one line says how much and up to when."""
    file = export(tmp_path / "past.csv", days=3, ends=NOW + timedelta(days=365))
    done = CliRunner().invoke(main, ["learn", file, "--settings", settings, "--dry-run"])
    assert (done.exit_code, sent) == (1, [])
    year = (NOW + timedelta(days=365)).year
    assert f"are from the future (up to {year}-" in done.output
    assert len(done.output.splitlines()) == 1


def test_a_past_of_others_is_a_failure(tmp_path: Path, settings: str, sent: list[Past]) -> None:
    """A file in which no brand of the settings is named."""
    file = tmp_path / "past.csv"
    file.write_text(f"created_at,text\n{NOW:%Y-%m-%dT%H:%M:%SZ},hello\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["learn", str(file), "--settings", settings])
    assert (done.exit_code, sent) == (1, [])
    assert "holds nothing on the brands of" in done.output

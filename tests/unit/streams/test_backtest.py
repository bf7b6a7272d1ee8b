"""`tocsin backtest`: files in, alerts out, and plain words about what cannot be used."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from models.records import Post
from models.spikes.budget import Budget
from streams.backtest import Alert, run_mentions, run_series, score, settings_for, step_minutes
from streams.cli.backtest import command
from streams.series import Label
from tests.contracts.test_detectors import story
from tests.scenarios.neighbours import known_stages

START = datetime(2026, 3, 2, tzinfo=UTC)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def series_file(path: Path, *, step_min: int = 5, days: int = 9, storm: bool = True) -> Path:
    """A noisy series of ten or so, with an hour of a hundred in the last night."""
    rng = random.Random(3)
    lines = ["timestamp,value"]
    steps = days * 1_440 // step_min
    for index in range(steps):
        value = rng.randrange(6, 15)
        if storm and steps - 40 <= index < steps - 28:
            value += 100
        lines.append(f"{(START + timedelta(minutes=step_min * index)):%Y-%m-%d %H:%M:%S},{value}")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_series_gives_alerts_as_jsonl(tmp_path: Path) -> None:
    """One wave gives one line with all the fields of the contract, and its end."""
    done = call("--series", str(series_file(tmp_path / "counts.csv")))
    assert done.exit_code == 0
    alerts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(alerts) == 1
    fields = ["at", "onset", "ended", "observed", "expected", "interval", "surprise", "window_s", "reason"]
    assert list(alerts[0]) == fields
    assert alerts[0]["at"] == alerts[0]["onset"]
    assert alerts[0]["ended"] > alerts[0]["at"]
    assert alerts[0]["interval"][0] < alerts[0]["expected"] < alerts[0]["interval"][1] < alerts[0]["observed"]


def test_a_calm_series_gives_nothing(tmp_path: Path) -> None:
    """No wave, no line, exit code 0."""
    done = call("--series", str(series_file(tmp_path / "counts.csv", storm=False)))
    assert (done.exit_code, done.stdout) == (0, "")


def test_labels_add_a_score_on_standard_error(tmp_path: Path) -> None:
    """Precision, recall, lead time and the rate of alerts are the last line of standard error, as JSON."""
    file = series_file(tmp_path / "counts.csv")
    end = START + timedelta(days=9)
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps({"counts": [[str(end - timedelta(hours=4)), str(end)]], "other": [["2026", "x"]][:0]}))
    done = call("--series", str(file), "--labels", str(labels))
    found = json.loads(done.stderr.splitlines()[-1])
    assert (found["alerts"], found["precision"], found["recall"]) == (1, 1.0, 1.0)
    assert found["lead_s"] > 0
    assert found["alerts_per_brand_week"] == pytest.approx(7 / 9, abs=0.01)


def test_bad_rows_are_named_and_the_rest_is_used(tmp_path: Path) -> None:
    """File, line and reason on standard error; exit code 0 as long as something can be used."""
    file = tmp_path / "counts.csv"
    file.write_text("timestamp,value\n2026-03-02 00:00,1\nyesterday,2\n2026-03-02 00:05,many\n2026-03-02 00:10,-3\nx\n")
    done = call("--series", str(file))
    assert done.exit_code == 0
    for line, word in ((3, "yesterday"), (4, "many"), (5, "-3"), (6, "no time")):
        assert any(f"counts.csv:{line}:" in told and word in told for told in done.stderr.splitlines())
    assert "4 rows not used, 1 used" in done.stderr


def test_nothing_usable_is_a_failure(tmp_path: Path) -> None:
    """Exit code 1 where no row can be used."""
    file = tmp_path / "counts.csv"
    file.write_text("timestamp,value\nx,y\n")
    assert call("--series", str(file)).exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--series", "F", "--mentions", "F"),
        ("--series", "F", "--false-alarms", "often"),
        ("--series", "absent.csv"),
    ],
)
def test_a_wrong_call_is_explained(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Exit code 2, a word on the remedy, and no traceback."""
    file = series_file(tmp_path / "counts.csv", days=1)
    done = call(*(str(file) if a == "F" else a for a in arguments))
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
    assert "Error" in done.stderr


def test_a_file_without_the_columns_is_explained(tmp_path: Path) -> None:
    """The error names what is missing, what there is, and how to map it."""
    file = tmp_path / "mentions.csv"
    file.write_text("when,what\n2026-03-02,hello\n")
    done = call("--mentions", str(file))
    assert done.exit_code == 2
    assert "--map created_at=COLUMN" in done.stderr
    assert "when, what" in done.stderr
    mistaken = call("--mentions", str(file), "--map", "created_at=nope")
    assert mistaken.exit_code == 2
    assert "no column for created_at (one of nope)" in mistaken.stderr
    assert call("--mentions", str(file), "--map", "nonsense").exit_code == 2


async def test_mentions_run_through_the_stages() -> None:
    """The same posts give the same alerts, in the fields of the contract."""
    posts = storm()
    found = await run_mentions(posts, settings_for(posts, "1/week"), stages=known_stages())
    assert found.dead == {}
    assert [(a.brand, a.kind) for a in found.alerts] == [("acme", "spike")]
    assert found.alerts[0].ended is not None
    assert await run_mentions(posts, settings_for(posts, "1/week"), stages=known_stages()) == found


def storm() -> list[Post]:
    """Three ordinary days of a brand, and a storm."""
    posts = [msgspec.structs.replace(m.post, known_brands=(m.brand,)) for m in story()]
    return sorted(posts, key=lambda post: (post.seen_at, post.id))


def test_a_gap_is_no_silence() -> None:
    """A series that pauses for a week and goes on as before raises nothing."""
    rng = random.Random(4)
    first = [(START + timedelta(minutes=5 * i), float(rng.randrange(20, 40))) for i in range(2_000)]
    again = [(at + timedelta(days=14), value) for at, value in first]
    assert run_series([*first, *again], Budget.parse("1/week")) == []


def test_the_step_is_the_median_gap() -> None:
    """One hole and one repeat do not change it."""
    times = [START + timedelta(minutes=m) for m in (0, 15, 30, 30, 45, 600, 615)]
    assert step_minutes(times) == 15
    assert step_minutes(times[:1]) == 1


def test_scores() -> None:
    """Precision, recall, delay and lead, brand by brand."""

    def alert(brand: str, hour: int) -> Alert:
        at = START + timedelta(hours=hour)
        return Alert(
            at=at, onset=at, ended=None, observed=9, expected=1, interval=(0, 3), surprise=5, window_s=300,
            reason="", brand=brand,
        )  # fmt: skip

    labels = [
        Label("a", START, START + timedelta(hours=4)),
        Label("b", START, START + timedelta(hours=4)),
        Label(None, START + timedelta(hours=20), START + timedelta(hours=22)),
    ]
    found = score(
        [alert("a", 1), alert("a", 2), alert("b", 9), alert("b", 21)], labels, brands=2, span=timedelta(days=7)
    )
    assert (found.precision, found.recall) == (0.75, 0.6667)
    assert found.delay_s == 3600
    assert found.lead_s == 2 * 3600
    assert found.alerts_per_brand_week == 2.0
    empty = score([], [], brands=0, span=timedelta(0))
    assert (empty.precision, empty.recall, empty.alerts_per_brand_week) == (None, None, None)

"""`tocsin backtest`: files in, alerts out, and plain words about what cannot be used."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from models.records import Post
from models.spikes.budget import Budget
from streams.backtest import Alert, run_mentions, run_series, score, settings_for, step_minutes
from streams.backtest_files import (
    FIELDS,
    BadRow,
    Complaints,
    Label,
    Unusable,
    read_labels,
    read_mentions,
    read_series,
    read_time,
)
from streams.cli.backtest import command
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
    for line, word in ((3, "yesterday"), (4, "many"), (5, "-3"), (6, "2 columns")):
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
    assert call("--mentions", str(file), "--map", "created_at=nope").exit_code == 2
    assert call("--mentions", str(file), "--map", "nonsense").exit_code == 2


def test_columns_are_recognised_and_mapped(tmp_path: Path) -> None:
    """Usual names need no mapping; others are mapped; a row that is repeated for a second brand is one post."""
    file = tmp_path / "tweets.csv"
    file.write_text(
        "tweet_id,created_at_utc,airline,airline_sentiment,retweet_count,text,fans\n"
        "1,2026-03-02T00:00:00.5Z,Delta,negative,3,late,12\n"
        "1,2026-03-02T00:00:00.5Z,United,negative,3,late,12\n"
        "2,2026-03-01T00:00:00Z,Delta,positive,,fine,\n"
    )
    complaints = Complaints()
    posts = read_mentions(file, {"followers": "fans"}, complaints)
    assert complaints.lines == []
    assert [post.id for post in posts] == ["2", "1"]
    assert posts[1].known_brands == ("Delta", "United")
    assert posts[1].author.followers == 12
    assert posts[1].counters is not None
    assert posts[1].counters.shares == 3
    assert posts[1].known_sentiment is not None
    assert posts[1].known_sentiment.label == "negative"
    assert posts[0].counters is None


def test_jsonl_mentions_are_read(tmp_path: Path) -> None:
    """Brands may be a list, sentiments probabilities; broken lines are named."""
    file = tmp_path / "mentions.jsonl"
    good = {"created_at": 1772409600, "text": "hm", "brand": ["a", "b"]}
    good["sentiment"] = {"negative": 0.5, "neutral": 0.3, "positive": 0.2}
    lines = [
        json.dumps(good),
        "{nope",
        json.dumps({**good, "sentiment": "furious"}),
        json.dumps({"text": "x"}),
        "[1]",
        "",
    ]
    file.write_text("\n".join(lines))
    complaints = Complaints()
    posts = read_mentions(file, {}, complaints)
    assert [post.known_brands for post in posts] == [("a", "b")]
    assert [line.split(":")[1] for line in complaints.lines] == ["2", "3", "4", "5"]


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


def test_labels_come_in_three_forms(tmp_path: Path) -> None:
    """CSV, JSONL and the object of lists say the same."""
    (tmp_path / "l.csv").write_text("brand,start,end\na,2026-03-02,2026-03-03\n,2026-03-02,2026-03-01\n")
    (tmp_path / "l.jsonl").write_text('{"brand":"a","start":"2026-03-02","end":"2026-03-03"}\n{"start":"2026"}\n')
    (tmp_path / "l.json").write_text('{"a": [["2026-03-02", "2026-03-03"]]}')
    wanted = [Label("a", START, START + timedelta(days=1))]
    complaints = Complaints()
    for name in ("l.csv", "l.jsonl", "l.json"):
        assert read_labels(tmp_path / name, complaints) == wanted
    assert len(complaints.lines) == 2
    (tmp_path / "l.json").write_text("[1]")
    with pytest.raises(Unusable, match="labels are"):
        read_labels(tmp_path / "l.json", complaints)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_file_breaks_the_readers(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    """Random bytes lead to complaints or to an error for people, never to anything else."""
    folder = tmp_path_factory.mktemp("files")
    for name, head in (
        ("a.csv", b"timestamp,value\n"),
        ("b.jsonl", b""),
        ("c.csv", b"created_at,text,brand,sentiment\n"),
    ):
        (folder / name).write_bytes(head + raw)
    complaints = Complaints()
    try:
        read_series(folder / "a.csv", complaints)
        read_mentions(folder / "b.jsonl", {}, complaints)
        read_mentions(folder / "c.csv", {}, complaints)
    except Unusable as error:
        assert str(folder) in str(error)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_bad_row(text: str) -> None:
    """No other error comes out."""
    try:
        assert read_time(text).tzinfo is not None
    except BadRow as bad:
        assert "is no time" in str(bad)


def test_the_page_names_every_column() -> None:
    """docs/detection.md tells which column names are recognised."""
    page = (Path(__file__).parents[3] / "docs/detection.md").read_text()
    for field, names in FIELDS.items():
        assert f"`{field}`" in page
        assert all(f"`{name}`" in page for name in names)

"""`tocsin backtest`: files in, alerts out, and plain words about what cannot be used."""

import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from models.records import Post
from models.spikes.budget import Budget
from streams.backtest import Alert, run_mentions, run_series, settings_for, step_minutes
from streams.backtest_chart import PANELS, chosen, page, write_chart
from streams.cli.backtest import command
from streams.compare import WrongSetting, only_in, setting
from streams.score import score
from streams.series import Label
from streams.trace import Line, Trace
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
        ("--series", "F", "--chart", "chart.gif"),
        ("--series", "F", "--compare", "1/week", "often"),
        ("--series", "F", "--compare", "1/week", "absent.toml"),
        ("--series", "F", "--compare", "1/week", "1/day", "--chart", "chart.png"),
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


def alert(brand: str, hour: int) -> Alert:
    """An alert that has no end."""
    at = START + timedelta(hours=hour)
    return Alert(
        at=at, onset=at, ended=None, observed=9, expected=1, interval=(0, 3), surprise=5, window_s=300,
        reason="", brand=brand,
    )  # fmt: skip


def test_scores() -> None:
    """Precision, recall, delay and lead, brand by brand."""

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
    assert (found.alerts_per_brand_week, found.false_alarms_per_brand_week) == (2.0, 0.5)
    assert found.budget_per_brand_week is None
    empty = score([], [], brands=0, span=timedelta(0))
    assert (empty.precision, empty.recall, empty.alerts_per_brand_week) == (None, None, None)


def test_the_budget_is_told_with_the_score(tmp_path: Path) -> None:
    """False alarms per brand and week stand beside what the budget allows, in words and in the score."""
    file = series_file(tmp_path / "counts.csv")
    labels = tmp_path / "labels.csv"
    labels.write_text("start,end\n2026-03-02,2026-03-03\n")
    done = call("--series", str(file), "--labels", str(labels), "--false-alarms", "1/day")
    sentence, line = done.stderr.splitlines()[-2:]
    assert sentence == "false alarms per brand and week: 0.78 achieved, 7.00 allowed (within the budget)"
    assert json.loads(line)["budget_per_brand_week"] == 7.0


def test_a_chart_is_drawn(tmp_path: Path) -> None:
    """As a picture, or as a page that needs nothing else; the alerts stay as they are without it."""
    file = series_file(tmp_path / "counts.csv")
    plain = call("--series", str(file))
    png, html = tmp_path / "chart.png", tmp_path / "chart.html"
    assert call("--series", str(file), "--chart", str(png)).stdout == plain.stdout
    assert png.read_bytes().startswith(b"\x89PNG")
    assert call("--series", str(file), "--chart", str(html)).exit_code == 0
    text = html.read_text()
    assert "<svg" in text
    assert "expected (90 %)" in text
    assert json.loads(plain.stdout)["reason"] in text
    assert "http://" not in text.partition("<table>")[2]


def test_a_trace_holds_every_count_once_and_expects_only_what_is_known() -> None:
    """The bins of a course add up to the series; there is no band before the brand is known."""
    points = [(START + timedelta(minutes=5 * i), float(i % 7)) for i in range(4_000)]
    trace = Trace(points[-1][0] - points[0][0], 5)
    run_series(points, Budget.parse("1/week"), trace=trace, name="counts")
    line = trace.lines["counts"]
    assert sum(line.observed) == sum(count for _, count in points)
    assert line.starts == sorted(set(line.starts))
    assert line.expected[0] != line.expected[0]
    assert line.low[-1] < line.expected[-1] < line.high[-1]


async def test_a_trace_of_mentions_changes_nothing() -> None:
    """Watching the detector at work gives the same alerts; what it counted is in the course, the storm included."""
    posts = storm()
    trace = Trace(posts[-1].seen_at - posts[0].seen_at)
    watched = await run_mentions(posts, settings_for(posts, "1/week"), stages=known_stages(), trace=trace)
    assert watched == await run_mentions(posts, settings_for(posts, "1/week"), stages=known_stages())
    line = trace.lines["acme"]
    assert max(line.observed) > 4 * max(line.high[-60:-40])


def test_a_course_of_centuries_is_drawn_in_few_bins() -> None:
    """One wrong year in a file costs no minutes: a chart of centuries has hardly more bins than one of years."""
    points = [(START + timedelta(minutes=i), 1.0) for i in range(10)]
    points.append((START + timedelta(days=170 * 365), 2.0))
    trace = Trace(points[-1][0] - points[0][0])
    run_series(points, Budget.parse("1/week"), trace=trace, name="counts")
    line = trace.lines["counts"]
    assert len(line.starts) <= 5_001
    assert sum(line.observed) == 12.0


def test_large_counts_are_told_in_full() -> None:
    """Millions stand there as such, and not as 1.23457e+06."""
    points = [(START + timedelta(minutes=5 * i), 10.0 + i % 7) for i in range(4_000)]
    points.append((START + timedelta(minutes=5 * 4_000), 1_234_567.0))
    (found,) = run_series(points, Budget.parse("1/week"))
    assert found.reason.startswith("1234567 in ") or found.observed > 1_234_567
    assert "e+" not in found.reason


def test_brands_heard_of_at_different_times_are_all_seen() -> None:
    """The panels share their axis of time: it reaches from the first brand's beginning to the last one's end."""
    trace = Trace(timedelta(hours=2))
    day = 1_440
    trace.lines["early"] = Line([0, day], [1.0, 2.0], [1.0] * 2, [0.0] * 2, [2.0] * 2)
    trace.lines["late"] = Line([9 * day, 10 * day], [1.0, 2.0], [1.0] * 2, [0.0] * 2, [2.0] * 2)
    drawn = page(trace, ["early", "late"], [], [])
    assert {"03", "10"} <= set(re.findall(r">(\d\d)</text>", drawn))


def test_names_are_hostile(tmp_path: Path) -> None:
    """A brand's name is neither mark-up nor mathematics."""
    name = "$x^{<script>alert(1)</script>"
    trace = Trace(timedelta(hours=2))
    trace.lines[name] = Line([0, 1], [1.0, 9.0], [1.0, 1.0], [0.0, 0.0], [2.0, 2.0])
    text = page(trace, [name], [alert(name, 1)], [])
    assert "<script" not in text
    assert write_chart(tmp_path / "chart.png", trace, [alert(name, 1)], []) == []


def test_with_too_many_brands_the_calm_ones_are_left_out() -> None:
    """A brand with an alert is always shown."""
    lines = {f"b{n:02}": Line([0], [float(n)]) for n in range(PANELS + 2)}
    shown, left_out = chosen(lines, [alert("b00", 1)])
    assert "b00" in shown
    assert left_out == ["b01", "b02"]


def test_two_settings_side_by_side(tmp_path: Path) -> None:
    """Both settings' alerts are told with their setting; the table counts them, and names what only one has."""
    file = series_file(tmp_path / "counts.csv")
    strict = tmp_path / "strict.toml"
    strict.write_text('[spikes]\nfalse_alarms = "1/month"\n')
    labels = tmp_path / "labels.csv"
    labels.write_text("start,end\n2026-03-10,2026-03-11\n")
    done = call("--series", str(file), "--compare", "24/day", str(strict), "--labels", str(labels))
    assert done.exit_code == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {each["settings"] for each in told} == {"24/day", str(strict)}
    assert "precision" in done.stderr
    assert f"only with {strict}: nothing" in done.stderr
    assert "only with 24/day:" in done.stderr


async def test_a_settings_file_is_compared_as_it_is(tmp_path: Path) -> None:
    """What a file says of a brand counts; its channels are not called, and brands it does not know are watched too."""
    file = tmp_path / "tocsin.toml"
    file.write_text(
        '[[brands]]\nname = "acme"\nquery = "acme"\nchannels = ["desk"]\nviral_shares = 7\n'
        '[channels.desk]\ntype = "terminal"\n[spikes]\nmin_authors = 9\n'
    )
    found = setting(str(file)).of(storm())
    assert (found.brands[0].viral_shares, found.brands[0].channels, found.spikes.min_authors) == (7, ("backtest",), 9)
    assert set(found.channels) == {"backtest"}
    with pytest.raises(WrongSetting, match="ends in"):
        setting("often")


def test_what_is_allowed_is_what_the_brands_allow(tmp_path: Path) -> None:
    """Each brand is judged by its own budget; the score is held against what they come to per brand."""
    file = tmp_path / "tocsin.toml"
    file.write_text('[[brands]]\nname = "acme"\nquery = "acme"\nfalse_alarms = "3/week"\n')
    found = setting(str(file))
    assert found.budget("acme") == Budget.parse("3/week")
    assert found.allowed(("acme", "stranger")).per_minute == pytest.approx(Budget.parse("2/week").per_minute)
    assert setting("1/day").allowed(("acme",)) == Budget.parse("1/day")


def test_a_budget_of_a_brand_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """The file, the key and what a budget looks like, in one line."""
    file = tmp_path / "tocsin.toml"
    file.write_text('[[brands]]\nname = "acme"\nquery = "acme"\nfalse_alarms = "often"\n')
    with pytest.raises(WrongSetting, match=r"tocsin\.toml: brands\[acme\]\.false_alarms: 'often' is no .* 1/week"):
        setting(str(file))


def test_a_file_without_brands_is_judged_by_the_queries_of_the_settings(tmp_path: Path) -> None:
    """An export says nothing of brands: the settings find them, read the posts, and set each brand's budget."""
    settings = tmp_path / "tocsin.toml"
    settings.write_text(
        '[[brands]]\nname = "acme"\nquery = "acme"\nfalse_alarms = "2/week"\n[[brands]]\nname = "zen"\nquery = "zen"\n'
        '[classifier]\nbackend = "lexicon"\n'
    )
    rows = ["created_at,id,text,author"]
    for hour in range(72):
        at = START + timedelta(hours=hour)
        rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ},c{hour},acme is terrible ({hour}),c{hour}")
    at = START + timedelta(hours=72)
    rows += [f"{at:%Y-%m-%dT%H:%M:%SZ},s{n},acme is terrible and broken ({n} times),s{n}" for n in range(60)]
    file, labels = tmp_path / "export.csv", tmp_path / "labels.csv"
    file.write_text("\n".join(rows) + "\n")
    labels.write_text(f"start,end,brand\n{at:%Y-%m-%dT%H:%M:%SZ},{at + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ},acme\n")
    done = call("--mentions", str(file), "--settings", str(settings), "--labels", str(labels))
    assert done.exit_code == 0, done.stderr
    assert [json.loads(line)["brand"] for line in done.stdout.splitlines()] == ["acme"]
    assert json.loads(done.stderr.splitlines()[-1])["budget_per_brand_week"] == 1.5
    alone = call("--mentions", str(file))
    assert alone.exit_code == 2
    assert "or --settings FILE, whose queries find the brands" in alone.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--settings", "a.toml", "--false-alarms", "1/day"), "give one of"),
        (("--settings", "a.toml", "--compare", "1/day", "1/week"), "give one of"),
        (("--settings", "1/day"), "is no settings file"),
        (("--settings", "/nowhere/a.toml"), "there is no such file"),
    ],
)
def test_one_setting_is_enough(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """Which of two would count is not guessed."""
    done = call("--series", str(series_file(tmp_path / "counts.csv", days=1)), *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_the_same_wave_is_the_same_alert() -> None:
    """Told an hour later it is no difference; another day, or another brand, it is."""
    first, later = alert("a", 1), alert("a", 2)
    assert only_in([first], [later]) == []
    assert only_in([first], [alert("a", 40), alert("b", 1)]) == [first]


def test_labels_of_which_none_can_be_used_are_a_failure(tmp_path: Path) -> None:
    """A score against nothing would look like one; rows of the labels are not counted as rows of the series."""
    labels = tmp_path / "labels.csv"
    labels.write_text("start,end\n2026-03-02,2026-03-01\n")
    done = call("--series", str(series_file(tmp_path / "s.csv", days=1)), "--labels", str(labels))
    assert done.exit_code == 1 and done.stdout == ""
    assert done.stderr.splitlines()[1:] == [
        f"{labels}: 1 row not used, 0 used",
        f"{labels}: nothing in it can be used",
    ]


def test_a_chart_that_could_not_be_written_costs_no_work(tmp_path: Path) -> None:
    """The folder is looked for before anything is judged."""
    file = series_file(tmp_path / "s.csv", days=1)
    done = call("--series", str(file), "--chart", str(tmp_path / "no" / "c.png"))
    assert done.exit_code == 2 and done.stdout == ""
    assert "there is no folder" in done.stderr

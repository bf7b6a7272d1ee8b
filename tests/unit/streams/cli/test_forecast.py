"""`tocsin forecast`, as another program calls it."""

import json
import math
import random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.cli.forecast import command


def run(text: str, *options: str, at: str = "3600") -> Result:
    return CliRunner().invoke(command, ["-", "--at", at, *options], input=text)


def line(name: str | int, events: list[Any], followers: int | None = None, **more: Any) -> str:
    return json.dumps({"id": name, "root_followers": followers, "events": events, **more}) + "\n"


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(each) for each in result.stdout.splitlines()]


EARLY = [[float(s), None] for s in range(5, 3_600, 40)]


def test_the_contract() -> None:
    """One answer a cascade, in order, with the promised fields."""
    result = run(line("a", EARLY, 1_000) + line(7, []) + line("c", [[1, 10], [2.5, 20]]))
    assert result.exit_code == 0, result.stderr
    found = answers(result)
    assert [each["id"] for each in found] == ["a", 7, "c"]
    assert [each["observed"] for each in found] == [len(EARLY), 0, 2]
    for each in found:
        assert {"id", "observed", "expected_final", "interval", "p_double", "reproduction"} <= set(each)
        low, high = each["interval"]
        assert each["observed"] <= low <= each["expected_final"] <= high
        assert 0 <= each["p_double"] <= 1


POISON = [[3_600.001, None], [4_000, 10**9], [10**12, -5], [1e300, "x"], [math.inf, None], *[[3_601, 7]] * 5_000]


@pytest.mark.parametrize("past", [EARLY, [[t, 50] for t, _ in EARLY], [], [[100, None]]])
def test_nothing_after_at_is_used(past: list[Any]) -> None:
    """A poisoned future, whatever it holds and wherever it stands, changes not one byte of the answer."""
    mixed = [*past, *POISON]
    random.Random(1).shuffle(mixed)
    clean, poisoned = run(line("a", past, 900)), run(line("a", mixed, 900))
    assert poisoned.exit_code == clean.exit_code == 0, poisoned.stderr
    assert poisoned.stdout_bytes == clean.stdout_bytes


def test_events_may_come_in_any_order() -> None:
    """The times count, not the order of the list."""
    shuffled = [[t, n * 10] for n, (t, _) in enumerate(EARLY)]
    inorder = run(line("a", shuffled)).stdout
    random.Random(2).shuffle(shuffled)
    assert run(line("a", shuffled)).stdout == inorder


def test_a_cascade_is_forecast_the_same_in_any_company() -> None:
    """Neighbours in the file change nothing."""
    others = "".join(line(n, EARLY[: n % 90], n * 100) for n in range(600))
    alone = answers(run(line("a", EARLY, 1_000)))[0]
    among = answers(run(others + line("a", EARLY, 1_000)))[-1]
    assert among == alone


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"events": []}', "`id` is missing"),
        ('{"id": true, "events": []}', "`id` is neither"),
        ('{"id": 1}', "`events` is missing"),
        ('{"id": 1, "events": {}}', "`events` is not a list"),
        ('{"id": 1, "events": [[]]}', "event 1 is not"),
        ('{"id": 1, "events": [[1, null], 5]}', "event 2 is not"),
        ('{"id": 1, "events": [["5", null]]}', "event 1: its time"),
        ('{"id": 1, "events": [[NaN, null]]}', "event 1: its time"),
        ('{"id": 1, "events": [[true, null]]}', "event 1: its time"),
        ('{"id": 1, "events": [[-5, null]]}', "came before the post"),
        ('{"id": 1, "events": [[5, -1]]}', "event 1: the number of followers"),
        ('{"id": 1, "events": [[5, "many"]]}', "event 1: the number of followers"),
        ('{"id": 1, "root_followers": NaN, "events": []}', "`root_followers`"),
        ('{"id": 1, "events": [], "root_created_at": 5, "time_zone": "Europe/Paris"}', "`root_created_at`"),
        ('{"id": 1, "events": [], "root_created_at": "2026-01-01T00:00:00", "time_zone": "Europe/Paris"}', "offset"),
        ('{"id": 1, "events": [], "time_zone": "../../etc/passwd"}', "IANA"),
        ("\x00\ufffd", "not JSON"),
    ],
)
def test_bad_lines_are_named_and_the_stream_goes_on(bad: str, why: str) -> None:
    """One line on stderr with the line's number, exit code 1, and all others answered."""
    result = run(line("a", EARLY) + bad + "\n\n" + line("b", []))
    assert result.exit_code == 1
    assert [each["id"] for each in answers(result)] == ["a", "b"]
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("tocsin forecast: - line 2: ")
    assert why in result.stderr


numbers = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
events = st.lists(st.lists(numbers, max_size=3) | numbers, max_size=12) | numbers


@settings(max_examples=150)
@given(st.lists(st.fixed_dictionaries({}, optional={"id": numbers, "root_followers": numbers, "events": events})))
def test_whatever_comes_is_answered_or_named(lines: list[dict[str, Any]]) -> None:
    """Every line has an answer or a message; nothing else happens."""
    result = run("".join(json.dumps(each) + "\n" for each in lines))
    assert result.exit_code in (0, 1)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert len(result.stdout.splitlines()) + len(result.stderr.splitlines()) == len(lines)
    for each in answers(result):
        assert each["observed"] <= each["interval"][0] <= each["expected_final"] <= each["interval"][1]


@pytest.mark.parametrize("options", [["--at", "0"], ["--at", "-3"], ["--at", "nan"], ["--at", "soon"], []])
def test_wrong_calls_exit_with_2(options: list[str]) -> None:
    """No age, or one that is none, is the caller's mistake."""
    assert CliRunner().invoke(command, ["-", *options], input="").exit_code == 2


def test_a_time_zone_that_is_none_is_a_wrong_call() -> None:
    """The option is checked before the first line is read."""
    assert run("", "--time-zone", "Mars/Olympus").exit_code == 2


def test_the_hour_counts_where_it_is_known() -> None:
    """With the root's time and the public's zone, the same cascade is another one by night."""
    day, night = (
        answers(run(line("a", EARLY, root_created_at=at), "--time-zone", "Europe/Paris"))[0]["expected_final"]
        for at in ("2026-03-02T06:00:00Z", "2026-03-02T22:00:00+00:00")
    )
    assert day != night


def test_chosen_posts_go_further() -> None:
    """Twelve shares of a post picked because it went far are more than twelve of any post."""
    few = line("a", EARLY[:12])
    ordinary, chosen = (answers(run(few, "--posts", x))[0]["expected_final"] for x in ("ordinary", "chosen"))
    assert chosen > ordinary
    assert answers(run(few))[0]["expected_final"] == chosen


def test_the_mark_is_the_callers() -> None:
    """A higher mark is less likely reached; without one the author's usual reach is taken."""
    low, high = (answers(run(line("a", EARLY), "--mark", m))[0]["p_viral"] for m in ("100", "5000"))
    assert low > high
    assert answers(run(line("a", EARLY, 10**6)))[0]["mark"] > answers(run(line("a", EARLY, 10)))[0]["mark"]


def test_an_age_may_be_written_as_people_write_it() -> None:
    """`1h` is 3600 seconds."""
    line = json.dumps({"id": 1, "root_followers": 10, "events": [[60, 5], [3_000, 7], [4_000, 9]]})
    told = [CliRunner().invoke(command, ["-", "--at", at], input=line).stdout for at in ("1h", "3600")]
    assert told[0] == told[1] and json.loads(told[0])["observed"] == 2

"""`tocsin oncall` from the outside: who, until when, who is next, and where nobody is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from streams.cli.oncall import command

SETTINGS = """
[people.lea]
label = "Léa\\u001b[31m Martin"
channels = ["team"]
[people.tom]
[schedules.care]
timezone = "Europe/Paris"
[[schedules.care.layers]]
people = ["lea", "tom"]
start = "2026-01-05"
[schedules.office]
[[schedules.office.layers]]
people = ["lea"]
start = "2026-01-05"
days = ["mon", "tue"]
hours = "09:00-17:00"
"""


def oncall(folder: Path, *arguments: str, text: str = SETTINGS) -> Result:
    path = folder / "tocsin.toml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, [*arguments, "--settings", str(path)])


def test_who_is_on_call_now_and_next(tmp_path: Path) -> None:
    """Local times, the person's label, and who cannot be reached."""
    result = oncall(tmp_path, "care", "--at", "2026-03-27T12:00", "--days", "7")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "care  Fri 27 Mar 2026 12:00 (Europe/Paris)",
        "  now   tom (without a contact), until Mon 30 Mar 09:00",
        "  next  Léa[31m Martin, from Mon 30 Mar 09:00",
        "",
        "  from              until              hours  who",
        "  Fri 27 Mar 12:00  Mon 30 Mar 09:00    68.0  tom (without a contact)",
        "  Mon 30 Mar 09:00  Fri 03 Apr 12:00    99.0  Léa[31m Martin",
    ]


def test_gaps_are_marked(tmp_path: Path) -> None:
    """Nobody at night: said in the first line and in the table."""
    result = oncall(tmp_path, "office", "--at", "2026-11-23T18:00", "--days", "1")
    assert "  now   nobody, until Tue 24 Nov 09:00" in result.stdout
    assert "nobody  ← gap" in result.stdout


def test_where_nobody_is_on_call_nobody_else_is_not_said(tmp_path: Path) -> None:
    """A schedule that has yet to begin has nobody now, and nobody next."""
    told = oncall(tmp_path, "care", "--at", "2025-06-01T12:00").stdout
    assert "  now   nobody\n" in told
    assert "  next  nobody within 60 days\n" in told


def test_every_schedule_is_shown_where_none_is_named(tmp_path: Path) -> None:
    """One after the other; JSON has them in one object, with offsets and without labels."""
    assert oncall(tmp_path).stdout.count("  now   ") == 2
    told = json.loads(oncall(tmp_path, "--json", "--at", "2026-03-27T12:00").stdout)
    care, office = told["schedules"]
    assert care["on_call"] == "tom"
    assert care["until"] == "2026-03-30T09:00:00+02:00"
    assert care["next"]["person"] == "lea"
    assert [shift["person"] for shift in care["shifts"]] == ["tom", "lea", "tom"]
    assert office["on_call"] is None
    assert office["next"] == {
        "start": "2026-03-30T09:00:00+00:00",
        "end": "2026-03-30T17:00:00+00:00",
        "person": "lea",
        "lives_in": None,
    }


def test_somebody_alone_has_no_end(tmp_path: Path) -> None:
    """One person in a rotation: until when cannot be said, and nobody else is next."""
    alone = SETTINGS.replace('["lea", "tom"]', '["lea"]')
    told = oncall(tmp_path, "care", "--at", "2026-03-27T12:00", text=alone).stdout
    assert "now   Léa[31m Martin\n" in told
    assert "next  nobody else within 60 days" in told


@pytest.mark.parametrize(
    ("arguments", "text", "what"),
    [
        (("car",), SETTINGS, "did you mean care?"),
        (("x",), SETTINGS, "there are: care, office"),
        (("--at", "soon"), SETTINGS, "--at"),
        ((), "", "add [schedules.NAME]"),
        ((), SETTINGS.replace("2026-01-05", "Monday"), "schedules.care.layers[0].start: is no date"),
    ],
)
def test_wrong_calls_are_answered_in_a_line(tmp_path: Path, arguments: tuple[str, ...], text: str, what: str) -> None:
    """Exit code 2, with the remedy, and no traceback."""
    result = oncall(tmp_path, *arguments, text=text)
    assert result.exit_code == 2
    assert what in result.output
    assert "Traceback" not in result.output


def test_somebody_who_lives_elsewhere_is_shown_with_their_own_time(tmp_path: Path) -> None:
    """A hand-off at 09:00 in Paris is at 03:00 in New York, and at 04:00 while only New York has summer time."""
    abroad = SETTINGS.replace("[people.tom]", '[people.tom]\ntimezone = "America/New_York"\nchannels = ["team"]')
    shown = oncall(tmp_path, "care", "--at", "2026-02-09T12:00", "--days", "30", text=abroad).stdout.splitlines()
    assert shown[1] == "  now   tom (Mon 06:00 in America/New_York), until Mon 16 Feb 09:00"
    assert "  Mon 23 Feb 09:00  Mon 02 Mar 09:00   168.0  tom (Mon 03:00 in America/New_York)" in shown
    assert "  Mon 09 Mar 09:00  Wed 11 Mar 12:00    51.0  tom (Mon 04:00 in America/New_York)" in shown
    told = json.loads(oncall(tmp_path, "care", "--json", "--at", "2026-02-09T12:00", text=abroad).stdout)
    assert [shift["lives_in"] for shift in told["schedules"][0]["shifts"]] == [
        "America/New_York",
        None,
        "America/New_York",
    ]
    here = abroad.replace("America/New_York", "Europe/Madrid")
    assert "Madrid" not in oncall(tmp_path, "care", "--at", "2026-02-09T12:00", text=here).stdout

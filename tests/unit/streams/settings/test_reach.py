"""Settings by which nobody would be reached, or nothing would happen as planned, are told with key and remedy."""

from datetime import UTC, datetime
from typing import Final

import pytest

from streams.settings.file import parse
from streams.settings.lint import lint
from streams.settings.problems import Level, Remark
from tests.unit.streams.settings.test_lint import GOOD

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
CALLED: Final = (
    GOOD.replace("query =", 'timezone = "Europe/Paris"\nescalation = "crisis"\nquery =')
    + """
[channels.team]
type = "slack"
token = "xoxb-token"
channel = "C0123456789"

[channels.screen]
type = "terminal"

[people.lea]
channels = ["care:lea@acme.example"]
urgent = ["team:U0123456789"]

[people.tom]
channels = ["screen"]
slack_user = "U0"

[schedules.care]
timezone = "Europe/Paris"
[[schedules.care.layers]]
people = ["lea", "tom"]
start = "2026-01-05"
hours = ""
days = []
[[schedules.care.overrides]]
person = "tom"
starts = "2026-12-24T09:00"
ends = "2026-12-26T09:00"

[escalations.crisis]
fallback = ["channel:team"]
[[escalations.crisis.steps]]
call = ["schedule:care"]
after_min = 5

[attention.lea]
timezone = "Europe/Paris"
quiet_hours = "22:00-07:00"
breaks_from = "P1"
night_budget = 3

[[silences]]
reason = "works"
starts = "2026-12-01T22:00"
ends = "2026-12-02T02:00"
brands = ["acme"]
"""
)


def found(text: str, now: datetime | None = NOW) -> list[Remark]:
    return lint(parse(text, "tocsin.toml", {}), exists=lambda path: True, now=now)


def test_good_settings_have_no_remarks() -> None:
    """People on call, an escalation, wishes and planned quiet: nothing to say."""
    assert found(CALLED) == []


ERROR, WARNING = Level


@pytest.mark.parametrize(
    ("old", "new", "level", "key", "what"),
    [
        # names that lead nowhere
        ('escalation = "crisis"', 'escalation = "crises"', ERROR, "brands[acme].escalation", "did you mean crisis?"),
        ('["lea", "tom"]', '["lae", "tom"]', ERROR, "schedules.care.layers[0].people", "did you mean lea?"),
        ('person = "tom"', 'person = "kim"', ERROR, "schedules.care.overrides[0].person", "[people.NAME]"),
        ('"schedule:care"', '"schedule:car"', ERROR, "escalations.crisis.steps[0].call", "did you mean care?"),
        ('"schedule:care"', '"person:kim"', ERROR, "escalations.crisis.steps[0].call", 'no person "kim"'),
        ('"schedule:care"', '"lea"', ERROR, "escalations.crisis.steps[0].call", 'write "person:lea"'),
        ('"schedule:care"', '"team:care"', ERROR, "escalations.crisis.steps[0].call", 'write "schedule:care"'),
        ('["channel:team"]', '["channel:teem"]', ERROR, "escalations.crisis.fallback", "did you mean team?"),
        ("[attention.lea]", "[attention.lia]", ERROR, "attention.lia", "did you mean lea?"),
        ('brands = ["acme"]', 'brands = ["acne"]', ERROR, "silences[0].brands", "did you mean acme?"),
        ('["screen"]', '["scren"]', ERROR, "people.tom.channels", "did you mean screen?"),
        # addresses that the channel cannot take
        ("team:U0123456789", "team:lea", ERROR, "people.lea.urgent", "no user id"),
        ("care:lea@acme.example", "care:lea", ERROR, "people.lea.channels", "not one mail address"),
        ("care:lea@acme.example", "care:léa@acme.example", ERROR, "people.lea.channels", "not one mail address"),
        ("care:lea@acme.example", "care:lea@a.example, max@a.example", ERROR, "people.lea.channels", "not one mail"),
        ('["screen"]', '["screen:tom"]', ERROR, "people.tom.channels", "takes no address"),
        # nobody would be called
        ('["schedule:care"]', "[]", ERROR, "escalations.crisis.steps[0].call", "calls nobody"),
        ('channels = ["screen"]', "", ERROR, "people.tom.channels", "no way to reach"),
        ('fallback = ["channel:team"]', "", WARNING, "escalations.crisis.fallback", "nobody has answered"),
        ("after_min = 5", "after_min = 2000", WARNING, "escalations.crisis.steps[0].after_min", "closed itself"),
        ('slack_user = "U0"', '\n[people.kim]\nchannels = ["screen"]', WARNING, "people.kim", "no escalation ever"),
        ('escalation = "crisis"', "", WARNING, "escalations.crisis", "no brand uses"),
        ('escalation = "crisis"', "", WARNING, "brands[acme].escalation", "nobody answers"),
        ('"schedule:care"', '"person:lea"', WARNING, "schedules.care", "no escalation asks"),
        (
            'escalation = "crisis"',
            'escalation = "crisis"\nescalate_from = "P4"',
            WARNING,
            "brands[acme].escalate_from",
            "never told",
        ),
        # times
        ('start = "2026-01-05"', 'start = "5 Jan"', ERROR, "schedules.care.layers[0].start", "no date"),
        ('hours = ""', 'hours = "9-17"', ERROR, "schedules.care.layers[0].hours", "22:00-07:00"),
        ('hours = ""', 'handoff = "9"', ERROR, "schedules.care.layers[0].handoff", "no time of day"),
        ('"2026-12-24T09:00"', '"soon"', ERROR, "schedules.care.overrides[0].starts", "no date and time"),
        ('"2026-12-26T09:00"', '"2026-12-23T09:00"', ERROR, "schedules.care.overrides[0].ends", "not later"),
        ("2026-12-", "2026-10-", WARNING, "schedules.care.overrides[0]", "is over"),
        ("2026-12-", "2026-10-", WARNING, "silences[0]", "is over"),
        ('"2026-12-02T02:00"', '"2026-12-01T02:00"', ERROR, "silences[0].ends", "not later"),
        ('"2026-12-02T02:00"', '"later"', ERROR, "silences[0].ends", "no date and time"),
        (
            '[schedules.care]\ntimezone = "Europe/Paris"',
            '[schedules.care]\ntimezone = "Paris"',
            ERROR,
            "schedules.care.timezone",
            "no time zone",
        ),
        ('[schedules.care]\ntimezone = "Europe/Paris"', "[schedules.care]", WARNING, "schedules.care.timezone", "UTC"),
        ('[attention.lea]\ntimezone = "Europe/Paris"', "[attention.lea]", WARNING, "attention.lea.timezone", "UTC"),
        ("[people.tom]", '[people.tom]\ntimezone = "Paris"', ERROR, "people.tom.timezone", "no time zone"),
        ('"22:00-07:00"', '"22-7"', ERROR, "attention.lea.quiet_hours", "no hours"),
        ('"22:00-07:00"', '"22:00-22:00"', WARNING, "attention.lea.quiet_hours", "always quiet"),
        ("night_budget = 3", 'night_budget = 3\nnight = "x"', ERROR, "attention.lea.night", "no hours"),
        ("night_budget = 3", 'night_budget = 3\nnight = "7:00"', ERROR, "attention.lea.night", "no hours"),
        ("night_budget = 3", 'night_budget = 3\nnight = "09:00-09:00"', WARNING, "attention.lea.night", "all day"),
        ("night_budget = 3", 'digest_at = "25:00"', ERROR, "attention.lea.digest_at", "no time of day"),
        ("night_budget = 3", 'digest_at = "06:00"', WARNING, "attention.lea.digest_at", "comes at 07:00"),
        ('breaks_from = "P1"', 'breaks_from = "P4"', WARNING, "attention.lea.breaks_from", "everything"),
        # gaps
        ('hours = ""', 'hours = "08:00-20:00"', WARNING, "schedules.care", "Sun 22 Nov 20:00 to Mon 23 Nov 08:00"),
        ('start = "2026-01-05"', 'start = "2027-01-05"', ERROR, "schedules.care", "nobody is on call"),
    ],
)
def test_each_oddity_is_told(old: str, new: str, level: Level, key: str, what: str) -> None:
    """Each way in which people would not be reached has its remark, at its level, under its key."""
    assert old in CALLED
    remarks = [each for each in found(CALLED.replace(old, new)) if each.key == key]
    assert [each.level for each in remarks] == [level]
    assert what in f"{remarks[0].message} ({remarks[0].remedy})"


def test_a_rule_without_a_time_zone_is_good_where_the_person_has_one() -> None:
    """Her quiet hours are where she lives; a channel of the same name has no place, and gets the warning."""
    text = CALLED.replace('[attention.lea]\ntimezone = "Europe/Paris"', "[attention.lea]")
    text = text.replace("[people.lea]", '[people.lea]\ntimezone = "Europe/Rome"')
    assert found(text) == []
    named = found(text + '[channels.lea]\ntype = "terminal"\n')
    assert "attention.lea.timezone" in {each.key for each in named}


@pytest.mark.parametrize(
    ("text", "key", "what"),
    [
        ("[schedules.empty]\n", "schedules.empty.layers", "no layer"),
        ("[escalations.empty]\n", "escalations.empty.steps", "no step"),
        (
            '[people.kim]\n[escalations.kim]\n[[escalations.kim.steps]]\ncall = ["person:kim"]\n',
            "escalations.kim.steps[0].call",
            "can never run",
        ),
        ('[people.kim]\nchannels = ["screen"]\nslack_user = "U0"\n', "people.kim.slack_user", "also that of tom"),
    ],
)
def test_what_is_empty_is_told(text: str, key: str, what: str) -> None:
    """A schedule without layers, an escalation without steps, a step of people without contacts."""
    assert what in next(each.message for each in found(CALLED + text) if each.key == key and each.level is ERROR)


def test_everything_is_told_at_once() -> None:
    """Three mistakes in three tables give three errors."""
    text = CALLED.replace('["screen"]', '["scren"]').replace('"22:00-07:00"', '"x"').replace("schedule:care", "care")
    keys = {each.key for each in found(text) if each.level is ERROR}
    assert keys == {"people.tom.channels", "attention.lea.quiet_hours", "escalations.crisis.steps[0].call"}


def test_without_a_day_nothing_is_said_of_days() -> None:
    """Gaps and plans that are over depend on the day: without one they are left out."""
    text = CALLED.replace('hours = ""', 'hours = "08:00-20:00"').replace("2026-12-", "2020-12-")
    assert found(text, None) == []
    assert {each.key for each in found(text)} == {"schedules.care", "schedules.care.overrides[0]", "silences[0]"}


def test_a_long_list_of_gaps_is_cut() -> None:
    """Fourteen nights without anybody are told as three and how many more."""
    (gap,) = found(CALLED.replace('hours = ""', 'hours = "08:00-20:00"'))
    assert gap.message.endswith("; and 11 more times")


def test_channels_of_people_and_steps_are_used() -> None:
    """A channel by which only a person or a fallback is told is not idle."""
    keys = {each.key for each in found(CALLED.replace('channels = ["screen"]', 'channels = ["team"]'))}
    assert keys == {"channels.screen"}

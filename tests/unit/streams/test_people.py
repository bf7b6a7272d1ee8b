"""What the settings say of people becomes a roster, contacts, policies, wishes and planned quiet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from alerts.attention_rules import Contacts, Rule
from alerts.escalation import Step
from alerts.policy import IncidentPolicy
from models.records import Severity, SignalKind
from streams.cli.settings import load_settings
from streams.people import (
    concerned,
    contacts,
    default_rule,
    parse_zone,
    policies,
    roster,
    rules,
    silences,
    unreadable,
)
from streams.settings.file import parse
from streams.settings.schema import Settings
from tests.unit.streams.settings.test_reach import CALLED

SETTINGS: Final = parse(CALLED, "tocsin.toml", {})


def test_contacts_are_by_recipient() -> None:
    """Channels reach themselves; people have their contacts, and more of them when it is urgent."""
    found = contacts(SETTINGS)
    assert found["channel:team"] == Contacts(("team",))
    assert found["person:lea"] == Contacts(("care:lea@acme.example",), ("team:U0123456789",))


def test_the_roster_is_that_of_the_schedules() -> None:
    """Weeks change on Monday at 09:00 in Paris; Tom stands in at Christmas."""
    people = roster(SETTINGS)
    moments = [
        datetime(2026, 11, 23, 7, 59, tzinfo=UTC),
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        datetime(2026, 12, 24, 7, 59, tzinfo=UTC),
        datetime(2026, 12, 24, 8, tzinfo=UTC),
    ]
    assert [people.on_call("care", at) for at in moments] == ["tom", "lea", "lea", "tom"]


def test_a_brand_has_its_policy() -> None:
    """Recipients, escalation, thresholds and tier are the brand's; the rest is that of all."""
    policy = policies(SETTINGS, IncidentPolicy(notify_from=Severity.P1))["acme"]
    assert policy.recipients == ("channel:care",)
    assert policy.notify_from is Severity.P3
    assert policy.escalation is not None
    assert policy.escalation.name == "crisis"
    assert policy.escalation.steps == (Step(("schedule:care",), 300.0),)
    assert policy.escalation.fallback == ("channel:team",)
    assert policy.digest == ()


def test_an_escalation_that_is_not_there_calls_nobody() -> None:
    """`tocsin check` says so; the brand's channels are told all the same."""
    text = CALLED.replace('escalation = "crisis"', 'escalation = "gone"')
    settings = parse(text, "tocsin.toml", {})
    assert policies(settings, IncidentPolicy())["acme"].escalation is None
    assert concerned(settings, settings.brands[0]) == ("channel:care",)


def test_the_digest_is_for_those_concerned_who_want_it() -> None:
    """The brand's channels, and everybody whom its escalation may call: who has `digest = true`."""
    assert concerned(SETTINGS, SETTINGS.brands[0]) == ("channel:care", "person:lea", "person:tom", "channel:team")
    wanted = parse(CALLED.replace("night_budget = 3", "digest = true"), "tocsin.toml", {})
    assert policies(wanted, IncidentPolicy())["acme"].digest == ("person:lea",)
    everybody = parse(CALLED + "[attention.default]\ndigest = true\n", "tocsin.toml", {})
    assert policies(everybody, IncidentPolicy())["acme"].digest == ("channel:care", "person:tom", "channel:team")


def test_wishes_are_by_the_name_of_a_person_or_a_channel() -> None:
    """`[attention.NAME]` is of whoever has that name; `default` of everybody else."""
    found = rules(SETTINGS)
    assert set(found) == {"person:lea"}
    assert found["person:lea"].night_budget == 3
    assert default_rule(SETTINGS) == Rule()
    assert default_rule(parse("[attention.default]\nnight_budget = 0\n", "t", {})).night_budget == 0


def test_planned_quiet_is_in_each_brands_time_zone() -> None:
    """Maintenance at 22:00 is at 22:00 in Paris for one brand, and in New York for another."""
    text = """
    silences = [{reason = "works", starts = "2026-12-01T22:00", ends = "2026-12-02T02:00", kinds = ["spike"]}]
    [[brands]]
    name = "one"
    query = "one"
    timezone = "Europe/Paris"
    [[brands]]
    name = "two"
    query = "two"
    timezone = "America/New_York"
    [[brands]]
    name = "three"
    query = "three"
    timezone = "Europe/Paris"
    """
    paris, new_york = silences(parse(text, "t", {}))
    assert (paris.brands, paris.starts) == (("one", "three"), datetime(2026, 12, 1, 21, tzinfo=UTC))
    assert (new_york.brands, new_york.starts) == (("two",), datetime(2026, 12, 2, 3, tzinfo=UTC))
    assert paris.kinds == (SignalKind.SPIKE,)
    assert silences(Settings()) == ()


def test_times_that_cannot_be_read_end_a_command_with_their_keys(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    """All at once, before anything runs."""
    text = CALLED.replace('"22:00-07:00"', '"x"').replace('"2026-01-05"', '"y"')
    path = tmp_path / "tocsin.toml"
    path.write_text(text, encoding="utf-8")
    assert {key for key, _ in unreadable(parse(text, "t", {}))} == {
        "attention.lea.quiet_hours",
        "schedules.care.layers[0].start",
    }
    with pytest.raises(SystemExit) as ended:
        load_settings(path)
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


ABROAD: Final = """
[channels.team]
type = "terminal"
[people.lea]
timezone = "America/New_York"
[people.tom]
[people.zoe]
timezone = "Asia/Kolkata"
[attention.default]
timezone = "Europe/Paris"
quiet_hours = "22:00-07:00"
"""


def zones(text: str) -> dict[str, str]:
    return {recipient: rule.zone.key for recipient, rule in rules(parse(text, "t", {})).items()}


def test_the_rule_of_all_is_on_each_person_s_clock() -> None:
    """Whoever lives somewhere has the common quiet hours there; the others, and channels, have them as written."""
    assert zones(ABROAD) == {"person:lea": "America/New_York", "person:zoe": "Asia/Kolkata"}
    settings = parse(ABROAD, "t", {})
    assert default_rule(settings).zone.key == "Europe/Paris"
    assert {rule.quiet for rule in rules(settings).values()} == {default_rule(settings).quiet}
    assert zones(ABROAD.split("[attention")[0]) == zones(ABROAD)


def test_a_rule_of_one_s_own_may_name_another_clock() -> None:
    """Its time zone counts before that of the person; without one it is theirs, and a channel's is UTC."""
    own = '[attention.lea]\nquiet_hours = "21:00-06:00"\n'
    assert zones(ABROAD + own)["person:lea"] == "America/New_York"
    assert zones(f'{ABROAD}{own}timezone = "Europe/Rome"')["person:lea"] == "Europe/Rome"
    assert zones(ABROAD + "[attention.team]\nnight_budget = 1\n")["channel:team"] == "UTC"
    shared = ABROAD.replace("people.lea", "people.team") + "[attention.team]\nnight_budget = 1\n"
    assert {who: zone for who, zone in zones(shared).items() if who.endswith("team")} == {
        "channel:team": "UTC",
        "person:team": "America/New_York",
    }


def test_quiet_hours_abroad_keep_their_time_when_clocks_change() -> None:
    """New York puts its clocks forward three weeks before Paris: 22:00 stays 22:00 there, before, between and after."""
    lea = rules(parse(ABROAD, "t", {}))["person:lea"]
    ends = {  # by the first quiet moment in UTC, when the quiet hours end
        datetime(2026, 3, 4, 3, tzinfo=UTC): datetime(2026, 3, 4, 12, tzinfo=UTC),
        datetime(2026, 3, 8, 3, tzinfo=UTC): datetime(2026, 3, 8, 11, tzinfo=UTC),  # the night that is an hour short
        datetime(2026, 3, 11, 2, tzinfo=UTC): datetime(2026, 3, 11, 11, tzinfo=UTC),
        datetime(2026, 4, 1, 2, tzinfo=UTC): datetime(2026, 4, 1, 11, tzinfo=UTC),
        datetime(2026, 11, 1, 2, tzinfo=UTC): datetime(2026, 11, 1, 12, tzinfo=UTC),  # the night that is an hour long
    }
    for begins, end in ends.items():
        assert lea.quiet_at(begins - timedelta(seconds=1)) is None
        assert lea.quiet_at(begins) == lea.quiet_at(end - timedelta(seconds=1)) == end
        assert lea.quiet_at(end) is None


def test_a_place_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person's time zone is checked like any other."""
    path = tmp_path / "tocsin.toml"
    path.write_text('[people.lea]\ntimezone = "Mars/Olympus"\n', encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        load_settings(path)
    assert ended.value.code == 2
    assert "people.lea.timezone: is no time zone: write it as in Europe/Paris, or UTC" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written", "meant"), [("europe/paris", "Europe/Paris"), ("Paris", "Europe/Paris"), ("Europe/Pari", "Europe/Paris")]
)
def test_the_zone_that_was_meant_is_named(written: str, meant: str) -> None:
    """Other letters, a city alone and a slip are answered with the zone that was meant."""
    with pytest.raises(ValueError, match=f"did you mean {meant}"):
        parse_zone(written)

"""Who is called at night, and who is left to sleep: from settings to addressed messages, in simulated time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from alerts.render.reasons import english
from models.records import (
    Ack,
    Delivery,
    Incident,
    Notification,
    Outcome,
    Phase,
    Severity,
    SignalPhase,
    Tick,
    Topic,
    Why,
    digest,
)
from models.stage import Emit
from streams.engines.local import Crash, LocalRunner
from streams.parts import Parts
from streams.settings.file import parse
from streams.topology import PIPELINE
from tests.scenarios.world import signal

BASE: Final = """
[[brands]]
name = "acme"
query = "acme"
channels = ["team"]
timezone = "Europe/Paris"
escalation = "crisis"

[channels.team]
type = "terminal"
[channels.mail]
type = "terminal"
[channels.sms]
type = "terminal"

[people.lea]
channels = ["mail:lea"]
urgent = ["sms:lea"]
[people.tom]
channels = ["mail:tom"]

[schedules.care]
timezone = "Europe/Paris"
[[schedules.care.layers]]
people = ["lea", "tom"]
start = "2026-01-01"
rotation = "daily"
handoff = "02:30"

[escalations.crisis]
fallback = ["channel:team"]
[[escalations.crisis.steps]]
call = ["schedule:care"]
after_min = 5
[[escalations.crisis.steps]]
call = ["schedule:care"]
after_min = 10
"""
SLEEP: Final = """
[attention.default]
timezone = "Europe/Paris"
quiet_hours = "22:00-07:00"
digest_at = "09:00"
"""
MIDNIGHT: Final = datetime(2026, 2, 3, 23, tzinfo=UTC)
P1: Final = {"observed": 5_000, "surprise": 30}
P3: Final = {"observed": 15, "surprise": 4}
P4: Final = {"observed": 2, "surprise": 0.5}


class Night:
    """The incidents and attention stages, from settings; time stands still until it is told to pass."""

    def __init__(self, settings: str, start: datetime) -> None:
        stages = [stage for stage in PIPELINE if stage.name in {"incidents", "attention"}]
        self.runner = LocalRunner(Parts(parse(settings, "tocsin.toml", {})), stages=stages)
        self.now = start
        self._letters = 0
        self._withheld = 0

    async def signal(self, **given: object) -> None:
        await self._tick()
        await self.runner.feed(signal(**{"at": self.now, **given}))  # type: ignore[arg-type]

    async def until(self, at: datetime) -> None:
        while self.now < at:
            self.now = min(self.now + timedelta(minutes=5), at)
            await self._tick()

    async def ack(self, incident: str) -> None:
        said = {"brand": "acme", "incident": incident, "by": "lea", "via": "test", "at": self.now}
        await self.runner.feed(Ack(id=digest("ack", incident, self.now), **said))

    async def _tick(self) -> None:
        await self.runner.feed(Emit(Topic.INCIDENT_EVENTS, "", Tick(now=self.now)))

    def letters(self) -> list[Notification]:
        """What was addressed since the last call, without the quiet word to the others who is called now."""
        every = [each for each in self.runner.records(Topic.OUTBOX) if isinstance(each, Notification)]
        fresh, self._letters = every[self._letters :], len(every)
        return [each for each in fresh if not (each.why is Why.ESCALATED and each.quiet)]

    def heard(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Since the last call of this or `letters`: at what time (UTC), who was told, by which channels."""
        return [(f"{each.at:%H:%M}", each.recipient, each.channels) for each in self.letters()]

    def withheld(self) -> list[Delivery]:
        every = [each for each in self.runner.records(Topic.DELIVERIES) if isinstance(each, Delivery)]
        fresh, self._withheld = every[self._withheld :], len(every)
        return fresh


LEA: Final = ("person:lea", ("mail:lea", "sms:lea"))
TOM: Final = ("person:tom", ("mail:tom",))
TEAM: Final = ("channel:team", ("team",))


async def test_a_handoff_in_the_hour_that_comes_twice_happens_once() -> None:
    """Clocks go back at 3 to 2: Lea is called before the first 02:30, Tom from then on, also when it is 02:30 again."""
    night = Night(BASE, datetime(2026, 10, 25, 0, 20, tzinfo=UTC))
    await night.signal()
    await night.until(datetime(2026, 10, 25, 0, 40, tzinfo=UTC))
    assert night.heard() == [("00:20", *TEAM), ("00:25", *LEA), ("00:35", *TOM)]
    again = Night(BASE, datetime(2026, 10, 25, 1, 25, tzinfo=UTC))
    await again.signal()
    await again.until(datetime(2026, 10, 25, 1, 45, tzinfo=UTC))
    assert again.heard() == [("01:25", *TEAM), ("01:30", *TOM), ("01:40", *TOM)]


async def test_a_handoff_that_no_clock_shows_happens_at_the_jump() -> None:
    """Clocks jump from 2 to 3: whoever takes over at 02:30 is called from the jump on."""
    night = Night(BASE, datetime(2026, 3, 29, 0, 50, tzinfo=UTC))
    await night.signal()
    await night.until(datetime(2026, 3, 29, 1, 10, tzinfo=UTC))
    team, before, after = night.heard()
    assert (team, before[0], after[0]) == (("00:50", *TEAM), "00:55", "01:05")
    assert {before[1], after[1]} == {"person:lea", "person:tom"}


async def test_whoever_stands_in_is_called() -> None:
    """An override that begins between two steps changes who is called by the second."""
    stand_in = '[[schedules.care.overrides]]\nperson = "{}"\nstarts = "2026-02-04T00:10"\nends = "2026-02-04T09:00"\n'
    plain = Night(BASE, MIDNIGHT)
    await plain.signal()
    await plain.until(MIDNIGHT + timedelta(minutes=16))
    _, first, second = plain.heard()
    assert first[1] == second[1]
    other = "tom" if first[1] == "person:lea" else "lea"
    night = Night(BASE + stand_in.format(other), MIDNIGHT)
    await night.signal()
    await night.until(MIDNIGHT + timedelta(minutes=16))
    assert [who for _, who, _ in night.heard()] == ["channel:team", first[1], f"person:{other}"]


async def test_an_empty_schedule_passes_the_call_on_and_says_so() -> None:
    """Nobody is on duty: it is written down, and the next step is taken at once."""
    empty = BASE.replace('call = ["schedule:care"]', 'call = ["schedule:empty"]', 1) + "[schedules.empty]\n"
    night = Night(empty, MIDNIGHT)
    await night.signal()
    await night.until(MIDNIGHT + timedelta(minutes=6))
    assert [who for _, who, _ in night.heard()] == ["channel:team", "person:tom"]
    (nobody,) = night.withheld()
    assert nobody.why is Why.UNREACHABLE
    assert "schedule:empty" in english(nobody.reasons)


async def test_somebody_without_a_contact_is_passed_over_and_the_fallback_hears_that_nobody_answered() -> None:
    """Only people who cannot be reached are on duty: the escalation ends at once, loudly."""
    alone = BASE.replace('channels = ["mail:lea"]\nurgent = ["sms:lea"]', "").replace('channels = ["mail:tom"]', "")
    night = Night(alone, MIDNIGHT)
    await night.signal()
    await night.until(MIDNIGHT + timedelta(minutes=6))
    first, last = night.letters()
    assert (first.why, last.why, last.recipient) == (Why.FIRST, Why.UNANSWERED, "channel:team")
    assert {each.why for each in night.withheld()} == {Why.UNREACHABLE}


async def test_a_call_to_somebody_who_left_the_settings_is_rejected_with_the_remedy() -> None:
    """A call that was on its way when a person was taken out reaches nobody, and that is a delivery with its reason."""
    before = Night(BASE, MIDNIGHT)
    await before.signal()
    await before.until(MIDNIGHT + timedelta(minutes=6))
    after = Night("", MIDNIGHT)
    for entry in before.runner.log[Topic.CALLS]:
        if entry.record is not None and not isinstance(entry.record, Tick):
            await after.runner.feed(Emit(Topic.CALLS, entry.key, entry.record))
    assert after.heard() == [("23:00", "channel:team", ("team",))]
    (gone,) = after.withheld()
    assert (gone.outcome, gone.why, gone.recipient) == (Outcome.REJECTED, Why.UNREACHABLE, "person:tom")
    assert "[people.tom]" in english(gone.reasons)


async def test_at_night_only_who_is_on_duty_is_woken() -> None:
    """A P2 after midnight: the team's channel stays quiet, the person on duty is called, by all their contacts."""
    night = Night(BASE + SLEEP, MIDNIGHT)
    await night.signal()
    (held,) = night.withheld()
    assert (held.why, held.recipient) == (Why.QUIET_HOURS, "channel:team")
    await night.until(MIDNIGHT + timedelta(minutes=20))
    assert night.heard() == [("23:05", *TOM), ("23:15", *TOM)]


async def test_a_p1_wakes_everybody() -> None:
    """Quiet hours hold no P1 back."""
    night = Night(BASE + SLEEP, MIDNIGHT)
    await night.signal(**P1)
    assert night.heard() == [("23:00", *TEAM)]


async def test_the_digest_tells_in_the_morning_what_the_night_brought() -> None:
    """Two P3 after midnight, one over by then: one message at the end of the quiet hours, and none before."""
    night = Night(BASE + SLEEP, MIDNIGHT)
    await night.signal(**P3, story="one")
    await night.signal(**P3, story="two")
    await night.until(MIDNIGHT + timedelta(hours=1))
    await night.signal(**P3, story="two", phase=SignalPhase.ENDED)
    await night.until(MIDNIGHT + timedelta(hours=7))
    (told,) = night.letters()
    assert (told.why, told.recipient, f"{told.at:%H:%M}") == (Why.DIGEST, "channel:team", "06:00")
    assert phases([told.incident, *told.also]) == {"one": Phase.OPEN, "two": Phase.RESOLVED}


def phases(incidents: Sequence[Incident]) -> dict[str, Phase]:
    return {each.story: each.phase for each in incidents}


async def test_what_is_too_small_to_be_told_comes_in_the_digest_of_whoever_wants_it() -> None:
    """A P4 that began and ended by day: one line in the next morning's digest, which says that it is over."""
    wants = '[attention.lea]\ntimezone = "Europe/Paris"\ndigest = true\n'
    day = Night(BASE + wants, datetime(2026, 2, 3, 13, tzinfo=UTC))
    await day.signal(**P4)
    await day.until(datetime(2026, 2, 3, 14, tzinfo=UTC))
    await day.signal(**P4, phase=SignalPhase.ENDED)
    await day.until(datetime(2026, 2, 5, 12, tzinfo=UTC))
    (told,) = day.letters()
    assert (told.why, told.recipient, told.channels) == (Why.DIGEST, "person:lea", ("mail:lea",))
    assert (told.at, told.incident.severity, told.incident.phase) == (
        datetime(2026, 2, 4, 8, tzinfo=UTC),
        Severity.P4,
        Phase.RESOLVED,
    )


@pytest.mark.parametrize(
    ("day", "morning"),
    [(datetime(2026, 3, 5, tzinfo=UTC), "14:00"), (datetime(2026, 3, 10, tzinfo=UTC), "13:00")],
    ids=["both in winter", "summer time in New York only"],
)
async def test_the_digest_comes_in_the_morning_of_where_somebody_lives(day: datetime, morning: str) -> None:
    """One rule for all, written for Paris: Tom reads it at 09:00 in Paris, Lea at 09:00 in New York."""
    abroad = BASE.replace("[people.lea]", '[people.lea]\ntimezone = "America/New_York"')
    world = Night(abroad + SLEEP + "digest = true\n", day + timedelta(hours=1))
    await world.signal(**P4)
    await world.until(day + timedelta(hours=20))
    told = {each.recipient: f"{each.at:%H:%M}" for each in world.letters() if each.why is Why.DIGEST}
    assert told == {"channel:team": "08:00", "person:tom": "08:00", "person:lea": morning}


async def test_what_is_silenced_does_not_come_in_the_digest_either() -> None:
    """A P4 during planned works is only written down."""
    wants = '[attention.lea]\ntimezone = "Europe/Paris"\ndigest = true\n'
    works = '[[silences]]\nreason = "works"\nstarts = "2026-02-03T23:00"\nends = "2026-02-04T23:00"\n'
    night = Night(BASE + wants + works, MIDNIGHT)
    await night.signal(**P4)
    await night.until(MIDNIGHT + timedelta(hours=12))
    assert night.heard() == []
    assert [each.why for each in night.withheld()] == [Why.BELOW_SEVERITY]


async def test_no_more_messages_a_night_than_somebody_wants() -> None:
    """A budget of two: the channel hears two of five P3, and all of them in the morning: two were due again."""
    night = Night(BASE + "[attention.team]\nnight_budget = 2\n", MIDNIGHT)
    for n in range(5):
        await night.signal(**P3, story=f"story-{n}")
    assert [each.why for each in night.letters()] == [Why.FIRST, Why.FIRST]
    assert [each.why for each in night.withheld()] == [Why.BUDGET] * 3
    await night.until(datetime(2026, 2, 4, 7, tzinfo=UTC))
    (told,) = [each for each in night.letters() if each.why is Why.DIGEST]
    assert {each.story for each in (told.incident, *told.also)} == {f"story-{n}" for n in range(5)}


async def test_an_escalation_goes_on_although_the_budget_is_spent() -> None:
    """A budget of nothing: who is on duty gets the first call of an incident, and is not called for it again."""
    night = Night(BASE + "[attention.tom]\nnight_budget = 0\n", MIDNIGHT)
    await night.signal()
    await night.until(MIDNIGHT + timedelta(minutes=20))
    assert night.heard() == [("23:00", *TEAM), ("23:05", *TOM)]
    (held,) = night.withheld()
    assert (held.why, held.recipient) == (Why.BUDGET, "person:tom")


async def test_an_answer_updates_what_was_told_also_in_quiet_hours() -> None:
    """The message that Lea and Tom have is kept up to date at night; the channel that slept has it in the digest."""
    night = Night(BASE + SLEEP, MIDNIGHT)
    await night.signal()
    await night.until(MIDNIGHT + timedelta(minutes=6))
    (called,) = night.letters()
    await night.ack(called.incident.id)
    (update,) = night.letters()
    assert (update.why, update.recipient, update.quiet) == (Why.ACKNOWLEDGED, "person:tom", True)
    await night.until(MIDNIGHT + timedelta(hours=7))
    (told,) = night.letters()
    assert (told.why, told.recipient, told.incident.acknowledged_by) == (Why.DIGEST, "channel:team", "lea")


async def test_whoever_took_charge_at_night_hears_that_it_got_worse() -> None:
    """Tom was called and answered; an hour later the P3 is a P2, and he hears of it although it is night."""
    night = Night(BASE.replace('"crisis"', '"crisis"\nescalate_from = "P3"', 1) + SLEEP, MIDNIGHT)
    await night.signal(**P3)
    await night.until(MIDNIGHT + timedelta(minutes=6))
    (called,) = night.letters()
    await night.ack(called.incident.id)
    await night.until(MIDNIGHT + timedelta(hours=1))
    night.letters()
    await night.signal(phase=SignalPhase.WORSENED)
    assert night.heard() == [("00:00", *TOM)]


async def test_an_exercise_is_told_whatever_the_hour() -> None:
    """A drill on a brand has the brand's policy and contacts, and no quiet hours."""
    night = Night(BASE + SLEEP, MIDNIGHT)
    await night.signal(brand="drill:acme")
    await night.until(MIDNIGHT + timedelta(minutes=6))
    assert night.heard() == [("23:00", *TEAM), ("23:05", *TOM)]


async def test_planned_maintenance_is_quiet_and_what_lasts_is_told_after_it() -> None:
    """Works from 23:00 to 01:00 in Paris: nobody hears of a P2 in that time; it is told when they are over."""
    works = '[[silences]]\nreason = "works"\nstarts = "2026-02-03T23:00"\nends = "2026-02-04T01:00"\n'
    night = Night(BASE + works, MIDNIGHT)
    await night.signal()
    await night.until(MIDNIGHT + timedelta(minutes=55))
    assert night.heard() == []
    (silent,) = night.withheld()
    assert silent.why is Why.SILENCED
    assert "works" in english(silent.reasons)
    await night.until(MIDNIGHT + timedelta(hours=1))
    assert [who for _, who, _ in night.heard()] == ["channel:team"]


@pytest.mark.parametrize("crash", list(Crash))
async def test_a_crash_at_night_changes_nothing(crash: Crash) -> None:
    """Agents that die at any step tell the same people the same things, with the same ids."""

    async def lived(*crashes: Crash) -> list[str]:
        night = Night(BASE + SLEEP, MIDNIGHT)
        await night.signal(**P3, story="one")
        await night.runner.feed(*crashes)
        await night.signal()
        await night.runner.feed(*crashes)
        await night.until(MIDNIGHT + timedelta(hours=7))
        return list(dict.fromkeys(each.id + each.recipient for each in night.letters()))

    assert await lived(crash) == await lived()

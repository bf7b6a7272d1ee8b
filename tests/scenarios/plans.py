"""Who is to be called when, worked out once more from `docs/alerting.md`: hours, turns, contacts, escalations.

Nothing here is borrowed from the code under test.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.records import Incident, Severity
from streams.settings.people import AttentionSettings, EscalationSettings
from streams.settings.schema import BrandSettings, Settings

GRAVITY: Final = {Severity.P1: 4, Severity.P2: 3, Severity.P3: 2, Severity.P4: 1}
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)


def brands(incident: Incident) -> tuple[str, ...]:
    return (incident.brand, *incident.brands)


def graver(one: Severity, other: Severity) -> bool:
    return GRAVITY[one] > GRAVITY[other]


def within(hours: str, at: datetime, zone: str) -> bool:
    """Whether a clock on the wall shows a time within `22:00-07:00`."""
    start, end = (time.fromisoformat(each) for each in hours.split("-"))
    clock = at.astimezone(ZoneInfo(zone or "UTC")).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def night_of(hours: str, at: datetime, zone: str) -> date:
    """A night is named by the day on which it ends."""
    end = time.fromisoformat(hours.split("-")[1])
    local = at.astimezone(ZoneInfo(zone or "UTC"))
    return local.date() if local.time() < end else local.date() + DAY


# ── who is called ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class People:
    """Who somebody is, by the settings."""

    settings: Settings

    def on_duty(self, name: str, at: datetime) -> str | None:
        """Daily turns from 09:00 on, within hours where there are any."""
        schedule = self.settings.schedules[name]
        (layer,) = schedule.layers
        if layer.hours and not within(layer.hours, at, schedule.timezone):
            return None
        local = at.astimezone(ZoneInfo(schedule.timezone))
        turn = (local.date() - date.fromisoformat(layer.start)).days - (local.time() < time(9))
        return layer.people[turn % len(layer.people)]

    def behind(self, targets: Iterable[str], at: datetime) -> set[str]:
        """Whom targets mean: people with a contact, and channels."""
        found = set()
        for target in targets:
            kind, _, name = target.partition(":")
            if kind == "channel":
                found.add(target)
                continue
            person = self.on_duty(name, at) if kind == "schedule" else name
            if person is not None and self.contacts(f"person:{person}"):
                found.add(f"person:{person}")
        return found

    def contacts(self, recipient: str) -> tuple[str, ...]:
        kind, _, name = recipient.partition(":")
        if kind == "channel":
            return (name,)
        person = self.settings.people[name]
        return person.channels or person.urgent

    def wish(self, recipient: str) -> tuple[AttentionSettings, str]:
        """A recipient's wishes, and the zone that they are told in."""
        kind, _, name = recipient.partition(":")
        own = self.settings.attention.get(name)
        wish = own or self.settings.attention.get("default") or AttentionSettings()
        home = self.settings.people[name].timezone if kind == "person" else ""
        return wish, (own.timezone or home if own is not None else home or wish.timezone) or "UTC"

    def brand(self, name: str) -> BrandSettings:
        found = self.settings.brand(name)
        assert found is not None
        return found

    def escalation(self, incident: Incident) -> tuple[EscalationSettings | None, Severity]:
        """Of several brands, the first policy that there is."""
        for brand in map(self.brand, brands(incident)):
            if brand.escalation:
                return self.settings.escalations[brand.escalation], Severity(brand.escalate_from)
        return None, Severity.P1

    def notify_from(self, incident: Incident) -> Severity:
        """Of several brands, the mildest wish."""
        return max(Severity(self.brand(brand).notify_from) for brand in brands(incident))


@dataclass
class Climb:
    """An escalation in progress, worked out from the documentation."""

    policy: EscalationSettings
    severity: Severity
    due: datetime
    step: int = 0
    round: int = 1
    over: bool = False

    def call(self, at: datetime, people: People) -> set[str]:
        """Whom a message calls that comes when a step is due: empty steps are passed over; at the end the fallback."""
        for _ in self.policy.steps:
            if self.step == len(self.policy.steps):
                break
            called = people.behind(self.policy.steps[self.step].call, at)
            self._next(at)
            if called:
                return called
        self.step, self.over = len(self.policy.steps), True
        return set()

    def _next(self, at: datetime) -> None:
        steps = self.policy.steps
        self.step += 1
        if self.step < len(steps):
            wait = steps[self.step].after_min
        elif self.round < self.policy.rounds:
            self.step, self.round, wait = 0, self.round + 1, max(steps[0].after_min, 5.0)
        else:
            wait = max(steps[-1].after_min, 5.0)
        self.due = at + wait * MINUTE

"""`tocsin oncall`: who is on call now, until when, who is next, and where nobody is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from alerts.localtime import instant, parse_moment, wall
from alerts.oncall import Schedule, Shift
from models.clock import Clock, SystemClock
from streams.cli.lines import WrongCall
from streams.settings.schema import Settings

_AHEAD_DAYS: Final = 60
"""How far is looked for the next change, whatever `--days` says."""
_NOBODY: Final = "nobody"
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Watch:
    """One schedule at one moment. `ahead`: its shifts from now on, the present one first; at least `_AHEAD_DAYS`."""

    name: str
    schedule: Schedule
    at: datetime
    days: int
    ahead: tuple[Shift, ...]

    @property
    def now(self) -> Shift:
        return self.ahead[0]

    @property
    def next(self) -> Shift | None:
        """The next shift with somebody; None where none begins within `_AHEAD_DAYS`."""
        return next((shift for shift in self.ahead[1:] if shift.person is not None), None)

    @property
    def shifts(self) -> list[Shift]:
        """Those of the days that were asked for: until the same time of day."""
        zone = self.schedule.zone
        return self.schedule.shifts(self.at, instant(zone, wall(zone, self.at) + timedelta(days=self.days)))

    @property
    def until(self) -> datetime | None:
        """When the present shift ends; None where that is further away than can be seen."""
        return self.now.end if len(self.ahead) > 1 else None

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.schedule.zone)


@click.command("oncall")
@click.argument("schedule", required=False)
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--at", metavar="TIME", help="In place of now: such as 2026-12-24T09:00, in the schedule's time zone.")
@click.option("--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How far the table looks.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object in place of text.")
def command(schedule: str | None, path: Path, at: str | None, days: int, as_json: bool) -> None:
    """Tell who is on call for SCHEDULE (all when none is named): now, next, and in the days to come.

    Gaps, in which nobody is on call, are marked. Exit code 2: there is no such schedule, or the settings are wrong.
    """
    from streams.cli.settings import load_settings
    from streams.settings.spared import OFFLINE

    settings = load_settings(path, spared=OFFLINE)
    watches = [_watch(settings, name, at, days, SystemClock()) for name in _chosen(settings, schedule, path)]
    if as_json:
        told = [_plain(each, settings) for each in watches]
        click.echo(json.dumps({"schedules": told}, ensure_ascii=False))
        return
    click.echo("\n\n".join("\n".join(_lines(each, settings)) for each in watches))


def _chosen(settings: Settings, name: str | None, path: Path) -> list[str]:
    from streams.settings.problems import suggestion

    if not settings.schedules:
        raise WrongCall(f"{path}: there is no schedule: add [schedules.NAME] with layers")
    if name is None:
        return list(settings.schedules)
    if name not in settings.schedules:
        meant = suggestion(name, settings.schedules)
        remedy = f"did you mean {meant}?" if meant else f"there are: {', '.join(settings.schedules)}"
        raise WrongCall(f'there is no schedule "{name}" ({remedy})')
    return [name]


def _watch(settings: Settings, name: str, at: str | None, days: int, clock: Clock) -> Watch:
    from streams.people import schedule

    found = schedule(settings.schedules[name])
    try:
        moment = clock.now() if at is None else parse_moment(at, found.zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from None
    ahead = found.shifts(moment, moment + timedelta(days=max(days, _AHEAD_DAYS)))
    return Watch(name, found, moment, days, tuple(ahead))


def _lines(watch: Watch, settings: Settings) -> list[str]:
    until = "" if watch.until is None else f", until {_stamp(watch, watch.until)}"
    upcoming = watch.next
    none = _NOBODY if watch.now.person is None else f"{_NOBODY} else"
    coming = (
        f"{none} within {max(watch.days, _AHEAD_DAYS)} days"
        if upcoming is None
        else f"{_who(watch, upcoming, settings)}, from {_stamp(watch, upcoming.start)}"
    )
    head = click.style(
        f"{watch.name}  {watch.local(watch.at):%a %d %b %Y %H:%M} ({watch.schedule.zone.key})", bold=True
    )
    return [
        head,
        f"  now   {_who(watch, watch.now, settings)}{until}",
        f"  next  {coming}",
        "",
        *_table(watch, settings),
    ]


def _table(watch: Watch, settings: Settings) -> list[str]:
    rows = [f"  {'from':<16}  {'until':<16}  {'hours':>6}  who"]
    for shift in watch.shifts:
        hours = (shift.end - shift.start).total_seconds() / 3600
        who = _who(watch, shift, settings) + ("  ← gap" if shift.person is None else "")
        rows.append(f"  {_stamp(watch, shift.start)}  {_stamp(watch, shift.end)}  {hours:>6.1f}  {who}")
    return rows


def _who(watch: Watch, shift: Shift, settings: Settings) -> str:
    """Who is on call, and what their own clock says when the shift begins, where it says something else."""
    if shift.person is None:
        return click.style(_NOBODY, fg="red")
    person = settings.people.get(shift.person)
    if person is None:
        return click.style(f"{_clean(shift.person)} (not in [people])", fg="red")
    label = _clean(person.label or shift.person) + _theirs(watch, shift, person.timezone)
    return label if person.channels or person.urgent else click.style(f"{label} (without a contact)", fg="red")


def _theirs(watch: Watch, shift: Shift, timezone: str) -> str:
    from streams.people import parse_zone

    if not timezone:
        return ""
    there, here = wall(parse_zone(timezone), shift.start), wall(watch.schedule.zone, shift.start)
    return "" if there == here else f" ({there:%a %H:%M} in {timezone})"


def _clean(name: str) -> str:
    """A name on one line, without control characters."""
    return "".join(sign for sign in name if sign.isprintable())[:_LONGEST_NAME]


def _stamp(watch: Watch, at: datetime) -> str:
    return f"{watch.local(at):%a %d %b %H:%M}"


def _plain(watch: Watch, settings: Settings) -> Mapping[str, Any]:
    """Times with the schedule's offset from UTC; of a person, the time zone in which they live, where it is known."""

    def shown(shift: Shift) -> dict[str, str | None]:
        return {
            "start": watch.local(shift.start).isoformat(),
            "end": watch.local(shift.end).isoformat(),
            "person": shift.person,
            "lives_in": _home(shift, settings),
        }

    return {
        "schedule": watch.name,
        "timezone": watch.schedule.zone.key,
        "at": watch.local(watch.at).isoformat(),
        "on_call": watch.now.person,
        "lives_in": _home(watch.now, settings),
        "until": None if watch.until is None else watch.local(watch.until).isoformat(),
        "next": None if watch.next is None else shown(watch.next),
        "shifts": [shown(shift) for shift in watch.shifts],
    }


def _home(shift: Shift, settings: Settings) -> str | None:
    person = settings.people.get(shift.person or "")
    return person.timezone or None if person is not None else None

"""Would it happen as planned? Times that cannot be read, gaps on call, plans that are over (`tocsin check`)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from alerts.localtime import parse_clock, parse_moment, parse_window
from alerts.oncall import Shift
from streams.people import parse_zone, schedule, unreadable
from streams.settings.people import AttentionSettings, PersonSettings
from streams.settings.problems import Remark, error, warning
from streams.settings.reach import called_schedules
from streams.settings.schema import Settings

GAP_DAYS: Final = 14
"""How far gaps in a schedule are looked for."""
_GAPS_SHOWN: Final = 3
_UTC: Final = "UTC"


def plans(settings: Settings, now: datetime | None) -> Iterator[Remark]:
    """What the lint of times finds; what depends on the day only where `now` is given."""
    flawed = dict(unreadable(settings))
    for key, message in flawed.items():
        yield error(key, message)
    yield from _zones(settings)
    for name in settings.schedules:
        if not any(key.startswith(f"schedules.{name}.") for key in flawed):
            yield from _overrides(settings, name, now)
            yield from _coverage(settings, name, now) if now is not None else ()
    for name, wish in settings.attention.items():
        if not any(key.startswith(f"attention.{name}.") for key in flawed):
            yield from _attention(f"attention.{name}", wish)
    for n in range(len(settings.silences)):
        if not any(key.startswith(f"silences[{n}].") for key in flawed):
            yield from _silence(settings, n, now)


def _zones(settings: Settings) -> Iterator[Remark]:
    """UTC is what a time zone is when it was left out: odd beside brands that have one."""
    local = next((brand.timezone for brand in settings.brands if brand.timezone != _UTC), None)
    if local is None:
        return
    keys = [f"schedules.{name}" for name, each in settings.schedules.items() if each.timezone == _UTC]
    keys += [
        f"attention.{name}"
        for name, each in settings.attention.items()
        if _in_utc(settings, name) and (each.quiet_hours or each.night_budget is not None or each.digest)
    ]
    for key in keys:
        yield warning(f"{key}.timezone", "is UTC, or missing: its times are not local", f'write timezone = "{local}"')


def _in_utc(settings: Settings, name: str) -> bool:
    """Whether a rule goes by UTC for anybody of its name; one of a person alone goes by where they live."""
    named, lives = settings.attention[name].timezone, settings.people.get(name, PersonSettings()).timezone
    return (lives if not named and name not in settings.channels else named) in ("", _UTC)


def _overrides(settings: Settings, name: str, now: datetime | None) -> Iterator[Remark]:
    zone = parse_zone(settings.schedules[name].timezone)
    for n, override in enumerate(settings.schedules[name].overrides):
        yield from _span(f"schedules.{name}.overrides[{n}]", override.starts, override.ends, zone, now)


def _silence(settings: Settings, n: int, now: datetime | None) -> Iterator[Remark]:
    """Of brands in several time zones, one that is furthest west has it last: a silence is over when it is there."""
    planned = settings.silences[n]
    zones = {b.timezone for b in settings.brands if not planned.brands or b.name in planned.brands} or {_UTC}
    found: list[list[Remark]] = []
    for name in sorted(zones):
        try:
            zone = parse_zone(name)
        except ValueError:  # said of the brand
            continue
        found.append(list(_span(f"silences[{n}]", planned.starts, planned.ends, zone, now)))
    yield from min(found, key=len, default=[])


def _span(key: str, starts: str, ends: str, zone: ZoneInfo, now: datetime | None) -> Iterator[Remark]:
    end = parse_moment(ends, zone)
    if end <= parse_moment(starts, zone):
        yield error(f"{key}.ends", "is not later than starts, so it never applies", "exchange them, or mend one")
    elif now is not None and end <= now:
        yield warning(key, "is over, and never applies again", "take it out")


def _coverage(settings: Settings, name: str, now: datetime) -> Iterator[Remark]:
    """Gaps of a schedule that an escalation asks."""
    if name not in called_schedules(settings) or not settings.schedules[name].layers:
        return
    found = schedule(settings.schedules[name])
    shifts = found.shifts(now, now + timedelta(days=GAP_DAYS))
    gaps = [shift for shift in shifts if shift.person is None]
    key = f"schedules.{name}"
    if len(gaps) == len(shifts):
        yield error(
            key, f"nobody is on call in the next {GAP_DAYS} days", "look at start, days and hours of its layers"
        )
    elif gaps:
        shown = "; ".join(_shown(gap, found.zone) for gap in gaps[:_GAPS_SHOWN])
        more = f"; and {len(gaps) - _GAPS_SHOWN} more times" if len(gaps) > _GAPS_SHOWN else ""
        message = f"nobody is on call in the next {GAP_DAYS} days from {shown}{more}"
        yield warning(key, message, "add a layer below that is always on duty, or call somebody else beside it")


def _shown(gap: Shift, zone: ZoneInfo) -> str:
    start, end = gap.start.astimezone(zone), gap.end.astimezone(zone)
    return f"{start:%a %d %b %H:%M} to {end:%a %d %b %H:%M}"


def _attention(key: str, wish: AttentionSettings) -> Iterator[Remark]:
    if wish.quiet_hours:
        quiet = parse_window(wish.quiet_hours)
        if quiet.start == quiet.end:
            message = "begin and end at the same time: it is always quiet"
            yield warning(f"{key}.quiet_hours", message, "write them as in 22:00-07:00")
        elif quiet.contains(parse_clock(wish.digest_at)):
            message = f"is in the quiet hours, so the digest comes at {quiet.end:%H:%M}"
            yield warning(f"{key}.digest_at", message, "choose a time outside of them")
        if wish.breaks_from == "P4":
            yield warning(f"{key}.breaks_from", "lets everything through: the quiet hours hold nothing back")
    night = parse_window(wish.night)
    if wish.night_budget is not None and night.start == night.end:
        yield warning(f"{key}.night", "lasts all day, and so does its budget", "write it as in 22:00-07:00")

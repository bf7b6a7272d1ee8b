"""People, channels and plans of the settings, as the alerting understands them; checked before (`settings_reach`)."""

from collections.abc import Callable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from alerts.attention_rules import Contacts, Rule
from alerts.escalation import EscalationPolicy, Step
from alerts.localtime import parse_clock, parse_date, parse_moment, parse_window
from alerts.oncall import Layer, Override, Roster, Schedule
from models.records import Severity
from streams.settings import AttentionSettings, EscalationSettings, LayerSettings, ScheduleSettings, Settings

DEFAULT: Final = "default"
"""The `[attention.…]` of everybody who has none of their own."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def contacts(settings: Settings) -> dict[str, Contacts]:
    """By recipient (`channel:NAME`, `person:NAME`), the channels by which they are reached.

    >>> from streams.settings import PersonSettings, TerminalSettings
    >>> lea = PersonSettings(channels=("team:U1",))
    >>> found = contacts(Settings(channels={"team": TerminalSettings()}, people={"lea": lea}))
    >>> [(recipient, reach.channels) for recipient, reach in found.items()]
    [('channel:team', ('team',)), ('person:lea', ('team:U1',))]
    """
    own = {f"channel:{name}": Contacts((name,)) for name in settings.channels}
    return own | {f"person:{name}": Contacts(each.channels, each.urgent) for name, each in settings.people.items()}


def roster(settings: Settings) -> Roster:
    """Who is on call when, and can be reached."""
    schedules = {name: schedule(each) for name, each in settings.schedules.items()}
    return Roster(schedules, {recipient for recipient, reach in contacts(settings).items() if reach.usual})


def schedule(settings: ScheduleSettings) -> Schedule:
    """One schedule; raises `ValueError` where a time in it cannot be read."""
    zone = parse_zone(settings.timezone)
    return Schedule(
        zone,
        tuple(_layer(each) for each in settings.layers),
        tuple(
            Override(each.person, parse_moment(each.starts, zone), parse_moment(each.ends, zone))
            for each in settings.overrides
        ),
    )


def _layer(settings: LayerSettings) -> Layer:
    return Layer(
        people=settings.people,
        start=parse_date(settings.start),
        rotation=settings.rotation,
        every=settings.every,
        handoff=parse_clock(settings.handoff),
        days=frozenset(WEEKDAYS.index(day) for day in settings.days),
        hours=parse_window(settings.hours) if settings.hours else None,
    )


def escalation(name: str, settings: EscalationSettings) -> EscalationPolicy:
    """
    >>> from streams.settings import StepSettings
    >>> escalation("crisis", EscalationSettings(steps=(StepSettings(call=("person:lea",), after_min=5),))).steps
    (Step(call=('person:lea',), after_s=300.0),)
    """
    steps = tuple(Step(each.call, each.after_min * 60.0) for each in settings.steps)
    return EscalationPolicy(name, steps, settings.rounds, settings.fallback)


def rules(settings: Settings) -> dict[str, Rule]:
    """By recipient, when they want to hear of what: a rule's name may be a person's or a channel's, or both."""
    named = [(f"person:{name}", name) for name in settings.people]
    named += [(f"channel:{name}", name) for name in settings.channels]
    return {recipient: rule(settings.attention[name]) for recipient, name in named if name in settings.attention}


def rule(settings: AttentionSettings) -> Rule:
    """One rule; raises `ValueError` where a time in it cannot be read."""
    return Rule(
        zone=parse_zone(settings.timezone),
        quiet=parse_window(settings.quiet_hours) if settings.quiet_hours else None,
        breaks_from=Severity(settings.breaks_from),
        night=parse_window(settings.night),
        night_budget=settings.night_budget,
        digest_at=parse_clock(settings.digest_at),
        digest=settings.digest,
    )


def parse_zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name; raises `ValueError` with words for people."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; no such form; a folder's name
        raise ValueError("is no time zone: write it as in Europe/Paris, or UTC") from None


def unreadable(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every time, date and zone that cannot be read: its key, and what is wrong with it, in words."""
    for key, text, parse in _times(settings):
        try:
            parse(text)
        except ValueError as error:
            yield key, str(error)


_Times = Iterator[tuple[str, str, Callable[[str], object]]]


def _times(settings: Settings) -> _Times:
    for name, each in settings.schedules.items():
        yield f"schedules.{name}.timezone", each.timezone, parse_zone
        for n, layer in enumerate(each.layers):
            key = f"schedules.{name}.layers[{n}]"
            yield f"{key}.start", layer.start, parse_date
            yield f"{key}.handoff", layer.handoff, parse_clock
            if layer.hours:
                yield f"{key}.hours", layer.hours, parse_window
        for n, override in enumerate(each.overrides):
            yield from _span(f"schedules.{name}.overrides[{n}]", override.starts, override.ends)
    for name, wish in settings.attention.items():
        yield f"attention.{name}.timezone", wish.timezone, parse_zone
        if wish.quiet_hours:
            yield f"attention.{name}.quiet_hours", wish.quiet_hours, parse_window
        yield f"attention.{name}.night", wish.night, parse_window
        yield f"attention.{name}.digest_at", wish.digest_at, parse_clock
    for n, silence in enumerate(settings.silences):
        yield from _span(f"silences[{n}]", silence.starts, silence.ends)


def _span(key: str, starts: str, ends: str) -> _Times:
    """The zone does not matter to whether a time can be read."""
    for name, text in (("starts", starts), ("ends", ends)):
        yield f"{key}.{name}", text, lambda text: parse_moment(text, ZoneInfo("UTC"))

"""People, channels and plans of the settings, as the alerting understands them; `settings/reach.py` checked them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from alerts.attention_rules import Contacts, Rule
from alerts.escalation import EscalationPolicy, Step
from alerts.localtime import parse_clock, parse_date, parse_moment, parse_window
from alerts.oncall import Layer, Override, Roster, Schedule
from alerts.policy import IncidentPolicy
from alerts.silences import SilenceRule
from models.records import Severity, SignalKind
from streams.settings.people import (
    AttentionSettings,
    EscalationSettings,
    LayerSettings,
    ScheduleSettings,
    SilenceSettings,
)
from streams.settings.problems import suggestion
from streams.settings.schema import BrandSettings, Settings

DEFAULT: Final = "default"
"""The `[attention.…]` of everybody who has none of their own."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def contacts(settings: Settings) -> dict[str, Contacts]:
    """By recipient (`channel:NAME`, `person:NAME`), the channels by which they are reached.

    >>> from streams.settings.people import PersonSettings
    >>> from streams.settings.channels import TerminalSettings
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
    >>> from streams.settings.people import StepSettings
    >>> escalation("crisis", EscalationSettings(steps=(StepSettings(call=("person:lea",), after_min=5),))).steps
    (Step(call=('person:lea',), after_s=300.0),)
    """
    steps = tuple(Step(each.call, each.after_min * 60.0) for each in settings.steps)
    return EscalationPolicy(name, steps, settings.rounds, settings.fallback)


def rules(settings: Settings) -> dict[str, Rule]:
    """By recipient, when they want to hear of what: a rule's name may be a person's or a channel's, or both.

    Hours are on the recipient's own clock: that of a rule of their name, else of where the person lives; the rule of
    all the others, too, goes by the clock of whoever lives somewhere.

    >>> from streams.settings.people import PersonSettings
    >>> night = AttentionSettings(timezone="Europe/Paris", quiet_hours="22:00-07:00")
    >>> people = {"lea": PersonSettings(timezone="America/Montreal"), "tom": PersonSettings()}
    >>> [(who, wish.zone.key) for who, wish in rules(Settings(people=people, attention={DEFAULT: night})).items()]
    [('person:lea', 'America/Montreal')]
    """
    found = {
        f"channel:{name}": rule(settings.attention[name]) for name in settings.channels if name in settings.attention
    }
    for name, person in settings.people.items():
        own = settings.attention.get(name)
        if own is not None:
            found[f"person:{name}"] = rule(own, own.timezone or person.timezone)
        elif person.timezone:
            shared = settings.attention.get(DEFAULT, AttentionSettings())
            found[f"person:{name}"] = rule(shared, person.timezone)
    return found


def rule(settings: AttentionSettings, timezone: str = "") -> Rule:
    """One rule, in a time zone other than its own where one is given; raises `ValueError` where a time in it cannot be
    read.
    """
    return Rule(
        zone=parse_zone(timezone or settings.timezone or "UTC"),
        quiet=parse_window(settings.quiet_hours) if settings.quiet_hours else None,
        breaks_from=Severity(settings.breaks_from),
        night=parse_window(settings.night),
        night_budget=settings.night_budget,
        digest_at=parse_clock(settings.digest_at),
        digest=settings.digest,
    )


def default_rule(settings: Settings) -> Rule:
    """That of everybody who has none of their own."""
    return rule(settings.attention[DEFAULT]) if DEFAULT in settings.attention else Rule()


def policies(settings: Settings, default: IncidentPolicy) -> dict[str, IncidentPolicy]:
    """By brand, how it wants to be told; what the settings do not say of a brand is that of `default`."""
    wishes, otherwise = rules(settings), default_rule(settings)
    found = {}
    for brand in settings.brands:
        steps = settings.escalations.get(brand.escalation)
        found[brand.name] = replace(
            default,
            recipients=tuple(f"channel:{name}" for name in brand.channels),
            notify_from=Severity(brand.notify_from),
            escalation=None if steps is None else escalation(brand.escalation, steps),
            escalate_from=Severity(brand.escalate_from),
            tier=brand.tier,
            digest=tuple(each for each in concerned(settings, brand) if wishes.get(each, otherwise).digest),
        )
    return found


def concerned(settings: Settings, brand: BrandSettings) -> tuple[str, ...]:
    """Every recipient who may hear of a brand: its channels, and whom its escalation may call, whoever is on duty."""
    found = [f"channel:{name}" for name in brand.channels]
    if brand.escalation in settings.escalations:
        for target in targets(settings.escalations[brand.escalation]):
            kind, _, name = target.partition(":")
            members = members_of(settings.schedules[name]) if kind == "schedule" and name in settings.schedules else ()
            found += [f"person:{member}" for member in members] if kind == "schedule" else [target]
    known = contacts(settings)
    return tuple(dict.fromkeys(each for each in found if each in known))


def targets(settings: EscalationSettings) -> tuple[str, ...]:
    """Everything that an escalation may call, in its order."""
    return (*(target for step in settings.steps for target in step.call), *settings.fallback)


def members_of(settings: ScheduleSettings) -> tuple[str, ...]:
    """Everybody who is ever on call by a schedule."""
    layers = (person for layer in settings.layers for person in layer.people)
    return tuple(dict.fromkeys((*layers, *(override.person for override in settings.overrides))))


def silences(settings: Settings) -> tuple[SilenceRule, ...]:
    """Planned quiet, in the local time of the brands: brands of several time zones give several rules.

    >>> from streams.settings.schema import BrandSettings
    >>> from streams.settings.people import SilenceSettings
    >>> planned = SilenceSettings(reason="works", starts="2026-12-01T22:00", ends="2026-12-02T02:00")
    >>> acme = BrandSettings(name="acme", query="acme", timezone="Europe/Paris")
    >>> [(rule.brands, rule.starts.isoformat()) for rule in silences(Settings(brands=(acme,), silences=(planned,)))]
    [(('acme',), '2026-12-01T21:00:00+00:00')]
    """
    found = []
    for planned in settings.silences:
        zones: dict[str, list[str]] = {}
        for brand in settings.brands:
            if not planned.brands or brand.name in planned.brands:
                zones.setdefault(brand.timezone, []).append(brand.name)
        found += [_silence(planned, parse_zone(zone), tuple(brands)) for zone, brands in zones.items()]
    return tuple(found)


def _silence(planned: SilenceSettings, zone: ZoneInfo, brands: tuple[str, ...]) -> SilenceRule:
    return SilenceRule(
        author=planned.author,
        reason=planned.reason,
        starts=parse_moment(planned.starts, zone),
        ends=parse_moment(planned.ends, zone),
        brands=brands,
        kinds=tuple(SignalKind(kind) for kind in planned.kinds),
        up_to=Severity(planned.up_to),
    )


def parse_zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name; raises `ValueError` with words for people."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; no such form; a folder's name
        meant = _meant_zone(name)
        remedy = f"did you mean {meant}?" if meant else "write it as in Europe/Paris, or UTC"
        raise ValueError(f"is no time zone: {remedy}") from None


def _meant_zone(name: str) -> str | None:
    """The zone of a name in other letters, or of a city without its continent.

    >>> _meant_zone("europe/paris"), _meant_zone("New York")
    ('Europe/Paris', 'America/New_York')
    """
    wanted = "_".join(name.split()).lower()
    zones = sorted(available_timezones())
    same = (zone for zone in zones if wanted in (zone.lower(), zone.rpartition("/")[2].lower()))
    return next(same, None) or suggestion(name, zones)


def unreadable(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every time, date and zone that cannot be read: its key, and what is wrong with it, in words."""
    for key, text, parse in _times(settings):
        try:
            parse(text)
        except ValueError as error:
            yield key, str(error)


_Times = Iterator[tuple[str, str, Callable[[str], object]]]


def _times(settings: Settings) -> _Times:
    for brand in settings.brands:
        yield f"brands[{brand.name}].timezone", brand.timezone, parse_zone
        for n, event in enumerate(brand.events):
            yield from _span(f"brands[{brand.name}].events[{n}]", event.starts, event.ends)
    for name, person in settings.people.items():
        if person.timezone:
            yield f"people.{name}.timezone", person.timezone, parse_zone
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
        if wish.timezone:
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

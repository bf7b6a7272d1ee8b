"""Would anybody be reached? Names that lead nowhere, steps that call nobody (`tocsin check`)."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from alerts.render import mail
from streams.people import DEFAULT, members_of, targets
from streams.settings.channels import MailSettings, SlackSettings
from streams.settings.people import EscalationSettings, PersonSettings
from streams.settings.problems import Remark, error, suggestion, warning
from streams.settings.schema import BrandSettings, Settings

_RANK: Final = {"P1": 4, "P2": 3, "P3": 2, "P4": 1}
_ADD: Final = {
    "person": "add [people.NAME] for them",
    "channel": "add [channels.NAME] for it",
    "schedule": "add [schedules.NAME] for it",
    "escalation": "add [escalations.NAME] for it",
    "brand": "add it to [[brands]]",
}
_SLACK_ID: Final = re.compile(r"[UW][A-Z0-9]{5,}")


def reach(settings: Settings) -> Iterator[Remark]:
    """What the lint of people, schedules and escalations finds, whatever day it is."""
    for name, person in settings.people.items():
        yield from _person(settings, name, person)
    yield from _slack_users(settings)
    for name in settings.schedules:
        yield from _schedule(settings, name)
    for name, escalation in settings.escalations.items():
        yield from _escalation(settings, name, escalation)
    for brand in settings.brands:
        yield from _brand(settings, brand)
    yield from _names(settings)


def used_channels(settings: Settings) -> set[str]:
    """The channels by which anybody may be told."""
    named = {name for brand in settings.brands for name in brand.channels}
    for person in settings.people.values():
        named |= {contact.partition(":")[0] for contact in (*person.channels, *person.urgent)}
    for escalation in settings.escalations.values():
        named |= {name for kind, _, name in (each.partition(":") for each in targets(escalation)) if kind == "channel"}
    return named


def called_people(settings: Settings) -> set[str]:
    """Everybody whom an escalation may call."""
    found: set[str] = set()
    for escalation in settings.escalations.values():
        for kind, _, name in (target.partition(":") for target in targets(escalation)):
            if kind == "person":
                found.add(name)
            elif kind == "schedule" and name in settings.schedules:
                found.update(members_of(settings.schedules[name]))
    return found


def called_schedules(settings: Settings) -> set[str]:
    """The schedules that an escalation asks."""
    every = (target for escalation in settings.escalations.values() for target in targets(escalation))
    return {name for kind, _, name in (target.partition(":") for target in every) if kind == "schedule"}


def _person(settings: Settings, name: str, person: PersonSettings) -> Iterator[Remark]:
    key, is_called = f"people.{name}", name in called_people(settings)
    if not person.channels and not person.urgent:
        say = error if is_called else warning
        yield say(f"{key}.channels", "there is no way to reach this person", "name at least one channel")
    if not is_called:
        yield warning(key, "no escalation ever calls this person", "put them on a schedule or into a step that is used")
    for field, contacts in (("channels", person.channels), ("urgent", person.urgent)):
        for contact in contacts:
            yield from _contact(settings, f"{key}.{field}", contact)


def _contact(settings: Settings, key: str, contact: str) -> Iterator[Remark]:
    name, colon, address = contact.partition(":")
    channel = settings.channels.get(name)
    if channel is None:
        yield unknown(key, "channel", name, settings.channels)
    elif not colon:
        return
    elif isinstance(channel, SlackSettings):
        if not _SLACK_ID.fullmatch(address):
            remedy = "in Slack: the person's profile, Copy member ID; it begins with U"
            yield error(key, f"{_short(address)} is no user id of Slack", remedy)
    elif isinstance(channel, MailSettings):
        try:
            mail.address(address)
        except ValueError as wrong:
            yield error(key, str(wrong))
    else:
        yield error(key, f'the channel "{name}" takes no address of a person', f'write "{name}" alone')


def _slack_users(settings: Settings) -> Iterator[Remark]:
    seen: dict[str, str] = {}
    for name, person in settings.people.items():
        if person.slack_user and not re.fullmatch(r"[UW][A-Z0-9]+", person.slack_user):
            remedy = "in Slack: the person's profile, Copy member ID; it begins with U"
            yield error(f"people.{name}.slack_user", f"{_short(person.slack_user)} is no user id of Slack", remedy)
        if person.slack_user and seen.setdefault(person.slack_user, name) != name:
            message = f"is also that of {seen[person.slack_user]}: who clicked could not be told"
            yield error(f"people.{name}.slack_user", message, "give each person their own")


def _schedule(settings: Settings, name: str) -> Iterator[Remark]:
    schedule, key = settings.schedules[name], f"schedules.{name}"
    if name not in called_schedules(settings):
        yield warning(key, "no escalation asks this schedule", f'add "schedule:{name}" to a step')
    if not schedule.layers:
        yield error(f"{key}.layers", "there is no layer, so nobody takes turns", f"add [[{key}.layers]]")
    for n, layer in enumerate(schedule.layers):
        yield from _unknowns(f"{key}.layers[{n}].people", "person", layer.people, settings.people)
    for n, override in enumerate(schedule.overrides):
        yield from _unknowns(f"{key}.overrides[{n}].person", "person", (override.person,), settings.people)


def _escalation(settings: Settings, name: str, escalation: EscalationSettings) -> Iterator[Remark]:
    key = f"escalations.{name}"
    if not any(brand.escalation == name for brand in settings.brands):
        yield warning(key, "no brand uses this escalation", f'set escalation = "{name}" for a brand')
    if not escalation.steps:
        yield error(f"{key}.steps", "there is no step, so nobody is ever called", f"add [[{key}.steps]]")
    waited_min = 0.0
    for n, step in enumerate(escalation.steps):
        waited_min += step.after_min
        yield from _step(settings, f"{key}.steps[{n}]", step.call)
        if waited_min >= settings.incidents.close_after_min:
            message = f"begins after {waited_min:g} minutes, when a silent incident has closed itself"
            yield warning(f"{key}.steps[{n}].after_min", message, "shorten it, or raise incidents.close_after_min")
    if escalation.steps and not escalation.fallback:
        message = "nobody is told when nobody has answered"
        yield warning(f"{key}.fallback", message, 'name somebody, such as "channel:NAME"')
    yield from _targets(settings, f"{key}.fallback", escalation.fallback)


def _step(settings: Settings, key: str, call: tuple[str, ...]) -> Iterator[Remark]:
    if not call:
        yield error(f"{key}.call", "is empty, so this step calls nobody", "name whom to call, such as schedule:NAME")
        return
    strangers = list(_targets(settings, f"{key}.call", call))
    yield from strangers
    if not strangers and not any(_can_be_called(settings, target) for target in call):
        yield error(f"{key}.call", "nobody in it can be reached: this step can never run", "give them channels")


def _can_be_called(settings: Settings, target: str) -> bool:
    kind, _, name = target.partition(":")
    people = members_of(settings.schedules[name]) if kind == "schedule" else (name,)
    reachable = {who for who, person in settings.people.items() if person.channels or person.urgent}
    return kind == "channel" or any(person in reachable for person in people)


def _targets(settings: Settings, key: str, call: tuple[str, ...]) -> Iterator[Remark]:
    """Names of people, schedules and channels that are not there, or do not say which of them they are."""
    tables: dict[str, Iterable[str]] = {
        "person": settings.people,
        "schedule": settings.schedules,
        "channel": settings.channels,
    }
    for target in call:
        kind, colon, name = target.partition(":")
        if not colon or kind not in tables:
            owner = next((what for what, names in tables.items() if (name or kind) in names), "person")
            remedy = f'write "{owner}:{name or kind}"; there are person:, schedule: and channel:'
            yield error(key, f"{_short(target)} does not say whether it is a person, a schedule or a channel", remedy)
        elif name not in tables[kind]:
            yield unknown(key, kind, name, tables[kind])


def _brand(settings: Settings, brand: BrandSettings) -> Iterator[Remark]:
    key = f"brands[{brand.name}]"
    if not brand.escalation:
        if settings.escalations and _RANK[brand.notify_from] <= _RANK["P2"]:
            message = "nobody is called when nobody answers a P1 or P2 on this brand"
            yield warning(f"{key}.escalation", message, "name one of the escalations")
    elif brand.escalation not in settings.escalations:
        yield unknown(f"{key}.escalation", "escalation", brand.escalation, settings.escalations)
    elif _RANK[brand.escalate_from] < _RANK[brand.notify_from]:
        message = f"{brand.escalate_from} is less severe than notify_from, and what is below that is never told"
        yield warning(f"{key}.escalate_from", message, f"write {brand.notify_from}, or lower notify_from")


def _names(settings: Settings) -> Iterator[Remark]:
    """Wishes of nobody, and silences of no brand."""
    owners = {*settings.people, *settings.channels}
    for name in settings.attention:
        if name != DEFAULT and name not in owners:
            yield unknown(f"attention.{name}", "person or channel", name, {*owners, DEFAULT})
    brands = [brand.name for brand in settings.brands]
    for n, silence in enumerate(settings.silences):
        yield from _unknowns(f"silences[{n}].brands", "brand", silence.brands, brands)


def _unknowns(key: str, what: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Remark]:
    there = list(known)
    for name in names:
        if name not in there:
            yield unknown(key, what, name, there)


def unknown(key: str, what: str, name: str, known: Iterable[str]) -> Remark:
    """A name of nothing, with the one that may be meant."""
    meant = suggestion(name, known)
    remedy = f"did you mean {meant}?" if meant else _ADD.get(what, "take it out")
    return error(key, f"there is no {what} {_short(name)}", remedy)


def _short(name: str) -> str:
    return f'"{name[:80]}"'

"""A playbook: what whoever is called does first, whom they call, what they may say, and what they had better not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from alerts.render.catalogue import say
from alerts.render.context import Locale, RenderContext
from alerts.render.safety import clean, statement
from alerts.severity import principal
from models.records import Incident, SignalKind

MOST: Final = 12
"""Entries of one list that are shown; `tocsin check` speaks up long before."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """Texts of the settings. `statement`: by language; `topics`: by crisis topic, another playbook to take."""

    steps: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    statement: Mapping[Locale, str] = field(default_factory=dict)
    topics: Mapping[str, "Playbook"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guide:
    """A playbook for one reader, free of control characters, not escaped for any channel. Empty where there is none."""

    steps: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    statement: str = ""

    def __bool__(self) -> bool:
        return bool(self.steps or self.call or self.do or self.dont or self.statement)


NO_GUIDE: Final = Guide()


def guide(incident: Incident, context: RenderContext) -> Guide:
    """The first steps for an incident: those of its topic, where the playbook has some; none for good news."""
    signal = principal(incident)
    if context.playbook is None or signal is None or signal.kind is SignalKind.VIRAL_OPPORTUNITY:
        return NO_GUIDE
    risks = [each.evidence.risk for each in (signal, *incident.signals) if each.evidence.risk is not None]
    fitting = [context.playbook.topics[risk.topic] for risk in risks if risk.topic in context.playbook.topics]
    chosen = fitting[0] if fitting else context.playbook
    said = chosen.statement.get(context.locale) or next(iter(chosen.statement.values()), "")
    return Guide(
        steps=_lines(chosen.steps),
        call=_lines(chosen.call),
        do=_lines(chosen.do),
        dont=_lines(chosen.dont),
        statement=statement(said),
    )


class Form(StrEnum):
    """How a part of a guide is set: in an order, as a list, or as a text to copy."""

    STEPS = "steps"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a guide: its title and entries; a text has one entry, which may have several lines."""

    title: str
    entries: tuple[str, ...]
    form: Form

    def lines(self) -> list[str]:
        """The entries as plain text: numbered, with a dash, or as they are.

        >>> Section("Do", ("Answer.",), Form.LIST).lines()
        ['- Answer.']
        """
        if self.form is Form.TEXT:
            return [line for entry in self.entries for line in entry.splitlines()]
        return [
            f"{f'{number}.' if self.form is Form.STEPS else '-'} {entry}"
            for number, entry in enumerate(self.entries, 1)
        ]


def first(told: Guide, locale: Locale) -> list[Section]:
    """What is needed before anything is read: the first steps, and whom to call."""
    parts = (("playbook.steps", told.steps, Form.STEPS), ("playbook.call", told.call, Form.LIST))
    return [Section(say(locale, key), entries, form) for key, entries, form in parts if entries]


def then(told: Guide, locale: Locale) -> list[Section]:
    """What is needed by whoever answers the public."""
    said = (told.statement,) if told.statement else ()
    parts = (
        ("playbook.statement", said, Form.TEXT),
        ("playbook.do", told.do, Form.LIST),
        ("playbook.dont", told.dont, Form.LIST),
    )
    return [Section(say(locale, key), entries, form) for key, entries, form in parts if entries]


def _lines(entries: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, (clean(entry, 300) for entry in entries[:MOST])))

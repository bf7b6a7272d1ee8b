"""Who is told when, and with which words: people, schedules, escalations, attention, silences, playbooks, as types."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from streams.settings.kinds import Count, Level, Locale, NotNegative, Section


class PersonSettings(Section, frozen=True, kw_only=True):
    """`[people.NAME]`: somebody who can be called. A channel is named alone, or with an address of their own:
    `team:U0123456789` (Slack's user id), `care:lea@acme.example`.
    """

    label: str = ""
    locale: Locale | None = None
    """None: the brand's."""
    timezone: str = ""
    """Where they live; empty: their messages tell the brand's time, and their quiet hours are those of the rule."""
    channels: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    """In addition, when an escalation calls, and for P1."""
    slack_user: str = ""
    """Who clicks on buttons in Slack: their user id."""


class LayerSettings(Section, frozen=True, kw_only=True):
    """`[[schedules.NAME.layers]]`: people who take turns of `every` days or weeks (or hours), from `start` on.

    Turns change at `handoff`, in the schedule's time zone. `days` and `hours` limit when the layer is on duty.
    """

    people: Annotated[tuple[str, ...], Meta(min_length=1)]
    start: str
    """A date: the first turn of the first person."""
    rotation: Literal["hours", "daily", "weekly"] = "weekly"
    every: Annotated[int, Meta(ge=1, le=1_000)] = 1
    handoff: str = "09:00"
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    hours: str = ""
    """Such as `08:00-20:00`; empty: always."""


class OverrideSettings(Section, frozen=True, kw_only=True):
    """`[[schedules.NAME.overrides]]`: one person stands in, whatever the layers say. Local times of the schedule."""

    person: str
    starts: str
    ends: str


class ScheduleSettings(Section, frozen=True, kw_only=True):
    """`[schedules.NAME]`: who is on call when. The last layer with somebody on duty counts."""

    timezone: str = "UTC"
    layers: tuple[LayerSettings, ...] = ()
    overrides: tuple[OverrideSettings, ...] = ()


class StepSettings(Section, frozen=True, kw_only=True):
    """`[[escalations.NAME.steps]]`: whom to call, `after_min` minutes after the step before."""

    call: tuple[str, ...]
    """`person:NAME`, `schedule:NAME` (whoever is on call) or `channel:NAME`."""
    after_min: NotNegative = 10.0


class EscalationSettings(Section, frozen=True, kw_only=True):
    """`[escalations.NAME]`: steps, gone through `rounds` times; then `fallback` is told that nobody answered."""

    steps: tuple[StepSettings, ...] = ()
    rounds: Annotated[int, Meta(ge=1, le=20)] = 1
    fallback: tuple[str, ...] = ()


class AttentionSettings(Section, frozen=True, kw_only=True):
    """`[attention.NAME]`: when a person or a channel (by name; `default`: all the others) wants to hear of what.

    Within `quiet_hours` only what is as severe as `breaks_from` is told, and calls of an escalation; the rest comes
    in a digest, at `digest_at` or when the quiet hours are over. `night_budget`: the most messages below P1 in one
    night, but for the first call of an escalation. `timezone` empty: the person's own, else UTC.
    """

    timezone: str = ""
    quiet_hours: str = ""
    breaks_from: Level = "P1"
    night: str = "22:00-07:00"
    night_budget: Count | None = None
    digest_at: str = "09:00"
    digest: bool = False
    """Whether what is below a brand's `notify_from` comes in the digest too."""


class PlaybookSettings(Section, frozen=True, kw_only=True):
    """`[playbooks.NAME]`: what whoever is called does first, whom they call, what they may say.

    `topics`: by crisis topic (such as `safety-recall`), the playbook to take in place of this one.
    """

    steps: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    statement_en: str = ""
    statement_fr: str = ""
    topics: dict[str, str] = msgspec.field(default_factory=dict)


class TemplateSettings(Section, frozen=True, kw_only=True):
    """`[templates]`: a folder with texts of your own in place of the built-in ones (`docs/alerting.md`)."""

    folder: str = ""


class SilenceSettings(Section, frozen=True, kw_only=True):
    """`[[silences]]`: planned quiet, such as maintenance. Local times of the brand; empty `brands`: all."""

    reason: str
    starts: str
    ends: str
    author: str = ""
    brands: tuple[str, ...] = ()
    kinds: tuple[Literal["spike", "viral-threat", "viral-opportunity"], ...] = ()
    up_to: Level = "P2"
    """What is more severe is told all the same."""

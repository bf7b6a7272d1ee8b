"""The shape of a message before any channel gives it a form, and what a notification is: calm, closing, an exercise."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import say
from alerts.render.context import RenderContext
from alerts.render.playbook import NO_GUIDE, Guide
from alerts.render.safety import clean
from alerts.render.standing import is_exercise, joined, name
from alerts.severity import principal
from models.records import Incident, Notification, Phase, Why

_CLOSING: Final = {Why.ENDED, Why.RESOLVED_BY_HUMAN, Why.FALSE_ALARM, Why.MERGED}
_CALM: Final = {Why.ACKNOWLEDGED, Why.SNOOZED, Why.DIGEST, Why.UNDELIVERED}


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of evidence: its label and what it says. Free of control characters, not escaped for any channel.

    `url`: where our own console tells more; mostly empty.
    """

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A post that drives the alert. `by` says who, how known and when; `url` is None or safe to stand in a link.

    `link_label` is what a link to it says: our words and its true host, never the words of who wrote it.
    """

    by: str
    text: str
    url: str | None
    link_label: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A whole message. `tone` is `threat`, `opportunity` or `calm`; a calm message has no quotes and no playbook.

    `exercise` is the word that says so, and begins the headline; `call` says who has not answered and who is called
    now; `next` who is in charge, or what happens if nobody is.
    """

    tone: str
    headline: str
    severity: str
    """`P1 · act now`, and `worse`, `reminder` or `again` where it is not the first; empty in a calm message."""
    lead: str
    details: tuple[Fact, ...]
    drivers_label: str
    drivers: tuple[Quote, ...]
    link_label: str
    link: str
    why: str
    at: str
    exercise: str = ""
    call: str = ""
    next: str = ""
    guide: Guide = NO_GUIDE

    @property
    def subject(self) -> str:
        """One line for a mail's subject or a phone's lock screen: the severity first, or that it is an exercise."""
        if not self.severity:
            return self.headline
        if not self.exercise:
            return f"[{self.severity}] {self.headline}"
        return f"{self.exercise} · [{self.severity}] {self.headline.removeprefix(f'{self.exercise} · ')}"

    @property
    def summary(self) -> str:
        return " ".join(filter(None, (f"{self.subject}.", self.call, self.lead)))


def onset(incident: Incident) -> datetime:
    return min((s.onset for s in incident.signals), default=incident.opened_at)


def closes(notification: Notification) -> bool:
    """Whether it says that an incident is over."""
    over = notification.why in _CLOSING or notification.incident.phase is Phase.RESOLVED
    return over and notification.why not in (Why.DIGEST, Why.UNDELIVERED)


def calm(notification: Notification) -> bool:
    """Whether it asks nothing of anybody: such a message is short, and has no chart."""
    return closes(notification) or notification.why in _CALM


def titles(incident: Incident, context: RenderContext) -> list[str]:
    """The brands of an incident, as people call them."""
    return [clean(context.title, 60), *(name(f"brand:{brand}", context) for brand in incident.brands)]


def brand_title(brand: str, incident: Incident, context: RenderContext) -> str:
    """One of an incident's brands, as people call it."""
    return clean(context.title, 60) if brand == incident.brand else name(f"brand:{brand}", context)


def title(incident: Incident, context: RenderContext) -> str:
    return joined(titles(incident, context), context)


def what(incident: Incident, context: RenderContext) -> str:
    """What it is, to stand in a sentence."""
    if incident.brands:
        return say(context.locale, "what.sector", n=speech.number(1 + len(incident.brands), context.locale))
    signal = principal(incident)
    return say(context.locale, "what.incident" if signal is None else f"what.{signal.kind.value}")


def quiet_facts(notification: Notification, context: RenderContext, headline: str, text: str) -> Facts:
    """A calm message: a headline and a sentence."""
    return Facts(
        tone="calm",
        headline=headline,
        severity="",
        lead=text,
        details=(),
        drivers_label="",
        drivers=(),
        link_label=say(context.locale, "link.incident-closed"),
        link=context.incident_url(notification.incident.id),
        why=say(context.locale, f"why.{notification.why.value}"),
        at=stamp(notification.at, context),
    )


def marked(told: Facts, notification: Notification, context: RenderContext) -> Facts:
    """In an exercise: the message with the word for it before everything, so that nobody takes it for real."""
    if not is_exercise(notification.incident):
        return told
    word = say(context.locale, "exercise")
    first = say(context.locale, "exercise.lead", brand=clean(context.title, 60))
    return replace(told, exercise=word, headline=f"{word} · {told.headline}", lead=f"{first} {told.lead}")


def stamp(at: datetime, context: RenderContext) -> str:
    local = at.astimezone(context.zone)
    day, time = speech.date(local, context.locale), speech.clock_time(local, context.locale)
    return f"{day}, {time} {local.tzname() or ''}".strip()

"""What a notification says, sentence by sentence, before any channel gives it a form."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import known, say
from alerts.render.context import RenderContext
from alerts.render.evidence import TOO_FEW_FOR_A_RATIO, details
from alerts.render.nouns import counted
from alerts.render.safety import clean, host, web_url
from alerts.severity import principal
from models.records import Driver, Incident, Notification, Phase, Signal, SignalKind, SignalPhase, Why

DRIVERS_SHOWN: Final = 3

_STALE: Final = timedelta(minutes=10)
"""From this age on figures are told with their time."""

_CLOSING: Final = {Why.ENDED, Why.RESOLVED_BY_HUMAN, Why.FALSE_ALARM}


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of evidence: its label and what it says. Free of control characters, not escaped for any channel."""

    label: str
    text: str


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
    """A whole message. `tone` is `threat`, `opportunity` or `calm`; a calm message has no details and no quotes."""

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

    @property
    def subject(self) -> str:
        """One line for a mail's subject or a phone's lock screen: the severity first."""
        return f"[{self.severity}] {self.headline}" if self.severity else self.headline

    @property
    def summary(self) -> str:
        return f"{self.subject}. {self.lead}"


def onset(incident: Incident) -> datetime:
    return min((s.onset for s in incident.signals), default=incident.opened_at)


def closes(notification: Notification) -> bool:
    """Whether it says that an incident is over."""
    return notification.why in _CLOSING or notification.incident.phase is Phase.RESOLVED


def calm(notification: Notification) -> bool:
    """Whether it asks nothing of anybody: such a message is short, and has no chart."""
    return closes(notification) or notification.why in (Why.ACKNOWLEDGED, Why.UNDELIVERED)


def facts(notification: Notification, context: RenderContext) -> Facts:
    """Everything to say, in the context's language and time zone."""
    if notification.why is Why.UNDELIVERED:
        return _undelivered(notification, context)
    if closes(notification):
        return _over(notification, context)
    if notification.why is Why.ACKNOWLEDGED:
        return _acknowledged(notification, context)
    return _alert(notification, context)


def _alert(notification: Notification, context: RenderContext) -> Facts:
    incident, locale = notification.incident, context.locale
    signal = principal(incident)
    if signal is None:  # an incident without signals says what little it knows
        return _calm(notification, context, clean(context.title), say(locale, f"why.{notification.why.value}"))
    brand = clean(context.title, 60)
    shown = tuple(_quote(d, context) for d in signal.evidence.drivers[:DRIVERS_SHOWN])
    threat = signal.kind is not SignalKind.VIRAL_OPPORTUNITY
    return Facts(
        tone="threat" if threat else "opportunity",
        headline=say(locale, f"headline.{signal.kind.value}", brand=brand),
        severity=_severity(notification, context),
        lead=lead(signal, context, notification.at),
        details=tuple(Fact(label, text) for label, text in details(signal, notification, context))
        + _also(incident, signal, context),
        drivers_label=say(locale, "label.drivers" if signal.kind is SignalKind.SPIKE else "label.driver"),
        drivers=shown,
        link_label=say(locale, "link.incident" if incident.acknowledged_by is None else "link.incident-closed"),
        link=context.incident_url(incident.id),
        why=say(locale, f"why.{notification.why.value}"),
        at=_stamp(notification.at, context),
    )


def _severity(notification: Notification, context: RenderContext) -> str:
    level, status = notification.incident.severity.value, f"status.{notification.why.value}"
    parts = [level, say(context.locale, f"severity.{level}")]
    if known(status):
        parts.append(say(context.locale, status))
    return " · ".join(parts)


def lead(signal: Signal, context: RenderContext, now: datetime | None = None) -> str:
    """How much, in how long, and how unusual that is.

    "212 negative mentions in 1 hour: about 9 times the usual for a Sunday evening." A reminder, which comes at `now`
    with figures of an earlier time, says of which.
    """
    locale = context.locale
    spike = signal.kind is SignalKind.SPIKE
    noun = "negative" if spike else "shares"
    window = speech.duration(timedelta(seconds=signal.window_s), locale)
    observed = counted(noun, signal.observed, locale)
    usual = _usual(signal, context)
    if now is not None and now - signal.at >= _STALE:
        time = speech.clock_time(signal.at.astimezone(context.zone), locale)
        return say(locale, "lead.then", observed=observed, window=window, time=time, usual=usual)
    return say(locale, "lead.spike" if spike else "lead.viral", observed=observed, window=window, usual=usual)


def _usual(signal: Signal, context: RenderContext) -> str:
    locale = context.locale
    suffix = "" if signal.kind is SignalKind.SPIKE else "-post"
    moment = speech.moment(signal.at.astimezone(context.zone), locale)
    if signal.expected < TOO_FEW_FOR_A_RATIO:
        upper = round(signal.interval[1])
        if upper < 1:
            return say(locale, f"usual.none{suffix}", moment=moment)
        return say(locale, f"usual.most{suffix}", upper=speech.number(upper, locale), moment=moment)
    ratio = signal.observed / signal.expected
    if ratio < 1.95:
        return say(locale, f"usual.percent{suffix}", percent=speech.percent(max(0.0, ratio - 1), locale), moment=moment)
    shown = speech.about(ratio if ratio < 3 else round(ratio), locale)
    return say(locale, f"usual.times{suffix}", ratio=shown, moment=moment)


def _also(incident: Incident, main: Signal, context: RenderContext) -> tuple[Fact, ...]:
    others = [s for s in incident.signals if s is not main and s.phase is not SignalPhase.ENDED]
    label = say(context.locale, "label.also")
    brand = clean(context.title, 60)
    return tuple(
        Fact(label, f"{say(context.locale, f'headline.{s.kind.value}', brand=brand)}. {lead(s, context)}")
        for s in others
    )


def _quote(driver: Driver, context: RenderContext) -> Quote:
    locale = context.locale
    at = driver.created_at.astimezone(context.zone)
    parts = [clean(driver.author, 40) or say(locale, "unknown.author")]
    if driver.network:
        parts.append(clean(driver.network, 20))
    if driver.followers is not None:
        parts.append(counted("followers", driver.followers, locale, rough=True))
    if driver.shares:
        parts.append(say(locale, "driver.shares", n=speech.number(driver.shares, locale)))
    parts.append(speech.clock_time(at, locale))
    url = web_url(driver.url)
    label = "" if url is None else say(locale, "link.post", host=host(url))
    return Quote(by=" · ".join(parts), text=clean(driver.excerpt, 240), url=url, link_label=label)


def _what(incident: Incident, context: RenderContext) -> str:
    signal = principal(incident)
    return say(context.locale, "what.incident" if signal is None else f"what.{signal.kind.value}")


def _acknowledged(notification: Notification, context: RenderContext) -> Facts:
    incident, locale = notification.incident, context.locale
    who = clean(incident.acknowledged_by or "?", 60)
    at = (incident.acknowledged_at or notification.at).astimezone(context.zone)
    headline = say(locale, "headline.acknowledged", brand=clean(context.title, 60), who=who)
    time = speech.clock_time(at, locale)
    text = say(locale, "lead.acknowledged", what=_what(incident, context), time=time)
    return _calm(notification, context, headline, text)


def _over(notification: Notification, context: RenderContext) -> Facts:
    incident, locale = notification.incident, context.locale
    false_alarm = notification.why is Why.FALSE_ALARM
    headline = say(
        locale,
        "headline.false-alarm" if false_alarm else "headline.over",
        brand=clean(context.title, 60),
        what=_what(incident, context),
    )
    began = onset(incident)
    ended = incident.resolved_at or notification.at
    key = f"lead.{notification.why.value}"
    text = say(
        locale,
        key if notification.why in _CLOSING and known(key) else "lead.over",
        onset=speech.clock_time(began.astimezone(context.zone), locale),
        time=speech.clock_time(ended.astimezone(context.zone), locale),
        duration=speech.duration(ended - began, locale),
    )
    return _calm(notification, context, headline, text)


def _undelivered(notification: Notification, context: RenderContext) -> Facts:
    """To the operator: who was not reached, and why. What is wrong is the way to people, not only the brand."""
    who, *causes = notification.note.splitlines() or [""]
    headline = say(context.locale, "headline.undelivered", brand=clean(context.title, 60))
    lead = f"{say(context.locale, 'lead.undelivered')} {clean(who, 200)}".strip()
    told = _calm(notification, context, headline, lead)
    pairs = (cause.partition(": ") for cause in causes[:10])
    details = tuple(Fact(clean(channel, 60), clean(reason, 300)) for channel, _, reason in pairs)
    return replace(told, tone="threat", severity=_severity(notification, context), details=details)


def _calm(notification: Notification, context: RenderContext, headline: str, text: str) -> Facts:
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
        at=_stamp(notification.at, context),
    )


def _stamp(at: datetime, context: RenderContext) -> str:
    local = at.astimezone(context.zone)
    day, time = speech.date(local, context.locale), speech.clock_time(local, context.locale)
    return f"{day}, {time} {local.tzname() or ''}".strip()

"""What a notification says, sentence by sentence, before any channel gives it a form."""

from datetime import datetime, timedelta
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import known, say
from alerts.render.context import RenderContext
from alerts.render.digest import digest
from alerts.render.evidence import TOO_FEW_FOR_A_RATIO, details
from alerts.render.nouns import counted
from alerts.render.playbook import guide
from alerts.render.quiet import acknowledged, over, snoozed, undelivered
from alerts.render.safety import clean, host, web_url
from alerts.render.shape import (
    Fact,
    Facts,
    Quote,
    brand_title,
    calm,
    closes,
    marked,
    onset,
    quiet_facts,
    stamp,
    title,
    titles,
)
from alerts.render.standing import calling, is_called, standing
from alerts.severity import principal
from models.records import Driver, Incident, Notification, Phase, Signal, SignalKind, SignalPhase, Why

__all__ = ["Fact", "Facts", "Quote", "calm", "closes", "facts", "lead", "onset"]

DRIVERS_SHOWN: Final = 3

_STALE: Final = timedelta(minutes=10)
"""From this age on figures are told with their time."""

_COUNTED: Final = {2: "two", 3: "three", 4: "four", 5: "five"}
_BRANDS_NAMED: Final = 4
"""More names make no headline."""


def facts(notification: Notification, context: RenderContext) -> Facts:
    """Everything to say, in the context's language and time zone."""
    return marked(_told(notification, context), notification, context)


def _told(notification: Notification, context: RenderContext) -> Facts:
    match notification.why:
        case Why.UNDELIVERED:
            return undelivered(notification, context, _severity(notification, context))
        case Why.DIGEST:
            return digest(notification, context)
        case _ if closes(notification):
            return over(notification, context)
        case Why.ACKNOWLEDGED:
            return acknowledged(notification, context)
        case Why.SNOOZED:
            return snoozed(notification, context)
    return _alert(notification, context)


def _alert(notification: Notification, context: RenderContext) -> Facts:
    incident, locale = notification.incident, context.locale
    signal = principal(incident)
    if signal is None:  # an incident without signals says what little it knows
        words = say(locale, f"why.{notification.why.value}")
        return quiet_facts(notification, context, title(incident, context), words)
    shown = tuple(_quote(d, context) for d in signal.evidence.drivers[:DRIVERS_SHOWN])
    threat = signal.kind is not SignalKind.VIRAL_OPPORTUNITY
    return Facts(
        tone="threat" if threat else "opportunity",
        headline=_headline(signal, incident, context),
        severity=_severity(notification, context),
        lead=_lead(signal, notification, context),
        details=tuple(Fact(label, text) for label, text in details(signal, notification, context))
        + _also(incident, signal, context),
        drivers_label=say(locale, "label.drivers" if signal.kind is SignalKind.SPIKE else "label.driver"),
        drivers=shown,
        link_label=say(locale, "link.incident" if incident.acknowledged_by is None else "link.incident-closed"),
        link=context.incident_url(incident.id),
        why=say(locale, f"why.{notification.why.value}"),
        at=stamp(notification.at, context),
        call=calling(notification, context),
        next=standing(notification, context) if threat or _is_followed(incident) else "",
        guide=guide(incident, context),
    )


def _is_followed(incident: Incident) -> bool:
    """Whether somebody is in charge or will be called: that nobody is says something of bad news only."""
    return incident.phase is not Phase.OPEN or incident.next_call_at is not None


def _headline(signal: Signal, incident: Incident, context: RenderContext) -> str:
    """What has happened to whom: to one brand, or to several at once."""
    locale = context.locale
    if not incident.brands:
        return say(locale, f"headline.{signal.kind.value}", brand=title(incident, context))
    hit = titles(incident, context)
    shown = ", ".join(hit[:_BRANDS_NAMED])
    if len(hit) > _BRANDS_NAMED:
        shown = say(locale, "sector.more", brands=shown, n=speech.number(len(hit) - _BRANDS_NAMED, locale))
    key = f"headline.sector.{_COUNTED.get(len(hit), 'other')}"
    return say(locale, key, n=speech.number(len(hit), locale), brands=shown)


def _lead(signal: Signal, notification: Notification, context: RenderContext) -> str:
    text = lead(signal, context, notification.at)
    if not notification.incident.brands:
        return text
    brand = brand_title(signal.brand, notification.incident, context)
    return say(context.locale, "lead.sector", brand=brand, lead=text)


def _severity(notification: Notification, context: RenderContext) -> str:
    level, status = notification.incident.severity.value, f"status.{notification.why.value}"
    if notification.why is Why.ESCALATED and is_called(notification):
        status = "status.your-turn"
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
    if ratio < 1.005:  # a mark of the settings, not what is usual, has made it news
        return say(locale, f"usual.within{suffix}", moment=moment)
    if ratio < 1.95:
        return say(locale, f"usual.percent{suffix}", percent=speech.percent(ratio - 1, locale), moment=moment)
    shown = speech.about(ratio if ratio < 3 else round(ratio), locale)
    return say(locale, f"usual.times{suffix}", ratio=shown, moment=moment)


def _also(incident: Incident, main: Signal, context: RenderContext) -> tuple[Fact, ...]:
    """What else goes on: other signals of the brand, and in a wave what hits the others."""
    others = [s for s in incident.signals if s is not main and s.phase is not SignalPhase.ENDED]
    label = say(context.locale, "label.also")
    brand = clean(context.title, 60)
    return tuple(
        Fact(brand_title(s.brand, incident, context), lead(s, context))
        if incident.brands
        else Fact(label, f"{say(context.locale, f'headline.{s.kind.value}', brand=brand)}. {lead(s, context)}")
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
        parts.append(counted("times-shared", driver.shares, locale))
    parts.append(speech.clock_time(at, locale))
    url = web_url(driver.url)
    label = "" if url is None else say(locale, "link.post", host=host(url))
    return Quote(by=" · ".join(parts), text=clean(driver.excerpt, 240), url=url, link_label=label)

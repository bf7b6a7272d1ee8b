"""What needs nobody's hands: somebody is in charge, it is quiet for a while, it is over; and what reached nobody."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from alerts.render import reasons, speech
from alerts.render.catalogue import known, say
from alerts.render.context import Locale, RenderContext
from alerts.render.safety import clean
from alerts.render.shape import Fact, Facts, onset, quiet_facts, title, what
from alerts.render.standing import moment, name
from models.records import Notification, Outcome, Tried, Why

_FAILED: Final = (Outcome.REJECTED, Outcome.EXPIRED)


def acknowledged(notification: Notification, context: RenderContext) -> Facts:
    incident, locale = notification.incident, context.locale
    who = clean(incident.acknowledged_by or "?", 60)
    headline = say(locale, "headline.acknowledged", brand=title(incident, context), who=who)
    time = moment(incident.acknowledged_at or notification.at, context, notification.at)
    text = say(locale, "lead.acknowledged", what=what(incident, context), time=time)
    return quiet_facts(notification, context, headline, text)


def snoozed(notification: Notification, context: RenderContext) -> Facts:
    incident, locale = notification.incident, context.locale
    until = moment(incident.snoozed_until or notification.at, context, notification.at)
    headline = say(locale, "headline.snoozed", brand=title(incident, context), time=until)
    key = "lead.snoozed.by" if incident.acknowledged_by else "lead.snoozed"
    text = say(locale, key, who=clean(incident.acknowledged_by or "", 60), what=what(incident, context))
    return quiet_facts(notification, context, headline, text)


def over(notification: Notification, context: RenderContext) -> Facts:
    """It is over: by itself, by somebody's word, as a false alarm, or as a part of something larger."""
    incident, locale, why = notification.incident, context.locale, notification.why
    named = {Why.FALSE_ALARM: "headline.false-alarm", Why.MERGED: "headline.merged"}.get(why, "headline.over")
    headline = say(locale, named, brand=title(incident, context), what=what(incident, context))
    began = onset(incident)
    ended = incident.resolved_at or notification.at
    text = say(
        locale,
        _lead_key(notification),
        who=clean(incident.resolved_by or "", 60),
        onset=moment(began, context, notification.at),
        time=moment(ended, context, notification.at),
        duration=speech.duration(ended - began, locale),
    )
    return quiet_facts(notification, context, headline, text)


def _lead_key(notification: Notification) -> str:
    by_human = {Why.RESOLVED_BY_HUMAN: "lead.resolved.by", Why.FALSE_ALARM: "lead.false-alarm.by"}
    if notification.incident.resolved_by and notification.why in by_human:
        return by_human[notification.why]
    plain = f"lead.{notification.why.value}"
    return plain if notification.why in (*by_human, Why.MERGED) and known(plain) else "lead.over"


def undelivered(notification: Notification, context: RenderContext, severity: str) -> Facts:
    """To the operator: who was not reached, and why. What is wrong is the way to people, not only the brand."""
    headline = say(context.locale, "headline.undelivered", brand=title(notification.incident, context))
    who, details = _as_written(notification) if notification.unreached is None else _unreached(notification, context)
    lead = f"{say(context.locale, 'lead.undelivered')} {clean(who, 200)}".strip()
    told = quiet_facts(notification, context, headline, lead)
    return replace(told, tone="threat", severity=severity, details=details)


def _as_written(notification: Notification) -> tuple[str, tuple[Fact, ...]]:
    """Of a build that told it in English alone."""
    who, *causes = notification.note.splitlines() or [""]
    pairs = (cause.partition(": ") for cause in causes[:10])
    return who, tuple(Fact(clean(channel, 60), clean(reason, 300)) for channel, _, reason in pairs)


def _unreached(notification: Notification, context: RenderContext) -> tuple[str, tuple[Fact, ...]]:
    lost, incident, locale = notification.unreached, notification.incident, context.locale
    assert lost is not None
    whom = name(lost.recipient, context) if lost.recipient else say(locale, "unreached.anybody")
    brand = title(incident, context)
    who = say(locale, "unreached", who=whom, brand=brand, severity=incident.severity.value)

    def time(at: datetime) -> str:
        return moment(at, context, notification.at)

    return f"{who}.", tuple(_failure(each, locale, time) for each in lost.tried)


def _failure(tried: Tried, locale: Locale, time: reasons.Time) -> Fact:
    """A channel, and how and why it failed."""
    channel = clean(tried.channel, 60) or say(locale, "unreached.no-channel")
    outcome = say(locale, f"unreached.{tried.outcome.value}") if tried.outcome in _FAILED else ""
    said = reasons.told(tried.reasons, locale, time)
    text = speech.labelled(outcome, said, locale) if outcome and said else outcome or said
    return Fact(channel, clean(text, 300))

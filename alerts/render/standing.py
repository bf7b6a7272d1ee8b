"""How things stand between people and an incident: who was called, who is in charge, who is called next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import say
from alerts.render.context import RenderContext
from alerts.render.safety import clean
from models.records import Called, Incident, Notification, Phase, Why

DRILL: Final = "drill:"
"""Begins the name of a brand in an exercise."""

NAMED: Final = 5
"""More names than these are not read; the rest is an ellipsis."""

_NEAR: Final = timedelta(hours=12)
"""Within it a time of the clock needs no day."""

_WEEK: Final = timedelta(days=6)


def is_exercise(incident: Incident) -> bool:
    return incident.brand.startswith(DRILL)


def name(recipient: str, context: RenderContext) -> str:
    """What people call a recipient, or a brand (`brand:NAME`); where nobody said so, its name in the settings.

    >>> context = RenderContext("Acme", names={"person:lea": "Léa Martin"})
    >>> name("person:lea", context), name("channel:team", context)
    ('Léa Martin', 'team')
    """
    known = context.names.get(recipient.replace(f"brand:{DRILL}", "brand:"))
    kind, _, own = recipient.partition(":")
    known = known or (own if kind in ("person", "channel", "schedule", "brand") else recipient)
    return clean(known.removeprefix(DRILL), 60)


def people(recipients: Sequence[str], context: RenderContext) -> str:
    """Recipients as a list of names: "Léa Martin, Tom Weber and care"."""
    return joined([name(each, context) for each in dict.fromkeys(recipients)], context)


def joined(names: Sequence[str], context: RenderContext) -> str:
    """Names as people list them.

    >>> joined(["A", "B", "C"], RenderContext(""))
    'A, B and C'
    """
    shown = list(names[:NAMED])
    if len(names) > NAMED:
        return ", ".join([*shown, "…"])
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {say(context.locale, 'and')} {shown[-1]}"


def moment(at: datetime, context: RenderContext, now: datetime) -> str:
    """A time of today's or of this night's as the reader's clock tells it; of another day, with the day.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> [moment(now - timedelta(hours=h), RenderContext(""), now) for h in (1, 13, 400)]
    ['08:00', 'Sunday 20:00', 'Friday 6 November, 17:00']
    """
    local, locale = at.astimezone(context.zone), context.locale
    time = speech.clock_time(local, locale)
    away = abs(at - now)
    if away < _NEAR or local.date() == now.astimezone(context.zone).date():
        return time
    return f"{speech.weekday(local, locale)} {time}" if away < _WEEK else f"{speech.day(local, locale)}, {time}"


def calling(notification: Notification, context: RenderContext) -> str:
    """Who has not answered, and who is called now; empty where this is no call.

    >>> from tests import samples
    >>> calling(samples.escalated("person:tom"), samples.EN)
    'Léa Martin was called at 21:17 and has not answered. You are called now.'
    """
    incident, locale = notification.incident, context.locale
    if notification.why is Why.UNANSWERED:
        who = people(_called(incident.called), context)
        return say(locale, "call.unanswered", who=who) if who else say(locale, "call.unanswered.unknown")
    if notification.why is not Why.ESCALATED:
        return say(locale, "call.now.you") if is_called(notification) else ""
    *before, last = incident.called or (None,)
    earlier = [each for each in before if each is not None]
    now = () if last is None else last.recipients
    parts = [_missed(earlier, notification, context)] if earlier else [say(locale, "stand.nobody")]
    if notification.recipient in now:
        parts.append(say(locale, "call.now.you"))
    elif now:
        parts.append(say(locale, "call.now", who=people(now, context)))
    return " ".join(parts)


def is_called(notification: Notification) -> bool:
    """Whether an escalation calls the reader with this very message."""
    called = notification.incident.called
    return bool(called) and called[-1].at == notification.at and notification.recipient in called[-1].recipients


def _missed(earlier: Sequence[Called], notification: Notification, context: RenderContext) -> str:
    """Those who were called before; the reader themself is told of the others only, where there are any."""
    everybody = _called(earlier)
    others = [each for each in everybody if each != notification.recipient]
    asked = others or everybody
    at = max(call.at for call in earlier if not others or set(call.recipients) & set(others))
    time = moment(at, context, notification.at)
    if not others:
        return say(context.locale, "call.missed.you", time=time)
    key = "call.missed.one" if len(asked) == 1 else "call.missed.other"
    return say(context.locale, key, who=people(asked, context), time=time)


def _called(calls: Sequence[Called]) -> list[str]:
    return list(dict.fromkeys(recipient for call in calls for recipient in call.recipients))


def standing(notification: Notification, context: RenderContext) -> str:
    """Who is in charge, and what happens if nobody is; empty where a person closed it or it is over."""
    incident, now, locale = notification.incident, notification.at, context.locale
    match incident.phase:
        case Phase.RESOLVED:
            return ""
        case Phase.ACKNOWLEDGED:
            return _charge(incident, context, now)
        case Phase.SNOOZED:
            until = moment(incident.snoozed_until or incident.updated_at, context, now)
            return " ".join(filter(None, (say(locale, "stand.quiet", time=until), _charge(incident, context, now))))
    told = notification.why in (Why.ESCALATED, Why.UNANSWERED)  # the call has said it already
    return " ".join(filter(None, ("" if told else say(locale, "stand.nobody"), _next(notification, context))))


def _charge(incident: Incident, context: RenderContext, now: datetime) -> str:
    if not incident.acknowledged_by:
        return ""
    since = moment(incident.acknowledged_at or incident.updated_at, context, now)
    return say(context.locale, "stand.charge", who=clean(incident.acknowledged_by, 60), time=since)


def _next(notification: Notification, context: RenderContext) -> str:
    incident = notification.incident
    if incident.next_call_at is None:
        return ""
    time = moment(incident.next_call_at, context, notification.at)
    if not incident.next_called:
        return say(context.locale, "next.last", time=time)
    is_reader = incident.next_called == (notification.recipient,)
    who = say(context.locale, "next.you") if is_reader else people(incident.next_called, context)
    return say(context.locale, "next.call", who=who, time=time)

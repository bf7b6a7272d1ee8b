"""A digest: what could wait, one line an incident: which brand, what, when, and how it stands."""

from dataclasses import replace
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import say
from alerts.render.context import RenderContext
from alerts.render.safety import clean
from alerts.render.shape import Fact, Facts, onset, quiet_facts, what
from alerts.render.standing import DRILL, is_exercise, joined, moment, name
from alerts.severity import RANK, principal
from models.records import Incident, Notification, Phase

SHOWN: Final = 20
"""Lines of a digest; the rest is counted."""


def digest(notification: Notification, context: RenderContext) -> Facts:
    """The worst first; what is over after what is not."""
    incidents = sorted(
        (notification.incident, *notification.also),
        key=lambda each: (each.phase is Phase.RESOLVED, -RANK[each.severity], onset(each), each.id),
    )
    locale = context.locale
    waiting = sum(is_waiting(each) for each in incidents)
    form = "one" if len(incidents) == 1 else "other"
    headline = say(locale, f"digest.title.{form}", n=speech.number(len(incidents), locale))
    key = "digest.lead.none" if waiting == 0 else f"digest.lead.{'one' if waiting == 1 else 'other'}"
    told = quiet_facts(notification, context, headline, say(locale, key, n=speech.number(waiting, locale)))
    lines = [_line(each, notification, context) for each in incidents[:SHOWN]]
    if len(incidents) > SHOWN:
        lines.append(Fact("…", say(locale, "digest.more", n=speech.number(len(incidents) - SHOWN, locale))))
    only = replace(told, link="", link_label="") if len(incidents) > 1 else told
    return replace(only, details=tuple(lines))


def is_waiting(incident: Incident) -> bool:
    """Whether it goes on, and nobody has said that they look after it."""
    return incident.phase is Phase.OPEN


def _line(incident: Incident, notification: Notification, context: RenderContext) -> Fact:
    parts = [_what(incident, context), _when(incident, notification, context), _end(incident, notification, context)]
    brands = [_brand(brand, notification, context) for brand in (incident.brand, *incident.brands)]
    label = f"{incident.severity.value} · {joined(brands, context)}"
    if is_exercise(incident):
        label = f"{say(context.locale, 'exercise')} · {label}"
    return Fact(label, " · ".join(parts), context.incident_url(incident.id))


def _brand(brand: str, notification: Notification, context: RenderContext) -> str:
    known = f"brand:{brand.removeprefix(DRILL)}"
    is_own = known not in context.names and brand == notification.incident.brand
    return clean(context.title, 60) if is_own else name(known, context)


def _what(incident: Incident, context: RenderContext) -> str:
    if incident.brands:
        return what(incident, context)
    signal = principal(incident)
    return say(context.locale, f"digest.kind.{'none' if signal is None else signal.kind.value}")


def _when(incident: Incident, notification: Notification, context: RenderContext) -> str:
    start = moment(onset(incident), context, notification.at)
    if incident.phase is not Phase.RESOLVED:
        return say(context.locale, "digest.when.on", start=start)
    ended = incident.resolved_at or incident.updated_at
    local, began = ended.astimezone(context.zone), onset(incident).astimezone(context.zone)
    same_day = local.date() == began.date()
    end = speech.clock_time(local, context.locale) if same_day else moment(ended, context, notification.at)
    return say(context.locale, "digest.when.over", start=start, end=end)


def _end(incident: Incident, notification: Notification, context: RenderContext) -> str:
    key = incident.phase.value
    if incident.phase is Phase.RESOLVED:
        key = "merged" if incident.merged_into else "human" if incident.resolved_by else "over"
        key = "false-alarm" if incident.false_alarm else key
    who = incident.resolved_by if incident.phase is Phase.RESOLVED else incident.acknowledged_by
    until = moment(incident.snoozed_until or incident.updated_at, context, notification.at)
    return say(context.locale, f"digest.end.{key}", who=clean(who or "?", 60), time=until)

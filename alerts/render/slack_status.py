"""Who is in charge of an incident, who is called next, and the buttons: what Slack's message has beside the facts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from alerts.interactions.buttons import OFFERED, Press, Target, action_id, value
from alerts.render import speech
from alerts.render.context import RenderContext
from alerts.render.safety import clean
from alerts.render.slack_words import say
from models.records import Incident, Phase

Block = dict[str, Any]
"""A piece of Slack's JSON."""

_CONFIRMED: Final = {Press.FALSE_ALARM, Press.RESOLVE}
"""They close the incident for everybody, so they are asked twice."""


def status(incident: Incident, context: RenderContext, now: datetime) -> str:
    """Who is in charge, and what happens if nobody is, as plain text; empty where there is nothing to say."""
    locale = context.locale
    match incident.phase:
        case Phase.RESOLVED:
            who = incident.resolved_by
            return say(locale, "charge.closed", who=clean(who, 60)) if who else ""
        case Phase.ACKNOWLEDGED:
            return _charge(incident, context, now)
        case Phase.SNOOZED:
            until = incident.snoozed_until or incident.updated_at
            asleep = say(locale, "charge.asleep", time=moment(until, context, now))
            return " ".join(part for part in (asleep, _charge(incident, context, now)) if part)
    return " ".join([say(locale, "charge.nobody"), *_next(incident, context, now)])


def called(incident: Incident, context: RenderContext) -> str:
    """Whom the escalation has just called; empty where it called nobody."""
    if not incident.called or incident.phase is not Phase.OPEN or not incident.called[-1].recipients:
        return ""
    return say(context.locale, "called.now", who=people(incident.called[-1].recipients, context))


def buttons(incident: Incident, context: RenderContext) -> list[Block]:
    """The block of buttons that make sense in this phase; none for what is over."""
    offered = OFFERED[incident.phase]
    if not offered:
        return []
    about = value(Target(incident.id, incident.brand))
    elements = [_button(press, about, context) for press in offered]
    return [{"type": "actions", "block_id": "tocsin.actions", "elements": elements}]


def people(recipients: Sequence[str], context: RenderContext) -> str:
    """Recipients as people call them: "Léa Martin, Tom Weber and #care"."""
    names = [_name(recipient, context) for recipient in recipients[:5]]
    if len(recipients) > len(names):
        names.append("…")
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {say(context.locale, 'and')} {names[-1]}"


def moment(at: datetime, context: RenderContext, now: datetime) -> str:
    """A time of today's as a clock tells it; of another day, with its date."""
    local = at.astimezone(context.zone)
    time = speech.clock_time(local, context.locale)
    near = abs(at - now) < timedelta(hours=20) or local.date() == now.astimezone(context.zone).date()
    return time if near else f"{speech.date(local, context.locale)}, {time}"


def _charge(incident: Incident, context: RenderContext, now: datetime) -> str:
    if not incident.acknowledged_by:
        return ""
    since = moment(incident.acknowledged_at or incident.updated_at, context, now)
    return say(context.locale, "charge.somebody", who=clean(incident.acknowledged_by, 60), time=since)


def _next(incident: Incident, context: RenderContext, now: datetime) -> list[str]:
    if incident.next_call_at is None:
        return []
    time = moment(incident.next_call_at, context, now)
    who = people(incident.next_called, context)
    return [say(context.locale, "next.call" if who else "next.repeat", who=who, time=time)]


def _name(recipient: str, context: RenderContext) -> str:
    """`person:lea` by the name the settings give; a channel by its own."""
    if recipient in context.names:
        return clean(context.names[recipient], 60)
    kind, _, name = recipient.partition(":")
    return clean(name if kind in ("person", "channel", "schedule") else recipient, 60)


def _button(press: Press, about: str, context: RenderContext) -> Block:
    button: Block = {
        "type": "button",
        "action_id": action_id(press),
        "text": _plain(say(context.locale, f"button.{press}")),
        "value": about,
    }
    if press is Press.ACK:
        button["style"] = "primary"
    if press in _CONFIRMED:
        button["confirm"] = {
            "title": _plain(say(context.locale, f"confirm.{press}.title")),
            "text": _plain(say(context.locale, f"confirm.{press}.text")),
            "confirm": _plain(say(context.locale, f"confirm.{press}.yes")),
            "deny": _plain(say(context.locale, "confirm.no")),
        }
    return button


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}

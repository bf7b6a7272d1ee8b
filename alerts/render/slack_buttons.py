"""The buttons of Slack's message: what people can do about an incident as it stands."""

from typing import Any, Final

from alerts.interactions.buttons import OFFERED, Press, Target, action_id, value
from alerts.render.context import RenderContext
from alerts.render.slack_words import say
from models.records import Incident

Block = dict[str, Any]
"""A piece of Slack's JSON."""

_CONFIRMED: Final = {Press.FALSE_ALARM, Press.RESOLVE}
"""They close the incident for everybody, so they are asked twice."""


def buttons(incident: Incident, context: RenderContext) -> list[Block]:
    """The block of buttons that make sense in this phase; none for what is over."""
    offered = OFFERED[incident.phase]
    if not offered:
        return []
    about = value(Target(incident.id, incident.brand))
    elements = [_button(press, about, context) for press in offered]
    return [{"type": "actions", "block_id": "tocsin.actions", "elements": elements}]


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

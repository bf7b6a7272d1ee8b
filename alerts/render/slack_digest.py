"""A digest for Slack: a short list of what could wait, each incident on a line of its own."""

from typing import Final

from alerts.render.catalogue import say
from alerts.render.context import Contexts, RenderContext
from alerts.render.facts import Fact, facts
from alerts.render.slack import HEADER_LIMIT, context_block, escape, section
from alerts.render.slack_buttons import Block
from models.records import Notification

_PER_SECTION: Final = 5


def digest(notification: Notification, contexts: Contexts) -> tuple[str, list[Block]]:
    """The fallback text and the blocks, in the language of the first incident's brand."""
    context = contexts(notification.incident.brand)
    told = facts(notification, context)
    lines = [_line(fact, context) for fact in told.details]
    parts = [lines[at : at + _PER_SECTION] for at in range(0, len(lines), _PER_SECTION)]
    title = {"type": "plain_text", "text": told.headline[:HEADER_LIMIT], "emoji": True}
    blocks = [{"type": "header", "text": title}, section(escape(told.lead))]
    blocks += [section("\n".join(part)) for part in parts]
    return escape(told.summary), [*blocks, context_block(escape(told.why), escape(told.at))]


def _line(fact: Fact, context: RenderContext) -> str:
    """`P3 · Acme` what, when, how it stands, and a link."""
    link = f"  ·  <{fact.url}|{say(context.locale, 'digest.open')}>" if fact.url else ""
    return f"*{escape(fact.label)}*  {escape(fact.text)}{link}"

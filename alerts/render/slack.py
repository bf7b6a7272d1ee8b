"""A notification as Slack Block Kit, within Slack's documented limits, with every foreign word inert.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks, 3,000 characters per section, header 150).
What the public wrote goes into `rich_text` elements, which Slack does not parse; all else is escaped mrkdwn with
`verbatim`, so that nothing in it becomes a link or a call.
"""

from typing import Final

import msgspec

from alerts.render.context import RenderContext
from alerts.render.facts import Facts, Quote, calm, closes, facts
from alerts.render.playbook import Section, first, then
from alerts.render.slack_buttons import Block, buttons
from alerts.render.templates import said
from alerts.severity import principal
from models.records import Notification, Phase, Why

SECTION_LIMIT: Final = 3_000
HEADER_LIMIT: Final = 150
TEXT_LIMIT: Final = 4_000

_SIGN: Final = {"threat": ":rotating_light:", "opportunity": ":seedling:", "calm": ":white_check_mark:"}
_CALLS: Final = {Why.ESCALATED, Why.UNANSWERED}
_NEWS: Final = {Why.WORSE, Why.REOPENED}
_IN_CHARGE: Final = {
    Phase.OPEN: ":bell:",
    Phase.ACKNOWLEDGED: ":bust_in_silhouette:",
    Phase.SNOOZED: ":zzz:",
    Phase.RESOLVED: ":white_check_mark:",
}


def escape(text: str) -> str:
    """Slack's three control characters as entities: no mention, link or broadcast survives.

    >>> escape("<!channel> & <@U1>")
    '&lt;!channel&gt; &amp; &lt;@U1&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message(
    notification: Notification, context: RenderContext, *, interactive: bool = False
) -> tuple[str, list[Block]]:
    """An incident's message as it is now: the fallback text (for phones' lock screens) and the blocks.

    It keeps its evidence until the incident is over, whoever is in charge. `interactive`: with buttons.
    """
    told = facts(notification, context)
    text = _cut(escape(f"{_SIGN[told.tone]} {told.summary}"), TEXT_LIMIT)
    if closes(notification) or principal(notification.incident) is None:
        return text, [section(f"*{escape(told.headline)}*\n{escape(told.lead)}"), _footer(told, link=True)]
    if notification.why is Why.UNDELIVERED:
        return text, [_header(told), _opening(told), *_details(told), _footer(told, link=True)]
    shown = facts(_alerting(notification), context)
    # What people do comes before what they read: Slack folds long messages.
    sign = _IN_CHARGE[notification.incident.phase]
    own = said("slack.txt", shown, notification, context)
    if own is not None:
        return text, [
            _header(shown),
            _own(own, shown),
            *(buttons(notification.incident, context) if interactive else []),
        ]
    blocks = [_header(shown), _opening(shown)]
    blocks += [section(f"{sign} {escape(shown.next)}")] if shown.next else []
    blocks += buttons(notification.incident, context) if interactive else []
    blocks += _playbook(first(shown.guide, context.locale))
    blocks += _details(shown)
    blocks += _quotes(shown)
    blocks += _playbook(then(shown.guide, context.locale))
    if shown.link:
        blocks.append(section(f":point_right: *<{shown.link}|{escape(shown.link_label)}>*"))
    return text, [*blocks, _footer(told)]


def reply(notification: Notification, context: RenderContext) -> tuple[str, list[Block]]:
    """A piece of the incident's history, for its thread: what has changed, and whom that concerns.

    With the evidence of that moment where it got worse, since the incident's own message moves on. Without buttons:
    replies stay as they are, and those buttons would soon be wrong.
    """
    told = facts(notification, context)
    text = _cut(escape(f"{_SIGN[told.tone]} {told.summary}"), TEXT_LIMIT)
    title, *lines = _history(notification, told)
    blocks = [section("\n".join([f"*{escape(title)}*", *(escape(line) for line in lines)]))]
    if notification.why in _NEWS:
        blocks += [*_details(told), *_quotes(told)]
    return text, [*blocks, context_block(escape(told.at))]


def _history(notification: Notification, told: Facts) -> list[str]:
    """What happened, as lines; the first is the title."""
    if not told.severity:
        return [told.headline, told.lead]
    title = f"{told.exercise} · {told.severity}" if told.exercise else told.severity
    news = told.call if notification.why in _CALLS else told.lead
    return [line for line in (title, news, told.next) if line]


def _opening(told: Facts) -> Block:
    return section(f"*{escape(told.severity)}*\n{escape(' '.join(filter(None, (told.call, told.lead))))}")


def _own(text: str, told: Facts) -> Block:
    """The operator's own text, in which nothing is alive but the link to our console."""
    link, kept = escape(told.link), _cut(escape(text), SECTION_LIMIT - 2)
    # Cut first: a link that is cut has no end.
    return section(kept.replace(link, f"<{told.link}>", 1) if link else kept)


def _playbook(parts: list[Section]) -> list[Block]:
    """Titles with their entries: the operator's own words, escaped like any other."""
    return [section("\n".join([f"*{escape(part.title)}*", *map(escape, part.lines())])) for part in parts]


def _alerting(notification: Notification) -> Notification:
    """The same incident, told as the alert that it still is: what happened last is the status line's business."""
    return msgspec.structs.replace(notification, why=Why.FIRST) if calm(notification) else notification


def _header(told: Facts) -> Block:
    title = f"{_SIGN[told.tone]} {told.headline}"
    title = title if len(title) <= HEADER_LIMIT else title[: HEADER_LIMIT - 1] + "…"  # plain text: it has no entities
    return {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": True}}


def section(text: str) -> Block:
    """A block of escaped text."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, SECTION_LIMIT), "verbatim": True}}


def _details(told: Facts) -> list[Block]:
    lines = [f"*{escape(fact.label)}*  {escape(fact.text)}" for fact in told.details]
    return [section("\n".join(lines))] if lines else []


def _quotes(told: Facts) -> list[Block]:
    if not told.drivers:
        return []
    title: Block = {"type": "text", "text": told.drivers_label, "style": {"bold": True}}
    elements: list[Block] = [{"type": "rich_text_section", "elements": [title]}]
    for quote in told.drivers:
        elements.append({"type": "rich_text_quote", "elements": _quote(quote)})
    return [{"type": "rich_text", "elements": elements}]


def _quote(quote: Quote) -> list[Block]:
    by: Block = {"type": "text", "text": quote.by, "style": {"bold": True}}
    said: list[Block] = [by, {"type": "text", "text": f"\n{quote.text or '…'}"}]
    if quote.url is not None:
        said += [{"type": "text", "text": "\n"}, {"type": "link", "url": quote.url, "text": quote.link_label}]
    return said


def _footer(told: Facts, *, link: bool = False) -> Block:
    linked = [f"<{told.link}|{escape(told.link_label)}>"] if link and told.link else []
    return context_block(escape(told.why), escape(told.at), *linked)


def context_block(*parts: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "  ·  ".join(parts), "verbatim": True}]}


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters of escaped text, never through the middle of an entity or a link."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    for opening, closing in (("&", ";"), ("<", ">")):
        last = kept.rfind(opening)
        kept = kept[:last] if last > kept.rfind(closing) else kept
    return kept + "…"

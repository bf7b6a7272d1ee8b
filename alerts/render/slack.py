"""A notification as Slack Block Kit, within Slack's documented limits, with every foreign word inert.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks, 3,000 characters per section, header 150).
What the public wrote goes into `rich_text` elements, which Slack does not parse; all else is escaped mrkdwn with
`verbatim`, so that nothing in it becomes a link or a call.
"""

from typing import Any, Final

from alerts.render.context import RenderContext
from alerts.render.facts import Facts, Quote, facts
from models.records import Notification

Block = dict[str, Any]
"""A piece of Slack's JSON."""

SECTION_LIMIT: Final = 3_000
HEADER_LIMIT: Final = 150
TEXT_LIMIT: Final = 4_000

_SIGN: Final = {"threat": ":rotating_light:", "opportunity": ":seedling:", "calm": ":white_check_mark:"}


def escape(text: str) -> str:
    """Slack's three control characters as entities: no mention, link or broadcast survives.

    >>> escape("<!channel> & <@U1>")
    '&lt;!channel&gt; &amp; &lt;@U1&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message(notification: Notification, context: RenderContext) -> tuple[str, list[Block]]:
    """The fallback text (for phones' lock screens) and the blocks."""
    told = facts(notification, context)
    text = _cut(escape(f"{_SIGN[told.tone]} {told.summary}"), TEXT_LIMIT)
    if told.tone == "calm":
        return text, [_section(f"*{escape(told.headline)}*\n{escape(told.lead)}"), _footer(told)]
    blocks = [_header(told), _section(f"*{escape(told.severity)}*\n{escape(told.lead)}")]
    blocks += _details(told)
    blocks += _quotes(told)
    if told.link:
        blocks.append(_section(f":point_right: *<{told.link}|{escape(told.link_label)}>*"))
    return text, [*blocks, _footer(told)]


def _header(told: Facts) -> Block:
    title = _cut(f"{_SIGN[told.tone]} {told.headline}", HEADER_LIMIT)
    return {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": True}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, SECTION_LIMIT), "verbatim": True}}


def _details(told: Facts) -> list[Block]:
    lines = [f"*{escape(fact.label)}*  {escape(fact.text)}" for fact in told.details]
    return [_section("\n".join(lines))] if lines else []


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


def _footer(told: Facts) -> Block:
    parts = [escape(told.why), escape(told.at)]
    if told.tone == "calm" and told.link:
        parts.append(f"<{told.link}|{escape(told.link_label)}>")
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "  ·  ".join(parts), "verbatim": True}]}


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, never through the middle of an entity."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    last = kept.rfind("&")
    return (kept[:last] if last > kept.rfind(";") else kept) + "…"

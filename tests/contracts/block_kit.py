"""Slack's documented limits on messages, as Slack enforces them: what the fake Slack checks.

Source: docs.slack.dev/reference/block-kit (blocks, composition objects, rich text) and /reference/methods.
"""

from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

_TEXT_LIMITS = {"header": 150, "section": 3_000, "context": 3_000, "button": 75}
_BLOCKS = {"header", "section", "context", "divider", "image", "actions", "rich_text"}
_RICH = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}
_RICH_ELEMENTS = {"text", "link", "emoji", "user", "channel", "broadcast", "usergroup", "date", "color"}


def problems(blocks: Any, *, most: int = 50) -> list[str]:
    """What is wrong with a message's blocks, as Slack would say it; empty when all is well."""
    if not isinstance(blocks, list):
        return ["[ERROR] must be an array [json-pointer:/blocks]"]
    found = [] if len(blocks) <= most else [f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"]
    for index, block in enumerate(blocks):
        found += [f"[ERROR] {what} [json-pointer:/blocks/{index}]" for what in _block(block)]
    return found


def _block(block: Any) -> list[str]:
    if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
        return [f"unsupported type: {block.get('type') if isinstance(block, dict) else block!r}"]
    if len(str(block.get("block_id", ""))) > 255:
        return ["must be less than 256 characters: block_id"]
    checks = {
        "header": _header,
        "section": _section,
        "context": _context,
        "image": _image,
        "actions": _actions,
        "rich_text": _rich_text,
    }
    check = checks.get(block["type"])
    return check(block) if check is not None else []


def _text(text: Any, limit: int, kinds: tuple[str, ...]) -> list[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        return [f"text must be an object of type {' or '.join(kinds)}"]
    unknown = set(text) - {"type", "text", "emoji", "verbatim"}
    if (
        unknown
        or ("emoji" in text and text["type"] != "plain_text")
        or ("verbatim" in text and text["type"] != "mrkdwn")
    ):
        return [f"invalid additional property in text: {sorted(set(text))}"]
    content = text.get("text")
    if not isinstance(content, str) or not content:
        return ["must be more than 0 characters: text"]
    return [f"must be less than {limit + 1} characters: text"] if len(content) > limit else []


def _header(block: Json) -> list[str]:
    return _text(block.get("text"), 150, ("plain_text",))


def _section(block: Json) -> list[str]:
    found = []
    if "text" not in block and "fields" not in block:
        found.append("missing required field: text or fields")
    if "text" in block:
        found += _text(block["text"], 3_000, ("plain_text", "mrkdwn"))
    fields = block.get("fields", [])
    if len(fields) > 10:
        found.append("no more than 10 items allowed: fields")
    for field in fields:
        found += _text(field, 2_000, ("plain_text", "mrkdwn"))
    return found


def _context(block: Json) -> list[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
        return ["elements must hold 1 to 10 items"]
    return [p for e in elements if e.get("type") != "image" for p in _text(e, 3_000, ("plain_text", "mrkdwn"))]


def _image(block: Json) -> list[str]:
    found = []
    if not 1 <= len(str(block.get("alt_text", ""))) <= 2_000:
        found.append("alt_text must have 1 to 2000 characters")
    if "slack_file" not in block and not 1 <= len(str(block.get("image_url", ""))) <= 3_000:
        found.append("image_url must have 1 to 3000 characters")
    return found


def _actions(block: Json) -> list[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        return ["elements must hold 1 to 25 items"]
    found = [problem for element in elements for problem in _button(element)]
    ids = [element.get("action_id") for element in elements if isinstance(element, dict)]
    return found if len(set(ids)) == len(ids) else [*found, "action_id already exists"]


def _button(element: Any) -> list[str]:
    if not isinstance(element, dict) or element.get("type") != "button":
        return ["unsupported element"]
    found = _text(element.get("text"), 75, ("plain_text",))
    if len(str(element.get("url", ""))) > 3_000 or not 1 <= len(str(element.get("action_id", ""))) <= 255:
        found.append("url or action_id too long")
    if not isinstance(element.get("value", ""), str) or len(element.get("value", "")) > 2_000:
        found.append("must be less than 2001 characters: value")
    if element.get("style", "primary") not in ("primary", "danger"):
        found.append("invalid style")
    unknown = set(element) - {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"}
    found += [f"invalid additional property: {name}" for name in sorted(unknown)]
    return found + (_confirm(element["confirm"]) if "confirm" in element else [])


def _confirm(confirm: Any) -> list[str]:
    """https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""
    limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
    if not isinstance(confirm, dict) or set(confirm) - {*limits, "style"}:
        return ["invalid confirmation dialog"]
    return [p for name, limit in limits.items() for p in _text(confirm.get(name), limit, ("plain_text",))]


def _rich_text(block: Json) -> list[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        return ["missing required field: elements"]
    found = []
    for element in elements:
        if not isinstance(element, dict) or element.get("type") not in _RICH:
            found.append("unsupported rich text element")
        elif element["type"] != "rich_text_list":
            found += [p for inner in element.get("elements", [None]) for p in _rich(inner)]
    return found


def _rich(inner: Any) -> list[str]:
    if not isinstance(inner, dict) or inner.get("type") not in _RICH_ELEMENTS:
        return [f"unsupported type in rich text: {inner!r}"]
    if inner["type"] == "text" and not (isinstance(inner.get("text"), str) and inner["text"]):
        return ["must be more than 0 characters: text"]
    if inner["type"] == "link":
        parts = urlsplit(str(inner.get("url", "")))
        if parts.scheme not in ("http", "https", "mailto") or len(inner["url"]) > 3_000:
            return ["invalid url in rich text link"]
    return []

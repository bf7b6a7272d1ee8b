"""A Slack message as HTML, close to how Slack shows it: for pictures and for looking at what people see.

Faithful where it matters: `mrkdwn` is parsed as Slack does (links, mentions and broadcasts come alive, and are drawn
so that an injected one is seen at once), `plain_text` and `rich_text` are not.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

Json = dict[str, Any]

_EMOJI = {":rotating_light:": "🚨", ":seedling:": "🌱", ":white_check_mark:": "✅", ":point_right:": "👉"} | {
    ":bell:": "🔔",
    ":bust_in_silhouette:": "👤",
    ":zzz:": "💤",
}
_TOKEN = re.compile(r"<([^<>]+)>")
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_STYLE = """
body{margin:0;padding:14px;background:#fff;font:15px/1.46 Lato,'DejaVu Sans',Arial,sans-serif;color:#1d1c1d;width:620px}
.m{display:flex;gap:10px}.a{width:36px;height:36px;border-radius:6px;background:#c0392b;color:#fff;font-size:22px;
text-align:center;line-height:36px;flex:none}.n{font-weight:900}.b{background:#e8e8e8;font-size:10px;padding:1px 3px;
border-radius:2px;margin:0 5px;color:#616061}.t{color:#616061;font-size:12px}h3{font-size:18px;margin:2px 0 6px}
.s{margin:4px 0 8px;white-space:pre-wrap}.c{font-size:12px;color:#616061;margin-top:6px}
.q{border-left:4px solid #ddd;padding-left:10px;margin:4px 0;white-space:pre-wrap;overflow-wrap:anywhere}
a{color:#1264a3;text-decoration:none}.live{background:#fde047;outline:3px solid #dc2626}
.f{margin-top:10px;border:1px solid #ddd;border-radius:8px;max-width:420px;display:block}
.k{display:flex;gap:8px;margin:6px 0 10px}.k span{border:1px solid #bbb;border-radius:4px;padding:5px 12px;
font-weight:700;font-size:14px}.k .primary{background:#007a5a;border-color:#007a5a;color:#fff}
.r{color:#616061;font-size:13px;margin:8px 0 0;border-top:1px solid #eee;padding-top:6px}
"""


def page(
    blocks: list[Json],
    *,
    time: str = "21:15",
    picture: str = "",
    reply_word: str = "1 reply",
    replies: Sequence[list[Json]] = (),
) -> str:
    """A whole page; `picture` is the chart's address, as it stands in the thread, and `replies` what follows it."""
    body = "".join(_block(block) for block in blocks)
    if picture:
        body += f'<div class="r">{escape(reply_word)}</div><img class="f" src="{escape(picture)}">'
    for reply in replies:
        body += f'<div class="r">{"".join(_block(block) for block in reply)}</div>'
    head = f'<span class="n">Tocsin</span><span class="b">APP</span><span class="t">{escape(time)}</span>'
    message = f'<div class="m"><div class="a">🔔</div><div>{head}{body}</div></div>'
    return f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><body>{message}</body>'


def _block(block: Json) -> str:
    kind = block["type"]
    if kind == "header":
        return f"<h3>{_emoji(escape(block['text']['text']))}</h3>"
    if kind == "section":
        return f'<div class="s">{_mrkdwn(block["text"]["text"])}</div>'
    if kind == "context":
        return f'<div class="c">{" ".join(_mrkdwn(e["text"]) for e in block["elements"])}</div>'
    if kind == "actions":
        return f'<div class="k">{"".join(_button(e) for e in block["elements"])}</div>'
    return "".join(_rich(element) for element in block["elements"])


def _button(element: Json) -> str:
    return f'<span class="{escape(element.get("style", ""))}">{escape(element["text"]["text"])}</span>'


def _mrkdwn(text: str) -> str:
    """`text` has Slack's entities, which are HTML's too; what stands in angle brackets is alive."""
    shown = _TOKEN.sub(_alive, text)
    return _emoji(_BOLD.sub(r"<b>\1</b>", shown))


def _alive(match: re.Match[str]) -> str:
    inner = match[1]
    if inner[0] in "!@#":
        return f'<span class="live">{inner}</span>'
    url, _, label = inner.partition("|")
    return f'<a href="{url}">{label or url}</a>'


def _rich(element: Json) -> str:
    inner = "".join(_inline(e) for e in element["elements"])
    return f'<div class="{"q" if element["type"] == "rich_text_quote" else "s"}">{inner}</div>'


def _inline(element: Json) -> str:
    text = escape(element.get("text", ""))
    if element["type"] == "link":
        text = f'<a href="{escape(element["url"])}">{text}</a>'
    elif element["type"] != "text":
        text = f'<span class="live">{escape(element["type"])}</span>'
    return f"<b>{text}</b>" if element.get("style", {}).get("bold") else text


def _emoji(text: str) -> str:
    for name, sign in _EMOJI.items():
        text = text.replace(name, sign)
    return text

"""The HTML part of a mail: one column, inline styles, readable in plain clients, in the dark and with pictures off.

The only live links are those to our own console: what the public wrote is shown defanged, so that no mail program makes
a link of it.
"""

from html import escape
from typing import Final

from alerts.render.catalogue import say
from alerts.render.context import RenderContext
from alerts.render.playbook import Form, Section, first, then
from alerts.render.safety import defang
from alerts.render.shape import Fact, Facts, Quote

_ACCENT: Final = {"threat": "#c0392b", "opportunity": "#1e8449", "calm": "#34699a"}
_EXERCISE: Final = "#6b3fa0"
"""An exercise has a colour of its own, so that it looks like no alarm."""

_SHORT_LABEL: Final = 16
"""Longer labels, such as brands, may break."""

_PAGE: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>{subject}</title><style>
:root {{ color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{
 .page {{ background: #15181c !important; }} .card {{ background: #1f2429 !important; }}
 .card, .card td, .card p, .card h1, .card li {{ color: #eceff1 !important; }}
 .card .label, .card .foot, .card .foot a {{ color: #a9b4bf !important; }}
 .quote {{ border-color: #4a5560 !important; }}
 .card .call {{ background: #3b2422 !important; }} .card .said {{ background: #2a3138 !important; }}
 .card .open {{ color: #8ab4f8 !important; }}
 .card .plain {{ color: #eceff1 !important; border-color: #7d8b98 !important; }}
}}
</style></head>
<body class="page" style="margin:0;padding:12px;background:#eef1f4;">
<table role="presentation" class="card" width="100%" style="max-width:600px;margin:0 auto;background:#ffffff;
border-top:6px solid {accent};border-collapse:collapse;font:16px/1.45 -apple-system,'Segoe UI',Roboto,Arial,sans-serif;
color:#1d2730;">{banner}<tr><td style="padding:18px 20px;">
{body}
</td></tr></table></body></html>
"""


def html(told: Facts, context: RenderContext, image: str, alt: str, *, ack_url: str = "", mute_url: str = "") -> str:
    """The HTML part.

    `image`: the chart's address (`cid:…`), or empty; `ack_url`, `mute_url`: the reader's own links.
    """
    accent = _EXERCISE if told.exercise else _ACCENT[told.tone]
    parts = [
        *_opening(told, accent),
        _buttons(told, context, accent, ack_url),
        *(_entries(part) for part in first(told.guide, context.locale)),
        _picture(image, alt),
        _details(told, context),
        _quotes(told),
        *(_entries(part) for part in then(told.guide, context.locale)),
        _foot(told, context, mute_url),
    ]
    body = "\n".join(part for part in parts if part)
    return _PAGE.format(
        lang=context.locale, subject=escape(told.subject), accent=accent, banner=_banner(told, accent), body=body
    )


def _banner(told: Facts, accent: str) -> str:
    if not told.exercise:
        return ""
    style = f"padding:8px 20px;background:{accent};color:#ffffff;font-weight:700;letter-spacing:3px;"
    return f'<tr><td style="{style}"><span style="color:#ffffff;">{escape(told.exercise)}</span></td></tr>'


def _opening(told: Facts, accent: str) -> list[str]:
    """How bad, what, who has not answered, how much, who is in charge."""
    box = f"margin:0 0 12px;padding:10px 12px;background:#fdecea;border-left:4px solid {accent};font-weight:700;"
    headline = told.headline.removeprefix(f"{told.exercise} · ") if told.exercise else told.headline
    parts = [
        (told.severity, f'<p style="margin:0;font-weight:700;color:{accent};">{{}}</p>'),
        (headline, '<h1 style="margin:2px 0 8px;font-size:21px;line-height:1.25;">{}</h1>'),
        (told.call, f'<p class="call" style="{box}">{{}}</p>'),
        (told.lead, '<p style="margin:0 0 10px;font-size:17px;">{}</p>'),
        (told.next, '<p style="margin:0 0 14px;font-weight:700;">{}</p>'),
    ]
    return [form.format(escape(text)) for text, form in parts if text]


def _buttons(told: Facts, context: RenderContext, accent: str, ack_url: str) -> str:
    """What to do, before anything there is to read; nothing where nothing is asked."""
    if told.tone == "calm":
        return ""
    filled = f"background:{accent};color:#ffffff;border:1px solid {accent};"
    made = [_button(say(context.locale, "button.ack"), ack_url, filled)] if ack_url else []
    if told.link and made:
        label = say(context.locale, "link.incident-closed")
        made.append(_button(label, told.link, "color:#1d2730;border:1px solid #9aa6b1;", kind="plain"))
    elif told.link:
        made.append(_button(told.link_label, told.link, filled))
    return f'<p style="margin:0 0 16px;">{" ".join(made)}</p>' if made else ""


def _button(label: str, url: str, colors: str, kind: str = "") -> str:
    style = f"display:inline-block;margin:0 6px 6px 0;padding:11px 18px;font-weight:700;{colors}"
    named = f' class="{kind}"' if kind else ""
    return f'<a{named} href="{escape(url)}" style="{style}text-decoration:none;border-radius:4px;">{escape(label)}</a>'


def _picture(image: str, alt: str) -> str:
    if not image:
        return ""
    style = "display:block;width:100%;max-width:560px;height:auto;margin:0 0 14px;border:0;"
    return f'<img src="{escape(image)}" alt="{escape(alt)}" width="560" style="{style}">'


def _entries(part: Section) -> str:
    """A title with its entries: in their order, as a list, or as a text to copy."""
    title = f'<p style="margin:0 0 4px;font-weight:700;">{escape(part.title)}</p>'
    if part.form is Form.TEXT:
        lines = "<br>".join(escape(line) for line in part.lines())
        style = "margin:0 0 14px;padding:8px 12px;background:#f2f5f7;font-size:15px;"
        return f'{title}<p class="said" style="{style}">{lines}</p>'
    items = "".join(f'<li style="margin:0 0 3px;">{escape(entry)}</li>' for entry in part.entries)
    kind = "ol" if part.form is Form.STEPS else "ul"
    return f'{title}<{kind} style="margin:0 0 14px;padding:0 0 0 22px;font-size:15px;">{items}</{kind}>'


def _details(told: Facts, context: RenderContext) -> str:
    if any(fact.url for fact in told.details):
        return "".join(_linked(fact, context) for fact in told.details)
    rows = "".join(_row(fact) for fact in told.details)
    return f'<table role="presentation" style="border-collapse:collapse;font-size:15px;">{rows}</table>' if rows else ""


def _row(fact: Fact) -> str:
    cell = "padding:4px 12px 4px 0;vertical-align:top;"
    short = "white-space:nowrap;" if len(fact.label) <= _SHORT_LABEL else ""
    label = f'<td class="label" style="{cell}color:#5b6873;{short}">{_inert(fact.label)}</td>'
    return f'<tr>{label}<td style="{cell}">{_inert(fact.text)}</td></tr>'


def _linked(fact: Fact, context: RenderContext) -> str:
    """A line of a digest."""
    link = ""
    if fact.url:
        words = escape(say(context.locale, "digest.open"))
        link = f' ·&nbsp;<a class="open" href="{escape(fact.url)}" style="color:#1264a3;">{words}</a>'
    return f'<p style="margin:0 0 10px;font-size:15px;"><b>{_inert(fact.label)}</b><br>{_inert(fact.text)}{link}</p>'


def _quotes(told: Facts) -> str:
    if not told.drivers:
        return ""
    title = f'<p style="margin:16px 0 6px;font-weight:700;">{escape(told.drivers_label)}</p>'
    return title + "".join(_quote(quote) for quote in told.drivers)


def _quote(quote: Quote) -> str:
    where = "" if quote.url is None else f'<br><span style="font-size:12px;" class="label">{_inert(quote.url)}</span>'
    return (
        '<div class="quote" style="margin:0 0 10px;padding:2px 0 2px 12px;border-left:3px solid #c9d1d8;font-size:15px;'
        f'overflow-wrap:anywhere;"><span class="label" style="color:#5b6873;font-size:13px;">{_inert(quote.by)}</span>'
        f'<br><span dir="auto">{_inert(quote.text)}</span>{where}</div>'
    )


def _foot(told: Facts, context: RenderContext, mute_url: str) -> str:
    style = "margin:16px 0 0;font-size:13px;color:#5b6873;"
    links = [(told.link_label, told.link)] if told.tone == "calm" and told.link else []
    links += [(say(context.locale, "button.mute"), mute_url)] if mute_url else []
    shown = " · ".join(f'<a href="{escape(url)}" style="color:#5b6873;">{escape(label)}</a>' for label, url in links)
    lines = [escape(told.why), escape(told.at), *([shown] if shown else [])]
    return f'<p class="foot" style="{style}">{"<br>".join(lines)}</p>'


def _inert(text: str) -> str:
    return escape(defang(text))

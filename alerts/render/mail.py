"""A notification as a mail: plain text and HTML with the chart inside, threaded per incident.

RFC 5322 for threading headers, RFC 2387 for the inline picture, RFC 3834 for `Auto-Submitted`, RFC 8058 for muting by
one click. The only live links are those to our own console: what the public wrote is shown defanged, so that no mail
program makes a link of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from typing import Final

from alerts.links import MailLinks
from alerts.render.catalogue import say
from alerts.render.chart import alt_text
from alerts.render.context import RenderContext
from alerts.render.facts import Facts, Quote, facts
from alerts.render.safety import clean, defang
from alerts.render.speech import labelled
from models.records import Notification, Severity, digest

_ACCENT: Final = {"threat": "#c0392b", "opportunity": "#1e8449", "calm": "#34699a"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, and when (`sent_at`, for the Date header).

    `thread`: Message-IDs of earlier mails about the incident to the same people, the last one last. `links`: for the
    one who reads it; None where there are none.
    """

    sender: str
    to: Sequence[str]
    sent_at: datetime
    thread: Sequence[str] = ()
    links: MailLinks | None = None
    mutable: bool = True
    """Whether the reader may mute the incident: not where others read the same mail."""

    def message_id(self, notification_id: str) -> str:
        return message_id(notification_id, self.sender, self.to)


def message_id(notification_id: str, sender: str, to: Sequence[str] = ()) -> str:
    """The Message-ID of a notification: the same each time, so that mail programs recognise a repeat.

    Others have another one, since their mail is another: in their language, with links of their own.

    >>> message_id("n1", "Tocsin <bell@acme.example>")
    '<n1@acme.example>'
    """
    domain = parseaddr(sender)[1].rpartition("@")[2] or "tocsin.invalid"
    whose = f".{digest(*to)[:8]}" if to else ""
    return f"<{notification_id}{whose}@{domain}>"


def message(
    notification: Notification, context: RenderContext, envelope: Envelope, picture: bytes | None
) -> EmailMessage:
    """The whole mail; `picture` is the chart as PNG, or None."""
    told = facts(notification, context)
    mail = EmailMessage(policy=SMTP)
    _headers(mail, notification, told, envelope)
    mail.set_content(plain(told, context) + _links_plain(envelope, told, context))
    image_id = f"chart.{envelope.message_id(notification.id)[1:-1]}"
    alt = alt_text(notification, context)
    links = _links_html(envelope, told, context)
    page = html(told, context, f"cid:{image_id}" if picture is not None else "", alt, links)
    mail.add_alternative(page, subtype="html")
    if picture is not None:
        body = mail.get_payload()[1]  # type: ignore[index]  # the HTML part just added
        body.add_related(  # type: ignore[union-attr]
            picture, "image", "png", cid=f"<{image_id}>", filename="chart.png", disposition="inline"
        )
        body.set_boundary(f"r-{notification.id}")  # type: ignore[union-attr]
    mail.set_boundary(f"a-{notification.id}")  # the same notification gives the same bytes
    return mail


def _headers(mail: EmailMessage, notification: Notification, told: Facts, envelope: Envelope) -> None:
    incident = message_id(notification.incident.id, envelope.sender)
    mail["From"] = _address(envelope.sender)
    mail["To"] = tuple(_address(to) for to in envelope.to)
    mail["Subject"] = clean(told.subject, 200)
    mail["Date"] = format_datetime(envelope.sent_at)
    mail["Message-ID"] = envelope.message_id(notification.id)
    # The incident's own id is that of no mail: it holds the thread together also where the first mail is missing.
    mail["In-Reply-To"] = envelope.thread[-1] if envelope.thread else incident
    mail["References"] = " ".join(dict.fromkeys([incident, *envelope.thread]))
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if notification.incident.severity is Severity.P1 and told.tone == "threat" and not notification.quiet:
        mail["Importance"] = "high"
    if envelope.links is not None and envelope.mutable:
        mail["List-Unsubscribe"] = f"<{envelope.links.mute}>"
        if envelope.links.one_click:
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["X-Tocsin-Incident"] = notification.incident.id
    mail["X-Tocsin-Why"] = notification.why.value


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)


def plain(told: Facts, context: RenderContext) -> str:
    """The text part."""
    locale = context.locale
    lines = [told.subject, "", told.lead, ""]
    if told.link:
        lines += [labelled(told.link_label, told.link, locale), ""]
    lines += [labelled(fact.label, defang(fact.text), locale) for fact in told.details]
    if told.drivers:
        lines += ["", told.drivers_label]
    for quote in told.drivers:
        lines += ["", f"  {defang(quote.by)}", f"  > {defang(quote.text)}"]
        if quote.url is not None:
            lines.append(f"  {defang(quote.url)}")
    return "\n".join([*lines, "", "-- ", told.why, told.at, ""])


_PAGE: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>{subject}</title><style>
:root {{ color-scheme: light dark; }}
@media (prefers-color-scheme: dark) {{
 .page {{ background: #15181c !important; }} .card {{ background: #1f2429 !important; }}
 .card, .card td, .card p, .card h1 {{ color: #eceff1 !important; }}
 .card .label, .card .foot {{ color: #a9b4bf !important; }} .quote {{ border-color: #4a5560 !important; }}
}}
</style></head>
<body class="page" style="margin:0;padding:12px;background:#eef1f4;">
<table role="presentation" class="card" width="100%" style="max-width:600px;margin:0 auto;background:#ffffff;
border-top:6px solid {accent};border-collapse:collapse;font:16px/1.45 -apple-system,'Segoe UI',Roboto,Arial,sans-serif;
color:#1d2730;"><tr><td style="padding:18px 20px;">
{body}
</td></tr></table></body></html>
"""


def html(told: Facts, context: RenderContext, image: str, alt: str, links: str = "") -> str:
    """The HTML part; `image` is the chart's address (`cid:…`), or empty; `links` is HTML for its end."""
    accent = _ACCENT[told.tone]
    parts = []
    if told.severity:
        parts.append(f'<p style="margin:0;font-weight:700;color:{accent};">{escape(told.severity)}</p>')
    parts.append(f'<h1 style="margin:2px 0 8px;font-size:21px;line-height:1.25;">{escape(told.headline)}</h1>')
    parts.append(f'<p style="margin:0 0 14px;font-size:17px;">{escape(told.lead)}</p>')
    if told.link and told.tone != "calm":
        parts.append(_button(told, accent))
    if image:
        parts.append(
            f'<img src="{escape(image)}" alt="{escape(alt)}" width="560" '
            'style="display:block;width:100%;max-width:560px;height:auto;margin:0 0 14px;border:0;">'
        )
    parts += [_details(told), _quotes(told), _foot(told), links]
    body = "\n".join(part for part in parts if part)
    return _PAGE.format(lang=context.locale, subject=escape(told.subject), accent=accent, body=body)


def _button(told: Facts, accent: str) -> str:
    style = f"display:inline-block;padding:11px 18px;background:{accent};color:#ffffff;font-weight:700;"
    link = f'<a href="{escape(told.link)}" style="{style}text-decoration:none;border-radius:4px;">'
    return f'<p style="margin:0 0 16px;">{link}{escape(told.link_label)}</a></p>'


def _details(told: Facts) -> str:
    cell = 'style="padding:4px 12px 4px 0;vertical-align:top;'
    rows = "".join(
        f'<tr><td class="label" {cell}color:#5b6873;white-space:nowrap;">{escape(fact.label)}</td>'
        f'<td {cell}">{_inert(fact.text)}</td></tr>'
        for fact in told.details
    )
    return f'<table role="presentation" style="border-collapse:collapse;font-size:15px;">{rows}</table>' if rows else ""


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


def _foot(told: Facts) -> str:
    link = ""
    if told.tone == "calm" and told.link:
        link = f'<br><a href="{escape(told.link)}">{escape(told.link_label)}</a>'
    style = "margin:16px 0 0;font-size:13px;color:#5b6873;"
    return f'<p class="foot" style="{style}">{escape(told.why)}<br>{escape(told.at)}{link}</p>'


def _offered(envelope: Envelope, told: Facts) -> list[tuple[str, str]]:
    """What the reader can do from the mail: the words' key and the link."""
    if envelope.links is None:
        return []
    offered = [] if told.tone == "calm" else [("link.ack", envelope.links.ack)]
    return [*offered, ("link.mute", envelope.links.mute)] if envelope.mutable else offered


def _links_plain(envelope: Envelope, told: Facts, context: RenderContext) -> str:
    lines = [labelled(say(context.locale, key), url, context.locale) for key, url in _offered(envelope, told)]
    return "\n".join(["", *lines, ""]) if lines else ""


def _links_html(envelope: Envelope, told: Facts, context: RenderContext) -> str:
    links = [f'<a href="{escape(url)}">{escape(say(context.locale, key))}</a>' for key, url in _offered(envelope, told)]
    style = "margin:10px 0 0;font-size:13px;color:#5b6873;"
    return f'<p class="foot" style="{style}">{" · ".join(links)}</p>' if links else ""


def _inert(text: str) -> str:
    return escape(defang(text))

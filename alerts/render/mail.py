"""A notification as a mail: plain text and HTML with the chart inside, threaded per incident.

RFC 5322 for threading headers, RFC 2387 for the inline picture, RFC 3834 for `Auto-Submitted`, RFC 8058 for muting by
one click.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import Final

from alerts.links import MailLinks
from alerts.render.catalogue import say
from alerts.render.chart import alt_text
from alerts.render.context import RenderContext
from alerts.render.facts import Facts, facts
from alerts.render.mail_html import html
from alerts.render.playbook import Section, first, then
from alerts.render.safety import clean, defang
from alerts.render.speech import labelled
from alerts.render.templates import said
from models.records import Notification, Severity, Why, digest

_ABOUT_MORE: Final = (Why.DIGEST, Why.UNDELIVERED)
"""What is about more than its incident: nobody takes charge of it, or mutes it, by one link."""


class _Tokens(UnstructuredHeader, BaseHeader):
    """Ids or addresses for programs, folded between them only: Python encodes what is longer than a line, as if it were
    words for people, and no program finds it then."""

    def fold(self, *, policy: Policy) -> str:
        if not self.isascii():
            return super().fold(policy=policy)
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
for _name in ("In-Reply-To", "References", "List-Unsubscribe"):
    _HEADERS.map_to_type(_name, _Tokens)
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


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
    """Whether the reader may mute the incident: not where the mail is for others, too."""

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
    if notification.why in _ABOUT_MORE:
        envelope = replace(envelope, links=None)
    mail = EmailMessage(policy=_POLICY)
    image_id = f"chart.{envelope.message_id(notification.id)[1:-1]}"
    image = f"cid:{image_id}" if picture is not None else ""
    form = partial(
        said,
        told=told,
        notification=notification,
        context=context,
        chart=image,
        chart_alt=alt_text(notification, context),
        ack_url=_ack_url(envelope, told),
        mute_url=_mute_url(envelope),
    )
    _headers(mail, notification, told, envelope)
    mail["Subject"] = form("subject.txt") or clean(told.subject, 200)
    text = form("mail.txt")
    mail.set_content(plain(told, context, _links(envelope, told, context)) if text is None else f"{text}\n")
    mail.add_alternative(form("mail.html") or page(notification, told, context, envelope, image), subtype="html")
    if picture is not None:
        body = mail.get_payload()[1]  # type: ignore[index]  # the HTML part just added
        body.add_related(  # type: ignore[union-attr]
            picture, "image", "png", cid=f"<{image_id}>", filename="chart.png", disposition="inline"
        )
        body.set_boundary(f"r-{notification.id}")  # type: ignore[union-attr]
    mail.set_boundary(f"a-{notification.id}")  # the same notification gives the same bytes
    return mail


def page(notification: Notification, told: Facts, context: RenderContext, envelope: Envelope, image: str) -> str:
    """Our own HTML part."""
    alt = alt_text(notification, context)
    return html(told, context, image, alt, ack_url=_ack_url(envelope, told), mute_url=_mute_url(envelope))


def _ack_url(envelope: Envelope, told: Facts) -> str:
    return envelope.links.ack if envelope.links is not None and told.tone != "calm" else ""


def _mute_url(envelope: Envelope) -> str:
    return envelope.links.mute if envelope.links is not None and envelope.mutable else ""


def _links(envelope: Envelope, told: Facts, context: RenderContext) -> list[tuple[str, str]]:
    """What the reader can do from the mail: the words and the link."""
    offered = [("button.ack", _ack_url(envelope, told)), ("button.mute", _mute_url(envelope))]
    return [(say(context.locale, key), url) for key, url in offered if url]


def _headers(mail: EmailMessage, notification: Notification, told: Facts, envelope: Envelope) -> None:
    incident = message_id(notification.incident.id, envelope.sender)
    mail["From"] = address(envelope.sender)
    mail["To"] = tuple(address(to) for to in envelope.to)
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


def address(text: str) -> Address:
    """`Name <name@host>` as headers have it; raises `ValueError` for what cannot stand in one, and for several.

    >>> str(address("Léa <lea@acme.example>"))
    'Léa <lea@acme.example>'
    """
    name, spec = parseaddr(text)
    wrong = f'"{clean(text, 80)}" is not one mail address (accents cannot stand before the @)'
    # Of several, and of what has blanks in it, Python would make one, and forget the rest.
    if text.strip() != spec and not text.rstrip().endswith(f"<{spec}>"):
        raise ValueError(wrong)
    try:
        found = Address(display_name=name, addr_spec=spec)
    except (MessageError, ValueError, IndexError) as error:  # which of them depends on what is wrong
        raise ValueError(wrong) from error
    if not (found.username and found.domain):
        raise ValueError(wrong)
    return found


def plain(told: Facts, context: RenderContext, links: Sequence[tuple[str, str]] = ()) -> str:
    """The text part; `links`: words and address of what the reader can do."""
    locale = context.locale
    lines = [told.subject, "", *(line for line in (told.call, told.lead, told.next) if line), ""]
    offered = [(told.link_label, told.link)] if told.link else []
    lines += [labelled(label, url, locale) for label, url in (*links[:1], *offered, *links[1:])]
    for part in first(told.guide, locale):
        lines += ["", *_entries(part)]
    lines += ["", *(labelled(fact.label, defang(fact.text), locale) for fact in told.details)]
    if told.drivers:
        lines += ["", told.drivers_label]
    for quote in told.drivers:
        lines += ["", f"  {defang(quote.by)}", f"  > {defang(quote.text)}"]
        if quote.url is not None:
            lines.append(f"  {defang(quote.url)}")
    for part in then(told.guide, locale):
        lines += ["", *_entries(part)]
    return "\n".join([*lines, "", "-- ", told.why, told.at, ""])


def _entries(part: Section) -> list[str]:
    return [part.title, *(f"  {line}" for line in part.lines())]

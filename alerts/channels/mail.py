"""Mail by SMTP: TLS verified, 4xx is for later, 5xx is for good, and a refused recipient is told."""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final, Literal

import aiosmtplib
import msgspec

from alerts.channels.protocol import Receipt, Rejected, Retryable, passed_over
from alerts.links import Links
from alerts.render.chart import chart
from alerts.render.context import Contexts, RenderContext
from alerts.render.mail import Envelope, message
from alerts.render.safety import clean
from alerts.why import because
from models.clock import Clock
from models.records import Notification

log = logging.getLogger(__name__)

_NAMED: Final = 5
"""Of more recipients that a server refuses nobody wants to read."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. `ca_file` empty: the system's authorities. `password` does not show in `repr`."""

    host: str
    port: int
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    username: str = ""
    password: str = ""
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"SmtpServer({self.host}:{self.port}, tls={self.tls})"


class MailChannel:
    """Sends each notification as a mail of its own; mail programs thread them by incident.

    With `links`, the reader can take charge from the mail, and, where it is for one only, mute the incident.

    SMTP cannot be asked what was sent: after a crash a mail may come twice, with the same Message-ID, by which most
    mail systems drop the second.
    """

    at_once = 4

    def __init__(
        self,
        name: str,
        server: SmtpServer,
        *,
        sender: str,
        to: Sequence[str],
        contexts: Contexts,
        clock: Clock,
        timeout_s: float = 20.0,
        links: Links | None = None,
        connections: asyncio.Semaphore | None = None,
    ) -> None:
        """`connections`: shared by the channels that use one server, so that a storm opens only so many."""
        self.name = name
        self._server = server
        self._sender = sender
        self._to = tuple(to)
        self._contexts = contexts
        self._clock = clock
        self._timeout_s = timeout_s
        self._links = links
        self._connections = connections or asyncio.Semaphore(self.at_once)

    def __repr__(self) -> str:
        return f"MailChannel({self.name!r}, {self._server!r})"

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        envelope = self._envelope(notification, previous)
        if (passed := passed_over(notification, envelope.message_id(notification.id))) is not None:
            return passed if previous is None else msgspec.structs.replace(passed, root=previous.root)
        context = self._contexts(notification.incident.brand)
        picture = await self._picture(notification, context)
        try:
            mail = message(notification, context, envelope, picture)
        except ValueError as error:  # an address that no header can hold
            raise _classified(error, "the mail") from error
        async with self._connections:
            refused = await self._hand_in(mail)
        partly = tuple(
            because("not-accepted", who=who, said=f"{code} {text}")
            for who, (code, text) in sorted(refused.items())[:_NAMED]
        )
        reference = envelope.message_id(notification.id)
        root = previous.root if previous is not None and previous.root else reference
        return Receipt(reference=reference, root=root, reasons=partly)

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:  # noqa: ARG002
        """Always None: SMTP cannot be asked."""
        return None

    async def close(self) -> None:
        """Nothing to do: each mail has its own connection."""

    def _envelope(self, notification: Notification, previous: Receipt | None) -> Envelope:
        thread = () if previous is None else tuple(each for each in (previous.root, previous.reference) if each)
        recipient = notification.recipient or f"channel:{self.name}"
        return Envelope(
            self._sender,
            self._to,
            self._clock.now(),
            thread=thread,
            links=None if self._links is None else self._links.of(notification, recipient),
            # Nobody is muted by another one's click: not where several read it, be it in one mailbox.
            mutable=len(self._to) == 1 and len(notification.recipients) <= 1,
        )

    async def _picture(self, notification: Notification, context: RenderContext) -> bytes | None:
        try:
            return await asyncio.to_thread(chart, notification, context)
        except Exception:  # drawing is a large library's business; an alert never fails for its picture
            log.exception("mail: the chart could not be drawn")
            return None

    async def _hand_in(self, mail: EmailMessage) -> dict[str, tuple[int, str]]:
        """The refused recipients, where at least one was accepted."""
        server = self._server
        try:
            context = await asyncio.to_thread(self._tls)
            refused, _ = await aiosmtplib.send(
                mail,
                sender=parseaddr(self._sender)[1],
                recipients=[parseaddr(to)[1] for to in self._to],
                hostname=server.host,
                port=server.port,
                username=server.username or None,
                password=server.password or None,
                use_tls=server.tls == "implicit",
                start_tls=server.tls == "starttls",
                tls_context=context,
                timeout=self._timeout_s,
                local_hostname="tocsin.invalid",
            )
        except (aiosmtplib.SMTPException, OSError, ValueError, UnicodeError) as error:
            raise _classified(error, f"{server.host}:{server.port}") from error
        return {who: (reply.code, clean(reply.message, 120)) for who, reply in refused.items()}

    def _tls(self) -> ssl.SSLContext | None:
        if self._server.tls == "none":
            return None
        try:
            return ssl.create_default_context(cafile=self._server.ca_file or None)
        except (OSError, ssl.SSLError) as error:
            raise ValueError(f"`ca_file` cannot be used: {error}") from error


def _classified(error: Exception, where: str) -> Retryable | Rejected:
    certificate = _cause(error, ssl.SSLCertVerificationError)
    if certificate is not None:
        untrusted = because("untrusted", service=where, said=clean(str(certificate), 120))
        return Rejected(untrusted, because("remedy.certificate"))
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            failure = _recipients(error, where)
        case aiosmtplib.SMTPResponseException():
            failure = _response(error, where)
        case _ if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
            # The bare class is what aiosmtplib raises where the server has no STARTTLS, or no AUTH that it knows.
            said = clean(str(error), 120)
            failure = Rejected(because("lacks", service=where, said=said), because("remedy.tls"))
        case aiosmtplib.SMTPException() | OSError():
            # The connection broke. Whether before or after the last dot cannot be known.
            failure = Retryable(because("mail-lost", service=where, error=type(error).__name__), maybe_sent=True)
        case _:
            said = clean(str(error), 200)
            failure = Rejected(because("mail-unmade", said=said), because("remedy.mail"))
    return failure


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    while error is not None:
        if isinstance(error, kind):
            return error
        error = error.__cause__ or error.__context__
    return None


def _recipients(error: aiosmtplib.SMTPRecipientsRefused, where: str) -> Retryable | Rejected:
    said = "; ".join(f"{r.recipient}: {r.code} {clean(r.message, 100)}" for r in error.recipients[:_NAMED])
    if any(400 <= r.code < 500 for r in error.recipients):
        return Retryable(because("recipients-later", service=where, said=said))
    return Rejected(because("recipients-refused", service=where, said=said), because("remedy.to"))


def _response(error: aiosmtplib.SMTPResponseException, where: str) -> Retryable | Rejected:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code >= 500:
        refused = because("login-refused", service=where, status=str(error.code))
        return Rejected(refused, because("remedy.login"))
    said = because("answered", service=where, said=f"{error.code} {clean(error.message, 160)}")
    if 500 <= error.code < 600:
        return Rejected(said, because("remedy.sender"))
    # 4xx is "later" (RFC 5321, 4.2.1); anything outside 2xx to 5xx is not SMTP, and says nothing for good.
    return Retryable(said)

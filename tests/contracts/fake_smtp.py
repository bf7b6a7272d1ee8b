"""A real local SMTP server (aiosmtpd) with scripted refusals, a throw-away TLS authority, and bad manners."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Literal

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Tls = Literal["starttls", "implicit", "none"]


@dataclass
class Script:
    """What the next transaction meets. `replies`: by command (`MAIL`, `RCPT`, `DATA`), a reply instead of 250.

    `rcpt`: a reply per address. `mode`: `hang` and `reset` at DATA, `garbage` from the first line on.
    """

    replies: dict[str, str] = field(default_factory=dict)
    rcpt: dict[str, str] = field(default_factory=dict)
    mode: Literal["", "hang", "reset", "garbage"] = ""


class _Handler:
    def __init__(self, owner: "FakeSmtp") -> None:
        self._owner = owner

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        envelope.mail_from = address
        return self._owner.script.replies.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        reply = self._owner.script.rcpt.get(address) or self._owner.script.replies.get("RCPT", "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self._owner.weather is not None:
            return await self._in_weather(server, envelope, self._owner.weather)
        mode = self._owner.script.mode
        if mode == "hang":
            await self._owner.stopping.wait()
        if mode == "reset":
            server.transport.abort()
        reply = self._owner.script.replies.get("DATA", "250 OK")
        if not mode and reply.startswith("250"):
            self._owner.take(envelope)
        return reply

    async def _in_weather(self, server: SMTP, envelope: Envelope, weather: "Weather") -> str:
        assert isinstance(envelope.content, bytes)
        word = weather(str(message_from_bytes(envelope.content, policy=default)["Message-ID"]))
        if word == "ok" or word.endswith("-after"):
            self._owner.take(envelope)
        if word.startswith("hang"):
            await self._owner.stopping.wait()
        if word.startswith("reset"):
            server.transport.abort()
        return "250 OK" if word == "ok" else word


Weather = Callable[[str], str]
"""By a mail's Message-ID, what becomes of it: `ok`, an SMTP reply, or `reset`, `hang`, `reset-after`, `hang-after`:
cut off or silent before, or after, the mail was taken."""


class FakeSmtp:
    """`async with FakeSmtp(tls="starttls") as smtp`: then `smtp.mails` is what people got."""

    def __init__(self, tls: Tls = "none", *, login: tuple[str, str] | None = None) -> None:
        self.tls = tls
        self.script = Script()
        self.weather: Weather | None = None
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.secured: list[bool] = []
        self.stopping = asyncio.Event()
        self._login = login
        self._authority = trustme.CA()

    async def __aenter__(self) -> "FakeSmtp":
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("localhost").configure_cert(self._context)
        implicit = self._context if self.tls == "implicit" else None
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", 0, ssl=implicit)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.close()

    def ca_file(self, folder: Path) -> str:
        """The authority's certificate, written to a file."""
        path = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(path))
        return str(path)

    def take(self, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        mail: Any = message_from_bytes(content, policy=default)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))

    def _protocol(self) -> asyncio.Protocol:
        if self.script.mode == "garbage":
            return _Garbage()
        login = self._login
        return SMTP(
            _Handler(self),
            hostname="localhost",
            enable_SMTPUTF8=True,
            tls_context=self._context if self.tls == "starttls" else None,
            require_starttls=self.tls == "starttls",
            auth_required=login is not None,
            auth_require_tls=self.tls == "starttls",
            authenticator=self._authenticate if login is not None else None,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == self._login
        return AuthResult(success=good, handled=False)


class _Garbage(asyncio.Protocol):
    """Answers every line with something that is not SMTP."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(b"<html>please log in</html>\r\n")

    def data_received(self, data: bytes) -> None:
        self._transport.write(b"\x00\xff\xfe what?\r\n")

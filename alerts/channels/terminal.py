"""The terminal: alerts as text, one whole block at a time, or as JSON lines."""

import asyncio
from typing import TextIO

from alerts.channels.protocol import Receipt, Rejected, Retryable, passed_over
from alerts.render.context import Contexts
from alerts.render.line import line
from alerts.render.terminal import block
from alerts.why import because
from models.records import Notification


class TerminalChannel:
    """Prints to a stream; concurrent alerts do not mix."""

    def __init__(
        self, name: str, stream: TextIO, contexts: Contexts, *, color: bool = False, as_json: bool = False
    ) -> None:
        self.name = name
        self._stream = stream
        self._contexts = contexts
        self._color = color
        self._as_json = as_json
        self._turn = asyncio.Lock()

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:  # noqa: ARG002
        reference = f"terminal/{notification.id}"
        if (passed := passed_over(notification, reference)) is not None:
            return passed
        text = self._rendered(notification)
        async with self._turn:
            try:
                self._stream.write(_encodable(text, self._stream))
                self._stream.flush()
            except BlockingIOError as error:
                raise Retryable(because("terminal-full"), maybe_sent=True) from error
            except OSError as error:
                raise Rejected(because("terminal-broken", error=type(error).__name__)) from error
            except ValueError as error:
                raise Rejected(because("terminal-closed")) from error
        return Receipt(reference=reference)

    def _rendered(self, notification: Notification) -> str:
        if self._as_json:
            return line(notification)
        return block(notification, self._contexts(notification.incident.brand), color=self._color)

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:  # noqa: ARG002
        """Always None: what was printed is gone."""
        return None

    async def close(self) -> None:
        """The stream belongs to whoever opened it."""


def _encodable(text: str, stream: TextIO) -> str:
    """Replaces what the stream's encoding lacks: an alert on an ASCII terminal is better than an exception."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)

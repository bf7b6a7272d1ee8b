"""Everything else, through Apprise: chats, SMS, push. It says only yes or no; the reason is read from its log."""

import asyncio
import logging
import re
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from alerts.channels.protocol import PASSED_OVER, Receipt, Rejected, Retryable
from alerts.render.context import Contexts
from alerts.render.facts import closes
from alerts.render.safety import clean
from alerts.render.short import short
from alerts.why import because
from models.records import Notification, Reason, Why

_STATUS: Final = re.compile(r"error[=:\s]+(\d{3})")
_URL: Final = re.compile(r"\S+://\S+")
_TOLD_WHEN_QUIET: Final = (Why.ACKNOWLEDGED,)
_FOR_NOW: Final = (408, 425, 429)
_NAMED: Final = 5
"""Of more services that failed nobody wants to read."""


def usable(url: str) -> bool | None:
    """Whether Apprise knows what to do with an address; None without Apprise."""
    with _listening():
        try:
            from apprise import Apprise
        except ImportError:
            return None
        return Apprise.instantiate(url, suppress_exceptions=True) is not None


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why one service did not take the message, without any part of its URL."""

    reasons: tuple[Reason, ...]
    final: bool


class AppriseChannel:
    """A new message each time, to each of the URLs. A quiet change is told only where it ends the worry.

    Where one service took the message and another did not, it is sent, with a note: sending again would call the
    first one's people twice.
    """

    at_once = 4

    def __init__(self, name: str, urls: Sequence[str], contexts: Contexts) -> None:
        """`urls` are secrets: whoever has one can post."""
        self.name = name
        self._urls = tuple(urls)
        self._contexts = contexts

    def __repr__(self) -> str:
        return f"AppriseChannel({self.name!r}, {len(self._urls)} services)"

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:  # noqa: ARG002
        receipt = Receipt(reference=f"apprise/{notification.id}")
        if notification.quiet and not (closes(notification) or notification.why in _TOLD_WHEN_QUIET):
            return Receipt(reference=receipt.reference, reasons=(PASSED_OVER,))
        title, text = short(notification, self._contexts(notification.incident.brand))
        failures = [f for f in await asyncio.to_thread(self._notify, title, text) if f is not None]
        if len(failures) == len(self._urls):
            raise _verdict(failures)
        partly = (because("partly"), *_reasons(failures)) if failures else ()
        return Receipt(reference=receipt.reference, reasons=partly)

    def _notify(self, title: str, text: str) -> list[_Failure | None]:
        """One result per service, None where it took the message. Blocks: runs in a thread."""
        _listening()
        try:
            import apprise
        except ImportError as error:
            raise Rejected(because("apprise-missing"), because("remedy.apprise")) from error
        return [self._one(apprise, number, url, title, text) for number, url in enumerate(self._urls, 1)]

    def _one(self, apprise: Any, number: int, url: str, title: str, text: str) -> _Failure | None:
        with _listening() as said:
            service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
            if service is None:
                return _Failure((because("apprise-unknown", number=number), because("remedy.urls")), final=True)
            name = clean(str(service.service_name), 40)
            if service.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT):
                return None
        reason = because("apprise-silent", service=name, number=number)
        if said:
            reason = because("apprise-said", service=name, number=number, said=discreet("; ".join(said), url))
        status = next((int(found[1]) for found in map(_STATUS.search, said) if found), None)
        final = status is not None and 400 <= status < 500 and status not in _FOR_NOW
        return _Failure((reason, because("remedy.urls")) if final else (reason,), final)

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:  # noqa: ARG002
        """Always None: Apprise cannot look back."""
        return None

    async def close(self) -> None:
        """Nothing to do: Apprise keeps no connection."""


def _verdict(failures: Sequence[_Failure]) -> Retryable | Rejected:
    reasons = _reasons(failures)
    # A connection that broke may have done so after the message was taken.
    return Rejected(*reasons) if all(f.final for f in failures) else Retryable(*reasons, maybe_sent=True)


def _reasons(failures: Sequence[_Failure]) -> tuple[Reason, ...]:
    return tuple(reason for failure in failures[:_NAMED] for reason in failure.reasons)


def discreet(text: str, url: str) -> str:
    """One line without addresses, and without any part of `url` that may be a token.

    >>> discreet("cannot post to https://x.example/T0KEN at x.example with T0KEN", "slack://T0KEN@x.example")
    'cannot post to … at x.example with …'
    """
    text = _URL.sub("…", text)
    rest = url.partition("://")[2]
    host = rest.rpartition("@")[2].partition("/")[0].partition(":")[0].partition("?")[0]
    for part in sorted(re.split(r"[/:@?&=,]+", rest), key=len, reverse=True):
        if len(part) >= 4 and part != host:
            text = text.replace(part, "…")
    return clean(text, 200)


class _Ear(logging.Handler):
    """Hears what Apprise says in this thread, while it is listened to."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: defaultdict[int, list[str]] = defaultdict(list)

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread is not None and record.thread in self._said:
            self._said[record.thread].append(record.getMessage())

    def __enter__(self) -> list[str]:
        return self._said[threading.get_ident()]

    def __exit__(self, *_: object) -> None:
        del self._said[threading.get_ident()]


_EAR: Final = _Ear()


def _listening() -> _Ear:
    """Apprise's log goes to us alone, and below warnings to nobody: it holds addresses, which are secrets here."""
    log = logging.getLogger("apprise")
    log.propagate = False
    log.setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # by which Apprise calls: it logs paths
    if _EAR not in log.handlers:
        log.addHandler(_EAR)
    return _EAR

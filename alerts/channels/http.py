"""One HTTP request of a channel, with every way it can fail named: what all channels that speak HTTP share.

Plain aiohttp rather than the services' SDKs: those retry by themselves, read answers of any size, and hide which
failures may have sent the message all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from alerts.channels.protocol import Rejected, Retryable
from alerts.render.safety import clean
from alerts.why import because

_MAX_ANSWER: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `after_s` is `Retry-After` in seconds, where it was given as such."""

    status: int
    body: bytes
    after_s: float | None

    @property
    def text(self) -> str:
        """The beginning of the body, on one line and without escape sequences, for an error message in a log.

        >>> Answer(400, b"no\\n2026-01-01 INFO \\x1b[2Jall is well", None).text
        'no 2026-01-01 INFO all is well'
        """
        return clean(self.body[:200].decode("utf-8", "replace"), 200)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request's headers, and its body: JSON, or a form or bytes."""

    headers: Mapping[str, str] | None = None
    json: Any = None
    body: Mapping[str, str] | bytes | None = None


class Busy(Retryable):
    """The other side answered 429: too many requests."""


class HttpClient:
    """POSTs with a time limit; the session is opened at the first use, inside the running loop."""

    def __init__(self, service: str, timeout_s: float) -> None:
        """`service` is how people call the other side; URLs may hold secrets, and are never shown."""
        self._service = service
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def post(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> Answer:
        """Raises `Retryable` for whatever is no answer, for 429 and for 5xx; `Rejected` for a bad address."""
        try:
            answer = await self._exchange(url, Outgoing(headers, json, form if data is None else data))
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, ValueError) as error:
            raise Rejected(because("bad-address", service=self._service)) from error
        except aiohttp.ClientConnectorError as error:
            raise Retryable(because("unreachable", service=self._service, error=type(error).__name__)) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            reason = because("no-answer", service=self._service, error=type(error).__name__)
            raise Retryable(reason, maybe_sent=True) from error
        return self._checked(answer)

    async def _exchange(self, url: str, request: Outgoing) -> Answer:
        """One request and its answer, with aiohttp's own errors: the seam where tests put their own network."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout, trust_env=True)
        async with self._session.post(
            url, headers=request.headers, json=request.json, data=request.body, allow_redirects=False
        ) as response:
            body = await _beginning(response.content)
            return Answer(response.status, body, retry_after_s(response.headers.get("Retry-After")))

    def _checked(self, answer: Answer) -> Answer:
        if answer.status == 429:
            raise Busy(because("busy", service=self._service), after_s=answer.after_s)
        if answer.status >= 500 or answer.status in (408, 425):
            reason = because("failed", service=self._service, status=str(answer.status))
            raise Retryable(reason, after_s=answer.after_s, maybe_sent=True)
        return answer

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """A body, or its first `_MAX_ANSWER` bytes. aiohttp's own `read(n)` gives what has arrived, and does not wait."""
    body = bytearray()
    while len(body) < _MAX_ANSWER and (piece := await content.read(_MAX_ANSWER - len(body))):
        body += piece
    return bytes(body)


def retry_after_s(raw: str | None) -> float | None:
    """Seconds of a `Retry-After` header; None where there is none, or a date, or garbage.

    >>> retry_after_s("30"), retry_after_s("Wed, 21 Oct 2026 07:28:00 GMT"), retry_after_s(None)
    (30.0, None, None)
    """
    if raw is None or not raw.strip().isascii() or not raw.strip().isdigit():
        return None
    return float(min(int(raw.strip()[:9]), 86_400))

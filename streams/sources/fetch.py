"""One conditional GET (RFC 9110), bounded in size and time, that follows redirects no further than it should."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp

from streams.sources.outside import Inside, is_inside

MAX_BYTES: Final = 5_000_000
"""Bytes of a body after decompression."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)
MAX_WAIT_S: Final = 86_400.0
"""The longest that a server may ask to be left alone."""
_MAX_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request conditional."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document, or `changed` False: it is as it was. `address` is where to ask next time."""

    address: str
    changed: bool
    body: bytes = b""
    content_type: str = ""
    validators: Validators = Validators()


class FetchFailed(Exception):
    """No document: a short code, why, and for how many seconds the server asked not to be asked."""

    def __init__(self, reason: str, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.retry_after_s = retry_after_s


async def fetch(
    session: aiohttp.ClientSession,
    address: str,
    validators: Validators,
    now: datetime,
    *,
    max_bytes: int = MAX_BYTES,
) -> Fetched:
    """Gets `address` if it has changed. Raises `FetchFailed`: `gone` (410), `http-…`, `too-large`, `unsafe-redirect`,
    `redirects`, `network`."""
    lasting = here = address
    permanent = True
    try:
        for _ in range(_MAX_REDIRECTS + 1):
            async with session.get(here, headers=_headers(validators), allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _answer(response, lasting, now, max_bytes)
                permanent = permanent and response.status in _PERMANENT
                here = _next(here, response.headers.get("Location", ""))
                lasting = here if permanent else lasting
    except aiohttp.ClientConnectorError as error:
        reason = "unsafe-redirect" if isinstance(error.os_error, Inside) else "network"
        raise FetchFailed(reason, f"{type(error).__name__}: {error}") from error
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise FetchFailed("network", f"{type(error).__name__}: {error}") from error
    raise FetchFailed("redirects", f"more than {_MAX_REDIRECTS} redirects")


def _headers(validators: Validators) -> dict[str, str]:
    headers = {}
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.modified:
        headers["If-Modified-Since"] = validators.modified
    return headers


async def _answer(response: aiohttp.ClientResponse, lasting: str, now: datetime, max_bytes: int) -> Fetched:
    if response.status == 304:
        return Fetched(lasting, changed=False)
    if response.status == 410:
        raise FetchFailed("gone", "410 Gone")
    if response.status != 200:
        wait_s = retry_after(response.headers.get("Retry-After", ""), now)
        raise FetchFailed(f"http-{response.status}", f"HTTP {response.status}", wait_s)
    body = await _body(response, max_bytes)
    validators = Validators(
        _sendable(response.headers.get("ETag", "")), _sendable(response.headers.get("Last-Modified", ""))
    )
    return Fetched(lasting, True, body, response.headers.get("Content-Type", ""), validators)


def _sendable(header: str) -> str:
    """Empty for bytes of no encoding, which stand as lone surrogates: they cannot be sent back, nor written down."""
    return header if header.isprintable() else ""


async def _body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > max_bytes:
            raise FetchFailed("too-large", f"more than {max_bytes} bytes")
    return bytes(body)


def _next(here: str, location: str) -> str:
    """Where a redirect leads. Only http(s); and nobody outside may send us to an address inside (`Outside` looks at
    where names lead)."""
    there = urljoin(here, location)
    parts = urlsplit(there)
    if not location or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchFailed("unsafe-redirect", f"a redirect to {there[:200]!r}")
    if is_inside(parts.hostname) and not is_inside(urlsplit(here).hostname or ""):
        raise FetchFailed("unsafe-redirect", f"a redirect to an internal address, {parts.hostname}")
    return there


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds from a `Retry-After` header, which gives seconds or a date; None for neither.

    >>> from datetime import UTC
    >>> retry_after("Mon, 02 Mar 2026 09:02:00 GMT", datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    120.0
    """
    stripped = value.strip()
    if stripped.isascii() and stripped.isdigit() and len(stripped) < 10:
        return min(float(stripped), MAX_WAIT_S)
    try:
        left_s = (parsedate_to_datetime(stripped) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(0.0, left_s), MAX_WAIT_S)

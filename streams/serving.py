"""What all our web servers have in common: nobody holds one up by saying nothing, or half of something.

aiohttp alone waits an hour for a request that does not come, and for ever for the rest of one that has begun.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from aiohttp import web

IDLE_S: Final = 75.0
"""How long a connection may wait for the whole head of a request: longer than proxies keep theirs, as nginx does."""
BODY_S: Final = 10.0
"""How long a body may take."""
_LINGER_S: Final = 2.0
"""How long the rest of what was refused may still come, so that its sender reads the refusal."""


class Unread(Exception):
    """A body that cannot be had: the status for it, and a short code."""

    def __init__(self, status: HTTPStatus, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def runner(app: web.Application, *, shutdown_s: float, idle_s: float = IDLE_S) -> web.AppRunner:
    """How every application here is served."""
    return web.AppRunner(
        app, access_log=None, shutdown_timeout=shutdown_s, keepalive_timeout=idle_s, lingering_time=_LINGER_S
    )


@asynccontextmanager
async def reading(limit_s: float = BODY_S) -> AsyncIterator[None]:
    """Around whatever reads a body. Raises `Unread`: `slow`, `too-large`, or `malformed` (cut off, unknown encodings,
    no such form)."""
    try:
        async with asyncio.timeout(limit_s):
            yield
    except TimeoutError as error:
        raise Unread(HTTPStatus.REQUEST_TIMEOUT, "slow") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise Unread(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large") from error
    except (web.RequestPayloadError, ConnectionError, ValueError, LookupError) as error:
        raise Unread(HTTPStatus.BAD_REQUEST, "malformed") from error

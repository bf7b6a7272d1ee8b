"""The doors for clicks in Slack, as the settings want them: none, the HTTP endpoint, Socket Mode, or both."""

import asyncio
import logging
from typing import Final

from aiohttp import web

from models.clock import Clock
from streams.interactions import socket_mode
from streams.interactions.endpoint import PATH, Endpoint
from streams.interactions.reception import PUBLISH_S, Reception, doors
from streams.publish import Publisher
from streams.settings.schema import Settings

_LOG: Final = logging.getLogger(__name__)


class Clicks:
    """What the console's agent hosts beside the console."""

    def __init__(self, settings: Settings, publisher: Publisher, clock: Clock, *, publish_s: float = PUBLISH_S) -> None:
        self._doors = doors(settings)
        self._clock = clock
        self.reception = Reception(settings, publisher, clock, publish_s=publish_s)
        self._listening: asyncio.Task[None] | None = None

    def mount(self, app: web.Application) -> None:
        """Adds the endpoint, where a channel has a signing secret."""
        if self._doors.by_signature:
            app.router.add_post(PATH, Endpoint(self._doors, self.reception, self._clock).handle)

    def listen(self) -> None:
        """Opens the connections of Socket Mode, where a channel has an app token."""
        if self._doors.by_app_token:
            self._listening = asyncio.create_task(socket_mode.listen(self._doors, self.reception, self._clock))
            self._listening.add_done_callback(_ended)

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self.reception.close()


def _ended(listening: asyncio.Task[None]) -> None:
    """It only ends by being cancelled, or by a mistake of ours, which must be seen."""
    if not listening.cancelled() and (error := listening.exception()) is not None:
        _LOG.error("slack socket mode has ended", exc_info=error)

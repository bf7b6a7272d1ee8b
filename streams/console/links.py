"""What a mail's links lead to: a page that asks, and only then does. Programs that follow links change nothing.

Who has the link may use it, without logging in: it is signed, for one recipient and incident, and grows old
(`alerts/links.py`). A mail program's own button posts at once (RFC 8058), which a scanner does not.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Final

from aiohttp import web

from alerts.links import Claim, Links, Purpose
from models.clock import Clock
from models.records import Ack, Mute, Topic, digest
from models.stage import Emit
from streams.console import pages
from streams.console.access import person
from streams.console.view import View
from streams.desks import DeskOf
from streams.serving import reading
from streams.settings import Settings

VIA: Final = "mail"
Refuse = Callable[[str, HTTPStatus, str, str], Exception]
"""Makes the refusal of an attempt: action, status, sentence and reason."""


class LinkRoutes:
    """`GET` and `POST` of `/mute/TOKEN` and `/ack/TOKEN`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        desk: DeskOf,
        publish: Callable[[str, Emit], Awaitable[None]],
        view: Callable[[web.Request], View],
        refuse: Refuse,
    ) -> None:
        self._links = Links(settings.console.link_secret.reveal(), settings.public_url)
        self._people = {f"person:{name}": each.label or name for name, each in settings.people.items()}
        self._clock = clock
        self._desk = desk
        self._publish = publish
        self._view = view
        self._refuse = refuse

    def mount(self, app: web.Application) -> None:
        for purpose in Purpose:
            app.router.add_get(f"/{purpose.value}/{{token}}", partial(self._ask, purpose=purpose))
            app.router.add_post(f"/{purpose.value}/{{token}}", partial(self._act, purpose=purpose))

    async def _ask(self, request: web.Request, purpose: Purpose) -> web.Response:
        claim = self._claim(request, purpose)
        return _html(pages.confirm(self._view(request), purpose.value, claim.brand, self._people.get(claim.recipient)))

    async def _act(self, request: web.Request, purpose: Purpose) -> web.Response:
        claim = self._claim(request, purpose)
        if purpose is Purpose.MUTE:
            await self._publish("mute", Emit(Topic.CALLS, claim.recipient, self._mute(claim)))
        else:
            by = self._people.get(claim.recipient) or person(str((await _fields(request)).get("by", "")))
            if not by:
                raise self._refuse("ack", HTTPStatus.BAD_REQUEST, "name-missing", "by-missing")
            await self._publish("ack", Emit(Topic.INCIDENT_EVENTS, self._desk(claim.brand), self._ack(claim, by)))
        return _html(pages.confirmed(self._view(request), purpose.value, claim.brand, claim.expires))

    def _claim(self, request: web.Request, purpose: Purpose) -> Claim:
        claim = self._links.read(request.match_info["token"], purpose, self._clock.now())
        if claim is None:
            raise self._refuse(purpose.value, HTTPStatus.FORBIDDEN, "link-old", "bad-link")
        return claim

    def _mute(self, claim: Claim) -> Mute:
        """The same each time, so that a second click, or a mail program's, counts once."""
        return Mute(
            id=digest("mute", claim.recipient, claim.incident, claim.expires.isoformat()),
            recipient=claim.recipient,
            brand=claim.brand,
            incident=claim.incident,
            via=VIA,
            at=self._clock.now(),
            until=claim.expires,
        )

    def _ack(self, claim: Claim, by: str) -> Ack:
        at = self._clock.now()
        identity = digest(claim.incident, "ack", by, at.isoformat())
        return Ack(id=identity, brand=claim.brand, incident=claim.incident, by=by, via=VIA, at=at)


async def _fields(request: web.Request) -> Mapping[str, object]:
    """A form's fields; none for anything else. Raises `Unread`."""
    async with reading():
        return await request.post()


def _html(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="text/html", charset="utf-8")

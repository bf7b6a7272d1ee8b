"""What a mail's links lead to: a page that asks, and only then does. Programs that follow links change nothing.

Who has the link may use it, without logging in: it is signed, for one recipient and incident, and grows old
(`alerts/links.py`). A mail program's own button posts at once (RFC 8058), which a scanner does not.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Final

from aiohttp import web

from alerts.links import Claim, Links, Purpose
from alerts.render.safety import clean
from models.clock import Clock
from models.records import Ack, Mute, Phase, Topic, digest
from models.stage import Emit
from streams.console import pages
from streams.console.access import person
from streams.console.board import Case
from streams.console.door import fields, refuse
from streams.console.view import View
from streams.desks import DeskOf
from streams.settings.schema import Settings

VIA: Final = "mail"


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
        find: Callable[[str], Case | None],
    ) -> None:
        self._links = Links(settings.console.link_secret.reveal(), settings.public_url)
        self._people = {f"person:{name}": each.label or name for name, each in settings.people.items()}
        self._clock = clock
        self._desk = desk
        self._publish = publish
        self._view = view
        self._find = find

    def mount(self, app: web.Application) -> None:
        for purpose in Purpose:
            app.router.add_get(f"/{purpose.value}/{{token}}", partial(self._ask, purpose=purpose))
            app.router.add_post(f"/{purpose.value}/{{token}}", partial(self._act, purpose=purpose))

    async def _ask(self, request: web.Request, purpose: Purpose) -> web.Response:
        claim = self._claim(request, purpose)
        view, by = self._view(request), self._people.get(claim.recipient)
        return _html(pages.confirm(view, purpose.value, claim.brand, by, self._stands(view, claim, by)))

    async def _act(self, request: web.Request, purpose: Purpose) -> web.Response:
        claim, view = self._claim(request, purpose), self._view(request)
        by = self._people.get(claim.recipient)
        if purpose is Purpose.MUTE:
            await self._publish("mute", Emit(Topic.CALLS, claim.recipient, self._mute(claim)))
        else:
            by = by or person((await fields(request)).get("by", ""))
            if not by:
                raise refuse("ack", HTTPStatus.BAD_REQUEST, "name-missing", "by-missing")
            await self._publish("ack", Emit(Topic.INCIDENT_EVENTS, self._desk(claim.brand), self._ack(claim, by)))
        # Published all the same: what this console has read may be a little behind.
        say = view.of(claim.brand).speech
        said = self._stands(view, claim, by) or say(f"link-{purpose.value}-done", time=say.time(claim.expires))
        return _html(pages.confirmed(view, purpose.value, claim.brand, said))

    def _stands(self, view: View, claim: Claim, by: str | None) -> str:
        """Why there is nothing to take charge of any more; empty where there is."""
        case = self._find(claim.incident)
        incident = None if case is None else case.incident
        if claim.purpose is not Purpose.ACK or incident is None:
            return ""
        say = view.of(claim.brand).speech
        if incident.phase is Phase.RESOLVED:
            return say("link-ack-over")
        if incident.phase is not Phase.ACKNOWLEDGED or incident.acknowledged_by in (None, by):
            return ""
        since = incident.acknowledged_at or incident.updated_at
        return say("link-ack-taken", who=clean(incident.acknowledged_by or "", 60), time=say.time(since))

    def _claim(self, request: web.Request, purpose: Purpose) -> Claim:
        claim = self._links.read(request.match_info["token"], purpose, self._clock.now())
        if claim is None:
            raise refuse(purpose.value, HTTPStatus.FORBIDDEN, "link-old", "bad-link")
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


def _html(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="text/html", charset="utf-8")

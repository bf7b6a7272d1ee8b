"""The console's web application: reads the board, lets people log in, and publishes what they do to incidents."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from models.clock import Clock
from models.records import Ack, FalseAlarm, HumanAction, Resolve, Silence, Snooze, Topic, Unsilence, digest
from models.stage import Emit
from streams import metrics
from streams.console import api, pages, silences
from streams.console.access import person
from streams.console.board import Board, Case
from streams.console.door import Door, Refused, local, refuse
from streams.console.links import LinkRoutes
from streams.console.speech import Speech, best_language
from streams.console.style import CSS
from streams.console.view import View
from streams.desks import desk_of
from streams.messages import playbook
from streams.publish import Outgoing, Publisher
from streams.serving import Unread
from streams.settings.schema import Settings
from streams.zones import zone_of

VIA: Final = "console"
MAX_BODY: Final = 16_384
MAX_NOTE: Final = 500
MAX_SNOOZE_MIN: Final = 7 * 1_440
ACTIONS: Final = ("ack", "snooze", "false-alarm", "resolve")
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with forms, and the check of the origin impossible.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "Server": "tocsin",
}
_LOG: Final = logging.getLogger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Console:
    """The handlers. `caught_up` is set by whoever feeds the board, once the past has been read."""

    def __init__(self, settings: Settings, board: Board, publisher: Publisher, clock: Clock) -> None:
        self.caught_up = True
        self._settings = settings
        self._board = board
        self._publisher = publisher
        self._clock = clock
        self._door = Door(settings.console.token, urlsplit(settings.public_url), clock)
        self._titles = {brand.name: brand.title for brand in settings.brands}
        self._zones = {brand.name: zone_of(brand.timezone) for brand in settings.brands}
        found = {brand.name: playbook(settings, brand.playbook) for brand in settings.brands}
        self._playbooks = {brand: each for brand, each in found.items() if each is not None}
        self._desk = desk_of(settings)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self._guard])
        app.router.add_get("/", self._index)
        app.router.add_get("/style.css", self._style)
        app.router.add_get("/healthz", self._healthy)
        app.router.add_get("/login", self._login_form)
        app.router.add_post("/login", self._login)
        app.router.add_post("/logout", self._logout)
        app.router.add_get("/api/incidents", self._api)
        app.router.add_get("/incidents/{id}", self._incident)
        for action in ACTIONS:
            app.router.add_post(f"/incidents/{{id}}/{action}", partial(self._act, action=action))
        app.router.add_get("/silences", self._silences)
        app.router.add_post("/silences", self._silence)
        app.router.add_post("/silences/{id}/end", self._unsilence)
        LinkRoutes(
            self._settings,
            self._clock,
            desk=self._desk,
            publish=self._send,
            view=self._view,
            find=self._board.find,
        ).mount(app)
        return app

    # ── what every request goes through ───────────────────────────────────────────────────────────────────────

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Security headers on every answer, and one sentence for every refusal."""
        try:
            response = await handler(request)
        except Refused as refused:
            response = self._refusal(request, refused)
        except Unread as unread:
            response = self._refusal(request, Refused(unread.status, "invalid", unread.code))
        except web.HTTPException as error:
            missing = error.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
            sentence, reason = ("not-found", "no-such-page") if missing else ("invalid", "malformed")
            response = self._refusal(request, Refused(HTTPStatus(error.status), sentence, reason))
        response.headers.update(HEADERS)
        return response

    def _refusal(self, request: web.Request, refused: Refused) -> web.Response:
        if _wants_json(request):
            return web.json_response({"error": refused.reason}, status=refused.status)
        body = pages.message(self._view(request), refused.sentence)
        return _html(body, refused.status)

    def _view(self, request: web.Request) -> View:
        return View(
            speech=Speech(best_language(request.headers.get("Accept-Language", ""))),
            now=self._clock.now(),
            titles=self._titles,
            zones=self._zones,
            playbooks=self._playbooks,
            session=self._door.session(request),
            can_log_in=self._door.enabled,
            caught_up=self.caught_up,
        )

    def _may_read(self, request: web.Request) -> web.Response | None:
        """None for those who may; else what they get in place of the page."""
        if self._door.may_read(request):
            return None
        if _wants_json(request):
            raise refuse("read", HTTPStatus.UNAUTHORIZED, "refused", "unauthenticated")
        here = local(request.path_qs)
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            # A link in Slack: the cookie, being SameSite=Strict, only comes with a request from our own page.
            return _html(pages.bounce(self._view(request), here))
        return _html(pages.login(self._view(request), here), HTTPStatus.UNAUTHORIZED)

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _index(self, request: web.Request) -> web.Response:
        return self._may_read(request) or _html(pages.index(self._view(request), self._board))

    async def _silences(self, request: web.Request) -> web.Response:
        return self._may_read(request) or _html(pages.silenced(self._view(request), self._board))

    async def _incident(self, request: web.Request) -> web.Response:
        if (instead := self._may_read(request)) is not None:
            return instead
        notice = "done" if "done" in request.query else None
        return _html(pages.incident(self._view(request), self._case(request), notice))

    async def _api(self, request: web.Request) -> web.Response:
        self._may_read(request)
        body = msgspec.json.encode(api.incidents(self._board, self._clock.now(), caught_up=self.caught_up))
        return web.Response(body=body, content_type="application/json")

    async def _style(self, _: web.Request) -> web.Response:
        return web.Response(text=CSS, content_type="text/css")

    async def _healthy(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, "caught_up": self.caught_up})

    def _case(self, request: web.Request) -> Case:
        case = self._board.find(request.match_info["id"])
        if case is None:
            raise Refused(HTTPStatus.NOT_FOUND, "not-found", "no-such-incident")
        return case

    # ── logging in and out ────────────────────────────────────────────────────────────────────────────────────

    async def _login_form(self, request: web.Request) -> web.Response:
        return _html(pages.login(self._view(request), local(request.query.get("back", "/"))))

    async def _login(self, request: web.Request) -> web.Response:
        is_right, form = await self._door.knock(request)
        back, by = local(form.get("back", "/")), person(form.get("by", ""))
        if not is_right:
            return _html(pages.login(self._view(request), back, "wrong-token"), HTTPStatus.UNAUTHORIZED)
        if not by:
            return _html(pages.login(self._view(request), back, "name-missing"), HTTPStatus.BAD_REQUEST)
        return self._door.let_in(_see_other(back), by)

    async def _logout(self, request: web.Request) -> web.Response:
        return await self._door.let_out(request, _see_other("/"))

    # ── acting ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _act(self, request: web.Request, action: str) -> web.Response:
        by, form = await self._door.actor(request, action)
        case = self._case(request)
        assert case.incident is not None
        record = self._record(action, case.id, case.incident.brand, by, form)
        return await self._accept(request, action, record, f"{pages.address(case.id)}?done")

    async def _silence(self, request: web.Request) -> web.Response:
        by, form = await self._door.actor(request, "silence")
        try:
            record = silences.asked(form, list(self._titles), by=by, via=VIA, now=self._clock.now())
        except silences.BadForm as bad:
            raise refuse("silence", HTTPStatus.BAD_REQUEST, "invalid", bad.reason) from bad
        return await self._accept(request, "silence", record, "/silences")

    async def _unsilence(self, request: web.Request) -> web.Response:
        by, _ = await self._door.actor(request, "unsilence")
        silence = self._board.silence(request.match_info["id"], self._clock.now())
        if silence is None:
            raise Refused(HTTPStatus.NOT_FOUND, "not-found", "no-such-silence")
        record = silences.ended(silence, by=by, via=VIA, now=self._clock.now())
        return await self._accept(request, "unsilence", record, "/silences")

    async def _accept(self, request: web.Request, action: str, record: HumanAction, back: str) -> web.Response:
        await self._publish(action, record)
        if _wants_json(request):
            return web.json_response({"id": record.id}, status=HTTPStatus.ACCEPTED)
        return _see_other(back)

    def _record(self, action: str, incident: str, brand: str, by: str, form: Mapping[str, str]) -> HumanAction:
        at = self._clock.now()
        identity = digest(incident, action, by, at.isoformat())
        note = " ".join(form.get("note", "").split())[:MAX_NOTE]
        common = {"id": identity, "brand": brand, "incident": incident, "by": by, "via": VIA, "note": note}
        match action:
            case "ack":
                return Ack(at=at, **common)
            case "false-alarm":
                return FalseAlarm(at=at, **common)
            case "resolve":
                return Resolve(at=at, **common)
        minutes = form.get("minutes", "")
        if not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes[:6]) <= MAX_SNOOZE_MIN):
            raise refuse(action, HTTPStatus.BAD_REQUEST, "invalid", "minutes-invalid")
        return Snooze(at=at, until=at + timedelta(minutes=int(minutes[:6])), **common)

    async def _publish(self, action: str, record: HumanAction) -> None:
        assert isinstance(record, Ack | Snooze | FalseAlarm | Resolve | Silence | Unsilence)
        await self._send(action, Emit(Topic.INCIDENT_EVENTS, self._desk(record.brand), record))

    async def _send(self, action: str, emit: Emit) -> None:
        try:
            await self._publisher.publish([Outgoing(emit)])
        except Exception as error:
            # The edge: whatever the broker's client raises, the person is told, and it is counted.
            metrics.CONSOLE_ACTIONS.labels(action, "failed").inc()
            _LOG.warning("could not publish %s of %s: %s", action, emit.key, type(error).__name__)
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "not-published") from error
        metrics.CONSOLE_ACTIONS.labels(action, "accepted").inc()


def _html(body: bytes, status: int = HTTPStatus.OK) -> web.Response:
    return web.Response(body=body, status=status, content_type="text/html", charset="utf-8")


def _see_other(target: str) -> web.Response:
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": target})


def _wants_json(request: web.Request) -> bool:
    return request.path.startswith("/api/") or "Authorization" in request.headers

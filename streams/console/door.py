"""The console's door: who a request comes from, what they may do, and every refusal in one sentence, counted."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec
from aiohttp import web

from models.clock import Clock
from streams import metrics
from streams.console.access import SESSION_LENGTH, Access, Brake, Session, caller, is_address, person, same
from streams.serving import reading
from streams.settings.kinds import Secret

COOKIE: Final = "tocsin-session"


class Refused(Exception):
    """A request that is not granted: the status, the sentence for people, and the reason for metrics and programs."""

    def __init__(self, status: HTTPStatus, sentence: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.sentence = sentence
        self.reason = reason


def refuse(action: str, status: HTTPStatus, sentence: str, reason: str) -> Refused:
    """A refusal of somebody's attempt, counted."""
    metrics.CONSOLE_ACTIONS.labels(action, f"refused-{reason}").inc()
    return Refused(status, sentence, reason)


class Door:
    """Lets in people with a session and programs with the token. Without a token everybody may read, and nobody act."""

    def __init__(self, token: Secret, public: SplitResult, clock: Clock) -> None:
        self._access = Access(token)
        self._brake = Brake()
        self._public = public
        self._clock = clock

    @property
    def enabled(self) -> bool:
        """Whether one can log in at all."""
        return self._access.enabled

    def session(self, request: web.Request) -> Session | None:
        return self._access.session(request.cookies.get(COOKIE, ""), self._clock.now())

    def may_read(self, request: web.Request) -> bool:
        """False for a stranger, who may log in; raises `Refused` for who tries it by another way."""
        if not self._access.enabled:
            self._check_host(request)
            return True
        if self.session(request) is not None:
            return True
        if "Authorization" in request.headers:
            self._bearer(request, "read")
            return True
        return False

    async def actor(self, request: web.Request, action: str) -> tuple[str, Mapping[str, str]]:
        """Who acts, and what they sent: a program with the token, or a person with a session and its form."""
        if not self._access.enabled:
            raise refuse(action, HTTPStatus.FORBIDDEN, "read-only", "read-only")
        if "Authorization" in request.headers:
            self._bearer(request, action)
            sent = await _sent(request)
            by = person(sent.get("by", ""))
            if not by:
                raise refuse(action, HTTPStatus.BAD_REQUEST, "name-missing", "by-missing")
            return by, sent
        session = self.session(request)
        if session is None:
            raise refuse(action, HTTPStatus.UNAUTHORIZED, "refused", "unauthenticated")
        form = await fields(request)
        self._check_form(request, session, form, action)
        return session.by, form

    async def knock(self, request: web.Request) -> tuple[bool, dict[str, str]]:
        """Whether the token of a login's form is the right one, and the form."""
        self._check_origin(request, "login")
        self._check_brake(request, "login")
        form = await fields(request)
        if self._access.admits(form.get("token", "")):
            return True, form
        self._brake.failed(_caller(request), self._clock.now())
        refuse("login", HTTPStatus.UNAUTHORIZED, "wrong-token", "wrong-token")
        return False, form

    def let_in(self, response: web.Response, by: str) -> web.Response:
        """The answer, with a session for this person."""
        metrics.CONSOLE_ACTIONS.labels("login", "accepted").inc()
        response.set_cookie(
            COOKIE,
            self._access.issue(by, self._clock.now()),
            max_age=int(SESSION_LENGTH.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self._public.scheme == "https",
            path="/",
        )
        return response

    async def let_out(self, request: web.Request, response: web.Response) -> web.Response:
        """The answer, with the session taken away, if its own form asks for that."""
        session = self.session(request)
        if session is not None:
            self._check_form(request, session, await fields(request), "logout")
        response.del_cookie(COOKIE, path="/")
        return response

    def _bearer(self, request: web.Request, action: str) -> None:
        self._check_brake(request, action)
        scheme, _, token = request.headers["Authorization"].partition(" ")
        if scheme.lower() != "bearer" or not self._access.admits(token.strip()):
            self._brake.failed(_caller(request), self._clock.now())
            raise refuse(action, HTTPStatus.UNAUTHORIZED, "wrong-token", "wrong-token")

    def _check_brake(self, request: web.Request, action: str) -> None:
        if self._brake.blocks(_caller(request), self._clock.now()):
            raise refuse(action, HTTPStatus.TOO_MANY_REQUESTS, "throttled", "throttled")

    def _check_form(self, request: web.Request, session: Session, form: Mapping[str, str], action: str) -> None:
        self._check_origin(request, action)
        if not same(form.get("csrf", ""), session.csrf):
            raise refuse(action, HTTPStatus.FORBIDDEN, "refused", "forged")

    def _check_host(self, request: web.Request) -> None:
        """Without a token, a page of somebody else's must not read us under a name that it points to this machine
        (DNS rebinding): only our own names are answered to, and addresses, which cannot be pointed elsewhere."""
        if not is_address(request.host) and request.host != self._public.netloc:
            raise refuse("read", HTTPStatus.FORBIDDEN, "foreign-host", "foreign-host")

    def _check_origin(self, request: web.Request, action: str) -> None:
        """A browser says from which site a form comes; it must be ours."""
        origin = request.headers.get("Origin")
        if origin is not None and _netloc(origin) not in (request.host, self._public.netloc or request.host):
            raise refuse(action, HTTPStatus.FORBIDDEN, "refused", "foreign-origin")


def local(target: str) -> str:
    """A page of ours: nobody is sent elsewhere by a link to the login.

    >>> local("/incidents/1?x"), local("//evil.example"), local("https://evil.example"), local("/\\\\evil.example")
    ('/incidents/1?x', '/', '/', '/')
    """
    plain = target.startswith("/") and not target.startswith("//") and target.isprintable() and "\\" not in target
    return target if plain else "/"


async def fields(request: web.Request) -> dict[str, str]:
    """The text fields of a form; empty for anything else."""
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return {}
    async with reading():
        sent = await request.post()
    return {name: value for name, value in sent.items() if isinstance(value, str)}


async def _sent(request: web.Request) -> dict[str, str]:
    """What a program sent: a JSON object of texts and numbers, or a form."""
    if request.content_type != "application/json":
        return await fields(request)
    async with reading():
        body = await request.read()
    try:
        sent = msgspec.json.decode(body, type=dict[str, str | int])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "invalid", "malformed") from error
    return {name: str(value) for name, value in sent.items()}


def _caller(request: web.Request) -> str:
    return caller(request.remote or "", request.headers.getall("X-Forwarded-For", []))


def _netloc(origin: str) -> str:
    """Host and port of an origin; empty for what is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""

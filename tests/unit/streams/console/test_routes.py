"""The console from the outside: who sees what, who may act, and what is published."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from models.clock import ManualClock
from models.records import Ack, Phase, Snooze, Topic, Why, digest
from streams.console.board import Board
from streams.console.door import COOKIE
from streams.console.routes import Console
from streams.metrics import CONSOLE_ACTIONS
from streams.publish import MemoryPublisher, Outgoing
from streams.settings.kinds import Secret
from streams.settings.schema import BrandSettings, ConsoleSettings, Settings
from tests.unit.streams.console.cases import HOSTILE, NOW, delivery, driver, incident, notification, signal, withheld

TOKEN = "correct horse battery staple"
OPEN = incident(signals=(signal(drivers=(driver(1, HOSTILE, "javascript:alert(1)"), driver(2))),))
PATH = f"/incidents/{OPEN.id}"
CROSS_SITE = {"Sec-Fetch-Site": "cross-site"}


class World:
    """A console with one open and one past incident, its client, and what it published."""

    def __init__(self, token: str = TOKEN, public_url: str = "", timezone: str = "UTC") -> None:
        brand = BrandSettings(name="nuage", query="nuage", label="Nuage & Fils", timezone=timezone)
        console = ConsoleSettings(token=Secret(token))
        self.settings = Settings(brands=(brand,), console=console, public_url=public_url)
        self.board = Board()
        told = notification(OPEN)
        over = notification(incident("past", Phase.RESOLVED), Why.ENDED)
        for record in (told, delivery(told), over, withheld("lonely", Why.BELOW_SEVERITY)):
            self.board.take(record)
        self.publisher = MemoryPublisher()
        self.clock = ManualClock(NOW)
        self.console = Console(self.settings, self.board, self.publisher, self.clock)
        self.client = TestClient(TestServer(self.console.app()))

    async def log_in(self, by: str = "Zoé", token: str = TOKEN, **form: str) -> ClientResponse:
        data = {"by": by, "token": token, **form}
        return await self.client.post("/login", data=data, allow_redirects=False)

    async def csrf(self) -> str:
        page = await (await self.client.get(PATH)).text()
        found = re.search(r'name="csrf" value="([^"]+)"', page)
        assert found is not None
        return found[1]

    @property
    def published(self) -> Sequence[Any]:
        return self.publisher.records(Topic.INCIDENT_EVENTS)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    async with world.client:
        yield world


@pytest.fixture
async def open_world() -> AsyncIterator[World]:
    world = World(token="")
    async with world.client:
        yield world


def counted(action: str, outcome: str) -> float:
    return CONSOLE_ACTIONS.labels(action, outcome)._value.get()


async def test_the_page_shows_incidents_in_the_readers_language(open_world: World) -> None:
    """English by default and French where the browser asks for it, with the brand's own title."""
    english = await (await open_world.client.get("/")).text()
    assert "Nuage &amp; Fils" in english
    assert "negative mentions are surging" in english
    assert '<html lang="en">' in english
    french = await (await open_world.client.get("/", headers={"Accept-Language": "fr-FR,fr;q=0.9"})).text()
    assert "les mentions négatives s’envolent" in french
    assert "Pas assez grave" in french or "pas assez grave" in french
    assert '<html lang="fr">' in french


async def test_the_incident_page_tells_its_story(open_world: World) -> None:
    """Figures, posts, and what was told to whom stand on one page; without a token nobody can act from it."""
    page = await (await open_world.client.get(PATH)).text()
    for expected in ("87 in 15 min", "First alert", "savon", "482,000 followers", "<polyline", "sent", "under way"):
        assert expected in page
    assert "<form" not in page
    assert "set a token" in page


async def test_times_are_the_brands() -> None:
    """A brand in Paris tells the time of Paris; one with a zone that does not exist tells UTC."""
    for zone, told in (("Europe/Paris", "2 Mar 15:15 CET"), ("Mars/Olympus", "2 Mar 14:15 UTC")):
        world = World(token="", timezone=zone)
        async with world.client:
            assert f"Since {told}" in await (await world.client.get("/")).text()


async def test_hostile_text_stays_text(open_world: World) -> None:
    """What a post says is escaped, and an address that is no web page is no link."""
    page = await (await open_world.client.get(PATH)).text()
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "javascript:" not in page
    assert 'href="https://social.example/p/2" rel="noopener noreferrer nofollow"' in page


@pytest.mark.parametrize("path", ["/", PATH, "/login", "/style.css", "/nowhere", "/api/incidents"])
async def test_every_answer_is_armoured(world: World, path: str) -> None:
    """No scripts, no frames, no caching, on pages and errors alike."""
    response = await world.client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


async def test_the_api_says_the_same_as_json(open_world: World) -> None:
    """Programs read snapshots, timelines and what was withheld."""
    told = await (await open_world.client.get("/api/incidents")).json()
    (running,) = told["open"]
    assert running["incident"]["id"] == OPEN.id
    assert running["timeline"][0]["deliveries"][0]["channel"] == "team"
    assert [each["why"] for each in told["withheld"]] == ["below-severity"]
    assert told["caught_up"] is True


async def test_with_a_token_nothing_is_shown_to_strangers(world: World) -> None:
    """Pages give the login, the API an error, and neither an incident; an unknown one is not told from a known one."""
    for path in ("/", PATH, "/incidents/none"):
        response = await world.client.get(path)
        assert response.status == 401
        page = await response.text()
        assert 'name="token"' in page
        assert "Nuage" not in page
    response = await world.client.get("/api/incidents")
    assert response.status == 401
    assert await response.json() == {"error": "unauthenticated"}


async def test_a_link_from_slack_finds_the_session_again(world: World) -> None:
    """The cookie does not come along from another site: the page loads itself again from here, and then it does."""
    response = await world.client.get(PATH, headers=CROSS_SITE)
    assert f'content="0; url={PATH}"' in await response.text()
    assert (await world.client.get(PATH)).status == 401


async def test_logging_in_leads_back(world: World) -> None:
    """The right token gives a cookie that scripts cannot read and other sites cannot send, and the page asked for."""
    response = await world.log_in(back=PATH)
    assert (response.status, response.headers["Location"]) == (303, PATH)
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Zoé" in await (await world.client.get("/")).text()


async def test_behind_https_the_cookie_stays_there() -> None:
    """Where people reach the console by https, the cookie is never sent without."""
    world = World(public_url="https://tocsin.example")
    async with world.client:
        assert "Secure" in (await world.log_in()).headers["Set-Cookie"]


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/\r\nX: y"]
)
async def test_nobody_is_led_elsewhere(world: World, back: str) -> None:
    """A login link cannot send people to another site afterwards."""
    assert (await world.log_in(back=back)).headers["Location"] == "/"


async def test_a_wrong_token_is_refused_counted_and_slowed_down(world: World) -> None:
    """Ten wrong tokens, and even the right one has to wait; after five minutes it is good again."""
    before = counted("login", "refused-wrong-token")
    for _ in range(10):
        response = await world.log_in(token="guess")
        assert response.status == 401
        assert "not right" in await response.text()
    assert counted("login", "refused-wrong-token") == before + 10
    assert (await world.log_in()).status == 429
    world.clock.advance(300)
    assert (await world.log_in()).status == 303


async def test_guessing_through_a_proxy_locks_nobody_else_out(world: World) -> None:
    """Behind a proxy it is the guesser who waits, by the address that the proxy names last, and not everybody."""
    for number in range(10):
        forged = {"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.7"}
        await world.client.post("/login", data={"by": "x", "token": "guess"}, headers=forged)
    guesser, other = ({"X-Forwarded-For": f"192.0.2.1, 198.51.100.{n}"} for n in (7, 8))
    data = {"by": "Zoé", "token": TOKEN}
    assert (await world.client.post("/login", data=data, headers=guesser, allow_redirects=False)).status == 429
    assert (await world.client.post("/login", data=data, headers=other, allow_redirects=False)).status == 303
    assert (await world.log_in()).status == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://["},
        {"Content-Type": "application/x-www-form-urlencoded; charset=none"},
        {"Content-Encoding": "gzip"},
        {"Content-Type": "multipart/form-data"},
    ],
)
async def test_nonsense_is_refused_and_is_no_error_of_ours(world: World, headers: dict[str, str]) -> None:
    """Broken headers and bodies get a refusal of the client's fault, with the headers that every answer has."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
    for path in ("/login", "/ack/token", f"{PATH}/ack"):
        response = await world.client.post(path, data=b"by=x&token=y", headers=form | headers)
        assert 400 <= response.status < 500
        assert response.headers["X-Frame-Options"] == "DENY"


async def test_without_a_token_no_other_name_is_answered_to(open_world: World) -> None:
    """A page that points its own name at this machine reads nothing (DNS rebinding); our own names and numbers do."""
    for host, status in (("evil.example:8421", 403), ("localhost:8421", 200), ("[::1]:8421", 200)):
        for path in ("/", PATH, "/silences", "/api/incidents"):
            answer = await open_world.client.get(path, headers={"Host": host})
            assert answer.status == status
            assert ("public_url" in await answer.text()) == (status == 403 and not path.startswith("/api"))
    public = World(token="", public_url="https://bell.example")
    async with public.client:
        assert (await public.client.get("/", headers={"Host": "bell.example"})).status == 200


async def test_a_name_is_asked_for(world: World) -> None:
    """The others must know who took charge."""
    response = await world.log_in(by=" \u200b ")
    assert response.status == 400
    assert "Say who you are" in await response.text()


async def test_taking_charge_publishes_an_ack(world: World) -> None:
    """The click of a person who has logged in becomes a record of the brand's incident, with name, note and time."""
    await world.log_in()
    before = counted("ack", "accepted")
    data = {"csrf": await world.csrf(), "note": " on  it "}
    response = await world.client.post(f"{PATH}/ack", data=data, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, f"{PATH}?done")
    expected = Ack(
        id=digest(OPEN.id, "ack", "Zoé", NOW.isoformat()),
        brand="nuage",
        incident=OPEN.id,
        by="Zoé",
        via="console",
        at=NOW,
        note="on it",
    )
    assert list(world.published) == [expected]
    assert [out.emit.key for out in world.publisher.outgoing] == ["nuage"]
    assert counted("ack", "accepted") == before + 1
    assert "Noted." in await (await world.client.get(f"{PATH}?done")).text()


@pytest.mark.parametrize("action", ["ack", "snooze", "false-alarm", "resolve"])
async def test_programs_act_with_the_token(world: World, action: str) -> None:
    """A bearer token and a name in JSON are enough; the record's id comes back."""
    response = await world.client.post(
        f"{PATH}/{action}", json={"by": "pager", "minutes": 60}, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert response.status == 202
    (record,) = world.published
    assert (await response.json())["id"] == record.id
    assert type(record).__struct_config__.tag == f"{action}/1"
    if isinstance(record, Snooze):
        assert record.until == NOW + timedelta(hours=1)


@pytest.mark.parametrize("minutes", ["", "0", "-5", "x", "99999999", "²", "10081"])
async def test_a_snooze_has_a_sensible_length(world: World, minutes: str) -> None:
    """From a minute to a week: anything else is refused, and nothing is published."""
    response = await world.client.post(
        f"{PATH}/snooze", json={"by": "pager", "minutes": minutes}, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert response.status == 400
    assert list(world.published) == []


async def test_forged_forms_are_refused(world: World) -> None:
    """Without the form's own secret, with another's, or from a foreign page: refused, counted, not published."""
    await world.log_in()
    csrf = await world.csrf()
    before = counted("ack", "refused-forged"), counted("ack", "refused-foreign-origin")
    assert (await world.client.post(f"{PATH}/ack", data={})).status == 403
    assert (await world.client.post(f"{PATH}/ack", data={"csrf": csrf[:-1] + "x"})).status == 403
    for origin in ("https://evil.example", "null"):
        response = await world.client.post(f"{PATH}/ack", data={"csrf": csrf}, headers={"Origin": origin})
        assert response.status == 403
    assert list(world.published) == []
    assert (counted("ack", "refused-forged"), counted("ack", "refused-foreign-origin")) == (
        before[0] + 2,
        before[1] + 2,
    )


async def test_strangers_cannot_act(world: World) -> None:
    """No cookie, a made-up cookie, or a wrong bearer token: refused."""
    assert (await world.client.post(f"{PATH}/ack")).status == 401
    forged = {"Cookie": f"{COOKIE}=W10.W10"}
    assert (await world.client.post(f"{PATH}/ack", headers=forged)).status == 401
    for header in ("Bearer wrong", "Basic abc", "Bearer", ""):
        response = await world.client.post(f"{PATH}/ack", json={"by": "x"}, headers={"Authorization": header})
        assert response.status == 401
    assert list(world.published) == []


async def test_without_a_token_the_console_is_read_only(open_world: World) -> None:
    """Nobody can act or log in where no token is set, whatever they send."""
    for headers in ({}, {"Authorization": "Bearer "}):
        assert (await open_world.client.post(f"{PATH}/ack", json={"by": "x"}, headers=headers)).status == 403
    assert (await open_world.log_in(token="")).status == 401
    assert list(open_world.published) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b'{"by": ["x"]}', "application/json"),
        (b"[" * 10_000, "application/json"),
        (b"\xff", "application/json"),
        (b"x" * 20_000, "application/json"),
        (b"--x", "multipart/form-data; boundary=x"),
        (b"by=x", "text/plain"),
    ],
)
async def test_senseless_bodies_are_refused(world: World, body: bytes, kind: str) -> None:
    """Malformed, nested, huge or foreign bodies get an answer in the four hundreds."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
    response = await world.client.post(f"{PATH}/ack", data=body, headers=headers)
    assert 400 <= response.status < 500
    assert list(world.published) == []


async def test_an_unknown_incident_is_not_found(world: World) -> None:
    """Neither its page nor its actions exist; nor do other actions, or the page of a mere decision to stay silent."""
    await world.log_in()
    csrf = await world.csrf()
    for path in ("/incidents/none", "/incidents/lonely", "/x"):
        assert (await world.client.get(path)).status == 404
    assert (await world.client.post("/incidents/none/ack", data={"csrf": csrf})).status == 404
    assert (await world.client.post(f"{PATH}/delete", data={"csrf": csrf})).status == 404


class DeafPublisher:
    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        raise ConnectionError("no broker")


async def test_what_cannot_be_written_is_said() -> None:
    """With the broker away, the person is told that nothing happened, and it is counted."""
    world = World()
    world.console._publisher = DeafPublisher()
    before = counted("resolve", "failed")
    async with world.client:
        await world.log_in()
        response = await world.client.post(f"{PATH}/resolve", data={"csrf": await world.csrf()})
        assert response.status == 503
        assert "Nothing was changed" in await response.text()
    assert counted("resolve", "failed") == before + 1


async def test_logging_out_ends_the_visit(world: World) -> None:
    """After the button, the pages are closed again; a forged logout changes nothing."""
    await world.log_in()
    csrf = await world.csrf()
    assert (await world.client.post("/logout", data={"csrf": "x"}, allow_redirects=False)).status == 403
    assert (await world.client.post("/logout", data={"csrf": csrf}, allow_redirects=False)).status == 303
    assert (await world.client.get("/")).status == 401


async def test_the_page_says_while_it_still_reads_the_past(open_world: World) -> None:
    """Until everything has been read, a missing incident proves nothing."""
    open_world.console.caught_up = False
    assert "Still reading the past" in await (await open_world.client.get("/")).text()
    assert (await (await open_world.client.get("/healthz")).json())["caught_up"] is False

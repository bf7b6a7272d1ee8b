"""Links from mails: asked before anything is done, signed, for one purpose, and old after a week."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from alerts.links import GOOD_FOR, Links, MailLinks
from models.clock import ManualClock
from models.records import Ack, Mute, Notification, Phase, Topic, Why
from streams.console.board import Board
from streams.console.routes import HEADERS, Console
from streams.publish import MemoryPublisher
from streams.settings.kinds import Secret
from streams.settings.people import PersonSettings
from streams.settings.schema import BrandSettings, ConsoleSettings, Settings
from tests.unit.streams.console.cases import HOSTILE, NOW, incident, notification

SECRET = "a link secret of good length"
FRENCH = {"Accept-Language": "fr"}
TOLD = notification(incident())


class World:
    """A console that nobody has logged into, and what it published."""

    def __init__(self, secret: str = SECRET) -> None:
        settings = Settings(
            brands=(BrandSettings(name="nuage", query="nuage", label="Nuage & Fils", sector="telecom"),),
            people={"lea": PersonSettings(label="Léa Martin")},
            console=ConsoleSettings(token=Secret("a token"), link_secret=Secret(secret)),
            public_url="https://bell.example",
        )
        self.clock = ManualClock(NOW)
        self.publisher = MemoryPublisher()
        self.board = Board()
        self.client = TestClient(TestServer(Console(settings, self.board, self.publisher, self.clock).app()))

    def links(self, recipient: str, of: Notification = TOLD) -> MailLinks:
        links = Links(SECRET, "https://bell.example").of(of, recipient)
        assert links is not None
        return links


def path(url: str) -> str:
    return url.removeprefix("https://bell.example")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    async with world.client:
        yield world


async def test_looking_at_a_link_does_nothing(world: World) -> None:
    """Mail scanners follow links: GET and HEAD only ask, in the reader's language, with the console's headers."""
    links = world.links("person:lea")
    for url, words in ((links.mute, "Ne plus rien recevoir"), (links.ack, "Prendre en charge")):
        page = await world.client.get(path(url), headers=FRENCH)
        assert page.status == 200
        text = await page.text()
        assert words in text
        assert "Nuage &amp; Fils" in text
        assert page.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
        assert (await world.client.head(path(url))).status == 200
    assert world.publisher.outgoing == []


async def test_one_click_mutes_for_the_recipient(world: World) -> None:
    """What a mail program posts (RFC 8058), twice even, is one Mute on `calls`, in the hands of the recipient's key."""
    for _ in range(2):
        answer = await world.client.post(
            path(world.links("person:lea").mute), data={"List-Unsubscribe": "One-Click"}, allow_redirects=False
        )
        assert answer.status == 200
        assert "you will hear no more" in (await answer.text()).lower()
    (first, second) = world.publisher.outgoing
    assert (first.emit.topic, first.emit.key) == (Topic.CALLS, "person:lea")
    mute = first.emit.record
    assert isinstance(mute, Mute)
    assert (mute.recipient, mute.incident, mute.via) == ("person:lea", TOLD.incident.id, "mail")
    assert mute.until == TOLD.at + GOOD_FOR
    assert isinstance(second.emit.record, Mute)
    assert second.emit.record.id == mute.id


async def test_the_mail_takes_charge_in_the_person_s_name(world: World) -> None:
    """POST publishes an Ack at the brand's desk, by the person whom the link was for."""
    answer = await world.client.post(path(world.links("person:lea").ack))
    assert answer.status == 200
    (out,) = world.publisher.outgoing
    assert (out.emit.topic, out.emit.key) == (Topic.INCIDENT_EVENTS, "sector:telecom")
    ack = out.emit.record
    assert isinstance(ack, Ack)
    assert (ack.by, ack.via, ack.incident) == ("Léa Martin", "mail", TOLD.incident.id)


async def test_a_shared_mailbox_is_asked_who_it_is(world: World) -> None:
    """A channel's mail has many readers: whoever takes charge says their name, and no name is no charge."""
    link = path(world.links("channel:care").ack)
    assert 'name="by"' in await (await world.client.get(link)).text()
    assert (await world.client.post(link)).status == 400
    assert world.publisher.outgoing == []
    assert (await world.client.post(link, data={"by": "Tom <b>"})).status == 200
    assert [o.emit.record.by for o in world.publisher.outgoing if isinstance(o.emit.record, Ack)] == ["Tom <b>"]


async def test_forged_foreign_and_old_links_are_refused(world: World) -> None:
    """Changed, made for the other purpose, signed with another key, a week old: 403, and nothing happens."""
    links = world.links("person:lea")
    token = links.mute.rpartition("/")[2]
    other = Links("another secret altogether", "https://bell.example").of(TOLD, "person:lea")
    assert other is not None
    wrong = [path(other.mute), f"/ack/{token}", f"/mute/{token[:-2]}", f"/mute/x{token}", "/mute/a.b", "/mute/%00.é"]
    for link in wrong:
        assert (await world.client.get(link)).status == 403
        assert (await world.client.post(link)).status == 403
    world.clock.advance((GOOD_FOR + timedelta(seconds=1)).total_seconds())
    assert (await world.client.post(path(links.mute))).status == 403
    assert world.publisher.outgoing == []


async def test_without_a_secret_no_link_is_believed() -> None:
    """An empty secret signs nothing: links that were made with it do not work."""
    world = World(secret="")
    async with world.client:
        forged = Links("", "https://bell.example")
        assert forged.of(TOLD, "person:lea") is None
        token = forged._url  # what an attacker could compute, knowing that the secret is empty
        from alerts.links import Purpose

        assert (await world.client.post(path(token(Purpose.ACK, TOLD, "person:lea")))).status == 403
    assert world.publisher.outgoing == []


async def test_a_hostile_brand_is_only_text(world: World) -> None:
    """What a claim holds is escaped like anything else."""
    hostile = notification(msgspec.structs.replace(incident(), brand=HOSTILE))
    page = await (await world.client.get(path(world.links("person:lea", hostile).ack))).text()
    assert "<script" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phase": Phase.RESOLVED}, "This incident is over: nobody has to take charge of it."),
        (
            {"phase": Phase.ACKNOWLEDGED, "acknowledged_by": "Tom <Weber>", "acknowledged_at": NOW},
            "Tom &lt;Weber&gt; has already taken charge, at 2 Mar 14:45 UTC.",
        ),
    ],
)
async def test_who_comes_too_late_is_told_how_it_stands(world: World, changes: dict[str, Any], said: str) -> None:
    """Nobody gets up for a charge that is another's; the click is published, since a console may lag behind."""
    world.board.take(notification(incident(revision=2, **changes), Why.ACKNOWLEDGED))
    ack = path(world.links("person:lea").ack)
    page = await (await world.client.get(ack)).text()
    assert said in page
    assert "<form" not in page
    done = await (await world.client.post(ack)).text()
    assert said in done
    assert "you have taken charge" not in done
    assert len(world.publisher.records(Topic.INCIDENT_EVENTS)) == 1


async def test_a_second_click_of_whoever_is_in_charge_is_no_surprise(world: World) -> None:
    """It says again that they are."""
    own = incident(phase=Phase.ACKNOWLEDGED, revision=2, acknowledged_by="Léa Martin", acknowledged_at=NOW)
    world.board.take(notification(own, Why.ACKNOWLEDGED))
    done = await (await world.client.post(path(world.links("person:lea").ack))).text()
    assert "Noted: you have taken charge." in done

"""One story on several posts: one incident, and one reach."""

from datetime import timedelta

import msgspec
import pytest

from models.records import Mention, Notification, Share
from models.stories import Told
from tests.scenarios.world import START, World, mention, share

TEXT = "The battery of the Acme scooter caught fire in the hall of our building last night"
OTHER = "They have known about it for a year, and did nothing at all, as the papers of the court show"
LINK = "https://paper.example/2026/acme-scooter-fire"


def told(post_id: str, text: str, *, link: str = "", network: str = "chirp", minute: int = 0) -> Mention:
    """A post as it is understood: its story is that of its text, or of its link."""
    at = START + timedelta(minutes=minute)
    plain = mention(post_id, at=at)
    post = msgspec.structs.replace(plain.post, text=f"{text} {link}".strip(), network=network)
    return msgspec.structs.replace(plain, post=post, story=Told(post).story)


def spread(root: str, minute: int) -> list[Share]:
    """80 reshares within five minutes."""
    at = START + timedelta(minutes=minute)
    return [
        share(n, at + timedelta(seconds=4 * n), root=root, author=f"{root}-{n}", followers=1_000) for n in range(80)
    ]


async def both(one: Mention, other: Mention) -> list[Notification]:
    """Two posts that go viral, one half an hour after the other, to their end; returns what was told."""
    world = World()
    for root, minute in ((one, 0), (other, 30)):
        await world.feed(root, *spread(root.post.id, minute))
        await world.advance(minutes=30)
    await world.advance(minutes=180)
    assert {s.evidence.drivers[0].post_id for s in world.signals()} == {"one", "other"}
    return world.told()


PAIRS = {
    "the same link under two texts": (told("one", TEXT, link=LINK), told("other", OTHER, link=LINK, minute=30)),
    "the same text on two networks": (told("one", TEXT), told("other", TEXT, network="forum", minute=30)),
    "the same text with and without its link": (told("one", TEXT, link=LINK), told("other", TEXT, minute=30)),
}


@pytest.mark.parametrize("pair", list(PAIRS))
async def test_one_story_is_one_incident_with_one_reach(pair: str) -> None:
    """The same link under two texts, or one text on two networks: one incident, and what both reached together."""
    notifications = await both(*PAIRS[pair])
    assert len({n.incident.id for n in notifications}) == 1
    last = notifications[-1].incident.signals[-1]
    assert last.evidence.drivers[0].post_id == "other"
    assert last.evidence.reach == 2 * 81_000


async def test_two_stories_are_two_incidents() -> None:
    """Two hostile posts that share neither text nor link are told apart, each with its own reach."""
    notifications = await both(told("one", TEXT), told("other", OTHER, minute=30))
    assert len({n.incident.id for n in notifications}) == 2
    assert {s.evidence.reach for n in notifications[-2:] for s in n.incident.signals} == {81_000}

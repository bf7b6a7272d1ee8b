"""A brigade that shares post after post within seconds: told in the alert, and discounted; never filtered."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.severity import points
from models.coordination import FLAGGED
from models.records import Mention, Share, Signal
from streams.engines.local import Crash
from tests.scenarios.world import START, World, mention, share

POSTS = 8
EVERY_H = 2


def day(*, brigade: bool) -> Iterator[tuple[Mention, list[Share]]]:
    """Eight posts; people share the last one 30 times, and twelve accounts share each, together or at odd times."""
    for n in range(POSTS):
        root, start = f"post-{n}", START + timedelta(hours=EVERY_H * n)
        crowd = 30 if n == POSTS - 1 else 6
        people = [share(k, start + timedelta(seconds=90 + 47 * k), root=root, author=f"{n}/{k}") for k in range(crowd)]
        apart = 0.5 if brigade else 97
        bots = [
            share(
                100 + k,
                start + timedelta(seconds=60 + apart * ((k * (n + 1)) % 12 + k / 12)),
                root=root,
                author=f"bot-{k}",
            )
            for k in range(12)
        ]
        yield mention(root, at=start), sorted([*people, *bots], key=lambda each: each.seen_at)


async def live(*, brigade: bool, crash: Crash | None = None, crash_at: int = -1, split: int = 100) -> World:
    """Lets the posts happen, in batches of at most `split`; a crash may come within any post."""
    world = World(viral_shares=40, notify_from="P4")
    for n, (root, shares) in enumerate(day(brigade=brigade)):
        await world.feed(root)
        for at in range(0, len(shares), split):
            await world.feed(*shares[at : at + split])
        if crash is not None and n == crash_at:
            await world.feed(crash)
        await world.advance(minutes=60 * EVERY_H)
    return world


def told(world: World) -> list[Signal]:
    return [s for n in world.told() for s in n.incident.signals]


async def test_a_brigade_is_told_and_weighs_less() -> None:
    """Twelve accounts on eight posts: the alert still comes, says so with figures, and is less severe than people's."""
    people, bots = told(await live(brigade=False)), told(await live(brigade=True))
    assert people
    assert bots
    found, none = bots[0].evidence.coordination, people[0].evidence.coordination
    assert found is not None
    assert none is not None
    assert dict(found.reasons)["moved-together"] == f"12/{bots[0].observed:.0f}/{POSTS}"
    assert found.score >= FLAGGED
    assert "moved-together" not in dict(none.reasons)
    assert points(bots[0]).discount < points(people[0]).discount


async def test_what_a_cascade_tells_its_desk_is_little() -> None:
    """One record or two a post, of the shares that were made together and no others."""
    world = await live(brigade=True)
    records = world.together()
    assert POSTS <= len(records) <= 3 * POSTS
    assert all(record.brand == "acme" for record in records)
    assert len({record.id for record in records}) == len(records)
    assert all(len(record.made) <= 20 for record in records)


@pytest.mark.parametrize("crash", list(Crash))
async def test_a_crash_and_small_batches_change_nothing(crash: Crash) -> None:
    """Whichever post an agent dies in, and however the shares come in, the same is told."""
    calm = told(await live(brigade=True))
    for crash_at in (0, POSTS // 2, POSTS - 1):
        assert calm
        assert told(await live(brigade=True, crash=crash, crash_at=crash_at, split=5)) == calm

"""The root of a cascade: what is kept of a post that is found more than once, and of its public counter."""

from datetime import datetime, timedelta

import pytest

from models.records import Counters
from models.virality.cascade import OLD_S, Cascade, Root, root, sighted
from tests.scenarios.world import START, mention, share


def found(minutes: int, shares: int | None = None, counted: int | None = None) -> Root:
    at = None if counted is None else START + timedelta(minutes=counted)
    return root(mention(seen_at=START + timedelta(minutes=minutes), counters=Counters(shares=shares, at=at)))


def test_a_count_needs_its_time() -> None:
    """Neither a number without a time nor a time without a number is a count."""
    assert found(0, 31).count_at(START.timestamp() + 1e6) is None
    assert found(0, None, 0).count_at(START.timestamp() + 1e6) is None
    assert found(0, 0, 0).count_at(START.timestamp()) == (0, START.timestamp())


def test_a_count_is_known_from_its_time_on() -> None:
    """Before it was taken nobody knows it; three days after the post it is taken too late."""
    one = found(0, 31, 10)
    assert one.count_at(START.timestamp() + 599) is None
    assert one.count_at(START.timestamp() + 600) == (31, START.timestamp() + 600)
    assert found(0, 31, int(OLD_S // 60)).counted_at is not None
    assert found(0, 31, int(OLD_S // 60) + 1).counted_at is None


@pytest.mark.parametrize(
    ("first", "second", "seen", "shares", "counted"),
    [
        (found(0, 5, 0), found(10, 9, 10), 10, 9, 10),
        (found(0, 5, 0), found(10), 10, 5, 0),
        (found(0, 5, 20), found(10, 3, 10), 10, 5, 20),
        (found(0, 5), found(10, 9), 10, 0, None),
    ],
)
def test_what_is_found_again_is_the_newer_sighting_with_the_newer_count(
    first: Root, second: Root, seen: int, shares: int, counted: int | None
) -> None:
    """Whichever comes first."""
    known = sighted(first, second)
    assert known == sighted(sighted(None, second), first)
    assert known.seen_at == START + timedelta(minutes=seen)
    at: datetime | None = None if counted is None else START + timedelta(minutes=counted)
    assert (known.shares, known.counted_at) == (shares, at)


def test_shares_that_were_seen_are_not_counted_twice() -> None:
    """Of a public count only those are news that had not come as shares when it was taken."""
    cascade = Cascade()
    cascade.take([mention(counters=Counters(shares=45, at=START + timedelta(minutes=5)))])
    for n in range(40):
        cascade.take([share(n, START + timedelta(seconds=n))])
    for n in range(15):
        cascade.take([share(100 + n, START + timedelta(minutes=8))])
    counts = []
    for minute in (1, 5, 8):
        now_s = (START + timedelta(minutes=minute)).timestamp()
        cascade.settle(now_s)
        counts.append(cascade.counted(now_s))
    assert counts == [(40, 0), (45, 5), (60, 5)]

"""The root of a cascade: what is kept of a post that is found more than once, and of its public counter."""

from datetime import datetime, timedelta

import msgspec
import pytest

from models.coordination import judge
from models.phrases import phrases
from models.records import Author, Counters, Share, ShareKind
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


def fed(shares: list[Share]) -> Cascade:
    cascade = Cascade()
    cascade.take([mention(), *shares])
    cascade.settle((START + timedelta(days=1)).timestamp())
    return cascade


def test_an_account_brings_a_post_to_its_followers_once() -> None:
    """Whoever shares it five times adds their followers to the reach once, and stands among the amplifiers once."""
    at = START + timedelta(seconds=30)
    again = [share(n, at, author="lea", handle="lea", followers=9_000 + n) for n in range(5)]
    cascade = fed([*again, share(9, at, followers=50)])
    assert cascade.reach == 9_050
    assert [handle for _, handle in cascade.amplifiers] == ["lea", "fan_j"]


def test_who_passed_it_on_is_named() -> None:
    """Reshares of a reshare are counted for who made that one; a quote of a quote for who made the first quote."""
    at = START + timedelta(seconds=30)
    bridge = share(1, at, handle="bridge")
    more = [msgspec.structs.replace(share(n, at), parent_id=bridge.id) for n in range(2, 14)]
    cascade = fed([msgspec.structs.replace(bridge, parent_id="root"), *more])
    assert cascade.branches.top(1) == [("bridge", 12)]


def test_copied_quotes_are_counted() -> None:
    """Quotes and replies by many accounts that say the same are a sign; reshares say nothing."""
    words = phrases("they have known for years that this product is dangerous and said nothing")
    at = START + timedelta(seconds=30)
    copies = [msgspec.structs.replace(share(n, at, kind=ShareKind.REPLY), phrases=words) for n in range(20)]
    found = judge(fed(copies).signs)
    assert found is not None
    assert found.reasons[0] == ("copied-texts", "19/20")
    assert judge(fed([share(n, at) for n in range(9)]).signs) is None


def test_a_cascade_with_texts_and_parents_stays_small() -> None:
    """5,000 hostile quotes, each of another with ever new phrases: below 4,000 bytes once they are counted."""
    shares = [
        Share(
            id=f"q{n}",
            root_id="root",
            parent_id=f"q{n // 2}" if n else "root",
            author=Author(id=f"u{n}", handle="\U0001f4a5" * 500 + str(n), followers=10**25),
            created_at=START + timedelta(seconds=n),
            seen_at=START + timedelta(seconds=n),
            kind=ShareKind.QUOTE,
            phrases=tuple(range(n * 9, n * 9 + 9)),
        )
        for n in range(5_000)
    ]
    cascade = fed(shares)
    assert cascade.history.total() == 5_000
    assert len(msgspec.msgpack.encode(cascade)) < 4_000

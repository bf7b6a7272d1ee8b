"""Accounts that move together: found across posts, told from crowds, in bounded memory and whatever the order."""

import random
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from models.brigade import KEPT, Brigade
from models.records import SharedTogether
from tests.scenarios.world import START

START_S = int(START.timestamp())


def huddle(post: int, made: Sequence[tuple[int, int]], *, chance: float = 0.01, minutes: int = 0) -> SharedTogether:
    """Shares of one post, as (seconds after it, account); a post an hour."""
    posted_s = START_S + 3_600 * post
    at = START + timedelta(hours=post, minutes=minutes)
    return SharedTogether(
        id=f"{post}/{minutes}",
        brand="acme",
        post_id=f"post-{post}",
        at=at,
        shares=40,
        chance=chance,
        made=tuple((posted_s + second, account) for second, account in made),
    )


def heard(records: Sequence[SharedTogether], now_s: float = 2.0 * START_S) -> Brigade:
    brigade = Brigade("acme")
    for record in records:
        brigade = brigade.hear(record, now_s)
    return brigade


def marched(posts: int, *, chance: float = 0.01) -> list[SharedTogether]:
    """Nine accounts share each post within nine seconds, and two strangers with them."""
    return [
        huddle(post, [*((n, n) for n in range(9)), (4, 100 + post), (5, 200 + post)], chance=chance)
        for post in range(posts)
    ]


def test_accounts_that_meet_again_and_again_are_found() -> None:
    """Nine accounts on fourteen posts are told with both numbers; the strangers beside them are not among them."""
    sign = heard(marched(14)).sign("post-13", START + timedelta(hours=13), 40)
    assert (sign.code, sign.figures) == ("moved-together", "9/40/14")
    assert 0.0 < sign.doubt <= 0.9


def test_two_posts_prove_nothing() -> None:
    """Who has met twice may meet a third time before anything is said."""
    assert heard(marched(2)).sign("post-1", START + timedelta(hours=1), 11).doubt == 0.0
    assert heard(marched(3)).sign("post-2", START + timedelta(hours=2), 11).part == 9


def test_a_crowd_that_shares_at_once_meets_by_chance() -> None:
    """The same meetings, on posts so fast that one pair in three must meet, say nothing on four posts."""
    assert heard(marched(4, chance=0.33)).sign("post-3", START + timedelta(hours=3), 40).part == 0
    assert heard(marched(9, chance=0.33)).sign("post-8", START + timedelta(hours=8), 40).part == 9


def test_who_shares_a_post_but_at_other_times_does_not_move_together() -> None:
    """Accounts that all share every post, minutes apart, are fans."""
    apart = [huddle(post, [(60 * n, n) for n in range(9)]) for post in range(10)]
    assert heard(apart).sign("post-9", START + timedelta(hours=9), 40).part == 0


def test_an_alert_knows_nothing_that_came_after_it() -> None:
    """What is said at the sixth post is the same, whatever has been heard of later ones."""
    at = START + timedelta(hours=5)
    future = [huddle(post, [(n, n + 9 * (post % 2)) for n in range(9)]) for post in range(6, 30)]
    early, late = heard(marched(6)), heard([*future, *marched(6)], START_S)
    assert late != early
    assert late.sign("post-5", at, 40) == early.sign("post-5", at, 40)


records = st.lists(
    st.builds(
        huddle,
        st.integers(0, 5),
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6)), min_size=2, max_size=12),
        chance=st.sampled_from([0.001, 0.01]),
        minutes=st.integers(0, 59),
    ),
    max_size=25,
)


@settings(max_examples=80)
@given(records, st.randoms(use_true_random=False), st.integers(0, 360))
def test_neither_order_nor_repeats_nor_a_restart_matter(
    given_records: list[SharedTogether], chance: random.Random, now_min: int
) -> None:
    """Any order, with repeats, read back from bytes each time, and whatever the log's time is: the same memory."""
    now_s = START_S + 60.0 * now_min
    shuffled = [*given_records, *given_records[::2]]
    chance.shuffle(shuffled)
    other = Brigade("acme")
    for record in shuffled:
        other = msgspec.msgpack.decode(msgspec.msgpack.encode(other.hear(record, now_s)), type=Brigade)
    brigade = heard(given_records, now_s)
    assert other == brigade
    at = START + timedelta(minutes=now_min)
    for post in range(6):
        sign = brigade.sign(f"post-{post}", at, 40)
        assert heard(given_records).sign(f"post-{post}", at, 40) == sign, "time that has passed changes nothing of then"


def test_memory_is_bounded_and_the_last_are_kept() -> None:
    """Of 2,000 posts with 64 hurried shares each at most 24 KB are kept, half of it of times to come."""
    brigade = Brigade("acme")
    for post in range(2_000):
        made = [(n // 8, (post * 64 + n) & 0xFFFFFFFF) for n in range(64)]
        brigade = brigade.hear(huddle(post, made), START_S + 3_600.0 * 1_000)
    assert len(msgspec.msgpack.encode(brigade)) <= 2 * KEPT
    assert brigade.last_s == START_S + 3_600.0 * 1_999

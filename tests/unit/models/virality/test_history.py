"""The bounded history: it loses detail, never shares, and does not care for order."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.virality.history import BINS, LATEST, History

ROOT_S = 1_750_000_000.0
shares = st.lists(st.tuples(st.integers(-100, 3_800_000), st.none() | st.integers(0, 10**10)), min_size=1, max_size=80)


def built(given_shares: list[tuple[int, int | None]]) -> History:
    history = History(origin_s=ROOT_S)
    for age, followers in given_shares:
        history.add(ROOT_S + age, followers)
    return history


@given(shares, st.randoms())
def test_order_does_not_matter_and_nothing_is_lost(given_shares: list[tuple[int, int | None]], chance: object) -> None:
    """Any order gives the same summary, with every share in one bin, the one of its age."""
    shuffled = list(given_shares)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    history = built(given_shares)
    assert history == built(shuffled)
    assert history.total() == len(given_shares)
    assert len(history.counts) <= BINS
    assert history.latest == sorted(max(age, 0) for age, _ in given_shares)[-LATEST:]
    for start, end, count in history.series():
        inside = sum(start - 1e-3 <= ROOT_S + max(age, 0) <= end + 1e-3 for age, _ in given_shares)
        assert count <= inside


@given(shares)
def test_it_survives_encoding(given_shares: list[tuple[int, int | None]]) -> None:
    """What is decoded is what was encoded."""
    history = built(given_shares)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(history), type=History) == history


def test_a_million_shares_cost_no_more_than_the_bins() -> None:
    """A summary of a million shares over a month, all followers known, stays below 600 bytes."""
    history = History(origin_s=ROOT_S)
    for n in range(20_000):
        history.add(ROOT_S + n * 130.0, n)
    history.counts = [count * 50 for count in history.counts]
    assert history.total() == 1_000_000
    assert len(msgspec.msgpack.encode(history)) < 600


def test_the_future_is_not_counted() -> None:
    """Shares of a bin that begins later are left out."""
    history = built([(0, None), (10, None), (100, None), (200, None)])
    assert history.total(until_s=ROOT_S + 50) == 2
    assert history.total() == 4


def test_a_straddling_bin_counts_in_proportion() -> None:
    """`since` is exact outside the bin that holds the time, and between its ends inside."""
    history = built([(0, None), (600, None), (600, None)])
    assert history.since(ROOT_S + 700) == 0
    assert history.since(ROOT_S + 300) == 2
    assert 0 < history.since(ROOT_S + 600) < 2


def test_shares_that_came_before_their_root_was_known_are_moved() -> None:
    """Ages count from the root as soon as its time is known, and no share is lost."""
    history = History()
    for at in (600.0, 700.0, 4_000.0):
        history.add(at)
    history.rebase(0.0)
    assert history.origin_s == 0.0
    assert history.total() == 3
    assert history.first_s == 600
    assert history.since(3_000.0) == pytest.approx(1)

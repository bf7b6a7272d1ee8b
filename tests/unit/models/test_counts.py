"""The small accumulators: right within their bounds, and never beyond them."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from models.counts import BinCounts, key32, top

KEEP = 20
ADDS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9)), max_size=60)


@given(ADDS)
def test_a_window_holds_what_was_added_to_it(adds: list[tuple[int, int]]) -> None:
    """Whatever the order, the last bins hold what was added to them, and no more bins are kept than asked."""
    counts, plain, newest = BinCounts(), dict[int, int](), 0
    for index, count in adds:
        newest = max(newest, index)
        taken = counts.add(index, count, keep=KEEP)
        assert taken or index <= newest - KEEP
        if taken:
            plain[index] = plain.get(index, 0) + count
    assert len(counts.bins) <= KEEP
    for first in range(newest - KEEP + 1, newest + 1):
        assert counts.total(first, newest) == sum(plain.get(i, 0) for i in range(first, newest + 1))
        assert counts.at(first) == plain.get(first, 0)


@given(ADDS)
def test_counts_survive_encoding_as_they_are(adds: list[tuple[int, int]]) -> None:
    """Whole numbers come back whole, so that a state does not grow by being stored."""
    counts = BinCounts()
    for index, count in adds:
        counts.add(index, count, keep=KEEP)
    raw = msgspec.msgpack.encode(counts)
    assert msgspec.msgpack.encode(msgspec.msgpack.decode(raw, type=BinCounts)) == raw


def test_a_silence_longer_than_the_memory_leaves_zeros() -> None:
    """After a gap beyond what is kept, only the new count is there."""
    counts = BinCounts()
    counts.add(10, 5, keep=KEEP)
    assert counts.add(10_000, 2, keep=KEEP)
    assert counts.total(0, 20_000) == 2
    assert not counts.add(10, 1, keep=KEEP)


def test_forgetting_empties_a_quiet_series() -> None:
    """What lies before the horizon is dropped, and counting goes on."""
    counts = BinCounts()
    counts.add(10, 5, keep=KEEP)
    counts.forget(11)
    assert counts.bins == []
    assert counts.add(12, 1, keep=KEEP)
    assert counts.total(0, 20) == 1


def test_hashes_take_hostile_text() -> None:
    """A lone surrogate has a hash too, and ties are ordered by name."""
    assert 0 <= key32("\ud800") < 2**32
    assert top({"z": 1, "a": 1}, 1) == (("a", 1),)

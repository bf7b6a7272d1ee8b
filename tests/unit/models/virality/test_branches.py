"""Branches: through whom a post was passed on is named; the memory for it is bounded."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from models.virality.branches import BRANCHES, SPARED, Branches


def test_who_brought_the_most_is_named() -> None:
    """One of two hundred resharers is followed by thirty: she is the bridge, also for what came through her friends."""
    branches = Branches()
    for n in range(1, 201):
        parent = 50 if 55 < n <= 75 else 56 if 75 < n <= 85 else 0
        branches.add(n, parent, f"account{n}")
    assert branches.top(1) == [("account50", 30)]
    assert ("account56", 10) in branches.top(3)
    assert branches.top(3, at_least=20) == [("account50", 30)]


def test_a_repeat_counts_once_and_strangers_harm_nobody() -> None:
    """The same reshare twice, one from itself, and one from a reshare that nobody saw."""
    branches = Branches()
    for key, parent in ((1, 0), (2, 1), (2, 1), (3, 3), (4, 99)):
        branches.add(key, parent, f"a{key}")
    assert branches.top(5) == [("a1", 1)]


def test_where_nobody_brings_anything_little_is_kept() -> None:
    """A network that only knows the root costs eight entries."""
    branches = Branches()
    for n in range(1, 100):
        branches.add(n, 0, "x")
    assert len(branches.handles) == SPARED
    assert branches.top(3) == []


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=300))
def test_memory_is_bounded_whatever_the_tree(edges: list[tuple[int, int]]) -> None:
    """Any tree, loops included, keeps at most 24 candidates, survives encoding, and counts at most what came."""
    branches = Branches()
    for key, parent in edges:
        branches.add(key, parent, str(key))
    assert len(branches.handles) <= BRANCHES
    assert all(brought <= len(edges) for brought in branches.brought)
    assert msgpack.decode(msgpack.encode(branches), type=Branches) == branches

"""Counting different ones in bounded memory: exact while they are few, near beyond, whatever their order."""

import random

from hypothesis import given
from hypothesis import strategies as st

from models.distinct import Distinct, key64


def counted(hashes: list[int], kept: int) -> int:
    seen = Distinct(kept)
    for each in hashes:
        seen.add(each)
    return len(seen)


@given(st.lists(st.integers(0, 500)), st.randoms())
def test_order_and_repeats_do_not_matter(names: list[int], chance: random.Random) -> None:
    """The same names in any order, and twice, give the same number."""
    hashes = [key64(str(name)) for name in names]
    shuffled = chance.sample(hashes + hashes, 2 * len(hashes))
    assert counted(shuffled, 16) == counted(hashes, 16)


@given(st.sets(st.integers(), max_size=32))
def test_few_are_counted_exactly(names: set[int]) -> None:
    """Up to twice what is kept, the number is exact."""
    assert counted([key64(str(name)) for name in names], 16) == len(names)


def test_many_are_near_and_memory_is_bounded() -> None:
    """A hundred thousand in a sketch of 4,096: within four standard errors, and no more than twice that is held."""
    seen = Distinct(4_096)
    for name in range(100_000):
        seen.add(key64(str(name)))
        seen.add(key64(str(name // 2)))
    assert abs(len(seen) - 100_000) < 100_000 * 4 / 64
    assert len(seen._hashes) <= 2 * 4_096

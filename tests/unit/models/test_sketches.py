"""Sketches: who comes most often is kept, how many come again is counted, in memory that does not grow."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from models.counts import key32
from models.sketches import BITS, Again, Busiest


def test_who_comes_again_and_again_stays() -> None:
    """Fourteen accounts with three tenths of two thousand shares are known among the newest, with most of theirs."""
    busiest, chance = Busiest(), random.Random(2)
    for n in range(2_000):
        bot = chance.random() < 0.3
        busiest.add(key32(f"bot{chance.randrange(14)}" if bot else f"human{n}"), cap=28)
    accounts, shares = busiest.repeated()
    assert 14 <= accounts <= 16  # of 1,400 people, one or two are taken for one of those who are kept
    assert 550 <= shares <= 602


@given(st.lists(st.integers(0, 40), max_size=300), st.integers(1, 20))
def test_nothing_is_overstated(keys: list[int], cap: int) -> None:
    """No hash is said to have come more often than it did; what is known is what was kept; a copy is its own."""
    busiest, seen = Busiest(), Counter[int]()
    for key in keys:
        before = busiest.copy()
        assert busiest.add(key, cap=cap) == (key in before.hashes())
        seen[key] += 1
    assert len(busiest.counts) == min(cap, len(busiest.counts)) == len(busiest.keys) // 2
    assert busiest.top(1) <= max(seen.values(), default=0)
    assert busiest.repeated()[1] <= sum(count for count in seen.values() if count > 1)
    assert msgpack.decode(msgpack.encode(busiest), type=Busiest) == busiest


@pytest.mark.parametrize("accounts", [30, 300, 3_000, 30_000])
@pytest.mark.parametrize("part", [0.0, 0.3])
def test_how_many_came_again(accounts: int, part: float) -> None:
    """Ten shares each of some accounts beside others who share once: their repeats are counted to 5 % of all, and too
    few, never too many, once there are thousands of accounts."""
    again, brigade = Again(), round(accounts * part / 10)
    keys = [f"human{n}" for n in range(accounts)]
    for turn in range(10):
        keys[turn * accounts // 10 : turn * accounts // 10] = [f"bot{n}" for n in range(brigade)]
    for key in keys:
        again.add(key32(key))
    off = max(0.05 * len(keys), 2)
    assert (9 * brigade if accounts < 1_000 else 0.6 * 9 * brigade) - off <= again.total <= 9 * brigade + off
    assert len(again.bits) == BITS // 8
    assert len(msgpack.encode(again)) < 130


def test_a_sketch_is_not_changed_through_its_copy() -> None:
    """What a copy takes in stays with it."""
    again = Again()
    again.add(1)
    kept = again.copy()
    again.add(1)
    assert (kept.total, again.total) == (0.0, 1.0)
    assert msgpack.decode(msgpack.encode(again), type=Again) == again

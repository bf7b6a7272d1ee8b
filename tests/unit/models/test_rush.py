"""The worst run: found wherever it is, told from chance, and from a source whose people all bear marks."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from models.rush import MARKS, Rush


def fed(marked: list[bool]) -> Rush:
    rush = Rush()
    for at_s, each in enumerate(marked):
        rush.add(at_s, (False, False, False, each, False))
    return rush


@given(st.lists(st.booleans(), max_size=80))
def test_no_run_is_worse(marked: list[bool]) -> None:
    """The sum of the run that is kept is the largest of all runs; it is the same when decoded."""
    rush, sums = fed(marked), [0]
    for first in range(len(marked)):
        for end in range(first + 1, len(marked) + 1):
            run = marked[first:end]
            sums.append(3 * sum(run) - len(run))
    assert rush.worst.sum == max(sums)
    assert rush.marked == sum(marked)
    assert msgpack.decode(msgpack.encode(rush), type=Rush) == rush


@pytest.mark.parametrize("part", [0.02, 0.1, 0.25])
def test_chance_is_no_rush(part: float) -> None:
    """Of four hundred crowds in which so many bear a mark at random, at most a few have a run that is worth a word."""
    found = 0
    for seed in range(400):
        chance = random.Random(seed)
        found += fed([chance.random() < part for _ in range(300)]).usual(300) is not None
    assert found <= 8


def test_a_brigade_among_people_is_found_with_its_time() -> None:
    """Forty of fifty shares in the midst of five hundred, one in ten of whose others bears a mark."""
    chance = random.Random(7)
    rush = fed([chance.random() < (0.8 if 200 <= n < 250 else 0.1) for n in range(500)])
    usual = rush.usual(500)
    assert usual == pytest.approx(0.1, abs=0.04)
    assert 195 <= rush.worst.since_s <= 205
    assert 245 <= rush.worst.until_s <= 255
    assert rush.worst.marks[MARKS.index("no-followers")] == rush.worst.marked >= 30


@pytest.mark.parametrize("part", [0.4, 1.0])
def test_where_all_are_like_that_there_is_no_run(part: float) -> None:
    """A network where many have no followers, or a source that tells 0 of everybody."""
    chance = random.Random(1)
    assert fed([chance.random() < part for _ in range(300)]).usual(300) is None

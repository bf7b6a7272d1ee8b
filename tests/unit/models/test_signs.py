"""What is counted for coordination: little memory, the same once decoded, and copies that do not share."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.signs import PHRASES, Signs, stem

SHARES = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 10)), max_size=150)


def fed(shares: list[tuple[int, int, int]]) -> Signs:
    signs = Signs()
    for at, account, followers in shares:
        signs.add(at, account, account % 3, followers, at % 10**7)
        signs.say((account, at))
    return signs


@given(SHARES)
def test_any_shares_take_little_memory(shares: list[tuple[int, int, int]]) -> None:
    """Whatever is fed, in whatever order of time: at most 1,200 bytes, and the same when decoded."""
    signs = fed(shares)
    raw = msgspec.msgpack.encode(signs)
    assert len(raw) <= 1_200
    assert msgspec.msgpack.decode(raw, type=Signs) == signs


@given(SHARES, SHARES)
def test_a_copy_counts_for_itself(before: list[tuple[int, int, int]], after: list[tuple[int, int, int]]) -> None:
    """What is added to a copy is not in the original, and is counted as if nobody had copied."""
    signs = fed(before)
    raw = msgspec.msgpack.encode(signs)
    twin = signs.copy()
    for at, account, followers in after:
        twin.add(at, account, account % 3, followers, at % 10**7)
        twin.say((account, at))
    assert msgspec.msgpack.encode(signs) == raw
    assert twin == fed(before + after)


def test_a_text_is_a_copy_of_one_of_the_last() -> None:
    """One phrase in common is enough; a text without any is not judged; what came long ago is forgotten."""
    signs = Signs()
    assert not signs.say((1, 2))
    assert signs.say((2, 3))
    assert not signs.say(())
    for phrase in range(100, 100 + PHRASES):
        signs.say((phrase,))
    assert not signs.say((1,))
    assert (signs.texts, signs.copied) == (PHRASES + 3, 1)


@pytest.mark.parametrize(
    ("handle", "expected"), [("", None), ("42", None), ("12345", ""), ("Ann_2024", "ann"), ("é99999", "é")]
)
def test_stems(handle: str, expected: str | None) -> None:
    """A serial number is three digits or more at the end."""
    assert stem(handle) == expected

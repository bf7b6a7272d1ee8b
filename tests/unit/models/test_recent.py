"""Fingerprints of what was seen last, against a plain list."""

from hypothesis import given
from hypothesis import strategies as st

from models.recent import Recent

SEEN = st.lists(st.tuples(st.integers(0, 40), st.integers(10_000, 10_300)), max_size=80)


@given(SEEN, st.integers(1, 50))
def test_the_last_that_fit_are_kept(seen: list[tuple[int, int]], cap: int) -> None:
    """As many keys as fit are remembered, and the oldest give way."""
    recent, kept = Recent(), list[tuple[int, int]]()
    for key, minute in seen:
        recent.add(key, minute, cap=cap)
        kept = sorted([*kept, (minute // 5, key)], key=lambda each: each[0])[-cap:]
    assert [recent.count(key) for key in range(41)] == [[k for _, k in kept].count(key) for key in range(41)]
    assert recent.since(10_100) == sum(at >= 10_100 // 5 for at, _ in kept)
    assert recent.different_since(10_100) == len({key for at, key in kept if at >= 10_100 // 5})
    recent.forget(10_200)
    assert sum(recent.count(key) for key in range(41)) == sum(at >= 10_200 // 5 for at, _ in kept)


@given(SEEN)
def test_a_touched_key_is_kept_once_and_anew(seen: list[tuple[int, int]]) -> None:
    """A key that comes again takes one place, as the newest."""
    recent, last = Recent(code="I"), dict[int, int]()
    for key, minute in sorted(seen, key=lambda each: each[1]):
        assert recent.touch(key, minute, cap=100) == (key in last)
        last[key] = minute // 5
    assert all(recent.count(key) == 1 for key in last)
    assert recent.since(10_150) == sum(at >= 10_150 // 5 for at in last.values())


def test_a_copy_is_its_own() -> None:
    """What is done to a copy leaves the original alone."""
    recent = Recent()
    copy = recent.copy()
    copy.add(1, 100, cap=3)
    assert (recent.count(1), copy.count(1)) == (0, 1)


def test_only_the_low_bits_are_kept() -> None:
    """Keys that agree in their kept bits are taken for one, as the stated rate of error says."""
    short, long = Recent(), Recent(code="I")
    for recent in (short, long):
        recent.add(5, 100, cap=3)
    assert (short.count(5 + 2**16), long.count(5 + 2**16)) == (1, 0)

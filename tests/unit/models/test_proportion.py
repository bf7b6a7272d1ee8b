"""Wilson's interval: it holds the share, narrows with evidence, and stays within 0 to 1."""

from hypothesis import given
from hypothesis import strategies as st

from models.proportion import interval


@given(whole=st.integers(1, 10_000), data=st.data())
def test_it_holds_the_share_and_stays_a_proportion(whole: int, data: st.DataObject) -> None:
    """Whatever was counted, the share lies within, and both ends from 0 to 1."""
    part = data.draw(st.integers(0, whole))
    low, high = interval(part, whole)
    assert 0.0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= 1.0
    assert low < high


@given(part=st.integers(0, 100), whole=st.integers(100, 1_000))
def test_more_of_the_same_says_more(part: int, whole: int) -> None:
    """Ten times the evidence gives a narrower interval."""
    few, many = interval(part, whole), interval(10 * part, 10 * whole)
    assert many[1] - many[0] < few[1] - few[0]


def test_nothing_counted_says_nothing() -> None:
    """Without a case every share is possible, and a part beyond the whole is the whole."""
    assert interval(0, 0) == (0.0, 1.0)
    assert interval(12, 10) == interval(10, 10)

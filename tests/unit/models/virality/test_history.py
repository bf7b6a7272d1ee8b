"""The bounded history: it loses detail, never shares, and does not care for order."""

from hypothesis import given
from hypothesis import strategies as st

from models.virality.history import BUCKETS, History

times = st.lists(st.integers(0, 10_000_000), min_size=1, max_size=80)


def built(at_s: list[int]) -> History:
    history = History()
    for each in at_s:
        history.add(each)
    return history


@given(times, st.randoms())
def test_order_does_not_matter_and_nothing_is_lost(at_s: list[int], chance: object) -> None:
    """Any order gives the same buckets, at most 64 of them, with every share in one."""
    shuffled = list(at_s)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    history = built(at_s)
    assert history == built(shuffled)
    assert history.total() == len(at_s)
    assert len(history.counts) <= BUCKETS
    for start, count in history.series():
        assert count == sum(start <= each < start + history.width_s for each in at_s)


def test_the_future_is_not_counted() -> None:
    """Shares of a bucket that begins later are left out."""
    history = built([0, 10, 100, 200])
    assert history.total(until_s=50) == 2
    assert history.total() == 4

"""Which keys sleep: the last wake-up that was asked for counts, and what is outdated takes no more than what counts."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.engines.wakes import Wakes
from tests.contracts.toy import START

_TIMES = st.integers(0, 20).map(lambda n: START + timedelta(seconds=n))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | _TIMES) | _TIMES, max_size=60))
def test_a_key_is_woken_once_and_when_it_asked_last(story: list[tuple[str, datetime | None] | datetime]) -> None:
    """As a plain dictionary would do it, whatever is asked for in between."""
    wakes, plain = Wakes(), dict[str, datetime]()
    for each in story:
        if isinstance(each, tuple):
            key, at = each
            wakes.set(key, at)
            plain = {k: v for k, v in plain.items() if k != key} | ({} if at is None else {key: at})
            continue
        due = sorted(key for key, at in plain.items() if at <= each)
        assert sorted(wakes.due(each)) == due
        plain = {key: at for key, at in plain.items() if key not in due}
        following = wakes.next()
        assert not plain or (following is not None and following <= min(plain.values()))


def test_a_wake_up_that_moves_with_every_record_leaves_nothing_behind() -> None:
    """A cascade that is shared all day asks to be forgotten a day after each share: one wake-up, not thousands."""
    wakes = Wakes()
    for n in range(50_000):
        wakes.set(f"post-{n % 10}", START + timedelta(days=1, seconds=n))
    assert len(wakes) < 100
    assert sorted(wakes.due(START + timedelta(days=2))) == [f"post-{n}" for n in range(10)]
    assert (len(wakes), wakes.next()) == (0, None)


def test_keys_that_are_known_from_the_start_sleep_too() -> None:
    """A process that starts reads them from its states."""
    wakes = Wakes([("a", START), ("b", START + timedelta(seconds=1))])
    assert wakes.due(START) == ["a"]
    assert wakes.next() == START + timedelta(seconds=1)

"""Which shares of one cascade are told as made together."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.brigade import WITHIN_S
from models.virality.together import TOLD, Together

shares = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9)), max_size=120)


@given(shares)
def test_told_is_who_had_a_neighbour(given_shares: list[tuple[int, int]]) -> None:
    """In order of time: every share next to another account's within ten seconds, once each, the first 64 of them."""
    made = sorted(given_shares)
    together = Together()
    for at_s, account in made:
        together.add(at_s, account)
    close = [b[0] - a[0] <= WITHIN_S and a[1] != b[1] for a, b in pairwise(made)]
    expected = [share for n, share in enumerate(made) if (n > 0 and close[n - 1]) or (n < len(close) and close[n])]
    assert together.fresh == expected[:TOLD]
    assert together.told == len(together.fresh)


def test_one_account_alone_is_nobodys_company() -> None:
    """A hundred shares by one account within a minute are few accounts, and no company."""
    together = Together()
    for n in range(100):
        together.add(n, 7)
    assert together.fresh == []

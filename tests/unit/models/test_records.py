"""Records: deterministic ids, and labels that err on the safe side."""

from hypothesis import given
from hypothesis import strategies as st

from models.records import Sentiment, digest


@given(st.lists(st.text()), st.lists(st.text()))
def test_an_id_says_what_it_is_about(left: list[str], right: list[str]) -> None:
    """Equal parts give equal ids, different parts different ones, hostile text included."""
    assert (digest(*left) == digest(*right)) == (left == right)


def test_lone_surrogates_have_ids_too() -> None:
    """Text that no UTF-8 can carry must not stop anything."""
    assert digest("\ud800") != digest("\udfff")


def test_a_tie_goes_to_the_worse_class() -> None:
    """A missed negative costs more than a false one."""
    assert Sentiment(negative=0.4, neutral=0.4, positive=0.2).label == "negative"
    assert Sentiment(negative=0.2, neutral=0.4, positive=0.4).label == "neutral"

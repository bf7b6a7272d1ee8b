"""Phrases: copies share them, people who agree do not."""

from hypothesis import given
from hypothesis import strategies as st

from models.phrases import KEPT, phrases

LETTER = "I urge you to keep the rules that protect small shops from the greed of the networks"


def test_a_copy_with_another_name_under_it_shares_its_phrases() -> None:
    """What is signed by another hand is still the same letter."""
    assert set(phrases(LETTER + "\n\nSincerely, Ann")) & set(phrases("Dear all, " + LETTER.upper()))


def test_people_who_agree_share_none() -> None:
    """Two who say the same in their own words have no run of five words in common."""
    assert not set(phrases(LETTER)) & set(phrases("Please protect our little shops: those networks are far too greedy"))


def test_who_names_a_source_copies_nothing() -> None:
    """A reshared text, a quoted one and a link are passed on openly."""
    assert phrases(f"RT @lea: {LETTER}") == phrases(f"“@lea: {LETTER}”") == phrases(LETTER + " https://x.example") == ()


@given(st.text(max_size=400))
def test_any_text_has_a_few_small_numbers(text: str) -> None:
    """At most four, of 32 bits, the same every time."""
    found = phrases(text)
    assert len(found) <= KEPT
    assert all(0 <= each < 1 << 32 for each in found)
    assert found == phrases(text)

"""The flat line that rules read."""

from hypothesis import given
from hypothesis import strategies as st

from models.target.line import BRAND, RIVAL, body, flat, marked


@given(st.text())
def test_a_flat_line_is_as_long_as_its_text_and_has_no_marks(text: str) -> None:
    """Places in one are places in the other, and nobody can write a mark."""
    line = flat(text + BRAND + RIVAL)
    assert len(line) == len(text) + 2
    assert BRAND not in line
    assert RIVAL not in line


@given(st.text(alphabet="@#a b.:\nRT", max_size=60))
def test_the_body_lies_in_the_text(text: str) -> None:
    """Its edges are in order and in bounds."""
    start, end = body(text)
    assert 0 <= start <= end <= len(text)


def test_handles_before_and_tags_behind_are_not_of_the_body() -> None:
    """A reply's handles and a post's headings are cut off; names within a sentence are not."""
    for text, kept in [
        ("RT @zeta: @acme so late", "so late"),
        ("thanks @acme", "thanks"),
        ("I told @acme twice", "I told @acme twice"),
        ("@acme", ""),
        ("", ""),
    ]:
        assert text[slice(*body(text))] == kept


def test_marks_keep_the_length() -> None:
    """A span becomes as many marks."""
    assert marked("ah acme", [(3, 7)], BRAND) == "ah " + 4 * BRAND

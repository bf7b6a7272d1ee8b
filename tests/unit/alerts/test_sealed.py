"""What is sealed comes back as it was, or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.sealed import Seal

KEY = b"a key of some length"


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_what_is_sealed_is_opened(words: bytes, context: bytes) -> None:
    """Any words come back; under another key, or in another context, nothing does."""
    sealed = Seal(KEY, context).close(words)
    assert Seal(KEY, context).open(sealed) == words
    assert Seal(b"another key", context).open(sealed) is None
    assert Seal(KEY, context + b"x").open(sealed) is None


@given(st.binary(min_size=1, max_size=50), st.data())
def test_a_changed_seal_is_worth_nothing(words: bytes, data: st.DataObject) -> None:
    """Not a bit of the words may change, and no part of the signature be left out."""
    seal = Seal(KEY)
    text, _, signature = seal.close(words).partition(".")
    at = data.draw(st.integers(0, len(words) - 1))
    other = bytes([*words[:at], words[at] ^ 1, *words[at + 1 :]])
    assert seal.open(f"{seal.close(other).partition('.')[0]}.{signature}") is None
    assert seal.open(f"{text}.{signature[: data.draw(st.integers(0, len(signature) - 1))]}") is None


@given(st.text(max_size=60))
def test_any_text_is_opened_without_an_error(text: str) -> None:
    """What strangers send is no seal of ours, whatever it holds."""
    assert Seal(KEY).open(text) is None

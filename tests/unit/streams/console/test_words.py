"""English and French say the same things."""

import string

from hypothesis import given
from hypothesis import strategies as st

from models.records import Outcome, Phase, SignalKind, Why
from streams.console.speech import best_language
from streams.console.words import TEXTS


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    """No sentence is missing in one language, and none lacks a figure that the other has."""
    assert set(TEXTS["en"]) == set(TEXTS["fr"])
    for key, text in TEXTS["en"].items():
        assert placeholders(text) == placeholders(TEXTS["fr"][key]), key


def test_every_reason_has_words() -> None:
    """Whatever a record can say has its words: no page fails on a rare reason."""
    keys = {
        *(f"why.{why}" for why in Why),
        *(f"phase.{phase}" for phase in Phase),
        *(f"outcome.{outcome}" for outcome in Outcome),
        *(kind.value for kind in SignalKind),
    }
    assert keys <= set(TEXTS["en"])


@given(st.text())
def test_any_header_is_a_language(header: str) -> None:
    """Whatever a browser sends as Accept-Language, it gets English or French."""
    assert best_language(header) in ("en", "fr")

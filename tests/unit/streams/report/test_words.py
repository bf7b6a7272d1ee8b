"""Every value that a report can hold has its words, and French is typeset as it should be."""

import pytest

from models.language import UNKNOWN
from models.position.figures import Change
from streams.report.words import TEXTS


def test_french_does_not_break_before_its_signs() -> None:
    """No breakable space stands before `:;!?%` or inside guillemets, and no mark of the source is left."""
    for key, text in TEXTS["fr"].items():
        assert not any(f" {sign}" in text for sign in ":;!?%»"), key
        assert "« " not in text, key
        assert "~" not in text, key


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_change_and_an_unknown_language_have_words(locale: str) -> None:
    """Whatever comes of a comparison can be said."""
    keys = {*(f"change.{each}" for each in Change), *(f"told.{each}" for each in Change), f"language.{UNKNOWN}"}
    assert keys <= set(TEXTS[locale])  # type: ignore[index]

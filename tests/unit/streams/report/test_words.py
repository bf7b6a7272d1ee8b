"""English and French say the same things, and every value that a report can hold has its words."""

import string

import pytest

from models.language import UNKNOWN
from models.position.figures import Change
from streams.report.words import TEXTS


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    """No sentence is missing in one language, and none lacks a figure that the other has."""
    assert set(TEXTS["en"]) == set(TEXTS["fr"])
    for key, text in TEXTS["en"].items():
        assert placeholders(text) == placeholders(TEXTS["fr"][key]), key


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

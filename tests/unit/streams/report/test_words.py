"""Every value that a report can hold has its words, and French is typeset as it should be."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from models.language import UNKNOWN
from models.position.figures import Change, Period
from streams.report.say import Say
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


@pytest.mark.parametrize(
    ("locale", "days", "said"),
    [
        ("en", 1, "22 November 2026 (UTC), the whole day"),
        ("fr", 1, "le 22 novembre 2026, jour entier (UTC)"),
        ("en", 2, "22 November 2026 to 23 November 2026 (UTC), both days included"),
        ("fr", 2, "du 22 novembre 2026 au 23 novembre 2026 inclus (UTC)"),
    ],
)
def test_a_period_of_one_day_is_that_day(locale: Literal["en", "fr"], days: int, said: str) -> None:
    """Not from it to it, "both days included"."""
    since = datetime(2026, 11, 22, tzinfo=UTC)
    told = Say(locale, UTC).period(Period(since=since, until=since + timedelta(days=days)), "UTC")
    assert told.replace("\u00a0", " ") == said

"""English and French say the same things, in every table of words: same keys, same placeholders."""

from collections.abc import Mapping
from string import Formatter

import pytest

from alerts.render import catalogue, slack_words
from streams.console import words as console_words
from streams.report import words as report_words

TABLES = {
    "alerts": (catalogue.EN, catalogue.FR),
    "slack": (slack_words.EN, slack_words.FR),
    "console": (console_words.TEXTS["en"], console_words.TEXTS["fr"]),
    "report": (report_words.TEXTS["en"], report_words.TEXTS["fr"]),
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("table", TABLES)
def test_no_sentence_is_missing_in_one_language_or_lacks_a_figure(table: str) -> None:
    """Plural forms may leave the number out, in both languages alike."""
    english, french = TABLES[table]
    assert english and english.keys() == french.keys()
    assert differing(english, french) == []


def differing(english: Mapping[str, str], french: Mapping[str, str]) -> list[str]:
    return [key for key, text in english.items() if placeholders(text) != placeholders(french[key])]


def test_what_differs_is_found() -> None:
    """The check itself can fail."""
    assert differing({"a": "{n} of {m}", "b": "{n}"}, {"a": "{m} sur {n}", "b": "un"}) == ["b"]

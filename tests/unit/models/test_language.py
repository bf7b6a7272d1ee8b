"""Language identification of short posts."""

import pytest

from models.language import LANGUAGES, LanguageDetector

DETECT = LanguageDetector()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("quelle arnaque ce service client", "fr"),
        ("plus jamais chez vous !!!", "fr"),
        ("@Acme l'appli plante encore, merci de réparer https://t.example/x", "fr"),
        ("C'EST UNE HONTE", "fr"),
        ("worst airline ever", "en"),
        ("@Acme my flight is delayed again 😡 #fail", "en"),
        ("Der Service ist wirklich schlecht geworden", "de"),
        ("el servicio al cliente es pésimo", "es"),
        ("il servizio clienti è pessimo", "it"),
        ("خدمة العملاء سيئة جدا", "ar"),
        ("お元気ですか", "ja"),
        ("Привет, как дела", "ru"),
        ("", "und"),
        ("https://t.example/abc www.acme.example", "und"),
        ("@acme #panne 12345 !!!", "und"),
        ("😂😂😂", "und"),
        ("\ud800 \x00", "und"),
        ("ok", "und"),
        ("Orange", "und"),
    ],
)
def test_short_posts(text: str, language: str) -> None:
    """A few words are enough; links, names, emoji and single ambiguous words are unknown."""
    assert DETECT(text) == language


@pytest.mark.parametrize(
    ("hint", "language"), [("fr-FR", "fr"), ("EN", "en"), ("und", "de"), ("", "de"), ("?!", "de"), (None, "de")]
)
def test_the_sources_word_wins_where_it_says_something(hint: str | None, language: str) -> None:
    """A usable language tag replaces identification; an unusable one is ignored."""
    assert DETECT("Der Service ist wirklich schlecht", hint) == language


def test_answers_come_from_the_known_set_whatever_the_text() -> None:
    """Long and broken texts get an answer, the same each time."""
    for text in ("a" * 100_000, "\u200d" * 5_000, "e\u0301" * 9_000, "la " * 50_000, "&amp; RT @x"):
        assert DETECT(text) in {*LANGUAGES, "und"}
        assert DETECT(text) == LanguageDetector()(text) if len(text) > 90_000 else True

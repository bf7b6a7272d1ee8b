"""What `tocsin check` says about the brands' queries."""

import pytest

from streams.settings.kinds import Secret
from streams.settings.problems import Level, Remark
from streams.settings.queries import queries
from streams.settings.schema import (
    BlueskySourceSettings,
    BrandSettings,
    FeedsSourceSettings,
    Settings,
    SourceSettings,
    WebhookSourceSettings,
)

PRESS = FeedsSourceSettings(name="press", urls=("https://news.example/rss",))
STREAM = BlueskySourceSettings(name="stream")
HOOK = WebhookSourceSettings(name="intake", secret=Secret("0123456789abcdef"))


def remarks(*brands: str | BrandSettings, sources: tuple[SourceSettings, ...] = (PRESS, STREAM)) -> list[Remark]:
    named = [
        brand if isinstance(brand, BrandSettings) else BrandSettings(name=f"b{i}", query=brand)
        for i, brand in enumerate(brands)
    ]
    return list(queries(Settings(brands=tuple(named), sources=sources)))


@pytest.mark.parametrize(
    ("query", "level", "what"),
    [
        ("acme (fr", Level.ERROR, "column 6"),
        ("acme lange:fr", Level.ERROR, "column 6: there is no limit “lange:”; did you mean lang:fr?"),
        ("acme NOT acme", Level.ERROR, "can never match"),
        ("NOT acme", Level.WARNING, "matches nearly everything"),
        ("acme OR #acme", Level.WARNING, "“#acme” adds nothing"),
        ("a", Level.WARNING, "very short"),
    ],
)
def test_queries_are_read(query: str, level: Level, what: str) -> None:
    """A query that does not parse or can never match is a mistake; one that is merely odd is a warning."""
    (found,) = remarks(query)
    assert (found.level, found.key) == (level, "brands[b0].query")
    assert what in found.message


def test_a_source_that_is_not_there_is_told_with_the_one_that_was_meant() -> None:
    """By its column; names of sources and their networks are known."""
    assert remarks("acme source:press,Stream,bluesky,web -source:PRESS") == []
    (close,) = remarks("acme -source:pres")
    assert close.message == "column 7: there is no source or network “pres”"
    assert close.remedy == "did you mean press?"
    (far,) = remarks("acme source:twitter")
    assert far.remedy == "there are press, stream, web, bluesky"


def test_who_posts_to_a_webhook_may_name_any_network() -> None:
    """Then only what looks mistyped is told."""
    assert remarks("acme source:mastodon", sources=(PRESS, HOOK)) == []
    (close,) = remarks("acme source:intakes", sources=(PRESS, HOOK))
    assert close.remedy == "did you mean intake?"


def test_brands_that_find_the_same_posts_are_told() -> None:
    """On the narrower brand; of two that say the same, on the second."""
    narrow, twin = remarks("orange -fruit", '"orange bank" -fruit lang:fr', "ORANGE NOT fruit", "sfr")
    assert (narrow.key, narrow.message) == ("brands[b1].query", "all that it finds counts for “b0” too")
    assert (twin.key, twin.level) == ("brands[b2].query", Level.WARNING)
    assert twin.message == "finds exactly what “b0” finds: each post counts for both brands"


def test_brands_fold_differently() -> None:
    """A brand that keeps its capitals finds less than one that does not."""
    strict = BrandSettings(name="strict", query="Orange", fold=("accents", "confusables"))
    (found,) = remarks("orange", strict)
    assert (found.key, found.message) == ("brands[strict].query", "all that it finds counts for “b0” too")

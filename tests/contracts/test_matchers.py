"""What every brand matcher keeps to, whatever stands behind it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from models.matching.automaton import Matcher
from models.matching.evaluation import Said
from models.matching.folding import ALL_FOLDED
from models.matching.query import parse
from models.records import Author, Post
from models.understand import BrandMatcher
from tests.contracts.naive_matcher import NaiveMatcher, Tree, written

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUERIES: Mapping[str, Tree] = {
    "zeta": ("or", ("word", "zeta"), ("word", "both")),
    "acme": ("or", ("word", "acme"), ("word", "both")),
    "french": ("and", ("lang", "fr"), ("word", "acme")),
    "shop": ("site", "acme.com"),
    "quiet": ("and", ("source", "press"), ("not", ("word", "noise"))),
}
HOSTILE = {
    "empty": "",
    "100 kB": "horrible " * 12_500,
    "100 kB without a space": "a" * 100_000,
    "100 kB of accents": "é" * 50_000,
    "100 kB of Cyrillic and Latin": "оo" * 25_000,
    "control characters": "acm\x00e \x01\x1b[31m\x7f noise",
    "lone surrogates": "bad \ud800\udfff\udc00 \ud83d noise",
    "zero-width joiners": "n\u200do\u200cis\u200be " * 1_000,
    "5,000 emoji": "🤬" * 5_000,
    "family emoji": "👨‍👩‍👧‍👦" * 500,
    "half a flag": "🇫",
    "almost links": "https://" * 5_000 + " http://.. www. a.b.c.d.e.f.g.h.i.j.k https://[::1]/ " + "a." * 20_000,
    "almost addresses": "@" * 20_000 + "a@" * 20_000 + "#" * 20_000,
    "combining marks": "e" + "\u0301" * 5_000,
    "right to left": "\u202eacme\u202c",
}
MATCHERS: dict[str, Callable[[Mapping[str, Tree]], BrandMatcher]] = {
    "automaton": lambda trees: Matcher({brand: parse(written(tree)) for brand, tree in trees.items()}),
    "naive": lambda trees: NaiveMatcher({brand: (tree, ALL_FOLDED) for brand, tree in trees.items()}),
}


@pytest.fixture(params=MATCHERS)
def build(request: pytest.FixtureRequest) -> Callable[[Mapping[str, Tree]], BrandMatcher]:
    return MATCHERS[request.param]


def unasked(text: str, hint: str | None) -> str:
    raise AssertionError("nobody asked for a language")


def post(text: str, **fields: object) -> Post:
    plain = {"id": "toy:1", "source": "toy", "network": "toy", "author": Author(id="a"), "created_at": NOW}
    return Post(**{**plain, "seen_at": NOW, "text": text, **fields})  # type: ignore[arg-type]


def test_brands_come_sorted_in_the_order_of_the_posts(build: Callable[[Mapping[str, Tree]], BrandMatcher]) -> None:
    """The answer depends neither on the order of the brands nor on the cut of the batch."""
    posts = [Said("both"), Said("zeta"), Said("rien"), Said("acme zeta")]
    expected = [("acme", "zeta"), ("zeta",), (), ("acme", "zeta")]
    for queries in (QUERIES, dict(reversed(QUERIES.items()))):
        matcher = build(queries)
        assert list(matcher.match(posts, lambda text, hint: "en")) == expected
        assert [matcher.match([each], lambda text, hint: "en")[0] for each in posts] == expected
        assert list(matcher.match([], unasked)) == []


def test_a_post_is_asked_for_what_a_query_limits(build: Callable[[Mapping[str, Tree]], BrandMatcher]) -> None:
    """Its source or network, its language, the sites that it links to or stands on."""
    matcher = build(QUERIES)
    posts = [
        post("acme", language="fr"),
        post("acme", source="Press"),
        post("noise", network="press"),
        post("voir https://shop.acme.com/x"),
        post("titre", url="https://acme.com/titre"),
        post("titre", url="https://notacme.com/titre"),
    ]
    found = list(matcher.match(posts, lambda text, hint: hint or "und"))
    assert found == [("acme", "french"), ("acme", "quiet"), (), ("shop",), ("shop",), ()]


def test_a_language_is_asked_for_only_where_a_query_does(build: Callable[[Mapping[str, Tree]], BrandMatcher]) -> None:
    """Detection costs more than matching: without `lang:` it is never called."""
    plain = {brand: tree for brand, tree in QUERIES.items() if brand != "french"}
    assert list(build(plain).match([post("acme both")], unasked)) == [("acme", "zeta")]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_pass(build: Callable[[Mapping[str, Tree]], BrandMatcher], text: str) -> None:
    """Nothing in a text raises, or hides the words after it."""
    answers = build(QUERIES).match([Said(text), Said(text + " zeta", source="press")], lambda text, hint: "und")
    assert "zeta" in answers[1]
    assert ("quiet" in answers[1]) == ("noise" not in text and "n\u200d" not in text)

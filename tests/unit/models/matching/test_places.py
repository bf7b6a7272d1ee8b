"""Where the terms of a brand's query stand in a text as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.matching.automaton import Matcher
from models.matching.evaluation import Said
from models.matching.query import parse

HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("acme@#&;’' \n.AÉ\u200d\ud800ﬁß©🍊\u0301http:/"), st.characters()), max_size=80
)
QUERY = 'acme OR #acmefail OR @acme OR "air france" OR =AA OR rembours* NOT fruit'


def shown(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in Matcher({"b": parse(query)}).spans(text, "b")]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("acme", "L'appli d'ACME, acme et Acmé", ["ACME", "acme", "Acmé"]),
        ('"air france"', "Air-France et AIR FRANCE, pas Air Inde", ["Air-France", "AIR FRANCE"]),
        ('"H&M"', "chez H&amp;M ou H&M", ["H&amp;M", "H&M"]),
        ("acme", "merci @acme #AcmePanne #acmepanne", ["@acme", "#AcmePanne"]),
        ("@acme", "acme ou @Acme", ["@Acme"]),
        ("acme", "https://acme.example/acme macme acme2", []),
        ("=Orange", "orange ou Orange", ["Orange"]),
        ("rembours*", "un remboursement", ["remboursement"]),
        ("acme NOT fruit", "acme fruit", ["acme"]),
        ("(acme NEAR/3 panne) OR zeta", "panne chez acme", ["panne", "acme"]),
        ("हिन्दी", "मुझे हिन्दी पसंद है", ["हिन्दी"]),
        ("été", "un e\u0301te\u0301 chaud", ["e\u0301te\u0301"]),
        ("東京電力", "今日東京電力が停電", ["東京電力"]),
        ("🍊", "j'aime 🍊", ["🍊"]),
        ("हिन्दी", "vive #हिन्दी", ["#हिन्दी"]),
        ('"👍 acme"', "👍🏽 Acme", ["👍🏽 Acme"]),
        ("🇫🇷", "vive 🇫🇷🇧🇪", ["🇫🇷"]),
        ('"acme orange" OR acme', "acme 🍊 orange", ["acme"]),
        ("orange", "L\u02bcOrange", ["Orange"]),
    ],
)
def test_terms_are_found_where_a_reader_sees_them(query: str, text: str, expected: list[str]) -> None:
    """Case, accents, signs, hashtags and entities as in matching; what is excluded is no name."""
    assert shown(query, text) == expected


def test_a_brand_without_a_query_has_no_place() -> None:
    """A source may know brands that the settings do not."""
    assert Matcher({"b": parse("acme")}).spans("acme", "other") == ()


@given(HOSTILE)
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    """Whatever the text, spans are within it, not empty, and do not overlap."""
    spans = Matcher({"b": parse(QUERY)}).spans(text, "b")
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(st.lists(st.sampled_from(["acme", "Acme", "zeta", "#acmefail", "d'acme", "bof"]), max_size=8))
def test_a_text_that_matches_by_plain_words_has_a_place(words: list[str]) -> None:
    """The matcher and the places agree on ordinary words."""
    matcher = Matcher({"b": parse("acme OR #acmefail")})
    text = " ".join(words)
    assert bool(matcher.spans(text, "b")) == (matcher.match([Said(text)], lambda *_: "und") == [("b",)])

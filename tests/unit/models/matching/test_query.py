"""The query language: what parses to what, and what people are told when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.matching.folding import Folding
from models.matching.lint import lint
from models.matching.nodes import And, Limit, Near, Node, Not, Or, Site, Term, shown
from models.matching.query import QuerySyntaxError, parse


def shape(node: Node) -> str:
    """A query's tree on one line."""
    match node:
        case Term() | Site() | Limit():
            return node.text
        case Not(child):
            return f"!{shape(child)}"
        case And(children):
            return f"[{' & '.join(map(shape, children))}]"
        case Or(children):
            return f"[{' | '.join(map(shape, children))}]"
        case Near(left, right, distance):
            return f"{'|'.join(t.text for t in left)}~{distance}~{'|'.join(t.text for t in right)}"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("orange", "orange"),
        ("air france", "[air & france]"),
        ("a AND b c", "[a & b & c]"),
        ("a OR b c OR d", "[a | [b & c] | d]"),
        ("orange NOT (fruit OR couleur)", "[orange & ![fruit | couleur]]"),
        ("orange -fruit -(jus OR vin)", "[orange & !fruit & ![jus | vin]]"),
        ("NOT NOT a b", "[!!a & b]"),
        ('"air france" NEAR/3 (grève OR retard) vol', '["air france"~3~grève|retard & vol]'),
        ("« air france » OR “klm”", '["air france" | "klm"]'.replace('"air france"', '" air france "')),
        ("porte-clés", "porte-clés"),
        ("((a))", "a"),
        ("orange -LANG:EN source:Bluesky,press", "[orange & !lang:en & source:bluesky,press]"),
        ("(a OR site:Acme.com) -site:www.acme.fr", "[[a | site:acme.com] & !site:acme.fr]"),
        ("site:acme.com,acme.fr", "[site:acme.com | site:acme.fr]"),
        ('"lang:fr" 10:30', '["lang:fr" & 10:30]'),
    ],
)
def test_precedence_and_spelling(query: str, tree: str) -> None:
    """OR binds least, then AND (which may be left out), then NOT, then NEAR; typographic quotes are quotes."""
    assert shape(parse(query).root) == tree


@pytest.mark.parametrize(
    ("query", "pattern", "written"),
    [
        ("L'Oréal", " l oreal ", None),
        ("#Pannes", " #pannes ", None),
        ("@Acme_FR", " @acme_fr ", None),
        ("@acme.bsky.social", " @acme.bsky.social ", None),
        ("rembours*", " rembours", None),
        ('"service cli*"', " service cli", None),
        ("=Orange", " orange ", " Orange "),
        ("Вкoнтакте", " вконтакте ", None),
        ("🇫🇷", " 🇫🇷 ", None),
        ('="Orange Bank"', " orange bank ", " Orange Bank "),
        ("🍊", " 🍊 ", None),
        ("AT&amp;T", " at t ", None),
        ("可口可乐", " 可 口 可 乐 ", None),
    ],
)
def test_terms_are_spelled_like_texts(query: str, pattern: str, written: str | None) -> None:
    """A term is cut and folded by the rules that texts are."""
    term = parse(query).root
    assert isinstance(term, Term)
    assert (term.pattern, term.strict) == (pattern, written)


@pytest.mark.parametrize(
    ("query", "column", "remedy"),
    [
        ("", 1, "write at least one word"),
        ("   ", 1, "write at least one word"),
        ("orange NOT (fruit", 12, "add a “)”"),
        ("orange )", 8, "remove it"),
        ("()", 2, "a term is missing"),
        ('orange "air', 8, "add another at the end"),
        ("orange OR", 10, "add a term"),
        ("AND orange", 1, "quote it"),
        ("a OR OR b", 6, "quote it"),
        ("or*ange", 3, "only at the end"),
        ("o*", 1, "at least 2 letters"),
        ("a NEAR b", 3, "as in NEAR/3"),
        ("a NEAR/x b", 3, "as in NEAR/3"),
        ("a NEAR/999 b", 3, "0 to 50"),
        ("a NEAR/3 (b c)", 10, "joined by OR"),
        ("a NEAR/3 b NEAR/3 c", 12, "two sides"),
        ("lang:french", 6, "did you mean lang:fr?"),
        ("lang:fr-CA", 6, "write lang:fr"),
        ("orange lang:fr,jp", 16, "did you mean lang:ja?"),
        ("orange lang:x", 13, "two or three letters"),
        ("lang:", 6, "right after “lang:”"),
        ('lang: "fr"', 6, "right after “lang:”"),
        ("lang:fr,", 9, "right after “lang:”"),
        ("langue:fr", 1, "did you mean lang:fr?"),
        ("sources:press", 1, "did you mean source:bluesky?"),
        ("orange -domain:acme.com", 9, "did you mean site:acme.com?"),
        ("from:acme", 1, "there are lang:, source: and site:. To look for the text, quote it"),
        ("=lang:fr", 1, "leave it out"),
        ("site:acme", 6, "a domain with its dots"),
        ("site:https://www.acme.com/offers", 6, "site:acme.com"),
        ("site:*.acme.com", 6, "site:acme.com"),
        ("orange NEAR/2 lang:fr", 15, "beside NEAR"),
        ("site:acme.com NEAR/2 orange", 1, "beside NEAR"),
        ("!!!", 1, "nothing to look for"),
        ("https://acme.example", 1, "links and signs do not count"),
        ("#", 1, "one word"),
        ("(" * 60 + "a" + ")" * 60, 42, "make it simpler"),
        ("NOT " * 60 + "a", 165, "make it simpler"),
        ("a " * 6_000, 10_000, "split the brand"),
    ],
)
def test_mistakes_are_pointed_at(query: str, column: int, remedy: str) -> None:
    """A query that cannot be read is answered with a column and a remedy."""
    with pytest.raises(QuerySyntaxError) as caught:
        parse(query)
    assert (caught.value.column, remedy in caught.value.message) == (column, True), str(caught.value)
    assert str(caught.value).startswith(f"column {column}: ")


@pytest.mark.parametrize(
    ("folding", "query", "strict"),
    [
        (Folding(case=False), "Été", " Ete "),
        (Folding(accents=False), "Été", " été "),
        (Folding(case=False, accents=False), "Été", " Été "),
        (Folding(accents=False), "=Été", " Été "),
        (Folding(confusables=False), "Оrange", None),
    ],
)
def test_options_make_terms_stricter(folding: Folding, query: str, strict: str | None) -> None:
    """What a brand does not fold must stand in the text as in the query."""
    term = parse(query, folding).root
    assert isinstance(term, Term)
    assert term.strict == strict


@given(st.text(alphabet="aé :.,langsourceite\"()*=#@-'ANDORNEAR/3«»\x00\ud800", max_size=40))
def test_any_text_is_a_query_or_a_syntax_error(text: str) -> None:
    """Nothing that a user types raises anything but QuerySyntaxError, with a column inside the query.

    What could be read is read the same way again once it is shown.
    """
    try:
        query = parse(text)
    except QuerySyntaxError as error:
        assert 1 <= error.column <= len(text) + 1
        return
    lint(query)
    assert shown(parse(shown(query.root)).root) == shown(query.root)

"""The query language: what parses to what, and what people are told when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.matching.lint import lint
from models.matching.nodes import And, Limit, Near, Node, Not, Or, Site, Term
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
        ("lang:fr", 1, "quote it"),
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


@given(st.text(alphabet="aé \"()*=#@-'ANDORNEAR/3«»\x00\ud800", max_size=40))
def test_any_text_is_a_query_or_a_syntax_error(text: str) -> None:
    """Nothing that a user types raises anything but QuerySyntaxError, with a column inside the query."""
    try:
        lint(parse(text))
    except QuerySyntaxError as error:
        assert 1 <= error.column <= len(text) + 1


@pytest.mark.parametrize(
    ("query", "remark"),
    [
        ("orange NOT orange", "can never match"),
        ('"orange bank" NOT orange', "can never match"),
        ("orange NOT oran*", "can never match"),
        ("#orange NOT orange", "can never match"),
        ("(a1 OR b1) NOT a1 NOT b1", "can never match"),
        ("NOT fruit", "matches nearly everything"),
        ("orange OR NOT fruit", "matches nearly everything"),
        ("x NOT fruit", "very short"),
        ("ora*", "very short"),
        ("orange or sosh", "the operator is written OR"),
        ("orange sauf fruit", "the operator is written NOT"),
    ],
)
def test_lint_says_what_is_odd(query: str, remark: str) -> None:
    """A query that can be read but hardly meant gets a remark."""
    assert any(remark in each for each in lint(parse(query)))


@pytest.mark.parametrize(
    "query",
    ["orange NOT (fruit OR couleur)", "=Orange", "a1 NOT (a1 NEAR/2 b1)", "orange NOT =Orange", '"or" air', "LG OR X5"],
)
def test_lint_is_quiet_about_sound_queries(query: str) -> None:
    """Sound queries get no remark."""
    assert lint(parse(query)) == []

"""The automaton, the folding and the limits agree with a naive matcher on random queries and posts."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from models.matching.automaton import Matcher
from models.matching.evaluation import Said
from models.matching.folding import Folding
from models.matching.query import parse
from tests.contracts.naive_matcher import NaiveMatcher, Tree, written

WORDS = (
    "orange",
    "air france",
    "été",
    "ete",
    "Oréal",
    "l'oréal",
    "coeur",
    "œuvre",
    "SNCF",
    "panne",
    "🍊",
    "iphone 15",
    "iphone",
    "totale",
)
STRICT = ("Orange", "été", "Air France", "SNCF", "CŒUR", "oran*", "Оrange")
PREFIXES = ("oran*", "pan*", "ete*", "air fr*", "Ét*")
TAGS = ("#orange", "#panne", "#orangepanne", "#oran*", "@orange", "@orange_france", "@sncf*")
LIMITS = (("lang", "fr"), ("lang", "fr,en"), ("lang", "und"), ("source", "bluesky"), ("source", "press,web"))
SITES = (("site", "acme.com"), ("site", "shop.acme.com"), ("site", "orange.fr"))
PIECES = (
    "orange", "Orange", "ORANGE", "d'Orange", "l’orange", "Orange's", "Orange’s", "ex-Orange", "Orange-Bank",
    "(orange)",
    "Оrange", "orаnge", "ΟRANGE", "орange", "o\u200brange", "oran\u00adge", "orangeade", "blorange",
    "orange🍊panne",
    "air", "Air", "france", "France", "Air-France", "air/france", "AIR", "été", "Ete", "e\u0301te\u0301", "ÉTÉ",
    "étéorange",
    "L'Oréal", "l'oreal", "cœur", "CŒUR", "Œuvre", "SNCF", "panne", "pannes", "Panne!", "🍊", "🍊🍊", "👍🏽", "❤️",
    "#orange", "#Orange", "#OrangePanne", "#orangepanne", "#PanneSNCF2026", "#AirFrance", "#iPhone15",
    "#Air_France", "#LOréalPanne",
    "#OrangePanne_Totale", "#ОrangePanne", "@orange", "@Orange_France", "@sncfconnect", "(@orange)", "'#panne",
    "/#panne",
    "iPhone 15", "iphone", "15", "https://acme.com/x", "http://shop.acme.com", "https://notacme.com/", "acme.com",
    "https://orange.fr/orange", "www.orange.fr", "jean@orange.fr", "tél.", "…", "C'est-à-dire", "aujourd'hui", "&",
    "-", "\n",
)  # fmt: skip


def atoms() -> st.SearchStrategy[Tree]:
    named = [("word", w) for w in (*WORDS, *PREFIXES)] + [("strict", w) for w in STRICT] + [("tag", t) for t in TAGS]
    return st.sampled_from(named)


def trees() -> st.SearchStrategy[Tree]:
    near = st.tuples(st.just("near"), atoms(), atoms(), st.integers(0, 3))
    leaves = st.one_of(atoms(), atoms(), near, st.sampled_from([*LIMITS, *SITES]))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(st.just("not"), inner), st.tuples(st.sampled_from(["and", "or"]), inner, inner)
        ),
        max_leaves=5,
    )


FOLDINGS = st.builds(Folding, case=st.booleans(), accents=st.booleans(), confusables=st.booleans())
POSTS = st.builds(
    Said,
    text=st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join),
    source=st.sampled_from(["press", "Bluesky", "x"]),
    network=st.sampled_from(["web", "bluesky", ""]),
    url=st.sampled_from([None, "https://www.acme.com/a", "https://bsky.app/profile/x"]),
    language=st.sampled_from([None, "fr", "en"]),
)


def language(text: str, hint: str | None) -> str:
    return hint or "und"


@settings(max_examples=300)
@given(st.lists(st.tuples(trees(), FOLDINGS), min_size=1, max_size=4), st.lists(POSTS, max_size=6))
def test_the_matcher_agrees_with_a_naive_one(queries: list[tuple[Tree, Folding]], posts: list[Said]) -> None:
    """Brands with options of their own, compiled together, match what their queries mean word by word."""
    named: Mapping[str, tuple[Tree, Folding]] = {f"brand {i}": query for i, query in enumerate(queries)}
    real = Matcher({name: parse(written(tree), folding) for name, (tree, folding) in named.items()})
    expected = NaiveMatcher(named).match(posts, language)
    for post, found, wanted in zip(posts, real.match(posts, language), expected, strict=True):
        assert found == wanted, (post, {name: written(tree) for name, (tree, _) in named.items()})

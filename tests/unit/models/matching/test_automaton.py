"""Matching: word boundaries, folding, proximity; and the automaton agrees with a naive reference."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.matching.automaton import Matcher, triggers
from models.matching.evaluation import Said
from models.matching.folding import ALL_FOLDED, Folding, fold
from models.matching.nodes import Query
from models.matching.query import parse
from models.matching.words import spell


def brands(queries: dict[str, Query], texts: Sequence[str]) -> list[tuple[str, ...]]:
    return Matcher(queries).match([Said(text) for text in texts], lambda text, hint: hint or "und")


def matches(query: str, text: str, folding: Folding = ALL_FOLDED) -> bool:
    return brands({"brand": parse(query, folding)}, [text]) == [("brand",)]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("orange", "L'appli d'Orange plante"),
        ("orange", "qu’ORANGE rembourse !"),
        ("orange", "Orange's app is down"),
        ("orange", "ex-Orange, chez Orange-Bank"),
        ("orange", "@Orange_France bonjour"),
        ("orange", "#OrangePanne encore"),
        ("orange", "#orange"),
        ("orange", "Orange® Orange™"),
        ("orange", "J'aime🍊Orange🍊!"),
        ("orange", "O\u200brange"),
        ("orange", "𝓞𝓻𝓪𝓷𝓰𝓮"),
        ("orange", "panne\ud800Orange"),
        ("oréal", "OREAL"),
        ("oreal", "L'Ore\u0301al"),
        ("L'Oréal", "l’oreal"),
        ("coeur", "CŒUR"),
        ('"air france"', "Air\nFrance"),
        ('"air france"', "vol air #france"),
        ('"air france"', "#AirFrance"),
        ('"panne totale"', "#Panne #Totale"),
        ("coca-cola", "Coca Cola"),
        ("AT&T", "AT&amp;T is down"),
        ("#panne", "la #Panne,"),
        ("@acme", "Merci @Acme!"),
        ("@acme", "@acme.bsky.social bonjour"),
        ("@acme.bsky.social", "@acme.bsky.social bonjour"),
        ("rembours*", "Remboursez-moi"),
        ("#rembours*", "#RemboursezMoi"),
        ("🍊", "vive 🍊❤️"),
        ("可口可乐", "我喜欢可口可乐啊"),
        ("हिन्दी", "यह हिन्दी है"),
        ("=Orange", "chez Orange"),
        ("=OVH", "#OVHPanne"),
        ("panne", "#Orange_PanneTotale"),
        ("klm", "#AirFranceKLM"),
        ("youtube", "#YouTubeDown"),
        ("blablacar", "#BlaBlaCarPanne"),
        ("iphone", "#iPhone15"),
        ('"iphone 15"', "#iPhone15"),
        ("orange", "aujourd'hui,Orange;demain/Orange"),
        ("orange", "porte‑Orange"),
        ("mcdonald's", "McDonald’s is closed"),
        ("aujourd'hui", "Aujourd’hui"),
        ("c'est-à-dire", "C’est à dire"),
        ("saint-étienne", "Saint Etienne"),
        ("👍", "👍🏽"),
        ("❤", "❤️"),
        ("👩‍💻", "une 👩🏽‍💻"),
        ("👍🏽", "👍"),
        ("orange", "l´Orange d`Orange"),
        ("🇫🇷", "vive la🇫🇷!"),
        ("orange", "Оrаngе"),
        ("orange", "ＯＲＡＮＧＥ"),
        ("orange", "ᴏʀᴀɴɢᴇ"),
        ("#orange", "#Оrange"),
        ("site:acme.com", "https://acme.com"),
        ("site:acme.com", "voir https://Shop.ACME.com:8080/x?y#z."),
        ("site:acme.com", "(www.acme.com)"),
        ("site:acme.com", "voir acme.com/offres, vite"),
        ("site:acme.com", "https://user@acme.com/"),
        ("site:société.fr", "https://xn--socit-esab.fr/"),
        ("site:acme.com,acme.fr", "https://acme.fr/"),
        ("lang:und", "orange"),
        ("orange NEAR/2 panne", "panne générale chez Orange"),
        ("orange NEAR/0 panne", "#OrangePanne"),
        ("orange NEAR/1 arnaque", "#OrangePanne quelle arnaque"),
        ("#orange NEAR/1 arnaque", "bref #orange quelle arnaque"),
        ("@orange NEAR/1 nul", "vous êtes nuls, vraiment nul ! @orange"),
        ("a NEAR/2 (b OR c)", "c x y a"),
        ("orange NOT fruit", "Orange Bank"),
        ("NOT fruit", "bonjour"),
        ("NOT fruit", ""),
    ],
)
def test_what_matches(query: str, text: str) -> None:
    """Case, accents, apostrophes, hyphens, emoji, CamelCase and invisible characters do not hide a brand."""
    assert matches(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("orange", "orangeade"),
        ("orange", "blorange"),
        ("orange", "https://example.org/orange"),
        ("orange", "www.orange.fr"),
        ("orange", "jean@orange.fr"),
        ("orange", "#orangepanne"),
        ("orange", ""),
        ('"air france"', "air de France"),
        ("#panne", "panne"),
        ("@acme", "acme"),
        ("@acme", "@acmeshop"),
        ("@acme", "bob@acme.example"),
        ("🇫🇷", "🇧🇫🇷🇺"),
        ("pot", "рот"),
        ("orange", "Οранге"),
        ("orange", "0range"),
        ("site:acme.com", "https://notacme.com https://acme.com.evil.example https://acme.community"),
        ("site:acme.com", "https://acme.com@evil.example/ https://evil.example/acme.com?u=acme.com"),
        ("site:acme.com", "jean@acme.com @acme.com bien"),
        ("site:acme.com", "https://acme.com…"),
        ("site:acme.com", "https://аcme.com/"),
        ("lang:fr", "orange"),
        ("=Orange", "une orange"),
        ("=Orange", "ORANGE"),
        ("orange NEAR/1 panne", "panne très générale chez Orange"),
        ("orange NOT fruit", "le fruit orange"),
        ("orange NOT (fruit OR couleur)", "Orange, la couleur"),
        ("NOT fruit", "un fruit"),
    ],
)
def test_what_does_not_match(query: str, text: str) -> None:
    """Parts of words, links, mail addresses and excluded contexts do not name a brand."""
    assert not matches(query, text)


@pytest.mark.parametrize(
    ("folding", "query", "same", "other"),
    [
        (Folding(case=False), "Orange", "Orangé", "ORANGE"),
        (Folding(accents=False), "Été", "ÉTÉ", "ete"),
        (Folding(accents=False), "cœur", "CŒUR", "coeur"),
        (Folding(case=False, accents=False), "Été", "l'Été", "Ete"),
        (Folding(confusables=False), "orange", "ORANGE", "Оrange"),
        (Folding(confusables=False), "Оrange", "оrange", "orange"),
    ],
)
def test_each_brand_folds_what_it_is_told_to(folding: Folding, query: str, same: str, other: str) -> None:
    """An option changes one brand's answer, and not its neighbour's."""
    queries = {"strict": parse(query, folding), "usual": parse(query)}
    assert brands(queries, [same, other]) == [("strict", "usual"), ("usual",)]


def test_a_language_is_detected_last_and_only_where_it_decides() -> None:
    """Of two posts only the one in which the word stands is worth a detection."""
    asked = []

    def detect(text: str, hint: str | None) -> str:
        asked.append(text)
        return "fr"

    matcher = Matcher({"orange": parse("lang:fr orange"), "sfr": parse("sfr")})
    assert matcher.match([Said("rien"), Said("sfr"), Said("l'orange")], detect) == [(), ("sfr",), ("orange",)]
    assert asked == ["l'orange"]


def test_brands_come_sorted_and_in_order_of_the_texts() -> None:
    """The answer does not depend on the order in which brands are configured."""
    queries = {"zeta": parse("z1 OR both"), "acme": parse("a1 OR both"), "ever": parse("NOT never")}
    texts = ["both", "a1", "never z1", "never"]
    expected = [("acme", "ever", "zeta"), ("acme", "ever"), ("zeta",), ()]
    assert brands(queries, texts) == expected
    assert brands(dict(reversed(queries.items())), texts) == expected


def test_only_telling_terms_wake_a_brand() -> None:
    """Of an AND the rarest part wakes the brand; what a query may lack never does."""
    assert triggers(parse("air AND (corsair OR transavia) NOT train").root) == {" corsair ", " transavia "}
    assert triggers(parse("NOT a OR b").root) is None


def test_hostile_texts_are_matched_in_linear_time() -> None:
    """Megabytes of one character, or of almost-addresses, end."""
    queries = {"acme": parse("acme NEAR/3 panne")}
    texts = ["a" * 1_000_000 + "@", "@" * 500_000, "#" * 500_000, "a.@" * 300_000, "&" * 500_000, "\u0301" * 200_000]
    assert brands(queries, texts) == [()] * len(texts)
    crowded = ["acme x y z " * 20_000 + "w w w panne", "#AcmePanne " * 20_000]
    assert brands(queries, crowded) == [(), ("acme",)]


WORDS = ["air", "france", "Air", "été", "klm", "air's", "vol"]


def reference(tree: object, words: list[str]) -> bool:
    """A naive matcher for fully parenthesised queries over lists of words."""
    low = [w.lower().replace("é", "e").split("'")[0] for w in words]

    def evaluate(node: object) -> bool:
        match node:
            case ("not", child):
                return not evaluate(child)
            case ("and", left, right):
                return evaluate(left) and evaluate(right)
            case ("or", left, right):
                return evaluate(left) or evaluate(right)
            case ("near", left, right, n):
                pairs = [(i, j) for i, a in enumerate(low) for j, b in enumerate(low) if a == left and b == right]
                return any(abs(i - j) - 1 <= n for i, j in pairs)
            case ("phrase", left, right):
                return any(pair == (left, right) for pair in pairwise(low))
            case ("prefix", start):
                return any(w.startswith(start) for w in low)
            case word:
                return word in low

    return evaluate(tree)


@st.composite
def queries(draw: st.DrawFn, depth: int = 3) -> tuple[str, object]:
    """A query as text, and its tree."""
    kinds = ["word", "phrase", "prefix", "near"] + (["not", "and", "or"] * 2 if depth else [])
    kind = draw(st.sampled_from(kinds))
    word = st.sampled_from(["air", "france", "ete", "klm", "vol"])
    if kind in ("and", "or"):
        left, right = draw(queries(depth - 1)), draw(queries(depth - 1))
        return f"({left[0]} {kind.upper()} {right[0]})", (kind, left[1], right[1])
    if kind == "not":
        text, tree = draw(queries(depth - 1))
        return f"(NOT {text})", ("not", tree)
    a, b, n = draw(word), draw(word), draw(st.integers(0, 3))
    spelled = {"word": a, "phrase": f'"{a} {b}"', "prefix": f"{a[:2]}*", "near": f"{a} NEAR/{n} {b}"}[kind]
    return spelled, {"word": a, "phrase": ("phrase", a, b), "prefix": ("prefix", a[:2]), "near": ("near", a, b, n)}[
        kind
    ]


@given(st.lists(queries(), min_size=1, max_size=4), st.lists(st.lists(st.sampled_from(WORDS), max_size=8), max_size=4))
def test_the_automaton_agrees_with_a_naive_reference(some: list[tuple[str, object]], texts: list[list[str]]) -> None:
    """For random queries and texts, brands compiled together match what each query means word by word."""
    spaced = [[part for word in words for part in re.split("(?<=')(?=s)", word)] for words in texts]
    flat = [[w.rstrip("'") if w.endswith("'") else w for w in words] for words in spaced]
    answers = brands({text: parse(text) for text, _ in some}, [" ".join(words) for words in texts])
    for words, answer in zip(flat, answers, strict=True):
        assert answer == tuple(sorted({text for text, tree in some if reference(tree, words)}))


TEXTS = st.text(max_size=60) | st.text(alphabet="aàÉœßøŧŋıİ '’-#@_.:/\u0301\u200d…«€оΟ🍊🇫1²ªŉ", max_size=30)


@given(TEXTS)
def test_spelling_keeps_words_in_step(text: str) -> None:
    """Each line has the same words, one for one, however it is folded; and every tail word has a place."""
    spelled = spell(text)
    words = spelled.written.split(" ")
    assert spelled.folded.split(" ") == [fold(word) for word in words]
    for case, accents in ((True, False), (False, True)):
        line = spelled.line(case=case, accents=accents)
        assert line.split(" ") == [fold(word, case=case, accents=accents) for word in words]
        assert fold(line) == spelled.folded
    for index, word in enumerate(spelled.folded.split()):
        for first, last in spelled.places(f" {word} "):
            assert 0 <= first <= last <= max(index, spelled.tail)


@pytest.mark.parametrize(
    "text", ["🍊" * 5_000, "Orange\u200d\u200c\u200b" * 1_000, "\ud800\udc00 a", "\x00" * 9, "ﷺ ½ ℀ ŉ"]
)
def test_odd_texts_do_not_break_matching(text: str) -> None:
    """Emoji, zero-width joiners, lone surrogates, control characters and ligatures pass."""
    assert brands({"acme": parse("acme")}, [text]) == [()]

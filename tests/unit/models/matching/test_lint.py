"""What people are told of queries that can be read: always true, on random posts too."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.matching.automaton import Matcher
from models.matching.evaluation import Said
from models.matching.folding import Folding
from models.matching.implication import branches, covered
from models.matching.lint import NEVER, lint
from models.matching.overlap import Overlap, overlaps
from models.matching.query import parse
from tests.contracts.naive_matcher import Tree, written
from tests.unit.models.matching.test_against_naive import FOLDINGS, POSTS, language, trees


@pytest.mark.parametrize(
    ("query", "remark"),
    [
        ("orange NOT orange", "can never match"),
        ('"orange bank" NOT orange', "can never match"),
        ("orange NOT oran*", "can never match"),
        ("#orange NOT orange", "can never match"),
        ("=Orange NOT orange", "can never match"),
        ("(a1 OR b1) NOT a1 NOT b1", "can never match"),
        ("(a1 NEAR/2 b1) NOT (a1 NEAR/5 b1)", "can never match"),
        ("orange lang:fr lang:en", "can never match"),
        ("orange lang:fr -lang:fr,en", "can never match"),
        ("orange site:shop.acme.com -site:acme.com", "can never match"),
        ("NOT fruit", "matches nearly everything"),
        ("orange OR NOT orange", "matches nearly everything"),
        ("orange OR NOT fruit", "matches nearly everything"),
        ("lang:fr -fruit", "matches nearly everything in lang:fr"),
        ("x NOT fruit", "very short"),
        ("ora*", "very short"),
        ("orange or sosh", "the operator is written OR"),
        ("orange sauf fruit", "the operator is written NOT"),
        ("orange ET sosh", "the operator is written AND"),
        ("acme OR zeta NOT street", "excludes from “zeta” only; for all, write (acme OR zeta) NOT street"),
        ("orange OR #orange", "“#orange” adds nothing: “orange” finds all that it finds"),
        ("orange OR #orange OR @orange", "“#orange”, “@orange” add nothing: “orange” finds all that they find. Leave"),
        ("orange OR Orange", "“Orange” adds nothing: “orange”"),
        ("sosh OR (orange panne) OR orange", "“orange panne” adds nothing: “orange”"),
        ("orange OR (orange lang:fr)", "“orange lang:fr” adds nothing: “orange”"),
        ('orange "orange bank"', '“orange” adds nothing beside “"orange bank"”'),
        ('orange NOT (fruit OR "fruit rouge")', '“"fruit rouge"” adds nothing: “fruit”'),
        ("orange lang:fr -lang:en", "“NOT lang:en” adds nothing beside “lang:fr”"),
        ("orange OR (sosh NOT sosh)", "“sosh NOT sosh” finds nothing"),
        ("orange lang:sv", "column 8: no text is found to be in “sv”"),
        ("Оrange", "mixes letters of two alphabets"),
    ],
)
def test_lint_says_what_is_odd(query: str, remark: str) -> None:
    """A query that can be read but hardly meant gets a remark."""
    assert any(remark in each for each in lint(parse(query))), lint(parse(query))


@pytest.mark.parametrize(
    "query",
    [
        "orange NOT (fruit OR couleur)",
        "=Orange",
        "a1 NOT (a1 NEAR/2 b1)",
        "orange NOT =Orange",
        '"or" air',
        "LG OR X5",
        '(orange NOT fruit) OR "orange bank"',
        "orange (lang:fr OR source:bluesky) -lang:en,und",
        "source:acme-news",
        "acme OR (zeta NOT street)",
        "(acme OR zeta) NOT street",
        "acme -street OR zeta -street",
        "site:acme.com OR (acme -site:acme.fr)",
        "(a1 NEAR/2 b1) OR (a1 NEAR/2 c1)",
    ],
)
def test_lint_is_quiet_about_sound_queries(query: str) -> None:
    """Sound queries get no remark."""
    assert lint(parse(query)) == []


def test_a_query_with_very_many_branches_is_left_alone() -> None:
    """What would take too long to judge is not judged, nor does it take long."""
    wide = " ".join(f"(a{i} OR b{i} OR c{i})" for i in range(200))
    assert lint(parse(wide)) == []
    assert lint(parse(" OR ".join(f"brand{i}" for i in range(800)))) == []
    some = " ".join(f"(a{i} OR b{i})" for i in range(9))
    many = f"{some} {' '.join(f'c{i}' for i in range(500))} {' '.join(f'-d{i}' for i in range(500))}"
    assert lint(parse(many)) == []
    assert overlaps({"wide": parse(wide), "narrow": parse("a1")}) == []


def test_brands_that_find_the_same_or_less_are_told() -> None:
    """The narrower brand is named with the wider one; of two equal ones the second, once."""
    queries = {
        "orange": parse("orange NOT fruit"),
        "twin": parse("ORANGE -Fruit"),
        "bank": parse('"orange bank" -fruit lang:fr'),
        "loose": parse('"orange bank"'),
        "sfr": parse("sfr OR red"),
        "red": parse("#red source:press"),
        "exact": parse("red", Folding(confusables=False)),
    }
    assert overlaps(queries) == [
        Overlap("twin", "orange", same=True),
        Overlap("bank", "orange", same=False),
        Overlap("red", "sfr", same=False),
    ]


def test_ten_thousand_brands_are_compared_through_an_index() -> None:
    """Not each with each: the odd ones out are found among very many."""
    queries = {f"brand{i}": parse(f'name{i} OR "{i}er service"') for i in range(10_000)}
    queries["late"] = parse("name77 panne")
    assert overlaps(queries) == [Overlap("late", "brand77", same=False)]


@settings(max_examples=300)
@given(trees(), FOLDINGS, st.lists(POSTS, max_size=8))
def test_what_can_never_match_never_does(tree: Tree, folding: Folding, posts: list[Said]) -> None:
    """No remark of lint is refuted by a post."""
    query = parse(written(tree), folding)
    if any(remark.startswith(NEVER) for remark in lint(query)):
        assert set(Matcher({"brand": query}).match(posts, language)) <= {()}


@settings(max_examples=300)
@given(trees(), trees(), FOLDINGS, FOLDINGS, st.lists(POSTS, min_size=1, max_size=8))
def test_what_is_covered_is_found_by_the_other(
    narrow: Tree, wide: Tree, folding: Folding, other: Folding, posts: list[Said]
) -> None:
    """Where one query is said to find no more than another, each of its posts is one of the other's."""
    other = replace(other, confusables=folding.confusables)
    queries = {"narrow": parse(written(narrow), folding), "wide": parse(written(wide), other)}
    ways = [branches(query.root) for query in queries.values()]
    first, second = (way or [] for way in ways)
    if covered(first, second) and None not in ways:
        for brands in Matcher(queries).match(posts, language):
            assert brands != ("narrow",)

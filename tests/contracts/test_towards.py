"""What the reading of posts towards their brands keeps to, in what it answers and in what it costs."""

from collections.abc import Sequence
from functools import cache

import pytest

from models.matching.automaton import Matcher
from models.matching.evaluation import Said
from models.matching.query import parse
from models.records import Sentiment
from models.sentiment.classifier import Classifier
from models.sentiment.lexicon import LexiconClassifier
from models.sentiment.onnx import OnnxClassifier
from models.target.mentions import Named, Towards
from tests.target_cases import CONTROLS, Case, cases

ONE_CLAUSE = [
    "Acme est nul",
    "@Acme your app is down again",
    "Encore une panne chez Acme ce matin",
    "horrible horrible Acme",
    "Acme, never again",
    "#AcmeFail",
]
SEVERAL = [
    "Terrible weather, but Acme was lovely",
    "Zeta m'a planté trois fois, alors que Acme a été parfait",
    "Zeta lost my bag. Acme found it",
    "J'adore le design mais Acme tombe en panne",
    "Acme saved my awful day",
]


class Counting:
    """A classifier that remembers how it was called."""

    name = "counting/1"

    def __init__(self) -> None:
        self._lexicon = LexiconClassifier()
        self.calls: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        self.calls.append(list(texts))
        return self._lexicon(texts)


def reader() -> tuple[Towards, Counting]:
    counting = Counting()
    return Towards(Matcher({"acme": parse("acme"), "zeta": parse("zeta")}).spans, counting), counting


def named(texts: Sequence[str], classifier: Classifier | None = None) -> list[Named]:
    matcher = Matcher({"acme": parse("acme"), "zeta": parse("zeta")})
    wholes = (classifier or LexiconClassifier())(texts)
    brands = matcher.match([Said(text) for text in texts], lambda text, hint: "und")
    return [Named(t, b, w) for t, b, w in zip(texts, brands, wholes, strict=True)]


def test_a_post_of_one_clause_costs_no_second_classification() -> None:
    """However negative it is."""
    towards, counting = reader()
    bad = Sentiment(negative=0.9, neutral=0.1, positive=0.0)
    answers = towards([Named(text, ("acme",), bad) for text in ONE_CLAUSE])
    assert counting.calls == []
    assert all(not each for each in answers.values())


def test_all_clauses_of_a_batch_go_in_one_call_and_once() -> None:
    """Copies of a text, and clauses that two brands share, are classified once."""
    towards, counting = reader()
    towards(named([*SEVERAL, *SEVERAL, *ONE_CLAUSE]))
    (call,) = counting.calls
    assert len(call) == len(set(call))


def test_an_answer_does_not_depend_on_the_batch() -> None:
    """One by one, together, or in another order: the same answers."""
    towards, _ = reader()
    items = named([*SEVERAL, *ONE_CLAUSE])
    together = towards(items)
    assert together == towards(items[::-1])
    for item in items:
        assert towards([item]) == {item: together[item]}


def test_only_what_differs_is_answered() -> None:
    """A brand whose sentiment is the whole text's is not in the answer."""
    towards, _ = reader()
    items = named(["Acme saved my awful day", "Acme est nul"])
    assert [sorted(each) for each in towards(items).values()] == [["acme"], []]


@pytest.mark.parametrize(
    "text", ["", "acme\ud800 but acme", "acme " * 25_000, "\ue000 acme \ue001 mais \ue000", "acme\x00,"]
)
def test_no_text_breaks_it(text: str) -> None:
    """Empty, broken, endless and forged texts pass."""
    towards, _ = reader()
    item = Named(text, ("acme", "zeta"), Sentiment(negative=0.9, neutral=0.1, positive=0.0))
    assert set(towards([item])) == {item}


@cache
def judged() -> list[tuple[Case, Sentiment, Sentiment]]:
    """The curated cases with their whole's sentiment and that towards the brand, by the embedded classifier."""
    classifier = OnnxClassifier(threads=2)
    found = cases()
    wholes = classifier([case.text for case in found])
    judged = []
    for case, whole in zip(found, wholes, strict=True):
        places = {case.brand: case.spans, "": case.rivals}
        towards = Towards(lambda _, brand, places=places: places[brand], classifier)  # type: ignore[misc]
        item = Named(case.text, (case.brand, "") if case.rivals else (case.brand,), whole)
        judged.append((case, whole, towards([item])[item].get(case.brand, whole)))
    return judged


def right(case: Case, told: Sentiment) -> bool:
    return (told.label == "negative") == (case.gold == "negative")


@pytest.mark.parametrize(("part", "gain"), [("development", 0.15), ("test", 0.1), ("fresh", 0.05)])
def test_the_curated_posts_gain_and_complaints_are_not_lost(part: str, gain: float) -> None:
    """Clearly more posts are right than by their whole; of the complaints one in a hundred may be lost, or one."""
    chosen = [(case, whole, told) for case, whole, told in judged() if case.part == part]
    before = sum(right(case, whole) for case, whole, _ in chosen)
    after = sum(right(case, told) for case, _, told in chosen)
    assert after >= before + gain * len(chosen)
    complaints = [(case, whole, told) for case, whole, told in chosen if case.gold == "negative"]
    found = sum(right(case, whole) for case, whole, _ in complaints)
    assert sum(right(case, told) for case, _, told in complaints) >= found - max(1, len(complaints) / 100)


def test_the_curated_posts_are_whole() -> None:
    """Enough of them, in both languages and halves, each brand found in its text, and two fifths plain complaints."""
    found = cases()
    assert all(case.spans for case in found)
    assert all(case.gold in ("negative", "neutral", "positive") for case in found)
    assert len({(case.text, case.brand) for case in found}) == len(found)
    halves = [case for case in found if case.phenomenon != "varied"]
    assert len(halves) >= 360
    for language in ("en", "fr"):
        for part in ("development", "test"):
            assert sum(case.language == language and case.part == part for case in halves) >= 90
    assert sum(case.phenomenon in CONTROLS for case in halves) >= 0.39 * len(halves)

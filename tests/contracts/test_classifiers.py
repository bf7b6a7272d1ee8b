"""What every sentiment classifier keeps to, whatever stands behind it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.records import Sentiment
from models.sentiment.cache import Cached
from models.sentiment.checkpoint import CheckpointClassifier
from models.sentiment.classifier import NEUTRAL, Answer, Classifier, answers
from models.sentiment.lexicon import LexiconClassifier
from models.sentiment.onnx import OnnxClassifier
from tests.contracts.tiny_checkpoint import write_checkpoint, write_embedded

PLAIN = [
    "Service client nul, je suis dégoûté",
    "I love this brand, thank you so much!",
    "The shop opens at nine.",
    "Le train part à 9 h.",
    "never again, worst airline ever 😡",
    "Bravo pour l'accueil, génial !",
]
HOSTILE = {
    "control characters": "bad\x00\x01\x1b[31m\x7f service",
    "100 kB": "horrible " * 12_500,
    "100 kB without a space": "a" * 100_000,
    "lone surrogates": "bad \ud800\udfff\udc00 \ud83d service",
    "escaped surrogates": r"bad \ud83d service \u00e9 \uZZZZ",
    "zero-width joiners": "b\u200da\u200cd\u200b" * 1_000,
    "5,000 emoji": "🤬" * 5_000,
    "family emoji": "👨‍👩‍👧‍👦" * 500,
    "right to left": "\u202eخدمة سيئة جدا\u202c ‏שירות גרוע",
    "combining marks": "e" + "\u0301" * 5_000,
    "markup": "<script>alert(1)</script> <!channel> &lt;b&gt; &#128545; &amp;amp;",
    "model's own signs": "<s></s><pad><unk> [CLS] [SEP] ▁▁▁",
    "a backslash u": "\\u",
}
SILENT = ["", "   ", "\n\t", "...", "https://t.example/abc", "@acme @other", "RT @acme: https://t.example/x", "\u200b"]


@pytest.fixture(scope="session", params=["embedded", "lexicon", "cached", "checkpoint", "with topics"])
def classifier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    """Each backend; the checkpoint is a tiny one with its ONNX export, and so is the graph that tells topics."""

    def checkpoint() -> Classifier:
        folder = tmp_path_factory.mktemp("checkpoint")
        write_checkpoint(Path(folder))
        return CheckpointClassifier(str(folder), threads=2)

    def with_topics() -> Classifier:
        folder = tmp_path_factory.mktemp("embedded")
        write_embedded(Path(folder))
        return Cached(OnnxClassifier(folder, threads=2), 4)

    make: dict[str, Callable[[], Classifier]] = {
        "embedded": lambda: OnnxClassifier(threads=2),
        "lexicon": LexiconClassifier,
        "cached": lambda: Cached(LexiconClassifier(), 4),
        "checkpoint": checkpoint,
        "with topics": with_topics,
    }
    return make[request.param]()


def close(one: Sentiment, other: Sentiment) -> bool:
    return max(abs(one.negative - other.negative), abs(one.positive - other.positive)) <= 2e-3


def test_it_has_a_name_and_a_version(classifier: Classifier) -> None:
    """A mention can tell who judged it."""
    name, _, version = classifier.name.rpartition("/")
    assert name and version


def test_answers_are_probabilities_in_the_order_of_the_texts(classifier: Classifier) -> None:
    """One answer per text; the three probabilities sum to 1; the order is kept."""
    told = classifier(PLAIN)
    assert len(told) == len(PLAIN)
    for answer in told:
        assert all(0.0 <= share <= 1.0 for share in (answer.negative, answer.neutral, answer.positive))
        assert answer.negative + answer.neutral + answer.positive == pytest.approx(1.0, abs=1e-6)
    assert classifier(PLAIN[::-1]) == told[::-1]
    assert classifier([]) == []


def test_plain_cases_are_right(classifier: Classifier) -> None:
    """What any classifier must get right, in both languages."""
    labels = [answer.label for answer in classifier(PLAIN)]
    assert labels == ["negative", "positive", "neutral", "neutral", "negative", "positive"]


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_text_breaks_it(classifier: Classifier, kind: str) -> None:
    """Hostile text gets an answer, and its neighbours get theirs."""
    before, answer, after = classifier([PLAIN[0], HOSTILE[kind], PLAIN[1]])
    assert answer.negative + answer.neutral + answer.positive == pytest.approx(1.0, abs=1e-6)
    assert [before.label, after.label] == ["negative", "positive"]


@pytest.mark.parametrize("text", SILENT)
def test_a_text_that_says_nothing_is_neutral(classifier: Classifier, text: str) -> None:
    """Empty texts, and those of names and links only, are neutral."""
    assert classifier([text]) == [NEUTRAL]
    assert answers(classifier, [text]) == [Answer(NEUTRAL)]


def test_neighbours_do_not_change_an_answer(classifier: Classifier) -> None:
    """A text's answer is the same alone, in a batch, and beside a much longer text; and the same every time."""
    alone = [classifier([text])[0] for text in PLAIN]
    together = classifier([*PLAIN, *HOSTILE.values()])[: len(PLAIN)]
    many = classifier(PLAIN * 11)[-len(PLAIN) :]
    assert all(close(a, b) and close(a, c) for a, b, c in zip(alone, together, many, strict=True))
    assert classifier(PLAIN) == classifier(PLAIN)


def test_topics_come_with_the_same_sentiment_and_without_the_neighbours(classifier: Classifier) -> None:
    """Who tells topics tells the sentiment of a call, and of each text what it tells of it alone."""
    texts = ["product recall", *PLAIN, "recall " * 3, *HOSTILE.values()]
    told = answers(classifier, texts)
    assert [answer.sentiment for answer in told] == classifier(texts)
    alone = [answers(classifier, [text])[0].risk for text in texts]
    assert [risk and risk.topic for risk in alone] == [answer.risk and answer.risk.topic for answer in told]
    assert all(0.0 <= risk.score <= 1.0 for risk in alone if risk is not None)

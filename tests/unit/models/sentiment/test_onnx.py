"""What the embedded classifier makes of a graph that tells topics, and of one that does not."""

from pathlib import Path

import pytest

from models.records import Risk
from models.sentiment.classifier import ClassifierUnavailable
from models.sentiment.onnx import OnnxClassifier
from tests.contracts.tiny_checkpoint import write_embedded


def told(folder: Path, *texts: str, risk: bool = True) -> list[Risk | None]:
    return [answer.risk for answer in OnnxClassifier(folder, threads=1, risk=risk).answers(texts)]


def test_the_likeliest_topic_is_told_of_a_post_at_risk(tmp_path: Path) -> None:
    """The same pass that tells the tone tells the topic; the score is how sure it is that there is one."""
    write_embedded(tmp_path)
    classifier = OnnxClassifier(tmp_path, threads=1)
    assert classifier.tells_risk
    news, praise = classifier.answers(["recall", "love"])
    assert news.risk == Risk(topic="safety-recall", score=0.998)
    assert (praise.risk, praise.sentiment.label) == (None, "positive")
    assert classifier(["recall", "love"]) == [news.sentiment, praise.sentiment]


def test_what_is_likely_but_not_enough_is_not_told(tmp_path: Path) -> None:
    """Beside one other word *recall* leaves 0.88, beside three 0.53: less than the 0.6 of the card."""
    write_embedded(tmp_path)
    sure, unsure = told(tmp_path, "recall shop", "recall shop shop shop")
    assert sure == Risk(topic="safety-recall", score=0.883)
    assert unsure is None


@pytest.mark.parametrize(("graph", "card", "risk"), [(False, True, True), (True, False, True), (True, True, False)])
def test_no_topic_is_told_where_one_part_is_missing(tmp_path: Path, graph: bool, card: bool, risk: bool) -> None:
    """The graph lacks the output, the card its labels, or nobody wants it: the tone is told all the same."""
    write_embedded(tmp_path, graph=graph, card=card)
    classifier = OnnxClassifier(tmp_path, threads=1, risk=risk)
    assert not classifier.tells_risk
    assert [answer.risk for answer in classifier.answers(["recall"])] == [None]
    assert classifier(["love"])[0].label == "positive"


def test_what_ships_tells_topics() -> None:
    """The head is in the package and fits the weights: a recall in a neutral voice is told."""
    (answer,) = OnnxClassifier(threads=1).answers(["Rappel de produit : listeria détectée dans les fromages Acme"])
    assert answer.sentiment.label == "neutral"
    assert answer.risk is not None and answer.risk.topic == "safety-recall"


@pytest.mark.parametrize(("broken", "remedy"), [("topics.onnx", "train topics.onnx again"), ("model.onnx", "install")])
def test_files_that_do_not_fit_are_told(tmp_path: Path, broken: str, remedy: str) -> None:
    """One line with the file and what to do."""
    write_embedded(tmp_path)
    (tmp_path / broken).write_bytes(b"not a graph")
    with pytest.raises(ClassifierUnavailable, match=remedy):
        OnnxClassifier(tmp_path, threads=1)

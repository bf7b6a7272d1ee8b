"""What the embedded classifier makes of a graph that tells topics, and of one that does not."""

import random
from pathlib import Path

import pytest

from models.records import Risk
from models.sentiment.classifier import ClassifierUnavailable
from models.sentiment.onnx import OnnxClassifier
from tests.contracts.tiny_checkpoint import write_cascade, write_embedded


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


def labels(folder: Path, *texts: str, risk: bool = True) -> list[str]:
    return [each.label for each in OnnxClassifier(folder, threads=1, risk=risk)(texts)]


def test_the_deep_network_is_asked_where_the_quick_one_is_not_sure(tmp_path: Path) -> None:
    """*love* leaves the quick one without doubt, among other words with some: then the deep one says the contrary."""
    write_cascade(tmp_path, sure_from=0.97)
    assert labels(tmp_path, "love", "love unknown unknown", "never", "never unknown unknown") == [
        "positive",
        "negative",
        "negative",
        "positive",
    ]


def test_the_deep_network_is_asked_where_a_complaint_may_be_missed(tmp_path: Path) -> None:
    """What looks a little negative beside another label is read again; what is told negative anyhow is not."""
    write_cascade(tmp_path, sure_from=0.5, negative_to=0.02)
    told = OnnxClassifier(tmp_path, threads=1).answers(["love shop love", "love never love", "never love never"])
    assert [answer.origin for answer in told] == ["model", "deep", "model"]


def test_the_deep_network_is_asked_where_there_may_be_bad_news(tmp_path: Path) -> None:
    """The quick one's hint is enough for a second look, never for a word; what the deep one tells is told."""
    write_cascade(tmp_path, sure_from=0.0, hint_from=0.6)
    sure, calm = OnnxClassifier(tmp_path, threads=1).answers(["love recall", "love"])
    assert (sure.sentiment.label, sure.risk) == ("negative", Risk(topic="outage", score=0.883))
    assert (calm.sentiment.label, calm.risk) == ("positive", None)


def test_both_networks_have_a_say_where_the_deep_one_is_asked(tmp_path: Path) -> None:
    """By its share; a topic is the deep one's alone, and what the quick one answers by itself stays its own."""
    texts = ["love unknown recall", "love"]
    found = []
    for share in (0.0, 0.75, 1.0):
        folder = tmp_path / str(share)
        folder.mkdir()
        write_cascade(folder, sure_from=0.97, share=share)
        found.append(OnnxClassifier(folder, threads=1).answers(texts))
    (quick, alone), (both, _), (deep, still) = found
    assert (quick.sentiment.label, deep.sentiment.label) == ("positive", "negative")
    expected = 0.25 * quick.sentiment.negative + 0.75 * deep.sentiment.negative
    assert both.sentiment.negative == pytest.approx(expected, abs=1e-4)
    assert quick.risk == both.risk == deep.risk
    assert alone == still


def test_who_is_thorough_asks_both_about_everything(tmp_path: Path) -> None:
    """However sure the quick one is; and the mention says that it was read so."""
    write_cascade(tmp_path, sure_from=0.0, share=0.75)
    usual, thorough = (OnnxClassifier(tmp_path, threads=1, thorough=each) for each in (False, True))
    (quick,), (both,) = usual.answers(["love"]), thorough.answers(["love"])
    assert (quick.origin, quick.sentiment.label) == ("model", "positive")
    assert (both.origin, both.sentiment.label) == ("deep", "negative")
    assert thorough.name == f"{usual.name}-thorough"


def test_a_network_alone_cannot_be_more_thorough(tmp_path: Path) -> None:
    """There is nobody else to ask, and the name does not claim it."""
    write_embedded(tmp_path)
    usual, thorough = (OnnxClassifier(tmp_path, threads=1, thorough=each) for each in (False, True))
    assert thorough.answers(["love", "recall"]) == usual.answers(["love", "recall"])
    assert thorough.name == usual.name


def test_answers_name_the_network_that_told(tmp_path: Path) -> None:
    """An operator sees how much is read twice."""
    write_cascade(tmp_path, sure_from=0.97)
    told = OnnxClassifier(tmp_path, threads=1).answers(["love", "love unknown unknown", "@user"])
    assert [answer.origin for answer in told] == ["model", "deep", "model"]


def test_without_risk_only_doubt_asks_the_deep_network(tmp_path: Path) -> None:
    """Nobody wants to know of topics: a hint of them costs no second look."""
    write_cascade(tmp_path, sure_from=0.0, hint_from=0.6)
    assert labels(tmp_path, "love recall", risk=False) == ["positive"]


def test_answers_do_not_depend_on_neighbours_that_went_deeper(tmp_path: Path) -> None:
    """On threads or not, in whatever order: a text's answer is its own."""
    write_cascade(tmp_path, sure_from=0.97, hint_from=0.6)
    texts = ["love", "love unknown", "recall", "never never", "shop"] * 4
    alone = [OnnxClassifier(tmp_path, threads=1).answers([text])[0] for text in texts]
    assert OnnxClassifier(tmp_path, threads=3).answers(texts) == alone


def test_what_ships_says_the_same_however_batches_are_cut() -> None:
    """To the last digit, of texts of many lengths, by both networks: a replay tells the same mentions."""
    said = "Acme n'est pas terrible, this train 🤬 was late again, et je suis ravie du service client"
    words = said.split()
    chance = random.Random(2)
    texts = [" ".join(chance.choices(words, k=chance.randint(1, 50))) for _ in range(90)]
    alone = [OnnxClassifier(threads=1, thorough=True)([text])[0] for text in texts[:9]]
    told = OnnxClassifier(threads=2, thorough=True)(texts)
    assert told[:9] == alone
    order = chance.sample(range(90), 90)
    assert OnnxClassifier(threads=1, thorough=True)([texts[place] for place in order]) == [told[at] for at in order]


def test_a_deep_network_that_is_missing_is_told(tmp_path: Path) -> None:
    """The card says that there is one."""
    write_cascade(tmp_path, sure_from=0.9, hint_from=0.6)
    (tmp_path / "deep.onnx").unlink()
    with pytest.raises(ClassifierUnavailable, match=r"deep\.onnx is missing"):
        OnnxClassifier(tmp_path, threads=1)


def test_a_quick_network_that_tells_no_words_is_told(tmp_path: Path) -> None:
    """Files of two versions: the deep network would have nothing to read, and would never be asked."""
    write_cascade(tmp_path, sure_from=0.9)
    card = (tmp_path / "config.json").read_bytes()
    write_embedded(tmp_path)
    (tmp_path / "config.json").write_bytes(card)
    with pytest.raises(ClassifierUnavailable, match="does not tell the words"):
        OnnxClassifier(tmp_path, threads=1)


def test_no_topic_is_told_where_the_quick_network_would_not_notice(tmp_path: Path) -> None:
    """Its head is missing: rather the rules alone than what the deep one happens to see."""
    write_cascade(tmp_path, sure_from=0.9, topics=False)
    assert not OnnxClassifier(tmp_path, threads=1).tells_risk
    assert told(tmp_path, "recall") == [None]


def test_what_ships_tells_topics() -> None:
    """The head is in the package and fits the weights: a recall in a neutral voice is told."""
    (answer,) = OnnxClassifier(threads=1).answers(
        ["Acme asks owners of its 2024 strollers to return them for a new brake part"]
    )
    assert answer.sentiment.label == "neutral"
    assert answer.risk is not None and answer.risk.topic == "safety-recall"


@pytest.mark.parametrize(("broken", "remedy"), [("topics.onnx", "train topics.onnx again"), ("model.onnx", "install")])
def test_files_that_do_not_fit_are_told(tmp_path: Path, broken: str, remedy: str) -> None:
    """One line with the file and what to do."""
    write_embedded(tmp_path)
    (tmp_path / broken).write_bytes(b"not a graph")
    with pytest.raises(ClassifierUnavailable, match=remedy):
        OnnxClassifier(tmp_path, threads=1)

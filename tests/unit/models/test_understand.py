"""The understanding stage: who is mentioned, classified once, keyed right; and what quotes and replies spread."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from models.matching.automaton import Matcher
from models.matching.query import parse
from models.matching.words import Spelled, spell
from models.records import Author, Mention, Post, PostKind, Risk, Sentiment, Share, ShareKind, Topic
from models.risk.judge import RiskJudge
from models.sentiment.cache import Cached
from models.sentiment.classifier import Answer
from models.stories import Told
from models.understand import Understand

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BAD = Sentiment(negative=0.9, neutral=0.1, positive=0.0)
GOOD = Sentiment(negative=0.0, neutral=0.1, positive=0.9)


class Recorder:
    """A classifier that remembers how it was called."""

    name = "recorder/1"

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        self.calls.append(list(texts))
        return [BAD if "nul" in text else GOOD for text in texts]


def post(post_id: str = "toy:1", text: str = "Acme est nul", **fields: object) -> Post:
    plain = Post(id=post_id, source="toy", network="toy", author=Author(id="a"), text=text, created_at=NOW, seen_at=NOW)
    return msgspec.structs.replace(plain, **fields)


def stage(watched: set[str] | None = None) -> tuple[Understand, Recorder]:
    recorder = Recorder()
    matcher = Matcher({"acme": parse("acme"), "zeta": parse("zeta")})
    return Understand(matcher, recorder, lambda text, hint: hint or "fr", RiskJudge(), watched=watched), recorder


def mentions(*posts: Post) -> list[Mention]:
    understand, _ = stage()
    emits = [emit for output in understand(posts, NOW).outputs for emit in output]
    return [e.record for e in emits if e.topic is Topic.MENTIONS and isinstance(e.record, Mention)]


def test_a_post_that_names_a_brand_becomes_a_mention_for_its_brand_and_its_cascade() -> None:
    """The mention goes to the brand's detector and to the cascade of the post."""
    understand, _ = stage()
    done = understand([post(), post("toy:2", "rien à voir")], NOW)
    assert [[(e.topic, e.key) for e in out] for out in done.outputs] == [
        [(Topic.MENTIONS, "acme"), (Topic.SPREAD, "toy:1")],
        [],
    ]
    (mention,) = mentions(post())
    assert (mention.sentiment, mention.language, mention.model, mention.risk) == (BAD, "fr", "recorder/1", None)
    assert mention.adverse


def test_texts_of_a_batch_are_classified_in_one_call_and_once() -> None:
    """Two brands in a post, copies of a text, and posts that name nobody cost nothing more."""
    understand, recorder = stage()
    understand([post(text="acme et zeta"), post("b", "acme et zeta"), post("c", "nobody"), post("d", "zeta nul")], NOW)
    assert recorder.calls == [["acme et zeta", "zeta nul"]]
    recorder.calls.clear()
    understand([post("c", "nobody")], NOW)
    assert recorder.calls == []


def test_a_language_is_detected_once_and_only_where_somebody_asks() -> None:
    """Queries with `lang:` and the mention agree, and share one detection; a post that names nobody has none."""
    asked: list[str] = []

    def detect(text: str, hint: str | None) -> str:
        asked.append(text)
        return hint or "en"

    matcher = Matcher({"acme": parse("acme -lang:fr"), "zeta": parse("zeta")})
    understand = Understand(matcher, Recorder(), detect, RiskJudge())
    posts = [post(text="acme"), post("b", "acme"), post("c", "rien"), post("d", "acme", language="fr")]
    outputs = understand(posts, NOW).outputs
    found = [[e.record.language for e in out if isinstance(e.record, Mention)] for out in outputs]
    assert found == [["en", "en"], ["en", "en"], [], []]
    assert asked == ["acme", "acme"]
    understand([post("e", "zeta")], NOW)
    assert asked == ["acme", "acme", "zeta"]


def test_a_text_is_spelled_once_for_matcher_and_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """What finds the brands and what judges the risk read one spelling; another batch begins anew."""
    asked: list[str] = []

    def counted(text: str) -> Spelled:
        asked.append(text)
        return spell(text)

    monkeypatch.setattr("models.understand.spell", counted)
    understand, _ = stage()
    understand([post(text="acme rappelle ses lardons"), post("b", "acme rappelle ses lardons"), post("c", "rien")], NOW)
    assert asked == ["acme rappelle ses lardons", "rien"]
    understand([post("d", "rien")], NOW)
    assert asked[2:] == ["rien"]


def test_each_brand_of_a_post_has_its_own_mention() -> None:
    """Two brands, two mentions: same story, other ids, the same ids every time."""
    first, second = mentions(post(text="Zeta copie Acme, quelle histoire"))
    assert (first.brand, second.brand) == ("acme", "zeta")
    assert first.story == second.story
    assert first.id != second.id
    assert [m.id for m in mentions(post(text="Zeta copie Acme, quelle histoire"))] == [first.id, second.id]


def test_a_mentions_sentiment_is_towards_its_brand() -> None:
    """Two brands with opposite tones in one post have a sentiment each; what differs from the post says so."""
    understand, recorder = stage()
    done = understand([post(text="Zeta est nul, mais Acme est super"), post("b", "Acme est nul")], NOW)
    found = [
        (e.record.brand, e.record.sentiment, e.record.post_sentiment)
        for output in done.outputs
        for e in output
        if isinstance(e.record, Mention) and e.topic is Topic.MENTIONS
    ]
    assert found == [("acme", GOOD, BAD), ("zeta", BAD, None), ("acme", BAD, None)]
    assert recorder.calls == [
        ["Zeta est nul, mais Acme est super", "Acme est nul"],
        ["mais Acme est super", "Zeta est nul"],
    ]


def test_a_known_sentiment_is_not_read_otherwise() -> None:
    """What the source knows about a post holds for all of its brands."""
    understand, recorder = stage()
    done = understand([post(text="Horrible weather, but acme was lovely", known_sentiment=BAD)], NOW)
    (mention,) = {e.record for e in done.outputs[0]}
    assert isinstance(mention, Mention)
    assert (mention.sentiment, mention.post_sentiment, recorder.calls) == (BAD, None, [])


def test_what_the_source_knows_is_taken_as_given() -> None:
    """Known brands replace matching, a known sentiment the classifier; an empty list of brands means none."""
    understand, recorder = stage()
    given = post(text="acme", known_brands=("beta", "beta", "alpha"), known_sentiment=GOOD, language="en")
    done = understand([given, post("b", "acme", known_brands=())], NOW)
    found = [e.record for e in done.outputs[0] if isinstance(e.record, Mention) and e.topic is Topic.MENTIONS]
    assert [(m.brand, m.sentiment, m.model, m.language) for m in found] == [
        ("beta", GOOD, "given", "en"),
        ("alpha", GOOD, "given", "en"),
    ]
    assert done.outputs[1] == []
    assert recorder.calls == []


def test_a_source_names_no_brand_that_nobody_watches() -> None:
    """Each brand costs memory for months. Where a source means others than ours, its post is read as any other."""
    understand, _ = stage(watched={"beta"})
    posts = [post(known_brands=names) for names in (("beta", "Beta Inc."), ("Acme Inc.",), ())]
    found = [[e.record for e in out if e.topic is Topic.MENTIONS] for out in understand(posts, NOW).outputs]
    assert [[m.brand for m in each if isinstance(m, Mention)] for each in found] == [["beta"], ["acme"], []]


def test_bad_news_is_marked_whatever_its_tone() -> None:
    """A recall that reads neutral carries its risk, and counts against the brand."""
    (mention,) = mentions(post(text="Rappel produit chez Acme : ne pas consommer"))
    assert mention.sentiment.label == "positive"
    assert mention.risk == Risk(topic="safety-recall", score=0.9)
    assert mention.adverse


class Reader(Recorder):
    """Reads an environmental risk in every text on a creek."""

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        creek = Risk(topic="environment", score=0.7)
        return [Answer(each, creek if "creek" in text else None) for text, each in zip(texts, self(texts), strict=True)]


def test_bad_news_in_words_that_no_rule_knows_is_read_by_the_classifier() -> None:
    """One reading gives tone and topic; a rule wins over it; a post whose tone the source knew is not read at all."""
    reader = Reader()
    understand = Understand(Matcher({"acme": parse("acme")}), Cached(reader, 10), lambda text, hint: "en", RiskJudge())
    creek, recall = "the creek behind Acme is orange", "Acme recalls 9,000 fridges from the creek for a fire risk"
    posts = [post(text=creek), post("b", recall), post("c", f"{creek}!", known_sentiment=GOOD), post("d", "Acme nul")]
    found = [e.record for out in understand(posts, NOW).outputs for e in out if e.topic is Topic.MENTIONS]
    risks = [(m.risk and m.risk.topic, m.sentiment.label) for m in found if isinstance(m, Mention)]
    assert risks == [
        ("environment", "positive"),
        ("safety-recall", "positive"),
        (None, "positive"),
        (None, "negative"),
    ]
    assert reader.calls == [[creek, recall, "Acme nul"]]


@pytest.mark.parametrize(
    ("kind", "root", "parent", "key"),
    [
        (PostKind.QUOTE, "root", "parent", "root"),
        (PostKind.REPLY, None, "parent", "parent"),
        (PostKind.POST, "root", "parent", None),
        (PostKind.REPLY, None, None, None),
        (PostKind.QUOTE, "toy:1", None, None),
    ],
)
def test_quotes_and_replies_spread_what_they_answer(
    kind: PostKind, root: str | None, parent: str | None, key: str | None
) -> None:
    """A quote or reply is a share of its root, brand or not; a post of itself is not."""
    understand, _ = stage()
    answering = post(text="lol", kind=kind, root_id=root, parent_id=parent, created_at=NOW - timedelta(seconds=5))
    (out,) = understand([answering], NOW).outputs
    assert [(e.topic, e.key) for e in out] == ([(Topic.SPREAD, key)] if key else [])
    for emit in out:
        assert isinstance(emit.record, Share)
        assert emit.record.kind in (ShareKind.QUOTE, ShareKind.REPLY)
        assert (emit.record.root_id, emit.record.created_at) == (key, answering.created_at)


def test_splitting_a_batch_changes_nothing() -> None:
    """One by one or together, in any cut, the same outputs."""
    texts = ["acme 1 nul", "zeta est nul, mais acme va bien", "acme", "nul. mais zeta va, acme aussi", "acme 1 nul"]
    posts = [post(str(i), text, kind=PostKind.REPLY, root_id="r") for i, text in enumerate(texts)]
    whole = stage()[0](posts, NOW).outputs
    for cut in range(len(posts)):
        understand, _ = stage()
        assert [*understand(posts[:cut], NOW).outputs, *understand(posts[cut:], NOW).outputs] == list(whole)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("RT @x: Acme est en panne générale !", "acme est en panne GÉNÉRALE https://t.co/1", True),
        ("Acme est en panne générale", "Acme n'est plus en panne", False),
        ("lol https://www.n.example/a/?utm_source=x#y", "😡 http://n.example/a", True),
        ("lol https://n.example/a?id=1", "lol https://n.example/a?id=2", False),
        ("nul", "nul", False),
        ("", "", False),
        ("https://[broken", "https://[broken", True),
    ],
)
def test_stories(one: str, other: str, same: bool) -> None:
    """Copies of a text, and posts that are little but a link, are one story; a short remark is its own."""
    assert (Told(post("a", one)).story == Told(post("b", other)).story) is same

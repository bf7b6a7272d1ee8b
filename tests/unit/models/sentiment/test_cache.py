"""The memory in front of a classifier."""

from collections.abc import Sequence

from models.records import Risk, Sentiment
from models.sentiment.cache import Cached
from models.sentiment.classifier import Answer, answers


class Counting:
    """Answers with the length of the text, and remembers what it was asked."""

    name = "counting/1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        self.asked += texts
        return [Sentiment(negative=len(text) / 100, neutral=1 - len(text) / 100, positive=0.0) for text in texts]


def test_copies_and_reshares_are_classified_once() -> None:
    """Other names, links, spaces and a reshare's prefix do not make another text."""
    bare = Counting()
    cached = Cached(bare, 10)
    copies = ["hi @a http://x.example", "RT @z: hi @b  https://y.example/1", "hi\n@c www.z.example"]
    answers = cached(copies)
    assert bare.asked == [copies[0]]
    assert answers[0] == answers[1] == answers[2]
    assert cached(["other", *copies])[1:] == answers
    assert bare.asked == [copies[0], "other"]


def test_it_remembers_the_recent_and_never_too_many() -> None:
    """The memory is bounded, also within one batch; what was used last stays."""
    bare = Counting()
    cached = Cached(bare, 2)
    assert len(cached(["a", "b", "c", "a"])) == 4
    assert len(cached) == 2
    cached(["b"])
    cached(["d"])
    bare.asked.clear()
    cached(["b", "d"])
    assert bare.asked == []


def test_it_tells_where_answers_come_from() -> None:
    """The observer can count answers by origin."""
    told: list[tuple[str, int]] = []
    cached = Cached(Counting(), 10, lambda origin, count: told.append((origin, count)))
    cached(["a", "a", "b"])
    cached(["a"])
    assert told == [("model", 2), ("cache", 1), ("cache", 1)]
    assert cached.name == "counting/1"


def test_it_tells_how_much_was_read_twice() -> None:
    """Of a model of two networks, what the deep one told is counted apart."""

    class Deep(Counting):
        def answers(self, texts: Sequence[str]) -> list[Answer]:
            return [
                Answer(each, origin="deep" if text > "b" else "model")
                for text, each in zip(texts, self(texts), strict=True)
            ]

    told: dict[str, int] = {}
    Cached(Deep(), 10, told.__setitem__)(["a", "b", "c", "c", "d"])
    assert told == {"model": 2, "deep": 2, "cache": 1}


class Telling(Counting):
    """Tells a topic of every text, too."""

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        return [Answer(each, Risk(topic="fraud", score=0.7)) for each in self(texts)]


def test_it_keeps_the_topic_beside_the_sentiment() -> None:
    """Whichever is asked first, a text is read once, and both are remembered."""
    bare = Telling()
    cached = Cached(bare, 10)
    (sentiment,) = cached(["a"])
    assert answers(cached, ["a", "b"])[0] == Answer(sentiment, Risk(topic="fraud", score=0.7))
    assert cached(["b"]) == [answers(cached, ["b"])[0].sentiment]
    assert bare.asked == ["a", "b"]


def test_a_classifier_without_topics_tells_none() -> None:
    """Behind the memory as in front of it."""
    bare = Counting()
    assert answers(Cached(bare, 10), ["a"]) == answers(bare, ["a"]) == [Answer(bare(["a"])[0])]

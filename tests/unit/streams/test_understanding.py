"""The understanding stage as it is built from settings, and run by the engine."""

from datetime import UTC, datetime, timedelta

import pytest

from models.records import Author, Mention, Post, Tick, Topic
from models.sentiment.classifier import ClassifierUnavailable
from models.sentiment.lexicon import LexiconClassifier
from models.sentiment.onnx import OnnxClassifier
from streams.engines.local import LocalRunner
from streams.metrics import CLASSIFIED
from streams.parts import Parts, understand
from streams.settings.schema import BrandSettings, ClassifierSettings, RiskSettings, Settings
from streams.topology import Stage
from streams.understanding import BadQueries, build_classifier, build_matcher

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BRANDS = (BrandSettings(name="acme", query="acme NOT roadrunner"), BrandSettings(name="zeta", query="zeta"))


def settings(**classifier: object) -> Settings:
    return Settings(brands=BRANDS, classifier=ClassifierSettings(**classifier))  # type: ignore[arg-type]


def post(number: int, text: str) -> Post:
    return Post(
        id=f"p{number}",
        source="toy",
        network="toy",
        author=Author(id="a"),
        text=text,
        created_at=NOW,
        seen_at=NOW,
    )


async def test_the_stage_runs_in_the_engine_and_counts_what_it_classified() -> None:
    """From settings to mentions: matched, classified, and counted by where the answer came from."""
    stage = Stage("understand", Topic.POSTS, (Topic.MENTIONS, Topic.SPREAD), understand)
    before = CLASSIFIED.labels("lexicon", "model")._value.get()
    run = LocalRunner(Parts(settings(backend="lexicon")), stages=(stage,))
    texts = ["Acme est nul", "bonjour", "zeta et acme, merci", "Acme est nul", "acme roadrunner"]
    await run.feed(*(post(i, text) for i, text in enumerate(texts)), Tick(now=NOW + timedelta(seconds=5)))
    found = [m for m in run.records(Topic.MENTIONS) if isinstance(m, Mention)]
    assert sorted((m.post.id, m.brand, m.sentiment.label) for m in found) == [
        ("p0", "acme", "negative"),
        ("p2", "acme", "positive"),
        ("p2", "zeta", "positive"),
        ("p3", "acme", "negative"),
    ]
    assert CLASSIFIED.labels("lexicon", "model")._value.get() - before == 2


def test_all_bad_queries_are_told_at_once() -> None:
    """Each brand with a bad query has its line."""
    with pytest.raises(BadQueries) as caught:
        build_matcher([BrandSettings(name="a", query="(a"), *BRANDS, BrandSettings(name="b", query="")])
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "brands[0].query of a",
        "brands[3].query of b",
    ]


@pytest.mark.parametrize("head", [True, False])
def test_the_settings_say_whether_the_classifier_tells_risks(monkeypatch: pytest.MonkeyPatch, head: bool) -> None:
    """`[risk] head` reaches the classifier, which is asked for nothing that nobody wants."""
    asked: list[bool] = []

    def build(chosen: ClassifierSettings, observe: object, *, risk: bool) -> LexiconClassifier:
        asked.append(risk)
        return LexiconClassifier()

    monkeypatch.setattr("streams.understanding.build_classifier", build)
    understand(Parts(Settings(brands=BRANDS, risk=RiskSettings(head=head))))
    assert asked == [head]


def test_the_settings_choose_the_classifier() -> None:
    """Each backend by its name, as thorough as it shall be; a memory of 0 switches it off."""
    usual = build_classifier(ClassifierSettings(backend="embedded", threads=1)).name
    assert usual.startswith("tocsin-e5-small/")
    assert build_classifier(ClassifierSettings(threads=1, thorough=True)).name == f"{usual}-thorough"
    assert type(build_classifier(ClassifierSettings(backend="lexicon", cache=0))).__name__ == "LexiconClassifier"
    bare = build_classifier(ClassifierSettings(threads=1, cache=0))
    assert isinstance(bare, OnnxClassifier) and not bare.tells_risk
    with pytest.raises(ClassifierUnavailable, match="no checkpoint is named"):
        build_classifier(ClassifierSettings(backend="transformers"))

"""`tocsin classify`: one text a line in, one line of JSON out: label, probabilities, language."""

from collections.abc import Mapping, Sequence
from threading import Thread
from typing import Any

import click

from models.language import LanguageDetector
from models.records import Sentiment
from models.sentiment.classifier import Classifier, ClassifierUnavailable
from streams.cli.lines import WrongCall, json_object, settings_from, text_of, work_through
from streams.rows import OR_WINDOWS
from streams.settings.schema import ClassifierSettings
from streams.understanding import build_classifier

Item = tuple[str, str | None]
"""A text, and the language that its source claims."""


@click.command()
@click.argument("file", default="-")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", help="What a line holds.")
@click.option("--settings", help="A tocsin.toml whose [classifier] is used instead of the embedded model.")
@click.pass_context
def command(context: click.Context, file: str, form: str, settings: str | None) -> None:
    """Tell how negative each text is.

    FILE has one text a line, or JSON objects with `text` (and `language`, where known); `-` is the standard input.
    Answers are JSON lines in the same order. A bad line is named on stderr, and makes the exit code 1.
    """
    chosen = settings_from(context, settings)
    detector = LanguageDetector()
    loading = Thread(target=detector.load)  # both models take a while to load, mostly outside the interpreter
    loading.start()
    classifier = _classifier(chosen.classifier if chosen is not None else ClassifierSettings())

    def answer(items: Sequence[Item]) -> list[Mapping[str, Any]]:
        sentiments = classifier([text for text, _ in items])
        loading.join()
        return [
            {"label": sentiment.label, "scores": _scores(sentiment), "language": detector(text, hint)}
            for (text, hint), sentiment in zip(items, sentiments, strict=True)
        ]

    work_through("classify", file, _text if form == "text" else _post, answer)


def _classifier(settings: ClassifierSettings) -> Classifier:
    try:
        return build_classifier(settings)
    except ClassifierUnavailable as error:
        raise WrongCall(f"[classifier]: {error}") from error


def _text(raw: bytes) -> Item:
    """Every line is a text, an empty one too, so that line n of the answers is about line n of the input."""
    return raw.decode("utf-8", OR_WINDOWS), None


def _post(raw: bytes) -> Item | None:
    if not raw.strip():
        return None
    post = json_object(raw)
    language = post.get("language")
    return text_of(post), language if isinstance(language, str) else None


def _scores(sentiment: Sentiment) -> dict[str, float]:
    return {"negative": sentiment.negative, "neutral": sentiment.neutral, "positive": sentiment.positive}

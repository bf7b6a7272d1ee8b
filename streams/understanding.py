"""Builds what the understanding stage is made of from the settings: the matcher, the classifier, the whole step."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from models.matching.folding import Folding
from models.sentiment.classifier import Classifier
from streams.settings.schema import BrandSettings, ClassifierSettings

if TYPE_CHECKING:
    from models.matching.automaton import Matcher
    from models.matching.nodes import Query


class BadQueries(ValueError):
    """Brands whose query cannot be read; the message has a line for each, for people."""


def build_matcher(brands: Sequence[BrandSettings]) -> "Matcher":
    """All brands' queries in one automaton; raises `BadQueries` with all mistakes at once."""
    from models.matching.automaton import Matcher
    from models.matching.query import QuerySyntaxError, parse

    queries: dict[str, Query] = {}
    mistakes = []
    for index, brand in enumerate(brands):
        try:
            queries[brand.name] = parse(brand.query, folding(brand))
        except QuerySyntaxError as error:
            mistakes.append(f"brands[{index}].query of {brand.name}: {error}")
    if mistakes:
        raise BadQueries("\n".join(mistakes))
    return Matcher(queries)


def folding(brand: BrandSettings) -> Folding:
    """What a brand's settings take as the same."""
    return Folding(case="case" in brand.fold, accents="accents" in brand.fold, confusables="confusables" in brand.fold)


def build_classifier(
    settings: ClassifierSettings, observe: Callable[[str, int], None] | None = None, *, risk: bool = False
) -> Classifier:
    """The classifier that the settings name, with its memory; raises `ClassifierUnavailable`.

    `observe(origin, count)` is told how many texts were answered from `cache`, by the `model`, and by its `deep`
    network. With `risk`, one that can tell crisis topics does.
    """
    from models.sentiment.cache import Cached

    bare: Final = _bare(settings, risk=risk)
    if settings.cache <= 0:
        return bare
    return Cached(bare, settings.cache) if observe is None else Cached(bare, settings.cache, observe)


def _bare(settings: ClassifierSettings, *, risk: bool) -> Classifier:
    if settings.backend == "lexicon":
        from models.sentiment.lexicon import LexiconClassifier

        return LexiconClassifier()
    if settings.backend == "transformers":
        from models.sentiment.checkpoint import CheckpointClassifier

        return CheckpointClassifier(settings.checkpoint, threads=settings.threads)
    from models.sentiment.onnx import OnnxClassifier

    return OnnxClassifier(threads=settings.threads, risk=risk, thorough=settings.thorough)

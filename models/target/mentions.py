"""The sentiments of a batch towards each brand that its texts name: at most one more call of the classifier."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from models.records import Sentiment
from models.sentiment.classifier import MAX_CHARACTERS, Classifier
from models.target.line import Span
from models.target.towards import Reading, may_differ, read

FindSpans = Callable[[str, str], Sequence[Span]]
"""Where in a text a brand's name stands: (text, brand) → start and end, in characters."""

MOST_BRANDS: Final = 8
"""A post that names more is a list: it says the same of all, and pairing them all would be costly."""


@dataclass(frozen=True, slots=True)
class Named:
    """A text, the brands it names, and its sentiment on the whole."""

    text: str
    brands: tuple[str, ...]
    whole: Sentiment


class Towards:
    """Says what texts mean for the brands they name.

    Contract (`tests/contracts/test_towards.py`): an answer depends on its text and brands alone, not on the batch. A
    text of one clause costs no second classification. No text raises.
    """

    def __init__(self, find_spans: FindSpans, classifier: Classifier) -> None:
        self._find_spans: Final = find_spans
        self._classifier: Final = classifier

    def __call__(self, named: Sequence[Named]) -> dict[Named, dict[str, Sentiment]]:
        """For each text the sentiments that differ from its whole, by brand; all others are its whole."""
        readings = {item: self._readings(item) for item in dict.fromkeys(named)}
        asked = [
            text for item, each in readings.items() for reading in each.values() for text in reading.asks(item.whole)
        ]
        texts = list(dict.fromkeys(asked))
        answers = dict(zip(texts, self._classifier(texts), strict=True)) if texts else {}
        return {item: _differing(item, each, answers) for item, each in readings.items()}

    def _readings(self, item: Named) -> dict[str, Reading]:
        if len(item.brands) > MOST_BRANDS or not may_differ(item.text, item.whole, len(item.brands)):
            return {}
        text = item.text[:MAX_CHARACTERS]
        spans = {brand: self._find_spans(text, brand) for brand in item.brands}
        found = {}
        for brand in item.brands:
            rivals = [span for other in item.brands if other != brand for span in spans[other]]
            reading = read(text, spans[brand], rivals)
            if reading is not None:
                found[brand] = reading
        return found


def _differing(item: Named, readings: dict[str, Reading], answers: dict[str, Sentiment]) -> dict[str, Sentiment]:
    sentiments = {
        brand: reading.towards(item.whole, [answers[text] for text in reading.asks(item.whole)])
        for brand, reading in readings.items()
    }
    return {brand: each for brand, each in sentiments.items() if each is not item.whole}

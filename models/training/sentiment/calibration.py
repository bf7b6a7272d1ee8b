"""What is chosen on labelled texts that were held back: temperatures, and when the quick network's answer stands."""

from collections.abc import Sequence
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

from models.training.sentiment import corpus

Floats = npt.NDArray[np.float64]

COST: Final = 0.75
"""Points of macro-F1 that the quick network's answers may cost where they stand: for twice the speed."""

SURE_FROM: Final = tuple(step / 20 for step in range(10, 19))
NEGATIVE_TO: Final = tuple(step / 20 for step in range(2, 7))
"""What is tried: few values, far apart, since what was held back is little."""


def macro_f1(truth: Sequence[int | None], told: Sequence[int]) -> float:
    """The mean of the three classes' F1.

    >>> round(macro_f1([0, 1, 2, 2], [0, 1, 2, 1]), 3)
    0.778
    """
    total = 0.0
    for label in (corpus.NEGATIVE, corpus.NEUTRAL, corpus.POSITIVE):
        hits = sum(a == b == label for a, b in zip(truth, told, strict=True))
        total += 2 * hits / max(1, sum(a == label for a in truth) + sum(b == label for b in told))
    return total / 3


class Held:
    """The labels of sets that were held back; logits (texts × 3) are those of their texts, set after set."""

    def __init__(self, sets: Sequence[Sequence[int | None]]) -> None:
        self._truth: Final = np.array([label for chosen in sets for label in chosen])
        self._ends: Final = np.cumsum([len(chosen) for chosen in sets])[:-1]

    def temperature(self, logits: Floats) -> float:
        """By which logits are divided to make what was held back most likely (Guo et al. 2017)."""

        def doubt(temperature: float) -> float:
            shares = softmax(logits / temperature)
            return float(-np.log(shares[np.arange(len(self._truth)), self._truth]).mean())

        return float(min((round(0.5 + 0.05 * step, 2) for step in range(51)), key=doubt))

    def gate(self, quick: Floats, deep: Floats) -> tuple[float, float]:
        """`sure_from` and `negative_to` at which most answers of the quick network stand (logits, softened already).

        `deep` is what is told where the deep one is asked. What stands may cost `COST` points of macro-F1 against
        it, and no complaint that it would find. Where no such values are tried, none stands: (1, 0).
        """
        f1, recall = self.mean_f1(deep), self.recall(deep)
        quick = softmax(quick)
        best, most = (1.0, 0.0), -1.0
        for sure_from, negative_to in product(SURE_FROM, NEGATIVE_TO):
            sure = quick.max(axis=1) >= sure_from
            stands = sure & ((quick.argmax(axis=1) == corpus.NEGATIVE) | (quick[:, corpus.NEGATIVE] <= negative_to))
            told = np.where(stands[:, None], quick, deep)
            fits = self.mean_f1(told) >= f1 - COST / 100 and self.recall(told) >= recall
            if fits and stands.mean() > most:
                best, most = (sure_from, negative_to), float(stands.mean())
        return best

    def recall(self, told: Floats) -> float:
        """Of complaints."""
        return float((told.argmax(axis=1)[self._truth == corpus.NEGATIVE] == corpus.NEGATIVE).mean())

    def mean_f1(self, logits: Floats) -> float:
        pairs = zip(np.split(self._truth, self._ends), np.split(logits.argmax(axis=1), self._ends), strict=True)
        return float(np.mean([macro_f1(truth.tolist(), told.tolist()) for truth, told in pairs]))


def softmax(logits: Floats) -> Floats:
    """Row by row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)

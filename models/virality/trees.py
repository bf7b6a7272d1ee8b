"""Evaluates boosted trees, shipped as arrays, by numpy alone. `models/training/boosting.py` makes them.

For every edge of growth there is a sum of small trees, which says how likely the growth is to end at or below that edge
(ordinal by binary decomposition: Frank and Hall, ECML 2001; trees: Friedman, Annals of Statistics 2001; fitted by
LightGBM: Ke et al., NeurIPS 2017). All trees are complete to `DEPTH`, so that all are walked down at once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.virality.history import Floats

DEPTH: Final = 3
SPLITS: Final = 2**DEPTH - 1
LEAVES: Final = 2**DEPTH
UNKNOWN: Final = -1e6
"""What a feature that nobody knows reads as: less than everything known."""
_CHUNK: Final = 64
"""Rows walked down at once, so that what they need stays in the processor's cache."""


def readable(rows: Floats) -> Floats:
    """Features as trees read them: to four places, lest a branch hang on the last digit of a logarithm."""
    return np.where(np.isnan(rows), UNKNOWN, np.round(rows, 4))


@dataclass(frozen=True, slots=True)
class Trees:
    """Complete binary trees, `sums` x `trees` of them.

    `features`, `thresholds`: sums x trees x SPLITS, in the order of a heap: below node i lie 2i + 1 where the feature
    is at most the threshold, and 2i + 2. `leaves`: sums x trees x LEAVES, from left to right, in log odds.
    `edges`: the growths, one per sum, and last the largest.
    """

    features: npt.NDArray[np.uint8]
    thresholds: npt.NDArray[np.float32]
    leaves: npt.NDArray[np.float32]
    edges: Floats

    def cumulative(self, rows: Floats) -> Floats:
        """P(growth <= edge), one row per row of features, one column per edge."""
        known = readable(rows)
        parts = [self._odds(known[start : start + _CHUNK]) for start in range(0, len(known), _CHUNK)]
        odds = np.concatenate([*parts, np.zeros((0, len(self.edges) - 1))])
        # Each sum was fitted for itself: what one of them takes back of the one before is not believed.
        chances = np.maximum.accumulate(1.0 / (1.0 + np.exp(-odds)), axis=1)
        return np.concatenate([chances, np.ones((len(rows), 1))], axis=1)

    def _odds(self, rows: Floats) -> Floats:
        sums, count, _ = self.features.shape
        features, thresholds = self.features.reshape(-1), self.thresholds.reshape(-1)
        first = np.arange(sums * count) * SPLITS
        node = np.zeros((len(rows), sums * count), dtype=np.int64)
        for _ in range(DEPTH):
            at = first + node
            read = np.take_along_axis(rows, features[at].astype(np.int64), axis=1)
            node = 2 * node + 1 + (read > thresholds[at])
        found = self.leaves.reshape(-1)[np.arange(sums * count) * LEAVES + node - SPLITS]
        return np.asarray(found.reshape(len(rows), sums, count).sum(axis=2, dtype=np.float64))

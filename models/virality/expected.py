"""How far a post of this author usually goes: the prior that makes a cascade surprising, or not.

Final sizes follow a Lomax law (Pareto type II), P(size ≥ s) = (1 + s/λ)^-α, whose scale grows with the author's
followers: λ = exp(a + b · ln(1 + followers)). Fitted by maximum likelihood on 3,333 cascades of ordinary posts, most
of which nobody reshares: `python -m models.training.usual` prints the constants.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.virality.kernel import reacted

ALPHA: Final = 2.602
SCALE: Final = (-1.285, 0.339)
UNKNOWN_FOLLOWERS: Final = 1_000
"""Assumed where a source does not tell the author's followers."""
FLOOR: Final = 50
"""Fewer shares than this are never viral by default: 3 shares of an unknown author are rare, and do not matter."""
RARE: Final = 0.999


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for one author. Counts are shares (reshares and quotes)."""

    followers: int | None

    @property
    def _scale(self) -> float:
        followers = UNKNOWN_FOLLOWERS if self.followers is None else max(self.followers, 0)
        return math.exp(SCALE[0] + SCALE[1] * math.log1p(followers))

    def scale(self, age_s: float) -> float:
        """λ after `age_s` seconds: the share of reactions that has come by then, of the final scale."""
        # A floor of one second keeps the very first moment finite.
        return self._scale * float(reacted(np.array([max(age_s, 1.0)]))[0])

    def expected(self, age_s: float) -> float:
        """The mean number of shares by `age_s` seconds."""
        return self.scale(age_s) / (ALPHA - 1.0)

    def quantile(self, probability: float, age_s: float) -> float:
        """The number of shares that a post of this author stays below with `probability` by `age_s` seconds."""
        return self.scale(age_s) * float((1.0 - probability) ** (-1.0 / ALPHA) - 1.0)

    def surprise(self, shares: float, age_s: float) -> float:
        """Minus log10 of the probability of at least `shares` by `age_s` seconds.

        >>> round(Usual(followers=1_000).surprise(0, 3600), 1), round(Usual(followers=1_000).surprise(200, 3600), 1)
        (0.0, 5.5)
        """
        return ALPHA * math.log10(1.0 + max(shares, 0.0) / self.scale(age_s))

    def chance(self, shares: float, so_far: float) -> float:
        """The probability that a post of this author reaches `shares` in the end, once it has come `so_far`.

        >>> [round(Usual(1_000).chance(100, so_far), 2) for so_far in (5, 50, 150)]
        [0.0, 0.18, 1.0]
        """
        return math.pow(min((self._scale + max(so_far, 0.0)) / (self._scale + shares), 1.0), ALPHA)

    def mark(self) -> int:
        """From how many shares a post counts as viral: one in a thousand posts gets there, and at least 50.

        >>> Usual(followers=200).mark(), Usual(followers=1_000_000).mark()
        (50, 396)
        """
        final = self._scale * float((1.0 - RARE) ** (-1.0 / ALPHA) - 1.0)
        return max(FLOOR, math.ceil(final))

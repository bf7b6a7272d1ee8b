"""Which share of a brand's mentions is usually adverse, and within which range. Pure bookkeeping."""

import math
from itertools import accumulate
from typing import Final

import msgspec

_KEEP: Final = 0.5 ** (1.0 / (14 * 24))
"""What is kept of the past per hour: a half-life of two weeks."""

_PRIOR_RHO: Final = 0.05
_PRIOR_WEIGHT: Final = 24.0
_LEAST_RHO, _MOST_RHO = 0.001, 0.5

_LEAST: Final = 48.0
"""Of so many mentions at least a share is called usual."""

_HIGHEST: Final = 0.9
"""Where ordinary hours may bring next to nothing but complaints, the share tells nothing."""

_TELLING: Final = 1_000
"""Of more mentions than this the share is no more exact: what is left is the wander of the share itself."""


class Share(msgspec.Struct, array_like=True):
    """Learned by whole hours outside of waves, with a half-life of two weeks.

    The share of mentions that are adverse, and how much it wanders from hour to hour: the intra-class correlation ρ of
    a beta-binomial by weighted moments, shrunk to a prior of 24 hours.
    """

    adverse: float = 0.0
    mentions: float = 0.0
    wander: float = 0.0
    weight: float = 0.0

    def copy(self) -> "Share":
        return Share(self.adverse, self.mentions, self.wander, self.weight)

    def learn(self, adverse: int, mentions: int) -> None:
        """Takes in an ordinary hour."""
        self._learn_wander(adverse, mentions)
        self.adverse = _KEEP * self.adverse + adverse
        self.mentions = _KEEP * self.mentions + mentions

    def usual(self, mentions: int) -> tuple[float, float, float] | None:
        """The usual share, and the central 90 % of what is usual of so many mentions.

        None where little is known, or where a share that is higher than usual could hardly be seen.

        >>> share = Share()
        >>> for hour in range(100):
        ...     share.learn(2, 10 + hour % 2)
        >>> [round(each, 2) for each in share.usual(50)]
        [0.19, 0.1, 0.3]
        """
        if self.mentions < _LEAST or mentions <= 0:
            return None
        share = self.adverse / self.mentions
        low, high = _central(share, min(mentions, _TELLING), self._rho)
        return None if high > _HIGHEST else (share, low, high)

    def _learn_wander(self, adverse: int, mentions: int) -> None:
        self.wander *= _KEEP
        self.weight *= _KEEP
        share = self.adverse / max(self.mentions, _LEAST)
        noise = share * (1.0 - share)
        if self.mentions < _LEAST or mentions < 2 or noise <= 0.0:
            return
        # E (k/n − p)² = p(1 − p)(1 + (n − 1)ρ)/n; an hour of few mentions tells little of ρ.
        off = (adverse / mentions - share) ** 2 / noise
        told = (_PRIOR_RHO / (_PRIOR_RHO + 1.0 / mentions)) ** 2
        self.wander += told * (min(1.0, off) - 1.0 / mentions) * mentions / (mentions - 1)
        self.weight += told

    @property
    def _rho(self) -> float:
        learned = (self.wander + _PRIOR_WEIGHT * _PRIOR_RHO) / (self.weight + _PRIOR_WEIGHT)
        return min(_MOST_RHO, max(_LEAST_RHO, learned))


def _central(share: float, mentions: int, rho: float) -> tuple[float, float]:
    """The central 90 % of a beta-binomial's share."""
    if not 0.0 < share < 1.0:
        return share, share
    size = 1.0 / rho - 1.0
    a, b = share * size, (1.0 - share) * size
    chances = [math.exp(_log_beta(a + k, b + mentions - k, k, mentions) - _log_beta(a, b)) for k in range(mentions + 1)]
    below = list(accumulate(chances))
    low = next((count for count, total in enumerate(below) if total > 0.05), mentions)
    high = next((count for count, total in enumerate(below) if total >= 0.95), mentions)
    return low / mentions, high / mentions


def _log_beta(a: float, b: float, chosen: int = 0, whole: int = 0) -> float:
    """ln of B(a, b), times the number of ways to choose so many of the whole."""
    ways = math.lgamma(whole + 1) - math.lgamma(chosen + 1) - math.lgamma(whole - chosen + 1)
    return ways + math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

"""How rare a count is: the negative binomial's tail, and its dispersion as the brand has shown it so far."""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

_TINY: Final = 1e-300
_PRECISION: Final = 1e-10
PRIOR_DISPERSION: Final = 0.3
_PRIOR_WEIGHT: Final = 60.0
ORDINARY: Final = math.log(0.05)
"""Less rare than this (as ln P), a count is ordinary."""

_LEAST: Final = 0.002
_MOST: Final = 10.0


def log_tail(count: float, mean: float, dispersion: float) -> float:
    """ln P(X ≥ count) for X negative binomial with `mean` and variance mean + dispersion × mean².

    P(X ≥ k) = I_x(k, r) with r = 1/dispersion, x = mean/(mean + r): the regularised incomplete beta function, by its
    continued fraction (DLMF 8.17.22, modified Lentz), on the side where it converges; exact far into the tail.

    >>> round(math.exp(log_tail(1, 1.0, 1.0)), 6)
    0.5
    >>> round(log_tail(400, 4.0, 0.2))
    -306
    """
    if count <= 0:
        return 0.0
    size = 1.0 / dispersion
    x = mean / (mean + size)
    if x < (count + 1.0) / (count + size + 2.0):
        return min(0.0, _log_beta_fraction(count, size, x))
    below = math.exp(min(0.0, _log_beta_fraction(size, count, size / (mean + size))))
    return math.log1p(-min(below, 1.0 - 1e-15))


def _log_beta_fraction(a: float, b: float, x: float) -> float:
    front = a * math.log(x) + b * math.log1p(-x) - math.log(a)
    front += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, 2_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + term / c
            c = c if abs(c) > _TINY else _TINY
            value *= c * d
        if abs(c * d - 1.0) < _PRECISION:
            break
    return front + math.log(max(value, _TINY))


def lowest_with_tail(log_p: float, mean: float, dispersion: float) -> int:
    """The smallest count k with ln P(X ≥ k) ≤ `log_p`.

    >>> lowest_with_tail(math.log(0.05), 4.0, 0.1)
    9
    """
    low, high = 0, max(2, math.ceil(mean * 2))
    while log_tail(high, mean, dispersion) > log_p:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if log_tail(middle, mean, dispersion) > log_p:
            low = middle
        else:
            high = middle
    return high


def interval(mean: float, dispersion: float) -> tuple[float, float]:
    """The central 90 % range of the count.

    >>> interval(4.0, 0.1)
    (1.0, 8.0)
    """
    upper = lowest_with_tail(math.log(0.05), mean, dispersion) - 1
    lower = lowest_with_tail(math.log(0.95), mean, dispersion) - 1
    return float(max(0, lower)), float(upper)


def deviance(count: float, mean: float, dispersion: float) -> float:
    """How much a count speaks for a higher mean: the negative binomial's log likelihood ratio, 0 where it is not above.

    About half the square of its distance in standard deviations, and never more; far out it grows like −ln P.

    >>> round(deviance(12, 4.0, 0.2), 2), deviance(3, 4.0, 0.2)
    (2.37, 0.0)
    """
    if count <= mean:
        return 0.0
    size = 1.0 / dispersion
    found = count * math.log(count / mean) - (count + size) * math.log((count + size) / (mean + size))
    return max(0.0, found)  # rounding


def is_ordinary(count: float, mean: float, dispersion: float) -> bool:
    """Whether a count is within the lower 95 % of what is expected.

    >>> is_ordinary(8, 4.0, 0.1), is_ordinary(9, 4.0, 0.1)
    (True, False)
    """
    if count <= mean:  # P(X ≥ μ) is a sixth at least, for dispersions up to 10 and means of one and more
        return True
    if deviance(count, mean, dispersion) > -ORDINARY:  # P(X ≥ count) ≤ exp(−D) (Chernoff): no need to compute it
        return False
    return log_tail(count, mean, dispersion) > ORDINARY


class Noise(msgspec.Struct, array_like=True):
    """The dispersion of one window length: weighted moments of ((x − μ)² − μ)/μ², each block weighing what it can
    tell, winsorised at 3σ, shrunk to a prior that stands for all brands.
    """

    moment: float = 0.0
    weight: float = 0.0

    def copy(self) -> "Noise":
        return Noise(self.moment, self.weight)

    @property
    def dispersion(self) -> float:
        learned = (self.moment + PRIOR_DISPERSION * _PRIOR_WEIGHT) / (self.weight + _PRIOR_WEIGHT)
        return _LEAST if learned < _LEAST else learned if learned < _MOST else _MOST

    def learn(self, counts: Sequence[float], mean: float) -> None:
        """Takes in blocks, one after the other, of each of which `mean` was expected before."""
        for count in counts:
            spread = self.dispersion
            off = min(count - mean, 3.0 * math.sqrt(mean + spread * mean * mean))
            told = (mean / (1.0 + spread * mean)) ** 2
            self.moment += told * (off * off - mean) / (mean * mean)
            self.weight += told

    def fade(self, keep: float) -> None:
        self.moment *= keep
        self.weight *= keep

"""How rare a count is: the negative binomial's tail, and its calibration on what the brand has shown so far."""

import math
from typing import Final

import msgspec

_TINY: Final = 1e-300
_PRECISION: Final = 1e-10
_TAIL_FROM: Final = math.log(10)
"""The tail is what a correct model would exceed one time in ten."""

_TAIL_SHARE: Final = 0.1
_EXCESS_CAP: Final = 8.0
"""No single block, however bad its crisis, may say more about ordinary days than this (in units of −ln p)."""


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


class Tail(msgspec.Struct, array_like=True):
    """One window length's dispersion, and how far its surprises were from what the model promises.

    *Dispersion*: weighted moments of ((x − μ)² − μ)/μ², each block weighing what it can tell, shrunk to a prior.
    *Calibration*: if the model were right, −ln p would be exponential with mean 1. Counts of public talk are not that
    well-behaved, so the share of blocks in the tail and the mean excess there are learned: peaks over threshold with
    an exponential tail (Pickands 1975; online, Siffer, Fouque, Termier & Largouët, KDD 2017), shrunk to the theory
    until there are enough. Both forget with a half-life of `HALF_LIFE_MIN`.
    """

    moment: float = 0.0
    moment_weight: float = 0.0
    blocks: float = 0.0
    exceeding: float = 0.0
    excess: float = 0.0
    running: float = 0.0
    """Where a run of exceeding blocks is on: its highest excess. A run is one event (runs declustering)."""

    @property
    def dispersion(self) -> float:
        learned = (self.moment + PRIOR_DISPERSION * _PRIOR_WEIGHT) / (self.moment_weight + _PRIOR_WEIGHT)
        return min(10.0, max(0.02, learned))

    def calibrated(self, log_p: float) -> float:
        """ln of the share of ordinary blocks that look as rare as `log_p` says, as far as the past tells."""
        beyond = -log_p - _TAIL_FROM
        if beyond <= 0:
            return log_p
        share = (self.exceeding + _TAIL_SHARE * _PRIOR_BLOCKS) / (self.blocks + _PRIOR_BLOCKS)
        scale = (self.excess + _PRIOR_EXCEEDING) / (self.exceeding + _PRIOR_EXCEEDING)
        return math.log(min(0.5, max(0.01, share))) - beyond / max(1.0, scale)

    def learn(self, count: float, mean: float, spread: float, keep: float) -> None:
        """Takes in one block that was scored before; `spread` is the dispersion it was scored with."""
        sd = math.sqrt(mean + spread * mean * mean)
        clipped = min(count, mean + 3.0 * sd)
        weight = (mean / (1.0 + self.dispersion * mean)) ** 2
        self.moment = keep * self.moment + weight * ((clipped - mean) ** 2 - mean) / (mean * mean)
        self.moment_weight = keep * self.moment_weight + weight
        self.blocks = keep * self.blocks + 1.0
        self.exceeding *= keep
        self.excess *= keep
        beyond = 0.0 if count <= mean + sd else -log_tail(count, mean, spread) - _TAIL_FROM
        if beyond <= 0:
            self.running = 0.0
            return
        beyond = min(beyond, _EXCESS_CAP)
        if self.running == 0.0:
            self.exceeding += 1.0
        self.excess += max(0.0, beyond - self.running)
        self.running = max(self.running, beyond)


HALF_LIFE_MIN: Final = 28 * 1_440
PRIOR_DISPERSION: Final = 0.3
_PRIOR_WEIGHT: Final = 60.0
_PRIOR_BLOCKS: Final = 100.0
_PRIOR_EXCEEDING: Final = 15.0


def alarms_per_minute(log_p: float, *, bins: int, windows: int, bin_min: int) -> float:
    """log10 of how often, per minute, ordinary times would bring a window of `bins` bins as rare as `log_p`.

    Looking at a sliding window at every bin is not `bins` independent looks. By the Poisson clumping heuristic
    (Aldous 1989, §C; for scan statistics Naus 1982) rare exceedances of a sliding sum come in clumps, about z² of
    them per window length for a sum z deviations out, and never more than one per bin; at alarming levels z² is 12
    to 16. The windows share the budget in equal parts (Bonferroni), which errs towards silence.
    """
    looks = min(bins, _LOOKS) / bins / bin_min
    return min(0.0, log_p / math.log(10) + math.log10(looks * windows))


_LOOKS: Final = 12

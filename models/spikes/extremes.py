"""From surprise to budget: how often a brand's ordinary times bring such a score, as far as its past tells."""

import math
from typing import Final

import msgspec

HALF_LIFE_H: Final = 56 * 24
"""What is learned of the tail is forgotten with this half-life."""

START: Final = 2.0
PRIOR_PEAKS: Final = 8.0
PRIOR_EXCESS: Final = 0.7
"""Before a brand has shown anything: its threshold, and so many peaks with this mean excess (see docs/detection.md)."""

SHAPES: Final = (0.0, 0.1, 0.5)
_PRIOR_LOG_ODDS: Final = (0.0, -2.0, -4.0)
"""How heavy the tail may be: none, a little, much; and how little we believe in that beforehand."""

_MEANS_AT_MOST: Final = 12.0
"""One peak, however bad the crisis, says no more about ordinary days than so many times the usual excess."""

_RUN_MIN: Final = 60
"""Peaks with less than this between them are one event (runs declustering)."""

_FIRST_PACE, _LAST_PACE = 2.0, 40.0
"""The threshold's step is the mean excess divided by the number of peaks so far plus 2, and by 40 at most."""

_LOWEST: Final = 0.1


def _bent(beyond: float, shape: float) -> float:
    """The excess on a scale on which a tail of this shape is exponential."""
    return math.log1p(shape * beyond) / shape if shape else beyond


def _zeros() -> list[float]:
    return [0.0] * len(SHAPES)


class Extremes(msgspec.Struct, array_like=True):
    """Peaks over a threshold of a brand's own scores (Pickands 1975; online: Siffer et al., KDD 2017).

    *Threshold*: moved up a step by every peak, and down with time, so that peaks come at the `nominal` rate in the
    long run whatever the law of the counts (online quantile tracking: Gibbs & Candès, NeurIPS 2021). *Tail*: excesses
    are exponential on a scale bent by one of `SHAPES`, with gamma priors on the means that stand for all brands. The
    means are integrated out: an excess y is exceeded with probability (1 + y/S)^−n, S being the sum and n the number
    of the excesses, prior included (Lomax). The shapes are averaged by how well each foretold the peaks so far. So few
    peaks make a cautious bar, and the brand's own past takes over as it grows.
    """

    threshold: float = START
    seen: float = 0.0
    """Peaks that were to be expected so far."""
    peaks: float = 0.0
    excess: list[float] = msgspec.field(default_factory=_zeros)
    log_odds: list[float] = msgspec.field(default_factory=lambda: list(_PRIOR_LOG_ODDS))
    running: float = 0.0
    """The highest excess of the run that is on."""
    until: int = 0
    """The minute at which that run ends, unless it goes on."""

    def copy(self) -> "Extremes":
        return Extremes(
            self.threshold,
            self.seen,
            self.peaks,
            self.excess.copy(),
            self.log_odds.copy(),
            self.running,
            self.until,
        )

    def see(self, minute: int, score: float) -> None:
        """Takes in a score. One that is not over the threshold changes nothing, and need not be told."""
        if score <= self.threshold:
            return
        self.close(minute)
        if score > self.threshold:  # closing a run raises it
            self.running = max(self.running, score - self.threshold)
            self.until = minute + _RUN_MIN

    def close(self, minute: int) -> None:
        """Takes in the run that has ended by this minute."""
        if self.running <= 0.0 or minute < self.until:
            return
        beyond = min(self.running, _MEANS_AT_MOST * self._total(0) / self._count)
        self.running = 0.0
        self.threshold += self._step
        for index, shape in enumerate(SHAPES):
            bent, total = _bent(beyond, shape), self._total(index)
            log_density = math.log(self._count / total) - (self._count + 1.0) * math.log1p(bent / total)
            self.log_odds[index] += log_density - math.log1p(shape * beyond)
            self.excess[index] += bent
        best = max(self.log_odds)
        self.log_odds = [odds - best for odds in self.log_odds]
        self.peaks += 1.0

    def pass_hours(self, hours: float, nominal: float) -> None:
        """So much time was judged, in which `nominal` peaks a day are due."""
        keep = 0.5 ** (hours / HALF_LIFE_H)
        due = nominal * hours / 24.0
        self.threshold = max(_LOWEST, self.threshold - due * self._step)
        self.seen = keep * self.seen + due
        self.peaks *= keep
        self.excess = [keep * excess for excess in self.excess]
        self.log_odds = [
            prior + keep * (odds - prior) for odds, prior in zip(self.log_odds, _PRIOR_LOG_ODDS, strict=True)
        ]

    def rate(self, score: float, nominal: float) -> float:
        """How often a day ordinary times bring a score as high."""
        beyond = score - self.threshold
        if beyond <= 0.0:
            return nominal * math.exp(min(50.0, -beyond))
        top = weights = 0.0
        for index, shape in enumerate(SHAPES):
            weight = math.exp(self.log_odds[index])
            weights += weight
            top += weight * math.exp(-self._count * math.log1p(_bent(beyond, shape) / self._total(index)))
        return nominal * top / weights

    @property
    def _count(self) -> float:
        return self.peaks + PRIOR_PEAKS

    def _total(self, index: int) -> float:
        return self.excess[index] + PRIOR_PEAKS * _bent(PRIOR_EXCESS, SHAPES[index])

    @property
    def _step(self) -> float:
        # On the most bent scale, which no monster moves much.
        return self._total(-1) / self._count / min(_LAST_PACE, _FIRST_PACE + self.seen)

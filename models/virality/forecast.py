"""Where a cascade is heading: the final size with a 90 % interval, and the probability that it doubles.

Log-linear regression on early counts (Szabo and Huberman, CACM 2010) of the shares *still to come*, with what a
self-exciting process expects as one of the regressors (SEISMIC, Zhao et al., KDD 2015; see `kernel.py`). One set of
coefficients per age, interpolated in log age between them. The error's quantiles come from cross-validation.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.records import Forecast
from models.virality.expected import Usual
from models.virality.history import BUCKETS, History
from models.virality.kernel import Excitation, Floats, excite

_ORIGIN_S: Final = 1_000_000_000
"""Any Unix time will do as a recorded root's: histories are aligned to it."""
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the recipe learned for cascades of one age. `errors`: the quantiles of (true - predicted) log remainder."""

    age_s: float
    weights: tuple[float, ...]
    errors: tuple[float, ...]


# Printed by `python -m models.training.virality ../shared/data/cascades` (cross-validated in five parts).
BREAKOUT: Final = (
    Fitted(600, (5.321, -0.075, 0.302, 0.117, -0.021), (-1.141, -0.509, 0.0, 0.434, 1.061)),
    Fitted(1_800, (5.232, -0.18, 0.173, 0.265, 0.033), (-1.222, -0.527, 0.003, 0.458, 1.134)),
    Fitted(3_600, (5.194, -0.188, 0.161, 0.282, 0.025), (-1.302, -0.533, -0.002, 0.503, 1.174)),
    Fitted(10_800, (5.039, -0.056, -0.06, 0.242, 0.026), (-1.648, -0.693, 0.003, 0.644, 1.335)),
    Fitted(21_600, (5.189, 0.024, -0.236, 0.57, -0.109), (-2.051, -0.73, 0.002, 0.657, 1.445)),
    Fitted(86_400, (3.512, -0.148, 0.293, 0.363, -0.06), (-1.994, -0.81, 0.008, 0.706, 2.044)),
    Fitted(259_200, (0.62, 0.142, 0.735, -0.004, 0.037), (-1.799, -0.773, 0.006, 0.764, 1.891)),
)  # fmt: skip
"""Learned on 1,694 Weibo posts that all went far: at least some seventy shares in the end."""
ORDINARY: Final = (
    Fitted(600, (-0.645, 1.168, 0.169, 0.093, -0.019), (-1.381, -0.759, 0.007, 0.801, 1.95)),
    Fitted(1_800, (-0.861, 0.546, 0.665, 0.27, 0.086), (-1.006, -0.297, -0.003, 0.592, 1.289)),
    Fitted(3_600, (-0.218, 0.107, 0.523, 0.428, 0.033), (-0.789, -0.212, 0.007, 0.41, 1.57)),
)  # fmt: skip
"""Learned on those of 3,333 ordinary posts that had at least three shares at that age."""
FAR: Final = 100
"""The number of shares that tells a breakout from an ordinary post."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the forecast reads off a cascade of `age_s` seconds."""

    age_s: float
    observed: int
    excitation: Excitation
    last_third: float
    last_tenth: float

    def row(self) -> tuple[float, ...]:
        """The regressors: a constant, and logs of counts."""
        counts = (self.observed, self.last_third, self.last_tenth, self.excitation.remaining)
        return (1.0, *(math.log1p(count) for count in counts))


def features(history: History, root_s: float, now_s: float, extra: int = 0) -> Features:
    """The features of `history` at Unix time `now_s`, of a post made at `root_s`.

    `extra` shares are known from the post's public counter alone; they are spread over time like the others.
    """
    age = max(now_s - root_s, 1.0)
    width = float(history.width_s)
    while age > BUCKETS * width:
        width *= 2
    # The grid may begin before the root (it is aligned to Unix time): its first bucket is cut at the root.
    buckets = max(math.ceil(age / width), 1)
    counts: Floats = np.zeros(buckets)
    for start, count in history.series():
        if start <= now_s:
            counts[min(max(int((start + history.width_s / 2 - root_s) // width), 0), buckets - 1)] += count
    observed = int(counts.sum()) + extra
    if extra:
        counts = counts * (observed / counts.sum()) if counts.sum() > 0 else counts + observed / buckets
    starts: Floats = np.arange(buckets, dtype=np.float64) * width
    recent = [_since(starts, counts, age, width, part) for part in (2 / 3, 9 / 10)]
    return Features(age, observed, excite(starts, counts, age, width), recent[0], recent[1])


def early(delays_s: Iterable[float], age_s: float) -> Features:
    """The features of a recorded cascade at `age_s`, from the delays of its shares in seconds; later ones are ignored.

    >>> early([10, 20, 4_000], age_s=3_600).observed
    2
    """
    history = History()
    for delay in delays_s:
        if delay <= age_s:
            history.add(_ORIGIN_S + delay)
    return features(history, _ORIGIN_S, _ORIGIN_S + age_s)


def _since(starts: Floats, counts: Floats, age: float, width: float, part: float) -> float:
    """How many came after `part` of the age; a bucket that straddles the line counts in proportion."""
    ends = np.minimum(starts + width, age)
    inside = np.clip((ends - np.maximum(starts, part * age)) / np.maximum(ends - starts, 1e-9), 0.0, 1.0)
    return float(np.sum(counts * inside))


def forecast(seen: Features, fitted: Sequence[Fitted] = BREAKOUT) -> Forecast:
    """How far a cascade with these features goes, given that it is one that goes far (see `BREAKOUT`)."""
    return _outlook(seen, *_predicted(seen, fitted))


def tempered(seen: Features, usual: Usual) -> Forecast:
    """How far a post goes of which nothing is known but this: the forecast of an alert.

    Between the ordinary and the breakout forecast, weighted by how likely a post of this author, having come so far
    as an ordinary one, is to reach a hundred shares. Below a hundred, `forecast` alone is far too hopeful.
    """
    (log_rest, errors), (log_far, errors_far) = _predicted(seen, ORDINARY), _predicted(seen, BREAKOUT)
    far = usual.chance(FAR, seen.observed + max(math.expm1(log_rest), 0.0))
    blended = tuple((1 - far) * a + far * b for a, b in zip(errors, errors_far, strict=True))
    return _outlook(seen, (1 - far) * log_rest + far * log_far, blended)


def _predicted(seen: Features, fitted: Sequence[Fitted]) -> tuple[float, tuple[float, ...]]:
    """(the log of the shares still to come, the quantiles of its error)."""
    weights, errors = _fitted(seen.age_s, fitted)
    return sum(w * x for w, x in zip(weights, seen.row(), strict=True)), errors


def _outlook(seen: Features, log_rest: float, errors: tuple[float, ...]) -> Forecast:
    rest = [max(math.expm1(log_rest + error), 0.0) for error in errors]
    return Forecast(
        expected_final=seen.observed + rest[2],
        interval=(seen.observed + rest[0], seen.observed + rest[4]),
        p_double=_exceeds(math.log1p(seen.observed) - log_rest, errors),
        shares_per_hour=seen.last_third / (seen.age_s / 3) * 3_600,
        reproduction=seen.excitation.reproduction if seen.observed >= 10 else None,
    )


def _fitted(age_s: float, fitted: Sequence[Fitted]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Weights and error quantiles at this age: linear in log age, constant beyond both ends."""
    ages = [each.age_s for each in fitted]
    right = bisect_right(ages, age_s)
    if right == 0 or right == len(ages):
        end = fitted[min(right, len(ages) - 1)]
        return end.weights, end.errors
    a, b = fitted[right - 1], fitted[right]
    t = math.log(age_s / a.age_s) / math.log(b.age_s / a.age_s)

    def between(x: tuple[float, ...], y: tuple[float, ...]) -> tuple[float, ...]:
        return tuple((1 - t) * p + t * q for p, q in zip(x, y, strict=True))

    return between(a.weights, b.weights), between(a.errors, b.errors)


def _exceeds(error: float, errors: tuple[float, ...]) -> float:
    """P(the log remainder's error is at least `error`), from its quantiles; exponential beyond the outer ones."""
    if error <= errors[0]:
        return 1.0 - 0.05 * math.exp(min((error - errors[0]) / _spread(errors[1] - errors[0]), 0.0))
    if error >= errors[-1]:
        return 0.05 * math.exp(-(error - errors[-1]) / _spread(errors[-1] - errors[-2]))
    at = bisect_right(errors, error) - 1
    t = (error - errors[at]) / _spread(errors[at + 1] - errors[at])
    return 1.0 - (QUANTILES[at] + t * (QUANTILES[at + 1] - QUANTILES[at]))


def _spread(width: float) -> float:
    return max(width, 1e-6)

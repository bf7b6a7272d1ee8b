"""The self-exciting part of the forecast: how long a post keeps being reshared, and how many shares one share brings.

Memory kernel of SEISMIC (Zhao, Erdogdu, He, Rajaraman, Leskovec: KDD 2015), with their constants for Twitter: human
reaction times are flat for five minutes and then fall as a power law.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FLAT_S: Final = 300.0
THETA: Final = 0.242
_DENSITY: Final = 1.0 / (FLAT_S * (1.0 + 1.0 / THETA))
MAX_REPRODUCTION: Final = 0.95
"""A larger number of shares per share would mean an endless cascade; crowds are finite."""


def reacted(age_s: Floats) -> Floats:
    """The share of reactions that have come `age_s` seconds after a post: the kernel's integral, 0 to 1.

    >>> [round(float(x), 2) for x in reacted(np.array([0.0, 300.0, 3600.0, 86400.0]))]
    [0.0, 0.19, 0.56, 0.8]
    """
    age = np.maximum(age_s, 0.0)
    early = _DENSITY * np.minimum(age, FLAT_S)
    late = _DENSITY * FLAT_S / THETA * (1.0 - (np.maximum(age, FLAT_S) / FLAT_S) ** -THETA)
    return np.asarray(early + late, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Excitation:
    """What the timing says: shares that the root itself will bring, shares per share, and how many are to come."""

    direct: float
    reproduction: float
    remaining: float


def excite(starts_s: Floats, ends_s: Floats, counts: Floats) -> Excitation:
    """Fits `counts` (shares between the ages `starts_s` and `ends_s`, the last of which is now).

    Model: shares in a bin ≈ direct · (kernel since the root) + reproduction · Σ (kernel since each earlier share).
    Least squares weighted by 1 / (1 + count), both terms at least 0; reproduction is capped at 0.95.
    """
    now_s = ends_s[-1]
    centres = (starts_s + ends_s) / 2
    by_root = reacted(ends_s) - reacted(starts_s)
    # Shares of the same bin excite one another over half its width on average.
    edges = np.append(starts_s, now_s)
    by_shares = np.asarray(np.diff(reacted(edges[:, None] - centres[None, :]), axis=0) @ counts, dtype=np.float64)
    direct, reproduction = _fit(by_root, by_shares, counts)
    left_root = direct * (1.0 - float(reacted(np.array([now_s]))[0]))
    left_shares = reproduction * float(np.sum(counts * (1.0 - reacted(now_s - centres))))
    return Excitation(direct, reproduction, (left_root + left_shares) / (1.0 - reproduction))


def _fit(x: Floats, y: Floats, counts: Floats) -> tuple[float, float]:
    """Non-negative least squares in two unknowns, in closed form."""
    w = 1.0 / (1.0 + counts)
    xx, yy, xy = float(np.sum(w * x * x)), float(np.sum(w * y * y)), float(np.sum(w * x * y))
    xc, yc = float(np.sum(w * x * counts)), float(np.sum(w * y * counts))
    only_direct = (xc / xx if xx > 0 else 0.0, 0.0)
    determinant = xx * yy - xy * xy
    if yy <= 0 or determinant <= 1e-12 * xx * yy:
        return only_direct
    direct, reproduction = (xc * yy - yc * xy) / determinant, (yc * xx - xc * xy) / determinant
    if reproduction <= 0:
        return only_direct
    if reproduction > MAX_REPRODUCTION or direct < 0:
        reproduction = min(yc / yy if direct < 0 else reproduction, MAX_REPRODUCTION)
        return max((xc - reproduction * xy) / xx if xx > 0 else 0.0, 0.0), reproduction
    return direct, reproduction

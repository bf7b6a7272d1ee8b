"""Fits the constants of `models/virality/expected.py`: `python -m models.training.usual FOLDER` prints them.

FOLDER holds `auspol/events.csv`. Nothing imports this at run time.
"""

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.training.cascades import Cascade, auspol

Floats = npt.NDArray[np.float64]


def lomax(cascades: Sequence[Cascade]) -> tuple[float, float, float]:
    """ALPHA and SCALE: maximum likelihood by coordinate search."""
    sizes = np.array([len(c.delays_s) for c in cascades], dtype=np.float64)
    followers = np.log1p(np.array([c.followers for c in cascades], dtype=np.float64))

    def loss(p: Floats) -> float:
        alpha, scale = math.exp(p[0]), np.exp(p[1] + p[2] * followers)
        mass = (1 + sizes / scale) ** -alpha - (1 + (sizes + 1) / scale) ** -alpha
        return -float(np.sum(np.log(mass + 1e-300)))

    best = _search(loss, np.array([0.3, -3.0, 0.4]), np.array([0.3, 0.5, 0.1]))
    return round(math.exp(best[0]), 3), round(float(best[1]), 3), round(float(best[2]), 3)


def _search(loss: Callable[[Floats], float], at: Floats, step: Floats) -> Floats:
    while step.max() > 1e-4:
        around = [at + sign * step * unit for unit in np.eye(len(at)) for sign in (1, -1)]
        nearest = min(around, key=loss)
        if loss(nearest) < loss(at):
            at = nearest
        else:
            step = step / 2
    return at


def main(folder: Path) -> None:
    """Prints the constants as they stand in the code."""
    alpha, intercept, slope = lomax(auspol(folder))
    sys.stdout.write(f"ALPHA = {alpha}\nSCALE = ({intercept}, {slope})\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

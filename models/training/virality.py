"""Fits the constants of `models/virality` on public cascades: `python -m models.training.virality FOLDER`.

FOLDER holds `weibo/events.csv.gz`, `weibo/roots.csv` and `auspol/events.csv`. Nothing imports this at run time.
"""

import csv
import gzip
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from models.virality.forecast import QUANTILES, Fitted, early

Floats = npt.NDArray[np.float64]

AGES_S: Final = (600, 1_800, 3_600, 10_800, 21_600, 86_400, 259_200)
STARTED: Final = 3
"""Ordinary posts teach the forecast from this many shares on; most have none, and nothing to forecast."""
ORDINARY_AGES_S: Final = AGES_S[:3]
"""Later than this nearly all ordinary posts are over, and there is nothing left to learn from."""
PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class Cascade:
    """A finished cascade: the root's followers, and the delays in seconds of all its shares."""

    followers: int
    delays_s: tuple[float, ...]


def weibo(folder: Path) -> list[Cascade]:
    """The cascades of Weibo (Song et al. 2018), in the order of their numbers."""
    delays: dict[str, list[float]] = defaultdict(list)
    with gzip.open(folder / "weibo" / "events.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            delays[row["cascade_no"]].append(float(row["delay_s"]))
    with (folder / "weibo" / "roots.csv").open(encoding="utf-8", newline="") as lines:
        roots = {row["cascade_no"]: int(row["root_followers"] or 0) for row in csv.DictReader(lines)}
    return [Cascade(roots[number], tuple(sorted(delays[number]))) for number in sorted(delays, key=int)]


def auspol(folder: Path) -> list[Cascade]:
    """The cascades of ordinary posts (evently); the first event of each is the post itself."""
    events: dict[str, list[tuple[float, int]]] = defaultdict(list)
    with (folder / "auspol" / "events.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            events[row["cascade_id"]].append((float(row["delay_s"]), int(row["magnitude_followers"])))
    return [Cascade(rows[0][1], tuple(t for t, _ in rows[1:])) for rows in events.values()]


def design(cascades: Sequence[Cascade], age_s: float) -> tuple[Floats, Floats]:
    """Per cascade, the regressors at `age_s` and the log of the shares still to come."""
    seen = [early(cascade.delays_s, age_s) for cascade in cascades]
    rest = [math.log1p(len(c.delays_s) - s.observed) for c, s in zip(cascades, seen, strict=True)]
    return np.array([s.row() for s in seen]), np.array(rest)


def median_regression(x: Floats, y: Floats) -> Floats:
    """Least absolute deviations by iteratively reweighted least squares, with a touch of ridge."""
    weight: Floats = np.ones(len(y))
    beta: Floats = np.zeros(x.shape[1])
    for _ in range(30):
        scaled = x * weight[:, None]
        beta = np.asarray(np.linalg.solve(scaled.T @ x + 1e-3 * np.eye(x.shape[1]), scaled.T @ y), dtype=np.float64)
        weight = np.asarray(1.0 / np.maximum(np.abs(y - x @ beta), 0.05), dtype=np.float64)
    return beta


def fit(x: Floats, y: Floats, age_s: float) -> Fitted:
    """Weights on all rows; error quantiles on parts that the weights did not see."""
    part = np.arange(len(y)) % PARTS
    errors = [y[part == p] - x[part == p] @ median_regression(x[part != p], y[part != p]) for p in range(PARTS)]
    weights = tuple(round(float(w), 3) for w in median_regression(x, y))
    return Fitted(age_s, weights, tuple(round(float(q), 3) for q in np.quantile(np.concatenate(errors), QUANTILES)))


def lomax(cascades: Sequence[Cascade]) -> tuple[float, float, float]:
    """ALPHA and SCALE of `models/virality/expected.py`: maximum likelihood by coordinate search."""
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
    populations = (("BREAKOUT", weibo(folder), 0, AGES_S), ("ORDINARY", auspol(folder), STARTED, ORDINARY_AGES_S))
    for name, cascades, least, ages in populations:
        sys.stdout.write(f"{name}: Final = (\n")
        for age_s in ages:
            started = [c for c in cascades if sum(t <= age_s for t in c.delays_s) >= least]
            fitted = fit(*design(started, age_s), age_s)
            sys.stdout.write(f"    Fitted({age_s:_}, {fitted.weights}, {fitted.errors}),\n")
        sys.stdout.write(")\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

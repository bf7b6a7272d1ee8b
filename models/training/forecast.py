"""Trains the forecaster and writes what ships: `python -m models.training.forecast FOLDER [FILE]`.

FOLDER holds `weibo/` and `auspol/`. Seeded; takes some minutes on one core, with numpy and LightGBM (extra `training`).
Nothing imports this at run time.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from models.training.boosting import boosted
from models.training.cascades import auspol, weibo
from models.training.fitting import fit
from models.training.snapshots import Snapshot, chosen_set, matrix, ordinary_set
from models.virality.features import Seen
from models.virality.forecast import GROUPS_COUNT, group
from models.virality.history import Floats
from models.virality.network import WEIGHTS, Model, Models, Scaling, save

FOLDS: Final = 5
SEED: Final = 2018
RANGES: Final = 40
NOMINAL: Final = (0.0, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 1.0)
ENOUGH: Final = 200
"""In a group with fewer snapshots than this, levels stay as they are."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How the model of one kind of posts is made.

    `trees`: boosted trees speak beside the networks; for them every snapshot counts as much. `alike`: levels are set
    right for all cascades together, which keeps the order of their chances; else for each group of them.
    """

    networks: int
    trees: bool
    alike: bool


CHOSEN: Final = Kind(networks=2, trees=True, alike=True)
ORDINARY: Final = Kind(networks=4, trees=False, alike=False)


@dataclass(frozen=True, slots=True)
class Fold:
    """A model that has not seen the cascades whose number gives `part` modulo the number of folds."""

    part: int
    model: Model


def fold_of(cascade: int) -> int:
    return cascade % FOLDS


def edges_of(growths: Floats, weights: Floats) -> Floats:
    """The growths between the ranges: zero, then such that the ranges are equally frequent, up to the largest.

    Half the frequency is that of the snapshots, half that of their weights: heavy ones are not all there is.
    """
    some = growths > 0
    order = np.argsort(growths[some])
    shares = 0.5 / some.sum() + 0.5 * weights[some][order] / weights[some].sum()
    at = np.searchsorted(np.cumsum(shares), np.linspace(0, 1, RANGES + 1)[1:-1])
    return np.unique(np.concatenate([[0.0], growths[some][order][at], [growths.max()]]))


def scaling_of(rows: Floats) -> Scaling:
    """By the means and deviations of what is known. What never varied teaches nothing: it reads 0, whatever comes."""
    unknown = np.isnan(rows)
    known = np.maximum((~unknown).sum(axis=0), 1)
    mean = np.where(unknown, 0.0, rows).sum(axis=0) / known
    deviation = np.sqrt((np.where(unknown, 0.0, rows - mean) ** 2).sum(axis=0) / known)
    varied = deviation > 1e-6
    flagged = np.flatnonzero(unknown.any(axis=0) & ~unknown.all(axis=0))
    return Scaling(mean, np.where(varied, deviation, np.inf), flagged)


def learned(snapshots: Sequence[Snapshot], rows: Floats, kind: Kind) -> Model:
    """A model of all these snapshots; its levels are not set right yet."""
    growths = np.array([each.growth for each in snapshots])
    weights = np.array([each.weight for each in snapshots])
    edges = edges_of(growths, weights)
    scaling = scaling_of(rows)
    ranges = np.searchsorted(edges, growths, side="left")
    fitted = tuple(fit(scaling(rows), ranges, len(edges), weights, seed=SEED + n) for n in range(kind.networks))
    trees = boosted(rows, growths, edges, SEED) if kind.trees else None
    nominal = np.array(NOMINAL)
    return Model(scaling, fitted, edges, nominal, np.tile(nominal, (GROUPS_COUNT, 1)), trees)


def places(snapshots: Sequence[Snapshot], cumulative: Floats, edges: Floats, seed: int) -> Floats:
    """Where in its forecast distribution each truth fell, 0 to 1: uniform if the forecasts are right.

    "No more shares" is one point with much probability; the truth's place in it is drawn.
    """
    chance = np.random.default_rng(seed)
    found = [np.interp(each.growth, edges, row) for each, row in zip(snapshots, cumulative, strict=True)]
    drawn = chance.uniform(0, cumulative[:, 0])
    return np.where([each.growth <= 0 for each in snapshots], drawn, found)


def levels_of(seen: Sequence[Seen], place: Floats, weights: Floats, *, alike: bool) -> Floats:
    """Per group, how often the truth fell below each nominal level: in the group, or among all `alike`."""
    groups = np.array([group(each) for each in seen])
    nominal = np.array(NOMINAL)
    found = np.tile(nominal, (GROUPS_COUNT, 1))
    for number in range(len(found)):
        inside = np.full(len(seen), True) if alike else groups == number
        if inside.sum() >= ENOUGH:
            below = place[inside][:, None] <= nominal
            found[number, 1:-1] = np.average(below, axis=0, weights=weights[inside])[1:-1]
    return found


def validated(snapshots: Sequence[Snapshot], rows: Floats, kind: Kind) -> tuple[list[Fold], Floats]:
    """Models that each have not seen one fold, and the places of all truths in forecasts that had not seen them."""
    part = np.array([fold_of(each.cascade) for each in snapshots])
    place = np.zeros(len(snapshots))
    folds = []
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(part != number), np.flatnonzero(part == number)
        model = learned([snapshots[int(i)] for i in inside], rows[inside], kind)
        unseen = [snapshots[int(i)] for i in outside]
        place[outside] = places(unseen, model.cumulative(rows[outside]), model.edges, SEED)
        folds.append(Fold(number, model))
    return folds, place


def trained(snapshots: Sequence[Snapshot], kind: Kind) -> Model:
    """What ships: learned on everything, its levels set right by cross-validation."""
    rows = matrix(snapshots)
    _, place = validated(snapshots, rows, kind)
    weights = np.array([each.weight for each in snapshots])
    levels = levels_of([each.seen for each in snapshots], place, weights, alike=kind.alike)
    return replace(learned(snapshots, rows, kind), levels=levels)


def main(folder: Path, file: Path = WEIGHTS) -> None:
    breakouts, ordinary = weibo(folder), auspol(folder)
    chosen = trained(chosen_set(breakouts, SEED), CHOSEN)
    save(Models(chosen, trained(ordinary_set(breakouts, ordinary, SEED), ORDINARY)), file)
    sys.stdout.write(f"{file}: {file.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(*(Path(each) for each in sys.argv[1:]))

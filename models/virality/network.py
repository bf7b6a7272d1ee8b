"""Evaluates the learned part of the forecast: small neural networks and trees, shipped as arrays, run by numpy alone.

Each network reads one row of `features.table` and says how likely each range of growth is; the answers are averaged
(deep ensembles: Lakshminarayanan et al., NeurIPS 2017). Where there are trees (`trees.py`), theirs has as much weight
as that of all the networks. `models/training/forecast.py` makes the file.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.virality.trees import Trees

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

WEIGHTS: Final = Path(__file__).parent / "weights" / "forecast.npz"
FURTHEST: Final = 4.0
"""A feature further than this from what training saw, in standard deviations, counts as this far."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """How a row of features becomes what a network reads: standardised, unknowns as 0 and flagged."""

    mean: Floats
    deviation: Floats
    flagged: npt.NDArray[np.int64]

    def __call__(self, rows: Floats) -> Singles:
        scaled = (rows - self.mean) / self.deviation
        unknown = np.isnan(scaled)
        scaled = np.clip(np.where(unknown, 0.0, scaled), -FURTHEST, FURTHEST)
        return np.concatenate([scaled, unknown[:, self.flagged]], axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Layer:
    """One dense layer."""

    weights: Singles
    bias: Singles


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned of one kind of posts.

    `edges`: the growths, log((final + 1) / (observed + 1)), between the ranges; the first range is "no more at all".
    `levels`: per group of cascades, what became of the nominal levels in validation.
    """

    scaling: Scaling
    networks: tuple[tuple[Layer, ...], ...]
    edges: Floats
    nominal: Floats
    levels: Floats
    trees: Trees | None = None

    def cumulative(self, rows: Floats) -> Floats:
        """P(growth <= edge), one row per row of features, one column per edge."""
        scaled = self.scaling(rows)
        masses = sum((_softmax(_forward(network, scaled)) for network in self.networks), start=np.zeros(1))
        found = np.cumsum(masses / len(self.networks), axis=1)
        found[:, -1] = 1.0
        if self.trees is None:
            return found
        # Between two edges that the trees were asked for, growths are taken for evenly spread.
        between = np.stack([np.interp(self.edges, self.trees.edges, unit) for unit in np.eye(len(self.trees.edges))])
        return np.asarray((found + self.trees.cumulative(rows) @ between) / 2, dtype=np.float64)


def silu(x: Singles) -> Singles:
    """x · sigmoid(x) (Elfwing et al. 2018), which is smooth, as forecasts should be."""
    return np.asarray(x / (1.0 + np.exp(-x)), dtype=np.float32)


def _forward(layers: tuple[Layer, ...], rows: Singles) -> Singles:
    for layer in layers[:-1]:
        rows = silu(rows @ layer.weights + layer.bias)
    return np.asarray(rows @ layers[-1].weights + layers[-1].bias, dtype=np.float32)


def _softmax(logits: Singles) -> Floats:
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Models:
    """What ships: learned on posts that were chosen because they went far, and on any posts."""

    chosen: Model
    ordinary: Model


def save(models: Models, path: Path = WEIGHTS) -> None:
    """Writes the file that `load` reads."""
    path.parent.mkdir(exist_ok=True)
    arrays = _arrays("chosen", models.chosen) | _arrays("ordinary", models.ordinary)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def load(path: Path = WEIGHTS) -> Models:
    """The shipped models."""
    with np.load(path, allow_pickle=False) as found:
        arrays = dict(found)
    return Models(_model("chosen", arrays), _model("ordinary", arrays))


def _arrays(name: str, model: Model) -> dict[str, npt.NDArray[Any]]:
    arrays: dict[str, npt.NDArray[Any]] = {
        f"{name}.mean": model.scaling.mean,
        f"{name}.deviation": model.scaling.deviation,
        f"{name}.flagged": model.scaling.flagged,
        f"{name}.edges": model.edges,
        f"{name}.nominal": model.nominal,
        f"{name}.levels": model.levels,
    }
    for n, network in enumerate(model.networks):
        for depth, layer in enumerate(network):
            arrays[f"{name}.network.{n}.{depth}.weights"] = layer.weights.astype(np.float16)
            arrays[f"{name}.network.{n}.{depth}.bias"] = layer.bias.astype(np.float16)
    if model.trees is not None:
        arrays[f"{name}.trees.features"] = model.trees.features
        arrays[f"{name}.trees.thresholds"] = model.trees.thresholds
        arrays[f"{name}.trees.leaves"] = model.trees.leaves.astype(np.float16)
        arrays[f"{name}.trees.edges"] = model.trees.edges
    return arrays


def _model(name: str, arrays: dict[str, npt.NDArray[Any]]) -> Model:
    networks: dict[str, list[Layer]] = {}
    for each in sorted(each for each in arrays if each.startswith(f"{name}.network.") and each.endswith(".weights")):
        bias = arrays[each.removesuffix("weights") + "bias"]
        layer = Layer(arrays[each].astype(np.float32), bias.astype(np.float32))
        networks.setdefault(each.split(".")[2], []).append(layer)
    return Model(
        Scaling(arrays[f"{name}.mean"], arrays[f"{name}.deviation"], arrays[f"{name}.flagged"]),
        tuple(tuple(layers) for layers in networks.values()),
        edges=arrays[f"{name}.edges"],
        nominal=arrays[f"{name}.nominal"],
        levels=arrays[f"{name}.levels"],
        trees=_trees(name, arrays),
    )


def _trees(name: str, arrays: dict[str, npt.NDArray[Any]]) -> Trees | None:
    if f"{name}.trees.edges" not in arrays:
        return None
    features, thresholds, leaves, edges = (
        arrays[f"{name}.trees.{part}"] for part in ("features", "thresholds", "leaves", "edges")
    )
    return Trees(features, thresholds, leaves.astype(np.float32), edges)

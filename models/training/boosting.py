"""Fits the trees of `models/virality/trees.py` with LightGBM, and reads them into arrays.

One sum of trees for every third edge: is the growth at most this? Shallow trees on random halves of the rows and of the
features (stochastic gradient boosting: Friedman 2002). Nothing imports this at run time.
"""

from typing import Any, Final

import numpy as np

from models.virality.history import Floats
from models.virality.trees import DEPTH, LEAVES, SPLITS, Trees, readable

EVERY: Final = 3
"""Neighbouring edges have much the same answer: one in three is asked for."""
ROUNDS: Final = 150
SETTINGS: Final[dict[str, Any]] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "max_depth": DEPTH,
    "num_leaves": LEAVES,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


def boosted(rows: Floats, growths: Floats, edges: Floats, seed: int) -> Trees:
    """Trees that say how likely the growth of each row is to end at or below every third of the `edges`."""
    import lightgbm

    known = readable(rows)
    asked = edges[:-1:EVERY]
    sums = []
    for edge in asked:
        told = lightgbm.Dataset(known, (growths <= edge).astype(np.float64))
        model = lightgbm.train(SETTINGS | {"seed": seed}, told, ROUNDS)
        sums.append([_heap(tree["tree_structure"]) for tree in model.dump_model()["tree_info"]])
    features, thresholds, leaves = (np.array([[tree[part] for tree in trees] for trees in sums]) for part in range(3))
    return Trees(
        features.astype(np.uint8),
        thresholds.astype(np.float32),
        leaves.astype(np.float32),
        np.append(asked, edges[-1]),
    )


def _heap(root: dict[str, Any]) -> tuple[Floats, Floats, Floats]:
    """LightGBM's tree as a complete one; where it ends early, both sides lead to the same."""
    features, thresholds, leaves = np.zeros(SPLITS), np.zeros(SPLITS), np.zeros(LEAVES)

    def fill(node: dict[str, Any], place: int) -> None:
        if place >= SPLITS:
            leaves[place - SPLITS] = node["leaf_value"]
        elif "leaf_value" in node:
            fill(node, 2 * place + 1)
            fill(node, 2 * place + 2)
        else:
            features[place], thresholds[place] = node["split_feature"], node["threshold"]
            fill(node["left_child"], 2 * place + 1)
            fill(node["right_child"], 2 * place + 2)

    fill(root, 0)
    return features, thresholds, leaves

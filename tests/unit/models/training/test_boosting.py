"""The recipe of the trees: what LightGBM fitted is what the arrays say."""

import numpy as np
import pytest

from models.training.boosting import ROUNDS, SETTINGS, _heap, boosted
from models.virality.trees import SPLITS, readable


def test_a_tree_that_ends_early_says_the_same_on_both_sides() -> None:
    """A leaf below the root fills all that would lie below it."""
    split = {
        "split_feature": 3,
        "threshold": 0.5,
        "left_child": {"leaf_value": 1.0},
        "right_child": {"leaf_value": 2.0},
    }
    features, thresholds, leaves = _heap(split)
    assert features.tolist() == [3, *[0] * (SPLITS - 1)]
    assert thresholds[0] == 0.5
    assert leaves.tolist() == [1.0] * 4 + [2.0] * 4


def test_the_arrays_say_what_lightgbm_says() -> None:
    """To the precision of single floats, unknown features included; made again from the same seed."""
    lightgbm = pytest.importorskip("lightgbm")
    chance = np.random.default_rng(5)
    rows = chance.normal(size=(1_500, 6))
    growths = np.maximum(rows[:, 0] + 0.3 * chance.normal(size=1_500), 0.0)
    rows[chance.random(rows.shape) < 0.1] = np.nan
    edges = np.array([0.0, 0.1, 0.2, 0.5, 0.7, 1.0, growths.max()])
    trees = boosted(rows, growths, edges, seed=3)
    assert trees.edges.tolist() == [0.0, 0.5, growths.max()]
    assert (boosted(rows, growths, edges, seed=3).leaves == trees.leaves).all()
    found = trees.cumulative(rows)
    told = lightgbm.Dataset(readable(rows), (growths <= 0).astype(np.float64))
    model = lightgbm.train(SETTINGS | {"seed": 3}, told, ROUNDS)
    assert found[:, 0] == pytest.approx(np.asarray(model.predict(readable(rows))), abs=1e-5)
    over = growths <= 0
    assert found[over, 0].mean() > found[~over, 0].mean() + 0.3

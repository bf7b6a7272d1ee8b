"""Trees as arrays: every row ends in the leaf to which its numbers lead it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.virality.network import WEIGHTS, load
from models.virality.trees import DEPTH, LEAVES, SPLITS, UNKNOWN, Trees, readable

FEATURES = 5


def grown(seed: int, sums: int = 3, trees: int = 4) -> Trees:
    chance = np.random.default_rng(seed)
    return Trees(
        chance.integers(0, FEATURES, (sums, trees, SPLITS)).astype(np.uint8),
        chance.normal(size=(sums, trees, SPLITS)).astype(np.float32),
        chance.normal(size=(sums, trees, LEAVES)).astype(np.float32),
        np.linspace(0, 3, sums + 1),
    )


def walked(trees: Trees, which: tuple[int, int], row: np.ndarray) -> float:
    """One tree, step by step."""
    node = 0
    for _ in range(DEPTH):
        number = row[trees.features[which][node]]
        left = np.isnan(number) or round(number, 4) <= trees.thresholds[which][node]
        node = 2 * node + (1 if left else 2)
    return float(trees.leaves[which][node - SPLITS])


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.lists(st.lists(st.floats(-5, 5) | st.just(float("nan")), min_size=5, max_size=5)))
def test_every_row_reaches_its_leaves(seed: int, numbers: list[list[float]]) -> None:
    """The chance of the first edge is that of the sum of its trees' leaves; later edges are never less likely."""
    trees = grown(seed)
    rows = np.array(numbers).reshape(-1, FEATURES)
    found = trees.cumulative(rows)
    assert found.shape == (len(rows), 4)
    assert (found[:, -1] == 1).all()
    assert (np.diff(found, axis=1) >= 0).all()
    for row, chances in zip(rows, found, strict=True):
        sums = [sum(walked(trees, (i, t), row) for t in range(4)) for i in range(3)]
        assert chances[:3] == pytest.approx(np.maximum.accumulate(1 / (1 + np.exp(-np.array(sums)))), abs=1e-6)


def test_many_rows_are_answered_like_one() -> None:
    """However many are walked down at once."""
    trees, rows = grown(1), np.random.default_rng(2).normal(size=(150, FEATURES))
    together = trees.cumulative(rows)
    assert together == pytest.approx(np.concatenate([trees.cumulative(row[None]) for row in rows]))


def test_the_last_digit_turns_no_branch() -> None:
    """The same logarithm by two ways reads the same; what nobody knows reads as less than everything known."""
    assert readable(np.array([[0.1 + 0.2, np.nan]])).tolist() == [[0.3, UNKNOWN]]


def test_what_ships_is_small_and_has_trees_for_chosen_posts() -> None:
    """Weights are read at every start, and lie in every image."""
    models = load()
    assert models.chosen.trees is not None
    assert models.ordinary.trees is None
    assert WEIGHTS.stat().st_size < 1_000_000

"""The recipe: snapshots know no future, the network learns, levels are set right, the file is read as written."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.training.cascades import Cascade
from models.training.fitting import fit, targets
from models.training.forecast import ENOUGH, Kind, edges_of, fold_of, learned, levels_of, places, scaling_of
from models.training.snapshots import Snapshot, at_ages, chosen_set, matrix, ordinary_set
from models.virality.features import Seen
from models.virality.history import History
from models.virality.network import Models, load, save
from models.virality.trees import LEAVES, SPLITS, Trees

CHANCE = np.random.default_rng(7)
CASCADES = [
    Cascade(100 * n, tuple(sorted(CHANCE.exponential(5_000, 20 + 5 * n))), root_local_s=3_600.0) for n in range(12)
]
FEW = [Cascade(50, tuple(c.delays_s[:4]), (10, 20, 30, 40)) for c in CASCADES]


def test_a_snapshot_knows_no_future() -> None:
    """What comes after the age changes nothing of what is seen at it."""
    cascade = CASCADES[5]
    poisoned = replace(cascade, delays_s=tuple(t if t <= 3_600 else t + 10**6 for t in cascade.delays_s))
    assert at_ages(cascade, [600, 3_600], ordinary=False) == at_ages(poisoned, [600, 3_600], ordinary=False)


def test_snapshots_are_made_again_from_the_same_seed() -> None:
    """Same cascades and seed, same snapshots; a growth is never negative, a weight always positive."""
    for make in (lambda seed: chosen_set(CASCADES, seed), lambda seed: ordinary_set(CASCADES, FEW, seed)):
        snapshots = make(1)
        assert snapshots == make(1)
        assert snapshots != make(2)
        assert all(each.growth >= 0 and each.weight > 0 for each in snapshots)
        assert np.isfinite(matrix(snapshots)[:, :2]).all()


def test_cascades_keep_their_fold_in_both_sets() -> None:
    """A breakout has one number wherever it stands, so that no fold's model has seen it under another."""
    drawn = ordinary_set(CASCADES, FEW, 1)
    assert {each.cascade for each in drawn} == set(range(24))
    finals = {each.cascade: each.final for each in chosen_set(CASCADES, 1)}
    assert all(each.final % finals[each.cascade] == 0 for each in drawn if each.cascade in finals)
    assert {fold_of(n) for n in range(24)} == set(range(5))


def test_the_network_learns_what_depends_on_a_feature() -> None:
    """With two classes told by the sign of one number, nearly all are found; the same seed gives the same network."""
    rows = CHANCE.standard_normal((2_048, 3)).astype(np.float32)
    ranges = (rows[:, 0] > 0).astype(np.int64)
    first, again = (fit(rows, ranges, 2, np.ones(len(rows)), seed=3) for _ in range(2))
    assert all((a.weights == b.weights).all() for a, b in zip(first, again, strict=True))
    hidden = rows
    for layer in first[:-1]:
        hidden = hidden @ layer.weights + layer.bias
        hidden = hidden / (1 + np.exp(-hidden))
    said = (hidden @ first[-1].weights + first[-1].bias).argmax(axis=1)
    assert (said == ranges).mean() > 0.95


def test_no_more_is_a_range_of_its_own() -> None:
    """Truths blur into their neighbours, but nothing blurs into or out of "no more at all"."""
    bell = targets(np.array([0, 1, 2]), 4)
    assert bell.sum(axis=1) == pytest.approx(1)
    assert bell[0].tolist() == [1, 0, 0, 0]
    assert bell[1:, 0].tolist() == [0, 0]
    assert bell[2].argmax() == 2


def test_levels_say_how_often_truths_fell_below() -> None:
    """Over-confident forecasts, whose truths lie near both ends, get wider; groups with too few stay as they are."""
    history = History(origin_s=0.0)
    for n in range(30):
        history.add(float(n))
    seen = [Seen(history, 600.0)] * ENOUGH
    place = np.where(np.arange(ENOUGH) % 2 == 0, 0.02, 0.98)
    levels = levels_of(seen, place, np.ones(ENOUGH), alike=False)
    nominal = levels[0]
    at_5 = int(np.flatnonzero(nominal == 0.05)[0])
    assert levels[2][at_5] == pytest.approx(0.5)
    assert (np.diff(levels, axis=1) >= 0).all()
    assert (levels[:, 0] == 0).all()
    assert (levels[:, -1] == 1).all()
    assert (levels_of(seen, place, np.ones(ENOUGH), alike=True) == levels[2]).all()


def test_places_of_cascades_that_are_over_are_drawn() -> None:
    """The truth "no more" may stand anywhere within its probability."""
    over = Snapshot(0, at_ages(CASCADES[0], [10**7], ordinary=False)[0], len(CASCADES[0].delays_s))
    found = places([over] * 500, np.tile([0.6, 1.0], (500, 1)), np.array([0.0, 1.0]), seed=1)
    assert found.max() <= 0.6
    assert found.mean() == pytest.approx(0.3, abs=0.05)


def test_edges_begin_at_no_more_and_end_at_the_largest() -> None:
    """The ranges rise, and hold every growth."""
    growths = np.concatenate([np.zeros(50), CHANCE.exponential(1.0, 500)])
    edges = edges_of(growths, np.ones(550))
    assert edges[0] == 0.0
    assert edges[-1] == growths.max()
    assert (np.diff(edges) > 0).all()


def test_unknown_and_unvaried_features_read_zero() -> None:
    """What never varied in training cannot speak later; what is not known is flagged where it sometimes was."""
    rows = np.array([[1.0, 5.0, np.nan, np.nan], [3.0, 5.0, np.nan, 2.0], [2.0, 5.0, np.nan, 4.0]])
    scaling = scaling_of(rows)
    read = scaling(np.array([[2.0, 900.0, 900.0, np.nan]]))
    assert read.tolist() == [[0.0, 0.0, 0.0, 0.0, 1.0]]


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    """To the precision of half floats, with trees and without."""
    snapshots = chosen_set(CASCADES, 1) * 4
    bare = learned(snapshots, matrix(snapshots), Kind(networks=2, trees=False, alike=True))
    trees = Trees(
        CHANCE.integers(0, 54, (4, 9, SPLITS)).astype(np.uint8),
        CHANCE.normal(size=(4, 9, SPLITS)).astype(np.float32),
        CHANCE.normal(size=(4, 9, LEAVES)).astype(np.float32),
        bare.edges[[0, 3, 9, 12, -1]],
    )
    model = replace(bare, trees=trees)
    save(Models(model, bare), tmp_path / "forecast.npz")
    again = load(tmp_path / "forecast.npz")
    rows = matrix(snapshots[:20])
    assert again.chosen.cumulative(rows) == pytest.approx(model.cumulative(rows), abs=0.01)
    assert again.ordinary.cumulative(rows) == pytest.approx(bare.cumulative(rows), abs=0.01)
    assert len(again.ordinary.networks) == 2


def test_trees_have_as_much_weight_as_all_networks() -> None:
    """Where they say that it is over, half the chance is theirs."""
    snapshots = chosen_set(CASCADES, 1) * 4
    bare = learned(snapshots, matrix(snapshots), Kind(networks=1, trees=False, alike=True))
    sure = Trees(
        np.zeros((2, 1, SPLITS), dtype=np.uint8),
        np.zeros((2, 1, SPLITS), dtype=np.float32),
        np.full((2, 1, LEAVES), 50, dtype=np.float32),
        bare.edges[[0, 10, -1]],
    )
    rows = matrix(snapshots[:20])
    assert replace(bare, trees=sure).cumulative(rows) == pytest.approx(0.5 + bare.cumulative(rows) / 2)


def test_what_is_learned_with_the_clock_is_learned_without() -> None:
    """Every snapshot of a chosen post that tells the hour has a twin that does not."""
    clocked = [each for each in chosen_set(CASCADES, 1) if each.seen.local_s is not None]
    bare = [each for each in chosen_set(CASCADES, 1) if each.seen.local_s is None]
    assert clocked
    assert all(replace(each, seen=replace(each.seen, local_s=None)) in bare for each in clocked)

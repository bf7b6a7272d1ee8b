"""The recipe of the risk head: what it fits and how it is judged; the encoder is not needed for that."""

import numpy as np
import pytest

from models.training.risk import CLASSES, Head, figures, fit, middle


def test_the_middle_layers_are_read() -> None:
    """Neither the first two nor the last layer; of a small encoder what there is."""
    assert middle({f"l{layer}.x2" for layer in range(12)}) == [f"l{layer}.x2" for layer in range(2, 11)]
    assert middle({"l0.x2", "l1.x2", "l2.x2"}) == ["l1.x2"]
    assert middle({"l0.x2"}) == ["l0.x2"]


def test_a_head_learns_what_is_plain() -> None:
    """Topics that stand apart are told apart, with probabilities that sum to 1, whatever the scale of the states."""
    pytest.importorskip("sklearn")
    chance = np.random.default_rng(1)
    topics = ["fraud", "outage", "none"] * 30
    rows = np.array([[100.0 * (topic == "fraud"), 0.01 * (topic == "outage"), 5.0] for topic in topics], np.float32)
    rows[:, :2] += chance.normal(size=(len(topics), 2)) * [1.0, 1e-4]
    head = fit(rows, topics, [1.0] * len(topics))
    shares = head.shares(rows)
    assert np.allclose(shares.sum(axis=1), 1.0, atol=1e-5)
    assert [CLASSES[place] for place in shares.argmax(axis=1)] == topics


def test_precision_and_recall_are_of_being_at_risk() -> None:
    """A wrong topic is a hit, and told as such; a calm post that is flagged is not."""
    shares = np.zeros((4, len(CLASSES)), np.float32)
    for row, topic in enumerate(("fraud", "fraud", "none", "outage")):
        shares[row, CLASSES.index(topic)] = 1.0
    (first, *_) = figures(shares, ["fraud", "legal", "labour", "none"])
    assert (first["precision"], first["recall"], first["topic_right"]) == (0.667, 0.667, 0.5)


def test_a_class_that_was_never_seen_is_never_told() -> None:
    """Its probability is next to nothing."""
    head = Head(np.zeros((1, len(CLASSES)), np.float32), np.array([-20.0] * 12 + [0.0], np.float32))
    assert head.shares(np.ones((1, 1), np.float32))[0, :-1].max() < 1e-6

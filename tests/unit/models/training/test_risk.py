"""The recipe of the risk head: what it fits and how it is judged; the encoder is not needed for that."""

import numpy as np
import pytest

from models.training.risk import (
    Figures,
    Posts,
    average_precision,
    figures,
    fit,
    least_certainty,
)
from models.training.risk_graph import CLASSES, Head


def shares_of(*sure: tuple[str, float]) -> np.ndarray:
    """A row of probabilities each: the topic's, and what is left for `none`."""
    shares = np.zeros((len(sure), len(CLASSES)), np.float32)
    for row, (topic, share) in enumerate(sure):
        shares[row, -1] = 1.0 - share
        shares[row, CLASSES.index(topic)] = share
    return shares


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
    shares = shares_of(("fraud", 1.0), ("fraud", 1.0), ("none", 1.0), ("outage", 1.0))
    (first, *_) = figures(shares, ["fraud", "legal", "labour", "none"])
    assert (first.precision, first.recall, first.topic_right) == (0.667, 0.667, 0.5)


def test_average_precision_is_of_the_order_alone() -> None:
    """All posts at risk first: 1. One calm post before the second of them: the mean of 1 and 2/3."""
    topics = ["fraud", "none", "legal"]
    assert average_precision(shares_of(("fraud", 0.9), ("legal", 0.1), ("legal", 0.2)), topics) == 1.0
    assert average_precision(shares_of(("fraud", 0.9), ("legal", 0.3), ("legal", 0.2)), topics) == pytest.approx(5 / 6)


@pytest.mark.parametrize(("precision", "least"), [(0.8, 0.3), (0.9, 0.5), (0.99, 0.5)])
def test_the_least_certainty_that_is_precise_enough_is_taken(precision: float, least: float) -> None:
    """Recall is not given away for more precision than is asked; where no certainty is enough, the most precise is."""
    found = [Figures(0.2, 0.7, 0.9, 1.0), Figures(0.3, 0.8, 0.7, 1.0), Figures(0.5, 0.95, 0.5, 1.0)]
    assert least_certainty([*found, Figures(0.6, 0.95, 0.4, 1.0)], precision) == least


def test_in_folds_no_post_is_judged_by_a_head_that_learnt_it() -> None:
    """States that only tell posts apart, not topics, lead nowhere."""
    pytest.importorskip("sklearn")
    topics = ["fraud", "outage"] * 5
    rows = np.eye(10, dtype=np.float32)
    posts = Posts(rows, topics, np.arange(10) % 5)
    calm = np.zeros((4, 10), np.float32)
    learnt = posts.fit(rows, np.ones(10, bool), calm).shares(rows)
    crossed = posts.crossed(rows, calm)
    right = [CLASSES.index(topic) for topic in topics]
    assert learnt[range(10), right].min() > 0.5
    assert crossed[range(10), right].max() < 0.5


def test_a_class_that_was_never_seen_is_never_told() -> None:
    """Its probability is next to nothing."""
    head = Head(np.zeros((1, len(CLASSES)), np.float32), np.array([-20.0] * 12 + [0.0], np.float32))
    assert head.shares(np.ones((1, 1), np.float32))[0, :-1].max() < 1e-6

"""Temperatures and the gate between the networks, on made-up answers."""

import numpy as np
import pytest

from models.training.sentiment.calibration import NEGATIVE_TO, SURE_FROM, Held, softmax

RNG = np.random.default_rng(4)
TRUTH = RNG.integers(0, 3, 600)
HELD = Held([TRUTH[:200].tolist(), TRUTH[200:].tolist()])


def answers(right: float, sure: float) -> "np.ndarray":
    """Logits: the true label is told for that share of the texts, else another, with that much sureness."""
    told = np.where(RNG.random(len(TRUTH)) < right, TRUTH, (TRUTH + RNG.integers(1, 3, len(TRUTH))) % 3)
    return np.log(np.full((len(TRUTH), 3), (1 - sure) / 2)) * (1 - np.eye(3)[told]) + np.log(sure) * np.eye(3)[told]


def test_who_is_surer_than_right_is_softened() -> None:
    """70 % right and 95 % sure: softened until about 70 % sure; who doubts too much is sharpened."""
    logits = answers(0.7, 0.95)
    assert softmax(logits / HELD.temperature(logits)).max(axis=1).mean() == pytest.approx(0.7, abs=0.04)
    assert HELD.temperature(answers(0.95, 0.6)) < 1


def test_sets_count_alike() -> None:
    """The mean over the sets, not over the texts: the smaller one weighs as much."""
    logits = np.eye(3)[TRUTH] * 5.0
    logits[:200] = (5.0, 0.0, 0.0)
    alone = 2 * (TRUTH[:200] == 0).mean() / (1 + (TRUTH[:200] == 0).mean()) / 3
    assert HELD.mean_f1(logits) == pytest.approx((alone + 1) / 2)


def test_a_quick_network_that_is_right_when_sure_answers_then() -> None:
    """Sure and right on two thirds, lost on the rest: these two thirds stand, and what is unsure does not."""
    quick, lost = np.eye(3)[TRUTH] * 6.0, RNG.random(len(TRUTH)) < 1 / 3
    quick[lost] = answers(1 / 3, 0.45)[lost]
    sure_from, negative_to = HELD.gate(quick, answers(0.97, 0.9))
    assert sure_from in SURE_FROM and negative_to in NEGATIVE_TO
    stands = softmax(quick).max(axis=1) >= sure_from
    assert (stands == ~lost).all()


def test_a_quick_network_that_overlooks_complaints_never_stands_on_them() -> None:
    """It is sure that every complaint is neutral, though it sees something negative: nothing that looks so stands."""
    quick = np.eye(3)[TRUTH] * 6.0
    quick[TRUTH == 0] = np.log((0.32, 0.66, 0.02))
    _, negative_to = HELD.gate(quick, np.eye(3)[TRUTH] * 6.0)
    assert negative_to < 0.32


def test_a_quick_network_that_is_sure_and_wrong_never_stands() -> None:
    """No values fit: everything is read by the deep one."""
    assert HELD.gate(np.eye(3)[(TRUTH + 1) % 3] * 9.0, np.eye(3)[TRUTH] * 9.0) == (1.0, 0.0)

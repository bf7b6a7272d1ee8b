"""Words in four bits."""

import numpy as np
import pytest

from models.training.sentiment.words import BLOCK, quantised, restored


@pytest.mark.parametrize("scale", [1e-3, 1.0, 50.0])
def test_words_are_near_what_they_were(scale: float) -> None:
    """A sixteenth of the range of each block, whatever its size."""
    words = np.random.default_rng(1).standard_normal((40, 4 * BLOCK)).astype(np.float32) * scale
    steps, sizes = quantised(words)
    assert (steps.dtype, sizes.dtype, sizes.shape) == (np.int8, np.float16, (40, 4))
    assert steps.min() >= -8 and steps.max() <= 7
    gap = np.linalg.norm(restored(steps, sizes) - words) / np.linalg.norm(words)
    assert gap < 0.11


def test_numbers_that_are_steps_already_stay() -> None:
    """What has been rounded once is not rounded further: it comes back as it was, but for the size's half precision."""
    steps = np.random.default_rng(2).integers(-7, 8, (30, BLOCK)).astype(np.float32)
    steps[:, 0] = 7
    words = steps * 0.04
    assert np.linalg.norm(restored(*quantised(words)) - words) < 1e-3 * np.linalg.norm(words)


def test_a_block_of_zeros_stays_zero() -> None:
    """No division by nothing."""
    assert not restored(*quantised(np.zeros((2, BLOCK), np.float32))).any()

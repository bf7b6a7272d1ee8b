"""Word vectors in four bits: sixteen steps, with a size of its own for each block of numbers.

The base came in such blocks too. A table rounded anew differs from a fine-tuned one by 4 % of its length; networks that
go on to learn with the rounded table lose nothing by it.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

BLOCK: Final = 32
_TRIED: Final = (*np.linspace(0.75, 1.1, 15), 7.5 / 8, 7.5 / 7)
"""Sizes of a step, as multiples of the one that just reaches a block's largest number: the best one is kept.

The last two are those at which a table that was rounded before stays as it is."""


def quantised(words: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float16]]:
    """Steps from -8 to 7 (words × width) and the size of a step (words × blocks)."""
    blocks = words.astype(np.float32).reshape(len(words), -1, BLOCK)
    reach = np.maximum(np.abs(blocks).max(axis=-1), 1e-6) / 7.5
    least = np.full(reach.shape, np.inf, np.float32)
    sizes = np.ones(reach.shape, np.float16)
    for factor in _TRIED:
        tried = (reach * factor).astype(np.float16)
        told = _steps(blocks, tried) * tried[..., None].astype(np.float32)
        error = ((told - blocks) ** 2).sum(axis=-1)
        better = error < least
        least, sizes = np.where(better, error, least), np.where(better, tried, sizes)
    return _steps(blocks, sizes).astype(np.int8).reshape(words.shape), sizes


def restored(steps: npt.NDArray[np.int8], sizes: npt.NDArray[np.float16]) -> npt.NDArray[np.float32]:
    """The vectors that the steps stand for."""
    blocks = steps.reshape(len(steps), -1, BLOCK) * sizes[..., None].astype(np.float32)
    return np.asarray(blocks.reshape(steps.shape), np.float32)


def _steps(blocks: npt.NDArray[np.float32], sizes: npt.NDArray[np.float16]) -> npt.NDArray[np.float32]:
    return np.clip(np.round(blocks / sizes[..., None].astype(np.float32)), -8, 7)

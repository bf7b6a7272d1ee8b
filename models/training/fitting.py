"""Fits one small network: softmax over ranges of growth, cross-entropy, AdamW, dropout. Numpy alone, seeded.

Adam: Kingma and Ba, ICLR 2015; decoupled weight decay: Loshchilov and Hutter, ICLR 2019. Nothing imports this at run
time.
"""

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from models.virality.network import Floats, Layer, Singles, silu

HIDDEN: Final = (96, 48)
EPOCHS: Final = 24
BATCH: Final = 512
RATE: Final = 3e-3
DECAY: Final = 0.01
DROPOUT: Final = 0.25
BLUR: Final = 1.0
"""A truth counts for its neighbouring ranges too, with this standard deviation in ranges: they are ordered."""


def targets(ranges: npt.NDArray[np.int64], count: int) -> Singles:
    """What the network should say: a narrow bell around the true range; nothing blurs into or out of "no more"."""
    distance = np.arange(count)[None, :] - ranges[:, None]
    bell = np.exp(-0.5 * (distance / BLUR) ** 2)
    bell[ranges > 0, 0] = 0.0
    bell[ranges == 0, 1:] = 0.0
    return np.asarray(bell / bell.sum(axis=1, keepdims=True), dtype=np.float32)


def fit(rows: Singles, ranges: npt.NDArray[np.int64], count: int, weights: Floats, seed: int) -> tuple[Layer, ...]:
    """A network that says for each row how likely each of `count` ranges is."""
    chance = np.random.default_rng(seed)
    sizes = (rows.shape[1], *HIDDEN, count)
    values = [_initial(chance, a, b, last=b == count) for a, b in pairwise(sizes)]
    values += [np.zeros(size, np.float32) for size in sizes[1:]]
    truth, weight = targets(ranges, count), (weights / weights.mean()).astype(np.float32)
    optimiser = _AdamW(values, decayed=len(sizes) - 1)
    batches = len(rows) // BATCH
    for step in range(EPOCHS * batches):
        if step % batches == 0:
            order = chance.permutation(len(rows))
        drawn = order[(step % batches) * BATCH :][:BATCH]
        gradients = _gradients(values, rows[drawn], truth[drawn], weight[drawn], chance)
        optimiser.step(gradients, RATE * 0.5 * (1 + np.cos(np.pi * step / (EPOCHS * batches))))
    depth = len(sizes) - 1
    return tuple(Layer(w, b) for w, b in zip(values[:depth], values[depth:], strict=True))


def _initial(chance: np.random.Generator, before: int, after: int, *, last: bool) -> Singles:
    scale = np.sqrt((0.1 if last else 1.5) / before)
    return np.asarray(chance.standard_normal((before, after)) * scale, dtype=np.float32)


def _gradients(
    values: list[Singles], rows: Singles, truth: Singles, weight: Singles, chance: np.random.Generator
) -> list[Singles]:
    """Of the weighted cross-entropy, by back-propagation, with dropout."""
    depth = len(values) // 2
    inputs, sums, masks = [rows], [], []
    for layer in range(depth):
        sums.append(inputs[-1] @ values[layer] + values[depth + layer])
        if layer < depth - 1:
            kept = chance.random(sums[-1].shape, dtype=np.float32) > DROPOUT
            masks.append((kept / (1 - DROPOUT)).astype(np.float32))
            inputs.append(silu(sums[-1]) * masks[-1])
    raised = np.exp(sums[-1] - sums[-1].max(axis=1, keepdims=True))
    error = (raised / raised.sum(axis=1, keepdims=True) - truth) * (weight / len(rows))[:, None]
    found: list[Singles] = [np.zeros(0, np.float32)] * (2 * depth)
    for layer in reversed(range(depth)):
        found[layer], found[depth + layer] = inputs[layer].T @ error, error.sum(axis=0)
        if layer:
            error = (error @ values[layer].T) * masks[layer - 1] * _slope(sums[layer - 1])
    return found


def _slope(x: Singles) -> Singles:
    gate = 1 / (1 + np.exp(-x))
    return np.asarray(gate * (1 + x * (1 - gate)), dtype=np.float32)


class _AdamW:
    """Changes `values` in place; the first `decayed` of them shrink a little at every step."""

    def __init__(self, values: list[Singles], decayed: int) -> None:
        self._values, self._decayed, self._steps = values, decayed, 0
        self._means = [np.zeros_like(each) for each in values]
        self._squares = [np.zeros_like(each) for each in values]

    def step(self, gradients: list[Singles], rate: float) -> None:
        self._steps += 1
        for i, gradient in enumerate(gradients):
            self._means[i] = 0.9 * self._means[i] + 0.1 * gradient
            self._squares[i] = 0.99 * self._squares[i] + 0.01 * gradient**2
            mean, square = self._means[i] / (1 - 0.9**self._steps), self._squares[i] / (1 - 0.99**self._steps)
            self._values[i] -= rate * mean / (np.sqrt(square) + 1e-8)
            if i < self._decayed:
                self._values[i] *= 1 - rate * DECAY

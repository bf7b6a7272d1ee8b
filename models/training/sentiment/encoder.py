"""The network in torch: a BERT encoder whose tokens are joined two by two on the way up, mean pooling, a linear head.

BERT: Devlin et al. 2019. Shortening the sequence between layers: Dai et al. 2020, Funnel-Transformer. Half the tokens
halve the cost of every later layer; a post has 28 on average, and where its tone lies does not need each of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

HEADS = 12
WIDTH = 384
INNER = 1536
POSITIONS = 128
EPSILON = 1e-12
PAD = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """`layers` are the base's layers that are kept; after so many of them (`joins`) tokens are joined in pairs."""

    layers: tuple[int, ...] = tuple(range(12))
    joins: tuple[int, ...] = ()


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm_joined = nn.LayerNorm(WIDTH, EPSILON)
        self.norm_narrow = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, x: Any, mask: Any, drop: float) -> Any:
        rows, length, _ = x.shape
        query, key, value = (
            part(x).view(rows, length, HEADS, -1).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        # Written out: torch's fused attention takes a third of a step on the CPU to go back through so few tokens.
        scores = query @ key.transpose(2, 3) / math.sqrt(WIDTH / HEADS)
        heed = functional.softmax(scores.masked_fill(~mask[:, None, None, :], -1e4), -1)
        told = self.joined((heed @ value).transpose(1, 2).reshape(rows, length, WIDTH))
        x = self.norm_joined(x + functional.dropout(told, drop, self.training))
        told = self.narrow(functional.gelu(self.wide(x)))
        return self.norm_narrow(x + functional.dropout(told, drop, self.training))


class Encoder(nn.Module):
    """Token ids (batch × length, padded with 1) → logits (batch × 3) and what they were read from (batch × 384)."""

    def __init__(self, vocabulary: int, shape: Shape, drop: float = 0.1) -> None:
        super().__init__()
        self.shape, self.drop = shape, drop
        self.words = nn.Parameter(torch.zeros(vocabulary, WIDTH))
        self.positions = nn.Parameter(torch.zeros(POSITIONS, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in shape.layers)
        self.head = nn.Linear(WIDTH, 3)

    def forward(self, ids: Any) -> tuple[Any, Any]:
        logits, pooled, _ = self.told(ids)
        return logits, pooled

    def told(self, ids: Any, after: Sequence[int] = ()) -> tuple[Any, Any, list[Any]]:
        """As `forward`; and of each of the layers `after` the mean of what it makes of the tokens (batch × 384)."""
        mask = ids != PAD
        x = functional.embedding(ids, self.words) + self.positions[: ids.shape[1]]
        x = functional.dropout(self.norm(x), self.drop, self.training)
        between = []
        for depth, layer in enumerate(self.layers):
            if depth in self.shape.joins:
                x, mask = joined(x, mask)
            x = layer(x, mask, self.drop)
            if depth in after:
                between.append(_mean(x, mask))
        pooled = _mean(x, mask)
        return self.head(functional.dropout(pooled, self.drop, self.training)), pooled, between


def _mean(x: Any, mask: Any) -> Any:
    """Over the tokens of each text."""
    weight = mask.unsqueeze(-1).to(x.dtype)
    return (x * weight).sum(1) / weight.sum(1)


def joined(x: Any, mask: Any) -> tuple[Any, Any]:
    """Means of neighbouring pairs; a last token without a neighbour stays as it is."""
    if x.shape[1] % 2:
        x, mask = functional.pad(x, (0, 0, 0, 1)), functional.pad(mask, (0, 1))
    weight = mask.unsqueeze(-1).to(x.dtype)
    pairs = (x * weight).unflatten(1, (-1, 2)).sum(2) / weight.unflatten(1, (-1, 2)).sum(2).clamp(min=1)
    return pairs, mask.unflatten(1, (-1, 2)).any(2)


def picked(tensors: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """The tensors of a deeper encoder under the names that they have in one of `shape`."""
    kept = {f"layers.{old}.": f"layers.{new}." for new, old in enumerate(shape.layers)}
    found = {}
    for name, value in tensors.items():
        if not name.startswith("layers."):
            found[name] = value
            continue
        prefix = name[: name.index(".", len("layers.")) + 1]
        if prefix in kept:
            found[kept[prefix] + name.removeprefix(prefix)] = value
    return found

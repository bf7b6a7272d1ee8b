"""The networks of a folder of weights, read back out of their graphs: to go on training from what ships.

They are what the graphs calculate with: weights of 255 steps, words of sixteen. Written again they say the same.
"""

import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from models.training.sentiment.encoder import POSITIONS, WIDTH, Encoder, Shape
from models.training.sentiment.export import Array
from models.training.sentiment.words import restored

_THREE: Final = ("query", "key", "value")
_NORMS: Final = ("norm_joined", "norm_narrow")


def read_back(folder: Path) -> tuple[Encoder, Encoder | None]:
    """The quick network of `model.onnx`, and the deep one of `deep.onnx` if there is one."""
    quick, joins = _opened(folder / "model.onnx")
    halves = quick["table"]
    steps = np.stack([halves & 15, halves >> 4], axis=-1).reshape(len(halves), -1).astype(np.int8) - 8
    words = restored(steps, quick["sizes"])
    deep = folder / "deep.onnx"
    return _network(quick, joins, words), _network(*_opened(deep), words) if deep.is_file() else None


def _opened(graph: Path) -> tuple[dict[str, Array], tuple[int, ...]]:
    """A graph's constants, and before which layers it joins tokens."""
    model = onnx.load(str(graph))
    joins = [int(match[1]) for node in model.graph.node if (match := re.fullmatch(r"join(\d+)", node.name))]
    return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}, tuple(sorted(joins))


def _network(constants: dict[str, Array], joins: tuple[int, ...], words: Array) -> Encoder:
    depth = sum(re.fullmatch(r"l\d+\.qkv\.weight", name) is not None for name in constants)
    positions = np.zeros((POSITIONS, WIDTH), np.float32)
    known = constants["start.positions"]
    positions[: len(known)] = known
    found = {"words": words, "positions": positions}
    for kind in ("weight", "bias"):
        found[f"norm.{kind}"] = constants[f"start.norm.{kind}"]
        found[f"head.{kind}"] = constants[f"head.{kind}"]
    for layer in range(depth):
        found |= {f"layers.{layer}.{name}": value for name, value in _layer(constants, f"l{layer}")}
    model = Encoder(len(words), Shape(tuple(range(depth)), joins))
    model.load_state_dict({name: torch.tensor(np.asarray(value, np.float32)) for name, value in found.items()})
    return model


def _layer(constants: dict[str, Array], layer: str) -> Any:
    """Names and values of a layer's weights."""
    three = zip(_THREE, np.split(_matrix(constants, f"{layer}.qkv"), 3), strict=True)
    yield from ((f"{each}.weight", matrix) for each, matrix in three)
    yield from zip((f"{each}.bias" for each in _THREE), np.split(constants[f"{layer}.qkv.bias"], 3), strict=True)
    for name in ("joined", "wide", "narrow"):
        yield f"{name}.weight", _matrix(constants, f"{layer}.{name}")
        yield f"{name}.bias", constants[f"{layer}.{name}.bias"]
    for name in _NORMS:
        yield from ((f"{name}.{kind}", constants[f"{layer}.{name}.{kind}"]) for kind in ("weight", "bias"))


def _matrix(constants: dict[str, Array], name: str) -> Array:
    """A matrix (outputs × inputs) in single precision."""
    weight = constants[f"{name}.weight"] * constants[f"{name}.steps"]
    ease = constants.get(f"{name}.ease")
    return np.asarray(weight if ease is None else weight * ease[:, None], np.float32).T

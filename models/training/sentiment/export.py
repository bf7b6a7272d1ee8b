"""Trained encoders as quantised ONNX graphs whose rows are the tokens of many texts, without torch.

Graphs are built by hand from operators that ONNX Runtime has quick kernels for: matrices as int8 with a scale per
output, what goes into them as eight bits with a scale that is known beforehand (Jacob et al. 2018); words in four bits,
with a scale for each 32 numbers, of which only the rows that a text needs are multiplied out. What they read beside
`input_ids` is told by `models.sentiment.packs`. A deep network that learned on the same words reads them from the quick
one (`words`, rows × 384).

A few inner neurons are ten times as loud as all others, on every text. One scale for all would leave the others two or
three steps, so each input is divided by most of what it gets on real texts, and its weights are multiplied by it (Xiao
et al. 2023, SmoothQuant).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from models.training.sentiment.encoder import EPSILON, HEADS, WIDTH, Encoder
from models.training.sentiment.words import BLOCK, quantised

_CONTRIB: Final = "com.microsoft"
EASED: Final = 0.8
"""How much of an input's loudness its weights take over: of 0.5 to 0.9, and none, the least change of answers."""
MAX_TOKENS: Final = 64
"""A text is cut there; places beyond would be weight without use."""
Array = npt.NDArray[Any]


class _Graph:
    """Collects what is read, nodes and constants; each method gives the name of what it adds."""

    def __init__(self) -> None:
        self.reads: list[Any] = []
        self.nodes: list[Any] = []
        self.constants: dict[str, Array] = {}

    def read(self, name: str, kind: int, *sizes: str | int) -> str:
        self.reads.append(helper.make_tensor_value_info(name, kind, sizes))
        return name

    def constant(self, name: str, value: Array) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def whole(self, *values: int) -> str:
        return self.constant("_".join(["whole", *map(str, values)]), np.array(values, np.int64))

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def model(self, *tells: Any) -> Any:
        constants = [numpy_helper.from_array(value, name) for name, value in self.constants.items()]
        graph = helper.make_graph(self.nodes, "sentiment", self.reads, list(tells), constants)
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


_WORDS: Final = helper.make_tensor_value_info("words", TensorProto.FLOAT, ["rows", WIDTH])
_LOGITS: Final = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", 3])


@dataclass(frozen=True, slots=True)
class Heard:
    """The lowest and the highest of what each input of a matrix gets on some texts (both of its width)."""

    low: Array
    high: Array

    def with_rows(self, rows: Array) -> "Heard":
        return Heard(np.minimum(self.low, rows.min(0)), np.maximum(self.high, rows.max(0)))


_BEFORE: Final = {"query": "qkv", "joined": "joined", "wide": "wide", "narrow": "narrow"}
"""Layers' parts, of which the first stands for the three that read the same, and their matrices in the graph."""


def listened(model: Encoder, texts: Sequence[Sequence[int]]) -> dict[str, Heard]:
    """What each matrix gets on `texts`, by its name in the graph: `l3.wide`."""
    found: dict[str, Heard] = {}

    def hear(name: str, inputs: Any) -> None:
        rows = inputs.flatten(0, -2).numpy()
        found[name] = found.get(name, Heard(np.zeros(rows.shape[1]), np.zeros(rows.shape[1]))).with_rows(rows)

    hooks = [
        getattr(layer, part).register_forward_pre_hook(lambda _, inputs, name=f"l{at}.{name}": hear(name, inputs[0]))
        for at, layer in enumerate(model.layers)
        for part, name in _BEFORE.items()
    ]
    try:
        with torch.inference_mode():
            for ids in texts:
                model.eval()(torch.tensor([list(ids)]))
    finally:
        for hook in hooks:
            hook.remove()
    return found


def export(model: Encoder, path: Path, heard: dict[str, Heard]) -> None:
    """Writes `model` to `path`, quantised: it reads `input_ids`, and tells `logits` and the `words` it looked up."""
    graph = _Graph()
    weights = _weights(model)
    _look_up(graph, graph.read("input_ids", TensorProto.INT64, "rows"), weights["words"])
    _read(graph, model, weights, heard)
    onnx.save(graph.model(_LOGITS, _WORDS), path)


def export_deep(model: Encoder, path: Path, heard: dict[str, Heard]) -> None:
    """Writes `model` without its words to `path`, quantised: it reads the `words` that another one looked up."""
    graph = _Graph()
    graph.reads.append(_WORDS)
    _read(graph, model, _weights(model), heard)
    onnx.save(graph.model(_LOGITS), path)


def _weights(model: Encoder) -> dict[str, Array]:
    return {name: value.detach().float().numpy() for name, value in model.state_dict().items()}


def _read(graph: _Graph, model: Encoder, weights: dict[str, Array], heard: dict[str, Heard]) -> None:
    """From `words` to `logits`."""
    level = _level(graph, 0)
    x = _placed(_Part(graph, "start", weights, {}))
    for depth in range(len(model.shape.layers)):
        if depth in model.shape.joins:
            level = _level(graph, level + 1)
            x = _joined(graph, x, f"join{depth}", level)
        prefix = f"layers.{depth}."
        own = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        x = _layer(_Part(graph, f"l{depth}", own, heard), x, level)
    laid_out = graph.node("Gather", [x, f"spots{level}"], "laid_out", axis=0)
    mean = graph.node("MatMul", [f"mean{level}", laid_out], "mean")
    pooled = graph.node("Squeeze", [mean, graph.whole(1)], "pooled")
    head = [graph.constant(name, weights[name]) for name in ("head.weight", "head.bias")]
    graph.node("Gemm", [pooled, *head], "logits", transB=1)


def _level(graph: _Graph, level: int) -> int:
    """What is read of a pack after so many joins."""
    rows, width = f"rows{level}" if level else "rows", f"width{level}"
    if level:
        graph.read(f"left{level}", TensorProto.INT64, rows)
        graph.read(f"right{level}", TensorProto.INT64, rows)
    else:
        graph.read("place", TensorProto.INT64, rows)
    graph.read(f"spots{level}", TensorProto.INT64, "texts", width)
    graph.read(f"back{level}", TensorProto.INT64, rows)
    graph.read(f"lengths{level}", TensorProto.INT32, "texts")
    graph.read(f"mean{level}", TensorProto.FLOAT, "texts", 1, width)
    return level


def _look_up(graph: _Graph, ids: str, words: Array) -> None:
    """`words`: the rows of a table of four bits a number, two to a byte, the first in its lower half."""
    steps, sizes = quantised(words)
    halves = (steps + 8).astype(np.uint8)
    table = graph.constant("table", halves[:, 0::2] | (halves[:, 1::2] << 4))
    rows = graph.node(
        "GatherBlockQuantized",
        [table, ids, graph.constant("sizes", sizes)],
        "rows",
        _CONTRIB,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
        bits=4,
    )
    graph.node("Cast", [rows], "words", to=TensorProto.FLOAT)


@dataclass(frozen=True, slots=True)
class _Matrix:
    """A matrix and what goes into it, both in eight bits: names of nodes and constants."""

    x: str
    scale: str
    zero: str
    weight: str
    steps: str
    middle: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the network: where its nodes go, what their names begin with, its own weights, and what was heard."""

    graph: _Graph
    name: str
    weights: dict[str, Array]
    heard: dict[str, Heard]

    def constant(self, name: str, value: Array) -> str:
        return self.graph.constant(f"{self.name}.{name}", value)

    def node(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        return self.graph.node(kind, inputs, f"{self.name}.{name}", domain, **attributes)

    def bias(self, matrix: str) -> str:
        return self.constant(f"{matrix}.bias", self.weights[f"{matrix}.bias"])

    def product(self, x: str, matrix: str, *, eased: bool) -> str:
        """`x` times a matrix, and its bias."""
        of = self.quantised(x, matrix, self.weights[f"{matrix}.weight"].T, eased=eased)
        inputs = [of.x, of.weight, of.scale, of.steps, of.zero, of.middle, self.bias(matrix)]
        return self.node("MatMulIntegerToFloat", inputs, f"{matrix}.product", _CONTRIB)

    def quantised(self, x: str, matrix: str, weight: Array, *, eased: bool) -> _Matrix:
        """`x` in eight bits, by what was heard, and the matrix (inputs × outputs) as it takes that."""
        heard = self.heard[f"{self.name}.{matrix}"]
        low, high = heard.low, heard.high
        if eased:
            ease = _ease(heard, weight)
            weight, low, high = weight * ease[:, None], low / ease, high / ease
            x = self.node("Mul", [x, self.constant(f"{matrix}.ease", (1 / ease).astype(np.float32))], f"{matrix}.eased")
        bottom, top = min(0.0, float(low.min())), max(0.0, float(high.max()))
        size = max(top - bottom, 1e-6) / 255
        scale = self.constant(f"{matrix}.scale", np.array(size, np.float32))
        zero = self.constant(f"{matrix}.zero", np.array(round(-bottom / size), np.uint8))
        steps = np.maximum(np.abs(weight).max(axis=0) / 127, 1e-9).astype(np.float32)
        return _Matrix(
            self.node("QuantizeLinear", [x, scale, zero], f"{matrix}.quantized"),
            scale,
            zero,
            self.constant(f"{matrix}.weight", np.rint(weight / steps).astype(np.int8)),
            self.constant(f"{matrix}.steps", steps),
            self.constant(f"{matrix}.middle", np.zeros(len(steps), np.int8)),
        )

    def normed(self, x: str, norm: str) -> str:
        scale, shift = (self.constant(f"{norm}.{kind}", self.weights[f"{norm}.{kind}"]) for kind in ("weight", "bias"))
        return self.node("LayerNormalization", [x, scale, shift], norm, axis=-1, epsilon=EPSILON)

    def added(self, x: str, told: str, matrix: str) -> str:
        """What a matrix made of `x` is added to it, and normed.

        Not as ONNX Runtime's fused SkipLayerNormalization, which takes six times as long as its parts on so few tokens.
        """
        return self.normed(self.node("Add", [x, told], f"{matrix}.total"), f"norm_{matrix}")


def _ease(heard: Heard, weight: Array) -> Array:
    """By what each input is divided and its weights are multiplied; their geometric mean is 1."""
    loud = np.maximum(np.maximum(-heard.low, heard.high), 1e-6)
    heavy = np.maximum(np.abs(weight).max(axis=1), 1e-6)
    ease = loud**EASED / heavy ** (1 - EASED)
    return np.asarray(ease / np.exp(np.log(ease).mean()), np.float32)


def _placed(part: _Part) -> str:
    """The words with their places, normed."""
    places = part.constant("positions", part.weights["positions"][:MAX_TOKENS])
    place = part.node("Gather", [places, "place"], "place", axis=0)
    return part.normed(part.node("Add", ["words", place], "placed"), "norm")


def _joined(graph: _Graph, x: str, name: str, level: int) -> str:
    """Means of neighbouring pairs."""
    left, right = (graph.node("Gather", [x, f"{side}{level}"], f"{name}.{side}", axis=0) for side in ("left", "right"))
    half = graph.constant("half", np.array(0.5, np.float32))
    return graph.node("Mul", [graph.node("Add", [left, right], f"{name}.sum"), half], name)


def _layer(part: _Part, x: str, level: int) -> str:
    """A layer of BERT; its GELU by the tanh, which takes two thirds of the time, and is off by less than a step."""
    x = part.added(x, part.product(_attention(part, x, level), "joined", eased=False), "joined")
    wide = part.node("Gelu", [part.product(x, "wide", eased=True)], "gelu", approximate="tanh")
    return part.added(x, part.product(wide, "narrow", eased=True), "narrow")


def _attention(part: _Part, x: str, level: int) -> str:
    """What the tokens of each text see in one another: they are laid out text by text, and gathered again."""
    three = ("query", "key", "value")
    matrix = np.concatenate([part.weights[f"{each}.weight"].T for each in three], axis=1)
    bias = part.constant("qkv.bias", np.concatenate([part.weights[f"{each}.bias"] for each in three]))
    of = part.quantised(x, "qkv", matrix, eased=True)
    laid_out = part.node("Gather", [of.x, f"spots{level}"], "laid_out", axis=0)
    inputs = [laid_out, of.weight, bias, of.scale, of.steps, f"lengths{level}", of.zero, of.middle]
    seen = part.node("QAttention", inputs, "seen", _CONTRIB, num_heads=HEADS)
    rows = part.node("Reshape", [seen, part.graph.whole(-1, WIDTH)], "seen.rows")
    return part.node("Gather", [rows, f"back{level}"], "seen.gathered", axis=0)

"""Trained encoders as quantised ONNX graphs for one text at a time, without torch.

Graphs are built by hand from operators that ONNX Runtime has quick kernels for: matrices as int8 with a scale per
output and activations quantised as they come (Jacob et al. 2018); words in four bits, with a scale for each 32 numbers,
of which only the rows that a text needs are multiplied out. They take one text (1 × length) and no mask: nothing is
padded. A deep network that learned on the same words reads them from the quick one (`words`, 1 × length × 384).

A few inner neurons are ten times as loud as all others, on every text. One scale for all would leave the others two or
three steps, so the loud ones are kept apart in single precision (Dettmers et al. 2022, LLM.int8()).
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
from onnxruntime.quantization import QuantType, quantize_dynamic

from models.training.sentiment.encoder import EPSILON, HEADS, INNER, WIDTH, Encoder
from models.training.sentiment.words import BLOCK, quantised

_CONTRIB: Final = "com.microsoft"
LOUD: Final = 1.5
MAX_TOKENS: Final = 64
"""A text is cut there; places beyond would be weight without use."""
Array = npt.NDArray[Any]


class _Graph:
    """Collects nodes and constants; each method gives the name of what it adds."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Array] = {}

    def constant(self, name: str, value: Array) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def whole(self, *values: int) -> str:
        return self.constant("_".join(["whole", *map(str, values)]), np.array(values, np.int64))

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def model(self, reads: Any, *tells: Any) -> Any:
        constants = [numpy_helper.from_array(value, name) for name, value in self.constants.items()]
        graph = helper.make_graph(self.nodes, "sentiment", [reads], list(tells), constants)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


_IDS: Final = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "length"])
_WORDS: Final = helper.make_tensor_value_info("words", TensorProto.FLOAT, [1, "length", WIDTH])
_LOGITS: Final = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 3])


Loud = Sequence[Sequence[int]]
"""Per layer the inner neurons that are kept in single precision."""


def export(model: Encoder, path: Path, loud: Loud = ()) -> None:
    """Writes `model` to `path`, quantised: it reads `input_ids`, and tells `logits` and the `words` it looked up."""
    _write(built(model, loud), path)


def export_deep(model: Encoder, path: Path, loud: Loud = ()) -> None:
    """Writes `model` without its words to `path`, quantised: it reads the `words` that another one looked up."""
    _write(built_deep(model, loud), path)


def loud_neurons(model: Encoder, texts: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Per layer the inner neurons that some text makes more than `LOUD` times as loud as one in a hundred gets."""
    most = [torch.zeros(INNER) for _ in model.layers]

    def heard(layer: int, inner: Any) -> None:
        most[layer] = torch.maximum(most[layer], inner.abs().flatten(0, -2).amax(0))

    hooks = [
        layer.narrow.register_forward_pre_hook(lambda _, inputs, at=at: heard(at, inputs[0]))
        for at, layer in enumerate(model.layers)
    ]
    try:
        with torch.inference_mode():
            for ids in texts:
                model.eval()(torch.tensor([list(ids)]))
    finally:
        for hook in hooks:
            hook.remove()
    return tuple(tuple(torch.nonzero(each > LOUD * each.quantile(0.99)).flatten().tolist()) for each in most)


def _write(whole: Any, path: Path) -> None:
    bare = path.with_suffix(".whole.onnx")
    onnx.save(whole, bare)
    try:
        quantize_dynamic(
            bare,
            path,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Attention"],
            nodes_to_exclude=[node.name for node in whole.graph.node if ".loud." in node.name],
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    finally:
        bare.unlink()


def built(model: Encoder, loud: Loud = ()) -> Any:
    """The graph, with its matrices still in single precision."""
    graph = _Graph()
    weights = _weights(model)
    _look_up(graph, weights["words"])
    _read(graph, model, weights, loud)
    return graph.model(_IDS, _LOGITS, _WORDS)


def built_deep(model: Encoder, loud: Loud = ()) -> Any:
    """The graph from the words on, with its matrices still in single precision."""
    graph = _Graph()
    _read(graph, model, _weights(model), loud)
    return graph.model(_WORDS, _LOGITS)


def _weights(model: Encoder) -> dict[str, Array]:
    return {name: value.detach().float().numpy() for name, value in model.state_dict().items()}


def _read(graph: _Graph, model: Encoder, weights: dict[str, Array], loud: Loud) -> None:
    """From `words` to `logits`."""
    x = _placed(_Part(graph, "start", weights))
    for depth in range(len(model.shape.layers)):
        if depth in model.shape.joins:
            x = _joined(graph, x, f"join{depth}")
        prefix = f"layers.{depth}."
        own = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        x = _layer(_Part(graph, f"l{depth}", own), x, list(loud[depth]) if loud else [])
    pooled = graph.node("ReduceMean", [x], "pooled", axes=[1], keepdims=0)
    head = [graph.constant(name, weights[name]) for name in ("head.weight", "head.bias")]
    graph.node("Gemm", [pooled, *head], "logits", transB=1)


def _look_up(graph: _Graph, words: Array) -> None:
    """`words`: the rows of a table of four bits a number, two to a byte, the first in its lower half."""
    steps, sizes = quantised(words)
    halves = (steps + 8).astype(np.uint8)
    table = graph.constant("table", halves[:, 0::2] | (halves[:, 1::2] << 4))
    rows = graph.node(
        "GatherBlockQuantized",
        [table, "input_ids", graph.constant("sizes", sizes)],
        "rows",
        _CONTRIB,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
        bits=4,
    )
    graph.node("Cast", [rows], "words", to=TensorProto.FLOAT)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the network: where its nodes go, what their names begin with, and its own weights."""

    graph: _Graph
    name: str
    weights: dict[str, Array]

    def constant(self, name: str, value: Array) -> str:
        return self.graph.constant(f"{self.name}.{name}", value)

    def node(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        return self.graph.node(kind, inputs, f"{self.name}.{name}", domain, **attributes)

    def product(self, x: str, matrix: str) -> str:
        """`x` times a matrix, without its bias."""
        weight = self.constant(f"{matrix}.weight", self.weights[f"{matrix}.weight"].T)
        return self.node("MatMul", [x, weight], f"{matrix}.product")

    def normed(self, x: str, norm: str) -> str:
        scale, shift = (self.constant(f"{norm}.{kind}", self.weights[f"{norm}.{kind}"]) for kind in ("weight", "bias"))
        return self.node("LayerNormalization", [x, scale, shift], norm, axis=-1, epsilon=EPSILON)

    def added(self, x: str, told: str, matrix: str) -> str:
        """What a matrix made of `x` is added to it with its bias, and normed.

        Not as ONNX Runtime's fused SkipLayerNormalization, which takes six times as long as its parts on so few tokens.
        """
        bias = self.constant(f"{matrix}.bias", self.weights[f"{matrix}.bias"])
        total = self.node("Add", [x, self.node("Add", [told, bias], f"{matrix}.biased")], f"{matrix}.total")
        return self.normed(total, f"norm_{matrix}")


def _placed(part: _Part) -> str:
    """The words with their places, normed."""
    graph = part.graph
    shape = part.node("Shape", ["words"], "shape")
    length = part.node("Slice", [shape, graph.whole(1), graph.whole(2)], "length")
    places = part.constant("positions", part.weights["positions"][:MAX_TOKENS])
    place = part.node("Slice", [places, graph.whole(0), length, graph.whole(0)], "place")
    return part.normed(part.node("Add", ["words", place], "placed"), "norm")


def _joined(graph: _Graph, x: str, name: str) -> str:
    """Means of neighbouring pairs: the even ones, and the odd ones with the last token once more behind them."""
    end = graph.whole(np.iinfo(np.int64).max)
    last = graph.node("Slice", [x, graph.whole(-1), end, graph.whole(1)], f"{name}.last")
    longer = graph.node("Concat", [x, last], f"{name}.longer", axis=1)
    even = graph.node("Slice", [x, graph.whole(0), end, graph.whole(1), graph.whole(2)], f"{name}.even")
    odd = graph.node("Slice", [longer, graph.whole(1), end, graph.whole(1), graph.whole(2)], f"{name}.odd")
    half = graph.constant("half", np.array(0.5, np.float32))
    return graph.node("Mul", [graph.node("Add", [even, odd], f"{name}.sum"), half], name)


def _layer(part: _Part, x: str, loud: list[int]) -> str:
    three = ("query", "key", "value")
    matrix = part.constant("qkv.weight", np.concatenate([part.weights[f"{each}.weight"].T for each in three], axis=1))
    bias = part.constant("qkv.bias", np.concatenate([part.weights[f"{each}.bias"] for each in three]))
    seen = part.node("Attention", [x, matrix, bias], "seen", _CONTRIB, num_heads=HEADS)
    x = part.added(x, part.product(seen, "joined"), "joined")
    told = _inner(_Part(part.graph, part.name, _silenced(part.weights, loud)), x)
    if loud:
        apart = _inner(_Part(part.graph, f"{part.name}.loud", _alone(part.weights, loud)), x)
        told = part.node("Add", [told, apart], "told")
    return part.added(x, told, "narrow")


def _inner(part: _Part, x: str) -> str:
    inputs = [part.product(x, "wide"), part.constant("wide.bias", part.weights["wide.bias"])]
    return part.product(part.node("BiasGelu", inputs, "wide", _CONTRIB), "narrow")


_INNER_AXES: Final = {"wide.weight": 0, "wide.bias": 0, "narrow.weight": 1}


def _silenced(weights: dict[str, Array], neurons: list[int]) -> dict[str, Array]:
    """A layer in which these inner neurons say nothing."""
    kept = np.ones(INNER, np.float32)
    kept[neurons] = 0
    shapes = {"wide.weight": kept[:, None], "wide.bias": kept, "narrow.weight": kept}
    return {**weights, **{name: weights[name] * mask for name, mask in shapes.items()}}


def _alone(weights: dict[str, Array], neurons: list[int]) -> dict[str, Array]:
    """A layer that has these inner neurons only."""
    return {name: weights[name].take(neurons, axis) for name, axis in _INNER_AXES.items()}

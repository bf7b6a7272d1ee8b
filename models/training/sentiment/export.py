"""A trained encoder as an int8 ONNX graph for one text at a time, without torch.

The graph is built by hand from operators that ONNX Runtime has quick kernels for: matrices as int8 with a scale per
output and activations quantised as they come (Jacob et al. 2018); the embedding as int8 rows with one scale each, which
is not multiplied out but for the rows a text needs. It takes one text (1 × length) and no mask: nothing is padded.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from models.training.sentiment.encoder import EPSILON, HEADS, POSITIONS, Encoder

_CONTRIB: Final = "com.microsoft"
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

    def model(self, output: str) -> Any:
        graph = helper.make_graph(
            self.nodes,
            "sentiment",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "length"])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, 3])],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()],
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def export(model: Encoder, path: Path) -> None:
    """Writes `model` to `path`, quantised."""
    whole = path.with_suffix(".whole.onnx")
    onnx.save(built(model), whole)
    try:
        quantize_dynamic(
            whole,
            path,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Attention"],
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    finally:
        whole.unlink()


def built(model: Encoder) -> Any:
    """The graph, with its matrices still in single precision."""
    weights = {name: value.detach().float().numpy() for name, value in model.state_dict().items()}
    graph = _Graph()
    x = _embedded(_Part(graph, "start", weights))
    for depth in range(len(model.shape.layers)):
        if depth in model.shape.joins:
            x = _joined(graph, x, f"join{depth}")
        prefix = f"layers.{depth}."
        own = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        x = _layer(_Part(graph, f"l{depth}", own), x)
    pooled = graph.node("ReduceMean", [x], "pooled", axes=[1], keepdims=0)
    head = [graph.constant(name, weights[name]) for name in ("head.weight", "head.bias")]
    return graph.model(graph.node("Gemm", [pooled, *head], "logits", transB=1))


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


def _embedded(part: _Part) -> str:
    graph, words = part.graph, part.weights["words"]
    scales = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-12) / 127
    table = part.constant("words", np.round(words / scales).astype(np.int8))
    rows = part.node("Cast", [part.node("Gather", [table, "input_ids"], "rows")], "floats", to=TensorProto.FLOAT)
    sizes = part.node("Gather", [part.constant("scales", scales.astype(np.float32)), "input_ids"], "sizes")
    word = part.node("Mul", [rows, sizes], "word")
    shape = part.node("Shape", ["input_ids"], "shape")
    length = part.node("Slice", [shape, graph.whole(1), graph.whole(2)], "length")
    places = part.constant("positions", part.weights["positions"][:POSITIONS])
    place = part.node("Slice", [places, graph.whole(0), length, graph.whole(0)], "place")
    return part.normed(part.node("Add", [word, place], "placed"), "norm")


def _joined(graph: _Graph, x: str, name: str) -> str:
    """Means of neighbouring pairs: the even ones, and the odd ones with the last token once more behind them."""
    end = graph.whole(np.iinfo(np.int64).max)
    last = graph.node("Slice", [x, graph.whole(-1), end, graph.whole(1)], f"{name}.last")
    longer = graph.node("Concat", [x, last], f"{name}.longer", axis=1)
    even = graph.node("Slice", [x, graph.whole(0), end, graph.whole(1), graph.whole(2)], f"{name}.even")
    odd = graph.node("Slice", [longer, graph.whole(1), end, graph.whole(1), graph.whole(2)], f"{name}.odd")
    half = graph.constant("half", np.array(0.5, np.float32))
    return graph.node("Mul", [graph.node("Add", [even, odd], f"{name}.sum"), half], name)


def _layer(part: _Part, x: str) -> str:
    three = ("query", "key", "value")
    matrix = part.constant("qkv.weight", np.concatenate([part.weights[f"{each}.weight"].T for each in three], axis=1))
    bias = part.constant("qkv.bias", np.concatenate([part.weights[f"{each}.bias"] for each in three]))
    seen = part.node("Attention", [x, matrix, bias], "seen", _CONTRIB, num_heads=HEADS)
    x = part.added(x, part.product(seen, "joined"), "joined")
    inputs = [part.product(x, "wide"), part.constant("wide.bias", part.weights["wide.bias"])]
    return part.added(x, part.product(part.node("BiasGelu", inputs, "wide", _CONTRIB), "narrow"), "narrow")

"""The sentiment graph as the recipe of the risk head needs it: its middle states, and what adds an output `topics`.

The head is a file of its own, the part of an ONNX graph that it adds to the sentiment graph: serialised messages that
follow each other are read as one (Protocol Buffers, "Encoding", last one wins, repeated fields add up). So it can be
trained again without another copy of the weights.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.risk.topics import TAXONOMY
from models.sentiment.classifier import clean
from models.sentiment.packs import joins, layout

Floats = npt.NDArray[np.float32]
DEEP: Final = "deep.onnx"
"""The graph that reads the words which `model.onnx` beside it has looked up."""

CLASSES: Final = (*TAXONOMY, "none")
_STATE: Final = re.compile(r"l(\d+)\.(?:x2|norm_narrow)")
_PARTS: Final = ((2, 7), (2, 6), (3, 6))
"""The layers tried, in eighths of the depth, from the first to before the last."""


@dataclass(frozen=True, slots=True)
class Head:
    weight: Floats
    """One row per number of the states, one column per class."""
    bias: Floats

    def shares(self, rows: Floats) -> Floats:
        """Per row the probabilities of `CLASSES`."""
        logits = rows @ self.weight + self.bias
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


class Encoder:
    """The states of a graph, averaged over a text's tokens."""

    def __init__(self, graph: Path, states: Sequence[str] = ()) -> None:
        import onnx  # type: ignore[import-not-found, unused-ignore]
        from tokenizers import Tokenizer

        self.model: Final = onnx.load(str(graph))
        known = {name for node in self.model.graph.node for name in node.output}
        self.choices: Final = (tuple(states),) if states else choices(known)
        self.states: Final = tuple(dict.fromkeys(name for choice in self.choices for name in choice))
        for missing in sorted(set(self.states) - known) or ([] if self.states else ["l0.norm_narrow"]):
            raise SystemExit(f"{graph} has no tensor {missing!r}: name others by --states")
        self._session: Final = _session(self.model, self.states)
        quick = graph.with_name("model.onnx")
        self._words: Final = _session(onnx.load(str(quick)), ()) if graph.name == DEEP else None
        config = json.loads(graph.with_name("config.json").read_text("utf-8"))
        self._tokenizer: Final = Tokenizer.from_file(str(graph.with_name("tokenizer.json")))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(config["max_length"])

    def __call__(self, texts: Sequence[str]) -> Floats:
        """texts × states × width."""
        rows = []
        for text in texts:
            read = np.array(self._tokenizer.encode(clean(text)).ids, np.int64)
            if self._words is not None:
                (read,) = _run(self._words, ["words"], read)
            rows.append([state.mean(axis=0) for state in _run(self._session, list(self.states), read)])
        return np.array(rows, np.float32)

    def of(self, rows: Floats, choice: Sequence[str]) -> Floats:
        """The chosen states alone, side by side."""
        return rows[:, [self.states.index(name) for name in choice]].reshape(len(rows), -1)


def _run(session: Any, names: Sequence[str], read: Any) -> list[Any]:
    """Tensors of a graph that has read one text: a row per token, or per joined token."""
    known = {each.name for each in session.get_inputs()}
    given = {"words" if "words" in known else "input_ids": read, **layout([len(read)], joins(known))}
    return list(session.run(list(names), {name: value for name, value in given.items() if name in known}))


def _session(model: Any, states: Sequence[str]) -> Any:
    """Runs the graph up to some of its inner tensors, its operators as they are."""
    import onnx
    import onnxruntime

    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    for name in states:
        probe.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(probe.SerializeToString(), options)


def choices(known: set[str]) -> tuple[tuple[str, ...], ...]:
    """The sets of states to choose from: those after layers (`l3.x2` or `l3.norm_narrow`) in the middle of the graph.

    >>> choices({f"l{layer}.norm_narrow" for layer in range(4)})
    (('l1.norm_narrow', 'l2.norm_narrow'),)
    """
    found = [(int(match[1]), name) for name in known if (match := _STATE.fullmatch(name))]
    layers = [name for _, name in sorted(found)]
    deep = len(layers)
    sets = [tuple(layers[first * deep // 8 : max(first * deep // 8 + 1, last * deep // 8)]) for first, last in _PARTS]
    return tuple(dict.fromkeys(each for each in sets if each))


def part(model: Any, states: Sequence[str], head: Head) -> Any:
    """What the head adds to `model`: the mean of each state over its tokens, times the weights."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    added = onnx.ModelProto()
    graph = added.graph
    graph.initializer.append(numpy_helper.from_array(head.weight, "topics.w"))
    graph.initializer.append(numpy_helper.from_array(head.bias, "topics.b"))
    graph.initializer.append(numpy_helper.from_array(np.array([1], np.int64), "topics.axis"))
    means = [f"topics.mean.{place}" for place, _ in enumerate(states)]
    for state, mean in zip(states, means, strict=True):
        level = _level(model, state)
        laid_out, averaged = f"{mean}.laid_out", f"{mean}.averaged"
        graph.node.append(helper.make_node("Gather", [state, f"spots{level}"], [laid_out], name=laid_out, axis=0))
        graph.node.append(helper.make_node("MatMul", [f"mean{level}", laid_out], [averaged], name=averaged))
        graph.node.append(helper.make_node("Squeeze", [averaged, "topics.axis"], [mean], name=mean))
    graph.node.append(helper.make_node("Concat", means, ["topics.x"], name="topics.x", axis=1))
    graph.node.append(helper.make_node("MatMul", ["topics.x", "topics.w"], ["topics.bare"], name="topics.bare"))
    graph.node.append(helper.make_node("Add", ["topics.bare", "topics.b"], ["topics"], name="topics"))
    graph.output.append(helper.make_tensor_value_info("topics", TensorProto.FLOAT, ["texts", len(CLASSES)]))
    return added


def _level(model: Any, state: str) -> int:
    """How many times tokens have been joined before the layer that a state (`l3.norm_narrow`) comes of."""
    layer = re.match(r"l(\d+)\.", state)
    before = [int(match[1]) for node in model.graph.node if (match := re.fullmatch(r"join(\d+)", node.name))]
    return sum(layer is not None and join <= int(layer[1]) for join in before)


def write(added: Any, graph: Path, least: float) -> None:
    """The head of a graph beside it, and in `config.json` what its topics are called and what `least` is for.

    Where there is a deep graph, that one tells the topics, and the other one's head says when to ask it.
    """
    card = graph.with_name("config.json")
    told = {**json.loads(card.read_text("utf-8")), "topics": CLASSES}
    if graph.name == DEEP or not told.get("deep"):
        told["topics_from"] = least
    else:
        told["deep"]["hint_from"] = least
    graph.with_name("deep_topics.onnx" if graph.name == DEEP else "topics.onnx").write_bytes(added.SerializeToString())
    card.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")

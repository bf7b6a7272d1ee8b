"""A risk head on the sentiment encoder's middle layers: trains it, measures it, and can write it into the graph.

    python -m models.training.risk GRAPH.onnx tests/data/risk_cases.tsv --data ../shared/data
        [--states l3.x2,l5.x2,…] [--out HEAD.npz] [--graph-out GRAPH.onnx]

Needs `onnx` and `scikit-learn` beside the package; a few minutes on one core. The last layer has forgotten topics for
tone; the middle ones have not (as Tenney et al. 2019, BERT Rediscovers the Classical NLP Pipeline, found). Each state
(default: all but the first two and the last layer) is averaged over the text's tokens; a multinomial logistic
regression on all of them tells the topics and `none`. Everyday posts of `--data` are learnt as `none`, with a small
weight since some of them are not. Figures are printed as JSON lines: five folds over the parts `known` and `learn` (a
post and its translation in one fold), then `test`, which is not trained on, then the share of unseen everyday posts
flagged. The head that is written is trained on everything.

The graph gets an output `topics` (1 × 13 logits, in the order of `TAXONOMY`, then `none`).
"""

import argparse
import csv
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.risk.topics import TAXONOMY
from models.sentiment.classifier import clean

Floats = npt.NDArray[np.float32]
CLASSES: Final = (*TAXONOMY, "none")
EVERYDAY_WEIGHT: Final = 0.3
INVERSE_PENALTY: Final = 20.0
LEAST: Final = (0.3, 0.4, 0.5, 0.6)
_EACH: Final = 1_000
_PRIME: Final = 7_919


def everyday(data: Path) -> dict[str, list[str]]:
    """A thousand texts of each corpus, spread over it."""

    def column(*path: str) -> list[str]:
        with data.joinpath(*path).open(encoding="utf-8", errors="replace", newline="") as file:
            return [row["text"] for row in csv.DictReader(file)]

    umsab = data / "umsab"
    found = {
        "airline": column("airline", "tweets.csv"),
        "deft": column("french", "deft2017", "train.csv"),
        "sanders": column("brands_labelled", "sanders_2011", "tweets.csv"),
        "umsab_en": (umsab / "english" / "train_text.txt").read_text("utf-8").splitlines(),
        "umsab_fr": (umsab / "french" / "train_text.txt").read_text("utf-8").splitlines(),
    }
    return {name: [texts[i * _PRIME % len(texts)] for i in range(_EACH)] for name, texts in found.items()}


class Encoder:
    """The states of a graph, averaged over a text's tokens."""

    def __init__(self, graph: Path, states: Sequence[str]) -> None:
        import onnx
        import onnxruntime
        from tokenizers import Tokenizer

        self.model: Final = onnx.load(str(graph))
        known = {name for node in self.model.graph.node for name in node.output}
        self.states: Final = tuple(states or middle(known))
        for missing in sorted(set(self.states) - known):
            raise SystemExit(f"{graph} has no tensor {missing!r}: name others by --states")
        probe = onnx.ModelProto()
        probe.CopyFrom(self.model)
        for name in self.states:
            probe.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Final = onnxruntime.InferenceSession(probe.SerializeToString(), options)
        self._tokenizer: Final = Tokenizer.from_file(str(graph.parent / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(128)

    def __call__(self, texts: Sequence[str]) -> Floats:
        rows = []
        for text in texts:
            ids = np.array([self._tokenizer.encode(clean(text)).ids], np.int64)
            found = self._session.run(list(self.states), {"input_ids": ids})
            rows.append(np.concatenate([state[0].mean(axis=0) for state in found]))
        return np.array(rows, np.float32)


def middle(known: set[str]) -> list[str]:
    """The outputs `l2.x2`, `l3.x2`, … of all layers but the first two and the last."""
    depth = sum(f"l{layer}.x2" in known for layer in range(64))
    return [f"l{layer}.x2" for layer in range(min(2, max(0, depth - 2)), max(1, depth - 1))]


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


def fit(rows: Floats, topics: Sequence[str], weights: Sequence[float]) -> Head:
    """A logistic regression on standardised rows, told for bare ones."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(axis=0), (rows.std(axis=0) + 1e-6) * np.sqrt(rows.shape[1])
    places = np.array([CLASSES.index(topic) for topic in topics])
    found = LogisticRegression(C=INVERSE_PENALTY, max_iter=400, tol=1e-3).fit((rows - mean) / spread, places, weights)
    weight = np.zeros((rows.shape[1], len(CLASSES)), np.float32)
    bias = np.full(len(CLASSES), -20.0, np.float32)
    weight[:, found.classes_] = (found.coef_ / spread).T
    bias[found.classes_] = found.intercept_ - (found.coef_ * (mean / spread)).sum(axis=1)
    return Head(weight, bias)


def figures(shares: Floats, topics: Sequence[str]) -> Iterator[dict[str, float]]:
    wanted = np.array([topic != "none" for topic in topics])
    told = np.array(CLASSES[:-1])[shares[:, :-1].argmax(axis=1)]
    for least in LEAST:
        flagged = 1.0 - shares[:, -1] >= least
        hits = flagged & wanted
        right = (told == np.array(topics))[hits]
        yield {
            "least": least,
            "precision": round(float(hits.sum() / max(1, flagged.sum())), 3),
            "recall": round(float(hits.sum() / wanted.sum()), 3),
            "topic_right": round(float(right.mean()) if len(right) else 0.0, 3),
        }


def add_output(model: Any, states: Sequence[str], head: Head) -> None:
    """Folds the head into the graph: the mean of each state over its tokens, times the weights."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    graph.initializer.append(numpy_helper.from_array(head.weight, "topics.w"))
    graph.initializer.append(numpy_helper.from_array(head.bias, "topics.b"))
    means = [f"topics.mean.{place}" for place, _ in enumerate(states)]
    axis_is_input = next(each.version for each in model.opset_import if not each.domain) >= 18
    if axis_is_input:
        graph.initializer.append(numpy_helper.from_array(np.array([1], np.int64), "topics.axis"))
    for state, mean in zip(states, means, strict=True):
        if axis_is_input:
            graph.node.append(helper.make_node("ReduceMean", [state, "topics.axis"], [mean], keepdims=0))
        else:
            graph.node.append(helper.make_node("ReduceMean", [state], [mean], axes=[1], keepdims=0))
    graph.node.append(helper.make_node("Concat", means, ["topics.x"], axis=1))
    graph.node.append(helper.make_node("MatMul", ["topics.x", "topics.w"], ["topics.bare"]))
    graph.node.append(helper.make_node("Add", ["topics.bare", "topics.b"], ["topics"]))
    graph.output.append(helper.make_tensor_value_info("topics", TensorProto.FLOAT, [1, len(CLASSES)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--states", default="")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--graph-out", type=Path)
    options = parser.parse_args()
    lines = [line.split("\t") for line in options.cases.read_text("utf-8").splitlines()[1:]]
    part, ids, _, topics, _, texts = (list(column) for column in zip(*lines, strict=True))
    encoder = Encoder(options.graph, [name for name in options.states.split(",") if name])
    rows = encoder(texts)
    calm = {name: encoder(found) for name, found in everyday(options.data).items()}
    seen = np.concatenate([found[::2] for found in calm.values()])
    unseen = {name: found[1::2] for name, found in calm.items()}

    def trained(chosen: npt.NDArray[np.bool_], quiet: Floats) -> Head:
        known = [topics[place] for place in np.flatnonzero(chosen)]
        weights = [1.0] * len(known) + [EVERYDAY_WEIGHT] * len(quiet)
        return fit(np.concatenate([rows[chosen], quiet]), known + ["none"] * len(quiet), weights)

    def tell(what: str, shares: Floats, chosen: npt.NDArray[np.bool_]) -> None:
        for row in figures(shares, [topics[place] for place in np.flatnonzero(chosen)]):
            print(json.dumps({"recipe": "risk", "on": what, "posts": int(chosen.sum()), **row}), flush=True)

    own = np.array([name != "test" for name in part])
    folds = np.array([zlib.crc32(f"fold {each}".encode()) % 5 for each in ids])
    shares = np.zeros((len(rows), len(CLASSES)), np.float32)
    for fold in range(5):
        held = own & (folds == fold)
        shares[held] = trained(own & (folds != fold), seen).shares(rows[held])
    tell("five folds", shares[own], own)
    head = trained(own, seen)
    tell("test", head.shares(rows[~own]), ~own)
    for name, found in unseen.items():
        sure = 1.0 - head.shares(found)[:, -1]
        flagged = {str(least): round(100 * float((sure >= least).mean()), 2) for least in LEAST}
        print(json.dumps({"recipe": "risk", "everyday": name, "flagged_percent": flagged}), flush=True)
    if options.out is not None or options.graph_out is not None:
        final = trained(np.ones(len(rows), bool), np.concatenate(list(calm.values())))
        if options.out is not None:
            np.savez(options.out, weight=final.weight, bias=final.bias, states=np.array(encoder.states))
        if options.graph_out is not None:
            import onnx

            add_output(encoder.model, encoder.states, final)
            onnx.save(encoder.model, str(options.graph_out))


if __name__ == "__main__":
    main()

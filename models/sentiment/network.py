"""A graph of the embedded classifier: what it reads of packs of texts, and what it tells of each text."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.sentiment.classifier import ClassifierUnavailable
from models.sentiment.packs import joins, layout, packs

Rows = Sequence[npt.NDArray[Any]]
"""Per text an id for each token, or what was looked up for each (tokens × width)."""


def session(graph: Path | bytes, *, as_built: bool = False) -> Any:
    """An ONNX Runtime session that runs each call on the thread that makes it.

    With `as_built`, operators stay as the graph has them. Ours are fused where that pays; the runtime would fuse layer
    norms too, which then take six times as long at the length of a post.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    if as_built:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        graph if isinstance(graph, bytes) else str(graph), options, providers=["CPUExecutionProvider"]
    )


@dataclass(frozen=True, slots=True)
class Told:
    """Probabilities of the labels and, where there is a head, of the topics, of which the last is `none`."""

    labels: list[float]
    topics: list[float]
    words: Any
    """What the deep network reads (tokens × width); None of a graph that tells none."""

    @property
    def at_risk(self) -> float:
        return 1.0 - self.topics[-1] if self.topics else 0.0


class Network:
    """A graph, and the head behind it that tells topics: both files' bytes are read as one graph."""

    def __init__(
        self, graph: Path, head: Path | None = None, temperature: float = 1.0, *, topics: bool = False
    ) -> None:
        behind = head if topics and head is not None and head.is_file() else None
        try:
            whole = graph if behind is None else graph.read_bytes() + behind.read_bytes()
            self._session: Final = session(whole, as_built=True)
        except Exception as error:  # ONNX Runtime's own exception types share no public base
            remedy = (
                f"train {behind.name} again for these weights, or remove it" if behind else "install the package again"
            )
            raise ClassifierUnavailable(
                f"{graph} cannot be read ({str(error).splitlines()[0][:200]}): {remedy}."
            ) from error
        self._temperature: Final = temperature
        known = {each.name for each in self._session.get_outputs()}
        self._inputs: Final = {each.name for each in self._session.get_inputs()}
        self._reads: Final = "words" if "words" in self._inputs else "input_ids"
        self._joins: Final = joins(self._inputs)
        self.tells_topics: Final = topics and "topics" in known
        self.tells_words: Final = "words" in known
        self._outputs: Final = [name for name in ("logits", "words") if name in known]
        if self.tells_topics:
            self._outputs.append("topics")

    def __call__(self, rows: Rows) -> "list[Told]":
        """What it tells of each text of a pack, of which it reads a row per token."""
        lengths = [len(each) for each in rows]
        read = {self._reads: np.concatenate(rows), **layout(lengths, self._joins)}
        run = self._session.run(self._outputs, {name: value for name, value in read.items() if name in self._inputs})
        told = dict(zip(self._outputs, run, strict=True))
        labels = [probabilities(row, self._temperature) for row in told["logits"].tolist()]
        topics = [probabilities(row) for row in told["topics"].tolist()] if self.tells_topics else [[]] * len(rows)
        words = np.split(told["words"], np.cumsum(lengths)[:-1]) if self.tells_words else [None] * len(rows)
        return [Told(*each) for each in zip(labels, topics, words, strict=True)]


def over(network: Network, rows: Rows, pool: Executor | None = None) -> list[Told]:
    """What a network tells of each text, by packs, of which a `pool` reads several at a time."""
    together = list(packs([len(each) for each in rows]))
    read = [[rows[place] for place in pack] for pack in together]
    told = map(network, read) if pool is None or len(read) < 2 else pool.map(network, read)
    found: dict[int, Told] = {}
    for pack, answers in zip(together, told, strict=True):
        found.update(zip(pack, answers, strict=True))
    return [found[place] for place in range(len(rows))]


def probabilities(logits: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Softmax of a text's logits, softened by `temperature` (Guo et al. 2017, On Calibration of Modern Networks).

    In plain Python: for so few numbers that takes less time than arrays do.
    """
    most = max(logits)
    raised = [exp((each - most) / temperature) for each in logits]
    total = sum(raised)
    return [each / total for each in raised]

"""The embedded classifier: a small multilingual transformer in int8 ONNX, shipped with the package, no network.

Texts go through the graph one at a time, several in parallel, and never padded together: the int8 graph scales its
activations over the whole batch, so that a text's neighbours would change its answer (measured: up to 0.48, and one
label in twenty). One at a time is as fast here, and a replay says the same however its batches were cut.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from models.records import Risk, Sentiment
from models.sentiment.classifier import NEUTRAL, Answer, ClassifierUnavailable, clean, says_something, sentiment

if TYPE_CHECKING:
    import numpy as np

WEIGHTS: Final = Path(__file__).parent / "weights"


class Card(msgspec.Struct, frozen=True):
    """What `config.json` beside the weights says."""

    name: str
    version: str
    max_length: int
    labels: tuple[str, ...]
    temperature: float = 1.0
    topics: tuple[str, ...] = ()
    """What the output `topics` tells, in its order; the last one is `none`."""
    topics_from: float = 1.0
    """How sure it must be that a post is at risk, 1 − P(none), for its likeliest topic to be told."""


def available_cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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


def _opened(folder: Path, *, topics: bool) -> Any:
    """The graph of a folder; with the head that tells topics, both files' bytes, which are read as one graph."""
    graph, head = folder / "model.onnx", folder / "topics.onnx"
    headed = topics and head.is_file()
    try:
        return session(graph.read_bytes() + head.read_bytes() if headed else graph, as_built=True)
    except Exception as error:  # ONNX Runtime's own exception types share no public base
        remedy = "train topics.onnx again for these weights, or remove it" if headed else "install the package again"
        raise ClassifierUnavailable(
            f"{graph} cannot be read ({str(error).splitlines()[0][:200]}): {remedy}."
        ) from error


def probabilities(logits: "np.ndarray[Any, Any]", temperature: float = 1.0) -> list[float]:
    """Softmax of one row of logits, softened by `temperature` (Guo et al. 2017, On Calibration of Modern Networks)."""
    import numpy as np

    scaled = logits.astype(np.float64) / temperature
    raised = np.exp(scaled - scaled.max())
    shares: list[float] = (raised / raised.sum()).tolist()
    return shares


class OnnxClassifier:
    """The classifier in `folder`: `model.onnx`, `tokenizer.json` and `config.json`.

    `threads` texts are read at a time; 0 takes all cores. Where there is a head (`topics.onnx`, or an output `topics`
    of the graph), the same pass tells crisis topics, unless `risk` is off. Raises `ClassifierUnavailable` when a file
    is missing or cannot be read.
    """

    def __init__(self, folder: Path = WEIGHTS, *, threads: int = 0, risk: bool = True) -> None:
        from tokenizers import Tokenizer

        for needed in ("config.json", "tokenizer.json", "model.onnx"):
            if not (folder / needed).is_file():
                raise ClassifierUnavailable(f"{folder / needed} is missing: install the package again.")
        self._card: Final = msgspec.json.decode((folder / "config.json").read_bytes(), type=Card)
        self._columns: Final = [self._card.labels.index(label) for label in ("negative", "positive")]
        self._tokenizer: Final = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._card.max_length)
        self._session: Final = _opened(folder, topics=risk)
        workers = threads or available_cores()
        self._pool: Final = ThreadPoolExecutor(workers, "classifier") if workers > 1 else None
        known = {each.name for each in self._session.get_outputs()}
        self.tells_risk: Final = risk and bool(self._card.topics) and "topics" in known
        self._wanted: Final = ["logits", "topics"] if self.tells_risk else ["logits"]

    @property
    def name(self) -> str:
        return f"{self._card.name}/{self._card.version}"

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        return [each.sentiment for each in self.answers(texts)]

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """The sentiment of each text, and its crisis topic where the graph tells topics."""
        cleaned = [clean(text) for text in texts]
        if self._pool is None or len(cleaned) < 2:
            return [self._one(text) for text in cleaned]
        return list(self._pool.map(self._one, cleaned))

    def _one(self, cleaned: str) -> Answer:
        import numpy as np

        if not says_something(cleaned):
            return Answer(NEUTRAL)
        ids = np.array([self._tokenizer.encode(cleaned).ids], np.int64)
        logits, *topics = self._session.run(self._wanted, {"input_ids": ids})
        shares = probabilities(logits[0], self._card.temperature)
        negative, positive = (shares[column] for column in self._columns)
        return Answer(sentiment(negative, positive), self._risk(topics[0][0]) if topics else None)

    def _risk(self, logits: "np.ndarray[Any, Any]") -> Risk | None:
        """The likeliest topic, where it is sure enough that there is any."""
        *shares, none = probabilities(logits)
        if 1.0 - none < self._card.topics_from:
            return None
        best = max(range(len(shares)), key=shares.__getitem__)
        return Risk(topic=self._card.topics[best], score=round(1.0 - none, 3))

"""The embedded classifier: two small multilingual transformers in int8 ONNX, shipped with the package, no network.

A quick one reads every text; what it is not sure of, or what may be bad news, a deep one reads as well, and both have a
say (a cascade: Viola and Jones 2001; of transformers: Li et al. 2021, CascadeBERT). The words are looked up once.

Texts go through the graph one at a time, several in parallel, and never padded together: the int8 graph scales its
activations over the whole batch, so that a text's neighbours would change its answer (measured: up to 0.48, and one
label in twenty). One at a time is as fast here, and a replay says the same however its batches were cut.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from models.records import Risk, Sentiment
from models.sentiment.classifier import NEUTRAL, Answer, ClassifierUnavailable, clean, says_something, sentiment

if TYPE_CHECKING:
    import numpy as np

WEIGHTS: Final = Path(__file__).parent / "weights"


class Deep(msgspec.Struct, frozen=True):
    """When `deep.onnx` is asked after `model.onnx`, and by what its own logits are divided."""

    sure_from: float
    """The least probability of its label at which the quick network's answer may stand."""
    negative_to: float
    """The most negative that a text may look whose label is another: a missed complaint is worse than a second look."""
    hint_from: float
    """How sure it may be, 1 − P(none), that a post is at risk: from there on the deep network is asked."""
    temperature: float = 1.0
    share: float = 1.0
    """How much of the answer is the deep network's; the rest is what the quick one had told (an ensemble: two that err
    in different places err less together)."""


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
    deep: Deep | None = None
    """None: `model.onnx` is asked alone."""


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


class _Network:
    """A graph, and the head behind it that tells topics: both files' bytes are read as one graph."""

    def __init__(self, graph: Path, head: Path, temperature: float, *, topics: bool) -> None:
        headed = topics and head.is_file()
        try:
            self._session: Final = session(graph.read_bytes() + head.read_bytes() if headed else graph, as_built=True)
        except Exception as error:  # ONNX Runtime's own exception types share no public base
            remedy = (
                f"train {head.name} again for these weights, or remove it" if headed else "install the package again"
            )
            raise ClassifierUnavailable(
                f"{graph} cannot be read ({str(error).splitlines()[0][:200]}): {remedy}."
            ) from error
        self._temperature: Final = temperature
        known = {each.name for each in self._session.get_outputs()}
        self.tells_topics: Final = topics and "topics" in known
        self.tells_words: Final = "words" in known
        self._outputs: Final = [name for name in ("logits", "topics", "words") if name in known]

    def __call__(self, **read: "np.ndarray[Any, Any]") -> "_Told":
        told = dict(zip(self._outputs, self._session.run(self._outputs, read), strict=True))
        topics = probabilities(told["topics"][0]) if self.tells_topics else []
        return _Told(probabilities(told["logits"][0], self._temperature), topics, told.get("words"))


@dataclass(frozen=True, slots=True)
class _Told:
    """Probabilities of the labels and, where there is a head, of the topics, of which the last is `none`."""

    labels: list[float]
    topics: list[float]
    words: Any
    """What the deep network reads (1 × length × width); None of a graph that tells none."""

    @property
    def at_risk(self) -> float:
        return 1.0 - self.topics[-1] if self.topics else 0.0


def probabilities(logits: "np.ndarray[Any, Any]", temperature: float = 1.0) -> list[float]:
    """Softmax of one row of logits, softened by `temperature` (Guo et al. 2017, On Calibration of Modern Networks).

    In plain Python: for so few numbers that takes less time than arrays do.
    """
    row = logits.tolist()
    most = max(row)
    raised = [exp((each - most) / temperature) for each in row]
    total = sum(raised)
    return [each / total for each in raised]


def mixed(first: Sequence[float], second: Sequence[float], share: float) -> list[float]:
    """Two opinions as one, of which `share` is the second's.

    >>> mixed([0.5, 0.25, 0.25], [0.0, 0.5, 0.5], 0.5)
    [0.25, 0.375, 0.375]
    """
    return [(1.0 - share) * one + share * other for one, other in zip(first, second, strict=True)]


class OnnxClassifier:
    """The classifier in `folder`: `model.onnx`, `tokenizer.json`, `config.json`, and what the last one says is there.

    `threads` texts are read at a time; 0 takes all cores. Where there is a head (`topics.onnx`, or an output `topics`
    of the graph), the same pass tells crisis topics, unless `risk` is off. With `thorough` both networks read every
    text, however sure the quick one is: more right, and three times as slow. Raises `ClassifierUnavailable` when a file
    is missing or cannot be read.
    """

    def __init__(self, folder: Path = WEIGHTS, *, threads: int = 0, risk: bool = True, thorough: bool = False) -> None:
        from tokenizers import Tokenizer

        self._card: Final = _card(folder)
        topics = risk and bool(self._card.topics)
        self._columns: Final = [self._card.labels.index(label) for label in ("negative", "positive")]
        self._tokenizer: Final = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._card.max_length)
        self._quick: Final = _Network(
            folder / "model.onnx", folder / "topics.onnx", self._card.temperature, topics=topics
        )
        self._second: Final = self._opened_second(folder, topics=topics)
        self._thorough: Final = thorough and self._second is not None
        networks = [self._quick] if self._second is None else [self._quick, self._second[1]]
        # Without its head the quick network would not notice bad news: both tell topics, or nobody does.
        self.tells_risk: Final = all(each.tells_topics for each in networks)
        workers = threads or available_cores()
        self._pool: Final = ThreadPoolExecutor(workers, "classifier") if workers > 1 else None

    def _opened_second(self, folder: Path, *, topics: bool) -> tuple[Deep, _Network] | None:
        when = self._card.deep
        if when is None:
            return None
        if not self._quick.tells_words:
            raise ClassifierUnavailable(
                f"{folder / 'model.onnx'} does not tell the words that deep.onnx reads: install the package again."
            )
        return when, _Network(folder / "deep.onnx", folder / "deep_topics.onnx", when.temperature, topics=topics)

    @property
    def name(self) -> str:
        return f"{self._card.name}/{self._card.version}" + ("-thorough" if self._thorough else "")

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        return [each.sentiment for each in self.answers(texts)]

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """The sentiment of each text, and its crisis topic where the graph tells topics."""
        cleaned = [clean(text) for text in texts]
        if self._pool is None or len(cleaned) < 2:
            return [self._one(text) for text in cleaned]
        return list(self._pool.map(self._one, cleaned))

    def _one(self, cleaned: str) -> Answer:
        if not says_something(cleaned):
            return Answer(NEUTRAL)
        told, origin = self._read(cleaned)
        negative, positive = (told.labels[column] for column in self._columns)
        return Answer(sentiment(negative, positive), self._risk(told) if self.tells_risk else None, origin)

    def _read(self, cleaned: str) -> tuple[_Told, str]:
        import numpy as np

        told = self._quick(input_ids=np.array([self._tokenizer.encode(cleaned).ids], np.int64))
        if self._second is not None:
            when, deep = self._second
            if self._thorough or not self._stands(told, when):
                second = deep(words=told.words)
                return replace(second, labels=mixed(told.labels, second.labels, when.share)), "deep"
        return told, "model"

    def _stands(self, told: _Told, when: Deep) -> bool:
        """Whether what the quick network told is the answer: it is sure, misses no complaint, and it is no bad news."""
        negative, most = told.labels[self._columns[0]], max(told.labels)
        return (
            most >= when.sure_from
            and (negative == most or negative <= when.negative_to)
            and told.at_risk < when.hint_from
        )

    def _risk(self, told: _Told) -> Risk | None:
        """The likeliest topic, where it is sure enough that there is any."""
        if told.at_risk < self._card.topics_from:
            return None
        best = max(range(len(told.topics) - 1), key=told.topics.__getitem__)
        return Risk(topic=self._card.topics[best], score=round(told.at_risk, 3))


def _card(folder: Path) -> Card:
    """Raises `ClassifierUnavailable` for a file that is not there."""
    _there(folder, "config.json", "tokenizer.json", "model.onnx")
    card = msgspec.json.decode((folder / "config.json").read_bytes(), type=Card)
    if card.deep:
        _there(folder, "deep.onnx")
    return card


def _there(folder: Path, *names: str) -> None:
    for name in names:
        if not (folder / name).is_file():
            raise ClassifierUnavailable(f"{folder / name} is missing: install the package again.")

"""The embedded classifier: two small multilingual transformers in int8 ONNX, shipped with the package, no network.

A quick one reads every text; what it is not sure of, or what may be bad news, a deep one reads as well, and both have a
say (a cascade: Viola and Jones 2001; of transformers: Li et al. 2021, CascadeBERT). The words are looked up once.

Texts of like length go through a graph together (see `models.sentiment.packs`), several packs in parallel. The scales
of the int8 graphs are fixed, so a text's neighbours do not change its answer: a replay says the same however its
batches were cut.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from models.records import Risk, Sentiment
from models.sentiment.classifier import NEUTRAL, Answer, ClassifierUnavailable, clean, says_something, sentiment
from models.sentiment.network import Network, Told, over

WEIGHTS: Final = Path(__file__).parent / "weights"
_AT_A_TIME: Final = 512
"""So many texts are held at a time: packs are full by then, and what was looked up for a text takes some 40 kB."""


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


def mixed(first: Sequence[float], second: Sequence[float], share: float) -> list[float]:
    """Two opinions as one, of which `share` is the second's.

    >>> mixed([0.5, 0.25, 0.25], [0.0, 0.5, 0.5], 0.5)
    [0.25, 0.375, 0.375]
    """
    return [(1.0 - share) * one + share * other for one, other in zip(first, second, strict=True)]


class OnnxClassifier:
    """The classifier in `folder`: `model.onnx`, `tokenizer.json`, `config.json`, and what the last one says is there.

    `threads` packs of texts are read at a time; 0 takes all cores. Where there is a head (`topics.onnx`, or an output
    `topics` of the graph), the same pass tells crisis topics, unless `risk` is off. With `thorough` both networks read
    every text, however sure the quick one is: more right, and half as fast. Raises `ClassifierUnavailable` when
    a file is missing or cannot be read.
    """

    def __init__(self, folder: Path = WEIGHTS, *, threads: int = 0, risk: bool = True, thorough: bool = False) -> None:
        from tokenizers import Tokenizer

        self._card: Final = _card(folder)
        topics = risk and bool(self._card.topics)
        self._columns: Final = [self._card.labels.index(label) for label in ("negative", "positive")]
        # At the same time: the first label waits for all three.
        with ThreadPoolExecutor(2, "opening") as opening:
            quick = opening.submit(
                Network, folder / "model.onnx", folder / "topics.onnx", self._card.temperature, topics=topics
            )
            second = opening.submit(self._opened_second, folder, topics=topics)
            self._tokenizer: Final = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._card.max_length)
        self._quick: Final = quick.result()
        self._second: Final = second.result()
        if self._second is not None and not self._quick.tells_words:
            raise ClassifierUnavailable(
                f"{folder / 'model.onnx'} does not tell the words that deep.onnx reads: install the package again."
            )
        self._thorough: Final = thorough and self._second is not None
        networks = [self._quick] if self._second is None else [self._quick, self._second[1]]
        # Without its head the quick network would not notice bad news: both tell topics, or nobody does.
        self.tells_risk: Final = all(each.tells_topics for each in networks)
        workers = threads or available_cores()
        self._pool: Final = ThreadPoolExecutor(workers, "classifier") if workers > 1 else None

    def _opened_second(self, folder: Path, *, topics: bool) -> tuple[Deep, Network] | None:
        when = self._card.deep
        if when is None:
            return None
        return when, Network(folder / "deep.onnx", folder / "deep_topics.onnx", when.temperature, topics=topics)

    @property
    def name(self) -> str:
        return f"{self._card.name}/{self._card.version}" + ("-thorough" if self._thorough else "")

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        return [each.sentiment for each in self.answers(texts)]

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """The sentiment of each text, and its crisis topic where the graph tells topics."""
        cleaned = [clean(text) for text in texts]
        spoken = [place for place, text in enumerate(cleaned) if says_something(text)]
        found = [Answer(NEUTRAL)] * len(cleaned)
        for start in range(0, len(spoken), _AT_A_TIME):
            places = spoken[start : start + _AT_A_TIME]
            for place, answer in zip(places, self._read([cleaned[place] for place in places]), strict=True):
                found[place] = answer
        return found

    def _read(self, cleaned: Sequence[str]) -> list[Answer]:
        """The answers to texts that say something."""
        ids = [np.array(self._tokenizer.encode(text).ids, np.int64) for text in cleaned]
        told = over(self._quick, ids, self._pool)
        found = [self._answer(each, "model") for each in told]
        if self._second is not None:
            when, deep = self._second
            again = [place for place, each in enumerate(told) if self._thorough or not self._stands(each, when)]
            for place, second in zip(again, over(deep, [told[at].words for at in again], self._pool), strict=True):
                both = mixed(told[place].labels, second.labels, when.share)
                found[place] = self._answer(replace(second, labels=both), "deep")
        return found

    def _answer(self, told: Told, origin: str) -> Answer:
        negative, positive = (told.labels[column] for column in self._columns)
        return Answer(sentiment(negative, positive), self._risk(told) if self.tells_risk else None, origin)

    def _stands(self, told: Told, when: Deep) -> bool:
        """Whether what the quick network told is the answer: it is sure, misses no complaint, and it is no bad news."""
        negative, most = told.labels[self._columns[0]], max(told.labels)
        return (
            most >= when.sure_from
            and (negative == most or negative <= when.negative_to)
            and told.at_risk < when.hint_from
        )

    def _risk(self, told: Told) -> Risk | None:
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

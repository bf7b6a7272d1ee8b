"""Classifies each text once: a bounded memory in front of any classifier, for reshared and copied posts."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final

from models.records import Sentiment
from models.sentiment.classifier import Answer, Classifier, answers, clean

Observe = Callable[[str, int], None]
"""Told how many texts were answered from where: `cache`, or the origin that the answers name."""


def _unobserved(origin: str, count: int) -> None:
    """Nobody counts."""


class Cached:
    """The classifier's own answers, from memory where the cleaned text was seen before.

    Texts with the same `clean` form share an answer. Classifiers read nothing else, so that what is in memory never
    changes an answer. `size` is the number of texts remembered; the least recently used one goes first.
    """

    def __init__(self, classifier: Classifier, size: int, observe: Observe = _unobserved) -> None:
        self._classifier: Final = classifier
        self._size: Final = size
        self._observe: Final = observe
        self._memory: Final[OrderedDict[str, Answer]] = OrderedDict()
        self._lock: Final = Lock()

    @property
    def name(self) -> str:
        return self._classifier.name

    def __len__(self) -> int:
        return len(self._memory)

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        return [each.sentiment for each in self.answers(texts)]

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        keys = [clean(text) for text in texts]
        known = self._recall(keys)
        fresh: dict[str, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key not in known:
                fresh.setdefault(key, text)
        if fresh:
            learnt = dict(zip(fresh, answers(self._classifier, list(fresh.values())), strict=True))
            self._remember(learnt)
            known.update(learnt)
            for origin, count in Counter(each.origin for each in learnt.values()).items():
                self._observe(origin, count)
        if len(texts) > len(fresh):
            self._observe("cache", len(texts) - len(fresh))
        return [known[key] for key in keys]

    def _recall(self, keys: Sequence[str]) -> dict[str, Answer]:
        known = {}
        with self._lock:
            for key in keys:
                if key in self._memory:
                    self._memory.move_to_end(key)
                    known[key] = self._memory[key]
        return known

    def _remember(self, learnt: dict[str, Answer]) -> None:
        with self._lock:
            self._memory.update(learnt)
            while len(self._memory) > self._size:
                self._memory.popitem(last=False)

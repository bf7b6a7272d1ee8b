"""The labelled posts to learn from and to judge by, without a text that stands on both sides.

FOLDER is a copy of the public data: `umsab/` (Barbieri et al. 2022, tweets in eight languages), `semeval_sentiment/`
(SemEval 2013–2016 task A, English tweets) and `french/deft2017/` (DEFT 2017 task 1, French tweets).
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.sentiment.classifier import clean

LANGUAGES: Final = ("english", "french", "german", "spanish", "italian", "portuguese", "arabic", "hindi")
NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
_DEFT: Final = {"negative": NEGATIVE, "objective": NEUTRAL, "positive": POSITIVE}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A cleaned text and what humans said of it; `label` is None for a text that nobody has labelled."""

    text: str
    label: int | None


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sets by name: `train` to learn from, `held` to choose by. DEFT's held fifth is chosen by its texts' digests."""

    train: dict[str, tuple[Labelled, ...]]
    held: dict[str, tuple[Labelled, ...]]


def same(text: str) -> str:
    """Equal for texts that differ in names, links, case and punctuation alone.

    >>> same("RT @acme: So GOOD!!! http://x.example") == same("so good @other")
    True
    """
    return re.sub(r"[\W_]+", "", re.sub(r"@user|http|\brt\b", " ", clean(text).lower()))


def read(folder: Path) -> Corpus:
    """The corpus of `folder`, every training text once, and none that a held set has too."""
    deft = _deft(folder / "french/deft2017/train.csv")
    held = {f"umsab_{language}": _umsab(folder, language, "val") for language in LANGUAGES}
    held["deft"] = [each for each in deft if _kept_back(each.text)]
    train = {f"umsab_{language}": _umsab(folder, language, "train") for language in LANGUAGES}
    train["deft"] = [each for each in deft if not _kept_back(each.text)]
    train["deft_unlabelled"] = _unlabelled(folder / "french/deft2017/test_unlabelled.csv")
    train["semeval"] = _semeval(folder / "semeval_sentiment/train.tsv")
    seen = {same(each.text) for rows in held.values() for each in rows}
    return Corpus(
        {name: tuple(_fresh(rows, seen)) for name, rows in train.items()},
        {name: tuple(rows) for name, rows in held.items()},
    )


def bad_news(cases: Path) -> list[Labelled]:
    """The posts of a table of risk cases (a line of names, then part … text between tabs), but for its part `test`."""
    rows = (line.split("\t") for line in _lines(cases)[1:])
    return [Labelled(clean(row[-1]), None) for row in rows if row[0] != "test"]


def _fresh(rows: Iterable[Labelled], seen: set[str]) -> Iterable[Labelled]:
    for each in rows:
        key = same(each.text)
        if key and key not in seen:
            seen.add(key)
            yield each


def _kept_back(text: str) -> bool:
    return int(hashlib.md5(same(text).encode(), usedforsecurity=False).hexdigest(), 16) % 5 == 0


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").rstrip("\n").split("\n")


def _umsab(folder: Path, language: str, part: str) -> list[Labelled]:
    place = folder / "umsab" / language
    texts: Sequence[str] = _lines(place / f"{part}_text.txt")
    labels = _lines(place / f"{part}_labels.txt")
    return [Labelled(clean(text), int(label)) for text, label in zip(texts, labels, strict=True)]


def _semeval(path: Path) -> list[Labelled]:
    rows = (line.split("\t", 1) for line in _lines(path))
    return [Labelled(clean(text), int(label)) for label, text in rows]


def _deft(path: Path) -> list[Labelled]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(clean(row["text"]), _DEFT.get(row["label"])) for row in csv.DictReader(file)]
    return [Labelled(text, label) for text, label in rows if label is not None]


def _unlabelled(path: Path) -> list[Labelled]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Labelled(clean(row["text"]), None) for row in csv.DictReader(file)]

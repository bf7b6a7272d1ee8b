"""A risk head on the sentiment encoder's middle layers: trains it, measures it, and writes it beside the graph.

    python -m models.training.risk GRAPH.onnx tests/data/risk_cases.tsv --data ../shared/data
        [--write] [--states l3.x2,l5.x2,…] [--precision 0.94 | --least 0.15]

Needs the extra `training`; about three minutes on one core. `tokenizer.json` and `config.json` stand beside the graph.
The last layer has forgotten topics for tone; the middle ones have not (as Tenney et al. 2019, BERT Rediscovers the
Classical NLP Pipeline, found). States after layers are averaged over the text's tokens; a multinomial logistic
regression on them tells the topics and `none`. Everyday posts of `--data` are learnt as `none`, with a small weight
since some of them are not.

Everything is chosen in five folds over the parts `known` and `learn` (a post and its translation in one fold): of some
sets of states the one with the best average precision, and then the least certainty that reaches `--precision`, where
`--least` does not name it.
Certainty is 1 − P(`none`): that a post is bad news is surer than of which kind. The part `test` and every second
everyday post are not learnt from, also by the head that is written; figures on them are printed last, as JSON lines.

`--write` puts `topics.onnx` beside the graph, which adds an output `topics` to it (1 × 13 logits, in the order of
`TAXONOMY`, then `none`), and into `config.json` `topics` (their names) and `topics_from` (the least certainty).
"""

import argparse
import csv
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from models.training.risk_graph import CLASSES, Encoder, Floats, Head, part, write

EVERYDAY_WEIGHT: Final = 0.3
INVERSE_PENALTY: Final = 20.0
LEAST: Final = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""The certainties from which a post may be told: 0.05, 0.1, … 0.95."""
_EACH: Final = 1_000
_PRIME: Final = 7_919
_FOLDS: Final = 5
Bools = npt.NDArray[np.bool_]


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


def fit(rows: Floats, topics: Sequence[str], weights: Sequence[float]) -> Head:
    """A logistic regression on standardised rows, told for bare ones."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped, unused-ignore]

    mean, spread = rows.mean(axis=0), (rows.std(axis=0) + 1e-6) * np.sqrt(rows.shape[1])
    places = np.array([CLASSES.index(topic) for topic in topics])
    found = LogisticRegression(C=INVERSE_PENALTY, max_iter=400, tol=1e-3).fit((rows - mean) / spread, places, weights)
    weight = np.zeros((rows.shape[1], len(CLASSES)), np.float32)
    bias = np.full(len(CLASSES), -20.0, np.float32)
    weight[:, found.classes_] = (found.coef_ / spread).T
    bias[found.classes_] = found.intercept_ - (found.coef_ * (mean / spread)).sum(axis=1)
    return Head(weight, bias)


@dataclass(frozen=True, slots=True)
class Figures:
    """What comes of telling posts from the certainty `least` on."""

    least: float
    precision: float
    recall: float
    topic_right: float


def certainty(shares: Floats) -> Floats:
    """How sure it is that a post is at risk, of whatever topic."""
    return np.asarray(1.0 - shares[:, -1], np.float32)


def figures(shares: Floats, topics: Sequence[str]) -> Iterator[Figures]:
    """For each of `LEAST`."""
    wanted = np.array([topic != "none" for topic in topics])
    told = np.array(CLASSES[:-1])[shares[:, :-1].argmax(axis=1)]
    for least in LEAST:
        flagged = certainty(shares) >= least
        hits = flagged & wanted
        right = (told == np.array(topics))[hits]
        yield Figures(
            least,
            round(float(hits.sum() / max(1, flagged.sum())), 3),
            round(float(hits.sum() / wanted.sum()), 3),
            round(float(right.mean()) if len(right) else 0.0, 3),
        )


def average_precision(shares: Floats, topics: Sequence[str]) -> float:
    """The mean, over the posts at risk, of the precision among those that are as certain or more."""
    order = np.argsort(-certainty(shares), kind="stable")
    hits = np.array([topic != "none" for topic in topics])[order]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def least_certainty(found: Sequence[Figures], precision: float) -> float:
    """The least certainty from which on the precision is reached; where none does, the one that comes closest."""
    enough = [each for each in found if each.precision >= precision]
    return enough[0].least if enough else max(found, key=lambda each: (each.precision, each.recall)).least


@dataclass(frozen=True, slots=True)
class Posts:
    """Curated posts: their states, and what is known of them."""

    rows: Floats
    topics: Sequence[str]
    folds: npt.NDArray[np.int64]

    def fit(self, rows: Floats, chosen: Bools, calm: Floats) -> Head:
        """A head that learns the chosen posts, as `rows` has them, and everyday ones."""
        known = [self.topics[place] for place in np.flatnonzero(chosen).tolist()]
        weights = [1.0] * len(known) + [EVERYDAY_WEIGHT] * len(calm)
        return fit(np.concatenate([rows[chosen], calm]), known + ["none"] * len(calm), weights)

    def crossed(self, rows: Floats, calm: Floats) -> Floats:
        """The probabilities of each post by a head that has not learnt its fold."""
        shares = np.zeros((len(rows), len(CLASSES)), np.float32)
        for fold in range(_FOLDS):
            shares[self.folds == fold] = self.fit(rows, self.folds != fold, calm).shares(rows[self.folds == fold])
        return shares


def tell(**row: object) -> None:
    sys.stdout.write(json.dumps({"recipe": "risk", **row}) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--states", default="")
    parser.add_argument("--precision", type=float, default=0.94)
    parser.add_argument("--least", type=float, choices=LEAST)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = [line.split("\t") for line in options.cases.read_text("utf-8").splitlines()[1:]]
    encoder = Encoder(options.graph, [name for name in options.states.split(",") if name])
    own = read_posts(encoder, [line for line in lines if line[0] != "test"])
    test = read_posts(encoder, [line for line in lines if line[0] == "test"])
    calm = {name: encoder(texts) for name, texts in everyday(options.data).items()}
    seen = np.concatenate([found[::2] for found in calm.values()])

    tried = {choice: own.crossed(encoder.of(own.rows, choice), encoder.of(seen, choice)) for choice in encoder.choices}
    sureness = {choice: average_precision(shares, own.topics) for choice, shares in tried.items()}
    for choice, reached in sureness.items():
        tell(states=choice, average_precision=round(reached, 4))
    states = max(sureness, key=lambda choice: sureness[choice])
    found = list(figures(tried[states], own.topics))
    least = options.least or least_certainty(found, options.precision)
    head = own.fit(encoder.of(own.rows, states), np.ones(len(own.rows), bool), encoder.of(seen, states))

    for each in found:
        tell(on="five folds", posts=len(own.rows), **asdict(each), chosen=each.least == least)
    shares = head.shares(encoder.of(test.rows, states))
    for each in figures(shares, test.topics):
        tell(on="test", posts=len(test.rows), **asdict(each), chosen=each.least == least)
    for name, rows in calm.items():
        sure = certainty(head.shares(encoder.of(rows[1::2], states)))
        flagged = {str(each): round(100 * float((sure >= each).mean()), 2) for each in LEAST}
        tell(everyday=name, flagged_percent=flagged, chosen=least)
    if options.write:
        write(part(encoder.model, states, head), options.graph, least)


def read_posts(encoder: Encoder, lines: Sequence[Sequence[str]]) -> Posts:
    _, ids, _, topics, _, texts = zip(*lines, strict=True)
    folds = np.array([zlib.crc32(f"fold {each}".encode()) % _FOLDS for each in ids])
    return Posts(encoder(texts), topics, folds)


if __name__ == "__main__":
    main()

"""Trains the embedded sentiment model: `python -m models.training.sentiment STEP …`, a step at a time.

    teacher DATA OUT.safetensors           fine-tunes the twelve layers of multilingual-e5-small on labelled posts
    student DATA TEACHERS OUT.safetensors  distils them (paths, with commas between) into a quicker network
    export DATA TRAINED FOLDER             writes either as FOLDER/model.onnx, quantised, with a calibrated config.json

DATA is a copy of the public data (see `corpus`); TEACHERS may be any files that `checkpoint` reads, the first of which
the student is made of. Seeded. Needs the extra `training`. Nothing imports this at run time.
"""

import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import numpy as np
from tokenizers import Tokenizer

from models.sentiment.onnx import WEIGHTS, Card, session
from models.training.sentiment import base, checkpoint, corpus
from models.training.sentiment.corpus import Corpus, Labelled
from models.training.sentiment.encoder import PAD, Encoder, Shape
from models.training.sentiment.export import export
from models.training.sentiment.hard_cases import sentences
from models.training.sentiment.learning import Example, Plan, learn, predict

TEACHER: Final = Plan(epochs=2, rate=1e-4, rate_below=0.95, seed=7, freeze_words=True)
STUDENT: Final = Plan(epochs=3, rate=1.5e-4, seed=3, trust=0.7, likeness=1.0, averaged=0.9, freeze_words=True)
SHAPE: Final = Shape(layers=(0, 1, 3, 5, 7, 8, 9, 11), joins=(2, 5))
"""Of the student: eight of twelve layers; half the tokens from the third on, a quarter from the sixth on."""

MAX_TOKENS: Final = 64
_ENGLISH_A_CLASS: Final = 7_000
"""SemEval's rows drawn for each class: more would drown the other languages."""


def tokenizer() -> Any:
    found = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    found.no_padding()
    found.enable_truncation(MAX_TOKENS)
    return found


def encoded(rows: Sequence[Labelled]) -> list[tuple[int, ...]]:
    return [tuple(each.ids) for each in tokenizer().encode_batch([row.text for row in rows])]


def teach(data: Path, out: Path) -> None:
    texts = corpus.read(data)
    examples = {
        name: [Example(ids, row.label) for ids, row in zip(encoded(rows), rows, strict=True) if row.label is not None]
        for name, rows in {**texts.train, "hard_cases": tuple(sentences())}.items()
    }
    model = checkpoint.made(_started(), Shape())
    checkpoint.save(learn(model, lambda chance: drawn(examples, chance), TEACHER, _watching(texts)), out)


def distil(data: Path, teachers: Sequence[Path], out: Path) -> None:
    texts = corpus.read(data)
    masters = [checkpoint.load(path) for path in teachers]
    chance = random.Random(STUDENT.seed)
    rows = {**texts.train, "semeval": balanced(texts.train["semeval"], _ENGLISH_A_CLASS, chance)}
    examples = [each for chosen in rows.values() for each in taught(masters, chosen)]
    hard = list(sentences())
    examples += [Example(ids, row.label) for ids, row in zip(encoded(hard), hard, strict=True)]
    student = checkpoint.load(teachers[0], SHAPE)
    checkpoint.save(learn(student, lambda _: examples, STUDENT, _watching(texts)), out)


def drawn(examples: dict[str, list[Example]], chance: random.Random) -> list[Example]:
    """One epoch: everything, but of SemEval as many of each class."""
    rows = [each for name, each_set in examples.items() if name != "semeval" for each in each_set]
    return [*rows, *balanced(examples["semeval"], _ENGLISH_A_CLASS, chance)]


_Row = TypeVar("_Row", Labelled, Example)


def balanced(rows: Sequence[_Row], a_class: int, chance: random.Random) -> list[_Row]:
    """At most so many of each class, drawn at random."""
    found: list[_Row] = []
    for label in (corpus.NEGATIVE, corpus.NEUTRAL, corpus.POSITIVE):
        of_class = [each for each in rows if each.label == label]
        found += chance.sample(of_class, min(a_class, len(of_class)))
    return found


def taught(masters: Sequence[Encoder], rows: Sequence[Labelled]) -> list[Example]:
    """Texts with the mean of what the masters say, and with the first one's state."""
    ids = encoded(rows)
    said = [predict(master, ids) for master in masters]
    logits = sum(told for told, _ in said) / len(said)
    states = said[0][1].half()
    return [
        Example(each, row.label, told, state) for each, row, told, state in zip(ids, rows, logits, states, strict=True)
    ]


def _started() -> dict[str, Any]:
    """The base's tensors, with the rows of the pieces that the shipped tokenizer knows."""
    import torch

    found = base.load()
    places = {piece: at for at, piece in reversed(list(enumerate(found.pieces)))}
    words = tokenizer()
    kept = [places[words.id_to_token(at)] for at in range(words.get_vocab_size())]
    tensors = {name: torch.tensor(value) for name, value in found.tensors.items()}
    return {**tensors, "words": tensors["words"][kept], "positions": tensors["positions"][:128]}


def _watching(texts: Corpus) -> Any:
    held = {name: (encoded(rows), [row.label for row in rows]) for name, rows in texts.held.items()}

    def watch(epoch: int, model: Encoder) -> None:
        scores = {
            name: macro_f1(truth, predict(model, ids)[0].argmax(-1).tolist()) for name, (ids, truth) in held.items()
        }
        print(epoch, {name: round(100 * score, 1) for name, score in scores.items()}, file=sys.stderr, flush=True)

    return watch


def macro_f1(truth: Sequence[int | None], told: Sequence[int]) -> float:
    """The mean of the three classes' F1.

    >>> round(macro_f1([0, 1, 2, 2], [0, 1, 2, 1]), 3)
    0.778
    """
    total = 0.0
    for label in (corpus.NEGATIVE, corpus.NEUTRAL, corpus.POSITIVE):
        hits = sum(a == b == label for a, b in zip(truth, told, strict=True))
        total += 2 * hits / max(1, sum(a == label for a in truth) + sum(b == label for b in told))
    return total / 3


def ship(data: Path, trained: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    export(checkpoint.load(trained), folder / "model.onnx")
    (folder / "topics.onnx").unlink(missing_ok=True)  # it reads states of the weights that were here before
    card = Card(
        name="tocsin-e5-small",
        version="2",
        max_length=MAX_TOKENS,
        labels=("negative", "neutral", "positive"),
        temperature=fitted_temperature(folder / "model.onnx", corpus.read(data)),
    )
    (folder / "config.json").write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")
    if folder.resolve() != WEIGHTS.resolve():
        shutil.copy(WEIGHTS / "tokenizer.json", folder / "tokenizer.json")


def fitted_temperature(graph: Path, texts: Corpus) -> float:
    """By which the quantised graph's logits are divided: most likely on what was held back (Guo et al. 2017).

    Hindi stays out: its held labels look random, and would have everything doubted.
    """
    rows = [row for name, held in texts.held.items() if name != "umsab_hindi" for row in held]
    running = session(graph, as_built=True)
    logits = np.concatenate([running.run(None, {"input_ids": np.array([ids])})[0] for ids in encoded(rows)])
    truth = np.array([row.label for row in rows])

    def doubt(temperature: float) -> float:
        scaled = logits / temperature
        told = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-told[np.arange(len(truth)), truth].mean())

    return float(min((round(0.5 + 0.05 * step, 2) for step in range(51)), key=doubt))


def main(arguments: Sequence[str]) -> int:
    match list(arguments):
        case ["teacher", data, out]:
            teach(Path(data), Path(out))
        case ["student", data, teachers, out]:
            distil(Path(data), [Path(path) for path in teachers.split(",")], Path(out))
        case ["export", data, trained, folder]:
            ship(Path(data), Path(trained), Path(folder))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


assert PAD == 1  # the tokenizer's
if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Trains the embedded sentiment model: `python -m models.training.sentiment STEP …`, a step at a time.

    teacher DATA [WORDS] OUT            fine-tunes multilingual-e5-small's twelve layers on labelled posts
    quick DATA TEACHERS OUT             distils them (paths, with commas between) into a network of few layers
    deep DATA TEACHERS CASES OUT        distils them into one of all layers that joins tokens on the way
    export DATA QUICK [DEEP] FOLDER     writes the first quantised, with a calibrated config.json, and with the second
                                        as the one that is asked what the quick one is not sure of
    restore FOLDER QUICK [DEEP]         reads the networks back out of what `export` wrote

DATA is a copy of the public data (see `corpus`), CASES the table that the risk heads learn from (its part `test` stays
unread), all others are files that `checkpoint` reads and writes. A student is
made of the first of its TEACHERS, and shares its words with it, in four bits; a teacher whose student is to ship behind
a quick network learns on that one's words (of WORDS; else on the base's). Of TEACHERS one that is named twice counts
twice. Seeded. Needs the extra `training`. Nothing imports this at run time.
"""

import random
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import torch
from msgspec import structs
from tokenizers import Tokenizer

from models.sentiment.network import Network, Rows, over
from models.sentiment.onnx import WEIGHTS, Card, Deep
from models.training.sentiment import base, checkpoint, corpus
from models.training.sentiment.augment import augmented
from models.training.sentiment.calibration import Floats, Held, macro_f1, softmax
from models.training.sentiment.corpus import Corpus, Labelled
from models.training.sentiment.encoder import PAD, POSITIONS, Encoder, Shape
from models.training.sentiment.export import MAX_TOKENS, export, export_deep, listened
from models.training.sentiment.hard_cases import sentences
from models.training.sentiment.learning import Example, Plan, learn, predict, told
from models.training.sentiment.shipped import read_back
from models.training.sentiment.words import quantised, restored

TEACHER: Final = Plan(epochs=3, rate=1e-4, rate_below=0.97, seed=11, freeze_words=True)

ALL: Final = Shape(tuple(range(12)), joins=(10,))
"""Of a teacher: joining tokens so late changes hardly anything (decision 14)."""

SHARE: Final = 0.65
"""How much of an answer is the deep network's, where it is asked: the rest is the quick one's (decision 14)."""


@dataclass(frozen=True, slots=True)
class Round:
    """A student learns in rounds: `plan`, how many texts are made up, and what each epoch draws of them and of SemEval.

    All of SemEval would drown the other languages. With `bad_news` it hears of that too, so many times an epoch: tone
    alone would have it forget what the heads read.
    """

    plan: Plan
    made_up: int
    drawn: int
    english: int
    bad_news: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of the first teacher, and how it learns that."""

    shape: Shape
    rounds: tuple[Round, ...]


_FIRST: Final = Plan(epochs=8, rate=3e-4, seed=3, trust=0.8, likeness=1.0, averaged=0.97, freeze_words=True)
QUICK: Final = Course(
    Shape((0, 3, 6, 9, 11), joins=(1, 2)),
    (
        Round(_FIRST, 80_000, 40_000, 15_000),
        Round(replace(_FIRST, epochs=5, rate=2.5e-4, trust=0.9), 160_000, 80_000, 15_000),
    ),
)
"""Five of twelve layers; half the tokens from the second on, a quarter from the third on."""

DEEP: Final = Course(
    Shape(tuple(range(12)), joins=(4, 8)),
    (
        Round(replace(_FIRST, epochs=4, rate=2.5e-4, seed=5, trust=0.9), 46_000, 33_000, 10_000),
        Round(
            replace(_FIRST, epochs=2, rate=1.5e-4, seed=7, trust=0.9, memory=0.5, after=tuple(range(2, 10))),
            7_000,
            7_000,
            5_000,
            bad_news=4,
        ),
    ),
)
"""All layers; half the tokens from the fifth on, a quarter from the ninth on."""

_ENGLISH_A_CLASS: Final = 6_000
"""How much of SemEval a teacher's epoch draws."""


def tokenizer() -> Any:
    found = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    found.no_padding()
    found.enable_truncation(MAX_TOKENS)
    return found


def encoded(rows: Sequence[Labelled]) -> list[tuple[int, ...]]:
    return [tuple(each.ids) for each in tokenizer().encode_batch([row.text for row in rows])]


def teach(data: Path, words: Path | None, out: Path) -> None:
    texts = corpus.read(data)
    examples = {
        name: [Example(ids, row.label) for ids, row in zip(encoded(rows), rows, strict=True) if row.label is not None]
        for name, rows in {**texts.train, "hard_cases": tuple(sentences())}.items()
    }
    model = checkpoint.made(_started(), ALL)
    if words is not None:
        model.words.data = _in_four_bits(checkpoint.load(words).words)
    checkpoint.save(learn(model, lambda chance: drawn(examples, chance), TEACHER, _watching(texts)), out)


def distil(data: Path, teachers: Sequence[Path], course: Course, out: Path, cases: Path | None = None) -> None:
    texts = corpus.read(data)
    bad_news = [] if cases is None else corpus.bad_news(cases)
    masters = [(checkpoint.load(path), times) for path, times in Counter(teachers).items()]
    hard = list(sentences())
    by_hand = [Example(ids, row.label) for ids, row in zip(encoded(hard), hard, strict=True)]
    model = checkpoint.load(teachers[0], course.shape)
    model.words.data = _in_four_bits(model.words)
    chance = random.Random(course.rounds[0].plan.seed)
    for each in course.rounds:
        after = each.plan.after
        real = {name: taught(masters, rows, after) for name, rows in texts.train.items()}
        english = real.pop("semeval")
        always = [*by_hand, *(example for rows in real.values() for example in rows)]
        always += taught(masters, bad_news, after) * each.bad_news
        nonsense = [Labelled(text, None) for text in augmented(by_language(texts), each.made_up, chance)]
        made_up = taught(masters, nonsense, after)
        draw = partial(_drawn_from, always, ((english, each.english), (made_up, each.drawn)))
        model = learn(model, draw, each.plan, _watching(texts))
    checkpoint.save(model, out)


def _drawn_from(
    always: Sequence[Example], sometimes: Sequence[tuple[Sequence[Example], int]], chance: random.Random
) -> list[Example]:
    """A student's epoch: what it always reads, and of the other sets so many at random."""
    return [*always, *(each for rows, most in sometimes for each in chance.sample(rows, min(most, len(rows))))]


def _in_four_bits(words: Any) -> Any:
    """Word vectors as the package will have them."""
    return torch.tensor(restored(*quantised(words.detach().numpy())))


def by_language(texts: Corpus) -> dict[str, list[str]]:
    """What there is to learn from, whatever set it is of."""
    languages = {"semeval": "english", "deft": "french", "deft_unlabelled": "french"}
    found: dict[str, list[str]] = {}
    for name, rows in texts.train.items():
        found.setdefault(languages.get(name, name.removeprefix("umsab_")), []).extend(row.text for row in rows)
    return found


def drawn(examples: dict[str, list[Example]], chance: random.Random) -> list[Example]:
    """A teacher's epoch: everything, but of SemEval as many of each class."""
    rows = [each for name, each_set in examples.items() if name != "semeval" for each in each_set]
    return [*rows, *balanced(examples["semeval"], _ENGLISH_A_CLASS, chance)]


def balanced(rows: Sequence[Example], a_class: int, chance: random.Random) -> list[Example]:
    """At most so many of each class, drawn at random."""
    found: list[Example] = []
    for label in (corpus.NEGATIVE, corpus.NEUTRAL, corpus.POSITIVE):
        of_class = [each for each in rows if each.label == label]
        found += chance.sample(of_class, min(a_class, len(of_class)))
    return found


def taught(
    masters: Sequence[tuple[Encoder, int]], rows: Sequence[Labelled], after: Sequence[int] = ()
) -> list[Example]:
    """Texts with the mean of what the masters say, each so many times; states, also those `after` layers, are the first
    one's."""
    ids = encoded(rows)
    first, pooled, between = told(masters[0][0], ids, after)
    said = [first, *(predict(master, ids)[0] for master, _ in masters[1:])]
    total = sum(times for _, times in masters)
    logits = sum(each * times for each, (_, times) in zip(said, masters, strict=True)) / total
    return [
        Example(each, row.label, logits[at], pooled[at].half(), between[at] if after else None)
        for at, (each, row) in enumerate(zip(ids, rows, strict=True))
    ]


def _started() -> dict[str, Any]:
    """The base's tensors, with the rows of the pieces that the shipped tokenizer knows."""
    found = base.load()
    places = {piece: at for at, piece in reversed(list(enumerate(found.pieces)))}
    words = tokenizer()
    kept = [places[words.id_to_token(at)] for at in range(words.get_vocab_size())]
    tensors = {name: torch.tensor(value) for name, value in found.tensors.items()}
    return {**tensors, "words": tensors["words"][kept], "positions": tensors["positions"][:POSITIONS]}


def _watching(texts: Corpus) -> Any:
    held = {name: (encoded(rows), [row.label for row in rows]) for name, rows in texts.held.items()}

    def watch(epoch: int, model: Encoder) -> None:
        scores = {
            name: macro_f1(truth, predict(model, ids)[0].argmax(-1).tolist()) for name, (ids, truth) in held.items()
        }
        print(epoch, {name: round(100 * score, 1) for name, score in scores.items()}, file=sys.stderr, flush=True)

    return watch


def ship(data: Path, quick: Path, second: Path | None, folder: Path) -> None:
    """Heads of the weights that were in the folder before are taken away: they would read other states."""
    folder.mkdir(parents=True, exist_ok=True)
    for head in ("topics.onnx", "deep_topics.onnx"):
        (folder / head).unlink(missing_ok=True)
    texts = corpus.read(data)
    kept = [rows for name, rows in texts.held.items() if name != "umsab_hindi"]  # its labels look random
    ids = encoded([row for rows in kept for row in rows])
    held = Held([[row.label for row in rows] for rows in kept])
    network = checkpoint.load(quick)
    some = encoded(a_few_of_each(texts))
    export(network, folder / "model.onnx", listened(network, some))
    logits, words = said(folder / "model.onnx", [np.array(each) for each in ids])
    card = Card(
        name="tocsin-e5-small",
        version="5",
        max_length=MAX_TOKENS,
        labels=("negative", "neutral", "positive"),
        temperature=held.temperature(logits),
    )
    if second is not None:
        deep = checkpoint.load(second)
        deep.words.data = network.words.data
        export_deep(deep, folder / "deep.onnx", listened(deep, some))
        better, _ = said(folder / "deep.onnx", words)
        temperature = held.temperature(better)
        both = SHARE * softmax(better / temperature) + (1 - SHARE) * softmax(logits / card.temperature)
        sure_from, negative_to = held.gate(logits / card.temperature, np.log(both))
        card = structs.replace(card, deep=Deep(sure_from, negative_to, 1.0, temperature, SHARE))
    (folder / "config.json").write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")
    if folder.resolve() != WEIGHTS.resolve():
        shutil.copy(WEIGHTS / "tokenizer.json", folder / "tokenizer.json")


def a_few_of_each(texts: Corpus) -> list[Labelled]:
    """A hundred training texts of each set, to listen to the networks with."""
    return [row for rows in texts.train.values() for row in rows[:100]]


def said(graph: Path, rows: Rows) -> tuple[Floats, list[Any]]:
    """Of each text the logits (but for what is the same for all three), and the words that were looked up."""
    told = over(Network(graph), rows)
    return np.log([each.labels for each in told]), [each.words for each in told]


def main(arguments: Sequence[str]) -> int:
    match list(arguments):
        case ["teacher", data, out]:
            teach(Path(data), None, Path(out))
        case ["teacher", data, words, out]:
            teach(Path(data), Path(words), Path(out))
        case ["quick", data, teachers, out]:
            distil(Path(data), [Path(path) for path in teachers.split(",")], QUICK, Path(out))
        case ["deep", data, teachers, cases, out]:
            distil(Path(data), [Path(path) for path in teachers.split(",")], DEEP, Path(out), Path(cases))
        case ["export", data, quick, folder]:
            ship(Path(data), Path(quick), None, Path(folder))
        case ["export", data, quick, deep, folder]:
            ship(Path(data), Path(quick), Path(deep), Path(folder))
        case ["restore", folder, *files] if 1 <= len(files) <= 2:
            for model, path in zip(read_back(Path(folder)), files, strict=False):
                if model is not None:
                    checkpoint.save(model, Path(path))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


assert PAD == 1  # the tokenizer's
if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

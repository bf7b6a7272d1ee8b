"""The embedded classifier: texts per second at 1 and 2 threads, and what it gets right. Prints one JSON line.

Macro-F1 on UMSAB's validation halves per language, negatives on the airline tweets (never trained on) at several
operating points, and calibration. Peers in the same run: the word lists, and the same model in padded batches of 32.
`--quick` reads a quarter of everything.
"""

import csv
import json
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from models.clock import SystemClock
from models.records import Sentiment
from models.sentiment.classifier import Classifier
from models.sentiment.lexicon import LexiconClassifier
from models.sentiment.onnx import OnnxClassifier

DATA = Path(__file__).parents[3] / "shared/data"
LANGUAGES = {
    "en": "english",
    "fr": "french",
    "de": "german",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "ar": "arabic",
    "hi": "hindi",
}
CLASSES = ("negative", "neutral", "positive")


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").rstrip("\n").split("\n")


def umsab(language: str, step: int) -> tuple[list[str], list[str]]:
    folder = DATA / "umsab" / language
    labels = [CLASSES[int(value)] for value in lines(folder / "val_labels.txt")]
    return lines(folder / "val_text.txt")[::step], labels[::step]


def airline(step: int) -> tuple[list[str], list[str]]:
    with (DATA / "airline/tweets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::step]
    return [row["text"] for row in rows], [row["airline_sentiment"] for row in rows]


def macro_f1(truth: Sequence[str], told: Sequence[str]) -> float:
    scores = []
    for each in CLASSES:
        hits = sum(a == b == each for a, b in zip(truth, told, strict=True))
        scores.append(2 * hits / max(1, sum(a == each for a in truth) + sum(b == each for b in told)))
    return round(100 * sum(scores) / len(scores), 1)


def negatives(truth: Sequence[str], told: Sequence[bool]) -> dict[str, float]:
    hits = sum(flag and label == "negative" for flag, label in zip(told, truth, strict=True))
    wanted = sum(label == "negative" for label in truth)
    return {"precision": round(100 * hits / max(1, sum(told)), 1), "recall": round(100 * hits / max(1, wanted), 1)}


def calibration_error(truth: Sequence[str], answers: Sequence[Sentiment]) -> float:
    """Expected calibration error in points, ten bins of confidence."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for label, answer in zip(truth, answers, strict=True):
        sureness = max(answer.negative, answer.neutral, answer.positive)
        bins.setdefault(min(9, int(10 * sureness)), []).append((sureness, answer.label == label))
    total = sum(len(each) for each in bins.values())
    gaps = (abs(sum(s for s, _ in each) - sum(ok for _, ok in each)) for each in bins.values())
    return round(100 * sum(gaps) / total, 1)


def rate(classifier: Classifier, texts: Sequence[str]) -> float:
    clock = SystemClock()
    classifier(texts[:8])
    start = clock.monotonic()
    classifier(texts)
    return round(len(texts) / (clock.monotonic() - start), 1)


class PaddedBatches:
    """The peer: the same graph fed with padded batches of 32, sorted by length."""

    name = "padded/1"

    def __init__(self, classifier: OnnxClassifier, threads: int) -> None:
        import onnxruntime

        from models.sentiment.onnx import WEIGHTS

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(WEIGHTS / "model.onnx"), options)
        self._tokenizer = classifier._tokenizer

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        import numpy as np

        from models.sentiment.classifier import clean, sentiment
        from models.sentiment.onnx import probabilities

        ids = [each.ids for each in self._tokenizer.encode_batch([clean(text) for text in texts])]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        found: dict[int, Sentiment] = {}
        for start in range(0, len(order), 32):
            chosen = order[start : start + 32]
            width = max(len(ids[index]) for index in chosen)
            rows = np.array([ids[index] + [1] * (width - len(ids[index])) for index in chosen], np.int64)
            for index, logits in zip(chosen, self._session.run(None, {"input_ids": rows})[0], strict=True):
                shares = probabilities(logits)
                found[index] = sentiment(shares[0], shares[2])
        return [found[index] for index in range(len(texts))]


def main() -> None:
    if not DATA.exists():
        print("tests/bench/classify.py is skipped: ../shared/data is absent", file=sys.stderr)
        return
    step = 4 if "--quick" in sys.argv else 1
    clock = SystemClock()
    start = clock.monotonic()
    one = OnnxClassifier(threads=1)
    one(["first"])
    figures: dict[str, object] = {"cold_start_s": round(clock.monotonic() - start, 2)}
    two = OnnxClassifier(threads=2)
    speed = [*umsab("english", 1)[0][:200], *umsab("french", 1)[0][:200]]
    figures["texts_per_s"] = {"1": rate(one, speed), "2": rate(two, speed)}
    padded = PaddedBatches(one, 2)
    figures["peer_padded_texts_per_s"] = {"2": rate(padded, speed)}
    shuffled = padded(speed[::3])
    flips = sum(a.label != b.label for a, b in zip(padded(speed)[::3], shuffled, strict=True)) / len(shuffled)
    figures["peer_padded_labels_changed_by_neighbours_pct"] = round(100 * flips, 1)
    lexicon = LexiconClassifier()
    f1, error, peer = {}, {}, {}
    for code, language in LANGUAGES.items():
        texts, truth = umsab(language, step)
        answers = two(texts)
        f1[code] = macro_f1(truth, [answer.label for answer in answers])
        error[code] = calibration_error(truth, answers)
        if code in ("en", "fr"):
            peer[code] = macro_f1(truth, [answer.label for answer in lexicon(texts)])
    figures["umsab_val_macro_f1"] = f1
    figures["umsab_val_calibration_error"] = error
    figures["peer_lexicon_macro_f1"] = peer
    texts, truth = airline(2 * step)
    answers = two(texts)
    figures["airline_negative_argmax"] = negatives(truth, [answer.label == "negative" for answer in answers])
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        figures[f"airline_negative_{threshold}"] = negatives(truth, [a.negative >= threshold for a in answers])
    figures["peer_lexicon_airline_negative"] = negatives(truth, [a.label == "negative" for a in lexicon(texts)])
    print(json.dumps({"bench": "classify", "machine": platform.machine(), **figures}))


if __name__ == "__main__":
    main()

"""The embedded classifier: how fast, how large, how often right. Prints one JSON line.

Macro-F1 on UMSAB's validation halves per language and on the fifth of DEFT that training holds back, hard cases by
phenomenon, negatives on the airline tweets (never trained on) at several operating points, calibration. Peers in the
same run: the word lists, and, where torch is installed, a network of the base's twelve layers in single precision.
Speeds are texts per second of processor time on one thread, English and French, the median of interleaved rounds: of
the whole, of its quick network alone, of the deep one behind it for every text, and of both with a say for every text
(`thorough`); with the share of texts that the deep one reads. And of the whole on all eight languages, of some of which
the deep one reads more. `--quick` reads a quarter of everything.
"""

import csv
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from models.records import Sentiment
from models.sentiment.classifier import Classifier
from models.sentiment.lexicon import LexiconClassifier
from models.sentiment.onnx import WEIGHTS, OnnxClassifier
from models.training.sentiment import corpus
from tests.hard_cases import hard_cases

DATA = Path(__file__).parents[3] / "shared/data"
CLASSES = ("negative", "neutral", "positive")
ROUNDS = 7
SPEED_TEXTS = 120
SPEED_EACH = SPEED_TEXTS // len(corpus.LANGUAGES)

_FIRST_LABEL = """
import resource, time
start = time.perf_counter()
from models.sentiment.onnx import OnnxClassifier
OnnxClassifier(threads=1)(["first"])
took = time.perf_counter() - start
OnnxClassifier(threads=1)(["a text of some length, " * 20] * 50)
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


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


def speeds(readers: dict[str, Callable[[Sequence[str]], object]], texts: Sequence[str]) -> dict[str, float]:
    """Texts per second of processor time; the readers take turns, so that a busy machine bends all alike."""
    found: dict[str, list[float]] = {name: [] for name in readers}
    for turn in range(ROUNDS + 1):
        for name, read in readers.items():
            start = time.process_time()
            read(texts)
            if turn:  # the first round warms up
                found[name].append(len(texts) / (time.process_time() - start))
    return {name: round(statistics.median(each), 1) for name, each in found.items()}


def twelve_layers() -> Callable[[Sequence[str]], object]:
    """The peer: the base's twelve layers in torch, single precision, random weights (which cost what others cost)."""
    import torch

    from models.sentiment.classifier import clean
    from models.training.sentiment.__main__ import tokenizer
    from models.training.sentiment.encoder import Encoder, Shape
    from models.training.sentiment.learning import padded

    torch.set_num_threads(1)
    words = tokenizer()
    network = Encoder(words.get_vocab_size(), Shape()).eval()

    def read(texts: Sequence[str]) -> object:
        with torch.inference_mode():
            return [network(padded([tuple(words.encode(clean(text)).ids)])) for text in texts]

    return read


def parts_of_the_cascade() -> dict[str, OnnxClassifier]:
    """The quick and the deep network of the embedded model, each alone, and both, asked about everything.

    Nothing if it has but one.
    """
    card = json.loads((WEIGHTS / "config.json").read_text("utf-8"))
    if not card.get("deep"):
        return {}
    found = {}
    for name, sure_from in (("quick_alone", 0.0), ("deep_always", 2.0)):
        with TemporaryDirectory() as folder:
            for path in WEIGHTS.iterdir():
                Path(folder, path.name).symlink_to(path)
            Path(folder, "config.json").unlink()
            deep = {**card["deep"], "sure_from": sure_from, "negative_to": 1.0, "hint_from": 2.0, "share": 1.0}
            Path(folder, "config.json").write_text(json.dumps({**card, "deep": deep}), "utf-8")
            found[name] = OnnxClassifier(Path(folder), threads=1)
    found["thorough"] = OnnxClassifier(threads=1, thorough=True)
    return found


def fresh_process() -> dict[str, float]:
    """Seconds from a new interpreter's first import to its first label, and its peak memory."""
    runs = []
    for _ in range(3):
        told = subprocess.run([sys.executable, "-c", _FIRST_LABEL], check=True, capture_output=True, text=True)
        runs.append(tuple(map(float, told.stdout.split())))
    return {
        "cold_start_s": round(statistics.median(took for took, _ in runs), 2),
        "peak_memory_mb": round(statistics.median(memory for _, memory in runs)),
    }


def f1_of_sets(judge: Classifier, held: dict[str, tuple[list[str], list[str]]]) -> dict[str, float]:
    found = {name: macro_f1(truth, [each.label for each in judge(texts)]) for name, (texts, truth) in held.items()}
    mean = statistics.mean(value for name, value in found.items() if name.startswith("umsab"))
    return {**found, "umsab_mean": round(mean, 1)}


def hard_cases_right(judge: Classifier) -> dict[str, str]:
    return {
        phenomenon: f"{sum(a.label == label for a, label in zip(judge(texts), labels, strict=True))}/{len(texts)}"
        for phenomenon, (texts, labels) in hard_cases().items()
    }


def main() -> None:
    if not DATA.exists():
        print("tests/bench/classify.py is skipped: ../shared/data is absent", file=sys.stderr)
        return
    step = 4 if "--quick" in sys.argv else 1
    one, lexicon = OnnxClassifier(threads=1), LexiconClassifier()
    held = {
        name: (
            [row.text for row in rows][::step],
            [CLASSES[row.label] for row in rows if row.label is not None][::step],
        )
        for name, rows in corpus.read(DATA).held.items()
    }
    figures: dict[str, object] = {"model": one.name, **fresh_process()}
    figures["package_mb"] = round(sum(path.stat().st_size for path in WEIGHTS.iterdir()) / 1e6, 1)
    english, french = held["umsab_english"][0], held["umsab_french"][0]
    tweets = [*english[: SPEED_TEXTS // 2], *french[: SPEED_TEXTS // 2]]
    of_eight = [text for name, (texts, _) in held.items() if name.startswith("umsab") for text in texts[:SPEED_EACH]]
    parts = parts_of_the_cascade()
    readers: dict[str, Callable[[Sequence[str]], object]] = {"embedded": one, "lexicon": lexicon, **parts}
    if find_spec("torch") is not None:
        readers["torch_12_layers"] = twelve_layers()
    figures["texts_per_cpu_s"] = speeds(readers, tweets)
    figures["texts_per_cpu_s_eight_languages"] = speeds({"embedded": one}, of_eight)["embedded"]
    read = {"speed": tweets, "speed_eight": of_eight, **{name: texts for name, (texts, _) in held.items()}}
    figures["read_by_deep"] = {
        name: round(statistics.mean(answer.origin == "deep" for answer in one.answers(texts)), 3)
        for name, texts in read.items()
    }
    figures["macro_f1"] = {
        name: f1_of_sets(judge, held) for name, judge in {"embedded": one, **parts, "lexicon": lexicon}.items()
    }
    figures["calibration_error"] = {name: calibration_error(truth, one(texts)) for name, (texts, truth) in held.items()}
    figures["hard_cases_right"] = hard_cases_right(one)
    texts, truth = airline(2 * step)
    answers = one(texts)
    figures["airline_negative_label"] = negatives(truth, [answer.label == "negative" for answer in answers])
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        figures[f"airline_negative_{threshold}"] = negatives(truth, [a.negative >= threshold for a in answers])
    if "thorough" in parts:
        figures["thorough_hard_cases_right"] = hard_cases_right(parts["thorough"])
        told = parts["thorough"](texts)
        figures["thorough_airline_negative_label"] = negatives(truth, [each.label == "negative" for each in told])
    figures["peer_lexicon_airline_negative"] = negatives(truth, [a.label == "negative" for a in lexicon(texts)])
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"bench": "classify", "machine": platform.machine(), "bench_memory_mb": round(own), **figures}))


if __name__ == "__main__":
    main()

"""Who a post is negative about: the sentiment towards the brand by several approaches. Prints JSON lines.

    python -m tests.bench.target [--quick]

On the curated cases (rules were made on `development`; `test` was written with it, before the rules, `fresh` after
them), and on public tweets that are labelled towards the
brand: all of them, and those that name another brand too or have a turn (“but”, “unlike” …) beside the name. `gain` is
that over the whole text, in points of accuracy of negative or not, with a 95 % bootstrap interval over posts.
`complaints_turned_away` is how many of the complaints would be lost as shipped if the classifier had found every one.
`--quick` reads every eighth of the public tweets. What classifies another text for every post (`ALWAYS`) is measured on
the curated cases and on the chosen tweets only.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.clock import SystemClock
from models.matching.automaton import Matcher
from models.matching.query import parse
from models.records import Sentiment
from models.sentiment.cache import Cached
from models.sentiment.classifier import MAX_CHARACTERS, Classifier
from models.sentiment.onnx import OnnxClassifier
from models.target.clauses import Tie, carries_on, clauses
from models.target.line import BRAND, RIVAL, Span, flat, marked
from models.target.towards import Ground, Reading, may_differ, read
from tests.bench._corpora import DATA, rows
from tests.bench.classify import macro_f1, negatives
from tests.target_cases import CONTROLS, PARTS, cases

AIRLINES: Final = {
    # The rows of Delta are about JetBlue.
    "Delta": "jetblue OR @jetblue",
    "Southwest": "southwest OR southwestair OR @southwestair OR swa",
    "Virgin America": "virgin OR virginamerica OR @virginamerica",
    "American": '"american airlines" OR americanair OR @americanair OR =AA',
}
COMPANIES: Final = {name: f"{name} OR #{name} OR @{name}" for name in ("apple", "google", "microsoft", "twitter")}
WINDOW: Final = 5
SHUFFLES: Final = 2_000


@dataclass(frozen=True)
class Item:
    """A post and one of its brands, with the label towards it."""

    post: str
    text: str
    gold: str
    spans: Sequence[Span]
    rivals: Sequence[Span]
    phenomenon: str = ""


Approach = Callable[[Item, Sentiment, Classifier], Sentiment]


def whole_text(item: Item, whole: Sentiment, classifier: Classifier) -> Sentiment:
    """The peer: what is said on the whole is said about everybody."""
    return whole


def own_clauses(item: Item) -> str:
    line = marked(marked(flat(item.text[:MAX_CHARACTERS]), item.rivals, RIVAL), item.spans, BRAND)
    kept: list[str] = []
    goes_on = False
    for part in clauses(line[:MAX_CHARACTERS]):
        piece = line[part.start : part.end]
        goes_on = BRAND in piece or (goes_on and part.tie is Tie.SENTENCE and carries_on(piece))
        kept += [item.text[part.start : part.end]] if goes_on else []
    return " ".join(kept).strip(" ,;.:…\n")


def clause(item: Item, whole: Sentiment, classifier: Classifier) -> Sentiment:
    """The clauses that name the brand, always."""
    own = own_clauses(item) if item.spans else ""
    return classifier([own])[0] if own else whole


def window(item: Item, whole: Sentiment, classifier: Classifier) -> Sentiment:
    """Five words on either side of each place of the name, always."""
    words = list(re.finditer(r"\S+", item.text))
    near = set()
    for start, end in item.spans:
        at = [i for i, word in enumerate(words) if word.start() < end and start < word.end()]
        near.update(range(max(0, at[0] - WINDOW), at[-1] + WINDOW + 1) if at else ())
    kept = " ".join(word.group() for i, word in enumerate(words) if i in near)
    return classifier([kept])[0] if kept else whole


def mean(item: Item, whole: Sentiment, classifier: Classifier) -> Sentiment:
    """Half the whole text, half the brand's clauses."""
    own = clause(item, whole, classifier)
    return Sentiment(
        negative=(whole.negative + own.negative) / 2,
        neutral=(whole.neutral + own.neutral) / 2,
        positive=(whole.positive + own.positive) / 2,
    )


def reading(item: Item, whole: Sentiment) -> Reading | None:
    brands = 2 if item.rivals else 1
    return read(item.text, item.spans, item.rivals) if may_differ(item.text, whole, brands) else None


def shipped(item: Item, whole: Sentiment, classifier: Classifier) -> Sentiment:
    """What the pipeline does."""
    found = reading(item, whole)
    return whole if found is None else found.towards(whole, classifier(found.asks(whole)))


def only(*grounds: Ground) -> Approach:
    def approach(item: Item, whole: Sentiment, classifier: Classifier) -> Sentiment:
        found = reading(item, whole)
        return shipped(item, whole, classifier) if found is not None and found.ground in grounds else whole

    return approach


BY_CLAUSE: Final = (Ground.CONTRAST, Ground.RIVAL, Ground.DEED, Ground.CULPRIT)
APPROACHES: Final[dict[str, Approach]] = {
    "whole_text": whole_text,
    "clause": clause,
    "window": window,
    "mean_of_whole_and_clause": mean,
    "turns_of_phrase_only": only(*(ground for ground in Ground if ground not in BY_CLAUSE)),
    "clauses_with_grounds_only": only(*BY_CLAUSE),
    "shipped": shipped,
}

ALWAYS: Final = ("clause", "window", "mean_of_whole_and_clause")


def curated() -> Iterator[tuple[str, list[Item]]]:
    for part in PARTS:
        chosen = [case for case in cases() if case.part == part]
        yield part, [Item(c.post, c.text, c.gold, c.spans, c.rivals, c.phenomenon) for c in chosen]


def labelled(queries: dict[str, str], found: Sequence[tuple[str, str, str]]) -> list[Item]:
    """Tweets as (brand, label, text)."""
    matcher = Matcher({brand: parse(query) for brand, query in queries.items()})
    items = []
    for number, (brand, gold, text) in enumerate(found):
        rivals = [span for other in queries if other != brand for span in matcher.spans(text, other)]
        items.append(Item(str(number), text, gold, matcher.spans(text, brand), rivals))
    return items


def public(step: int) -> Iterator[tuple[str, list[Item]]]:
    tweets = [(row["airline"], row["airline_sentiment"], row["text"]) for row in rows("airline", "tweets.csv")[::step]]
    with (DATA / "brands_labelled/sanders_2011/tweets.csv").open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["sentiment"] in ("negative", "neutral", "positive")][::step]
    companies = [(row["brand"], row["sentiment"], row["text"]) for row in found]
    for name, queries, labels in (("airline", AIRLINES, tweets), ("sanders", COMPANIES, companies)):
        items = labelled(queries, labels)
        yield name, items
        yield f"{name}_turns", [item for item in items if item.rivals or turns(item)]


def turns(item: Item) -> bool:
    line = flat(item.text[:MAX_CHARACTERS])
    return any(part.tie in (Tie.CONTRAST, Tie.PARALLEL) for part in clauses(line))


def turned_away(items: Sequence[Item], classifier: Classifier) -> list[int]:
    """Of the complaints, how many would not be counted if the classifier were sure of each as a whole; and all."""
    sure = Sentiment(negative=0.9, neutral=0.1, positive=0.0)
    complaints = [item for item in items if item.gold == "negative"]
    return [sum(shipped(item, sure, classifier).label != "negative" for item in complaints), len(complaints)]


def gain(items: Sequence[Item], before: Sequence[bool], after: Sequence[bool]) -> list[float]:
    """Points of accuracy gained, and the interval that holds 95 % of the resamplings of posts."""
    posts = sorted({item.post for item in items})
    index = {post: number for number, post in enumerate(posts)}
    won, size = np.zeros(len(posts)), np.zeros(len(posts))
    for item, old, new in zip(items, before, after, strict=True):
        won[index[item.post]] += int(new) - int(old)
        size[index[item.post]] += 1
    draws = np.random.default_rng(6).integers(0, len(posts), (SHUFFLES, len(posts)))
    low, high = np.percentile(100 * won[draws].sum(1) / size[draws].sum(1), [2.5, 97.5])
    return [round(float(each), 1) + 0.0 for each in (100 * won.sum() / size.sum(), low, high)]


def measured(name: str, items: Sequence[Item], classifier: Classifier) -> dict[str, object]:
    wholes = classifier([item.text for item in items])
    gold = [item.gold for item in items]
    right: dict[str, list[bool]] = {}
    figures: dict[str, object] = {"bench": "target", "data": name, "mentions": len(items)}
    for title, approach in APPROACHES.items():
        if title in ALWAYS and len(items) > 2_000:
            continue
        told = [approach(item, whole, classifier).label for item, whole in zip(items, wholes, strict=True)]
        right[title] = [(a == "negative") == (b == "negative") for a, b in zip(gold, told, strict=True)]
        entry: dict[str, object] = {
            "accuracy": round(100 * sum(right[title]) / len(items), 1),
            **negatives(gold, [label == "negative" for label in told]),
            "macro_f1": macro_f1(gold, told),
            "gain": gain(items, right["whole_text"], right[title]),
        }
        controls = [ok for item, ok in zip(items, right[title], strict=True) if item.phenomenon in CONTROLS]
        if controls:
            entry["plain_negative_recall"] = round(100 * sum(controls) / len(controls), 1)
        figures[title] = entry
    figures["complaints_turned_away"] = turned_away(items, classifier)
    if items[0].phenomenon:
        figures["by_phenomenon"] = by_phenomenon(items, right)
    else:
        figures["second_classification_pct"] = asked(items, wholes)
    return figures


def by_phenomenon(items: Sequence[Item], right: dict[str, list[bool]]) -> dict[str, list[int]]:
    """For each: right by the whole text, right as shipped, all."""
    found: dict[str, list[int]] = {}
    for item, old, new in zip(items, right["whole_text"], right["shipped"], strict=True):
        row = found.setdefault(item.phenomenon, [0, 0, 0])
        row[:] = [row[0] + old, row[1] + new, row[2] + 1]
    return found


def asked(items: Sequence[Item], wholes: Sequence[Sentiment]) -> float:
    found = [reading(item, whole) for item, whole in zip(items, wholes, strict=True)]
    needs = sum(each is not None and bool(each.asks(whole)) for each, whole in zip(found, wholes, strict=True))
    return round(100 * needs / len(items), 2)


def cost(items: Sequence[Item], classifier: Classifier) -> dict[str, object]:
    """What reading costs on one core, beside one classification of the same texts."""
    clock = SystemClock()
    texts = [item.text for item in items]
    classifier(texts[:8])
    start = clock.monotonic()
    wholes = classifier(texts)
    classified = clock.monotonic() - start
    start = clock.monotonic()
    for item, whole in zip(items, wholes, strict=True):
        reading(item, whole)
    taken = clock.monotonic() - start
    return {
        "bench": "target",
        "data": "cost",
        "texts": len(texts),
        "classify_us_per_text": round(1e6 * classified / len(texts)),
        "read_us_per_text": round(1e6 * taken / len(texts)),
        "read_share_of_classify_pct": round(100 * taken / classified, 1),
    }


def main() -> None:
    step = 8 if "--quick" in sys.argv else 1
    model = OnnxClassifier(threads=1)
    classifier = Cached(model, 200_000)
    for name, items in curated():
        print(json.dumps({"model": classifier.name, **measured(name, items, classifier)}))
    if not DATA.exists():
        print("tests/bench/target.py reads no tweets: ../shared/data is absent", file=sys.stderr)
        return
    for name, items in public(step):
        print(json.dumps(measured(name, items, classifier)))
        if name == "sanders":
            print(json.dumps(cost(items[:400], model)))


if __name__ == "__main__":
    main()

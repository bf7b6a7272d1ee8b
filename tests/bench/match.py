"""Posts matched per second of processor time, at 10, 100 and 10,000 brands, on real posts. Prints one JSON line.

Peers in the same run, at 100 brands: the automaton alone on lower-cased texts (no words, no operators), one regular
expression of all names, and one per brand. Rounds take turns, and the best of each counts, so that whatever else the
machine does falls on all alike. Also: how many real posts read otherwise because confusables are folded.
"""

import json
import platform
import random
import re
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from time import process_time

import ahocorasick_rs

from models.language import LanguageDetector
from models.matching.automaton import Matcher
from models.matching.evaluation import Said
from models.matching.query import parse
from models.matching.words import plain
from tests.bench._corpora import DATA, airline, deft, organic, semeval

SYLLABLES = ["ba", "lo", "mi", "ter", "gra", "vel", "no", "sa", "quo", "ri", "zen", "du"]
ROUNDS = 5
UMSAB = ("french", "english", "german", "italian", "portuguese", "spanish", "arabic", "hindi")


def brands(count: int, rng: random.Random, more: str = "") -> dict[str, str]:
    """Made-up brands with queries as people write them."""
    made: dict[str, str] = {}
    while len(made) < count:
        name = "".join(rng.choices(SYLLABLES, k=4))
        wide = f'{name} OR @{name} OR #{name}* OR "{name} service client"'
        made[name] = f"({wide}) NOT ({name} NEAR/3 (jeu OR concours)){more}"
    return made


def umsab(language: str) -> list[str]:
    return [text for text in (DATA / "umsab" / language / "train_text.txt").read_text("utf-8").split("\n") if text]


def posts() -> list[str]:
    """Real posts, French and English, half each."""
    french, english = [*umsab("french"), *deft()], [*umsab("english"), *airline(), *semeval()]
    rng = random.Random(7)
    mixed = french + rng.sample(english, len(french))
    rng.shuffle(mixed)
    return mixed


def naming(texts: Sequence[str], names: Sequence[str]) -> list[Said]:
    """One in five names a brand."""
    rng = random.Random(7)
    return [Said(f"{text} {rng.choice(names)}" if rng.random() < 0.2 else text) for text in texts]


def detectless(text: str, hint: str | None) -> str:
    raise AssertionError("no query asks for a language")


def compiled(queries: dict[str, str]) -> Matcher:
    return Matcher({name: parse(query) for name, query in queries.items()})


def rates(works: dict[str, Callable[[], object]], size: int) -> dict[str, int]:
    """The best rate of each piece of work over `size` posts, taking turns."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            began = process_time()
            work()
            best[name] = min(best[name], process_time() - began)
    return {name: round(size / taken) for name, taken in best.items()}


def works(texts: Sequence[str]) -> dict[str, Callable[[], object]]:
    rng = random.Random(11)
    found: dict[str, Callable[[], object]] = {}
    for count in (10, 100, 10_000):
        made = brands(count, rng)
        said, matcher = naming(texts, list(made)), compiled(made)
        found[f"posts_per_s_{count}"] = lambda said=said, matcher=matcher: matcher.match(said, detectless)  # type: ignore[misc]
    detector = LanguageDetector()
    detector.load()
    for limit in ("site", "lang"):  # a language is detected for the posts that name a brand: as for a mention
        made = brands(100, rng, {"site": " -site:jobs.example", "lang": " -lang:de"}[limit])
        said, matcher = naming(texts, list(made)), compiled(made)
        found[f"posts_per_s_100_{limit}"] = lambda said=said, matcher=matcher: matcher.match(said, detector)  # type: ignore[misc]
    strict = [post.text for post in said]
    automaton = ahocorasick_rs.AhoCorasick(list(made))
    union = re.compile(rf"\b(?:{'|'.join(made)})\b", re.IGNORECASE)
    each = [re.compile(rf"\b{name}\b", re.IGNORECASE) for name in made]
    found["peer_automaton_alone"] = lambda: [automaton.find_matches_as_indexes(text.lower()) for text in strict]
    found["peer_one_regex"] = lambda: [union.findall(text) for text in strict]
    found["peer_regex_per_brand"] = lambda: [regex.search(text) for text in strict[::20] for regex in each]
    return found


def main() -> None:
    if not DATA.exists():
        print("tests/bench/match.py is skipped: ../shared/data is absent", file=sys.stderr)
        return
    texts = posts()
    figures: dict[str, float] = dict(rates(works(texts), len(texts)))
    figures["peer_regex_per_brand"] /= 20  # it was given one post in twenty
    figures["cost_10000_over_10"] = round(figures["posts_per_s_10"] / figures["posts_per_s_10000"], 2)
    figures["slower_than_automaton_alone"] = round(figures["peer_automaton_alone"] / figures["posts_per_s_100"], 2)
    figures["faster_than_one_regex"] = round(figures["posts_per_s_100"] / figures["peer_one_regex"], 2)
    every = list(chain(*organic().values(), *map(umsab, UMSAB)))
    otherwise = sum(plain(text) != plain(text, confusables=False) for text in every if not text.isascii())
    about = {"posts": len(texts), "characters": round(sum(map(len, texts)) / len(texts))}
    folded = {"posts_looked_at": len(every), "posts_with_confusables": otherwise}
    machine = platform.processor() or platform.machine()
    print(json.dumps({"bench": "match", "machine": machine, **about, **figures, **folded}))


if __name__ == "__main__":
    main()

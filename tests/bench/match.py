"""Posts matched per second on one core, at 10, 100 and 10,000 brands. Prints one JSON line.

The peer, measured in the same run, is one compiled regular expression per brand, tried one after the other.
"""

import json
import platform
import random
import re
import sys
from pathlib import Path

from models.clock import SystemClock
from models.matching.automaton import Matcher
from models.matching.query import parse

DATA = Path(__file__).parents[3] / "shared/data/umsab"
SYLLABLES = ["ba", "lo", "mi", "ter", "gra", "vel", "no", "sa", "quo", "ri", "zen", "du"]


def brands(count: int, rng: random.Random) -> dict[str, str]:
    """Made-up brands with queries as people write them."""
    made: dict[str, str] = {}
    while len(made) < count:
        name = "".join(rng.choices(SYLLABLES, k=4))
        made[name] = f'{name} OR @{name} OR #{name}* OR "{name} service client" NOT ({name} NEAR/3 (jeu OR concours))'
    return made


def posts(names: list[str], rng: random.Random) -> list[str]:
    """Real short texts in French and English, one in five of which names a brand."""
    texts = []
    for language in ("french", "english"):
        texts += (DATA / language / "train_text.txt").read_text("utf-8").split("\n")
    return [f"{text} {rng.choice(names)}" if rng.random() < 0.2 else text for text in texts if text]


def rate(matcher: Matcher, texts: list[str]) -> float:
    clock = SystemClock()
    start = clock.monotonic()
    matcher.match(texts)
    return len(texts) / (clock.monotonic() - start)


def main() -> None:
    if not DATA.exists():
        print("tests/bench/match.py is skipped: ../shared/data/umsab is absent", file=sys.stderr)
        return
    rng = random.Random(7)
    clock = SystemClock()
    figures: dict[str, float] = {}
    for count in (10, 100, 10_000):
        made = brands(count, rng)
        texts = posts(list(made), rng)
        start = clock.monotonic()
        matcher = Matcher({name: parse(query) for name, query in made.items()})
        figures[f"build_{count}_s"] = round(clock.monotonic() - start, 3)
        figures[f"posts_per_s_{count}"] = round(max(rate(matcher, texts) for _ in range(3)))
        if count == 100:
            peers = [re.compile(rf"\b{name}\b", re.IGNORECASE) for name in made]
            start = clock.monotonic()
            for text in texts[:1_000]:
                for peer in peers:
                    peer.search(text)
            figures["peer_regex_posts_per_s_100"] = round(1_000 / (clock.monotonic() - start))
    print(json.dumps({"bench": "match", "machine": platform.processor() or platform.machine(), **figures}))


if __name__ == "__main__":
    main()

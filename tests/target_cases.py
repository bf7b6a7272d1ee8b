"""The curated posts of `tests/data/target_cases.tsv`: what each says about a brand that it names."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.matching.automaton import Matcher
from models.matching.query import parse
from models.target.line import Span

FILE: Final = Path(__file__).parent / "data" / "target_cases.tsv"
PARTS: Final = ("development", "test", "fresh")
CONTROLS: Final = ("plain-negative", "continuation", "question", "sarcasm")
"""The phenomena in which a post is negative about the brand, plainly or not, and nothing should change that."""


@dataclass(frozen=True)
class Case:
    """One brand of one post; `rivals` are the places of the post's other brands."""

    post: str
    language: str
    phenomenon: str
    brand: str
    gold: str
    text: str
    spans: tuple[Span, ...]
    rivals: tuple[Span, ...]

    @property
    def part(self) -> str:
        """Rules are made on `development` and judged on `test` (by the post's number), both written before the rules.

        `fresh` was written after them, to see what other words do to them, and no rule was made for it.
        """
        if self.post.startswith("f"):
            return "fresh"
        return "development" if int(self.post) % 2 else "test"


def query_of(brand: str) -> str:
    return brand if brand[0] in "@#" else f'"{brand}"'


def cases() -> list[Case]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    matcher = Matcher({row["brand"]: parse(query_of(row["brand"])) for row in rows})
    places: dict[str, dict[str, tuple[Span, ...]]] = defaultdict(dict)
    for row in rows:
        places[row["id"]][row["brand"]] = matcher.spans(row["text"], row["brand"])
    return [
        Case(
            *(row[name] for name in ("id", "language", "phenomenon", "brand", "gold", "text")),
            spans=places[row["id"]][row["brand"]],
            rivals=tuple(span for brand, spans in places[row["id"]].items() if brand != row["brand"] for span in spans),
        )
        for row in rows
    ]

"""Texts of `../shared/data` for the benches on copies and stories; nothing of it is in the repository."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).resolve().parents[2].parent / "shared" / "data"
SAME: Final = ("0", "1", "2", "3", "4", "6")
"""The clusters of comments to the FCC that copy one letter, but for a name or a line of their own."""
FILLED: Final = ("14", "15")
"""Those that a program wrote: each sentence of the letter filled in with other words."""


def rows(*path: str) -> list[dict[str, str]]:
    with DATA.joinpath(*path).open(encoding="utf-8", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def airline() -> list[str]:
    return [row["text"] for row in rows("airline", "tweets.csv")]


def semeval() -> list[str]:
    lines = (DATA / "semeval_sentiment" / "train.tsv").read_text(encoding="utf-8").split("\n")
    return [line.split("\t", 1)[1] for line in lines if "\t" in line][:12_000]


def deft() -> list[str]:
    return [row["text"] for row in rows("french", "deft2017", "train.csv")]


def sanders() -> list[str]:
    found = rows("brands_labelled", "sanders_2011", "tweets.csv")
    column = next(name for name in found[0] if "text" in name.lower())
    return [row[column] for row in found]


def hinde() -> list[str]:
    return [row["text_cleaned"] for row in rows("crises", "target_hinde_2017", "tweets.csv")]


def reviews() -> list[str]:
    return [text for row in rows("crises", "review_bombing", "reviews.csv") if (text := row.get("text", ""))]


def organic() -> dict[str, list[str]]:
    """What people wrote, in the order in which it stands in the files (mostly that of time)."""
    named = {"airline": airline, "semeval": semeval, "deft": deft, "sanders": sanders, "hinde": hinde}
    return {name: read() for name, read in named.items()}


def fcc() -> dict[str, list[str]]:
    """Comments to the FCC by their manual cluster; `-1`: in none."""
    clusters: dict[str, list[str]] = defaultdict(list)
    for row in rows("coordination", "fcc_comments", "comments.csv"):
        clusters[row["manual_cluster"]].append(row["text"])
    return clusters


def windows(texts: list[str], size: int) -> Iterator[list[str]]:
    """The texts in consecutive bags of `size`."""
    for first in range(0, len(texts) - size + 1, size):
        yield texts[first : first + size]

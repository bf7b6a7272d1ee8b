"""Sentences in which words say one thing and people mean another, by phenomenon: `tests/data/hard_cases.tsv`."""

import csv
from pathlib import Path

_FILE = Path(__file__).parent / "data/hard_cases.tsv"


def hard_cases() -> dict[str, tuple[list[str], list[str]]]:
    """Texts and labels of each phenomenon and language, as in `fr sarcasm`."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            texts, labels = found.setdefault(f"{row['language']} {row['phenomenon']}", ([], []))
            texts.append(row["text"])
            labels.append(row["label"])
    return found

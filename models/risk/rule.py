"""What a rule of the risk signal is, and how its phrases are written."""

import re
from dataclasses import dataclass
from typing import Final

from models.matching.words import spell

_PLACES: Final = {"_": "[^ \x00]+", "~": "(?:[^ \x00]+ ){0,3}", "N": "[0-9]+", "Y": "1[89][0-9]{2}", "#": "\x00"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Evidence of `topic`, as strong as `score` (0 to 1), where `cue` stands with its company and no harmless reading.

    `beside` and `also` (where given) must stand near the cue, `unless` must not. Phrases stand between `|`, folded: no
    case, no accents, no signs. `*` ends an open word; `_` is any word, `~` up to three, `N` a number, `Y` a year before
    2000; `#` is where the words of a hashtag in CamelCase begin.
    """

    topic: str
    score: float
    cue: str
    beside: str = ""
    also: str = ""
    unless: str = ""


def phrases(text: str) -> tuple[str, ...]:
    """The phrases between `|`, each with single spaces."""
    return tuple(" ".join(phrase.split()) for phrase in text.split("|") if phrase.strip())


def written(phrase: str) -> str:
    """A user's phrase as a spelled line has it; empty where it holds no word, only open places or signs.

    >>> written("Batterie gonflée"), written("l’odeur de BRÛL*"), written("error ~ 42"), written("_ *")
    ('batterie gonflee', 'l odeur de brul*', 'error ~ 42', '')
    """
    found: list[str] = []
    for word in phrase.split():
        if word in ("_", "~"):
            found.append(word)
            continue
        plain = spell(word.rstrip("*")).folded.split(" \x00 ")[0].split()
        if plain and word.endswith("*"):
            plain[-1] += "*"
        found += plain
    return " ".join(found) if any(word not in _PLACES for word in found) else ""


def pattern(text: str) -> re.Pattern[str] | None:
    """An expression that finds any of the phrases as whole words in a spelled line; None where there are none."""
    found = [_expression(phrase) for phrase in phrases(text)]
    return re.compile(f"(?<= )(?:{'|'.join(found)})(?= )") if found else None


def _expression(phrase: str) -> str:
    parts = []
    for word in phrase.split(" "):
        plain = _PLACES.get(word) or re.escape(word.rstrip("*")) + (r"[^ ]*" if word.endswith("*") else "")
        parts.append(plain if word == "~" else f"{plain} ")
    return "".join(parts)[:-1]


def anchor(phrase: str) -> str:
    """What any line with the phrase must contain: its longest run of known words.

    >>> anchor("recalls ~ over"), anchor("hospitali* after"), anchor("N dead")
    (' recalls ', ' hospitali', ' dead ')
    """
    runs, known = [], ""
    for word in phrase.split(" "):
        if word in _PLACES:
            runs.append(f"{known} ")
            known = ""
        elif word.endswith("*"):
            runs.append(f"{known} {word[:-1]}")
            known = ""
        else:
            known += f" {word}"
    return max([*runs, f"{known} "], key=len)


def whole(phrase: str) -> re.Pattern[str] | None:
    """An expression for the whole phrase with the spaces around it; None where its anchor is all of it."""
    if any(word in _PLACES or word.endswith("*") for word in phrase.split(" ")):
        return re.compile(f" {_expression(phrase)} ")
    return None

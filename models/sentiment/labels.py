"""What the classes of a foreign checkpoint mean: its labels, read as negative, neutral and positive."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from models.records import Sentiment
from models.sentiment.classifier import sentiment

NEGATIVE, NEUTRAL, POSITIVE = range(3)

_NAMES: Final = {
    **dict.fromkeys(("neg", "negative", "negatif", "very negative", "n", "bad"), NEGATIVE),
    **dict.fromkeys(("neu", "neutral", "neutre", "mixed", "objective", "none"), NEUTRAL),
    **dict.fromkeys(("pos", "positive", "positif", "very positive", "p", "good"), POSITIVE),
}
_STARS: Final = {1: NEGATIVE, 2: NEGATIVE, 3: NEUTRAL, 4: POSITIVE, 5: POSITIVE}
_STAR: Final = re.compile(r"([1-5]) ?(?:stars?|etoiles?|★)")
_NUMBERED: Final = re.compile(r"label (\d)")


class UnknownLabels(ValueError):
    """Labels that do not say which class is negative and which positive."""


def meanings(labels: Mapping[int, str]) -> tuple[int, ...]:
    """For each class of a checkpoint, in order, what it means; raises `UnknownLabels`.

    Known are names (`negative`, `NEU`, `positif`, …), one to five stars, and the bare `LABEL_0`, `LABEL_1`(,
    `LABEL_2`), which by custom run from negative to positive.

    >>> meanings({0: "NEG", 1: "NEU", 2: "POS"}), meanings({0: "LABEL_0", 1: "LABEL_1"})
    ((0, 1, 2), (0, 2))
    >>> meanings({i: f"{i + 1} stars" for i in range(5)})
    (0, 0, 1, 2, 2)
    """
    plain = [_plain(labels[index]) for index in sorted(labels)]
    found = [_meaning(name, len(plain)) for name in plain]
    known = tuple(each for each in found if each is not None)
    if len(known) != len(plain) or not {NEGATIVE, POSITIVE} <= set(known):
        names = ", ".join(str(labels[index]) for index in sorted(labels))
        raise UnknownLabels(names[:300])
    return known


def _plain(label: str) -> str:
    return str(label).lower().replace("é", "e").replace("_", " ").replace("-", " ").strip()


def _meaning(name: str, classes: int) -> int | None:
    star = _STAR.fullmatch(name)
    if star is not None and classes == 5:
        return _STARS[int(star.group(1))]
    numbered = _NUMBERED.fullmatch(name)
    if numbered is not None:
        custom = {2: (NEGATIVE, POSITIVE), 3: (NEGATIVE, NEUTRAL, POSITIVE)}.get(classes, ())
        number = int(numbered.group(1))
        return custom[number] if number < len(custom) else None
    return _NAMES.get(name)


def gathered(shares: Sequence[float], classes: Sequence[int]) -> Sentiment:
    """The probabilities of a checkpoint's classes as ours.

    A checkpoint without a neutral class is sure of one side about texts that have none: there, what the two sides
    cancel of each other counts as neutral, so that only a clear majority is negative.

    >>> gathered([0.9, 0.1], (0, 2)).label, gathered([0.6, 0.4], (0, 2)).label
    ('negative', 'neutral')
    """
    negative = sum(share for share, meaning in zip(shares, classes, strict=True) if meaning == NEGATIVE)
    positive = sum(share for share, meaning in zip(shares, classes, strict=True) if meaning == POSITIVE)
    if NEUTRAL not in classes:
        negative, positive = max(0.0, negative - positive), max(0.0, positive - negative)
    return sentiment(negative, positive)

"""More text to distil on: pieces of posts, posts put together, posts with words of others (Jiao et al. 2020, TinyBERT).

What it says makes little sense, and need not: the teacher says what it would make of it, and the student learns to make
the same of it. A student that sees real posts alone learns what the teacher says of these few.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Final

SHARES: Final = {
    "english": 0.2,
    "french": 0.2,
    "german": 0.1,
    "spanish": 0.1,
    "italian": 0.1,
    "portuguese": 0.1,
    "arabic": 0.1,
    "hindi": 0.1,
}
"""How much of the text is of which language."""

_CUT, _JOINED = 0.3, 0.65
"""Below the first a text is a piece of one, below the second two pieces; from there on one with other words in it."""
_SWAPPED: Final = 0.2


def augmented(texts: Mapping[str, Sequence[str]], count: int, chance: random.Random) -> list[str]:
    """About `count` texts made of those of each language, in random order."""
    shares = {language: share for language, share in SHARES.items() if texts.get(language)}
    total = sum(shares.values())
    made = []
    for language, share in shares.items():
        words = [word for text in texts[language] for word in text.split()]
        made += [_one(texts[language], words, chance) for _ in range(round(count * share / total))]
    chance.shuffle(made)
    return made


def _one(texts: Sequence[str], words: Sequence[str], chance: random.Random) -> str:
    text = chance.choice(texts).split()
    kind = chance.random()
    if kind < _CUT:
        found = _piece(text, 0.3, 0.8, chance)
    elif kind < _JOINED:
        found = _piece(text, 0.3, 0.7, chance) + _piece(chance.choice(texts).split(), 0.3, 0.7, chance)
    else:
        found = [chance.choice(words) if chance.random() < _SWAPPED else word for word in text]
    return " ".join(found)


def _piece(words: list[str], least: float, most: float, chance: random.Random) -> list[str]:
    """Neighbouring words: such a share of all, but two at least."""
    length = max(2, round(len(words) * chance.uniform(least, most)))
    start = chance.randint(0, max(0, len(words) - length))
    return words[start : start + length]

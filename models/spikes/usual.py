"""Which words are new in a wave, against those that a brand's critics usually use: keyness, in bounded memory."""

import math
import zlib
from collections.abc import Iterable
from typing import Final

import msgspec

ROWS: Final = 2
WIDTH: Final = 192
_HALVED_AFTER: Final = 240
_KEPT: Final = 40
_NEW_AT: Final = 10.83
"""G² above this has a chance of 0.1 % for a word as frequent as ever (χ², one degree of freedom), and so 4 % for one of
the forty that are compared."""

_TWICE: Final = 1.0
"""The least log ratio: a word must be twice as frequent as usual, however sure we are that it is more frequent."""

_LEAST: Final = 3


class Said(msgspec.Struct, array_like=True):
    """Words by how many texts hold them, in at most 40 places: Space-Saving (Metwally, Agrawal & El Abbadi 2005).

    Per word its count, which may be too high, and by how much at most: a word that finds no free place takes that of
    the rarest, and inherits its count as an error. With `rest` the counts add up to all the words there were.

    >>> said = Said()
    >>> said.add(["late", "bag", "late"])
    >>> said.at_least("late"), said.total
    (2, 3)
    """

    counts: dict[str, list[int]] = {}
    rest: int = 0
    """What was counted of words that are no longer kept (see `bounded`)."""

    def copy(self) -> "Said":
        return Said({word: count.copy() for word, count in self.counts.items()}, self.rest)

    @property
    def total(self) -> int:
        return sum(count for count, _ in self.counts.values()) + self.rest

    def add(self, words: Iterable[str]) -> None:
        for word in words:
            if word in self.counts:
                self.counts[word][0] += 1
            elif len(self.counts) < _KEPT:
                self.counts[word] = [1, 0]
            else:
                rarest = min(self.counts, key=lambda w: (self.counts[w][0], w))
                inherited = self.counts.pop(rarest)[0]
                self.counts[word] = [inherited + 1, inherited]

    def at_least(self, word: str) -> int:
        """How many texts hold it for certain."""
        count, error = self.counts.get(word, (0, 0))
        return count - error

    def merged(self, other: "Said") -> "Said":
        """Both together, of up to twice as many words."""
        both = self.copy()
        for word, (count, error) in other.counts.items():
            known = both.counts.setdefault(word, [0, 0])
            known[0] += count
            known[1] += error
        both.rest += other.rest
        return both

    def bounded(self) -> "Said":
        """The forty most frequent ones of a merger, so that it can be added to."""
        kept = dict(sorted(self.counts.items(), key=lambda item: (-item[1][0], item[0]))[:_KEPT])
        return Said(kept, self.total - sum(count for count, _ in kept.values()))


class Usual(msgspec.Struct, array_like=True):
    """How often a brand's critics usually use a word: a count-min sketch with conservative update (Cormode &
    Muthukrishnan 2005; Estan & Varghese 2002), which never says too little. Halved every 240 slices with words.
    """

    cells: list[int] = []
    total: int = 0
    slices: int = 0

    def copy(self) -> "Usual":
        return Usual(self.cells.copy(), self.total, self.slices)

    @property
    def is_whole(self) -> bool:
        """Whether it has the places of this build."""
        return len(self.cells) in (0, ROWS * WIDTH)

    def absorb(self, said: Said) -> None:
        """Takes in an ordinary stretch of time."""
        if not said.counts:
            return
        if not self.cells:
            self.cells = [0] * (ROWS * WIDTH)
        self.slices += 1
        if self.slices >= _HALVED_AFTER:
            self.slices = 0
            self.cells = [count // 2 for count in self.cells]
            self.total //= 2
        self.total += said.total
        for word in sorted(said.counts):
            places = _places(word)
            raised = min(self.cells[at] for at in places) + said.counts[word][0]
            for at in places:
                self.cells[at] = max(self.cells[at], raised)

    def at_most(self, word: str) -> int:
        """How many texts may have held it."""
        return min(self.cells[at] for at in _places(word)) if self.cells else 0


def _places(word: str) -> tuple[int, ...]:
    drawn = zlib.crc32(word.encode("utf-8", "surrogatepass"))
    return tuple(row * WIDTH + drawn // WIDTH**row % WIDTH for row in range(ROWS))


def keyness(here: float, total: float, usual: float, usual_total: float) -> float:
    """How sure it is that a word is more frequent here than usually: G² (Dunning 1993), 0 where it is not.

    >>> round(keyness(10, 100, 1, 1000), 1)
    41.4
    """
    if total <= 0 or here / total <= usual / max(usual_total, 1.0):
        return 0.0
    share = (here + usual) / (total + usual_total)
    gain = here * math.log(here / (share * total))
    if usual > 0:
        gain += usual * math.log(usual / (share * usual_total))
    return 2.0 * gain


def log_ratio(here: float, total: float, usual: float, usual_total: float) -> float:
    """How many times as frequent, in doublings; half a text is added to the usual ones, so that 0 has a ratio too.

    >>> log_ratio(20, 100, 49.5, 1000)
    2.0
    """
    return math.log2((here / total) / ((usual + 0.5) / usual_total))


def new_words(said: Said, usual: Usual, limit: int = 8) -> tuple[str, ...]:
    """The words that are new, or far more frequent than usually, most telling first.

    G² says how sure that is, the log ratio how much it matters: of many texts the smallest difference would be
    significant. What is counted here errs downwards, what is usual upwards, so that no artefact of the bounded
    memories is told as news. Without a past nothing is new.
    """
    total = said.total
    if usual.total <= 0:
        return ()
    scores = {}
    for word in said.counts:
        here = said.at_least(word)
        compared = (here, total, usual.at_most(word), usual.total)
        if here >= _LEAST and log_ratio(*compared) >= _TWICE:
            scores[word] = keyness(*compared)
    telling = [word for word, score in scores.items() if score >= _NEW_AT]
    return tuple(sorted(telling, key=lambda word: (-scores[word], word))[:limit])

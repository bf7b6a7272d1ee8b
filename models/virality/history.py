"""How a post was spread over time, in bounded memory: counts in bins of age that grow with the age.

One summary for everything that forecasts: the pipeline's state, `tocsin forecast`, and the training of the forecaster.
"""

import math
from bisect import insort
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

KNEE_S: Final = 60.0
GROWTH: Final = 1.08
"""A bin's width is 8 % of (its age + one minute): five seconds at the root, five minutes after an hour."""
BINS: Final = 144
"""The last bin begins after 42 days, and takes whatever comes later."""
EDGES_S: Final[Floats] = KNEE_S * (GROWTH ** np.arange(BINS + 1, dtype=np.float64) - 1.0)
LATEST: Final = 8
"""How many of the last ages are kept as they are: the bins are too coarse for the latest gaps."""
_OLDEST_S: Final = 10**9


class History(msgspec.Struct, array_like=True):
    """Counts per bin of age; the age is counted from `origin_s` (Unix seconds), the root's time.

    The result depends on what was added, not on the order in which it was added. At most some 300 bytes encoded.

    >>> history = History(origin_s=1_000)
    >>> for at_s in (1_003, 1_002, 1_600): history.add(at_s)
    >>> history.total(), history.total(1_100), history.latest
    (3, 2, [2, 3, 600])
    """

    origin_s: float | None = None
    counts: list[int] = []
    first_s: int = 0
    latest: list[int] = []
    known: int = 0
    """How many of the sharers' numbers of followers are known; what follows is of these."""
    log_followers: int = 0
    """The sum of the logs of one more than their followers, in thousandths: a sum that no order changes."""
    reach: int = 0
    most_followers: int = 0

    def copy(self) -> "History":
        fresh = History(*(getattr(self, name) for name in self.__struct_fields__))
        fresh.counts, fresh.latest = list(self.counts), list(self.latest)
        return fresh

    def add(self, at_s: float, followers: int | None = None) -> None:
        """Counts one share at Unix time `at_s`; one before the origin counts as at the origin."""
        if self.origin_s is None:
            self.origin_s = at_s
        age = min(max(at_s - self.origin_s, 0.0), _OLDEST_S)
        at = bin_of(age)
        if at >= len(self.counts):
            self.counts += [0] * (at + 1 - len(self.counts))
        self.counts[at] += 1
        second = int(age)
        self.first_s = second if not self.latest else min(self.first_s, second)
        if not self.latest or second >= self.latest[-1]:
            self.latest.append(second)
        else:
            insort(self.latest, second)
        if len(self.latest) > LATEST:
            del self.latest[0]
        if followers is not None:
            self.known += 1
            self.log_followers += round(1_000 * math.log1p(followers))
            self.reach += followers
            self.most_followers = max(self.most_followers, followers)

    def rebase(self, origin_s: float) -> None:
        """Counts ages from another origin: shares came before their root was known. As exact as the bins are wide."""
        if self.origin_s is None or self.origin_s == origin_s:
            self.origin_s = origin_s
            return
        shift = self.origin_s - origin_s
        moved = [0] * BINS
        for start, end, count in self.series():
            moved[bin_of(max((start + end) / 2 - origin_s, 0.0))] += count
        while moved and moved[-1] == 0:
            moved.pop()
        self.counts, self.origin_s = moved, origin_s
        self.first_s = max(int(self.first_s + shift), 0)
        self.latest = [max(int(age + shift), 0) for age in self.latest]

    def total(self, until_s: float | None = None) -> int:
        """How many there were, in bins that begin by Unix time `until_s`."""
        if until_s is None:
            return sum(self.counts)
        return sum(count for start, _, count in self.series() if start <= until_s)

    def since(self, from_s: float) -> float:
        """How many there were after Unix time `from_s`; a bin that straddles it counts in proportion."""
        return sum(count * min(max((end - from_s) / (end - start), 0.0), 1.0) for start, end, count in self.series())

    def series(self) -> list[tuple[float, float, int]]:
        """(Unix time of the bin's begin, of its end, count), in order of time, empty bins included."""
        origin = self.origin_s or 0.0
        return [
            (origin + float(EDGES_S[i]), origin + float(EDGES_S[i + 1]), count) for i, count in enumerate(self.counts)
        ]


def bin_of(age_s: float) -> int:
    """The bin of an age in seconds.

    >>> bin_of(0), bin_of(3_600), bin_of(10**9)
    (0, 53, 143)
    """
    return min(int(math.log1p(age_s / KNEE_S) / _LOG_GROWTH), BINS - 1)


_LOG_GROWTH: Final = math.log(GROWTH)

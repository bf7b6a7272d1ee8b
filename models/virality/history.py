"""How often a post was spread over time, in bounded memory: a count series that gets coarser as it gets longer."""

from typing import Final

import msgspec

BUCKETS: Final = 64
FINEST_S: Final = 15


class History(msgspec.Struct, array_like=True):
    """Counts in at most 64 buckets of `width_s` = 15 s · 2^k, aligned to Unix time.

    When the series grows beyond 64 buckets, neighbours are merged and `width_s` doubles. The result depends on what
    was added, not on the order in which it was added.

    >>> history = History()
    >>> history.add(0); history.add(16); history.add(14)
    >>> history.series()
    [(0, 2), (15, 1)]
    >>> history.add(3_600); history.width_s, history.total()
    (60, 4)
    """

    width_s: int = FINEST_S
    first: int = 0
    counts: list[int] = []

    def copy(self) -> "History":
        return History(self.width_s, self.first, list(self.counts))

    def add(self, at_s: float, count: int = 1) -> None:
        """Counts `count` at Unix time `at_s`."""
        if not self.counts:
            self.first, self.counts = int(at_s // self.width_s), [count]
            return
        while self._span(int(at_s // self.width_s)) > BUCKETS:
            self._coarsen()
        index = int(at_s // self.width_s)
        if index < self.first:
            self.counts[:0] = [0] * (self.first - index)
            self.first = index
        elif index >= self.first + len(self.counts):
            self.counts += [0] * (index - self.first - len(self.counts) + 1)
        self.counts[index - self.first] += count

    def total(self, until_s: float | None = None) -> int:
        """How many there were, in buckets that begin by Unix time `until_s`."""
        if until_s is None:
            return sum(self.counts)
        return sum(count for start, count in self.series() if start <= until_s)

    def series(self) -> list[tuple[int, int]]:
        """(Unix time of the bucket's begin, count), in order of time, empty buckets included."""
        return [((self.first + i) * self.width_s, count) for i, count in enumerate(self.counts)]

    def _span(self, index: int) -> int:
        return max(self.first + len(self.counts) - 1, index) - min(self.first, index) + 1

    def _coarsen(self) -> None:
        padded = [0] * (self.first % 2) + self.counts
        padded += [0] * (len(padded) % 2)
        self.counts = [padded[i] + padded[i + 1] for i in range(0, len(padded), 2)]
        self.first //= 2
        self.width_s *= 2

"""What was seen in the last hours: a fixed number of short fingerprints, by five minutes."""

from array import array
from typing import Final

import msgspec

from models.counts import BinCounts

_BIN_MIN: Final = 5
_MASKS: Final = {"H": 0xFFFF, "I": 0xFFFFFFFF}


class Recent(msgspec.Struct, array_like=True):
    """The keys that were seen last, each by the low 16 (`code` "H") or 32 ("I") bits of its hash, the oldest first.

    Nothing that is kept is missed. A key that was never seen is taken for one of n that are kept with probability
    n / 65,536 (or n / 2³²): one in 256 where 256 are kept, one in 3,000 where twenty are. Times are minutes since the
    epoch, rounded down to five.

    >>> recent = Recent()
    >>> recent.add(7, 100, cap=2), recent.add(8, 101, cap=2), recent.add(9, 140, cap=2)
    (None, None, None)
    >>> recent.count(7), recent.count(8), recent.since(140)
    (0, 1, 1)
    """

    bins: BinCounts = msgspec.field(default_factory=BinCounts)
    """How many of the fingerprints belong to each five minutes."""
    prints: bytes = b""
    code: str = "H"

    def copy(self) -> "Recent":
        return Recent(self.bins.copy(), self.prints, self.code)

    def count(self, key: int) -> int:
        """How often it is kept."""
        return array(self.code, self.prints).count(key & _MASKS[self.code])

    def add(self, key: int, minute: int, *, cap: int) -> None:
        """Keeps a key, seen at `minute`; of more than `cap` the oldest goes."""
        at = minute // _BIN_MIN
        prints = array(self.code, self.prints)
        self.bins.add(at, 1, keep=max(at, self._last) + 1)
        prints.insert(len(prints) - int(self.bins.total(at + 1, self._last)), key & _MASKS[self.code])
        if len(prints) > cap:
            del prints[0]
            oldest = next(index for index, count in enumerate(self.bins.bins) if count)
            self.bins.bins[oldest] -= 1
        self.prints = prints.tobytes()

    def touch(self, key: int, minute: int, *, cap: int) -> bool:
        """Keeps a key once, as seen at `minute`; whether it was kept before."""
        prints = array(self.code, self.prints)
        known = (key & _MASKS[self.code]) in prints
        if known:
            place = prints.index(key & _MASKS[self.code])
            del prints[place]
            self.prints = prints.tobytes()
            self._lessen(place)
        self.add(key, minute, cap=cap)
        return known

    def since(self, minute: int) -> int:
        """How many were seen from `minute` on."""
        return int(self.bins.total(minute // _BIN_MIN, self._last))

    def different_since(self, minute: int) -> int:
        """How many different ones were."""
        count = self.since(minute)
        return len(set(array(self.code, self.prints)[-count:])) if count else 0

    def forget(self, before: int) -> None:
        """Drops what was seen before `before`, by whole five minutes."""
        first = before // _BIN_MIN
        gone = int(self.bins.total(self.bins.start, first - 1))
        if gone:
            self.prints = array(self.code, self.prints)[gone:].tobytes()
        self.bins.forget(first)

    @property
    def _last(self) -> int:
        return self.bins.start + len(self.bins.bins) - 1

    def _lessen(self, place: int) -> None:
        for index, count in enumerate(self.bins.bins):
            place -= int(count)
            if place < 0:
                self.bins.bins[index] -= 1
                return

"""Who comes again? Two small sketches of many hashes: the few that come most often, and how many come again at all."""

from collections.abc import Iterable
from struct import unpack
from typing import Final

import msgspec

from models.counts import pair, place

BITS: Final = 768
"""How many bits remember who was seen."""
_FULL: Final = 0.7
"""From this part of them on, only every second hash is asked about: a set of bits that are all set tells nothing."""
_SHORT: Final = 0xFFFF


class Busiest(msgspec.Struct, array_like=True):
    """The hashes that come most often, and the newest, in at most `cap` counters; of each hash 16 bits, packed.

    The oldest of the rarest gives way, and what it had is forgotten: nothing is overstated. A hash that comes again
    among the next `cap` new ones stays.

    >>> busiest = Busiest()
    >>> [busiest.add(each, cap=3) for each in (7, 7, 1, 2, 3, 7)]
    [False, True, False, False, False, True]
    >>> busiest.top(1), busiest.repeated()
    (3, (1, 3))
    """

    keys: bytes = b""
    counts: list[int] = []

    def copy(self) -> "Busiest":
        return Busiest(self.keys, list(self.counts))

    def add(self, key: int, *, cap: int) -> bool:
        """Counts `key`; whether it was one of those that are remembered."""
        keys, counts, short = self.keys, self.counts, pair(key)
        at = place(keys, short)
        if at >= 0:
            counts[at] += 1
            return True
        if len(counts) >= cap:
            first = counts.index(1 if 1 in counts else min(counts))
            del counts[first]
            keys = keys[: 2 * first] + keys[2 * first + 2 :]
        self.keys = keys + short
        counts.append(1)
        return False

    def hashes(self) -> list[int]:
        """What is remembered, the oldest first."""
        return list(unpack(f">{len(self.counts)}H", self.keys))

    def top(self, n: int) -> int:
        """The counts of the `n` heaviest, summed."""
        return sum(sorted(self.counts, reverse=True)[:n])

    def repeated(self) -> tuple[int, int]:
        """(how many hashes were counted more than once, their counts summed)."""
        counts = [count for count in self.counts if count > 1]
        return len(counts), sum(counts)


class Again(msgspec.Struct, array_like=True):
    """How many of many hashes came again, however many different ones there are: linear counting (Whang et al. 1990).

    Each hash sets one of 768 bits. With a part f of the bits set, a new hash finds its own set with the probability f:
    so a hash that finds it set counts 1, and one that does not -f / (1 - f), which is 0 in the mean for new ones. When
    too many bits are set, all are forgotten: then those who come again are counted too few rather than too many.

    >>> from models.counts import key32
    >>> again = Again()
    >>> for each in (*range(300), *range(100)): again.add(key32(str(each)))
    >>> round(again.total / 100, 1)
    1.1
    """

    bits: bytearray = msgspec.field(default_factory=bytearray)
    filled: int = 0
    level: int = 0
    """One hash in 2^level is asked about, and counts for as many."""
    total: int | float = 0

    def copy(self) -> "Again":
        return Again(bytearray(self.bits), self.filled, self.level, self.total)

    def begin(self, keys: Iterable[int]) -> None:
        """Remembers hashes that were all different, and whose repeats are in the total already."""
        total = self.total
        for key in keys:
            self.add(key)
        self.total = total

    def add(self, key: int) -> None:
        """Takes in one hash, by its low 16 bits."""
        turn, bit = divmod(key & _SHORT, BITS)
        each = 1 << self.level
        if turn & (each - 1):
            return
        bits, filled = self.bits, self.filled
        if not bits:
            bits = self.bits = bytearray(BITS // 8)
        at, mask = bit >> 3, 1 << (bit & 7)
        if bits[at] & mask:
            self.total += each
            return
        self.total -= filled / (BITS - filled) * each
        bits[at] |= mask
        self.filled = filled + 1
        if filled >= _FULL * BITS:
            self.bits, self.filled, self.level = bytearray(BITS // 8), 0, min(self.level + 1, 6)

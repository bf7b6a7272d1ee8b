"""Small accumulators with a bound: counts in equal bins of time, hashes of names, and the largest."""

from collections.abc import Mapping
from hashlib import blake2b

import msgspec


def key32(text: str) -> int:
    """A 32-bit hash of `text` that is the same in every process (BLAKE2b); small in a state, good for sets of hundreds.

    >>> key32("acme") == key32("acme")
    True
    """
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")


def triples(packed: bytes) -> list[bytes]:
    """What `packed` holds, three bytes each.

    >>> triples(b"abcdef")
    [b'abc', b'def']
    """
    return [packed[at : at + 3] for at in range(0, len(packed), 3)]


def triple(hashed: int) -> bytes:
    """The low 24 bits of a hash: among a hundred others one in 170,000 is taken for another.

    >>> triple(0x01020304)
    b'\\x02\\x03\\x04'
    """
    return (hashed & 0xFFFFFF).to_bytes(3, "big")


def pair(hashed: int) -> bytes:
    """The low 16 bits of a hash: among thirty others one in 2,000 is taken for another.

    >>> pair(0x01020304)
    b'\\x03\\x04'
    """
    return (hashed & 0xFFFF).to_bytes(2, "big")


def place(packed: bytes, wanted: bytes) -> int:
    """Which of the pairs in `packed` is the first that is `wanted`; -1: none.

    >>> place(b"abcdcb", b"cd"), place(b"abcdcb", b"bc")
    (1, -1)
    """
    at = packed.find(wanted)
    while at > 0 and at & 1:
        at = packed.find(wanted, at + 1)
    return at >> 1


class BinCounts(msgspec.Struct, array_like=True):
    """Counts in consecutive bins, dense, of which the oldest fall off. A bin is numbered from the epoch.

    >>> counts = BinCounts()
    >>> counts.add(100, 2, keep=5), counts.add(103, 1, keep=5), counts.add(90, 1, keep=5)
    (True, True, False)
    >>> counts.total(100, 103), counts.total(101, 102), counts.at(103)
    (3, 0, 1)
    """

    start: int = 0
    bins: list[int | float] = []
    # Whole numbers stay whole when they are decoded: a byte each instead of nine.

    def copy(self) -> "BinCounts":
        return BinCounts(self.start, self.bins.copy())

    def add(self, index: int, count: float, *, keep: int) -> bool:
        """Adds to one bin and keeps the last `keep`; False where the bin has fallen off already."""
        bins = self.bins
        if not bins:
            self.start = index
        offset = index - self.start
        if offset < 0:
            if offset <= len(bins) - keep - 1:
                return False
            bins[:0] = [0] * -offset
            self.start, offset = index, 0
        elif offset >= len(bins):
            self._extend(offset + 1 - len(bins), keep)
            offset = index - self.start
        self.bins[offset] += count
        return True

    def _extend(self, missing: int, keep: int) -> None:
        bins = self.bins
        if missing >= keep:  # a long silence: nothing of the old stays
            self.start += len(bins) + missing - keep
            self.bins = [0] * keep
            return
        bins.extend([0] * missing)
        surplus = len(bins) - keep
        if surplus > 0:
            del bins[:surplus]
            self.start += surplus

    def forget(self, before: int) -> None:
        """Drops the bins before `before`, so that a quiet brand keeps nothing."""
        surplus = min(before - self.start, len(self.bins))
        if surplus > 0:
            del self.bins[:surplus]
            self.start += surplus

    def at(self, index: int) -> float:
        """The count of one bin; 0 outside."""
        offset = index - self.start
        return self.bins[offset] if 0 <= offset < len(self.bins) else 0

    def span(self, first: int, end: int) -> list[int | float]:
        """The counts of the bins from `first` to `end`, excluded; 0 outside."""
        low, high = first - self.start, end - self.start
        inside = self.bins[max(0, low) : max(0, high)]
        if len(inside) == end - first:
            return inside
        before = min(end - first, max(0, -low))
        return [0] * before + inside + [0] * (end - first - before - len(inside))

    def total(self, first: int, last: int) -> float:
        """The sum over the bins from `first` to `last`, both included."""
        low = max(0, first - self.start)
        high = last - self.start + 1
        return sum(self.bins[low:high]) if high > low else 0


def top(counts: Mapping[str, int], limit: int) -> tuple[tuple[str, int], ...]:
    """The `limit` largest, in an order that does not depend on how they came in.

    >>> top({"b": 1, "a": 1, "c": 5}, 2)
    (('c', 5), ('a', 1))
    """
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit])

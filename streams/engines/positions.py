"""How far a worker has read each partition, and what a record's offset says about it."""

from enum import Enum


class Arrival(Enum):
    """What the next record of a partition is."""

    NEXT = "the one that was expected"
    REPEAT = "one that has been taken in"
    GAP = "a later one: something in between was not seen"


class Positions:
    """The next offset expected per partition.

    Faust can drop a record on its way, around the seek that follows a recovery, and would then commit past it. Offsets
    tell: a topic that is neither compacted nor transactional has no holes.

    >>> positions = Positions()
    >>> positions.start(0, 5)
    >>> [positions.admit(0, offset).name for offset in (5, 5, 7, 6)]
    ['NEXT', 'REPEAT', 'GAP', 'NEXT']
    >>> positions.start(0, 9)
    >>> positions.admit(0, 9).name
    'NEXT'
    """

    def __init__(self) -> None:
        self._next: dict[int, int] = {}

    def knows(self, partition: int) -> bool:
        return partition in self._next

    def start(self, partition: int, offset: int) -> None:
        """Says what is expected next: at an assignment, or after a hole that stands in the log itself."""
        self._next[partition] = offset

    def expected(self, partition: int) -> int:
        return self._next[partition]

    def admit(self, partition: int, offset: int) -> Arrival:
        """Judges a record, and moves on unless there is a gap before it."""
        expected = self._next[partition]
        if offset < expected:
            return Arrival.REPEAT
        if offset > expected:
            return Arrival.GAP
        self._next[partition] = offset + 1
        return Arrival.NEXT

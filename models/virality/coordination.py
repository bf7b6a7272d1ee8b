"""Does the spreading look coordinated? Bounded counters, fed share by share, and a score with its reasons.

Coordination is discounted in the severity and *told*; nothing is ever filtered for it. Five signs, each of them rare
in organic cascades: few accounts do most of the sharing; handles are one stem with a serial number; shares come at
identical intervals; accounts are new or have no followers.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from models.records import Coordination

HEAVY: Final = 8
"""How many accounts, and how many stems of handles, are counted (Misra and Gries 1982: the heaviest are kept)."""
ENOUGH: Final = 10
"""With fewer shares than this nothing is said about coordination."""
YOUNG_S: Final = 30 * 86_400
_SERIAL: Final = re.compile(r"^(.*?)[._-]?\d{3,}$", re.DOTALL)


class Heavy(msgspec.Struct, array_like=True):
    """The heaviest of many hashes: at most 8 counters; a count is too low by at most total / 9.

    >>> heavy = Heavy()
    >>> for each in (7, 7, 7, 1, 2): heavy.add(each)
    >>> heavy.top(1)
    3
    """

    keys: list[int] = []
    counts: list[int] = []

    def copy(self) -> "Heavy":
        return Heavy(list(self.keys), list(self.counts))

    def add(self, key: int) -> None:
        if key in self.keys:
            self.counts[self.keys.index(key)] += 1
        elif len(self.keys) < HEAVY:
            self.keys.append(key)
            self.counts.append(1)
        else:
            kept = [(k, c - 1) for k, c in zip(self.keys, self.counts, strict=True) if c > 1]
            self.keys, self.counts = [k for k, _ in kept], [c for _, c in kept]

    def top(self, n: int) -> int:
        """The counts of the `n` heaviest, summed."""
        return sum(sorted(self.counts, reverse=True)[:n])


class Signs(msgspec.Struct, array_like=True):
    """What is counted for the score, in less than 200 bytes. Times are Unix seconds."""

    shares: int = 0
    accounts: Heavy = msgspec.field(default_factory=Heavy)
    stems: Heavy = msgspec.field(default_factory=Heavy)
    gaps: int = 0
    same_gaps: int = 0
    last_s: int = 0
    last_gap_s: int = 0
    known: int = 0
    lonely: int = 0
    dated: int = 0
    young: int = 0

    def copy(self) -> "Signs":
        fresh = Signs(*(getattr(self, name) for name in self.__struct_fields__))
        fresh.accounts, fresh.stems = self.accounts.copy(), self.stems.copy()
        return fresh

    def add(self, at_s: int, account: int, stem: int | None, followers: int | None, age_s: int | None) -> None:
        """One share: its time, the hash of its author, the hash of the handle's stem where it ends in a serial."""
        self.shares += 1
        self.accounts.add(account)
        if stem is not None:
            self.stems.add(stem)
        if followers is not None:
            self.known += 1
            self.lonely += followers < 5
        if age_s is not None:
            self.dated += 1
            self.young += age_s < YOUNG_S
        self._gap(at_s)

    def _gap(self, at_s: int) -> None:
        gap = at_s - self.last_s
        # Gaps below five seconds repeat by chance in every fast cascade.
        if self.shares > 1 and gap >= 5:
            self.gaps += 1
            self.same_gaps += abs(gap - self.last_gap_s) == 0
        self.last_gap_s, self.last_s = gap, at_s


def stem(handle: str) -> str | None:
    """The handle without its serial number; None where it has none of three digits or more.

    >>> stem("truth_fan_00123"), stem("anna"), stem("route66")
    ('truth_fan', None, None)
    """
    found = _SERIAL.match(handle)
    return None if found is None else found.group(1).casefold()


def judge(signs: Signs) -> Coordination | None:
    """The score, 0 to 1, with its reasons; None while there is too little to say anything.

    Each sign grows from 0 at its organic level to 1 at its blatant one; signs add up like independent doubts:
    1 - Π (1 - sign).
    """
    if signs.shares < ENOUGH:
        return None
    found = [
        # One share per account leaves 3 / n to the top three; n = 10 gives 0.3.
        ("few-accounts", signs.accounts.top(3), signs.shares, 0.4, 0.9, 0.9),
        ("serial-handles", signs.stems.top(1), signs.shares, 0.2, 0.6, 0.8),
        ("machine-timing", signs.same_gaps, max(signs.gaps, ENOUGH), 0.2, 0.7, 0.8),
        ("no-followers", signs.lonely, max(signs.known, ENOUGH), 0.4, 0.9, 0.6),
        ("new-accounts", signs.young, max(signs.dated, ENOUGH), 0.3, 0.9, 0.6),
    ]
    doubts = [
        (code, part, whole, _grade(part / whole, low, high) * most) for code, part, whole, low, high, most in found
    ]
    innocent = 1.0
    for *_, doubt in doubts:
        innocent *= 1.0 - doubt
    return Coordination(score=round(1.0 - innocent, 3), reasons=_reasons(doubts))


def _reasons(doubts: Sequence[tuple[str, int, int, float]]) -> tuple[tuple[str, str], ...]:
    ranked = sorted(doubts, key=lambda doubt: -doubt[3])
    return tuple((code, f"{part}/{whole}") for code, part, whole, doubt in ranked if doubt > 0)


def _grade(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)

"""What is counted of a cascade, or of a brand's adverse mentions, to tell whether it looks coordinated. Bounded.

What the counts say is judged in `models/coordination.py`.
"""

import math
import re
from array import array
from collections.abc import Sequence
from typing import Final

import msgspec

from models.rush import Rush
from models.sketches import Again, Busiest

ACCOUNTS: Final = 28
STEMS: Final = 8
"""How many accounts, and how many stems of handles, are counted one by one: those that come most often."""
YOUNG_S: Final = 30 * 86_400
PHRASES: Final = 80
"""How many phrases are remembered, four of each of the last texts: a text that has one of them is a copy."""
_SHORT: Final = 0xFFFF
"""Accounts and phrases are told apart by 16 bits: one account in 2,000 is taken for one of the 28, and one text in 200
for a copy of one of the last. Both are far below what is weighed."""
BLOCK: Final = 16
"""Shares in one second are compared with how many to expect at the pace of so many shares."""
_SERIAL: Final = re.compile(r"^(.*?)[._-]?\d{3,}$", re.DOTALL)


class Signs(msgspec.Struct, array_like=True):
    """What is counted for the score: at most 1,000 bytes. Times are Unix seconds."""

    shares: int = 0
    accounts: Busiest = msgspec.field(default_factory=Busiest)
    again: Again = msgspec.field(default_factory=Again)
    stems: Busiest = msgspec.field(default_factory=Busiest)
    rush: Rush = msgspec.field(default_factory=Rush)
    gaps: int = 0
    same_gaps: int = 0
    last_s: int = 0
    last_gap_s: int = 0
    known: int = 0
    lonely: int = 0
    dated: int = 0
    young: int = 0
    full_minutes: int = 0
    block: tuple[int, int, int] = (0, 0, 0)
    """The shares of the running block: how many, how many of them in the second of the one before, first second."""
    paced: int = 0
    together: int | float = 0
    """Of `paced` shares in full blocks, how many more came in the second of the one before than by chance."""
    texts: int = 0
    copied: int = 0
    phrases: bytes = b""

    def copy(self) -> "Signs":
        fresh = Signs(*(getattr(self, name) for name in self.__struct_fields__))
        fresh.accounts, fresh.stems = self.accounts.copy(), self.stems.copy()
        fresh.again, fresh.rush = self.again.copy(), self.rush.copy()
        return fresh

    def add(
        self,
        at_s: int,
        account: int,
        stem: int | None,
        followers: int | None,
        age_s: int | None,
        *,
        copied: bool = False,
        mention: bool = False,
    ) -> bool:
        """One share: its time, the hash of its author, the hash of the handle's stem where it ends in a serial.

        Whether the account is among those that are known to have shared before.

        `copied`: what `say` told of its text. `mention`: it is no share, but a post of its own, and somebody who has
        trouble may well write a second one.
        """
        self.shares += 1
        # As long as all accounts are known one by one, nothing has to be estimated.
        crowded = len(self.accounts.counts) == ACCOUNTS
        if crowded and not self.again.bits:
            self.again.begin(self.accounts.hashes())
        known = self.accounts.add(account, cap=ACCOUNTS)
        if crowded:
            self.again.add(account)
        else:
            self.again.total += known
        serial = stem is not None and self.stems.add(stem, cap=STEMS)
        lonely, young = followers is not None and followers < 5, age_s is not None and age_s < YOUNG_S
        self.known += followers is not None
        self.lonely += lonely
        self.dated += age_s is not None
        self.young += young
        self.rush.add(at_s, (known and not mention, copied, serial, lonely, young))
        self._time(at_s)
        return known

    def say(self, phrases: Sequence[int]) -> bool:
        """One text, by its phrases (see `models/phrases.py`); one without any is not judged. Whether it is a copy."""
        if not phrases:
            return False
        known, said = array("H", self.phrases), [phrase & _SHORT for phrase in phrases]
        copied = any(phrase in known for phrase in said)
        self.texts += 1
        self.copied += copied
        known.extend(said)
        self.phrases = known[-PHRASES:].tobytes()
        return copied

    @property
    def coarse(self) -> bool:
        """Whether the source tells full minutes only, whose intervals say nothing."""
        return self.full_minutes > self.shares / 2

    def _time(self, at_s: int) -> None:
        gap = at_s - self.last_s
        self.full_minutes += at_s % 60 == 0
        # Gaps below five seconds repeat by chance in every fast cascade.
        if self.shares > 1 and gap >= 5:
            self.gaps += 1
            self.same_gaps += gap == self.last_gap_s
        count, same, first_s = self.block
        count, same, first_s = (1, 0, at_s) if count == 0 else (count + 1, same + (gap == 0), first_s)
        if count == BLOCK:
            # At a steady pace the gaps are exponential: so many of them are shorter than a second.
            chance = 1.0 - math.exp(-(BLOCK - 1) / max(at_s - first_s, 1))
            self.paced += BLOCK - 1
            self.together += same - (BLOCK - 1) * chance
            count = 0
        self.block = (count, same, first_s)
        self.last_gap_s, self.last_s = gap, at_s


def stem(handle: str) -> str | None:
    """The handle without its serial number; None where it has none of three digits or more.

    >>> stem("truth_fan_00123"), stem("anna"), stem("route66")
    ('truth_fan', None, None)
    """
    found = _SERIAL.match(handle)
    return None if found is None else found.group(1).casefold()

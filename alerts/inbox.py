"""What comes to a desk: each record once, and what detectors say when the log has reached its time."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from models.records import Judged, Signal

Said = Signal | Judged
"""What detectors say."""

RECENT: Final = 512
"""How many record ids are remembered, as 64-bit hashes: a repeat is withheld as a duplicate, without a word."""
PENDING: Final = 256
"""How many may wait for their time."""


class Inbox:
    """The ids of what was taken in, and what waits."""

    def __init__(self, recent: tuple[int, ...], pending: tuple[Said, ...]) -> None:
        self.recent = recent
        self.pending = pending

    def is_new(self, record_id: str) -> bool:
        raw = record_id.encode("utf-8", "surrogatepass")
        hashed = int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "big")
        if hashed in self.recent:
            return False
        self.recent = (*self.recent, hashed)[-RECENT:]
        return True

    def wait(self, said: Said) -> Said | None:
        """Keeps a record until its time; of too many, the first is handed back, to join early."""
        waiting = sorted([*self.pending, said], key=lambda each: (each.at, each.id))
        early = waiting.pop(0) if len(waiting) > PENDING else None
        self.pending = tuple(waiting)
        return early

    def ready(self, now: datetime) -> Iterator[Said]:
        """What waited, and whose time has come, in the order of their times."""
        while self.pending and self.pending[0].at <= now:
            first, *others = self.pending
            self.pending = tuple(others)
            yield first

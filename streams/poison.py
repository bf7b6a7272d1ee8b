"""Says in an agent's log that a stage or a source gives records up: where and why, and never what they say."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from models.clock import Clock
from models.records import Dead, Topic
from streams.publish import Outgoing

_LOG: Final = logging.getLogger(__name__)
_EVERY_S: Final = 60.0
_TOPICS: Final = frozenset(topic.value for topic in Topic)
_TOLD_ELSEWHERE: Final = "undelivered"
"""An alert that has reached nobody: the outbox says so, and to whom."""


@dataclass(slots=True)
class _Told:
    """Of one reason: when it was last told, and what has come since."""

    at: float
    more: int = 0
    last: str = ""


class PoisonLog:
    """One warning for the first record of each reason, and then, once a minute at most, how many more there were.

    A stream of poison is one line a minute and reason, not one a record.
    """

    def __init__(self, stage: str, clock: Clock) -> None:
        """`stage` says who gives up: a stage, or `source NAME`."""
        self._stage = stage
        self._clock = clock
        self._told: dict[str, _Told] = {}

    def take(self, outgoing: Iterable[Outgoing]) -> None:
        """Dead letters among what a stage has published."""
        for letter in (out.emit.record for out in outgoing):
            if isinstance(letter, Dead) and letter.reason != _TOLD_ELSEWHERE:
                self.given_up(letter.reason, _where(letter.origin))

    def given_up(self, reason: str, where: str = "") -> None:
        """One record; `where` it stood is told, and says nothing of what stands in it."""
        self.tell()
        told = self._told.get(reason)
        if told is not None:
            told.more, told.last = told.more + 1, where
            return
        _LOG.warning("%s: a record is given up (%s)%s; see `tocsin dead`", self._stage, reason, _at(" at ", where))
        self._told[reason] = _Told(self._clock.monotonic())

    def tell(self) -> None:
        """Says what has come since the last line, where that is a minute ago."""
        now = self._clock.monotonic()
        for reason, told in list(self._told.items()):
            if now - told.at < _EVERY_S:
                continue
            if not told.more:
                del self._told[reason]
                continue
            self._tell(reason, told)
            self._told[reason] = _Told(now)

    def finish(self) -> None:
        """Says what has come since the last line: nothing will come any more."""
        for reason, told in self._told.items():
            if told.more:
                self._tell(reason, told)
        self._told.clear()

    def _tell(self, reason: str, told: _Told) -> None:
        last = _at(", the last at ", told.last)
        _LOG.warning("%s: %d more given up (%s)%s", self._stage, told.more, reason, last)


def _at(words: str, where: str) -> str:
    return f"{words}{where}" if where else ""


def _where(origin: str) -> str:
    """Topic, partition and offset. Of a state that fails, stage and partition: its key may be what the public wrote.

    >>> _where("posts/3/41"), _where("spikes/3/acme/shop@2026-01-01T00:00:00")
    ('posts/3/41', 'spikes/3')
    """
    parts = origin.split("/")
    return "/".join(parts[: 3 if parts[0] in _TOPICS else 2])

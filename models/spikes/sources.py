"""Which sources bring a brand's mentions, and which of them has fallen silent: what those leave out is no calm."""

from collections.abc import Callable
from typing import Final

import msgspec

_SOURCES: Final = 8
_NAME: Final = 40
_SHARE: Final = 0.2
"""A source that brings less of a brand's mentions than this leaves no hole that matters."""
_ENOUGH: Final = 24.0
_YOUNG_MIN: Final = 3 * 1_440.0
"""A source is judged when it has brought so many mentions, and for so long."""
_TIMES: Final = 2.0
_LEAST_MIN: Final = 60.0
"""Silent is who has said nothing for so many times the longest gap so far, and for an hour at least."""
_HALF_LIFE_MIN: Final = 14 * 1_440.0
_GONE_MIN: Final = 7 * 1_440.0
"""A source that was silent for a week is not expected back."""


class Source(msgspec.Struct, array_like=True):
    """One source, by the brand's own clock (see `Sources`)."""

    since: float
    last: float
    """When it was heard first, and last."""
    heard: float = 0.0
    """Its mentions, with a half-life of two weeks."""
    gap: float = 0.0
    """Its longest gap, with the same half-life."""

    @property
    def limit(self) -> float:
        """How long it may be silent."""
        return max(_LEAST_MIN, _TIMES * self.gap)

    @property
    def young(self) -> bool:
        return self.heard < _ENOUGH or self.last - self.since < _YOUNG_MIN


class Sources(msgspec.Struct, array_like=True):
    """At most eight sources of a brand, and when each was last heard.

    Gaps are measured on the brand's own clock, which runs faster in its busy hours and slower in its quiet ones, so
    that a night is no longer than a lunch break (time rescaling: the gaps of a source are then about alike). The
    longest gap of late is the yardstick. It needs no law of the counts: of n independent exponential gaps remembered,
    the next one exceeds twice the longest with a probability of about 2/n². A gap that was too long counts as the
    limit: weekends become usual after a few, one outage doubles the patience at most.
    """

    clock: float = 0.0
    """Minutes as the brand's public lives them."""
    at: int = 0
    """The minute to which the clock was moved."""
    known: dict[str, Source] = {}

    def copy(self) -> "Sources":
        return Sources(self.clock, self.at, {name: msgspec.structs.replace(s) for name, s in self.known.items()})

    def pass_to(self, minute: int, pace: Callable[[int], float]) -> None:
        """Lets time pass; `pace(minute)` is how busy that hour is, 1 on average."""
        if not self.at:
            self.at = minute
        while self.at < minute:
            end = min(minute, (self.at // 60 + 1) * 60)
            self.clock += (end - self.at) * pace(self.at)
            self.at = end
        self.known = {name: s for name, s in self.known.items() if self.clock - s.last < _GONE_MIN}

    def hear(self, name: str) -> None:
        """A mention in time has come from this source."""
        name = name[:_NAME]
        source = self.known.get(name)
        if source is None:
            self._make_room()
            source = self.known[name] = Source(self.clock, self.clock)
        gap = self.clock - source.last
        keep = 0.5 ** (gap / _HALF_LIFE_MIN)
        source.gap = max(keep * source.gap, gap if source.young else min(gap, source.limit))
        source.heard = keep * source.heard + 1.0
        source.last = self.clock

    def silent(self) -> tuple[str, ...]:
        """The sources that normally bring a fifth of the mentions, and have been silent for far too long."""
        total = sum(source.heard for source in self.known.values())
        return tuple(
            name
            for name, source in self.known.items()
            if self.clock - source.last > source.limit and not source.young and source.heard >= _SHARE * total
        )

    def _make_room(self) -> None:
        if len(self.known) >= _SOURCES:
            del self.known[min(self.known, key=lambda name: (self.known[name].heard, name))]

"""When a recipient wants to hear of what: quiet hours, the night's budget, and when the digest may come. Pure."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from alerts.localtime import Window, next_time
from alerts.policy import DRILL
from models.records import Severity

_UTC: Final = ZoneInfo("UTC")
_NIGHT: Final = Window(time(22), time(7))
_WAITS: Final = 4
"""Quiet hours and nights that follow each other without end must not hold the digest for ever."""


def is_drill(brand: str) -> bool:
    """Whether an incident is an exercise, which is never held back nor counted."""
    return brand.startswith(DRILL)


@dataclass(frozen=True, slots=True)
class Contacts:
    """The channels by which a recipient is reached, and those in addition when it is urgent or P1."""

    channels: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()

    @property
    def usual(self) -> tuple[str, ...]:
        """Who has urgent contacts alone is reached by them: better than not at all."""
        return self.channels or self.urgent

    def for_call(self, *, urgent: bool) -> tuple[str, ...]:
        """
        >>> Contacts(("mail",), ("sms", "mail")).for_call(urgent=True)
        ('mail', 'sms')
        """
        return tuple(dict.fromkeys((*self.usual, *self.urgent))) if urgent else self.usual


class Tonight(msgspec.Struct, array_like=True, frozen=True):
    """How many messages below P1 a night has brought so far; a night is named by its end.

    >>> from datetime import UTC
    >>> one, two = (datetime(2026, 1, day, 7, tzinfo=UTC) for day in (1, 2))
    >>> spent = Tonight().one_more(one).one_more(one)
    >>> spent.of(one), spent.of(two)
    (2, 0)
    """

    night: datetime | None = None
    messages: int = 0

    def of(self, night: datetime) -> int:
        """Those of one night. Of an earlier night than the last nothing is known any more: it counts as the last."""
        return self.messages if self.night is not None and night <= self.night else 0

    def one_more(self, night: datetime) -> "Tonight":
        return Tonight(night if self.night is None else max(night, self.night), self.of(night) + 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One recipient's wishes; the defaults hold nothing back. Times are wall-clock times of `zone`."""

    zone: ZoneInfo = _UTC
    quiet: Window | None = None
    breaks_from: Severity = Severity.P1
    night: Window = _NIGHT
    night_budget: int | None = None
    digest_at: time = time(9)
    digest: bool = False

    def quiet_at(self, at: datetime) -> datetime | None:
        """Until when the quiet hours last that a moment falls into; None outside of them."""
        span = None if self.quiet is None else self.quiet.around(at, self.zone)
        return None if span is None else span[1]

    def night_at(self, at: datetime) -> datetime | None:
        """The end of the night that a moment falls into; None by day, and where messages are not counted."""
        span = None if self.night_budget is None else self.night.around(at, self.zone)
        return None if span is None else span[1]

    def awake(self, at: datetime) -> datetime:
        """The first moment, from `at` on, that is neither quiet nor counted; `at` itself where there is none."""
        moment = at
        for _ in range(_WAITS):
            ends = [end for end in (self.quiet_at(moment), self.night_at(moment)) if end is not None]
            if not ends:
                return moment
            moment = max(ends)
        return at

    def digest_due(self, at: datetime, until: datetime | None = None) -> datetime:
        """When the digest comes for what is held at a moment: at `digest_at`, or when what holds it back is over
        (`until`), whichever is earlier; and never in quiet hours, or at night where messages are counted.

        >>> from datetime import UTC
        >>> Rule(quiet=Window(time(22), time(7))).digest_due(datetime(2026, 1, 1, 23, tzinfo=UTC)).isoformat()
        '2026-01-02T09:00:00+00:00'
        """
        daily = self.awake(next_time(self.digest_at, at, self.zone))
        return daily if until is None else min(daily, self.awake(until))

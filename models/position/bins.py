"""The hours or days of a period, in a time zone."""

import math
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from models.position.figures import Bin, Period
from models.records import Mention

HOURLY: Final = timedelta(days=2)
"""Periods up to this long are told by the hour, longer ones by the day."""
_HOUR: Final = timedelta(hours=1)


class Bins:
    """Mentions by the hour or the day, dense: nothing was said where nothing was counted."""

    def __init__(self, period: Period, zone: tzinfo) -> None:
        self.step = "hour" if period.length <= HOURLY else "day"
        self._period = period
        self._zone = zone
        self._edges = _hours(period, zone) if self.step == "hour" else _days(period, zone)
        self._first = self._edges[0].astimezone(UTC)
        self._counts = [[0, 0, 0, 0] for _ in self._edges[1:]]

    def add(self, mention: Mention, label: str) -> None:
        """One mention of the period."""
        at = mention.post.created_at
        if self.step == "hour":
            index = (at - self._first) // _HOUR
        else:
            index = (at.astimezone(self._zone).date() - self._edges[0].date()).days
        counts = self._counts[index]
        for each, more in enumerate((1, label == "positive", label == "negative", mention.adverse)):
            counts[each] += more

    def series(self) -> tuple[Bin, ...]:
        """By time."""
        edges = zip(self._edges, self._edges[1:], self._counts, strict=False)
        return tuple(
            Bin(
                at=start,
                mentions=counts[0],
                positive=counts[1],
                negative=counts[2],
                adverse=counts[3],
                partial=start.astimezone(UTC) < self._period.since or end.astimezone(UTC) > self._period.until,
            )
            for start, end, counts in edges
        )


def _hours(period: Period, zone: tzinfo) -> list[datetime]:
    # In absolute time: where clocks are set back, an hour that comes twice is two.
    first = period.since.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    number = math.ceil((period.until.astimezone(UTC) - first) / _HOUR)
    return [(first + hour * _HOUR).astimezone(zone) for hour in range(number + 1)]


def _days(period: Period, zone: tzinfo) -> list[datetime]:
    first = period.since.astimezone(zone).date()
    last = (period.until - timedelta(microseconds=1)).astimezone(zone).date()
    days = range((last - first).days + 2)
    return [datetime.combine(first + timedelta(days=day), time(), zone) for day in days]

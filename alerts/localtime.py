"""Wall clocks and time zones: which moment a local time means, also where the clocks are put forward or back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


def instant(zone: ZoneInfo, local: datetime) -> datetime:
    """The moment (UTC) that a naive local time means: the first at which a wall clock shows it, or a later time.

    So a time that comes twice, when clocks are put back, means its first coming; one that never comes, when they are
    put forward, means the moment of the jump. Of two local times the later one is never an earlier moment.

    >>> paris = ZoneInfo("Europe/Paris")
    >>> instant(paris, datetime(2026, 3, 29, 2, 30)).isoformat()
    '2026-03-29T01:00:00+00:00'
    >>> instant(paris, datetime(2026, 10, 25, 2, 30)).isoformat()
    '2026-10-25T00:30:00+00:00'
    """
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if wall(zone, after) == local:
        return after
    before = local.replace(tzinfo=zone, fold=1, microsecond=0).astimezone(UTC)
    after = after.replace(microsecond=0)
    while after - before > _SECOND:  # the jump is between the two: PEP 495, "fold" in a gap
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if wall(zone, middle) < local:
            before = middle
        else:
            after = middle
    return after


def wall(zone: ZoneInfo, at: datetime) -> datetime:
    """What a wall clock shows at a moment: a naive local time."""
    return at.astimezone(zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Window:
    """Daily hours, from `start` until before `end`, by the wall clock. It belongs to the day on which it starts.

    One whose end is not later than its start ends on the next day: `22:00-07:00` is a night, `09:00-09:00` a day.
    """

    start: time
    end: time

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The moments (UTC) between which it is open, for the window of one day; equal where no clock shows it."""
        ends = day if self.start < self.end else day + _DAY
        return instant(zone, datetime.combine(day, self.start)), instant(zone, datetime.combine(ends, self.end))

    def contains(self, clock: time) -> bool:
        """Whether it is open when a wall clock shows a time.

        >>> Window(time(22), time(7)).contains(time(6)), Window(time(22), time(7)).contains(time(7))
        (True, False)
        """
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def around(self, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """The window that is open at a moment, as moments (UTC); None while it is closed.

        >>> night = Window(time(22), time(7))
        >>> night.around(datetime(2026, 1, 2, 3, tzinfo=UTC), ZoneInfo("UTC"))[1].isoformat()
        '2026-01-02T07:00:00+00:00'
        """
        spans = (self.on(day, zone) for day in days_around(at, zone))
        return next((span for span in spans if span[0] <= at < span[1]), None)


def days_around(at: datetime, zone: ZoneInfo) -> Iterator[date]:
    """The local days whose windows may be open at a moment: clocks that are put back at midnight repeat a day's end."""
    today = wall(zone, at).date()
    return (today + _DAY * n for n in (-1, 0, 1))


def next_time(clock: time, after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) later than `after` that a daily local time means."""
    today = wall(zone, after).date()
    comings = (instant(zone, datetime.combine(today + _DAY * n, clock)) for n in range(3))
    return next(coming for coming in comings if coming > after)


def parse_clock(text: str) -> time:
    """A local time such as `09:00`; raises `ValueError` with words for people.

    >>> parse_clock("09:00")
    datetime.time(9, 0)
    """
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError("is no time of day: write it as in 09:00, up to 23:59")
    return time(int(found[1]), int(found[2]))


def parse_window(text: str) -> Window:
    """Hours such as `22:00-07:00`, where 24:00 is midnight; raises `ValueError` with words for people.

    >>> parse_window("08:00-20:00")
    Window(start=datetime.time(8, 0), end=datetime.time(20, 0))
    """
    start, dash, end = (part.strip() for part in text.partition("-"))
    try:
        if not dash:
            raise ValueError
        return Window(parse_clock(start), time(0) if end == "24:00" else parse_clock(end))
    except ValueError:
        raise ValueError("are no hours: write them as in 22:00-07:00") from None


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """A date and time such as `2026-12-24T09:00`, local unless it has an offset; raises `ValueError` with words.

    >>> parse_moment("2026-12-24T09:00", ZoneInfo("Europe/Paris")).isoformat()
    '2026-12-24T08:00:00+00:00'
    """
    try:
        found = datetime.fromisoformat(text)
        if not 2000 <= found.year <= 2200:  # far from where dates overflow
            raise ValueError
    except ValueError:
        raise ValueError("is no date and time: write it as in 2026-12-24T09:00") from None
    return instant(zone, found) if found.tzinfo is None else found.astimezone(UTC)


def parse_date(text: str) -> date:
    """A date such as `2026-01-05`; raises `ValueError` with words for people."""
    try:
        found = date.fromisoformat(text)
        if not 2000 <= found.year <= 2200:
            raise ValueError
    except ValueError:
        raise ValueError("is no date: write it as in 2026-01-05") from None
    return found

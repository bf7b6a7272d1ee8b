"""Local times mean one moment each, also where the clocks change."""

# ruff: noqa: DTZ001 (a local time has no zone of its own)

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.localtime import Window, instant, next_time, parse_clock, parse_date, parse_moment, parse_window, wall

ZONES = [ZoneInfo(name) for name in ("Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")]
PARIS, NEW_YORK = ZONES[:2]
zones = st.sampled_from(ZONES)
locals_ = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(microsecond=0))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("zone", "local", "moment"),
    [
        (PARIS, datetime(2026, 7, 1, 9), utc(2026, 7, 1, 7)),
        (PARIS, datetime(2026, 3, 29, 2, 0), utc(2026, 3, 29, 1)),
        (PARIS, datetime(2026, 3, 29, 2, 59, 59), utc(2026, 3, 29, 1)),
        (PARIS, datetime(2026, 3, 29, 3, 0), utc(2026, 3, 29, 1)),
        (PARIS, datetime(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30)),
        (PARIS, datetime(2026, 10, 25, 3, 0), utc(2026, 10, 25, 2)),
        (NEW_YORK, datetime(2026, 3, 8, 2, 30), utc(2026, 3, 8, 7)),
        (NEW_YORK, datetime(2026, 11, 1, 1, 30), utc(2026, 11, 1, 5, 30)),
        (ZoneInfo("Asia/Kathmandu"), datetime(2026, 1, 1, 5, 45), utc(2026, 1, 1)),
        (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 10, 4, 2, 15), utc(2026, 10, 3, 15, 30)),
        (ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 12), utc(2011, 12, 30, 10)),
    ],
)
def test_a_local_time_means_one_moment(zone: ZoneInfo, local: datetime, moment: datetime) -> None:
    """What comes twice means its first coming; what never comes means the moment at which clocks jump over it."""
    assert instant(zone, local) == moment


@given(zones, locals_)
def test_it_is_the_first_moment_at_which_a_clock_shows_it_or_later(zone: ZoneInfo, local: datetime) -> None:
    """The wall clock shows the time or a later one at that moment, and not a second before."""
    moment = instant(zone, local)
    assert wall(zone, moment) >= local
    assert wall(zone, moment - timedelta(seconds=1)) < local


@given(zones, locals_, locals_)
def test_order_is_kept(zone: ZoneInfo, one: datetime, other: datetime) -> None:
    """Of two local times the later one is never an earlier moment."""
    earlier, later = sorted((one, other))
    assert instant(zone, earlier) <= instant(zone, later)


def test_a_night_is_an_hour_shorter_or_longer_when_clocks_change() -> None:
    """Hours are by the wall clock: the night of the change has 8 or 10 hours in place of 9."""
    night = Window(time(22), time(7))
    lengths = [
        end - start
        for day in (date(2026, 3, 28), date(2026, 7, 1), date(2026, 10, 24))
        for start, end in [night.on(day, PARIS)]
    ]
    assert [length.total_seconds() / 3600 for length in lengths] == [8, 9, 10]


def test_hours_that_no_clock_shows_are_empty() -> None:
    """Between 02:15 and 02:45 nothing is open on the night on which clocks jump from 2 to 3."""
    start, end = Window(time(2, 15), time(2, 45)).on(date(2026, 3, 29), PARIS)
    assert start == end
    assert Window(time(2, 15), time(2, 45)).around(start, PARIS) is None


@given(zones, locals_)
def test_a_window_is_open_between_its_ends_only(zone: ZoneInfo, local: datetime) -> None:
    """What is around a moment contains it; a whole day contains every moment."""
    at = instant(zone, local)
    span = Window(time(22), time(7)).around(at, zone)
    assert span is None or span[0] <= at < span[1]
    assert Window(time(9), time(9)).around(at, zone) is not None


@given(zones, locals_, st.times())
def test_the_next_time_is_within_a_day_or_so(zone: ZoneInfo, local: datetime, clock: time) -> None:
    """The next 09:00 is later than now, and not later than tomorrow's."""
    at = instant(zone, local)
    assert at < next_time(clock, at, zone) <= at + timedelta(hours=26)


@pytest.mark.parametrize("text", ["", "9:00", "24:00", "09.00", "0900", "09:60", "noon", " 09:00"])
def test_what_is_no_time_is_refused_in_words(text: str) -> None:
    """A time of day has two digits for the hour and two for the minute."""
    with pytest.raises(ValueError, match="09:00"):
        parse_clock(text)


def test_hours_are_read() -> None:
    """`22:00-24:00` ends at midnight, spaces do not matter, and nonsense is refused."""
    assert parse_window("22:00-24:00") == Window(time(22), time(0))
    assert parse_window("22:00 - 07:00") == Window(time(22), time(7))
    for text in ("22:00", "22:00-", "-07:00", "22-7", "24:00-07:00", "22:00-07:00-09:00"):
        with pytest.raises(ValueError, match="22:00-07:00"):
            parse_window(text)


def test_dates_and_moments_are_read() -> None:
    """A moment is local unless it says otherwise; what is not a date of this or the last centuries is refused."""
    assert parse_date("2026-01-05") == date(2026, 1, 5)
    assert parse_moment("2026-10-25T02:30", PARIS) == utc(2026, 10, 25, 0, 30)
    assert parse_moment("2026-10-25T02:30+01:00", PARIS) == utc(2026, 10, 25, 1, 30)
    assert parse_moment("2026-12-24", PARIS) == utc(2026, 12, 23, 23)
    for text in ("", "tomorrow", "2026-13-01", "0001-01-01", "9999-12-31"):
        with pytest.raises(ValueError, match="2026-"):
            parse_date(text)
        with pytest.raises(ValueError, match="2026-"):
            parse_moment(text, PARIS)

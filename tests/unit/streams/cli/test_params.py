"""What several commands take for a duration or a moment, and what they refuse of it."""

from datetime import UTC, datetime, timedelta

import click
import pytest

from streams.cli.params import Duration, Moment, moment

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)


@pytest.mark.parametrize("written", ["99999999999d", "9" * 400, "99999999999999999d"])
def test_what_no_calendar_holds_is_no_duration(written: str) -> None:
    """A slip of the finger is a mistake of the call, not an overflow somewhere behind it."""
    with pytest.raises(click.BadParameter, match="thousand years"):
        Duration().convert(written, None, None)


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31T23:59:59", "0001-01-01T00:00+14:00"])
def test_a_moment_at_the_calendars_end_is_refused(written: str) -> None:
    """There one minute more, or another time zone, is an overflow: reports and timelines look at what lies around."""
    with pytest.raises(click.BadParameter, match="calendar"):
        Moment().convert(written, None, None)


def test_an_age_beyond_the_calendar_is_refused() -> None:
    """It is said where it is read, as of any other age that cannot be."""
    with pytest.raises(click.BadParameter, match="thousand years"):
        Moment().convert("99999999999d", None, None)


def test_everything_there_is_can_still_be_asked_for() -> None:
    """Who wants all of the past says an old date, or a great age."""
    assert moment(Moment().convert("99999d", None, None), NOW) == NOW - timedelta(days=99_999)
    assert Moment().convert("1900-01-01", None, None) == datetime(1900, 1, 1, tzinfo=UTC)

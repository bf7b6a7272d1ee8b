"""Kinds of parameters that several commands take: durations and moments."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

_UNITS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0}
_LONGEST_S: Final = 1_000 * 365 * 86_400.0
_YEARS: Final = range(1_000, 9_000)
"""Far from where dates overflow: what is asked for is looked at with what lies around it, in any time zone."""


class Duration(click.ParamType):
    """`90s`, `15m`, `2h`, `7d`, or plain seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)?", str(value).strip().lower())
        if found is None:
            self.fail(f"{value!r} is no duration, such as 90s, 15m or 2h", param, ctx)
        seconds = float(found.group(1)) * _UNITS[found.group(2) or "s"]
        if seconds > _LONGEST_S:
            self.fail(f"{str(value)[:40]!r} is longer than a thousand years", param, ctx)
        return seconds


class Moment(click.ParamType):
    """A moment (`2026-11-22T14:00+01:00`; UTC where it names no zone), or how long ago it was (`90m`, `2h`, `7d`)."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime | timedelta:
        if isinstance(value, datetime | timedelta):
            return value
        text = str(value).strip()
        if re.fullmatch(r"\d+(?:\.\d+)?\s*(s|min|m|h|d)", text.lower()):
            return timedelta(seconds=Duration().convert(text, param, ctx))
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{value!r} is neither a moment, such as 2026-11-22T14:00, nor an age, such as 2h", param, ctx)
        if at.year not in _YEARS:
            self.fail(f"{value!r} lies outside of the calendar", param, ctx)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def has_folder(path: Path, option: str) -> None:
    """Refuses a file that could not be written, before there is work to lose."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise click.BadParameter(f"there is no folder {folder}", param_hint=option)
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise click.BadParameter(f"{path} cannot be written", param_hint=option)


def span(since: datetime | timedelta, until: datetime | timedelta | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when; refuses what ends before it begins."""
    begin, end = moment(since, now), now if until is None else moment(until, now)
    if begin >= end:
        told = f"--since {begin:%Y-%m-%dT%H:%M%z} is not before --until {end:%Y-%m-%dT%H:%M%z}"
        raise click.UsageError(told if until is not None else f"--since {begin:%Y-%m-%dT%H:%M%z} is still to come")
    return begin, end


def moment(value: datetime | timedelta, now: datetime) -> datetime:
    """The moment that a `Moment` means.

    >>> moment(timedelta(hours=2), datetime(2026, 11, 22, 14, tzinfo=UTC)).hour
    12
    """
    return value if isinstance(value, datetime) else now - value

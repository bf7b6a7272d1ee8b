"""What is normal for a brand at this hour of this day: level × time of day × day of week, learned online."""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

_PRIOR_LEVEL: Final = 1.0 / 60.0
"""Counts a minute expected of a brand nobody has heard of: one an hour."""

_FLOOR: Final = 0.25 / 60.0
"""Never expect less than this a minute: at four in the morning, one complaint is no news."""

_MEMORY_H: Final = 100.0
"""The level forgets with this time constant (a half-life of about three days)."""

_HOUR_VARIANCE: Final = 0.25
_DAY_VARIANCE: Final = 0.04
"""How much the factors of time of day and day of week differ among brands, before anything is known of one."""

_HOUR_KEEP: Final = 0.95
_DAY_KEEP: Final = 0.9946
"""What is kept of a factor's past per visit: two weeks of days, and nearly five weeks of hours, as half-lives."""

KNOWN_HOURS: Final = 12
KNOWN_AGE_MIN: Final = 1_440
QUIET_AGE_MIN: Final = 14 * 1_440
SHIFT_HOURS: Final = 24
_SHORT_MIN: Final = 15
_WEEK_MIN: Final = 7 * 1_440
_RELEARN_H: Final = 6.0


def _unit(count: int) -> list[float]:
    return [1.0] * count


def _zero(count: int) -> list[float]:
    return [0.0] * count


class Baseline(msgspec.Struct, array_like=True):
    """The expected count per minute, and how sure we are of it.

    * The *level* is an exponentially weighted mean, of all that was seen while it is young (weight 1/n), with a time
      constant of 100 hours later.
    * The factors of 24 hours (UTC, interpolated between their middles) and 7 days are credibility estimates
      (Bühlmann 1967): what was seen, weighted by what it can tell under over-dispersion, against a prior of 1. A
      young profile is flat, and becomes the brand's own within days.
    * What is learned is clipped at two standard deviations above what was expected, so that a crisis does not become
      the new normal; where the clip has been hit for 24 hours (net), it is a lasting change, and is learned anew
      within half a day.
    * A brand is *known*, and judged, once it was mentioned in 12 different hours and for a day; or, where it is rarely
      mentioned, after two weeks. Before that, silence: a source that starts to deliver looks like a crisis.
    """

    born: int
    """Minute of the first record, since the epoch."""
    level: float = _PRIOR_LEVEL
    heard: int = 0
    """In how many hours the brand was mentioned at all, for or against it."""
    heard_last: int = -1
    """The last of these hours, since the epoch."""
    weight: float = 0.0
    streak: int = 0
    hours: list[float] = msgspec.field(default_factory=lambda: _unit(24))
    hours_known: list[float] = msgspec.field(default_factory=lambda: _zero(24))
    days: list[float] = msgspec.field(default_factory=lambda: _unit(7))
    days_known: list[float] = msgspec.field(default_factory=lambda: _zero(7))

    def copy(self) -> "Baseline":
        return Baseline(
            self.born,
            self.level,
            self.heard,
            self.heard_last,
            self.weight,
            self.streak,
            self.hours.copy(),
            self.hours_known.copy(),
            self.days.copy(),
            self.days_known.copy(),
        )

    def hear(self, minute: int) -> None:
        """The brand was mentioned: a source delivers, whether or not anybody complains."""
        if minute // 60 > self.heard_last:
            self.heard_last = minute // 60
            self.heard += 1

    def known(self, minute: int) -> bool:
        """Whether there is enough past to judge by."""
        age = minute - self.born
        return (self.heard >= KNOWN_HOURS and age >= KNOWN_AGE_MIN) or age >= QUIET_AGE_MIN

    def known_from(self, minute: int) -> tuple[int, int]:
        """From which minute on it will be known, at the earliest and at the latest, as things stand at this minute."""
        latest = self.born + QUIET_AGE_MIN
        missing = max(0, KNOWN_HOURS - self.heard)
        if not missing:
            return (self.born + KNOWN_AGE_MIN,) * 2
        return min(latest, max(self.born + KNOWN_AGE_MIN, minute + missing * 60)), latest

    def rate(self, minute: float) -> float:
        """Expected count per minute around a minute since the epoch."""
        position = minute / 60.0 - 0.5
        hour = math.floor(position)
        share = position - hour
        hours = self.hours
        factor = hours[hour % 24] * (1.0 - share) + hours[(hour + 1) % 24] * share
        expected = self.level * factor * self.days[int(minute // 1_440 + 3) % 7]
        return expected if expected > _FLOOR else _FLOOR

    def pace(self, minute: int) -> float:
        """How busy the hour of this minute is, as far as is known; 1 on average."""
        return self.hours[minute // 60 % 24] * self.days[(minute // 1_440 + 3) % 7]

    def expected(self, first: int, last: int) -> float:
        """Expected count over the minutes from `first` to `last`, excluded.

        Exact for long stretches, since the rate is linear in half-hours; a short one is taken at its middle.
        """
        if last - first > _WEEK_MIN:  # the weeks of a long stretch are alike
            weeks, rest = divmod(last - first, _WEEK_MIN)
            return weeks * self.expected(first, first + _WEEK_MIN) + self.expected(last - rest, last)
        if last - first <= _SHORT_MIN:
            return self.rate((first + last) / 2.0) * (last - first)
        hours, days, level = self.hours, self.days, self.level
        total, at = 0.0, first
        while at < last:  # as `rate` at the middle of each half-hour, without calling it
            hour = at // 60
            per_minute = level * days[(at // 1_440 + 3) % 7]
            here = hours[hour % 24]
            middle = hour * 60 + 30
            if at < middle:
                end = middle if middle < last else last
                share = ((at + end) * 0.5 - middle) / 60.0 + 1.0
                rate = per_minute * (hours[(hour - 1) % 24] * (1.0 - share) + here * share)
                total += (rate if rate > _FLOOR else _FLOOR) * (end - at)
                at = end
            if at < last:
                end = middle + 30 if middle + 30 < last else last
                share = ((at + end) * 0.5 - middle) / 60.0
                rate = per_minute * (here * (1.0 - share) + hours[(hour + 1) % 24] * share)
                total += (rate if rate > _FLOOR else _FLOOR) * (end - at)
                at = end
        return total

    def trailing(self, end: int, lengths: Sequence[int]) -> list[float]:
        """Expected counts of the stretches of these lengths that end at minute `end`, excluded; the shortest first.

        Each adds its own part to the shorter one's.
        """
        total, last, found = 0.0, end, []
        for length in lengths:
            total += self.expected(end - length, last)
            last = end - length
            found.append(total)
        return found

    def doubt(self, minute: int, dispersion: float) -> float:
        """Relative variance of the expected rate itself: what is not known widens what is expected."""
        hour = minute // 60 % 24
        day = (minute // 1_440 + 3) % 7
        hourly = max(self.level, _FLOOR) * 60.0
        level = (dispersion + 1.0 / hourly) / (2.0 * (self.weight + 2.0))
        hours = 1.0 / (self.hours_known[hour] + 1.0 / _HOUR_VARIANCE)
        days = 1.0 / (self.days_known[day] + 1.0 / _DAY_VARIANCE)
        return level + hours + days

    def learn(self, minute: int, count: float, expected: float, minutes: int, dispersion: float) -> None:
        """Takes in a finished stretch (an hour, or one longer bin) that begins at `minute` and was scored before."""
        spread = dispersion + self.doubt(minute, dispersion)
        clip = expected + 2.0 * math.sqrt(expected + spread * expected * expected) + 1.0
        if self.known(minute):
            count = self._clip(count, clip)
            self.weight = min(_MEMORY_H, self.weight + 1.0)
        elif count > 0:
            self.weight = min(_MEMORY_H, self.weight + 1.0)
        day = (minute // 1_440 + 3) % 7
        told = 1.0 / (dispersion + 1.0 / expected)
        ratio = count / expected
        pace = min(minutes / 60.0 / (self.weight + 2.0), 0.8, 0.8 * self.level * minutes / expected)
        level = self.level + pace * (count - expected) / minutes
        day_ratio = min(5.0, ratio * self.days[day])
        for hour in range(minute // 60, (minute + minutes - 1) // 60 + 1) if minutes < 1_440 else ():
            seen = min(5.0, ratio * self.hours[hour % 24])
            _credit(self.hours, self.hours_known, hour % 24, seen, told=told, variance=_HOUR_VARIANCE, keep=_HOUR_KEEP)
        _credit(self.days, self.days_known, day, day_ratio, told=told / 24.0, variance=_DAY_VARIANCE, keep=_DAY_KEEP)
        self.level = max(level, _FLOOR / 4.0)

    def _clip(self, count: float, clip: float) -> float:
        if count <= clip:
            self.streak = 0 if self.streak >= SHIFT_HOURS else max(0, self.streak - 1)
            return count
        self.streak = min(SHIFT_HOURS, self.streak + 1)
        if self.streak < SHIFT_HOURS:
            return clip
        self.weight = min(self.weight, _RELEARN_H)
        return count


def _credit(
    factors: list[float], known: list[float], at: int, ratio: float, *, told: float, variance: float, keep: float
) -> None:
    prior = 1.0 / variance
    past = keep * (factors[at] * (known[at] + prior) - prior)
    known[at] = keep * known[at] + told
    factors[at] = max(0.02, (past + told * ratio + prior) / (known[at] + prior))

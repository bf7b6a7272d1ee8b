"""On-call schedules: who is on duty when, across layers, overrides and daylight-saving changes (`docs/alerting.md`)."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from alerts.localtime import Window, days_around, instant, wall

Rotation = Literal["hours", "daily", "weekly"]

_DAYS: Final = {"daily": 1, "weekly": 7}
_WHOLE_DAY: Final = Window(time(0), time(0))


class Shift(NamedTuple):
    """From `start` until before `end` (UTC) one person is on call, or nobody."""

    start: datetime
    end: datetime
    person: str | None


@dataclass(frozen=True, slots=True)
class Layer:
    """People who take turns. The first turn begins on the day `start` at `handoff`; nobody is on duty before.

    `daily` and `weekly` turns change at the same wall-clock time, whatever the clocks do: one of them is an hour
    longer or shorter. `hours` count elapsed time: after a change of clocks the hand-offs have moved on the wall clock.
    `days` (Monday is 0) and `hours` limit when the layer is on duty; turns go on meanwhile. Hours that pass midnight
    belong to the day on which they start.
    """

    people: tuple[str, ...]
    start: date
    rotation: Rotation = "weekly"
    every: int = 1
    handoff: time = time(9)
    days: frozenset[int] = frozenset()
    hours: Window | None = None

    def on_duty(self, at: datetime, zone: ZoneInfo) -> str | None:
        if not self.people or at < self._turn_start(0, zone):
            return None
        is_open = not self._is_limited or any(start <= at < end for start, end in self._windows(at, zone))
        return self.people[self._turn(at, zone) % len(self.people)] if is_open else None

    def changes(self, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """The moments between `since` and `until` at which somebody else may be on duty; in no order."""
        turn = max(0, self._turn(since, zone))
        while (start := self._turn_start(turn, zone)) < until:
            yield start
            turn += 1
        day = since
        while self._is_limited and day < until + timedelta(days=2):
            for edges in self._windows(day, zone):
                yield from edges
            day += timedelta(days=1)

    @property
    def _is_limited(self) -> bool:
        return bool(self.days) or self.hours is not None

    def _windows(self, at: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """When the layer is open, on the days around a moment."""
        window = self.hours or _WHOLE_DAY
        for day in days_around(at, zone):
            if not self.days or day.weekday() in self.days:
                yield window.on(day, zone)

    def _turn(self, at: datetime, zone: ZoneInfo) -> int:
        """Which turn a moment falls into, from 0; below 0 before the first."""
        if self.rotation == "hours":
            return (at - self._turn_start(0, zone)) // timedelta(hours=self.every)
        turn = (wall(zone, at).date() - self.start).days // (self.every * _DAYS[self.rotation])
        while self._turn_start(turn, zone) > at:
            turn -= 1
        while self._turn_start(turn + 1, zone) <= at:  # clocks put back past midnight repeat the end of a day
            turn += 1
        return turn

    def _turn_start(self, turn: int, zone: ZoneInfo) -> datetime:
        first = datetime.combine(self.start, self.handoff)
        if self.rotation == "hours":
            return instant(zone, first) + timedelta(hours=self.every) * turn
        return instant(zone, first + timedelta(days=self.every * _DAYS[self.rotation]) * turn)


@dataclass(frozen=True, slots=True)
class Override:
    """From `starts` until before `ends` (UTC) one person stands in, whatever the layers say."""

    person: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """Layers, of which the last one with somebody on duty counts; of overrides, too, the last."""

    zone: ZoneInfo
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()

    def on_call(self, at: datetime) -> str | None:
        for override in reversed(self.overrides):
            if override.starts <= at < override.ends:
                return override.person
        people = (layer.on_duty(at, self.zone) for layer in reversed(self.layers))
        return next((person for person in people if person is not None), None)

    def shifts(self, since: datetime, until: datetime) -> list[Shift]:
        """Who is on call between two moments, without gaps or overlaps; turns of one person that meet are one shift."""
        edges = {since, until}
        for layer in self.layers:
            edges.update(layer.changes(since, until, self.zone))
        for override in self.overrides:
            edges.update((override.starts, override.ends))
        moments = sorted(edge for edge in edges if since <= edge <= until)
        shifts: list[Shift] = []
        for start, end in pairwise(moments):
            person = self.on_call(start)
            if shifts and shifts[-1].person == person:
                shifts[-1] = shifts[-1]._replace(end=end)
            else:
                shifts.append(Shift(start, end, person))
        return shifts


class Roster:
    """Who a target of an escalation is, at a moment. `reachable`: the recipients that have a contact.

    >>> from datetime import UTC
    >>> layer = Layer(("lea", "tom"), date(2026, 1, 5))
    >>> roster = Roster({"care": Schedule(ZoneInfo("Europe/Paris"), (layer,))}, {"person:tom"})
    >>> at = datetime(2026, 1, 12, 8, tzinfo=UTC)
    >>> roster.on_call("care", at), roster.resolve("schedule:care", at)
    ('tom', ('person:tom',))
    """

    def __init__(self, schedules: Mapping[str, Schedule], reachable: Container[str]) -> None:
        self._schedules = schedules
        self._reachable = reachable

    def on_call(self, schedule: str, at: datetime) -> str | None:
        """Who is on call; None for nobody, and where there is no such schedule."""
        known = self._schedules.get(schedule)
        return None if known is None else known.on_call(at)

    def shifts(self, schedule: str, since: datetime, until: datetime) -> list[Shift]:
        """Who is on call between two moments (see `Schedule.shifts`); raises `KeyError` for an unknown schedule."""
        return self._schedules[schedule].shifts(since, until)

    def resolve(self, target: str, at: datetime) -> tuple[str, ...]:
        """The recipients that a target means (`alerts.escalation.Resolve`): none where nobody is on duty, or where
        they have no contact. A channel is always itself: if it is not in the settings, its delivery says so."""
        kind, _, name = target.partition(":")
        if kind == "channel":
            return (target,)
        person = self.on_call(name, at) if kind == "schedule" else name if kind == "person" else None
        recipient = f"person:{person}"
        return (recipient,) if person is not None and recipient in self._reachable else ()

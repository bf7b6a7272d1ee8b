"""Who is on call: turns, layers, overrides, and clocks that change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.localtime import Window, instant
from alerts.oncall import Layer, Override, Roster, Schedule, Shift

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 1, 5)
PEOPLE = ("lea", "tom", "zoe")
HOUR = timedelta(hours=1)


def local(*parts: int) -> datetime:
    """A moment by Paris' clocks."""
    return instant(PARIS, datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001 (a local time)


def paris(*layers: Layer, overrides: tuple[Override, ...] = ()) -> Schedule:
    return Schedule(PARIS, layers, overrides)


def test_weekly_turns_change_at_the_handoff() -> None:
    """Each has a week from Monday 09:00 on, in order, and then it starts again; nobody is on duty before."""
    care = paris(Layer(PEOPLE, MONDAY))
    assert care.on_call(local(2026, 1, 5, 8, 59)) is None
    assert care.on_call(local(2026, 1, 5, 9)) == "lea"
    assert care.on_call(local(2026, 1, 12, 8, 59)) == "lea"
    assert [care.on_call(local(2026, 1, 12, 9) + timedelta(weeks=n)) for n in range(4)] == ["tom", "zoe", "lea", "tom"]


@pytest.mark.parametrize(
    ("layer", "hours"),
    [
        (Layer(PEOPLE, MONDAY, "daily", 2), [48, 48, 48]),
        (Layer(PEOPLE, MONDAY, "hours", 8), [8, 8, 8]),
        (Layer(PEOPLE, MONDAY, "weekly", 2, time(18)), [336, 336, 336]),
    ],
)
def test_a_turn_is_as_long_as_it_is_set(layer: Layer, hours: list[int]) -> None:
    """`every` multiplies hours, days or weeks."""
    start = instant(PARIS, datetime.combine(MONDAY, layer.handoff))
    shifts = paris(layer).shifts(start, start + timedelta(hours=sum(hours)))
    assert [shift.person for shift in shifts] == list(PEOPLE)
    assert [(shift.end - shift.start) / HOUR for shift in shifts] == hours


def test_daily_turns_keep_the_wall_clock_across_a_change() -> None:
    """Clocks go forward on Sunday 29 March: that turn has 23 hours, and hand-offs stay at 09:00."""
    care = paris(Layer(PEOPLE, date(2026, 3, 27), "daily"))
    shifts = care.shifts(local(2026, 3, 27, 9), local(2026, 3, 31, 9))
    assert [(shift.end - shift.start) / HOUR for shift in shifts] == [24, 23, 24, 24]
    assert {shift.start.astimezone(PARIS).time() for shift in shifts} == {time(9)}


def test_turns_by_the_hour_count_elapsed_time_across_a_change() -> None:
    """A turn of 12 hours has 12 hours also on the night of the change: its hand-offs move on the wall clock."""
    shifts = paris(Layer(PEOPLE, date(2026, 3, 27), "hours", 12)).shifts(local(2026, 3, 28, 9), local(2026, 3, 30, 10))
    assert {(shift.end - shift.start) / HOUR for shift in shifts} == {12}
    walls = [shift.start.astimezone(PARIS).hour for shift in shifts]
    assert walls == [9, 21, 10, 22]


def test_a_handoff_that_no_clock_shows_is_at_the_jump() -> None:
    """At 02:30 in the night when clocks jump from 2 to 3, the turn changes at that jump."""
    care = paris(Layer(PEOPLE, date(2026, 3, 28), "daily", 1, time(2, 30)))
    shifts = care.shifts(local(2026, 3, 28, 12), local(2026, 3, 30, 12))
    assert [shift.start.astimezone(PARIS).strftime("%d %H:%M") for shift in shifts[1:]] == ["29 03:00", "30 02:30"]


def test_a_handoff_that_comes_twice_is_at_the_first() -> None:
    """At 02:30 in the night when clocks go back from 3 to 2, the turn changes once, at the first 02:30."""
    care = paris(Layer(PEOPLE, date(2026, 10, 24), "daily", 1, time(2, 30)))
    shifts = care.shifts(local(2026, 10, 24, 12), local(2026, 10, 26, 12))
    assert [shift.start for shift in shifts[1:]] == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ]


def test_limits_leave_gaps_and_do_not_move_turns() -> None:
    """On weekdays from 9 to 17 only: nobody at night and at the weekend; the turns are those of the whole weeks."""
    days = frozenset(range(5))
    care = paris(Layer(("lea", "tom"), MONDAY, days=days, hours=Window(time(9), time(17))))
    week = care.shifts(local(2026, 1, 12), local(2026, 1, 19))
    assert [shift.person for shift in week if shift.person is not None] == ["tom"] * 5
    assert sum((s.end - s.start for s in week if s.person), timedelta()) == 40 * HOUR


def test_hours_past_midnight_belong_to_the_day_on_which_they_start() -> None:
    """Friday's night lasts until Saturday 06:00."""
    care = paris(Layer(("lea",), MONDAY, days=frozenset({4}), hours=Window(time(22), time(6))))
    (shift,) = [s for s in care.shifts(local(2026, 1, 12), local(2026, 1, 19)) if s.person]
    assert shift == Shift(local(2026, 1, 16, 22), local(2026, 1, 17, 6), "lea")


def test_the_last_layer_with_somebody_on_duty_counts() -> None:
    """Office hours are zoe's, who stands above; the rest falls to the layer below."""
    care = paris(Layer(("lea",), MONDAY), Layer(("zoe",), MONDAY, hours=Window(time(9), time(17))))
    assert [care.on_call(local(2026, 1, 13, hour)) for hour in (8, 9, 16, 17)] == ["lea", "zoe", "zoe", "lea"]


def test_an_override_stands_above_every_layer() -> None:
    """Tom stands in for two hours; where two overrides meet, the last one counts; half-open at its ends."""
    tom = Override("tom", local(2026, 1, 13, 10), local(2026, 1, 13, 12))
    zoe = Override("zoe", local(2026, 1, 13, 11), local(2026, 1, 13, 13))
    care = paris(Layer(("lea",), MONDAY), overrides=(tom, zoe))
    assert care.shifts(local(2026, 1, 13, 9), local(2026, 1, 13, 14)) == [
        Shift(local(2026, 1, 13, 9), local(2026, 1, 13, 10), "lea"),
        Shift(local(2026, 1, 13, 10), local(2026, 1, 13, 11), "tom"),
        Shift(local(2026, 1, 13, 11), local(2026, 1, 13, 13), "zoe"),
        Shift(local(2026, 1, 13, 13), local(2026, 1, 13, 14), "lea"),
    ]


def test_turns_of_one_person_that_meet_are_one_shift() -> None:
    """Somebody alone in a rotation has one shift without end."""
    since, until = local(2026, 2, 1), local(2026, 4, 1)
    assert paris(Layer(("lea",), MONDAY, "hours")).shifts(since, until) == [Shift(since, until, "lea")]


def test_an_empty_schedule_is_one_gap() -> None:
    """Without layers nobody is on call, and a span of no length has no shifts."""
    since, until = local(2026, 2, 1), local(2026, 2, 2)
    assert paris().shifts(since, until) == [Shift(since, until, None)]
    assert paris().shifts(since, since) == []


def test_targets_are_resolved() -> None:
    """A person is themself, a schedule is who is on call, a channel is itself; who has no contact is nobody."""
    care = paris(Layer(("lea", "tom"), MONDAY))
    roster = Roster({"care": care, "empty": paris()}, {"person:lea"})
    at = local(2026, 1, 6)
    assert roster.resolve("schedule:care", at) == ("person:lea",)
    assert roster.resolve("schedule:care", at + timedelta(weeks=1)) == ()
    assert roster.resolve("person:lea", at) == ("person:lea",)
    assert roster.resolve("channel:whatever", at) == ("channel:whatever",)
    for nobody in ("person:tom", "person:", "schedule:empty", "schedule:gone", "lea", "", "team:lea"):
        assert roster.resolve(nobody, at) == ()
    assert roster.on_call("gone", at) is None


zones = st.sampled_from([ZoneInfo(name) for name in ("Europe/Paris", "America/New_York", "Asia/Kathmandu")])
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
layers = st.builds(
    Layer,
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3).map(tuple),
    st.dates(date(2025, 12, 1), date(2026, 12, 1)),
    st.sampled_from(["hours", "daily", "weekly"]),
    st.integers(1, 5),
    clocks,
    st.frozensets(st.integers(0, 6), max_size=3),
    st.none() | st.builds(Window, clocks, clocks),
)
# Days on which clocks change somewhere, and one on which they do not.
days = st.sampled_from([date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1), date(2026, 6, 1)])
offsets = st.integers(-4 * 24 * 4, 4 * 24 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))


def around(day: date, offset: timedelta) -> datetime:
    return datetime.combine(day, time(), UTC) + offset


@settings(max_examples=200)
@given(
    zones,
    st.lists(layers, max_size=3),
    days,
    st.lists(st.tuples(st.sampled_from(PEOPLE), offsets, offsets), max_size=2),
    st.tuples(offsets, offsets),
    st.lists(offsets, max_size=8),
)
def test_shifts_tile_time_and_agree_with_who_is_on_call(
    zone: ZoneInfo,
    rotation: list[Layer],
    day: date,
    stand_ins: list[tuple[str, timedelta, timedelta]],
    span: tuple[timedelta, timedelta],
    probes: list[timedelta],
) -> None:
    """Shifts leave no gap and do not overlap; at every moment they name who is on call; neighbours differ."""
    overrides = tuple(Override(who, around(day, a), around(day, b)) for who, a, b in stand_ins)
    schedule = Schedule(zone, tuple(rotation), overrides)
    since, until = sorted(around(day, each) for each in span)
    shifts = schedule.shifts(since, until)
    edges = [since, *(shift.end for shift in shifts)]
    assert edges[-1] == until
    assert [shift.start for shift in shifts] == edges[:-1]
    assert all(shift.start < shift.end for shift in shifts)
    assert all(one.person != other.person for one, other in pairwise(shifts))
    second = timedelta(seconds=1)
    for at in [*edges, *(edge - second for edge in edges), *(around(day, probe) for probe in probes)]:
        found = [shift.person for shift in shifts if shift.start <= at < shift.end]
        assert found == ([schedule.on_call(at)] if since <= at < until else [])

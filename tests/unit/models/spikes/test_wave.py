"""The core: raises, worsens, ends and re-arms; within its budget; deaf to a start that looks like a crisis."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.records import SignalPhase
from models.spikes.budget import Budget
from models.spikes.learning import QUIETEST
from models.spikes.tracked import Event, SpikeParams, Tracked, Verdict
from models.spikes.wave import HUSH_MIN, SpikeDetector

DAY = 1_440
START = 20_000 * DAY


class World:
    """A series of random counts, minute by minute, and what the detector said to it."""

    def __init__(self, params: SpikeParams | None = None, seed: int = 1) -> None:
        self.detector = SpikeDetector(params or SpikeParams())
        self.tracked: Tracked = self.detector.initial(START)
        self.minute = START
        self.said: list[Verdict] = []
        self._rng = random.Random(seed)

    def live(self, minutes: int, per_hour: "float | Callable[[int], float]") -> None:
        for _ in range(minutes):
            rate = per_hour(self.minute) if callable(per_hour) else per_hour
            count = sum(self._rng.random() < rate / 60 / 20 for _ in range(20))
            verdict = self.detector.observe(self.tracked, self.minute, count)
            if verdict is not None:
                self.said.append(verdict)
            self.minute += 1

    def phases(self) -> list[SignalPhase]:
        return [verdict.phase for verdict in self.said]


def test_ordinary_days_are_silent() -> None:
    """A week of ordinary complaints raises nothing on a weekly budget."""
    world = World()
    world.live(7 * DAY, lambda m: 6 if 8 <= m // 60 % 24 < 22 else 1.5)
    assert world.said == []


def test_a_wave_rises_grows_ends_and_may_come_again() -> None:
    """Each phase is told once, in order, with the onset near the truth; after the end the detector is armed again."""
    world = World()
    world.live(4 * DAY, 4)
    began = world.minute
    world.live(60, 40)
    assert world.phases()[:1] == [SignalPhase.RAISED]
    raised = world.said[0]
    assert abs(raised.onset - began) <= 15
    assert raised.bin - began <= 25
    world.live(60, 200)
    assert SignalPhase.WORSENED in world.phases()
    world.live(6 * 60, 4)
    assert world.phases()[-1] is SignalPhase.ENDED
    assert world.phases().count(SignalPhase.ENDED) == 1
    world.live(2 * DAY, 4)
    told = len(world.said)
    world.live(60, 60)
    assert world.said[told].phase is SignalPhase.RAISED


def test_the_start_of_a_source_is_no_crisis() -> None:
    """Four mentions in three days, then a hundred an hour for good: a collection that has begun, and no alarm."""
    world = World()
    for _ in range(4):
        world.detector.add(world.tracked, world.minute, 1)
        world.live(18 * 60, 0)
    world.live(2 * DAY, lambda m: 100 if 12 <= m // 60 % 24 < 23 else 40)
    assert world.said == []


def test_a_brand_with_a_day_of_history_can_alarm() -> None:
    """No deafness for days: 26 hours of past are enough for a clear wave."""
    world = World()
    world.live(26 * 60, 3)
    world.live(60, 60)
    assert world.phases()[:1] == [SignalPhase.RAISED]


def test_a_lasting_change_ends_as_the_new_normal() -> None:
    """A wave that never falls is over once it is ordinary, and stays so."""
    world = World()
    world.live(5 * DAY, 5)
    world.live(6 * DAY, 40)
    assert world.phases()[0] is SignalPhase.RAISED
    assert world.tracked.wave is None
    told = len(world.said)
    world.live(3 * DAY, 40)
    assert world.phases()[told:].count(SignalPhase.RAISED) <= 1


def test_with_one_less_there_would_have_been_silence() -> None:
    """`silent_below` is exact: with so many in the leading window there is an alarm, with one less none."""
    world = World()
    world.live(4 * DAY, 4)
    before, began = world.tracked.copy(), world.minute
    counts = [0] * 4 + [12]
    assert _alarm(world.detector, before.copy(), began, counts) is not None
    verdict = _alarm(world.detector, before.copy(), began, counts)
    assert verdict is not None
    assert verdict.judgement.window == 5
    already = verdict.judgement.observed - 12
    just = verdict.silent_below - int(already)
    assert _alarm(world.detector, before.copy(), began, [0] * 4 + [just]) is not None
    assert _alarm(world.detector, before.copy(), began, [0] * 4 + [just - 1]) is None


def _alarm(detector: SpikeDetector, tracked: Tracked, began: int, counts: list[int]) -> Verdict | None:
    said = [detector.observe(tracked, began + index, count) for index, count in enumerate(counts)]
    return said[-1]


@pytest.mark.parametrize("budget", ["1/day", "1/week", "1/month"])
def test_a_huge_spike_mutes_the_next_one_for_a_day_at_most(budget: str) -> None:
    """After a thousandfold storm, an ordinary wave a day after its alarm is told; and within that day a louder one."""
    world = World(SpikeParams(budget=Budget.parse(budget)))
    world.live(14 * DAY, 4)
    for _ in range(30):
        world.detector.observe(world.tracked, world.minute, 1_000)
        world.minute += 1
    raised = world.minute
    world.live(HUSH_MIN[1] - 30, 4)
    told = len(world.said)
    world.live(60, 80)
    assert world.phases()[told:][:1] == [SignalPhase.RAISED]
    assert world.said[told].bin - raised <= HUSH_MIN[1] + 60


def test_the_quiet_hours_are_judged_by_half_the_level_at_least() -> None:
    """Twelve complaints at an hour that is usually silent are more than one, but not twelve times the usual."""
    world = World()
    world.live(10 * DAY, lambda m: 30 if 8 <= m // 60 % 24 < 22 else 0.1)
    level = world.tracked.baseline.level
    world.live(2 * 60, 0.1)
    world.live(60, 40)
    judged = next(verdict.judgement for verdict in world.said if verdict.bin >= START + 10 * DAY)
    assert judged.expected == pytest.approx(QUIETEST * level * judged.window, rel=0.1)


def test_five_minutes_have_half_a_say() -> None:
    """What is loud in five minutes alone counts half as much, by its root, as what is loud in fifteen alone."""
    detector = SpikeDetector(SpikeParams())
    brief, longer = detector.score([8.0, 0, 0, 0, 0]), detector.score([0, 8.0, 0, 0, 0])
    assert brief == pytest.approx(longer / 4)
    assert detector.score([8.0] * 5) == pytest.approx(8.0)


class Ungated(SpikeDetector):
    """Looks at every minute in full."""

    def passes_gate(self, tracked: Tracked, now: int) -> bool:
        return True


@pytest.mark.parametrize("seed", range(4))
def test_what_is_passed_over_changes_nothing(seed: int) -> None:
    """The cheap look before the full one spares time, and nothing else."""
    said = []
    for detector in (SpikeDetector(SpikeParams()), Ungated(SpikeParams())):
        world = World(seed=seed)
        world.detector = detector
        for _ in range(3):
            world.live(2 * DAY, lambda m: 9 if 8 <= m // 60 % 24 < 22 else 0.5)
            world.live(45, 30 + 20 * seed)
        world.live(DAY // 2, 3)
        said.append(world.said)
    assert said[0]
    assert said[0] == said[1]


def test_a_planned_event_is_no_crisis() -> None:
    """What a sale is expected to bring raises no alarm; without the entry it would have."""
    began = START + 4 * DAY
    event = Event(began, began + 120, 12.0)
    for events, alarms in (((event,), 0), ((), 1)):
        world = World(SpikeParams(events=events))
        world.live(4 * DAY, 6)
        world.live(120, 60)
        assert world.phases().count(SignalPhase.RAISED) == alarms


def test_the_day_is_that_of_the_brand() -> None:
    """In New York the brand's evening is expected in its evening, before and after the change to summer time."""
    params = SpikeParams(timezone="America/New_York")
    detector = SpikeDetector(params)
    start = int(datetime(2026, 2, 9, tzinfo=UTC).timestamp() // 60)
    tracked = detector.initial(start)
    zone = ZoneInfo("America/New_York")
    for minute in range(start, start + 26 * DAY):
        hour = datetime.fromtimestamp(minute * 60, zone).hour
        detector.observe(tracked, minute, 2 if hour == 20 else minute % 10 == 0)
    for day in (6, 9):  # the clocks change on 8 March 2026
        evening = int(datetime(2026, 3, day, 20, 30, tzinfo=zone).timestamp() // 60)
        assert detector.expected(tracked, evening - 5, evening + 5) > 3 * detector.expected(
            tracked, evening - 185, evening - 175
        )


_SMALL = settings(max_examples=12)


@_SMALL
@given(st.integers(1, 30), st.integers(0, 10_000), st.floats(2, 60))
def test_a_week_later_the_same_is_said_a_week_later(weeks: int, seed: int, loud: float) -> None:
    """Counts shifted by whole weeks give verdicts shifted by whole weeks."""
    counts = _counts(seed, loud)
    here, there = _said(counts, START), _said(counts, START + weeks * 7 * DAY)
    assert [(phase, minute + weeks * 7 * DAY) for phase, minute in here] == there


@_SMALL
@given(st.integers(0, 10_000), st.floats(2, 60), st.integers(1, 5 * DAY))
def test_a_restart_changes_nothing(seed: int, loud: float, stop: int) -> None:
    """Stored and read back at any minute, the core says the same."""
    counts = _counts(seed, loud)
    assert _said(counts, START, stop) == _said(counts, START)


@_SMALL
@given(st.integers(0, 10_000))
def test_silence_is_never_told(seed: int) -> None:
    """When the counts stop, nothing rises: neither a falling level nor an old wave raises an alarm without a count."""
    world = World(seed=seed)
    world.live(3 * DAY, 20)
    told = len(world.said)
    world.live(2 * DAY, 0)
    assert SignalPhase.RAISED not in world.phases()[told:]


def _counts(seed: int, loud: float) -> list[int]:
    rng = random.Random(seed)
    rates = [0.1 if index < 4 * DAY or index % DAY > 90 else loud / 20 for index in range(5 * DAY)]
    return [sum(rng.random() < rate / 10 for _ in range(10)) for rate in rates]


def _said(counts: list[int], start: int, stop: int = -1) -> list[tuple[SignalPhase, int]]:
    detector = SpikeDetector(SpikeParams())
    tracked, said = detector.initial(start), []
    for index, count in enumerate(counts):
        if index == stop:
            tracked = msgspec.msgpack.decode(msgspec.msgpack.encode(tracked), type=Tracked)
        verdict = detector.observe(tracked, start + index, count)
        if verdict is not None:
            said.append((verdict.phase, verdict.bin))
    return said


@pytest.mark.parametrize("bin_min", [1, 5, 7, 30, 60, 180, DAY])
def test_any_step_is_served(bin_min: int) -> None:
    """Counts by the minute or by the day: a steady past is silent, and forty times as much is not."""
    detector = SpikeDetector(SpikeParams(min_authors=3, lateness_min=0, bin_min=bin_min))
    tracked = detector.initial(START)
    past = max(3 * DAY // bin_min, 40)
    rng = random.Random(2)
    for index in range(past):
        count = 10 + rng.randrange(-3, 4)
        assert detector.observe(tracked, START + index * bin_min, count) is None
    verdict = detector.observe(tracked, START + past * bin_min, 400)
    assert verdict is not None
    assert verdict.phase is SignalPhase.RAISED
    assert verdict.onset == (START + past * bin_min) // bin_min


def test_too_late_is_refused() -> None:
    """A bin that was learned is closed."""
    world = World()
    world.live(DAY, 5)
    world.live(31, 5)
    assert world.detector.add(world.tracked, world.minute - 10, 1)
    assert not world.detector.add(world.tracked, world.minute - 40, 1)


@pytest.mark.parametrize(("hours", "budget"), [(20, "1/week"), (10, "1/day")])
def test_a_wave_that_is_over_does_not_ring_again(hours: int, budget: str) -> None:
    """When the hush ends, the longest window may still hold a wave that ended hours ago: that is no news."""
    world = World(SpikeParams(budget=Budget.parse(budget)))
    world.live(14 * DAY, 30)
    before = len(world.said)
    world.live(hours * 60, 240)
    world.live(10 * 60, 30)
    told = world.phases()[before:]
    assert told.count(SignalPhase.RAISED) == 1
    assert told[-1] is SignalPhase.ENDED


def test_after_a_long_step_nothing_rings_again() -> None:
    """Of days, the longest window is of twelve: three bad ones are told once, and the next bad ones again."""
    detector = SpikeDetector(SpikeParams(bin_min=DAY, lateness_min=0))
    chance = random.Random(1)
    counts = [chance.randrange(5) for _ in range(400)] + [500] * 3 + [3] * 20 + [2_000]
    tracked = detector.initial(START)
    said = [(n, detector.observe(tracked, START + n * DAY, count)) for n, count in enumerate(counts)]
    assert [n for n, verdict in said if verdict is not None and verdict.phase is SignalPhase.RAISED] == [400, 423]

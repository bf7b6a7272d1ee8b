"""The core: raises, worsens, ends and re-arms; within its budget; deaf to a start that looks like a crisis."""

import random
from collections.abc import Callable

import pytest

from models.records import SignalPhase
from models.spikes.budget import Budget
from models.spikes.wave import SpikeDetector, SpikeParams, Tracked, Verdict

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
    """`silent_below` is exact: it reaches the bar, and one less does not."""
    world = World()
    world.live(4 * DAY, 4)
    world.live(60, 40)
    verdict = world.said[0]
    judged = verdict.judgement
    index = world.detector.params.windows.index(judged.window)
    fresh = SpikeDetector(world.detector.params)
    bar = world.detector.params.budget.bar

    def surprise(count: float) -> float:
        return fresh._surprise(world.tracked, index, count, judged.expected, judged.dispersion)

    assert judged.observed >= verdict.silent_below
    assert surprise(verdict.silent_below) >= bar - 0.05
    assert surprise(verdict.silent_below - 1) < bar + 0.05


def test_frequent_alarms_raise_the_bar() -> None:
    """Where alarms exceed the budget, more surprise is needed, and patience brings the bar back."""
    detector = SpikeDetector(SpikeParams(budget=Budget.parse("1/day")))
    tracked = detector.initial(START)
    tracked.spent, tracked.spent_at = 6.0, START
    calm = detector.params.budget.bar
    assert detector.bar(tracked, START) > calm + 2
    assert detector.bar(tracked, START + 2 * DAY) < detector.bar(tracked, START)
    assert detector.bar(tracked, START + 10 * DAY) == calm


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
    assert world.detector.add(world.tracked, world.minute - 10, 1)
    assert not world.detector.add(world.tracked, world.minute - 40, 1)

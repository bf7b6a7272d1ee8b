"""The core of the spike detector: counts in, judgements out, for mentions of a brand and plain count series alike."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from models.counts import BinCounts
from models.records import SignalPhase
from models.spikes.baseline import Baseline
from models.spikes.budget import Budget
from models.spikes.surprise import HALF_LIFE_MIN, Tail, alarms_per_minute, interval, log_tail, lowest_with_tail

WINDOWS_MIN: Final = (5, 15, 60, 360)
_NORMAL: Final = math.log(0.05)
_SAVED: Final = 3.0
"""So many alarms may come at once before the bar rises: real crises come in bunches."""

_BAR_PER_DEBT: Final = 1.2
_TOO_OLD_MIN: Final = 70 * 1_440
"""A silence longer than this leaves nothing of what was learned about hours and days."""


class SpikeParams(msgspec.Struct, frozen=True, kw_only=True):
    """What a user can choose about one brand's spikes. Times are in minutes."""

    budget: Budget = Budget.parse("1/week")
    min_authors: int = 4
    """So many different authors must be adverse within the alarming window."""
    lateness_min: int = 30
    """A post that reaches us later than this after it was written is no news, and is not judged."""
    worse_factor: float = 2.0
    """A wave has become worse when the last hour holds this many times what was told."""
    calm_min: int = 30
    """A wave has ended when the last 15 and 60 minutes have been as expected for so long."""
    bin_min: int = 1
    """The step of the counts."""

    @property
    def windows(self) -> tuple[int, ...]:
        """Window lengths in bins: 5, 15, 60 and 360 minutes, or 1, 3 and 12 steps where a step is longer than 1 h."""
        fitting = tuple(w // self.bin_min for w in WINDOWS_MIN if w >= self.bin_min)
        return tuple(dict.fromkeys(fitting)) if self.bin_min <= 60 else (1, 3, 12)

    @property
    def keep(self) -> int:
        """Bins to remember: the longest window, and what may come late."""
        return max(self.windows) + self.lateness_min // self.bin_min + 4


class Wave(msgspec.Struct, array_like=True, frozen=True):
    """A spike that is on. Bins since the epoch; `told` is the last hour's count when humans were last told."""

    raised: int
    onset: int
    told: float
    level: int = 0
    calm_since: int | None = None


class Tracked(msgspec.Struct, array_like=True):
    """What the core remembers of one series of counts."""

    counts: BinCounts
    baseline: Baseline
    tails: list[Tail]
    learned: int
    """The last bin that the baseline has taken in."""
    hour: list[float]
    """Observed, expected and number of bins of the stretch that is being learned."""
    blocks: list[list[float]]
    """Observed and expected of the running block of each window."""
    wave: Wave | None = None
    rearmed: int = 0
    """The bin from which on counts are news again: those of the last wave are not."""
    spent: float = 0.0
    """Alarms not yet paid for by the budget, at bin `spent_at`."""
    spent_at: int = 0

    def copy(self) -> "Tracked":
        return Tracked(
            self.counts.copy(),
            self.baseline.copy(),
            [Tail(t.moment, t.moment_weight, t.blocks, t.exceeding, t.excess, t.running) for t in self.tails],
            self.learned,
            self.hour.copy(),
            [block.copy() for block in self.blocks],
            self.wave,
            self.rearmed,
            self.spent,
            self.spent_at,
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one window looks. `surprise` is −log10 of how often per minute ordinary times would look so (see budget)."""

    window: int
    observed: float
    expected: float
    dispersion: float
    surprise: float

    @property
    def interval(self) -> tuple[float, float]:
        """The central 90 % of what was to be expected."""
        return interval(self.expected, self.dispersion)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A change: a wave has risen, grown or ended. `silent_below`: with a smaller count there would be none."""

    phase: SignalPhase
    bin: int
    onset: int
    raised: int
    level: int
    judgement: Judgement
    silent_below: int


class SpikeDetector:
    """Judges counts against what is normal, by several windows at once, within a false-alarm budget.

    Expected counts come from `Baseline`; a window's tail probability from a negative binomial whose dispersion is
    learned per window (`Tail`), widened by what is not yet known of the expectation, and calibrated on the series'
    own past. `alarms_per_minute` corrects it for looking at every bin and through several windows. An alarm is due
    where that is rarer than the budget. Scores come first, learning later: a bin is learned only when nothing can be
    added to it any more.

    >>> detector = SpikeDetector(SpikeParams())
    >>> tracked = detector.initial(minute=0)
    >>> for minute in range(3 * 1440):
    ...     _ = detector.observe(tracked, minute, 1 if minute % 10 == 0 else 0)
    >>> tracked.wave is None
    True
    >>> verdicts = [detector.observe(tracked, 3 * 1440 + m, 5) for m in range(10)]
    >>> [v.phase.value for v in verdicts if v][0]
    'raised'
    """

    def __init__(self, params: SpikeParams) -> None:
        self.params = params
        self._windows = params.windows
        self._bar = params.budget.bar
        self._keep = params.keep
        self._late = params.lateness_min // params.bin_min
        self._hour_bins = max(1, 60 // params.bin_min)
        self._decays = tuple(0.5 ** (w * params.bin_min / HALF_LIFE_MIN) for w in self._windows)
        self._last_hour = [i for i, w in enumerate(self._windows) if w * params.bin_min <= 60][-1:] or [0]
        self._calm_windows = [i for i, w in enumerate(self._windows) if 15 <= w * params.bin_min <= 60] or [0]

    def initial(self, minute: int) -> Tracked:
        """The state of a series that begins at `minute`."""
        first = minute // self.params.bin_min
        return Tracked(
            counts=BinCounts(),
            baseline=Baseline(born=minute),
            tails=[Tail() for _ in self._windows],
            learned=first - 1,
            hour=[0.0, 0.0, 0.0],
            blocks=[[0.0, 0.0] for _ in self._windows],
        )

    def observe(self, tracked: Tracked, minute: int, count: float) -> Verdict | None:
        """A whole bin at once, in order of time: what a series needs. Only a count can raise an alarm."""
        at = minute // self.params.bin_min
        if count > 0:
            self.add(tracked, at, count)
        self.advance(tracked, at)
        return self.judge(tracked, at) if count > 0 or tracked.wave is not None else None

    def add(self, tracked: Tracked, at: int, count: float) -> bool:
        """Counts into bin `at`; False where that bin is learned already, and so too late."""
        if at <= tracked.learned:
            return False
        tracked.baseline.hear(at * self.params.bin_min)
        return tracked.counts.add(at, count, keep=self._keep)

    def advance(self, tracked: Tracked, now: int) -> None:
        """Learns the bins that lateness no longer leaves open at bin `now`."""
        until = now - self._late - 1
        if until - tracked.learned > _TOO_OLD_MIN // self.params.bin_min:
            tracked.learned = until - _TOO_OLD_MIN // self.params.bin_min
        for at in range(tracked.learned + 1, until + 1):
            self._learn(tracked, at)
            tracked.learned = at
        tracked.counts.forget(now - self._keep + 1)

    def skip(self, tracked: Tracked, now: int) -> None:
        """Nothing is known of the bins before `now`: they are neither silence nor news, and nothing is learned."""
        tracked.learned = max(tracked.learned, now - 1)
        tracked.hour = [0.0, 0.0, 0.0]
        tracked.blocks = [[0.0, 0.0] for _ in self._windows]

    def _learn(self, tracked: Tracked, at: int) -> None:
        step = self.params.bin_min
        count = tracked.counts.at(at)
        expected = tracked.baseline.rate((at + 0.5) * step) * step
        for index, window in enumerate(self._windows):
            block = tracked.blocks[index]
            block[0] += count
            block[1] += expected
            if (at + 1) % window == 0:
                self._close(tracked, index, at)
        hour = tracked.hour
        hour[0] += count
        hour[1] += expected
        hour[2] += 1
        if (at + 1) % self._hour_bins == 0:
            minutes = int(hour[2]) * step
            start = (at + 1) * step - minutes
            spread = tracked.tails[self._last_hour[0]].dispersion
            tracked.baseline.learn(start, hour[0], hour[1], minutes, spread)
            tracked.hour = [0.0, 0.0, 0.0]

    def _close(self, tracked: Tracked, index: int, at: int) -> None:
        count, expected = tracked.blocks[index]
        tracked.blocks[index] = [0.0, 0.0]
        minute = at * self.params.bin_min
        if tracked.wave is not None and at >= tracked.wave.onset:
            return  # what was told as a wave says nothing on ordinary times; were it none, the bar's feedback corrects
        if tracked.baseline.known(minute):
            spread = self._spread(tracked, index, minute)
            tracked.tails[index].learn(count, expected, spread, self._decays[index])

    def _spread(self, tracked: Tracked, index: int, minute: int) -> float:
        dispersion = tracked.tails[index].dispersion
        return dispersion + tracked.baseline.doubt(minute, dispersion)

    def expected(self, tracked: Tracked, first: int, last: int) -> float:
        """Expected count of the bins from `first` to `last`, both included."""
        step = self.params.bin_min
        return tracked.baseline.expected(first * step, (last + 1) * step)

    def upper(self, tracked: Tracked, at: int, expected: float) -> float:
        """The upper end of what is expected of a short stretch at bin `at`: 95 %."""
        return lowest_with_tail(_NORMAL, expected, self._spread(tracked, 0, at * self.params.bin_min)) - 1.0

    def judge(self, tracked: Tracked, now: int, authors: Callable[[int], int] | None = None) -> Verdict | None:
        """What there is to say at bin `now`, if anything. `authors(bin)` counts those who spoke since that bin."""
        if tracked.wave is not None:
            return self._follow(tracked, tracked.wave, now)
        if not tracked.baseline.known(now * self.params.bin_min):
            return None
        bar = self.bar(tracked, now)
        found = [j for i in range(len(self._windows)) if (j := self._window(tracked, i, now, bar)) is not None]
        if authors is not None:
            found = [j for j in found if authors(now - j.window + 1) >= self.params.min_authors]
        if not found:
            return None
        return self._raise(tracked, max(found, key=lambda j: (j.surprise, -j.window)), now)

    def bar(self, tracked: Tracked, now: int) -> float:
        """The surprise that an alarm needs at bin `now`: the budget's, and more where the budget is overdrawn.

        Feedback that holds whatever the counts' law is: every alarm is a debt of 1 that the budget pays back with
        time, and the bar rises with the debt beyond `_SAVED` (online quantile tracking; Gibbs & Candès, NeurIPS 2021).
        Were alarms more frequent than the budget for ever, the bar would rise for ever: so they are not.
        """
        return self._bar + _BAR_PER_DEBT * max(0.0, self._debt(tracked, now) - _SAVED)

    def _debt(self, tracked: Tracked, now: int) -> float:
        paid = (now - tracked.spent_at) * self.params.bin_min * self.params.budget.per_minute
        return max(0.0, tracked.spent - paid)

    def _window(self, tracked: Tracked, index: int, now: int, bar: float) -> Judgement | None:
        """The judgement of one window, where its surprise reaches `bar`; cheap where it clearly does not."""
        window = self._windows[index]
        first = now - window + 1
        count = tracked.counts.total(max(first, tracked.rearmed), now)
        if count < self.params.min_authors:
            return None
        expected = self.expected(tracked, first, now)
        if count <= expected:
            return None
        spread = self._spread(tracked, index, now * self.params.bin_min)
        if (count - expected) ** 2 < 2.0 * (expected + spread * expected * expected):
            return None
        surprise = self._surprise(tracked, index, count, expected, spread)
        return Judgement(window, count, expected, spread, surprise) if surprise >= bar else None

    def _surprise(self, tracked: Tracked, index: int, count: float, expected: float, spread: float) -> float:
        log_p = tracked.tails[index].calibrated(log_tail(count, expected, spread))
        step = self.params.bin_min
        return -alarms_per_minute(log_p, bins=self._windows[index], windows=len(self._windows), bin_min=step)

    def _raise(self, tracked: Tracked, judgement: Judgement, now: int) -> Verdict:
        onset = self._onset(tracked, now)
        below = self._silent_below(tracked, judgement, self.bar(tracked, now))
        tracked.spent, tracked.spent_at = self._debt(tracked, now) + 1.0, now
        tracked.wave = Wave(raised=now, onset=onset, told=self._hourly(tracked, now))
        return Verdict(SignalPhase.RAISED, now, onset, now, 0, judgement, below)

    def _silent_below(self, tracked: Tracked, judgement: Judgement, bar: float) -> int:
        """The smallest count that would still have reached the bar."""
        index = self._windows.index(judgement.window)
        low, high = 0, math.ceil(judgement.observed)
        while high - low > 1:
            middle = (low + high) // 2
            surprise = self._surprise(tracked, index, middle, judgement.expected, judgement.dispersion)
            low, high = (low, middle) if surprise >= bar else (middle, high)
        return max(high, self.params.min_authors)

    def _onset(self, tracked: Tracked, now: int) -> int:
        """Since when: the start of the stretch up to now that speaks most against the expected rate.

        Maximises the log likelihood ratio of a Poisson count O against E, O·ln(O/E) − (O − E), over all starts
        (generalised likelihood ratio; Page 1954, Lorden 1971).
        """
        best, onset, count, expected = 0.0, now, 0.0, 0.0
        for at in range(now, max(now - max(self._windows), tracked.rearmed, tracked.counts.start) - 1, -1):
            here = tracked.counts.at(at)
            count += here
            expected += self.expected(tracked, at, at)
            if here > 0 and count > expected:
                gain = count * math.log(count / expected) - (count - expected)
                if gain > best:
                    best, onset = gain, at
        return onset

    def _hourly(self, tracked: Tracked, now: int) -> float:
        window = self._windows[self._last_hour[0]]
        return tracked.counts.total(max(now - window + 1, tracked.rearmed), now)

    def _follow(self, tracked: Tracked, wave: Wave, now: int) -> Verdict | None:
        hourly = self._hourly(tracked, now)
        if hourly >= self.params.worse_factor * wave.told and hourly >= wave.told + 2 * self.params.min_authors:
            worse = Wave(wave.raised, wave.onset, hourly, wave.level + 1)
            judged = self._whole(tracked, self._last_hour[0], now)
            if judged.surprise >= self._bar:
                tracked.wave = worse
                below = math.ceil(self.params.worse_factor * wave.told)
                return Verdict(SignalPhase.WORSENED, now, wave.onset, wave.raised, worse.level, judged, below)
        if not all(self._is_calm(tracked, index, now) for index in self._calm_windows):
            if wave.calm_since is not None:
                tracked.wave = Wave(wave.raised, wave.onset, wave.told, wave.level)
            return None
        since = now if wave.calm_since is None else wave.calm_since
        if (now - since) * self.params.bin_min < self.params.calm_min:
            tracked.wave = Wave(wave.raised, wave.onset, wave.told, wave.level, since)
            return None
        tracked.wave, tracked.rearmed = None, now + 1
        judged = self._whole(tracked, self._last_hour[0], now, 0)
        return Verdict(SignalPhase.ENDED, now, wave.onset, wave.raised, wave.level, judged, 0)

    def _whole(self, tracked: Tracked, index: int, now: int, rearmed: int | None = None) -> Judgement:
        window = self._windows[index]
        since = tracked.rearmed if rearmed is None else rearmed
        count = tracked.counts.total(max(now - window + 1, since), now)
        expected = self.expected(tracked, now - window + 1, now)
        spread = self._spread(tracked, index, now * self.params.bin_min)
        return Judgement(window, count, expected, spread, self._surprise(tracked, index, count, expected, spread))

    def _is_calm(self, tracked: Tracked, index: int, now: int) -> bool:
        """Whether a window is within the 95 % of what is expected."""
        window = self._windows[index]
        count = tracked.counts.total(now - window + 1, now)
        if count < self.params.min_authors:
            return True
        expected = self.expected(tracked, now - window + 1, now)
        return log_tail(count, expected, self._spread(tracked, index, now * self.params.bin_min)) > _NORMAL

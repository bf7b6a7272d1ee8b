"""The core of the spike detector: counts in, judgements out, for mentions of a brand and plain count series alike."""

import math
from collections.abc import Callable, Sequence
from operator import mul
from typing import Final

from models.records import SignalPhase
from models.spikes.learning import Learner
from models.spikes.surprise import deviance, is_ordinary
from models.spikes.tracked import Judgement, SpikeParams, Tracked, Verdict, Wave

HUSH_MIN: Final = (360, 1_440)
"""After an alarm, for a seventh of the budget's period, within these bounds, only a louder wave is told."""

LOUDER: Final = 1.5
"""So much louder, by the hour, than the loudest hour of the last one."""


class SpikeDetector(Learner):
    """Judges counts against what is normal, by several windows at once, within a false-alarm budget.

    Every window's count is scored by its deviance: how much it speaks for a higher rate than expected. The *score* is
    the square of the mean root over the windows: what is loud in one window alone counts less than what is loud in
    several (the windows' z-scores are averaged with weights, as in Stouffer's method). How often ordinary times bring
    such a score is learned from the brand's own past (`Extremes`): an alarm is due where that is rarer than the budget.

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
        super().__init__(params)
        step = params.bin_min
        self._calm_windows = [i for i, w in enumerate(self._windows) if 15 <= w * step <= 60] or [0]
        hush = min(HUSH_MIN[1], max(HUSH_MIN[0], 1.0 / (7.0 * params.budget.per_minute)))
        self._hush = hush / step

    def observe(self, tracked: Tracked, minute: int, count: float) -> Verdict | None:
        """A whole bin at once, in order of time: what a series needs. Only a count can raise an alarm."""
        at = minute // self._step
        bins = tracked.counts.bins
        if at == tracked.at + 1 and len(bins) >= self._longest:
            # The way of almost all minutes, as `advance` and `add` would do it.
            tracked.at = at
            bins.append(count)
            end, sums = len(bins) - 1, tracked.sums
            for index, window in enumerate(self._windows):
                sums[index] += count - bins[end - window]
            if at > tracked.learned + self._open:
                self.advance(tracked, at)
        else:
            self.add(tracked, at, count)
            self.advance(tracked, at)
        if count > 0 and (self._zone is not None or minute // 60 > tracked.baseline.heard_last):
            self.hear(tracked, minute)
        return self.judge(tracked, at) if count > 0 or tracked.wave is not None else None

    def judge(self, tracked: Tracked, now: int, authors: Callable[[int], int] | None = None) -> Verdict | None:
        """What there is to say at bin `now`, to which the state was advanced.

        `authors(bin)` counts those who spoke since that bin.
        """
        if not self.passes_gate(tracked, now):
            return None if tracked.wave is None else self._follow(tracked, tracked.wave, now)
        if not self.knows(tracked, now * self._step):
            return None
        usual = self._expectations(tracked, now)
        told = _told(tracked.sums, usual)
        lead, score = self._lead(tracked.sums, told, now, authors), self.score(told)
        if lead is not None:
            tracked.extremes.see(now * self._step, score)
        if tracked.wave is not None:
            return self._follow(tracked, tracked.wave, now)
        news = self._news(tracked, now, usual)
        if news is not tracked.sums:
            told = _told(news, usual)
            lead, score = self._lead(news, told, now, authors, tracked.rearmed), self.score(told)
        if (
            lead is None
            or self._is_hushed(tracked, now)
            or self._rate(tracked, score) > self._budget * tracked.budget_share
        ):
            return None
        return self._raise(tracked, now, lead, news, usual)

    def _expectations(self, tracked: Tracked, now: int) -> list[tuple[float, float]]:
        """Of every window the expected count, and the dispersion."""
        means = self._usual_windows(tracked, now)
        if self.params.events:
            means = [m * self._planned(now - w + 1, now) for m, w in zip(means, self._windows, strict=True)]
        return [(mean, noise.dispersion) for mean, noise in zip(means, tracked.noise, strict=True)]

    def _news(self, tracked: Tracked, now: int, usual: Sequence[tuple[float, float]]) -> Sequence[float]:
        """Of every window the count, in which what came before the last wave's end is as expected at most.

        Else the longest window would ring again for a wave that is long over.
        """
        since = max(0, now + 1 - tracked.rearmed)
        if since >= self._longest:
            return tracked.sums
        fresh = tracked.counts.total(tracked.rearmed, now)
        return [
            count if window <= since else min(count, fresh + mean * (window - since) / window)
            for count, window, (mean, _) in zip(tracked.sums, self._windows, usual, strict=True)
        ]

    def _lead(
        self,
        counts: Sequence[float],
        told: Sequence[float],
        now: int,
        authors: Callable[[int], int] | None,
        since: int = 0,
    ) -> int | None:
        """The window that speaks most among those with enough evidence, if any; the shortest of equals.

        Nobody who spoke before the bin `since` is counted.
        """
        least, best, lead = self.params.min_authors, 0.0, None
        for index, (count, speaks) in enumerate(zip(counts, told, strict=True)):
            enough = speaks > best and count >= least
            if enough and (authors is None or authors(max(now - self._windows[index] + 1, since)) >= least):
                best, lead = speaks, index
        return lead

    def score(self, told: Sequence[float]) -> float:
        """The square of the windows' mean root deviance, by what each has to say."""
        root: float = sum(map(mul, self._weights, map(math.sqrt, told)))
        return root * root

    def _rate(self, tracked: Tracked, score: float) -> float:
        """How often a day ordinary times look like this."""
        return max(1e-300, tracked.extremes.rate(score, self._nominal))

    def _is_hushed(self, tracked: Tracked, now: int) -> bool:
        if tracked.raised is None or now - tracked.raised >= self._hush:
            return False
        return self._hourly(tracked) < LOUDER * tracked.loudest

    def _raise(
        self, tracked: Tracked, now: int, lead: int, news: Sequence[float], usual: Sequence[tuple[float, float]]
    ) -> Verdict:
        onset = self._onset(tracked, now)
        below = self._silent_below(tracked, lead, news, usual)
        judgement = self._judgement(tracked, lead, news, usual)
        tracked.raised, tracked.loudest = now, self._hourly(tracked)
        tracked.wave = Wave(raised=now, onset=onset, told=tracked.loudest)
        return Verdict(SignalPhase.RAISED, now, onset, now, 0, judgement, below)

    def _judgement(
        self, tracked: Tracked, index: int, news: Sequence[float], usual: Sequence[tuple[float, float]]
    ) -> Judgement:
        rate = self._rate(tracked, self.score(_told(news, usual)))
        mean, dispersion = usual[index]
        return Judgement(
            self._windows[index], tracked.sums[index], mean, dispersion, max(0.0, -math.log10(rate / 1_440))
        )

    def _silent_below(
        self, tracked: Tracked, lead: int, news: Sequence[float], usual: Sequence[tuple[float, float]]
    ) -> int:
        """The smallest count of the leading window that would still have raised the alarm.

        What is taken away is missing in the longer windows too, and in the shorter ones in proportion.
        """
        count = tracked.sums[lead]
        low, high = 0, math.ceil(count)
        budget = self._budget * tracked.budget_share
        while high - low > 1:
            middle = (low + high) // 2
            left = 1.0 - (count - middle) / news[lead]
            fewer = [c - (count - middle) if i > lead else c * left for i, c in enumerate(news)]
            rate = self._rate(tracked, self.score(_told(fewer, usual)))
            low, high = (low, middle) if rate <= budget else (middle, high)
        return max(high, self.params.min_authors)

    def _onset(self, tracked: Tracked, now: int) -> int:
        """Since when: the start of the stretch up to now that speaks most against the expected rate.

        Maximises the log likelihood ratio of a Poisson count O against E, O·ln(O/E) − (O − E), over all starts
        (generalised likelihood ratio; Page 1954, Lorden 1971).
        """
        best, onset, count, expected = 0.0, now, 0.0, 0.0
        for at in range(now, max(now - self._longest, tracked.rearmed, tracked.counts.start) - 1, -1):
            here = tracked.counts.at(at)
            count += here
            expected += self.expected(tracked, at, at)
            if here > 0 and count > expected:
                gain = count * math.log(count / expected) - (count - expected)
                if gain > best:
                    best, onset = gain, at
        return onset

    def _hourly(self, tracked: Tracked) -> float:
        return tracked.sums[self._last_hour[0]]

    def _follow(self, tracked: Tracked, wave: Wave, now: int) -> Verdict | None:
        hourly = self._hourly(tracked)
        tracked.loudest = max(tracked.loudest, hourly)
        if hourly >= self.params.worse_factor * wave.told and hourly >= wave.told + 2 * self.params.min_authors:
            tracked.wave = Wave(wave.raised, wave.onset, hourly, wave.level + 1)
            below = math.ceil(self.params.worse_factor * wave.told)
            return self._tell(tracked, SignalPhase.WORSENED, tracked.wave, now, below)
        if not all(self._is_calm(tracked, index, now) for index in self._calm_windows):
            if wave.calm_since is not None:
                tracked.wave = Wave(wave.raised, wave.onset, wave.told, wave.level)
            return None
        since = now if wave.calm_since is None else wave.calm_since
        if (now - since) * self.params.bin_min < self.params.calm_min:
            tracked.wave = Wave(wave.raised, wave.onset, wave.told, wave.level, since)
            return None
        tracked.wave, tracked.rearmed = None, now + 1
        return self._tell(tracked, SignalPhase.ENDED, wave, now, 0)

    def _tell(self, tracked: Tracked, phase: SignalPhase, wave: Wave, now: int, below: int) -> Verdict:
        """What is said of a wave that goes on, by its last hour."""
        usual = self._expectations(tracked, now)
        judgement = self._judgement(tracked, self._last_hour[0], tracked.sums, usual)
        return Verdict(phase, now, wave.onset, wave.raised, wave.level, judgement, below)

    def _is_calm(self, tracked: Tracked, index: int, now: int) -> bool:
        """Whether a window is within the 95 % of what is expected."""
        count = tracked.sums[index]
        if count < self.params.min_authors:
            return True
        expected = self.expected(tracked, now - self._windows[index] + 1, now)
        return is_ordinary(count, expected, tracked.noise[index].dispersion)


def _told(sums: Sequence[float], usual: Sequence[tuple[float, float]]) -> list[float]:
    """Of every window how much its count speaks for a wave."""
    return [deviance(count, mean, dispersion) for count, (mean, dispersion) in zip(sums, usual, strict=True)]

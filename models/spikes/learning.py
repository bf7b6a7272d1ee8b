"""What the spike detector learns of a series of counts: what is expected, and how much it varies. Pure bookkeeping."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from operator import gt
from typing import Final
from zoneinfo import ZoneInfo

from models.counts import BinCounts
from models.spikes.baseline import Baseline
from models.spikes.extremes import START, Extremes
from models.spikes.surprise import ORDINARY, Noise, lowest_with_tail
from models.spikes.tracked import Awaited, SpikeParams, Tracked

_HALF_LIFE_H: Final = 14 * 24
"""The dispersion forgets with this half-life."""

TOO_OLD_MIN: Final = 70 * 1_440
"""A silence longer than this leaves nothing of what was learned about hours and days."""

QUIETEST: Final = 0.5
"""No window is judged by less than this part of what the brand's level would let expect at any hour."""

BRIEF_MIN: Final = 5
BRIEF_WEIGHT: Final = 0.5
"""A window as short as this has half a say: bursts of some minutes are common, and mean little."""

_PEAKS_PER_DAY: Final = 2.0
_PEAKS_PER_ALARM: Final = 4.0
_PEAKS_PER_BIN: Final = 0.25


class Learner:
    """Takes in counts; learns them by whole hours, when lateness leaves them open no more.

    Score first, learn after: what is looked at now has not moved what is expected of it.
    """

    def __init__(self, params: SpikeParams) -> None:
        self.params = params
        self._step = params.bin_min
        self._keep = params.keep
        self._windows = params.windows
        self._minutes = tuple(window * params.bin_min for window in params.windows)
        self._quietest = tuple(QUIETEST * minutes for minutes in self._minutes)
        self._longest = max(self._windows)
        says = [BRIEF_WEIGHT if minutes <= BRIEF_MIN else 1.0 for minutes in self._minutes]
        self._weights = tuple(weight / sum(says) for weight in says)
        """What each window has to say in the score; 1 together."""
        self._hour_bins = params.hour_bins
        self._hours = self._hour_bins * params.bin_min / 60.0
        self._late = params.lateness_min // params.bin_min
        self._open = self._late + self._hour_bins
        """So many bins at most are not learned yet."""
        self._fade = 0.5 ** (self._hours / _HALF_LIFE_H)
        self._zone = None if params.timezone == "UTC" else ZoneInfo(params.timezone)
        self._budget = params.budget.per_minute * 1_440
        most = max(_PEAKS_PER_DAY, _PEAKS_PER_ALARM * self._budget)
        self._nominal = min(most, _PEAKS_PER_BIN * 1_440 / params.bin_min)
        self._last_hour = [i for i, w in enumerate(self._windows) if w * params.bin_min <= 60][-1:] or [0]

    def initial(self, minute: int) -> Tracked:
        """The state of a series that begins at `minute`."""
        first = minute // self.params.bin_min
        return Tracked(
            counts=BinCounts(first - self._longest, [0] * self._longest),
            baseline=Baseline(born=self._local(minute)),
            noise=[Noise() for _ in self._windows],
            extremes=Extremes(START),
            at=first - 1,
            sums=[0] * len(self._windows),
            learned=first - 1,
            blocks=[[0.0, 0.0, 0.0] for window in self._windows if window > self._hour_bins],
        )

    def knows(self, tracked: Tracked, minute: int) -> bool:
        """Whether there is enough past of the brand to judge it by at this minute since the epoch."""
        return tracked.baseline.known(self._local(minute))

    def awaited(self, tracked: Tracked, minute: int) -> Awaited | None:
        """What is missing at this minute since the epoch; None where the brand is known."""
        if self.knows(tracked, minute):
            return None
        baseline = tracked.baseline
        earliest, latest = baseline.known_from(self._local(minute))
        return Awaited(
            since=self._world(baseline.born),
            hours=baseline.heard,
            earliest=self._world(earliest),
            latest=self._world(latest),
        )

    def hear(self, tracked: Tracked, minute: int) -> None:
        """The brand was mentioned in this minute, for or against it."""
        tracked.baseline.hear(self._local(minute))

    def add(self, tracked: Tracked, at: int, count: float) -> bool:
        """Adds to a bin; False where that bin is learned already, and closed."""
        if at <= tracked.learned or not tracked.counts.add(at, count, keep=self._keep):
            return False
        for index, window in enumerate(self._windows):
            if tracked.at - window < at <= tracked.at:
                tracked.sums[index] += count
        return True

    def advance(self, tracked: Tracked, now: int) -> None:
        """Lets time pass until bin `now`, and learns the hours that are closed by then."""
        self._move(tracked, now)
        size = self._hour_bins
        tracked.learned = self._learned(tracked, now)
        for hour in self._closed(tracked, now):
            if hour * size >= tracked.resume:
                self._learn(tracked, hour * size)
            else:
                self._pass_over(tracked, hour)
            tracked.learned = (hour + 1) * size - 1
            tracked.gate_until = 0
        tracked.counts.forget(now - self._keep + 1)

    def ordinary(self, tracked: Tracked, now: int) -> list[tuple[int, int]]:
        """First and last bins of the ordinary hours that `advance` to bin `now` will learn."""
        size = self._hour_bins
        firsts = [hour * size for hour in self._closed(tracked, now)]
        return [
            (first, first + size - 1)
            for first in firsts
            if first >= tracked.resume and self._is_ordinary(tracked, first)
        ]

    def _learned(self, tracked: Tracked, now: int) -> int:
        return max(tracked.learned, now - self._late - 1 - TOO_OLD_MIN // self.params.bin_min)

    def _closed(self, tracked: Tracked, now: int) -> range:
        """The hours to be learned by bin `now`; one of which some was not seen is not."""
        return range(-(-(self._learned(tracked, now) + 1) // self._hour_bins), (now - self._late) // self._hour_bins)

    def _is_ordinary(self, tracked: Tracked, first: int) -> bool:
        """Whether the hour from bin `first` on is one of a known brand, outside of waves."""
        calm = tracked.wave is None or first + self._hour_bins <= tracked.wave.onset
        return calm and self.knows(tracked, first * self.params.bin_min)

    def skip(self, tracked: Tracked, now: int) -> None:
        """Nothing is known of the bins before `now`: they are neither silence nor news, and nothing is learned."""
        tracked.learned = max(tracked.learned, now - 1)
        for block in tracked.blocks:
            block[2] = -math.inf

    def pace(self, tracked: Tracked, minute: int) -> float:
        """How busy the brand usually is in the hour of this minute: 1 on average."""
        return tracked.baseline.pace(self._local(minute))

    def expected(self, tracked: Tracked, first: int, last: int) -> float:
        """Expected count of the bins from `first` to `last`, both included."""
        usual = self._usual(tracked, first, last)
        return usual * self._planned(first, last) if self.params.events else usual

    def upper(self, tracked: Tracked, expected: float) -> float:
        """The upper end of what is expected of a short stretch: 95 %."""
        return lowest_with_tail(ORDINARY, expected, tracked.noise[0].dispersion) - 1.0

    def _usual(self, tracked: Tracked, first: int, last: int) -> float:
        step = self.params.bin_min
        start = self._local(first * step)
        return tracked.baseline.expected(start, start + (last + 1 - first) * step)

    def _usual_windows(self, tracked: Tracked, now: int) -> list[float]:
        """What a window that ends with bin `now` is judged by: usual, or half the level if that is more.

        A public that gets up an hour earlier is no crisis.
        """
        last, longest = now * self._step, self._minutes[-1]
        end = self._local(last) + self._step
        if self._zone is None or self._local(last + self._step - longest) == end - longest:
            usual = tracked.baseline.trailing(end, self._minutes)
        else:  # the clocks change within the longest window
            usual = [self._usual(tracked, now - window + 1, now) for window in self._windows]
        level = tracked.baseline.level
        least = [level * minutes for minutes in self._quietest]
        return usual if all(map(gt, usual, least)) else list(map(max, usual, least))

    def _planned(self, first: int, last: int) -> float:
        """By how much planned events raise what is expected, on average over these bins. They do not add up."""
        step = self.params.bin_min
        start, end = first * step, (last + 1) * step
        cuts = {start, end} | {
            at for event in self.params.events for at in (event.first, event.last) if start < at < end
        }
        edges = sorted(cuts)
        total = 0.0
        for low, high in pairwise(edges):
            factors = [event.factor for event in self.params.events if event.first <= low < event.last]
            total += (high - low) * max(factors, default=1.0)
        return total / (end - start)

    def _local(self, minute: int) -> int:
        if self._zone is None:
            return minute
        offset = datetime.fromtimestamp(minute * 60, UTC).astimezone(self._zone).utcoffset()
        return minute if offset is None else minute + int(offset.total_seconds() // 60)

    def _world(self, local: int) -> int:
        """The minute since the epoch of a brand's own minute: `_local` the other way round."""
        near = 2 * local - self._local(local)
        return near + local - self._local(near)

    def _move(self, tracked: Tracked, now: int) -> None:
        if now > tracked.at:
            tracked.at = now
            tracked.sums = [tracked.counts.total(now - window + 1, now) for window in self._windows]

    def _learn(self, tracked: Tracked, first: int) -> None:
        size, step = self._hour_bins, self.params.bin_min
        bins = tracked.counts.span(first, first + size)
        count, expected = sum(bins), self.expected(tracked, first, first + size - 1)
        local = self._local(first * step)
        ordinary = self._is_ordinary(tracked, first)
        if ordinary:
            # What was told as a wave says nothing on ordinary times.
            tracked.extremes.close((first + size) * step)
            tracked.extremes.pass_hours(self._hours, self._nominal)
            self._learn_noise(tracked, bins, count, expected)
        self._learn_blocks(tracked, first // size, count, expected, ordinary)
        dispersion = tracked.noise[self._last_hour[0]].dispersion
        usual = self._usual(tracked, first, first + size - 1)
        tracked.baseline.learn(local, count * usual / expected, usual, size * step, dispersion)

    def _learn_noise(self, tracked: Tracked, bins: Sequence[float], count: float, expected: float) -> None:
        size = self._hour_bins
        for noise, window in zip(tracked.noise, self._windows, strict=True):
            noise.fade(self._fade)
            if window == size:
                noise.learn((count,), expected)
            elif window < size:
                mean = expected * window / size
                noise.learn([sum(bins[at : at + window]) for at in range(0, size - window + 1, window)], mean)

    def _learn_blocks(self, tracked: Tracked, hour: int, count: float, expected: float, calm: bool) -> None:
        size = self._hour_bins
        longer = [index for index, window in enumerate(self._windows) if window > size]
        for block, index in zip(tracked.blocks, longer, strict=True):
            hours = self._windows[index] // size
            block[0] += count
            block[1] += expected
            block[2] += calm
            if (hour + 1) % hours == 0:
                if block[2] == hours:
                    tracked.noise[index].learn((block[0],), block[1])
                block[0] = block[1] = block[2] = 0.0

    def _pass_over(self, tracked: Tracked, hour: int) -> None:
        """Nothing is learned of an hour of which not everything was heard, nor of a longer block with such an hour."""
        self._learn_blocks(tracked, hour, 0.0, 0.0, calm=False)

    def _set_gate(self, tracked: Tracked, now: int) -> None:
        """Sets what holds for half an hour: z-scores whose mean is less than `gate[0]` cannot reach the threshold.

        Only cheaper: a deviance is half the square of its z-score at most, and what is expected of a window is least
        at either end of a half-hour, within which its slope changes little. `gate[1:]` are the least mean of each
        window, and its weight over its standard deviation.
        """
        step = self._step
        tracked.gate_until = now + max(1, (30 - self._local(now * step) % 30) // step)
        ends = {now, tracked.gate_until - 1}
        gate = [math.sqrt(2.0 * tracked.extremes.threshold)]
        usual = (self._usual_windows(tracked, last) for last in ends)
        for weight, noise, *means in zip(self._weights, tracked.noise, *usual, strict=True):
            mean = min(means)
            gate += [mean, weight / math.sqrt(mean + noise.dispersion * mean * mean)]
        tracked.gate = gate

    def passes_gate(self, tracked: Tracked, now: int) -> bool:
        """Whether the counts up to bin `now`, to which the state was advanced, can reach the threshold at all."""
        if now >= tracked.gate_until:
            self._set_gate(tracked, now)
        rest = iter(tracked.gate)
        least, total = next(rest), 0.0
        for count, mean, scale in zip(tracked.sums, rest, rest, strict=True):
            if count > mean:
                total += (count - mean) * scale
        return total >= least

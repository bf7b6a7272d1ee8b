"""What was counted and what was expected in the course of a backtest, bin by bin: the lines of its chart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from models.spikes.memory import minute_of
from models.spikes.surprise import interval
from models.spikes.tracked import Tracked
from models.spikes.wave import SpikeDetector
from models.stage import Stepped

_WIDTHS_MIN: Final = (1, 5, 15, 30, 60, 180, 360)
_BINS: Final = 800
_MOST_BINS: Final = 5_000
"""Of a past of centuries: wider bins show as much, and are done in seconds."""


@dataclass(slots=True)
class Line:
    """One brand's course: per bin its start (a minute since the epoch), the count, and what was expected of it.

    `expected`, `low` and `high` (the 90 % range) are NaN while the brand was not known well enough to be judged.
    """

    starts: list[int] = field(default_factory=list)
    observed: list[float] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    @property
    def times(self) -> list[datetime]:
        return [datetime.fromtimestamp(60 * start, UTC) for start in self.starts]


class Trace:
    """Lines by brand, in bins of `width_min` minutes. A bin's expectation is the one held when it began."""

    def __init__(self, span: timedelta, step_min: int = 1) -> None:
        minutes = span / timedelta(minutes=1)
        fitting = [w for w in _WIDTHS_MIN if w >= step_min and w % step_min == 0] or [step_min]
        self.width_min = next((w for w in fitting if minutes / w <= _BINS), fitting[-1])
        while minutes / self.width_min > _MOST_BINS:
            self.width_min *= 2
        self.lines: dict[str, Line] = {}

    def expect(self, brand: str, detector: SpikeDetector, tracked: Tracked, minute: int) -> Line:
        """Opens the bins that have begun by `minute`, by what `tracked` knew before it."""
        line, width, step = self.lines.setdefault(brand, Line()), self.width_min, detector.params.bin_min
        begun = minute - minute % width
        at = line.starts[-1] + width if line.starts else begun
        while at <= begun:
            line.starts.append(at)
            line.observed.append(0.0)
            mean = low = high = math.nan
            if tracked.baseline.known(at):
                mean = detector.expected(tracked, at // step, (at + width) // step - 1)
                fitting = [i for i, window in enumerate(detector.params.windows) if window * step <= width]
                low, high = interval(mean, tracked.noise[fitting[-1] if fitting else 0].dispersion)
            line.expected.append(mean)
            line.low.append(low)
            line.high.append(high)
            at += width
        return line

    def count(self, line: Line, minute: int, count: float) -> None:
        """Adds to the bin of a minute."""
        line.observed[self._index(line, minute)] += count

    def read(self, line: Line, tracked: Tracked, minute: int, lateness_min: int) -> None:
        """Takes over what is counted of the bins that may have changed by `minute`."""
        for index in range(max(0, self._index(line, minute - lateness_min)), len(line.starts)):
            start = line.starts[index]
            total = tracked.counts.total(start, start + self.width_min - 1)
            line.observed[index] = max(line.observed[index], total)

    def _index(self, line: Line, minute: int) -> int:
        return (minute - line.starts[0]) // self.width_min


class Watched:
    """The spike detector's step, looked at while it works (`models.stage.Step`); it does what it did."""

    def __init__(self, step: Any, trace: Trace) -> None:
        self._step = step
        self._trace = trace
        self.state_type = step.state_type

    def initial(self, key: str) -> Any:
        return self._step.initial(key)

    def __call__(self, state: Any, records: Sequence[Any], now: datetime) -> Stepped[Any]:
        stepped: Stepped[Any] = self._step(state, records, now)
        after = None if stepped.state is None else stepped.state.tracked
        if not records and after is not None:
            detector: SpikeDetector = getattr(self._step, "inner", self._step).detector(state.brand)
            line = self._trace.expect(state.brand, detector, state.tracked or after, minute_of(now))
            self._trace.read(line, after, minute_of(now), detector.params.lateness_min)
        return stepped

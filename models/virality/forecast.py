"""Where a cascade is heading: the distribution of its final size, and what a human is told of it.

A self-exciting process and early counts are read off the history (`features.py`); a small network makes of them the
probability of every growth (`network.py`); the levels of that distribution are set right by what validation found
(conformalised quantiles: Romano, Patterson, Candès, NeurIPS 2019). One code path for alerts, `tocsin forecast` and
training.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from models.records import Forecast
from models.virality.features import Counts, Seen, table
from models.virality.history import Floats
from models.virality.kernel import Excitation
from models.virality.network import Model, Models, load

GROUPS: Final = (10, 25, 100)
"""Numbers of shares between the groups in which levels are set right, and ages between them."""
GROUPS_S: Final = (1_800.0, 10_800.0)
GROUPS_COUNT: Final = (len(GROUPS) + 1) * (len(GROUPS_S) + 1)
CROWDED: Final = 500
"""From this many shares on a post is any post that went far: those that were chosen for learning end near 1,000,
where their crawl stopped, and what was learned of them would call every large cascade finished."""
TOLERANCES: Final = (0.1, 0.2, 0.3, 0.4, 0.5)
_STEPS: Final = 400
ENOUGH: Final = 10
"""With fewer shares than this, nothing is said of how many one share brings."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast of one cascade: `chances[i]` is the probability that its growth is at most `growths[i]`.

    Growth is log((final + 1) / (observed + 1)). `smooth` is the same before its levels were set right: setting them
    right is done in steps, which would make peaks where there are none.
    """

    observed: int
    growths: Floats
    chances: Floats
    smooth: Floats

    def size(self, growth: float) -> float:
        return (self.observed + 1.0) * math.exp(growth) - 1.0

    def quantile(self, level: float) -> float:
        """The final size that is not exceeded with probability `level`."""
        if level <= self.chances[0]:
            return float(self.observed)
        return max(self.size(float(np.interp(level, self.chances, self.growths))), float(self.observed))

    def interval(self, part: float) -> tuple[float, float]:
        """The central interval that holds the final size with probability `part`, in whole shares, outwards."""
        low, high = self.quantile((1 - part) / 2), self.quantile((1 + part) / 2)
        return math.floor(low + 1e-6), math.ceil(high - 1e-6)

    def reaches(self, size: float) -> float:
        """The probability that the final size is at least `size`."""
        if size <= self.observed:
            return 1.0
        # Halfway between whole numbers.
        growth = math.log((size + 0.5) / (self.observed + 1.0))
        return 1.0 - float(np.interp(growth, self.growths, self.chances, left=self.chances[0]))

    def expected(self) -> float:
        """The final size with the best chance to be near the truth (10 to 50 % of it): what is told as one number.

        Errors are felt as a part of the truth. The mean would be far too high for most cascades, the median
        too high for those that are probably over.
        """
        low, high = float(self.growths[0]), float(self.growths[-1])
        at = np.linspace(low, high, _STEPS)
        near = np.zeros(_STEPS)
        for part in TOLERANCES:
            near += np.interp(at - math.log(1 - part), self.growths, self.smooth)
            near -= np.interp(at - math.log(1 + part), self.growths, self.smooth, left=0.0)
        return max(self.size(float(at[int(np.argmax(near))])), float(self.observed))


@dataclass(frozen=True, slots=True)
class Momentum:
    """How a cascade moves: shares an hour, how that changes an hour, and in how many seconds it halves."""

    per_hour: float
    change_per_hour: float
    half_life_s: float | None


class Found(NamedTuple):
    """All that is found of one cascade."""

    ahead: Outlook
    momentum: Momentum
    excitation: Excitation


def outlooks(seen: Sequence[Seen], models: Models | None = None) -> list[Found]:
    """The forecasts of many cascades at once, in order."""
    if not seen:
        return []
    counts = Counts(seen)
    excitations = [counts.excitation(row) for row in range(len(seen))]
    rows = table(seen, counts, excitations)
    ahead = _ahead(seen, rows, load() if models is None else models)
    return [Found(*each) for each in zip(ahead, _momenta(counts), excitations, strict=True)]


def _ahead(seen: Sequence[Seen], rows: Floats, models: Models) -> list[Outlook]:
    chosen = np.array([is_chosen(each) for each in seen])
    found: dict[int, Outlook] = {}
    for model, mask in ((models.chosen, chosen), (models.ordinary, ~chosen)):
        at = np.flatnonzero(mask)
        if len(at):
            chances = model.cumulative(rows[at])
            found |= {int(i): outlook(seen[int(i)], row, model) for i, row in zip(at, chances, strict=True)}
    return [found[row] for row in range(len(seen))]


def is_chosen(seen: Seen) -> bool:
    """Which of the two models speaks of this cascade."""
    return not seen.ordinary and seen.observed < CROWDED


def outlook(seen: Seen, chances: Floats, model: Model) -> Outlook:
    """The distribution whose levels hold as often as they say."""
    right = np.interp(chances, model.nominal, model.levels[group(seen)])
    return Outlook(seen.observed, model.edges, right, chances)


def group(seen: Seen) -> int:
    """The group in which the levels of this cascade are set right."""
    older = bisect_right(GROUPS_S, seen.age_s)
    return bisect_right(GROUPS, seen.observed) + (len(GROUPS) + 1) * older


def forecast(seen: Seen, mark: float | None = None) -> Forecast:
    """The forecast of one cascade; `mark` is the number of shares from which it is viral."""
    (found,) = outlooks([seen])
    return told(seen, found, mark)


def told(seen: Seen, found: Found, mark: float | None = None) -> Forecast:
    """What is said of an outlook."""
    ahead, momentum, excitation = found
    interval = ahead.interval(0.9)
    return Forecast(
        expected_final=min(max(ahead.expected(), interval[0]), interval[1]),
        interval=interval,
        interval_50=ahead.interval(0.5),
        p_double=ahead.reaches(max(2.0 * seen.observed, 1.0)),
        p_viral=None if mark is None else ahead.reaches(mark),
        shares_per_hour=momentum.per_hour,
        acceleration=momentum.change_per_hour,
        half_life_s=momentum.half_life_s,
        reproduction=excitation.reproduction if seen.observed >= ENOUGH else None,
    )


def _momenta(counts: Counts) -> list[Momentum]:
    third_h = counts.age / 3 / 3_600
    last = counts.since(counts.age / 3)
    before = counts.since(counts.age * 2 / 3) - last
    return [_momentum(float(a), float(b), float(h)) for a, b, h in zip(last, before, third_h, strict=True)]


def _momentum(last: float, before: float, third_h: float) -> Momentum:
    """From the shares of the last third of the age and of the third before it."""
    halving = last > 0 and before > 1.05 * last
    return Momentum(
        per_hour=last / third_h,
        change_per_hour=(last - before) / third_h / third_h,
        half_life_s=third_h * 3_600 * math.log(2) / math.log(before / last) if halving else None,
    )

"""What the forecaster reads off the bounded history of a cascade: one row of numbers, whoever asks.

Early counts (Szabo and Huberman, CACM 2010), times and gaps (Cheng et al., WWW 2014), and what a self-exciting process
makes of them (`kernel.py`). Everything but the ages and the followers is a ratio or a logarithm.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.virality.history import BINS, EDGES_S, LATEST, Floats, History
from models.virality.kernel import Excitation, excite

YOUNGEST_S: Final = 10.0
"""A younger cascade is taken for one of this age: there is no rate before there is time."""
QUANTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
RECENT_PARTS: Final = (0.05, 0.1, 0.2, 1 / 3, 0.5, 0.75)
RECENT_S: Final = (60.0, 300.0, 900.0, 3_600.0, 10_800.0)
EARLY_S: Final = (30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0)
_PIECES: Final = 20
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A cascade as it is known at `age_s` seconds.

    `extra` shares are known from the post's public counter alone; they are spread over time like the others.
    `ordinary`: nobody chose the post because it went far. `local_s`: seconds since midnight where its public lives,
    None where nobody knows where that is.
    """

    history: History
    age_s: float
    root_followers: int | None = None
    extra: int = 0
    ordinary: bool = True
    local_s: float | None = None

    @property
    def observed(self) -> int:
        return self.history.total() + self.extra


class Counts:
    """The counts of many histories as a matrix, and how many shares each had at any age."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self.age: Floats = np.array([max(each.age_s, YOUNGEST_S) for each in seen])
        self.counts: Floats = np.zeros((len(seen), BINS))
        for row, each in enumerate(seen):
            self.counts[row, : len(each.history.counts)] = each.history.counts
            self._add_extra(row, each)
        self.n: Floats = self.counts.sum(axis=1)
        self._before: Floats = np.concatenate([np.zeros((len(seen), 1)), np.cumsum(self.counts, axis=1)], axis=1)
        self._rows = np.arange(len(seen))
        # What was counted in a bin that has not ended came before now.
        self.ends: Floats = np.minimum(EDGES_S[None, 1:], self.age[:, None])
        self.starts: Floats = np.minimum(EDGES_S[None, :-1], self.age[:, None])

    def _add_extra(self, row: int, each: Seen) -> None:
        known = self.counts[row].sum()
        if each.extra and known:
            self.counts[row] *= 1.0 + each.extra / known
        elif each.extra:
            open_bins = EDGES_S[:-1] < self.age[row]
            widths = np.minimum(EDGES_S[1:], self.age[row]) - EDGES_S[:-1]
            self.counts[row, open_bins] = each.extra * widths[open_bins] / self.age[row]

    def by(self, age_s: Floats) -> Floats:
        """Per row, the shares by that row's `age_s`."""
        at = _within(np.searchsorted(EDGES_S, age_s, side="right") - 1, BINS - 1)
        start, end = self.starts[self._rows, at], self.ends[self._rows, at]
        part = _within((age_s - start) / np.maximum(end - start, 1e-9), 1.0)
        found = self._before[self._rows, at] + part * self.counts[self._rows, at]
        return np.asarray(np.where(age_s >= self.age, self.n, found), dtype=np.float64)

    def since(self, window_s: Floats) -> Floats:
        """Per row, the shares of the last `window_s` seconds."""
        return self.n - self.by(np.maximum(self.age - window_s, 0.0))

    def quantile(self, part: float) -> Floats:
        """Per row, the age by which `part` of its shares had come."""
        wanted = part * self.n
        at = _within((self._before[:, 1:] < wanted[:, None]).sum(axis=1), BINS - 1)
        inside = (wanted - self._before[self._rows, at]) / np.maximum(self.counts[self._rows, at], 1e-9)
        start, end = self.starts[self._rows, at], self.ends[self._rows, at]
        return np.asarray(start + _within(inside, 1.0) * (end - start), dtype=np.float64)

    def excitation(self, row: int) -> Excitation:
        """What the timing of one cascade says of its root's and its shares' power to excite."""
        bins = max(int(np.searchsorted(EDGES_S, self.age[row], side="left")), 1)
        return excite(self.starts[row, :bins], self.ends[row, :bins], self.counts[row, :bins])


def _within(values: npt.NDArray[Any], high: float) -> npt.NDArray[Any]:
    """`np.clip` from 0, which takes three times as long over a few values: a stage makes one forecast at a time."""
    clipped: npt.NDArray[Any] = np.minimum(np.maximum(values, 0), high)
    return clipped


def table(seen: Sequence[Seen], counts: Counts, excitations: Sequence[Excitation]) -> Floats:
    """One row per cascade; NaN is what nobody knows."""
    age, n = counts.age, counts.n
    some = np.where(n > 0, 1.0, np.nan)
    columns = [np.log(age), np.log1p(n), _log_known([each.root_followers for each in seen])]
    columns += _times(seen, counts, some)
    columns += _windows(counts)
    columns += _shape(counts, some)
    columns.append(np.log1p([each.remaining for each in excitations]) - np.log1p(n))
    columns.append(np.array([each.reproduction for each in excitations]))
    columns.append(np.log1p([each.direct for each in excitations]) - np.log1p(n))
    columns += _followers(seen)
    columns += _clock(seen)
    return np.stack(columns, axis=1)


def _times(seen: Sequence[Seen], counts: Counts, some: Floats) -> list[Floats]:
    age = counts.age
    first = np.array([float(each.history.first_s) for each in seen])
    latest = np.full((len(seen), LATEST), np.nan)
    for row, each in enumerate(seen):
        if each.history.latest:
            latest[row, LATEST - len(each.history.latest) :] = each.history.latest
    quiet = np.log1p(np.maximum(age[:, None] - latest, 0.0)) - np.log1p(age)[:, None]
    quantiles = [some * (np.log1p(counts.quantile(q)) - np.log1p(age)) for q in QUANTILES]
    return [some * np.log1p(first), *(quiet[:, i] for i in (0, 4, 7)), *quantiles]


def _windows(counts: Counts) -> list[Floats]:
    age, n = counts.age, counts.n
    recent = [counts.since(age * part) for part in RECENT_PARTS]
    columns = [np.log1p(each) for each in recent]
    columns += [(each + 0.5) / (n + 1.0) for each in recent]
    columns += [np.log1p(counts.since(np.full_like(age, s))) for s in RECENT_S]
    columns += [np.log1p(counts.by(np.full_like(age, s))) - np.log1p(n) for s in EARLY_S]
    return columns


def _shape(counts: Counts, some: Floats) -> list[Floats]:
    """How the speed changed: the last tenth against the last third, the last third against before, peak and gaps."""
    age, n = counts.age, counts.n
    tenth, third = counts.since(age * 0.1), counts.since(age / 3)
    pieces = np.diff(np.stack([counts.by(age * i / _PIECES) for i in range(_PIECES + 1)]), axis=0)
    middles = (counts.starts + counts.ends) / 2
    total_age = (counts.counts * middles).sum(axis=1)
    return [
        np.log1p(tenth * 10) - np.log1p((third - tenth) / (1 / 3 - 0.1)),
        np.log1p(third) - np.log1p(n - third),
        some * pieces.max(axis=0) / np.maximum(n, 1.0),
        some * pieces.argmax(axis=0) / _PIECES,
        some * (pieces > 0.5).mean(axis=0),
        some * (np.log1p(age * n) - np.log1p(total_age)),
        some * (np.log1p(pieces[-1]) - np.log1p(pieces[-2])),
    ]


def _followers(seen: Sequence[Seen]) -> list[Floats]:
    known = np.array([float(each.history.known) for each in seen])
    some = np.where(known > 0, 1.0, np.nan)
    mean = np.array([each.history.log_followers / 1_000 / max(each.history.known, 1) for each in seen])
    reach = np.log1p([float(each.history.reach) for each in seen])
    most = np.log1p([float(each.history.most_followers) for each in seen])
    total = np.maximum(np.array([float(each.history.total()) for each in seen]), 1.0)
    return [known / total, some * mean, some * reach, some * most]


def _clock(seen: Sequence[Seen]) -> list[Floats]:
    """The public's time of day now: whether a night lies ahead decides what is still to come."""
    turns = np.array([math.nan if each.local_s is None else each.local_s / _DAY_S * 2 * math.pi for each in seen])
    known = np.where(np.isnan(turns), 0.0, 1.0)
    return [known, np.sin(turns), np.cos(turns), np.sin(2 * turns), np.cos(2 * turns)]


def _log_known(numbers: Sequence[int | None]) -> Floats:
    return np.array([math.nan if each is None else math.log1p(each) for each in numbers])

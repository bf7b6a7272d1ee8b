"""The Numenta Anomaly Benchmark's score of our alerts on tweet volumes, written from its definition. JSON lines.

    python -m tests.bench.nab [--false-alarms 1/week] [--perturbed]

`--perturbed` asks how much of a score is luck: the same series begun 3 to 42 days later (the start following the end),
first seen 14 or 21 days later, thinned to a half, a quarter and a tenth, four times as loud, and with outages.

The definition (Lavin & Ahmad 2015, "Evaluating real-time anomaly detection algorithms"): the first 15 % of a series,
at most 750 points, are probation and are not scored. With σ(y) = 2/(1 + e^{5y}) − 1, a detection inside of a labelled
window earns σ(y)/σ(−1), where y runs from −1 at the window's first point to about 0 at its last; of a window only the
best detection counts, and a window without one costs the weight of a miss. A detection outside costs its weight times
−σ(y), y being the distance past the last window in window lengths, and the full weight beyond 3 of them or before the
first. Scores are summed over all series, and scaled so that no detection at all is 0 and a detection at the first
point of every window is 100. How a detection maps to a point: an alert is one detection, at the point whose time is
the alert's `at`; nothing else (no onset, no duration, no score) is used.
"""

import argparse
import json
import math
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from models.spikes.budget import Budget
from streams.backtest import run_series
from streams.rows import Complaints
from streams.series import Label, read_labels, read_series

FOLDER: Final = Path(__file__).parents[3] / "shared/data/nab_tweet_volumes"
_DAY: Final = 288
"""Points of a day."""

Span = tuple[int, int]
"""First and last point of a window, both included."""


@dataclass(frozen=True)
class Profile:
    """What a detection in a window earns, and what false and missed ones cost."""

    hit: float
    false: float
    missed: float


PROFILES: Final = {
    "standard": Profile(1.0, 0.11, 1.0),
    "reward_low_FP": Profile(1.0, 0.22, 1.0),
    "reward_low_FN": Profile(1.0, 0.11, 2.0),
}


def sigmoid(y: float) -> float:
    """The scaled sigmoid: near 1 at −1, 0 at 0, and −1 from 3 on.

    >>> sigmoid(0.0), sigmoid(3.5)
    (0.0, -1.0)
    """
    return -1.0 if y > 3.0 else 2.0 / (1.0 + math.exp(5.0 * y)) - 1.0


def probation(points: int) -> int:
    """How many points are not scored.

    >>> probation(1_000), probation(15_902)
    (150, 750)
    """
    return min(math.floor(0.15 * points), 750)


def raw_score(points: int, windows: Sequence[Span], detections: Sequence[int], profile: Profile) -> float:
    """The score of one series, before normalisation."""
    best = [-profile.missed] * len(windows)
    false = 0.0
    for at in detections:
        if at < probation(points):
            continue
        past = [i for i, (first, _) in enumerate(windows) if first <= at]
        last = past[-1] if past else None
        if last is None:
            false -= profile.false
            continue
        first, end = windows[last]
        if at <= end:
            earned = profile.hit * sigmoid(-(end - at + 1) / (end - first + 1)) / sigmoid(-1.0)
            best[last] = max(best[last], earned)
        else:
            false += profile.false * sigmoid((at - end) / (end - first))
    return sum(best) + false


@dataclass(frozen=True)
class Series:
    """One series with its labelled windows."""

    name: str
    points: list[tuple[datetime, float]]
    windows: list[Span]

    @property
    def scored_from(self) -> int:
        return probation(len(self.points))


def normalised(found: Sequence[tuple[Series, Sequence[int]]], profile: Profile) -> float:
    """0 for no detection at all, 100 for one at the first point of every window."""
    windows = sum(len(series.windows) for series, _ in found)
    raw = sum(raw_score(len(s.points), s.windows, detections, profile) for s, detections in found)
    null, perfect = -profile.missed * windows, profile.hit * windows
    return 100.0 * (raw - null) / (perfect - null)


def spans(times: Sequence[datetime], labels: Sequence[Label]) -> list[Span]:
    """The windows as points of the series."""
    return sorted((bisect_left(times, label.start), bisect_right(times, label.end) - 1) for label in labels)


def read_all(folder: Path) -> list[Series]:
    """All labelled series of a folder."""
    labels = read_labels(folder / "anomaly_windows.json", Complaints())
    found = []
    for path in sorted(folder.glob("*.csv")):
        points = read_series(path, Complaints())
        ours = [label for label in labels if label.brand == path.stem]
        found.append(Series(path.stem, points, spans([at for at, _ in points], ours)))
    return found


def detections(points: Sequence[tuple[datetime, float]], false_alarms: str) -> list[int]:
    """The points at which the product alarms, at its one default setting."""
    times = [at for at, _ in points]
    return [bisect_left(times, alert.at) for alert in run_series(points, Budget.parse(false_alarms))]


def perturbed(series: Series) -> dict[str, list[Series]]:
    """The same series, otherwise, by what was done to it."""
    outages, thin = (1, 2, 3), ((share, seed) for share in (0.1, 0.25, 0.5) for seed in (1, 2))
    return {
        "shifted": [shifted(series, days) for days in (*range(3, 39, 7), *range(7, 43, 7))],
        "late": [late(series, days) for days in (14, 21)],
        "thinned": [thinned(series, share, seed) for share, seed in thin],
        "louder": [_with(series, np.random.default_rng(1).poisson(np.array(_counts(series)) * 4.0).tolist())],
        "outages": [with_outages(shifted(series, 12 * seed), seed) for seed in outages],
    }


def _counts(series: Series) -> list[float]:
    return [count for _, count in series.points]


def _with(series: Series, counts: Sequence[float], windows: Sequence[Span] | None = None) -> Series:
    points = [(at, count) for (at, _), count in zip(series.points, counts, strict=True)]
    return Series(series.name, points, series.windows if windows is None else list(windows))


def shifted(series: Series, days: int) -> Series:
    """Begun so much later, the start following the end; without windows that would touch the probation or the seam."""
    counts = _counts(series)
    by, points = days * _DAY, len(counts)
    moved = [((first - by) % points, (last - by) % points) for first, last in series.windows]
    kept = sorted(window for window in moved if series.scored_from < window[0] < window[1])
    return _with(series, counts[by:] + counts[:by], kept)


def late(series: Series, days: int) -> Series:
    """Its first days never seen, and the windows of that time and of the new probation left out."""
    by = days * _DAY
    points = series.points[by:]
    kept = [(first - by, last - by) for first, last in series.windows if first - by > probation(len(points))]
    return Series(series.name, points, kept)


def thinned(series: Series, share: float, seed: int) -> Series:
    """A sample of its mentions."""
    counts = np.array(_counts(series), int)
    return _with(series, np.random.default_rng(seed).binomial(counts, share).tolist())


def with_outages(series: Series, seed: int) -> Series:
    """Twenty times nothing for one to six hours, outside of windows."""
    rng, counts = np.random.default_rng(seed), _counts(series)
    for _ in range(20):
        first = int(rng.integers(0, len(counts) - _DAY))
        last = first + int(rng.integers(_DAY // 24, _DAY // 4))
        if all(last < low or high < first for low, high in series.windows):
            counts[first : last + 1] = [0.0] * (last + 1 - first)
    return _with(series, counts)


def scores(found: Sequence[tuple[Series, Sequence[int]]]) -> dict[str, float]:
    return {name: round(normalised(found, profile), 1) for name, profile in PROFILES.items()}


def row(series: Series, at: Sequence[int]) -> dict[str, object]:
    """How one series went."""
    scored = [point for point in at if point >= series.scored_from]
    hit = [any(first <= point <= last for point in scored) for first, last in series.windows]
    inside = sum(any(first <= point <= last for first, last in series.windows) for point in scored)
    counts = {"alarms": len(at), "false": len(scored) - inside, "windows_hit": f"{sum(hit)}/{len(hit)}"}
    return {"series": series.name, **counts, **scores([(series, at)])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--false-alarms", default="1/week")
    parser.add_argument("--perturbed", action="store_true")
    options = parser.parse_args()
    if not FOLDER.exists():
        print(f"skipped: {FOLDER.name} is not in ../shared/data", file=sys.stderr)
        return
    found = [(series, detections(series.points, options.false_alarms)) for series in read_all(FOLDER)]
    for series, at in found:
        print(json.dumps(row(series, at)))
    if options.perturbed:
        others = [
            (kind, each, detections(each.points, options.false_alarms))
            for series, _ in found
            for kind, made in perturbed(series).items()
            for each in made
        ]
        for name in dict.fromkeys(series.name for _, series, _ in others):
            print(json.dumps({"perturbed": name, **scores([(s, at) for _, s, at in others if s.name == name])}))
        for kind in dict.fromkeys(kind for kind, _, _ in others):
            print(json.dumps({"perturbed": kind, **scores([(s, at) for k, s, at in others if k == kind])}))
        print(json.dumps({"perturbed": "all", **scores([(s, at) for _, s, at in others])}))
    null = scores([(series, []) for series, _ in found])
    perfect = scores([(series, [first for first, _ in series.windows]) for series, _ in found])
    print(json.dumps({"series": "all", **scores(found), "null": null, "perfect": perfect}))


if __name__ == "__main__":
    main()

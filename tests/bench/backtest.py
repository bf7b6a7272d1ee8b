"""How the spike detector does: false alarms against the budget, waves found, real data, speed. One JSON line.

    python -m tests.bench.backtest [--brands 20] [--weeks 8]

Simulated brands: 0.2 to 500 counts an hour, day and week profiles, and slow log-normal noise (relative variance 0.3,
time constant two hours) for half of them. Waves: 30 minutes, four times the usual rate and 20 counts at least on top.
Real data is read from `../shared/data`, and left out with a message where it is absent.
"""

import argparse
import asyncio
import json
import math
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from models.clock import SystemClock
from models.records import SignalPhase
from models.spikes.budget import Budget
from models.spikes.tracked import SpikeParams
from models.spikes.wave import SpikeDetector
from streams.backtest import brands_of, run_mentions, run_series, score, settings_for
from streams.mentions import read_mentions
from streams.rows import Complaints
from streams.series import read_labels, read_series
from tests.scenarios.neighbours import known_stages

DATA = Path(__file__).parents[3] / "shared/data"
WEEK = 10_080
CLOCK = SystemClock()


def simulated(rng: np.random.Generator, per_hour: float, weeks: int, noisy: bool) -> list[int]:
    """Counts by the minute of one brand."""
    t = np.arange(weeks * WEEK)
    day = 1 + 0.8 * np.sin(2 * np.pi * t / 1_440 - 2.0) + 0.15 * np.sin(4 * np.pi * t / 1_440)
    rate = per_hour / 60 * np.maximum(day, 0.05) * np.array([1.1, 1.1, 1.05, 1, 1, 0.8, 0.75])[t // 1_440 % 7]
    if noisy:
        keep, sd = math.exp(-5 / 120), math.sqrt(math.log(1.3))
        steps = rng.normal(size=len(t) // 5 + 1) * math.sqrt(1 - keep * keep)
        level = np.zeros(len(steps))
        for i in range(1, len(steps)):
            level[i] = keep * level[i - 1] + steps[i]
        rate = rate * np.exp(sd * np.repeat(level, 5)[: len(t)] - sd * sd / 2)
    return [int(count) for count in rng.poisson(rate)]


def judged(counts: Sequence[int], budget: str) -> list[tuple[SignalPhase, int, int]]:
    """The phase, minute and onset of all that was said of one brand's minutes."""
    detector = SpikeDetector(SpikeParams(budget=Budget.parse(budget)))
    tracked = detector.initial(0)
    said = []
    for minute, count in enumerate(counts):
        verdict = detector.observe(tracked, minute, count)
        if verdict is not None:
            said.append((verdict.phase, minute, verdict.onset))
    return said


def false_alarms(brands: int, weeks: int) -> dict[str, Any]:
    """Alarms per brand and budget period where nothing happened: 1 is the budget."""
    rng = np.random.default_rng(11)
    rates = [0.2 * 2_500 ** (i / max(1, brands - 1)) for i in range(brands)]
    worlds = [simulated(rng, rate, weeks, noisy=i % 2 == 1) for i, rate in enumerate(rates)]
    started, updates = CLOCK.monotonic(), 0
    out: dict[str, Any] = {}
    for budget, periods in (("1/day", weeks * 7), ("1/week", weeks)):
        alarms = [sum(phase is SignalPhase.RAISED for phase, _, _ in judged(world, budget)) for world in worlds]
        updates += sum(map(len, worlds))
        out[budget] = {
            "alarms_per_period": round(sum(alarms) / brands / periods, 3),
            "worst_brand": round(max(alarms) / periods, 3),
        }
    out["minute_updates_per_s"] = round(updates / (CLOCK.monotonic() - started))
    return out


def waves(brands: int) -> dict[str, Any]:
    """How many injected waves are found, how fast, and how near the onset is (budget 1/week, three weeks of past)."""
    rng = np.random.default_rng(12)
    found, delays, onsets = 0, [], []
    for i in range(brands):
        rate = 0.2 * 2_500 ** (i / max(1, brands - 1))
        counts = simulated(rng, rate, 4, noisy=i % 2 == 1)
        began = 3 * WEEK + int(rng.integers(0, 6 * 1_440))
        extra = max(3.0 * rate / 60, 20 / 30)
        for minute in range(began, began + 30):
            counts[minute] += int(rng.poisson(extra))
        hits = [(m, o) for p, m, o in judged(counts, "1/week") if p is SignalPhase.RAISED and began <= m < began + 60]
        if hits:
            found += 1
            delays.append(hits[0][0] - began)
            onsets.append(abs(hits[0][1] - began))
    return {
        "waves": brands,
        "found": found,
        "median_delay_min": median(delays) if delays else None,
        "median_onset_error_min": median(onsets) if onsets else None,
    }


def tweet_volumes(folder: Path) -> dict[str, Any]:
    """Alarms per series, and labelled windows hit, on a budget of 1/week."""
    labels = read_labels(folder / "anomaly_windows.json", Complaints())
    out: dict[str, Any] = {}
    for path in sorted(folder.glob("*.csv")):
        points = read_series(path, Complaints())
        ours = [label for label in labels if label.brand == path.stem]
        alerts = run_series(points, Budget.parse("1/week"))
        found = score(alerts, ours, brands=1, span=points[-1][0] - points[0][0])
        hit = round((found.recall or 0) * len(ours))
        inside = round((found.precision or 0) * len(alerts))
        out[path.stem] = {"alarms": len(alerts), "in_windows": inside, "windows_hit": f"{hit}/{len(ours)}"}
    return out


def airline(path: Path) -> dict[str, Any]:
    """Alarms per carrier in the labelled week, and when Delta's Sunday was told."""
    posts = read_mentions(path, {}, Complaints())
    alerts = asyncio.run(run_mentions(posts, settings_for(posts, "1/week"), stages=known_stages())).alerts
    sunday = [a for a in alerts if a.brand == "Delta" and a.at.date() == datetime(2015, 2, 22, tzinfo=UTC).date()]
    return {
        "alarms": {brand: sum(alert.brand == brand for alert in alerts) for brand in brands_of(posts)},
        "delta_sunday_at": sunday[0].at.isoformat() if sunday else None,
        "delta_sunday_onset": sunday[0].onset.isoformat() if sunday else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brands", type=int, default=20)
    parser.add_argument("--weeks", type=int, default=8)
    options = parser.parse_args()
    result: dict[str, Any] = {"bench": "backtest", "machine": platform.machine(), "python": platform.python_version()}
    result["simulated"] = false_alarms(options.brands, options.weeks)
    result["waves"] = waves(options.brands)
    for name, path, run in (
        ("tweet_volumes", DATA / "nab_tweet_volumes", tweet_volumes),
        ("airline", DATA / "airline/tweets.csv", airline),
    ):
        if path.exists():
            result[name] = run(path)
        else:
            print(f"skipped {name}: {path.name} is not in ../shared/data", file=sys.stderr)
    print(json.dumps(result))


if __name__ == "__main__":
    main()

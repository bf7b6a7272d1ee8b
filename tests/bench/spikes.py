"""False alarms against the budget, and waves found against simpler rules at the same false alarms. JSON lines.

    python -m tests.bench.spikes [--brands 200] [--weeks 12] [--budget 1/week]

`--budget` prints the false alarms on that budget alone: 200 brands take a core several minutes a budget.

Simulated brands of 0.2 to 5,000 mentions an hour (in equal steps of the logarithm), each with a day and a week of its
own, stationary and over-dispersed in one of three ways: negative binomial minutes (dispersion 0.1 to 1), a gamma
factor per hour (0.05 to 0.4), and log-normal noise with a memory of two hours (variance 0.3). *Waves*: one a week
from the fourth week on, 2 to 20 times what is usual at that time, either at once and for half an hour (fast), or rising
for three hours and falling for three (slow). *Rules*, each judged every minute, with at least four counts in the last
hour and at most one alarm a day, and with the one threshold at which it has as many false alarms as ours on the same
brands: last hour over the mean of twelve (as Meltwater), over the mean of seven days (Axur), standard deviations over
the mean of fourteen days (Huginn), last hour over the one before (ElastAlert 2), exponentially weighted z-score.
*Memory*: bytes of one brand's state as the engine keeps it, after three days of 20 mentions an hour, half of them
adverse, and at most in a storm of 3,000 an hour that follows; and what 10,000 of the first take of this process.
"""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.records import SignalPhase
from models.spikes.budget import Budget
from models.spikes.detector import SpikeStep
from models.spikes.tracked import SpikeParams
from models.spikes.wave import SpikeDetector
from streams.engines.local import BytesStates
from streams.engines.task import KeyState, StateCodec
from tests.contracts.test_detectors import START, mentions, run

DAY: Final = 1_440
WEEK: Final = 10_080
BUDGETS: Final = {"1/day": 1.0, "1/week": 1 / 7, "1/month": 1 / 30}
FACTORS: Final = (2.0, 4.0, 8.0, 20.0)
KINDS: Final = ("minute", "hour", "slow")
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Wave:
    """Minutes since the start of the series."""

    began: int
    ended: int
    factor: float
    fast: bool


@dataclass(frozen=True)
class World:
    """One brand: its counts by the minute without waves, and with them."""

    kind: str
    per_hour: float
    calm: Counts
    wild: Counts
    waves: tuple[Wave, ...]


def rates(rng: np.random.Generator, per_hour: float, weeks: int) -> Floats:
    """Expected counts by the minute: a day with one or two humps, and a week."""
    t = np.arange(weeks * WEEK)
    first, second = rng.uniform(0.3, 0.9), rng.uniform(0.0, 0.25)
    turns = 2 * np.pi * t / DAY
    day = 1 + first * np.sin(turns + rng.uniform(0, 6)) + second * np.sin(2 * turns + rng.uniform(0, 6))
    week = rng.uniform(0.6, 1.2, 7)
    return per_hour / 60 * np.maximum(day, 0.05) * (week / week.mean())[t // DAY % 7]


def noise(rng: np.random.Generator, kind: str, minutes: int) -> Floats:
    """A stationary factor with mean 1."""
    if kind == "minute":
        dispersion = rng.uniform(0.1, 1.0)
        return rng.gamma(1 / dispersion, dispersion, minutes)
    if kind == "hour":
        dispersion = rng.uniform(0.05, 0.4)
        return np.repeat(rng.gamma(1 / dispersion, dispersion, minutes // 60 + 1), 60)[:minutes]
    keep, variance = np.exp(-10 / 120), np.log(1.3)
    steps = rng.normal(size=minutes // 10 + 1) * np.sqrt((1 - keep**2) * variance)
    level = np.zeros(len(steps))
    for i in range(1, len(steps)):
        level[i] = keep * level[i - 1] + steps[i]
    return np.repeat(np.exp(level - variance / 2), 10)[:minutes]


def world(seed: int, per_hour: float, weeks: int, kind: str) -> World:
    rng = np.random.default_rng(seed)
    usual = rates(rng, per_hour, weeks) * noise(rng, kind, weeks * WEEK)
    calm = rng.poisson(usual)
    extra, waves = np.zeros(len(usual)), []
    for week in range(3, weeks):
        fast = bool((seed + week) % 2)
        minutes = 30 if fast else 360
        began = week * WEEK + int(rng.integers(0, WEEK - minutes - 120))
        factor = FACTORS[(seed // 2 + week) % len(FACTORS)]
        shape = np.ones(minutes) if fast else np.minimum(np.arange(1, 361), np.arange(360, 0, -1)) / 180
        extra[began : began + minutes] = (factor - 1) * shape * usual[began : began + minutes]
        waves.append(Wave(began, began + minutes, factor, fast))
    return World(kind, per_hour, calm, calm + rng.poisson(extra), tuple(waves))


def ours(counts: Counts, budget: str) -> list[int]:
    """The minutes at which the product's core alarms."""
    detector = SpikeDetector(SpikeParams(budget=Budget.parse(budget)))
    tracked = detector.initial(0)
    said = ((minute, detector.observe(tracked, minute, count)) for minute, count in enumerate(counts.tolist()))
    return [minute for minute, verdict in said if verdict is not None and verdict.phase is SignalPhase.RAISED]


def trailing(counts: Counts | Floats, minutes: int) -> Floats:
    """The sum of the last `minutes`, by the minute."""
    total = np.concatenate([[0.0], np.cumsum(counts)])
    first = np.maximum(0, np.arange(1, len(total)) - minutes)
    return total[1:] - total[first]


def _shifted(values: Floats, minutes: int) -> Floats:
    return np.concatenate([np.full(minutes, values[0]), values[:-minutes]])


def _over(hour: Floats, usual: Floats) -> Floats:
    return hour / np.maximum(usual, 0.25)


def meltwater(counts: Counts) -> Floats:
    hour = trailing(counts, 60)
    return _over(hour, _shifted(trailing(counts, 720), 60) / 12)


def axur(counts: Counts) -> Floats:
    hour = trailing(counts, 60)
    return _over(hour, _shifted(trailing(counts, WEEK), 60) / 168)


def huginn(counts: Counts) -> Floats:
    hour = trailing(counts, 60)
    mean = _shifted(trailing(counts, 2 * WEEK), 60) / 336
    squares = np.concatenate([[0.0], np.cumsum(hour**2)])
    first = np.maximum(0, np.arange(1, len(squares)) - 2 * WEEK)
    spread = _shifted((squares[1:] - squares[first]) / (2 * WEEK), 60) - mean**2
    return np.asarray((hour - mean) / np.sqrt(np.maximum(spread, 0.25)))


def elastalert(counts: Counts) -> Floats:
    hour = trailing(counts, 60)
    return _over(hour, _shifted(hour, 60))


def ewma(counts: Counts) -> Floats:
    """A z-score of the last hour, over a mean and variance with a memory of a day."""
    hour = trailing(counts, 60)
    mean, variance = max(float(hour[59]), 1.0), max(float(hour[59]), 1.0)
    means, spreads = np.empty(len(hour)), np.empty(len(hour))
    for at in range(0, len(hour), 60):
        means[at : at + 60], spreads[at : at + 60] = mean, variance
        off = float(hour[min(at + 59, len(hour) - 1)]) - mean
        mean += off / 24
        variance += (off * off - variance) / 24
    return np.asarray((hour - means) / np.sqrt(np.maximum(spreads, 0.25)))


RULES: Final[dict[str, Callable[[Counts], Floats]]] = {
    "hour_over_12h_mean": meltwater,
    "hour_over_7d_mean": axur,
    "sd_over_14d_mean": huginn,
    "hour_over_last_hour": elastalert,
    "ewma_z": ewma,
}


def alarms(score: Floats, enough: NDArray[np.bool_], threshold: float) -> list[int]:
    """Minutes at which a rule alarms: over its threshold, on enough counts, after a day of rest."""
    found: list[int] = []
    for at in np.nonzero((score > threshold) & enough)[0].tolist():
        if at >= 14 * DAY and (not found or at - found[-1] >= DAY):
            found.append(at)
    return found


def tuned(scores: Sequence[tuple[Floats, NDArray[np.bool_]]], allowed: int) -> float:
    """The threshold with `allowed` alarms over all brands, or the next one above."""
    low, high = 0.0, max(float(score.max()) for score, _ in scores) + 1.0
    for _ in range(30):
        middle = (low + high) / 2
        count = sum(len(alarms(score, enough, middle)) for score, enough in scores)
        low, high = (middle, high) if count > allowed else (low, middle)
    return high


def scored(rule: Callable[[Counts], Floats], counts: Counts) -> tuple[Floats, NDArray[np.bool_]]:
    return rule(counts).astype(np.float32).astype(np.float64), trailing(counts, 60) >= 4


def recall(worlds: Sequence[World], found: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Waves with an alarm while they last or within the hour after, by strength; and the median delay in minutes."""
    out: dict[str, Any] = {}
    for fast in (True, False):
        for factor in FACTORS:
            delays, waves = [], 0
            for each, at in zip(worlds, found, strict=True):
                for wave in each.waves:
                    if wave.factor == factor and wave.fast == fast:
                        waves += 1
                        hits = [minute for minute in at if wave.began <= minute < wave.ended + 60]
                        delays += [hits[0] - wave.began] if hits else []
            delay = float(np.median(delays)) if delays else None
            name = f"{'fast' if fast else 'slow'} x{factor:g}"
            out[name] = {"recall": round(len(delays) / max(1, waves), 3), "delay_min": delay}
    return out


def false_alarms(worlds: Sequence[World], weeks: int, budget: str) -> tuple[dict[str, Any], list[list[int]]]:
    """Alarms on the calm worlds over what the budget allows: 1 is the budget."""
    found = [ours(each.calm, budget) for each in worlds]
    due = BUDGETS[budget] * weeks * 7

    def achieved(chosen: Sequence[int]) -> float:
        return round(sum(len(found[i]) for i in chosen) / max(1, len(chosen)) / due, 2)

    third = len(worlds) // 3
    by_rate = {
        "rare": achieved(range(third)),
        "middling": achieved(range(third, 2 * third)),
        "frequent": achieved(range(2 * third, len(worlds))),
    }
    by_kind = {kind: achieved([i for i, each in enumerate(worlds) if each.kind == kind]) for kind in KINDS}
    whole = achieved(range(len(worlds)))
    return {"budget": budget, "achieved_over_budget": whole, "by_noise": by_kind, "by_rate": by_rate}, found


def measure(worlds: Sequence[World], weeks: int, budget: str) -> list[list[int]]:
    """Prints how well a budget is kept, and how fast; the alarms by brand."""
    started = os.times().user
    row, found = false_alarms(worlds, weeks, budget)
    speed = round(sum(len(each.calm) for each in worlds) / max(0.01, os.times().user - started))
    print(json.dumps({**row, "brands": len(worlds), "minute_updates_per_cpu_s": speed}), flush=True)
    return found


def compare(worlds: Sequence[World], calm: Sequence[Sequence[int]]) -> None:
    """Prints, on a budget of 1/week, what is found by us and by every rule at our false alarms after two weeks."""
    allowed = sum(minute >= 14 * DAY for at in calm for minute in at)
    wild = [ours(each.wild, "1/week") for each in worlds]
    print(json.dumps({"rule": "tocsin", "false_alarms": allowed, **recall(worlds, wild)}), flush=True)
    for name, rule in RULES.items():
        scores = [scored(rule, each.calm) for each in worlds]
        threshold = tuned(scores, allowed)
        false = sum(len(alarms(*score, threshold)) for score in scores)
        found = [alarms(*scored(rule, each.wild), threshold) for each in worlds]
        line = {"rule": name, "threshold": round(threshold, 2), "false_alarms": false, **recall(worlds, found)}
        print(json.dumps(line), flush=True)


def memory(brands: int = 10_000) -> dict[str, Any]:
    """The size of states, and the resident memory of those of many brands."""
    calm = mentions("acme", START, 72, 20, seed=1)
    storm = mentions("acme", START + timedelta(hours=72), 2, 3_000, seed=2, negative=1.0)
    step = SpikeStep(SpikeParams())
    _, state, calm_bytes = run(step, "acme", calm, stored=True)
    _, _, storm_bytes = run(step, "acme", [*calm, *storm], stored=True)
    states = BytesStates(StateCodec(step.state_type))
    before = _resident_mb()
    states.write({f"brand-{index}": KeyState(0, state) for index in range(brands)})
    grown = round(_resident_mb() - before, 1)
    return {"calm_bytes": calm_bytes, "storm_bytes": storm_bytes, "brands": brands, "resident_mb": grown}


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brands", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--budget", choices=BUDGETS)
    options = parser.parse_args()
    steps = max(1, options.brands - 1)
    worlds = [
        world(i, 0.2 * 25_000 ** (i / steps), options.weeks, KINDS[i % len(KINDS)]) for i in range(options.brands)
    ]
    if options.budget is not None:
        measure(worlds, options.weeks, options.budget)
        return
    print(json.dumps({"memory": memory()}), flush=True)
    weekly: list[list[int]] = []
    for budget in BUDGETS:
        found = measure(worlds, options.weeks, budget)
        weekly = found if budget == "1/week" else weekly
    compare(worlds, weekly)


if __name__ == "__main__":
    main()

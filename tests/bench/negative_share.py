"""Would a score on the share of negatives find more waves at the same false alarms? JSON lines.

    python -m tests.bench.negative_share [--weeks 8]

Simulated brands (20, 100 and 600 mentions an hour; the three noises of `tests.bench.spikes`, which negatives and other
mentions have in common). A quarter of the mentions is negative, times a gamma factor per hour with the variance given
(how much the share wanders). Waves of 30 minutes or three hours, three a week, in which the share is 2 to 3.5 times as
high, while the volume is flat, or rises by as many negatives. *count*: our score (mean root deviance over five windows,
squared) of negatives, where what is expected is known; *share*: the same, where a quarter of the mentions seen is
expected; *both*: the two averaged by their roots. Each with the threshold that gives it 8 alarms in calm weeks.
*Airlines* (where `../shared/data` is there): whether real negatives and other mentions go up and down together, by the
hour, beyond what the hour of day explains. American is left out: most of its week was not collected.
"""

import argparse
import csv
import json
from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np

from models.spikes.tracked import WINDOWS_MIN
from tests.bench.spikes import DAY, KINDS, WEEK, Counts, Floats, noise, rates, trailing

_AIRLINES: Final = Path("../shared/data/airline/tweets.csv")
_SHARE: Final = 0.25
_FACTORS: Final = (2.0, 3.0, 3.5)
_FALSE: Final = 8
Spans = list[tuple[int, int]]


def score(counts: Counts, expected: Floats) -> Floats:
    """The mean root deviance over our windows, squared; the dispersion is that of these counts."""
    roots: Floats = np.zeros(len(counts))
    for window in WINDOWS_MIN:
        x = np.maximum(trailing(counts, window), 1e-9)
        mean = np.maximum(trailing(expected, window), window * 0.25 / 60)
        spread = float(np.clip(((x - mean) ** 2 - mean).mean() / (mean**2).mean(), 0.01, 3.0))
        found = x * np.log(x / mean) - (x + 1 / spread) * np.log((x + 1 / spread) / (mean + 1 / spread))
        roots += np.sqrt(np.where(x > mean, np.maximum(found, 0.0), 0.0))
    return np.asarray((roots / len(WINDOWS_MIN)) ** 2)


def waves(rng: np.random.Generator, weeks: int) -> tuple[Floats, Spans]:
    """By how much the share is raised, by the minute."""
    factor, spans = np.ones(weeks * WEEK), []
    for index in range(3 * (weeks - 1)):
        began = WEEK + index // 3 * WEEK + index % 3 * 2 * DAY + int(rng.integers(0, DAY))
        ended = began + (30 if index % 2 else 180)
        factor[began:ended] = _FACTORS[(index // 3 + index) % 3]
        spans.append((began, ended))
    return factor, spans


def threshold(calm: Floats) -> float:
    low, high = 0.0, float(calm.max()) + 1.0
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (middle, high) if _alarms(calm, middle) > _FALSE else (low, middle)
    return high


def _alarms(values: Floats, least: float) -> int:
    found, last = 0, -DAY
    for at in np.nonzero(values > least)[0].tolist():
        if at - last >= DAY:
            found, last = found + 1, at
    return found


def brand(seed: int, per_hour: float, kind: str, weeks: int, wander: float, *, flat: bool) -> tuple[list[int], int]:
    """Waves found by count, share and both, and how many there were."""
    rng = np.random.default_rng(seed)
    usual = rates(np.random.default_rng(seed + 1), per_hour, weeks)
    volume = usual * noise(rng, kind, len(usual))
    share = np.minimum(_SHARE * np.repeat(rng.gamma(1 / wander, wander, len(usual) // 60), 60), 0.9)
    factor, spans = waves(rng, weeks)
    scores: list[tuple[Floats, ...]] = []
    for raised in (np.ones(len(usual)), factor):
        negative = rng.poisson(volume * np.minimum(share * raised, 0.95))
        others = rng.poisson(volume * (1 - (np.minimum(share * raised, 0.95) if flat else share)))
        count, given = score(negative, usual * _SHARE), score(negative, (negative + others) * _SHARE)
        scores.append((count, given, np.asarray(((np.sqrt(count) + np.sqrt(given)) / 2) ** 2)))
    hits = []
    for calm, wild in zip(*scores, strict=True):
        least = threshold(calm)
        hits.append(sum(bool((wild[began : ended + 60] > least).any()) for began, ended in spans))
    return hits, len(spans)


def airlines(path: Path) -> None:
    """Prints, per carrier, the correlation by the hour of negatives and other mentions, without their hours of day."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = Counter(
        (row["airline"], row["airline_sentiment"] == "negative", row["created_at_utc"][:13]) for row in rows
    )
    hours = sorted({hour for _, _, hour in cells})
    for carrier in sorted({row["airline"] for row in rows} - {"American"}):
        rest = []
        for negative in (True, False):
            counts = np.array([cells[carrier, negative, hour] for hour in hours], float)
            of_day = np.array([int(hour[11:]) for hour in hours])
            rest.append(counts - np.array([counts[of_day == each].mean() for each in of_day]))
        print(json.dumps({"airline": carrier, "correlation": round(float(np.corrcoef(*rest)[0, 1]), 2)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=8)
    weeks = parser.parse_args().weeks
    for flat in (True, False):
        for wander in (0.02, 0.1, 0.3):
            runs = [
                brand(seed, per_hour, kind, weeks, wander, flat=flat)
                for seed, (per_hour, kind) in enumerate((p, k) for p in (20.0, 100.0, 600.0) for k in KINDS)
            ]
            total = sum(count for _, count in runs)
            found = [round(sum(hits[i] for hits, _ in runs) / total, 2) for i in range(3)]
            row = {"volume": "flat" if flat else "rises", "share_variance": wander, "waves": total}
            print(json.dumps({**row, **dict(zip(("count", "share", "both"), found, strict=True))}), flush=True)
    if _AIRLINES.exists():
        airlines(_AIRLINES)
    else:
        print(f"skipped: needs {_AIRLINES}", flush=True)


if __name__ == "__main__":
    main()

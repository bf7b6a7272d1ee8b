"""Does it pay to look at the other mentions too: waves found at the same false alarms, by share or volume? JSON lines.

    python -m tests.bench.negative_share [--weeks 8]

Simulated brands (20, 100 and 600 mentions an hour; the three noises of `tests.bench.spikes`, which negatives and other
mentions have in common, or each for itself). A quarter of the mentions is negative, times a gamma factor per hour with
the variance given (how much the share wanders). Waves of 30 minutes or three hours, three a week, of 2 to 3.5 times as
many negatives, while the other mentions stay as they are, rise half as much, or as much (which nothing but the count
can tell from good news). *count*: the mean root deviance over our windows, squared, of negatives, where what is
expected is known; *share*: the same, where a quarter of the mentions seen is expected; *both*: the two averaged by
their roots; *linked*: the count, where at most twice as much is expected while the other mentions of the last hour are
up, by as much as both have gone together in the past (`Link`). Each with the threshold that gives it 8 alarms in calm
weeks. `link`: that part, on average.
*Airlines* (where `../shared/data` is there): whether real negatives and other mentions go up and down together, by the
hour, beyond what the hour of day explains. American is left out: most of its week was not collected.
"""

import argparse
import csv
import json
from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from models.spikes.tracked import WINDOWS_MIN
from tests.bench.spikes import DAY, KINDS, WEEK, Counts, Floats, noise, rates, trailing

_AIRLINES: Final = Path("../shared/data/airline/tweets.csv")
_SHARE: Final = 0.25
_FACTORS: Final = (2.0, 3.0, 3.5)
_FALSE: Final = 8
_RISES: Final = {"steady": 0.0, "half": 0.5, "as much": 1.0}
Spans = list[tuple[int, int]]


class Found(NamedTuple):
    """Waves found by count, share, both and linked, how many there were, and the link that was learned."""

    hits: list[int]
    waves: int
    link: float


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


@dataclass
class Link:
    """The slope of negatives on other mentions, hour by hour, both relative to what was expected, shrunk to 0."""

    negative: float = 0.0
    others: float = 0.0
    together: float = 0.0
    apart: float = 0.0

    @property
    def slope(self) -> float:
        return min(1.0, max(0.0, self.together / (self.apart + 10.0)))

    def learn(self, negative: int, others: int, expected: float) -> None:
        usual = expected * self.others / max(self.negative, 1.0)
        if self.negative >= 24:
            told = usual / (1.0 + usual) * expected / (1.0 + expected)
            off = min(2.0, others / usual - 1.0)
            self.together += told * min(2.0, negative / expected - 1.0) * off
            self.apart += told * off * off
        self.negative += negative
        self.others += others

    def lift(self, others: float, expected: float) -> float:
        """How many times as many negatives are to be expected, 1 to 2."""
        usual = expected * self.others / max(self.negative, 1.0)
        return 1.0 + self.slope * min(1.0, max(0.0, (others + 4.0) / (usual + 4.0) - 1.0))


def lifts(negative: Counts, others: Counts, expected: Floats) -> tuple[Floats, float]:
    """By how much more is expected, by the minute, and the slope that was learned in the end, waves included."""
    link, found = Link(), np.ones(len(negative))
    said, due = trailing(others, 60), trailing(expected, 60)
    for hour in range(len(negative) // 60):
        span = slice(hour * 60, hour * 60 + 60)
        for at in range(span.start, span.stop, 5):
            found[at : at + 5] = link.lift(float(said[at + 4]), float(due[at + 4]))
        link.learn(int(negative[span].sum()), int(others[span].sum()), float(expected[span].sum()))
    return found, link.slope


def brand(seed: int, per_hour: float, kind: str, weeks: int, wander: float, *, common: bool, rise: float) -> Found:
    """What each score finds. `rise`: by which part of the negatives' rise the other mentions rise in a wave."""
    rng = np.random.default_rng(seed)
    usual = rates(np.random.default_rng(seed + 1), per_hour, weeks)
    volume = usual * noise(rng, kind, len(usual))
    other_volume = volume if common else usual * noise(rng, kind, len(usual))
    share = np.minimum(_SHARE * np.repeat(rng.gamma(1 / wander, wander, len(usual) // 60), 60), 0.9)
    factor, spans = waves(rng, weeks)
    scores: list[tuple[Floats, ...]] = []
    for raised in (np.ones(len(usual)), factor):
        negative = rng.poisson(volume * np.minimum(share * raised, 0.95))
        others = rng.poisson(other_volume * (1 - share) * (1 + rise * (raised - 1)))
        expected = usual * _SHARE
        count, given = score(negative, expected), score(negative, (negative + others) * _SHARE)
        lifted, link = lifts(negative, others, expected)
        both = np.asarray(((np.sqrt(count) + np.sqrt(given)) / 2) ** 2)
        scores.append((count, given, both, score(negative, expected * lifted)))
    hits = []
    for calm, wild in zip(*scores, strict=True):
        least = threshold(calm)
        hits.append(sum(bool((wild[began : ended + 60] > least).any()) for began, ended in spans))
    return Found(hits, len(spans), link)


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
    for common, wander, (name, rise) in product((True, False), (0.02, 0.1, 0.3), _RISES.items()):
        runs = [
            brand(seed, per_hour, kind, weeks, wander, common=common, rise=rise)
            for seed, (per_hour, kind) in enumerate(product((20.0, 100.0, 600.0), KINDS))
        ]
        total = sum(run.waves for run in runs)
        found = [round(sum(run.hits[i] for run in runs) / total, 2) for i in range(4)]
        row = {"noise": "common" if common else "own", "share_variance": wander, "others": name, "waves": total}
        link = round(sum(run.link for run in runs) / len(runs), 2)
        scores = dict(zip(("count", "share", "both", "linked"), found, strict=True))
        print(json.dumps({**row, **scores, "link": link}), flush=True)
    if _AIRLINES.exists():
        airlines(_AIRLINES)
    else:
        print(f"skipped: needs {_AIRLINES}", flush=True)


if __name__ == "__main__":
    main()

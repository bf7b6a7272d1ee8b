"""The pictures of docs/virality.md: `python -m tests.bench.virality_pictures FILE`.

FILE is what `python -m tests.bench.virality` wrote: figures, which are aggregates. The fan is of one simulated cascade.
No data of anybody.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure

from models.virality.features import Seen
from models.virality.forecast import forecast
from models.virality.history import History
from models.virality.kernel import FLAT_S, THETA, reacted

PICTURES: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures"
INK: Final = "#1f2933"
ACCENT: Final = "#c2410c"
QUIET: Final = "#9aa5b1"


def simulated(seed: int = 11, direct: int = 260, reproduction: float = 0.72) -> list[float]:
    """A cascade of a self-exciting process: reactions to the root, and to every share."""
    chance = random.Random(seed)
    flat = float(reacted(np.array([FLAT_S]))[0])

    def reaction() -> float:
        u = chance.random()
        return FLAT_S * u / flat if u < flat else float(FLAT_S * ((1 - u) / (1 - flat)) ** (-1 / THETA))

    waiting, delays = [reaction() for _ in range(direct)], []
    while waiting:
        at = waiting.pop()
        if at <= 7 * 86_400:
            delays.append(at)
            waiting += [at + reaction() for _ in range(10) if chance.random() < reproduction / 10]
    return sorted(delays)


def fan(path: Path) -> None:
    """What was said at each age of one cascade, and what became of it."""
    delays = simulated()
    ages = np.geomspace(180, 86_400, 60)
    told = []
    for age in ages:
        history = History(origin_s=0.0)
        for delay in delays:
            if delay <= age:
                history.add(delay)
        told.append(forecast(Seen(history, float(age), root_followers=40_000)))
    so_far = [np.searchsorted(delays, age) for age in ages]
    figure = Figure(figsize=(7.2, 3.8), layout="constrained")
    axes = figure.add_subplot()
    hours = ages / 3_600
    axes.fill_between(hours, *zip(*(t.interval for t in told), strict=True), color=ACCENT, alpha=0.15, label="90 %")
    halves = [t.interval_50 for t in told if t.interval_50 is not None]
    axes.fill_between(hours, *zip(*halves, strict=True), color=ACCENT, alpha=0.3, label="50 %")
    axes.plot(hours, [t.expected_final for t in told], color=ACCENT, label="expected final size")
    axes.plot(hours, so_far, color=INK, label="shares so far")
    axes.axhline(len(delays), color=QUIET, linestyle="--", label=f"what it came to: {len(delays):,}")
    axes.set(xscale="log", yscale="log", xlabel="age of the post when asked", ylabel="shares")
    axes.set_xticks([0.05, 0.166, 0.5, 1, 3, 6, 24], ["3 min", "10 min", "30 min", "1 h", "3 h", "6 h", "24 h"])
    axes.minorticks_off()
    axes.set_yticks([50, 100, 200, 500, 1_000, 2_000], ["50", "100", "200", "500", "1,000", "2,000"])
    _finish(axes, figure, path)


def reliable(horizons: list[dict[str, Any]], path: Path) -> None:
    """Said against seen."""
    figure = Figure(figsize=(4.6, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=QUIET, linestyle="--", label="as often as said")
    for figures, colour in zip(horizons[1:], (INK, ACCENT), strict=True):
        # Tenths with fewer than ten cascades show chance, not skill.
        points = [(said, seen) for said, seen, n in figures["reliability"] if n >= 10]
        axes.plot(*zip(*points, strict=True), marker="o", color=colour, label=f"at {figures['at']}")
    axes.set(xlabel="probability to double, as told", ylabel="how often they doubled", xlim=(0, 1), ylim=(0, 1))
    _finish(axes, figure, path)


def by_size(horizons: list[dict[str, Any]], path: Path) -> None:
    """Error and coverage by how many shares there were."""
    figure = Figure(figsize=(7.2, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    names = ["10–24", "25–49", "50–99", "100 +"]
    for number, (figures, colour) in enumerate(zip(horizons, (QUIET, INK, ACCENT), strict=True)):
        at = np.arange(len(names)) + (number - 1) * 0.26
        errors = [figures["median_ape_by_size"][f"from_{low}"][1] * 100 for low in (10, 25, 50, 100)]
        covered = [figures["coverage_90_by_size"][f"from_{low}"][1] * 100 for low in (10, 25, 50, 100)]
        left.bar(at, errors, 0.26, color=colour, label=figures["at"])
        right.plot(range(len(names)), covered, marker="o", color=colour, label=figures["at"])
    left.set(title="median error of the final size, %", xlabel="shares when asked")
    right.axhspan(87, 93, color=QUIET, alpha=0.25)
    right.set(title="90 % intervals that held, %", xlabel="shares when asked", ylim=(75, 100))
    left.set_xticks(range(len(names)), names)
    right.set_xticks(range(len(names)), names)
    left.tick_params(labelsize=8)
    right.tick_params(labelsize=8)
    right.spines[["top", "right"]].set_visible(False)
    _finish(left, figure, path)


def _finish(axes: Any, figure: Figure, path: Path) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9)
    figure.savefig(path, dpi=110)


def main(file: Path) -> None:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    horizons = [line for line in lines if line["part"] == "horizon"]
    fan(PICTURES / "virality-forecast.png")
    reliable(horizons, PICTURES / "virality-reliability.png")
    by_size(horizons, PICTURES / "virality-error.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

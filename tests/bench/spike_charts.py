"""The pictures of `docs/detection.md`, from what the benches found.

    python -m tests.bench.spikes > spikes.jsonl && python -m tests.bench.spike_charts spikes.jsonl

Writes `docs/pictures/spikes-*.png`. The tweet volumes are left out with a message where `../shared/data` is absent.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from tests.bench.nab import FOLDER, Series, detections, read_all

PICTURES: Final = Path(__file__).parents[2] / "docs/pictures"
NAMES: Final = {
    "tocsin": "Tocsin",
    "hour_over_12h_mean": "hour / 12 h mean",
    "hour_over_7d_mean": "hour / 7 day mean",
    "sd_over_14d_mean": "mean + kσ, 14 days",
    "hour_over_last_hour": "hour / hour before",
    "ewma_z": "EWMA z-score",
}


def recall_chart(rows: list[dict[str, Any]]) -> None:
    """Share of waves found and median delay, by strength, ours and the rules at the same false alarms."""
    figure, axes = plt.subplots(2, 2, figsize=(11, 7), sharex=True)
    for column, pace in enumerate(("fast", "slow")):
        others = iter(("#2980b9", "#e67e22", "#27ae60", "#7f8c8d", "#8e44ad"))
        for row in rows:
            names = [name for name in row if name.startswith(pace)]
            factors = [float(name.split("x")[1]) for name in names]
            style = (
                {"color": "#c0392b", "linewidth": 2.5}
                if row["rule"] == "tocsin"
                else {"linewidth": 1.1, "color": next(others)}
            )
            label = NAMES[row["rule"]]
            axes[0][column].plot(factors, [100 * row[n]["recall"] for n in names], marker="o", label=label, **style)
            delays = [np.nan if row[n]["delay_min"] is None else row[n]["delay_min"] for n in names]
            axes[1][column].plot(factors, delays, marker="o", **style)
        shape = "half an hour, at once" if pace == "fast" else "three hours up, three down"
        axes[0][column].set_title(f"{pace} waves: {shape}")
        axes[1][column].set_xlabel("strength: times the usual rate")
        axes[1][column].set_xscale("log", base=2)
        axes[1][column].set_xticks([2, 4, 8, 20], ["2", "4", "8", "20"])
    axes[0][0].set_ylabel("waves found, %")
    axes[1][0].set_ylabel("median delay of those, minutes")
    axes[0][0].legend(frameon=False, fontsize=9)
    _save(figure, "spikes-recall")


def volume_chart(found: list[Series]) -> None:
    """The tweet volumes by the hour, the labelled windows, and our alarms."""
    figure, axes = plt.subplots(len(found), 1, figsize=(11, 2.1 * len(found)))
    for axis, series in zip(axes, found, strict=True):
        times = [at for at, _ in series.points]
        total = np.concatenate([[0.0], np.cumsum([count for _, count in series.points])])
        axis.plot(times[11:], total[12:] - total[:-12] + 1, linewidth=0.6, color="#34495e")
        axis.set_yscale("log")
        axis.set_ylabel(f"{series.name}\nan hour")
        for first, last in series.windows:
            axis.axvspan(times[first], times[last], color="#f1c40f", alpha=0.35, linewidth=0)
        for at in detections(series.points, "1/week"):
            scored = at >= series.scored_from
            axis.axvline(times[at], color="#c0392b" if scored else "#95a5a6", linewidth=1.2)
        axis.set_xlim(times[0], times[-1])
    axes[0].set_title("labelled windows (yellow), alarms on a budget of 1/week (red; grey: in the unscored start)")
    _save(figure, "spikes-volumes")


def _save(figure: Any, name: str) -> None:
    figure.tight_layout()
    figure.savefig(PICTURES / f"{name}.png", dpi=80)
    plt.close(figure)


def main() -> None:
    if len(sys.argv) == 2:
        lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
        recall_chart([row for row in map(json.loads, lines) if "rule" in row])
    if FOLDER.exists():
        volume_chart(read_all(FOLDER))
    else:
        print(f"skipped the volumes: {FOLDER.name} is not in ../shared/data", file=sys.stderr)


if __name__ == "__main__":
    main()

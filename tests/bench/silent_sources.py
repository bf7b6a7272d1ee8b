"""How often the gate for silent sources shuts for nothing, and how soon it shuts when a source dies. JSON lines.

    python -m tests.bench.silent_sources [--brands 60] [--weeks 12]

The simulated brands of `tests.bench.spikes`, whose mentions all come from one source, so that a gate that shuts for
nothing costs most. *False gates*: how often the source is taken to be silent while it lives, per source and month, and
the share of the time in which nothing would be learned. *Deaths*: from the third week on the source dies once a week,
at a random minute, and comes back after a day; how many of them are noticed within that day, and the median minutes
until then. A brand of less than a mention an hour may be silent for days: its deaths cannot be told from that.
"""

import argparse
import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from models.spikes.sources import Sources
from models.spikes.tracked import SpikeParams
from models.spikes.wave import SpikeDetector
from tests.bench.spikes import DAY, KINDS, WEEK, Counts, world

_NAME: Final = "only"


def gated(counts: Counts, deaths: Sequence[int]) -> tuple[list[int], int, list[int | None]]:
    """When gates shut for nothing, how many minutes they stayed so, and per death the minutes until it was noticed."""
    detector = SpikeDetector(SpikeParams())
    tracked, sources = detector.initial(0), Sources()
    shut: list[int] = []
    minutes, noticed = 0, dict.fromkeys(deaths)
    was = False
    for minute, count in enumerate(counts.tolist(), 1):
        died = next((at for at in deaths if at < minute <= at + DAY), None)
        count = 0 if died is not None else count
        detector.observe(tracked, minute, count)
        sources.pass_to(minute, lambda at: detector.pace(tracked, at))
        silent = bool(sources.silent())
        if died is not None and silent and noticed[died] is None:
            noticed[died] = minute - died
        if died is None and silent:
            minutes += 1
            shut += [minute] if not was else []
        was = silent
        if count:
            sources.hear(_NAME)
    return shut, minutes, list(noticed.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brands", type=int, default=60)
    parser.add_argument("--weeks", type=int, default=12)
    options = parser.parse_args()
    steps = max(1, options.brands - 1)
    third = -(-options.brands // 3)
    rows: dict[str, list[tuple[list[int], int, list[int | None]]]] = {}
    for i in range(options.brands):
        each = world(i, 0.2 * 25_000 ** (i / steps), options.weeks, KINDS[i % len(KINDS)])
        rng = np.random.default_rng(i)
        deaths = [week * WEEK + int(rng.integers(0, WEEK - 2 * DAY)) for week in range(2, options.weeks)]
        name = ("rare", "middling", "frequent")[i // third]
        alive, dead = gated(each.calm, ()), gated(each.calm, deaths)
        rows.setdefault(name, []).append((alive[0], alive[1], dead[2]))
    for name, found in rows.items():
        print(json.dumps({"brands": name, **_row(found, options.weeks)}), flush=True)


def _row(found: Sequence[tuple[list[int], int, list[int | None]]], weeks: int) -> dict[str, Any]:
    total = len(found) * weeks * WEEK
    deaths = [after for _, _, all_of_one in found for after in all_of_one]
    noticed = [after for after in deaths if after is not None]
    return {
        "false_gates_per_source_month": round(sum(len(shut) for shut, _, _ in found) / total * 30 * DAY, 3),
        "share_of_time_gated": round(sum(minutes for _, minutes, _ in found) / total, 5),
        "deaths_noticed": round(len(noticed) / max(1, len(deaths)), 3),
        "delay_min": float(np.median(noticed)) if noticed else None,
    }


if __name__ == "__main__":
    main()

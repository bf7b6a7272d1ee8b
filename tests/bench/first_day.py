"""What a learned past is worth (`tocsin learn`): `python -m tests.bench.first_day [--brands 120]`, one JSON line each.

Simulated brands of 0.2 to 5,000 counts an hour, as in `tests.bench.spikes`. Four weeks are learned; three days pass
in which nobody listens; then five weeks are judged: with that past, with one of twice or half as many mentions
(another tool's export), without any, and, to compare, as if the detector had listened all the time. Waves of a half-
hour or six hours, two to twenty times as loud, begin within the first day.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np

from models.records import Past, SignalPhase
from models.spikes.budget import Budget
from models.spikes.memory import BrandState
from models.spikes.past import learned, taken_in
from models.spikes.tracked import SpikeParams, Tracked
from models.spikes.wave import SpikeDetector
from tests.bench.spikes import DAY, FACTORS, KINDS, WEEK, Counts, noise, rates

PAST: Final = 4 * WEEK
BEGIN: Final = PAST + 3 * DAY
END: Final = BEGIN + 5 * WEEK
EXPORTS: Final = {"with its past": 1.0, "with a past twice as loud": 2.0, "with a past half as loud": 0.5}
DETECTOR: Final = SpikeDetector(SpikeParams(budget=Budget.parse("1/week")))


def observed(tracked: Tracked, counts: Counts, first: int) -> list[int]:
    """The minutes at which it alarms."""
    said = ((minute, DETECTOR.observe(tracked, minute, count)) for minute, count in enumerate(counts.tolist(), first))
    return [minute for minute, verdict in said if verdict is not None and verdict.phase is SignalPhase.RAISED]


def begun(how: str, counts: Counts) -> Tracked:
    """What is remembered at the minute `BEGIN`."""
    tracked = DETECTOR.initial(BEGIN if how == "without a past" else 0)
    if how == "listening all the time":
        observed(tracked, counts[:BEGIN], 0)
    if how in EXPORTS:
        observed(tracked, _export(counts[:PAST], EXPORTS[how]), 0)
        state = BrandState("brand", tracked)
        lesson = learned(state, DETECTOR, PAST)
        assert lesson is not None, "four weeks are enough of any of these brands"
        until, at = (datetime.fromtimestamp(minute * 60, UTC) for minute in (PAST, BEGIN))
        past = Past(id="past", brand="brand", at=at, until=until, learned=lesson)
        told = taken_in(BrandState("brand"), past, DETECTOR).tracked
        assert told is not None
        tracked = told
    return tracked


def _export(counts: Counts, share: float) -> Counts:
    """The past as another tool heard it."""
    return counts if share == 1.0 else np.random.default_rng(0).poisson(counts * share)


def brand(seed: int, per_hour: float) -> tuple[Counts, Counts, int, int]:
    """Counts without and with a wave in the first day, and its first and last minute."""
    rng = np.random.default_rng(seed)
    usual = rates(rng, per_hour, END // WEEK + 1)[:END] * noise(rng, KINDS[seed % len(KINDS)], END)
    calm = rng.poisson(usual)
    minutes = 30 if seed % 2 else 360
    began = BEGIN + 60 + int(rng.integers(0, DAY - 60 - minutes))
    extra = np.zeros(END)
    extra[began : began + minutes] = (FACTORS[seed // 2 % len(FACTORS)] - 1) * usual[began : began + minutes]
    return calm, calm + rng.poisson(extra), began, began + minutes


def measure(brands: Sequence[tuple[Counts, Counts, int, int]], how: str) -> dict[str, object]:
    found, first_day, false_alarms = 0, 0, 0
    for calm, wild, began, ended in brands:
        start = begun(how, calm)
        alarms = observed(start.copy(), calm[BEGIN:], BEGIN)
        false_alarms += len(alarms)
        first_day += sum(minute < BEGIN + DAY for minute in alarms)
        told = observed(start.copy(), wild[BEGIN : BEGIN + 2 * DAY], BEGIN)
        found += any(began <= minute < ended + 60 for minute in told)
    weeks = len(brands) * (END - BEGIN) / WEEK
    return {
        "pipeline": how,
        "waves of the first day found": f"{found / len(brands):.0%}",
        "false alarms of the first day, over the budget": round(first_day / (len(brands) / 7), 2),
        "of all five weeks": round(false_alarms / weeks, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brands", type=int, default=120)
    loudness = np.exp(np.linspace(np.log(0.2), np.log(5_000), parser.parse_args().brands))
    brands = [brand(seed, per_hour) for seed, per_hour in enumerate(loudness)]
    for how in ("listening all the time", *EXPORTS, "without a past"):
        print(json.dumps(measure(brands, how)), flush=True)


if __name__ == "__main__":
    main()

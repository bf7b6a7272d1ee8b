"""How good is the forecast? Five-fold by cascade, peers in the same folds: `python -m tests.bench.virality`.

Prints JSON lines, and skips without `../shared/data/cascades` or the extra `training`. With `--quick` the models are
smaller (for a look).

* `horizon`: Weibo cascades with at least ten shares by then. Median absolute percentage error of the final size; area
  under the curve (AUC), Brier score and reliability of the probability to double; how often the 90 % interval holds,
  by size. `_clock`: where the post's time of day is told as well. Peers: `virality_peers.py`.
* `kth_share`: at the k-th share, will there be 2k (Cheng et al., WWW 2014)?
* `ceiling`: whether two kinds of learners miss alike, that is whether there is more to find in what they read.
* `errors`: where the error comes from.
* `ordinary`: the other network's posts with followers of their sharers. `huge`: one cascade nobody has learned from.
* `ringing`, `marks`, `cost`: how often and how early alerts come; what a learned mark would be; shares
  per second through the step, bytes per cascade.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from models.training import forecast as recipe
from models.training.cascades import Cascade, auspol, seismic, weibo
from models.training.snapshots import FIXED_S, Snapshot, at_ages, chosen_set, matrix, ordinary_set
from models.virality.forecast import CROWDED, Outlook, forecast, outlook
from tests.bench.virality_cost import cost, marks, ringing, track_record
from tests.bench.virality_peers import ENDLESS, Boosting, Early, Peer, Seismic, ape, peers

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DATA: Final = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cascades"
NAMES: Final = {600.0: "10min", 3_600.0: "1h", 21_600.0: "6h"}
SIZES: Final = (10, 25, 50, 100, 10**9)
KTH: Final = (25, 50, 100)


def auc(score: Floats, truth: Bools) -> float:
    """The area under the receiver's curve, ties halved (Mann and Whitney)."""
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    values, start = score[order], 0
    for end in [*np.flatnonzero(np.diff(values)) + 1, len(values)]:
        ranks[order[start:end]] = (start + end + 1) / 2
        start = end
    yes = int(truth.sum())
    if yes in (0, len(truth)):
        return float("nan")
    return round(float((ranks[truth].sum() - yes * (yes + 1) / 2) / (yes * (len(truth) - yes))), 3)


def brier(chance: Floats, truth: Bools) -> float:
    return round(float(np.mean((chance - truth) ** 2)), 4)


def reliability(chance: Floats, truth: Bools) -> list[tuple[float, float, int]]:
    """Per tenth of the scale: (mean probability said, how often it came true, cascades)."""
    tenth = np.minimum((chance * 10).astype(int), 9)
    return [
        (round(float(chance[tenth == t].mean()), 3), round(float(truth[tenth == t].mean()), 3), int((tenth == t).sum()))
        for t in range(10)
        if (tenth == t).any()
    ]


@dataclass(frozen=True, slots=True)
class Judged:
    """Forecasts of cascades by models that had not seen them, and what became of the cascades."""

    shots: Sequence[Snapshot]
    outlooks: Sequence[Outlook]

    def of(self, wanted: Callable[[Snapshot], bool]) -> "Judged":
        kept = [(s, o) for s, o in zip(self.shots, self.outlooks, strict=True) if wanted(s)]
        return Judged([s for s, _ in kept], [o for _, o in kept])

    @property
    def finals(self) -> Floats:
        return np.array([float(s.final) for s in self.shots])

    @property
    def expected(self) -> Floats:
        intervals = [o.interval(0.9) for o in self.outlooks]
        return np.array([min(max(o.expected(), a), b) for o, (a, b) in zip(self.outlooks, intervals, strict=True)])

    @property
    def doubled(self) -> Bools:
        return np.array([s.final >= 2 * s.seen.observed for s in self.shots])

    @property
    def p_double(self) -> Floats:
        return np.array([o.reaches(max(2.0 * o.observed, 1.0)) for o in self.outlooks])

    def covered(self, part: float) -> float:
        inside = [
            low <= s.final <= high
            for s, (low, high) in zip(self.shots, (o.interval(part) for o in self.outlooks), strict=True)
        ]
        return round(float(np.mean(inside)), 3)

    def size(self, low: int, high: int) -> "Judged":
        return self.of(lambda s: low <= s.seen.observed < high)


class Validated:
    """One kind of model, cross-validated; the levels of each fold's forecasts come from the other folds alone."""

    def __init__(self, snapshots: Sequence[Snapshot], kind: recipe.Kind) -> None:
        self._folds, place = recipe.validated(snapshots, matrix(snapshots), kind)
        part = np.array([recipe.fold_of(each.cascade) for each in snapshots])
        weights = np.array([each.weight for each in snapshots])
        self._levels = []
        for fold in self._folds:
            others = np.flatnonzero(part != fold.part)
            seen = [snapshots[int(i)].seen for i in others]
            self._levels.append(recipe.levels_of(seen, place[others], weights[others], alike=kind.alike))

    def judge(self, shots: Sequence[Snapshot]) -> dict[int, Outlook]:
        """Outlooks by place in `shots`."""
        found: dict[int, Outlook] = {}
        rows = matrix(shots) if shots else np.zeros((0, 0))
        for fold, levels in zip(self._folds, self._levels, strict=True):
            model = replace(fold.model, levels=levels)
            at = [i for i, s in enumerate(shots) if recipe.fold_of(s.cascade) == fold.part]
            if at:
                chances = model.cumulative(rows[at])
                found |= {i: outlook(shots[i].seen, row, model) for i, row in zip(at, chances, strict=True)}
        return found

    def apart(self, shots: Sequence[Snapshot]) -> tuple[Floats, Floats]:
        """The mean growth that the networks foresee, and that the trees foresee, each by themselves."""
        rows, found = matrix(shots), np.zeros((2, len(shots)))
        for fold in self._folds:
            at = [i for i, s in enumerate(shots) if recipe.fold_of(s.cascade) == fold.part]
            networks = replace(fold.model, trees=None).cumulative(rows[at])
            edges = fold.model.edges
            middles = np.append(0.0, (edges[1:] + edges[:-1]) / 2)
            for row, chances in enumerate((networks, 2 * fold.model.cumulative(rows[at]) - networks)):
                found[row, at] = np.diff(chances, axis=1, prepend=0.0) @ middles
        return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Bench:
    chosen: Validated
    ordinary: Validated

    def judge(self, shots: Sequence[Snapshot]) -> Judged:
        """By the same rule as in the pipeline: which model speaks of a cascade."""
        found: list[Outlook | None] = [None] * len(shots)
        for model, chosen in ((self.chosen, True), (self.ordinary, False)):
            at = [i for i, s in enumerate(shots) if (not s.seen.ordinary and s.seen.observed < CROWDED) == chosen]
            for i, each in model.judge([shots[i] for i in at]).items():
                found[at[i]] = each
        return Judged(shots, [each for each in found if each is not None])


def shots_at(cascades: Sequence[Cascade], age_s: float, *, ordinary: bool, first: int = 0) -> list[Snapshot]:
    return [
        Snapshot(n, at_ages(c, [age_s], ordinary=ordinary)[0], len(c.delays_s))
        for n, c in enumerate(cascades, start=first)
    ]


def without_clock(shots: Sequence[Snapshot]) -> list[Snapshot]:
    return [replace(s, seen=replace(s.seen, local_s=None)) for s in shots]


def early(cascade: Cascade, age_s: float) -> Early:
    delays = np.array([t for t in cascade.delays_s if t <= age_s])
    followers = np.array(cascade.followers_of[: len(delays)], dtype=np.float64) if cascade.followers_of else None
    return Early(age_s, delays, float(cascade.followers), followers)


def peer_figures(shots: Sequence[Snapshot], cascades: Sequence[Cascade]) -> Iterator[tuple[str, Any]]:
    """The same cascades, in the same folds, by each peer."""
    seen = [early(cascades[s.cascade], s.seen.age_s) for s in shots]
    finals = np.array([float(s.final) for s in shots])
    doubled = np.array([s.final >= 2 * s.seen.observed for s in shots])
    part = np.array([recipe.fold_of(s.cascade) for s in shots])
    for peer in peers():
        predicted, chance = np.zeros(len(seen)), np.zeros(len(seen))
        for fold in range(recipe.FOLDS):
            inside, outside = np.flatnonzero(part != fold), np.flatnonzero(part == fold)
            peer.fit([seen[i] for i in inside], finals[inside])
            test = [seen[i] for i in outside]
            predicted[outside] = peer.final(test)
            chance[outside] = _doubling(peer, test, predicted[outside])
        yield f"median_ape_{peer.name}", ape(predicted, finals)
        yield f"auc_{peer.name}", auc(chance, doubled)


def _doubling(peer: Peer, test: Sequence[Early], predicted: Floats) -> Floats:
    return peer.doubles(test) if isinstance(peer, Boosting) else predicted / np.array([s.n for s in test])


def horizon(bench: Bench, cascades: Sequence[Cascade], age_s: float) -> dict[str, Any]:
    told = [s for s in shots_at(cascades, age_s, ordinary=False) if s.seen.observed >= 10]
    judged, clocked = bench.judge(without_clock(told)), bench.judge(told)
    return {
        "n": len(told),
        "median_ape": ape(judged.expected, judged.finals),
        "median_ape_clock": ape(clocked.expected, clocked.finals),
        "auc": auc(judged.p_double, judged.doubled),
        "auc_clock": auc(clocked.p_double, clocked.doubled),
        "doubled": round(float(judged.doubled.mean()), 3),
        "brier": brier(judged.p_double, judged.doubled),
        "brier_of_base_rate": brier(np.full(len(told), judged.doubled.mean()), judged.doubled),
        "coverage_90": judged.covered(0.9),
        "coverage_50": judged.covered(0.5),
        "coverage_90_clock": clocked.covered(0.9),
        "coverage_90_by_size": by_size(judged, lambda j: j.covered(0.9)),
        "median_ape_by_size": by_size(judged, lambda j: ape(j.expected, j.finals)),
        "reliability": reliability(judged.p_double, judged.doubled),
        **dict(peer_figures(told, cascades)),
    }


def by_size(judged: Judged, figure: Callable[[Judged], float]) -> dict[str, tuple[int, float]]:
    """Per range of observed shares: (cascades, figure)."""
    parts = [(low, judged.size(low, high)) for low, high in pairwise(SIZES)]
    return {f"from_{low}": (len(part.shots), figure(part)) for low, part in parts if part.shots}


def kth_share(bench: Bench, cascades: Sequence[Cascade], k: int) -> dict[str, Any]:
    shots = []
    for n, c in enumerate(cascades):
        if len(c.delays_s) >= k:
            seen = at_ages(c, [c.delays_s[k - 1]], ordinary=False)[0]
            shots.append(Snapshot(n, replace(seen, local_s=None), len(c.delays_s)))
    judged = bench.judge(shots)
    figures = {"n": len(shots), "reached": round(float(judged.doubled.mean()), 3)}
    figures |= {"auc": auc(judged.p_double, judged.doubled), "brier": brier(judged.p_double, judged.doubled)}
    return {**figures, **{name: x for name, x in peer_figures(shots, cascades) if name == "auc_boosting_12"}}


def ceiling(chosen: Validated, cascades: Sequence[Cascade], age_s: float) -> dict[str, Any]:
    """Is there more to find in these features? Two kinds of learners, in standard deviations of the log of a size: how
    far final sizes differ, how far each misses, how far they are from one another; and whether they miss alike."""
    told = without_clock([s for s in shots_at(cascades, age_s, ordinary=False) if 10 <= s.seen.observed < CROWDED])
    growth = np.array([s.growth for s in told])
    networks, trees = (each - growth for each in chosen.apart(told))
    spread = np.std(np.log([s.final + 1.0 for s in told]))
    return {
        "n": len(told),
        "sizes_differ": round(float(spread), 3),
        "networks_miss": round(float(networks.std()), 3),
        "trees_miss": round(float(trees.std()), 3),
        "apart": round(float((networks - trees).std()), 3),
        "miss_alike": round(float(np.corrcoef(networks, trees)[0, 1]), 3),
        "explained": round(1 - float(np.mean(((networks + trees) / 2) ** 2) / spread**2), 3),
    }


def errors(bench: Bench, cascades: Sequence[Cascade]) -> dict[str, Any]:
    """The error at one hour and at six by what happened after, and by the hour of day."""
    found: dict[str, Any] = {}
    for age_s in FIXED_S[1:]:
        told = [s for s in shots_at(cascades, age_s, ordinary=False) if s.seen.observed >= 10]
        judged = bench.judge(without_clock(told))
        tests: dict[str, Callable[[Snapshot], bool]] = {
            "second_wave": lambda s: second_wave(cascades[s.cascade], s.seen.age_s),
            "no_second_wave": lambda s: not second_wave(cascades[s.cascade], s.seen.age_s),
            "near_the_crawls_end": lambda s: s.final >= 800,
            "night_ahead": lambda s: _local_hour(cascades, s) in (20, 21, 22, 23, 0, 1),
            "day_ahead": lambda s: _local_hour(cascades, s) in (6, 7, 8, 9, 10, 11),
        }
        found[NAMES[age_s]] = {
            name: {"n": len(part.shots), "median_ape": ape(part.expected, part.finals), "bias": _bias(part)}
            for name, part in ((name, judged.of(test)) for name, test in tests.items())
        }
    return found


def _local_hour(cascades: Sequence[Cascade], shot: Snapshot) -> int:
    root_s = cascades[shot.cascade].root_local_s
    assert root_s is not None
    return int((root_s + shot.seen.age_s) % 86_400 // 3_600)


def _bias(judged: Judged) -> float:
    """The median of forecast over truth."""
    return round(float(np.median(judged.expected / judged.finals)), 2)


def second_wave(cascade: Cascade, age_s: float) -> bool:
    """Whether more than a third of all shares came after twelve hours of at most 2 % of them, later than `age_s`."""
    times = np.array([t for t in cascade.delays_s if t > age_s])
    gaps = [t for t in times if np.sum((times > t - 43_200) & (times <= t)) <= 0.02 * len(cascade.delays_s)]
    return any(np.sum(times > t) > len(cascade.delays_s) / 3 for t in gaps if t > age_s + 43_200)


def ordinary(bench: Bench, cascades: Sequence[Cascade], first: int) -> dict[str, Any]:
    found = {}
    for age_s, name in NAMES.items():
        judged = bench.judge(without_clock(shots_at(cascades, age_s, ordinary=True, first=first)))
        for low, high in ((1, 3), (3, 10), (10, 10**9)):
            part = judged.size(low, high)
            found[f"{name}_from_{low}"] = {
                "n": len(part.shots),
                "coverage_90": part.covered(0.9),
                "coverage_50": part.covered(0.5),
                "median_ape": ape(part.expected, part.finals),
                "sum_of_medians_to_truth": round(sum(o.quantile(0.5) for o in part.outlooks) / part.finals.sum(), 2),
            }
    return found


def huge() -> dict[str, Any]:
    """The shipped models on the one cascade of SEISMIC's sample."""
    cascade = seismic(DATA)
    found: dict[str, Any] = {"final": len(cascade.delays_s)}
    for seen in at_ages(cascade, [*FIXED_S, 86_400.0], ordinary=True):
        heading = forecast(seen)
        name = NAMES.get(seen.age_s, "24h")
        found[name] = {"observed": seen.observed, "expected": round(heading.expected_final), "90": heading.interval}
        shares, to_come = Seismic.parts(early(cascade, seen.age_s))
        found[name]["seismic_uncorrected"] = None if to_come >= ENDLESS else round(shares + to_come)
    return found


def say(part: str, figures: Any) -> None:
    sys.stdout.write(json.dumps({"bench": "virality", "part": part, **figures}) + "\n")
    sys.stdout.flush()


def main(quick: bool = False) -> None:
    if not DATA.is_dir():
        sys.stdout.write("skipped: no cascades in ../shared/data/cascades\n")
        return
    if find_spec("lightgbm") is None:
        sys.stdout.write("skipped: LightGBM is not installed (extra `training`)\n")
        return
    breakouts, others = weibo(DATA), auspol(DATA)
    chosen, ordinary_ = (replace(kind, networks=1) if quick else kind for kind in (recipe.CHOSEN, recipe.ORDINARY))
    bench = Bench(
        Validated(chosen_set(breakouts, recipe.SEED), chosen),
        Validated(ordinary_set(breakouts, others, recipe.SEED), ordinary_),
    )
    for age_s, name in NAMES.items():
        say("horizon", {"at": name, **horizon(bench, breakouts, age_s)})
    for k in KTH:
        say("kth_share", {"k": k, **kth_share(bench, breakouts, k)})
    for age_s, name in NAMES.items():
        say("ceiling", {"at": name, **ceiling(bench.chosen, breakouts, age_s)})
    say("errors", errors(bench, breakouts))
    say("ordinary", ordinary(bench, others, len(breakouts)))
    say("huge", huge())
    say("ringing", ringing(breakouts, others))
    say("marks", marks(others))
    say("track_record", {"ordinary": track_record(others), "weibo_150": track_record(breakouts[:150])})
    say("cost", cost(breakouts))


if __name__ == "__main__":
    main("--quick" in sys.argv)

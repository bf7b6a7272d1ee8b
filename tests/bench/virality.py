"""How good is the forecast? Cross-validated on Weibo, next to two simple peers: `python -m tests.bench.virality`.

Prints one JSON line. Per age: the median absolute percentage error of the final size, the coverage of the 90 %
interval (should be 0.9), and the peers' errors on the same cascades, fitted on the same folds:

* `last_rate`: the rate of the last third of the age goes on, for the multiple of the age that suits the training folds;
* `log_linear`: log final = a + b · log(1 + shares so far) (Szabo and Huberman 2010).

`alert_*` is the forecast as alerts give it, tempered, on the cascades that have 50 shares by then. `elsewhere`: the
shipped constants on one huge cascade of another network, and the alerts' forecast on ordinary posts with 10 shares at
one hour (the constants have seen these). `ringing`: how often and how early alerts
come. `organic_coordination` is how often the coordination score exceeds 0.2 on cascades that nobody has called
coordinated. `shares_per_s` is the detector alone, with its state encoded and decoded after every 64 shares, as an
engine would.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from models.clock import SystemClock
from models.coordination import Signs, judge
from models.training.virality import Cascade, auspol, fit, median_regression, weibo
from models.virality.cascade import Cascade as State
from models.virality.detector import ViralityParams, ViralityStep
from models.virality.expected import Usual
from models.virality.forecast import Features, Fitted, early, forecast, tempered

Floats = npt.NDArray[np.float64]

DATA: Final = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "cascades"
AGES_S: Final = {"10min": 600.0, "1h": 3_600.0, "6h": 21_600.0}
FOLDS: Final = 5


def ape(predicted: Floats, final: Floats) -> float:
    """The median absolute percentage error, as a fraction."""
    return round(float(np.median(np.abs(predicted - final) / final)), 3)


def ours(seen: list[Features], fitted: tuple[Fitted, ...]) -> tuple[Floats, Floats]:
    """Forecasts: (final sizes, intervals)."""
    forecasts = [forecast(each, fitted) for each in seen]
    return np.array([f.expected_final for f in forecasts]), np.array([f.interval for f in forecasts])


def last_rate(train: list[Features], final: Floats, test: list[Features]) -> Floats:
    """The peer that most dashboards are: it goes on as it went."""
    best = min((ape(_extrapolate(train, h), final), h) for h in np.geomspace(0.1, 300, 60))[1]
    return _extrapolate(test, best)


def _extrapolate(seen: list[Features], horizon: float) -> Floats:
    return np.array([s.observed + s.last_third * 3 * horizon for s in seen])


def log_linear(train: list[Features], final: Floats, test: list[Features]) -> Floats:
    def rows(seen: list[Features]) -> Floats:
        return np.array([(1.0, np.log1p(s.observed)) for s in seen])

    return np.exp(rows(test) @ median_regression(rows(train), np.log(final)))


def validated(cascades: list[Cascade], age_s: float) -> dict[str, float | int]:
    """One age, cross-validated."""
    seen = [early(cascade.delays_s, age_s) for cascade in cascades]
    final = np.array([len(c.delays_s) for c in cascades], dtype=np.float64)
    x = np.array([s.row() for s in seen])
    y = np.log1p(final - np.array([s.observed for s in seen]))
    fold = np.arange(len(seen)) % FOLDS
    found: dict[str, Floats] = {
        name: np.zeros(len(seen)) for name in ("ours", "low", "high", "last_rate", "log_linear")
    }
    for f in range(FOLDS):
        out, rest = np.flatnonzero(fold == f), np.flatnonzero(fold != f)
        train, test = [seen[i] for i in rest], [seen[i] for i in out]
        found["ours"][out], intervals = ours(test, (fit(x[rest], y[rest], age_s),))
        found["low"][out], found["high"][out] = intervals.T
        found["last_rate"][out] = last_rate(train, final[rest], test)
        found["log_linear"][out] = log_linear(train, final[rest], test)
    errors = {f"median_ape_{name}": ape(found[name], final) for name in ("ours", "log_linear", "last_rate")}
    big = [i for i, s in enumerate(seen) if s.observed >= 50]
    told = np.array([tempered(seen[i], Usual(cascades[i].followers)).expected_final for i in big])
    covered = float(np.mean((found["low"] <= final) & (final <= found["high"])))
    alert = {"alert_n": len(big), "alert_median_ape": ape(told, final[big])}
    return {**errors, "coverage_90": round(covered, 3), **alert}


def elsewhere() -> dict[str, Any]:
    """The shipped constants on other networks: cascades with at least 10 shares at one hour, and one huge one."""
    lines = (DATA / "seismic_sample" / "tweet.csv").read_text(encoding="utf-8").splitlines()[1:]
    huge = Cascade(0, tuple(float(line.split(",")[0]) for line in lines))
    seismic = {name: round(forecast(early(huge.delays_s, age)).expected_final) for name, age in AGES_S.items()}
    grown = [(c, early(c.delays_s, 3_600)) for c in auspol(DATA)]
    grown = [(c, seen) for c, seen in grown if seen.observed >= 10]
    final = np.array([len(c.delays_s) for c, _ in grown], dtype=np.float64)
    alerts = [tempered(seen, Usual(c.followers)) for c, seen in grown]
    hopeful = np.array([forecast(seen).expected_final for _, seen in grown])
    told = np.array([f.expected_final for f in alerts])
    inside = [f.interval[0] <= size <= f.interval[1] for f, size in zip(alerts, final, strict=True)]
    ordinary = {
        "n": len(grown),
        "median_predicted_to_true": round(float(np.median(told / final)), 2),
        "median_predicted_to_true_as_breakout": round(float(np.median(hopeful / final)), 2),
        "coverage_90": round(float(np.mean(inside)), 3),
    }
    return {"seismic_final": len(lines), "seismic": seismic, "auspol": ordinary}


def coordination(cascades: list[Cascade]) -> float:
    scores = []
    for cascade in cascades:
        signs = Signs()
        for n, delay in enumerate(cascade.delays_s):
            signs.add(int(delay), n, None, None, None)
        found = judge(signs)
        scores.append(0.0 if found is None else found.score)
    return round(float(np.mean(np.array(scores) > 0.2)), 4)


def raised(cascade: Cascade) -> int | None:
    """With how many shares the detector rings for a negative post, checked at every share; None: it does not."""
    from tests.scenarios.world import START, mention, share

    step = ViralityStep(ViralityParams())
    state: State | None = step(step.initial("root"), [mention(followers=cascade.followers)], START).state
    for n, delay in enumerate(cascade.delays_s):
        at = START + timedelta(seconds=delay)
        if state is None or delay > 86_400:
            return None
        state = step(state, [share(n, at)], at).state
        assert state is not None
        stepped = step(state, (), at)
        if stepped.emits:
            return n + 1
        state = stepped.state
    return None


def ringing(cascades: list[Cascade]) -> dict[str, Any]:
    """How often, and how early, the detector rings within a day: on all ordinary posts, and on 150 of Weibo."""
    ordinary = auspol(DATA)
    rung = [c for c in ordinary if raised(c) is not None]
    parts = [n / len(c.delays_s) for c in cascades[:150] if (n := raised(c)) is not None]
    return {
        "ordinary_posts": len(ordinary),
        "ordinary_rung": len(rung),
        "ordinary_with_50_shares": sum(len(c.delays_s) >= 50 for c in ordinary),
        "weibo_rung_of_150": len(parts),
        "weibo_median_part_of_final": round(float(np.median(parts)), 3),
    }


def throughput(shares: int = 20_000) -> int:
    """Shares per second through one cascade, judged every 64 shares."""
    from tests.scenarios.world import START, mention, share

    step, clock = ViralityStep(ViralityParams()), SystemClock()
    records = [share(n, START + timedelta(seconds=n)) for n in range(shares)]
    encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(State)
    early = datetime.fromtimestamp(0, UTC)
    began = clock.monotonic()
    state = step(step.initial("root"), [mention()], early).state
    for at in range(0, shares, 64):
        for batch, now in ((records[at : at + 64], early), ([], records[min(at + 63, shares - 1)].seen_at)):
            assert state is not None
            state = step(decoder.decode(encoder.encode(state)), batch, now).state
    return round(shares / (clock.monotonic() - began))


def main() -> None:
    if not DATA.is_dir():
        sys.stdout.write("skipped: no cascades in ../shared/data/cascades\n")
        return
    cascades = weibo(DATA)
    report: dict[str, Any] = {"bench": "virality", "cascades": len(cascades)}
    report |= {name: validated(cascades, age_s) for name, age_s in AGES_S.items()}
    report["elsewhere"] = elsewhere()
    report["ringing"] = ringing(cascades)
    report["organic_coordination"] = coordination(cascades)
    report["shares_per_s"] = throughput()
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()

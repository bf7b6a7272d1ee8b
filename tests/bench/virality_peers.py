"""What the forecast of a cascade is measured against: four methods of the literature and a plain boosting.

Every peer is a class with `fit(seen, finals)` and `final(seen)`, over cascades as they stood at one age.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from models.virality.kernel import FLAT_S, THETA, excite, reacted

Floats = npt.NDArray[np.float64]

N_STAR: Final = 100.0
"""The mean number of followers of a sharer, as in Zhao et al.; also taken for everyone whose number is unknown."""
ENDLESS: Final = 1e6
"""What is to come of a cascade that a method calls endless."""
_PEAK: Final = 1.0 / (FLAT_S * (1.0 + 1.0 / THETA))


@dataclass(frozen=True, slots=True)
class Early:
    """A cascade as a peer sees it: the exact delays of its shares by `age_s`, sorted."""

    age_s: float
    delays_s: Floats
    root_followers: float
    followers: Floats | None = None

    @property
    def n(self) -> int:
        return len(self.delays_s)


class Peer(Protocol):
    name: str

    def fit(self, seen: Sequence[Early], finals: Floats) -> None: ...

    def final(self, seen: Sequence[Early]) -> Floats: ...


def ape(predicted: Floats, finals: Floats) -> float:
    """The median absolute percentage error, as a fraction."""
    return round(float(np.median(np.abs(predicted - finals) / finals)), 3)


class LastRate:
    """What most dashboards do: it goes on as it went, for the multiple of the age that suits the training cascades."""

    name = "last_rate"

    def fit(self, seen: Sequence[Early], finals: Floats) -> None:
        self._times = min((ape(self._at(seen, h), finals), h) for h in np.geomspace(0.1, 300, 60))[1]

    def final(self, seen: Sequence[Early]) -> Floats:
        return self._at(seen, self._times)

    @staticmethod
    def _at(seen: Sequence[Early], times: float) -> Floats:
        return np.array([s.n + 3 * times * np.sum(s.delays_s > s.age_s * 2 / 3) for s in seen])


class LogLinear:
    """log final = a + b · log(1 + shares so far): Szabo and Huberman, CACM 2010; least absolute deviations."""

    name = "log_linear"

    def fit(self, seen: Sequence[Early], finals: Floats) -> None:
        x, y = self._rows(seen), np.log(finals)
        weight, self._beta = np.ones(len(y)), np.zeros(2)
        for _ in range(40):
            scaled = x * weight[:, None]
            self._beta = np.linalg.solve(scaled.T @ x + 1e-6 * np.eye(2), scaled.T @ y)
            weight = 1.0 / np.maximum(np.abs(y - x @ self._beta), 0.02)

    def final(self, seen: Sequence[Early]) -> Floats:
        return np.exp(self._rows(seen) @ self._beta)

    @staticmethod
    def _rows(seen: Sequence[Early]) -> Floats:
        return np.array([(1.0, np.log1p(s.n)) for s in seen])


class Seismic:
    """SEISMIC (Zhao et al., KDD 2015): infectiousness by their kernels; its correction by age learned as they did."""

    name = "seismic"

    def fit(self, seen: Sequence[Early], finals: Floats) -> None:
        parts = np.array([self.parts(s) for s in seen])
        self._alpha = min((ape(parts[:, 0] + a * parts[:, 1], finals), a) for a in np.geomspace(0.02, 20, 80))[1]

    def final(self, seen: Sequence[Early]) -> Floats:
        parts = np.array([self.parts(s) for s in seen])
        return np.asarray(parts[:, 0] + self._alpha * parts[:, 1])

    @staticmethod
    def parts(s: Early) -> tuple[float, float]:
        """(shares so far, what is to come before the correction); an endless cascade is one of a million."""
        times = np.concatenate([[0.0], s.delays_s])
        shares = np.full(s.n, N_STAR) if s.followers is None else s.followers
        degrees = np.concatenate([[max(s.root_followers, 1.0)], shares])
        grid = np.linspace(s.age_s / 2, s.age_s, 61)
        since = np.maximum(grid[:, None] - times[None, :], 0.0)
        reaction = _PEAK * np.where(since <= FLAT_S, 1.0, (np.maximum(since, FLAT_S) / FLAT_S) ** -(1 + THETA))
        reaction = np.where(grid[:, None] >= times[None, :], reaction, 0.0)
        weight = np.maximum(1 - 2 * (s.age_s - grid) / s.age_s, 0.0)
        exposed = float(np.trapezoid(weight * (reaction @ degrees), grid))
        came = float(np.sum(np.maximum(1 - 2 * (s.age_s - s.delays_s) / s.age_s, 0.0)))
        infectious = came / max(exposed, 1e-12)
        left = float(np.sum(degrees * (1 - reacted(s.age_s - times))))
        if infectious * N_STAR >= 1:
            return float(s.n), ENDLESS
        return float(s.n), infectious * left / (1 - infectious * N_STAR)


class Hawkes:
    """A self-exciting process with the same memory, fitted to each cascade by itself; nothing learned from others."""

    name = "hawkes"

    def fit(self, seen: Sequence[Early], finals: Floats) -> None:
        """It learns from each cascade alone."""

    def final(self, seen: Sequence[Early]) -> Floats:
        return np.array([s.n + self._remaining(s) for s in seen])

    @staticmethod
    def _remaining(s: Early) -> float:
        edges = np.linspace(0, s.age_s, 61)
        return excite(edges[:-1], edges[1:], np.histogram(s.delays_s, edges)[0].astype(np.float64)).remaining


class Boosting:
    """Gradient boosting of twelve temporal features, absolute error, at one age. Needs scikit-learn."""

    name = "boosting_12"

    def fit(self, seen: Sequence[Early], finals: Floats) -> None:
        from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

        kind: dict[str, Any] = {
            "n_estimators": 200, "max_depth": 3, "learning_rate": 0.05, "subsample": 0.7, "random_state": 0
        }  # fmt: skip
        rows, counts = self._rows(seen), np.array([s.n for s in seen])
        self._size = GradientBoostingRegressor(loss="absolute_error", **kind).fit(rows, np.log(finals / counts))
        doubled = finals >= 2 * counts
        self._doubles = GradientBoostingClassifier(**kind).fit(rows, doubled) if 0 < doubled.mean() < 1 else None

    def final(self, seen: Sequence[Early]) -> Floats:
        growth = np.maximum(self._size.predict(self._rows(seen)), 0.0)
        return np.asarray(np.exp(growth) * np.array([s.n for s in seen]))

    def doubles(self, seen: Sequence[Early]) -> Floats:
        if self._doubles is None:
            return np.ones(len(seen))
        return np.asarray(self._doubles.predict_proba(self._rows(seen))[:, 1])

    @staticmethod
    def _rows(seen: Sequence[Early]) -> Floats:
        rows = []
        for s in seen:
            quantiles = np.quantile(s.delays_s, (0.1, 0.25, 0.5, 0.75, 0.9)) / s.age_s
            recent = [np.mean(s.delays_s > s.age_s * part) for part in (0.9, 0.8, 0.5)]
            first, last = s.delays_s[0], s.age_s - s.delays_s[-1]
            rows.append(
                (np.log1p(s.n), np.log1p(s.root_followers), np.log1p(first), np.log1p(last), *quantiles, *recent)
            )
        return np.array(rows)


def peers() -> list[Peer]:
    """All of them; the boosting where scikit-learn is there."""
    found: list[Peer] = [Seismic(), Hawkes(), LogLinear(), LastRate()]
    try:
        import sklearn  # noqa: F401
    except ImportError:
        return found
    return [*found, Boosting()]

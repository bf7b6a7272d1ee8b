"""How bad is it: one documented formula from a signal's evidence to P1…P4 (see `docs/alerting.md`).

    points = surprise (0–3) + size (0–3) + reach (0–2) + negativity (0–2) + risk (0 or 1)
    points × (1 − ½ · coordination) + tier (−½, 0 or ½)        P1 from 7.5, P2 from 5.5, P3 from 3.5, else P4

Good news never wakes anybody: an opportunity is at most P3, and one of neutral tone at most P4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.records import Incident, Severity, Signal, SignalKind, SignalPhase

RANK: Final = {Severity.P1: 4, Severity.P2: 3, Severity.P3: 2, Severity.P4: 1}
FROM_POINTS: Final = ((7.5, Severity.P1), (5.5, Severity.P2), (3.5, Severity.P3))
COORDINATION_DISCOUNT: Final = 0.5
_AS_USUAL: Final = 0.5
"""What negativity counts where the share of negatives is as usual: all mentions are up, and these among them."""
TIERS: Final = {1: 0.5, 2: 0.0, 3: -0.5}
"""How much a brand matters, in points: a quarter of a level up or down, so that it decides close calls only."""
_URGENCY: Final = {SignalKind.VIRAL_THREAT: 2, SignalKind.SPIKE: 1, SignalKind.VIRAL_OPPORTUNITY: 0}


def principal(incident: Incident) -> Signal | None:
    """The signal that an alert is about: what still goes on before what ended, threats first, then the newest."""
    return max(
        incident.signals,
        key=lambda s: (s.phase is not SignalPhase.ENDED, _URGENCY[s.kind], s.at),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class Points:
    """The parts of the formula, so that an alert can say where its severity comes from."""

    surprise: float
    size: float
    reach: float
    negativity: float
    risk: float
    discount: float
    tier: float = 0.0

    @property
    def total(self) -> float:
        return (self.surprise + self.size + self.reach + self.negativity + self.risk) * self.discount + self.tier


def points(signal: Signal, tier: int = 2) -> Points:
    """The formula's parts for one signal of a brand of `tier` 1, 2 or 3."""
    evidence = signal.evidence
    coordination = 0.0 if evidence.coordination is None else evidence.coordination.score
    return Points(
        # Ten decades of rarity and more are all the same to a human.
        surprise=3.0 * _part(signal.surprise, 10.0),
        size=3.0 * _part(_decades(_size(signal)), 4.0),
        # Unknown reach counts like some three thousand followers.
        reach=1.0 if evidence.reach is None else 2.0 * _part(_decades(evidence.reach), 7.0),
        negativity=2.0 * _negativity(signal),
        risk=0.0 if evidence.risk is None else 1.0,
        discount=1.0 - COORDINATION_DISCOUNT * _part(coordination, 1.0),
        tier=TIERS[tier],
    )


def severity(signal: Signal, tier: int = 2) -> Severity:
    """P1…P4 for one signal of a brand of `tier` 1, 2 or 3.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 3, 2, tzinfo=UTC)
    >>> from models.records import Evidence, SignalPhase
    >>> wave = Signal(id="1", brand="acme", kind=SignalKind.SPIKE, phase=SignalPhase.RAISED, story="s", at=at,
    ...     onset=at, observed=40, expected=4, interval=(1, 8), surprise=12, window_s=900, reason="",
    ...     evidence=Evidence(mentions=50, adverse=40))
    >>> severity(wave)
    <Severity.P2: 'P2'>
    """
    total = points(signal, tier).total
    reached = next((level for least, level in FROM_POINTS if total >= least), Severity.P4)
    if signal.kind is SignalKind.VIRAL_OPPORTUNITY:
        return mildest((reached, Severity.P3 if _tone(signal) == "positive" else Severity.P4))
    return reached


def worst(severities: Sequence[Severity]) -> Severity:
    """The most urgent of several.

    >>> worst((Severity.P3, Severity.P1, Severity.P4))
    <Severity.P1: 'P1'>
    """
    return max(severities, key=RANK.__getitem__)


def mildest(severities: Sequence[Severity]) -> Severity:
    """The least urgent of several."""
    return min(severities, key=RANK.__getitem__)


def _size(signal: Signal) -> float:
    """What is there, or what is almost certain to come (the low end of the forecast) if that is more."""
    forecast = signal.evidence.forecast
    return signal.observed if forecast is None else max(signal.observed, forecast.interval[0])


def _negativity(signal: Signal) -> float:
    if signal.kind is SignalKind.VIRAL_OPPORTUNITY:
        return 0.0
    evidence = signal.evidence
    # A spike without counts in its evidence is one of adverse mentions all the same.
    share = 1.0 if evidence.mentions <= 0 else _part(evidence.adverse, evidence.mentions)
    usual = evidence.usual_share
    return share * _AS_USUAL if usual is not None and usual.holds(share) else share


def _tone(signal: Signal) -> str:
    drivers = signal.evidence.drivers
    return drivers[0].sentiment if drivers else "neutral"


def _decades(count: float) -> float:
    return math.log10(1.0 + max(count, 0.0))


def _part(value: float, whole: float) -> float:
    """`value` as a part of `whole`, kept within 0 and 1; not-a-number, from a detector gone wrong, counts as all."""
    return 1.0 if math.isnan(value) else min(max(value / whole, 0.0), 1.0)

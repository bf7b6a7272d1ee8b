"""How far off past forecasts for a brand were: the desk keeps the last ones, and every viral alert says it."""

from collections.abc import Sequence
from statistics import median
from typing import Final

import msgspec

from models.records import Accuracy, Judged, Signal

KEPT: Final = 50
"""How many forecasts are remembered of a brand: the last ones."""
TRACKED: Final = 128
"""Of how many brands of a desk; beyond it, the one that was judged longest ago is forgotten."""
ENOUGH: Final = 5
"""Of fewer forecasts nothing is said."""
_MOST: Final = 1_000_000
"""In thousandths: beyond a thousand times the truth one error is like another."""


class Past(msgspec.Struct, array_like=True, frozen=True):
    """One forecast against what came: the error in thousandths of the truth."""

    error: int
    held: bool
    told: bool


class Record(msgspec.Struct, array_like=True, frozen=True):
    """The track record of a brand, oldest first."""

    brand: str
    past: tuple[Past, ...]


def judged(records: Sequence[Record], verdict: Judged) -> tuple[Record, ...]:
    """The track records with a cascade's forecasts added; the brand's comes last."""
    brand, final = verdict.brand, verdict.final
    new = tuple(Past(min(round(1_000 * f.error(final)), _MOST), f.holds(final), f.told) for f in verdict.forecasts)
    before = next((each.past for each in records if each.brand == brand), ())
    others = [each for each in records if each.brand != brand]
    return (*others, Record(brand, (*before, *new)[-KEPT:]))[-TRACKED:]


def accuracy(records: Sequence[Record], brand: str) -> Accuracy | None:
    """What can be said of a brand's forecasts; None where there are too few.

    >>> accuracy((Record("acme", (Past(200, True, True), Past(100, True, False)) * 3),), "acme")
    Accuracy(forecasts=6, told=3, held=6, median_error=0.15)
    """
    past = next((each.past for each in records if each.brand == brand), ())
    if len(past) < ENOUGH:
        return None
    return Accuracy(
        forecasts=len(past),
        told=sum(each.told for each in past),
        held=sum(each.held for each in past),
        median_error=median(each.error for each in past) / 1_000,
    )


def vouched(signal: Signal, records: Sequence[Record]) -> Signal:
    """A signal with a forecast, and how far off the last ones were."""
    known = None if signal.evidence.forecast is None else accuracy(records, signal.brand)
    if known is None:
        return signal
    return msgspec.structs.replace(signal, evidence=msgspec.structs.replace(signal.evidence, accuracy=known))

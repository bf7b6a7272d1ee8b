"""Which desk judges a brand's incidents: its sector's, where it has one, or its own."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from models.records import Topic
from models.stage import Emit, Step, Stepped
from streams.settings.schema import Settings

DeskOf = Callable[[str], str]
SECTOR: Final = "sector:"
"""Begins the key of a sector's desk, so that no brand's name can be taken for it."""


def desk_of(settings: Settings) -> DeskOf:
    """The key under which everything about a brand's incidents is published and judged.

    >>> from streams.settings.schema import BrandSettings
    >>> desk = desk_of(Settings(brands=(BrandSettings(name="acme", query="acme", sector="telecom"),)))
    >>> desk("acme"), desk("other")
    ('sector:telecom', 'other')
    """
    desks = {brand.name: f"{SECTOR}{brand.sector}" for brand in settings.brands if brand.sector}
    return lambda brand: desks.get(brand, brand)


class ByDesk:
    """A detector's step whose signals go to the desk of their brand (`models.stage.Step`)."""

    def __init__(self, step: Step[Any, Any], desk: DeskOf) -> None:
        self.inner = step
        self._desk = desk
        self.state_type = step.state_type

    def initial(self, key: str) -> Any:
        return self.inner.initial(key)

    def __call__(self, state: Any, records: Sequence[Any], now: datetime) -> Stepped[Any]:
        stepped = self.inner(state, records, now)
        emits = tuple(
            Emit(emit.topic, self._desk(emit.key), emit.record) if emit.topic is Topic.INCIDENT_EVENTS else emit
            for emit in stepped.emits
        )
        return Stepped(stepped.state, emits, stepped.wake_at)

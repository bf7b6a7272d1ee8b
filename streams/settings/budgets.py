"""Which budget of false alarms is in force for a brand: its own, or that of `[spikes]`."""

from collections.abc import Iterator

from models.spikes.budget import Budget, BudgetError
from streams.settings.problems import Remark, error
from streams.settings.schema import BrandSettings, Settings


def budget(settings: Settings, brand: BrandSettings | None = None) -> Budget:
    """What a brand, or one that the settings do not know, may cost in false alarms. Raises `BudgetError`; `unreadable`
    tells of all at once.

    >>> budget(Settings()).per_minute * 7 * 1440
    1.0
    """
    own = "" if brand is None else brand.false_alarms
    return Budget.parse(own or settings.spikes.false_alarms)


def unreadable(settings: Settings) -> Iterator[Remark]:
    """Budgets that cannot be read, with what one looks like."""
    written = {f"brands[{brand.name}]": brand.false_alarms for brand in settings.brands if brand.false_alarms}
    for key, text in {"spikes": settings.spikes.false_alarms, **written}.items():
        try:
            Budget.parse(text)
        except BudgetError as refused:
            yield error(f"{key}.false_alarms", " ".join(str(refused).split()))

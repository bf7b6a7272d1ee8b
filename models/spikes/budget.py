"""The false-alarm budget: how often a brand may be called for nothing, as the user says it."""

import math
import re
from typing import Final

import msgspec

_MINUTES: Final = {"hour": 60, "day": 1_440, "week": 10_080, "month": 43_200, "year": 525_600}
_FORM: Final = re.compile(r"\s*(\d{1,4}(?:\.\d{1,3})?)\s*/\s*([a-z]+?)s?\s*", re.IGNORECASE)


class BudgetError(ValueError):
    """The text is no budget; the message says what one looks like."""


class Budget(msgspec.Struct, frozen=True, array_like=True):
    """At most `per_minute` false alarms a minute, per brand, in the long run.

    >>> round(Budget.parse("1/week").bar, 2)
    4.0
    >>> Budget.parse("2/day").per_minute * 1440
    2.0
    """

    per_minute: float

    @property
    def bar(self) -> float:
        """The surprise from which an alarm is worth its place in the budget: −log10 of the rate per minute."""
        return -math.log10(self.per_minute)

    @staticmethod
    def parse(text: str) -> "Budget":
        """Reads `NUMBER/PERIOD`; raises `BudgetError` with the remedy."""
        found = _FORM.fullmatch(text)
        if found is None or found[2].lower() not in _MINUTES:
            periods = ", ".join(_MINUTES)
            raise BudgetError(f"{text[:40]!r} is no false-alarm budget: write NUMBER/PERIOD, as in 1/week ({periods})")
        count = float(found[1])
        if count <= 0:
            raise BudgetError(f"{text[:40]!r}: a budget of no false alarm at all would silence everything; try 1/year")
        if count > _MINUTES[found[2].lower()]:
            raise BudgetError(f"{text[:40]!r} is more than one alarm a minute; try 1/day or 1/week")
        return Budget(count / _MINUTES[found[2].lower()])

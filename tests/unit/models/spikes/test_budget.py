"""The false-alarm budget, as people write it."""

import pytest

from models.spikes.budget import Budget, BudgetError


@pytest.mark.parametrize(
    ("text", "per_week"),
    [("1/week", 1), ("1/day", 7), (" 2 / Day ", 14), ("1/month", 7 / 30), ("0.5/weeks", 0.5), ("1/hour", 168)],
)
def test_a_budget_is_a_rate(text: str, per_week: float) -> None:
    """A number and a period make a rate."""
    assert Budget.parse(text).per_minute * 10_080 == pytest.approx(per_week)


@pytest.mark.parametrize(
    "text", ["", "often", "1", "1/fortnight", "-1/week", "0/week", "1e9/day", "5000/hour", "1/w\n\n/"]
)
def test_what_is_no_budget_is_explained(text: str) -> None:
    """The error says how to write one."""
    with pytest.raises(BudgetError, match=r"1/week|1/year"):
        Budget.parse(text)


def test_a_smaller_budget_needs_more_surprise() -> None:
    """Once a day, once a week and once a month are bars in this order."""
    bars = [Budget.parse(text).bar for text in ("1/day", "1/week", "1/month")]
    assert bars == sorted(bars)
    assert bars[0] == pytest.approx(3.158, abs=0.001)

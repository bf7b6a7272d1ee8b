"""The table of `tocsin backtest --compare`, on standard error."""

import sys
from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.backtest import Alert
from streams.compare import only_in
from streams.score import Score

_LISTED: Final = 20


def show(names: Sequence[str], scores: Sequence[Score], alerts: Sequence[Sequence[Alert]], *, labelled: bool) -> None:
    """Prints both settings side by side, and under it the alerts that only one of them has."""
    console = Console(stderr=True, width=None if sys.stderr.isatty() else 100, highlight=False)
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for name in names:
        table.add_column(Text(name), justify="right")
    for row, cells in _rows(scores, labelled=labelled):
        table.add_row(row, *cells)
    console.print(table)
    first, second = alerts
    for name, ours, theirs in ((names[0], first, second), (names[1], second, first)):
        for line in _only(name, only_in(ours, theirs)):
            console.print(Text(line))


def _rows(scores: Sequence[Score], *, labelled: bool) -> list[tuple[str, list[str]]]:
    rows = [
        ("alerts", [str(score.alerts) for score in scores]),
        ("alerts per brand and week", [_number(score.alerts_per_brand_week) for score in scores]),
        ("allowed per brand and week", [_number(score.budget_per_brand_week) for score in scores]),
    ]
    if labelled:
        rows += [
            ("false alarms per brand and week", [_number(score.false_alarms_per_brand_week) for score in scores]),
            ("precision", [_percent(score.precision) for score in scores]),
            ("recall", [_percent(score.recall) for score in scores]),
            ("median delay", [_minutes(score.delay_s) for score in scores]),
            ("median lead", [_minutes(score.lead_s) for score in scores]),
        ]
    return rows


def _only(name: str, alerts: Sequence[Alert]) -> list[str]:
    lines = [f"only with {name}:"] if alerts else [f"only with {name}: nothing"]
    for alert in alerts[:_LISTED]:
        who = " ".join(value for value in (alert.brand, alert.kind) if isinstance(value, str))
        lines.append(f"  {alert.at:%Y-%m-%d %H:%M} {who} {alert.reason}")
    if len(alerts) > _LISTED:
        lines.append(f"  and {len(alerts) - _LISTED} more")
    return lines


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _minutes(value: float | None) -> str:
    return "–" if value is None else f"{value / 60:.0f} min"

"""How the alerts of a backtest compare with what really happened, and with the budget."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import Final

import msgspec

from models.spikes.budget import Budget
from streams.backtest import Alert
from streams.series import Label

_WEEK_MIN: Final = 10_080


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How the alerts compare with what really happened. A share of nothing is null."""

    alerts: int
    labels: int
    precision: float | None
    """The share of alerts that lie within a label."""
    recall: float | None
    """The share of labels within which there was an alert."""
    lead_s: float | None
    """Median seconds from an alert to the end of its label: how much of the event was still to come."""
    delay_s: float | None
    """Median seconds from the start of a label to its first alert."""
    alerts_per_brand_week: float | None
    false_alarms_per_brand_week: float | None = None
    """Alerts outside of every label, per brand and week: what the budget is about."""
    budget_per_brand_week: float | None = None


def score(
    alerts: Sequence[Alert], labels: Sequence[Label], *, brands: int, span: timedelta, budget: Budget | None = None
) -> Score:
    """Compares alerts with labels. An alert hits a label when it is given between the label's start and end."""
    found = [[alert for alert in alerts if hits(alert, label)] for label in labels]
    inside = [alert for alert in alerts if any(hits(alert, label) for label in labels)]
    firsts = [(min(alert.at for alert in hit), label) for hit, label in zip(found, labels, strict=True) if hit]
    weeks = brands * span / timedelta(weeks=1)
    return Score(
        alerts=len(alerts),
        labels=len(labels),
        precision=round(len(inside) / len(alerts), 4) if alerts else None,
        recall=round(sum(1 for hit in found if hit) / len(labels), 4) if labels else None,
        lead_s=median((label.end - at).total_seconds() for at, label in firsts) if firsts else None,
        delay_s=median((at - label.start).total_seconds() for at, label in firsts) if firsts else None,
        alerts_per_brand_week=round(len(alerts) / weeks, 3) if weeks > 0 else None,
        false_alarms_per_brand_week=round((len(alerts) - len(inside)) / weeks, 3) if weeks > 0 else None,
        budget_per_brand_week=None if budget is None else round(budget.per_minute * _WEEK_MIN, 3),
    )


def hits(alert: Alert, label: Label) -> bool:
    ours = label.brand is None or alert.brand is msgspec.UNSET or alert.brand == label.brand
    return ours and label.start <= alert.at <= label.end

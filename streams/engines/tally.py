"""Counts what a stage has concluded, by what it is about: brand, sentiment, kind, reason."""

import logging
from collections.abc import Iterable
from typing import Final

from alerts.render.reasons import english
from models.records import AlarmJudged, CascadeOver, Dead, Delivery, Mention, Notification, Outcome, Signal, Topic, Why
from streams import metrics
from streams.publish import Outgoing

_LOG: Final = logging.getLogger(__name__)


def count_conclusions(stage: str, outgoing: Iterable[Outgoing]) -> None:
    """Counts published records. A mention goes to two topics, and is counted on its way to the spikes alone;
    a notification when it is decided, not when it is addressed."""
    for out in outgoing:
        match out.emit.record:
            case Mention() as mention if out.emit.topic is Topic.MENTIONS:
                metrics.MENTIONS.labels(mention.brand, mention.sentiment.label).inc()
                if mention.risk is not None:
                    metrics.RISKS.labels(mention.brand, mention.risk.topic).inc()
            case Signal() as signal:
                metrics.SIGNALS.labels(signal.brand, signal.kind.value, signal.phase.value).inc()
            case CascadeOver() as cascade:
                _count_forecasts(cascade)
            case Notification() as notification if (
                out.emit.topic is Topic.NOTIFICATIONS or notification.why is Why.DIGEST
            ):
                metrics.INCIDENTS.labels(notification.why.value).inc()
                if notification.why is Why.UNANSWERED:
                    _LOG.error("nobody has answered %s on %s", notification.incident.id, notification.incident.brand)
            case AlarmJudged() as judged:
                metrics.JUDGED.labels(judged.brand, judged.verdict.value).inc()
            case Delivery(outcome=Outcome.WITHHELD) | Delivery(why=Why.UNREACHABLE) as silence:
                metrics.INCIDENTS.labels(silence.why.value).inc()
                if silence.why is Why.UNREACHABLE:
                    _LOG.error("nobody could be called for %s: %s", silence.incident, english(silence.reasons))
            case Dead() as letter:
                metrics.DEAD.labels(stage, letter.reason).inc()
            case _:
                pass


def _count_forecasts(over: CascadeOver) -> None:
    for forecast in over.forecasts:
        told = "yes" if forecast.told else "no"
        metrics.FORECAST_ERROR.labels(over.brand, told).observe(forecast.error(over.final))
        held = "yes" if forecast.holds(over.final) else "no"
        metrics.FORECAST_INTERVAL.labels(over.brand, told, held).inc()

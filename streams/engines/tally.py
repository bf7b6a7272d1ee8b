"""Counts what a stage has concluded, by what it is about: brand, sentiment, kind, reason."""

from collections.abc import Iterable

from models.records import Dead, Delivery, Mention, Notification, Outcome, Signal, Topic
from streams import metrics
from streams.publish import Outgoing


def count_conclusions(stage: str, outgoing: Iterable[Outgoing]) -> None:
    """Counts published records. A mention goes to two topics, and is counted on its way to the spikes alone."""
    for out in outgoing:
        match out.emit.record:
            case Mention() as mention if out.emit.topic is Topic.MENTIONS:
                metrics.MENTIONS.labels(mention.brand, mention.sentiment.label).inc()
            case Signal() as signal:
                metrics.SIGNALS.labels(signal.brand, signal.kind.value, signal.phase.value).inc()
            case Notification() as notification:
                metrics.INCIDENTS.labels(notification.why.value).inc()
            case Delivery(outcome=Outcome.WITHHELD) as silence:
                metrics.INCIDENTS.labels(silence.why.value).inc()
            case Dead() as letter:
                metrics.DEAD.labels(stage, letter.reason).inc()
            case _:
                pass

"""What the stages are built of: the settings, and the few parts that touch the world, handed down by `main`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from models.clock import Clock, SystemClock
from streams.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """Handed to every stage's `build`. `channels` by name; the classifier is loaded by the stage that needs it."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    channels: Mapping[str, Any] = field(default_factory=dict)


def understand(parts: Parts) -> Any:
    from models.language import LanguageDetector
    from models.sentiment.risk import risk_of
    from models.understand import Understand
    from streams.metrics import CLASSIFIED
    from streams.understanding import build_classifier, build_matcher

    model = parts.settings.classifier.backend
    classifier = build_classifier(
        parts.settings.classifier, lambda origin, count: CLASSIFIED.labels(model, origin).inc(count)
    )
    return Understand(build_matcher(parts.settings.brands), classifier, LanguageDetector(), risk_of)


def spikes(parts: Parts) -> Any:
    from models.spikes.budget import Budget
    from models.spikes.detector import SpikeStep
    from models.spikes.wave import SpikeParams

    settings = parts.settings.spikes
    return SpikeStep(SpikeParams(budget=Budget.parse(settings.false_alarms), min_authors=settings.min_authors))


def virality(parts: Parts) -> Any:
    from models.virality.detector import ViralityParams, ViralityStep

    marks = {brand.name: brand.viral_shares for brand in parts.settings.brands if brand.viral_shares is not None}
    # UTC is what nobody has set: it says nothing of where a brand's public lives.
    zones = {brand.name: ZoneInfo(brand.timezone) for brand in parts.settings.brands if brand.timezone != "UTC"}
    return ViralityStep(ViralityParams(marks=marks, zones=zones))


def incidents(parts: Parts) -> Any:
    from datetime import timedelta

    from alerts.incident import IncidentPolicy, IncidentStep
    from models.records import Severity

    times = parts.settings.incidents
    default = IncidentPolicy(
        repeat=timedelta(minutes=times.repeat_min),
        repeat_max=timedelta(minutes=times.repeat_max_min),
        close_after=timedelta(minutes=times.close_after_min),
    )
    policies = {
        brand.name: replace(default, channels=brand.channels, notify_from=Severity(brand.notify_from))
        for brand in parts.settings.brands
    }
    return IncidentStep(policies, default)


def delivery(parts: Parts) -> Any:
    """The outbox, with `parts.channels` where given (tests, the demo), else those of the settings."""
    from alerts.outbox import DeliveryStep
    from streams.channels import MetricsObserver, build_channels

    channels = parts.channels or build_channels(parts.settings, parts.clock)
    return DeliveryStep(channels, parts.clock, observer=MetricsObserver())

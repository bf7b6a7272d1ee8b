"""What the stages are built of: the settings, and the few parts that touch the world, handed down by `main`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
    raise LookupError("not joined yet")


def virality(parts: Parts) -> Any:
    raise LookupError("not joined yet")


def incidents(parts: Parts) -> Any:
    raise LookupError("not joined yet")


def delivery(parts: Parts) -> Any:
    raise LookupError("not joined yet")

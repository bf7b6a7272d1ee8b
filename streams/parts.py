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
    raise LookupError("not joined yet")


def spikes(parts: Parts) -> Any:
    from models.spikes.budget import Budget
    from models.spikes.detector import SpikeStep
    from models.spikes.wave import SpikeParams

    settings = parts.settings.spikes
    return SpikeStep(SpikeParams(budget=Budget.parse(settings.false_alarms), min_authors=settings.min_authors))


def virality(parts: Parts) -> Any:
    raise LookupError("not joined yet")


def incidents(parts: Parts) -> Any:
    raise LookupError("not joined yet")


def delivery(parts: Parts) -> Any:
    raise LookupError("not joined yet")

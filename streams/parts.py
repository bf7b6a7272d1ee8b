"""What the stages are built of: the settings, and the few parts that touch the world, handed down by `main`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from models.clock import Clock, SystemClock
from streams.desks import ByDesk, desk_of
from streams.settings.schema import BrandSettings, Settings

if TYPE_CHECKING:
    from models.spikes.tracked import Event


@dataclass(frozen=True, slots=True)
class Parts:
    """Handed to every stage's `build`. `channels` by name; the classifier is loaded by the stage that needs it."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    channels: Mapping[str, Any] = field(default_factory=dict)


def understand(parts: Parts) -> Any:
    from alerts.policy import DRILL
    from models.language import LanguageDetector
    from models.risk.judge import RiskJudge
    from models.understand import Understand
    from streams.metrics import CLASSIFIED
    from streams.understanding import build_classifier, build_matcher

    model, risk = parts.settings.classifier.backend, parts.settings.risk
    classifier = build_classifier(
        parts.settings.classifier, lambda origin, count: CLASSIFIED.labels(model, origin).inc(count), risk=risk.head
    )
    judge_risk = RiskJudge(risk.words, risk.harmless)
    names = [brand.name for brand in parts.settings.brands]
    watched = {*names, *(DRILL + name for name in names)} if names else None
    return Understand(build_matcher(parts.settings.brands), classifier, LanguageDetector(), judge_risk, watched=watched)


def spikes(parts: Parts) -> Any:
    from msgspec import structs

    from models.spikes.detector import SpikeStep
    from models.spikes.tracked import SpikeParams
    from streams.brand_watch import BrandWatch
    from streams.settings.budgets import budget

    settings = parts.settings
    default = SpikeParams(budget=budget(settings), min_authors=settings.spikes.min_authors)
    own = {
        brand.name: structs.replace(
            default,
            budget=budget(settings, brand),
            min_authors=default.min_authors if brand.min_authors is None else brand.min_authors,
            timezone=brand.timezone,
            events=_planned(brand),
        )
        for brand in settings.brands
    }
    return ByDesk(SpikeStep(default, own, BrandWatch()), desk_of(parts.settings))


def _planned(brand: BrandSettings) -> "tuple[Event, ...]":
    """The brand's events by the minute; a time without a zone is the brand's own."""
    from alerts.localtime import parse_moment
    from models.spikes.tracked import Event
    from streams.people import parse_zone

    def minute(text: str) -> int:
        return int(parse_moment(text, parse_zone(brand.timezone)).timestamp() // 60)

    return tuple(Event(minute(event.starts), minute(event.ends), event.factor) for event in brand.events)


def virality(parts: Parts) -> Any:
    from models.virality.detector import ViralityParams, ViralityStep

    marks = {brand.name: brand.viral_shares for brand in parts.settings.brands if brand.viral_shares is not None}
    # UTC is what nobody has set: it says nothing of where a brand's public lives.
    zones = {brand.name: ZoneInfo(brand.timezone) for brand in parts.settings.brands if brand.timezone != "UTC"}
    return ByDesk(ViralityStep(ViralityParams(marks=marks, zones=zones)), desk_of(parts.settings))


def incidents(parts: Parts) -> Any:
    from datetime import timedelta

    from alerts.incident import IncidentPolicy, IncidentStep
    from streams.people import policies, roster, silences

    settings = parts.settings
    default = IncidentPolicy(
        repeat=timedelta(minutes=settings.incidents.repeat_min),
        repeat_max=timedelta(minutes=settings.incidents.repeat_max_min),
        close_after=timedelta(minutes=settings.incidents.close_after_min),
    )
    people = roster(settings)
    return IncidentStep(policies(settings, default), default, resolve=people.resolve, silences=silences(settings))


def attention(parts: Parts) -> Any:
    from alerts.attention import AttentionStep
    from streams.people import contacts, default_rule, rules

    return AttentionStep(contacts(parts.settings), rules(parts.settings), default_rule(parts.settings))


def delivery(parts: Parts) -> Any:
    """The outbox, with `parts.channels` where given (tests, the demo), else those of the settings."""
    from alerts.lanes import DeliveryPolicy
    from alerts.outbox import DeliveryStep
    from streams.channels import MetricsObserver, build_channels, failovers

    channels = parts.channels or build_channels(parts.settings, parts.clock)
    return DeliveryStep(
        channels,
        parts.clock,
        policy=DeliveryPolicy(deadline_s=parts.settings.delivery.give_up_after_min * 60),
        observer=MetricsObserver(channels=channels),
        failover=failovers(parts.settings),
        operator=parts.settings.delivery.operator,
    )

"""A crisis in a neutral voice, in simulated time: the real rules, the real spike detector, and what a human reads."""

from typing import Any

import msgspec
import pytest

from alerts.render.facts import facts
from models.matching.automaton import Matcher
from models.records import Signal, SignalPhase, Topic
from models.risk.judge import RiskJudge
from models.sentiment.lexicon import LexiconClassifier
from models.understand import Understand
from streams.engines.local import LocalRunner
from streams.parts import Parts, spikes
from streams.settings.schema import Settings
from streams.topology import Stage
from tests import samples
from tests.scenarios.neighbours import NEUTRAL
from tests.scenarios.test_spikes import World

NO_BRANDS = Matcher({})
"""The posts say themselves which brand they name."""
RECALL = "Rappel produit : des morceaux de verre retrouvés dans les yaourts Acme"


def world() -> World:
    made = World()
    understand: Any = lambda parts: Understand(NO_BRANDS, LexiconClassifier(), lambda text, hint: "fr", RiskJudge())  # noqa: E731
    stages = (
        Stage("understand", Topic.POSTS, (Topic.MENTIONS, Topic.SPREAD), understand),
        Stage("spikes", Topic.MENTIONS, (Topic.INCIDENT_EVENTS,), spikes),
    )
    made.run = LocalRunner(Parts(Settings()), stages=stages, durable=False)
    return made


async def raised(text: str) -> list[Signal]:
    """A calm day of neutral mentions, then half an hour in which many post `text`, in a neutral tone."""
    public = world()
    await public.mentions("acme", 12, minutes=24 * 60, mood=NEUTRAL)
    await public.mentions("acme", 240, minutes=30, mood=NEUTRAL, text=text)
    found = [r for r in public.run.records(Topic.INCIDENT_EVENTS) if isinstance(r, Signal)]
    return [signal for signal in found if signal.phase is SignalPhase.RAISED]


async def test_a_recall_told_in_a_neutral_tone_rings() -> None:
    """Not one post is negative, and the alarm names the topic in French and in English."""
    (signal,) = await raised(RECALL)
    assert signal.evidence.risk is not None and signal.evidence.risk.topic == "safety-recall"
    alert = samples.spike_alert()
    told = msgspec.structs.replace(alert, incident=msgspec.structs.replace(alert.incident, signals=(signal,)))
    french = {fact.label: fact.text for fact in facts(told, samples.FR).details}
    english = {fact.label: fact.text for fact in facts(told, samples.EN).details}
    assert french["Risque"].startswith("produit dangereux ou rappelé (sûr à ")
    assert english["Risk"].startswith("dangerous or recalled product (")


@pytest.mark.parametrize("text", ["La nouvelle recette des yaourts Acme est en rayon"])
async def test_neutral_talk_does_not_ring(text: str) -> None:
    """As many neutral mentions without bad news are no alarm."""
    assert await raised(text) == []

"""A human says "false alarm", and the detector hears of it: the way back through the whole pipeline."""

from datetime import timedelta

from models.records import AlarmJudged, FalseAlarm, JudgedAs, Notification, Resolve, Signal, SignalPhase, Topic
from streams.engines.local import Crash, LocalRunner
from streams.parts import Parts
from streams.settings.channels import TerminalSettings
from streams.settings.schema import BrandSettings, Settings
from streams.topology import PIPELINE
from tests.scenarios.neighbours import known_stages
from tests.scenarios.test_spikes import World, calm

SETTINGS = Settings(
    brands=(BrandSettings(name="acme", query="acme", channels=("chat",), notify_from="P4"),),
    channels={"chat": TerminalSettings()},
)
AFTER = tuple(stage for stage in PIPELINE if stage.name in {"virality", "incidents"})


async def alarmed() -> World:
    """A brand with an ordinary past, and a wave that was told and is over."""
    world = World()
    world.run = LocalRunner(Parts(SETTINGS), stages=(*known_stages(), *AFTER))
    await calm(world)
    await world.mentions("acme", 90, minutes=40)
    return world


def incident(world: World) -> str:
    told = [n for n in world.run.records(Topic.NOTIFICATIONS) if isinstance(n, Notification)]
    return told[-1].incident.id


def heard(world: World) -> list[JudgedAs]:
    return [r.verdict for r in world.run.records(Topic.MENTIONS) if isinstance(r, AlarmJudged)]


async def again(world: World) -> Signal:
    """Two calm days, and another wave."""
    await world.mentions("acme", 4, minutes=2 * 1_440)
    await world.mentions("acme", 120, minutes=60)
    return [s for s in world.signals() if s.phase is SignalPhase.RAISED][-1]


def said(kind: type, world: World, name: str, note: str = "") -> object:
    return kind(id=name, brand="acme", incident=incident(world), by="zoe", via="test", at=world.now, note=note)


async def test_a_false_alarm_makes_the_brand_less_sensitive_and_the_next_alarm_says_so() -> None:
    """A false alarm raises the bar of that brand's next wave, and its alarm says until when, and why."""
    world = await alarmed()
    await world.run.feed(Crash.BEFORE_COMMIT, said(FalseAlarm, world, "f1"))
    assert heard(world)[-1] is JudgedAs.FALSE
    wary = await again(world)
    assert wary.evidence.caution is not None
    assert wary.evidence.caution.false_alarms == 1
    assert timedelta(days=27) < wary.evidence.caution.until - wary.at < timedelta(days=30)
    assert "because of 1 false alarm" in wary.reason

    trusting = await again(await alarmed())
    assert trusting.evidence.caution is None
    assert trusting.at <= wary.at


async def test_a_reason_given_later_takes_it_back() -> None:
    """Who resolves the incident with a note after all, as real, makes the brand as sensitive as before."""
    world = await alarmed()
    await world.run.feed(said(FalseAlarm, world, "f1"), said(Resolve, world, "r1", note="it was real: a recall"))
    assert heard(world) == [JudgedAs.FALSE, JudgedAs.REAL]
    assert (await again(world)).evidence.caution is None


async def test_a_plain_resolve_says_nothing() -> None:
    """Closing an incident without a word is no verdict on the alarm."""
    world = await alarmed()
    await world.run.feed(said(Resolve, world, "r1"))
    assert heard(world) == []

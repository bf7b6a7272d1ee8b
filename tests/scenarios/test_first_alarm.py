"""The demo's own week through the whole pipeline, with the embedded classifier: what people hear, when, how often."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, cycle, islice

import pytest

from alerts.render.facts import facts
from models.clock import ManualClock
from models.records import (
    Delivery,
    Mention,
    Notification,
    Outcome,
    Signal,
    SignalKind,
    SignalPhase,
    Tick,
    Topic,
    Why,
)
from streams.channels import contexts
from streams.demo.run import demo_settings
from streams.demo.story import MONDAY, Event, Plot, moments, plot, story
from streams.engines.local import Crash, LocalRunner
from streams.parts import Parts
from tests.contracts.fake_channel import FakeChannel

SOON = timedelta(minutes=30)
SEEDS = (3, 11)
AT_ONCE = 10
"""Ticks that are published before the agents run: they read as fast as they like, and it must not matter."""


@dataclass
class Told:
    """A story and what came of it."""

    plot: Plot
    runner: LocalRunner
    channel: FakeChannel

    @property
    def notifications(self) -> list[Notification]:
        return [r for r in self.runner.records(Topic.NOTIFICATIONS) if isinstance(r, Notification)]

    @property
    def signals(self) -> list[Signal]:
        return [r for r in self.runner.records(Topic.INCIDENT_EVENTS) if isinstance(r, Signal)]

    @property
    def deliveries(self) -> list[Delivery]:
        return [r for r in self.runner.records(Topic.DELIVERIES) if isinstance(r, Delivery)]

    def raised(self, kind: SignalKind) -> Signal:
        return next(s for s in self.signals if s.kind is kind and s.phase is SignalPhase.RAISED)

    def told_of(self, signal: Signal) -> Notification:
        """The first message in which people read of a signal."""
        return next(n for n in self.notifications if any(s.id == signal.id for s in n.incident.signals))


def chapters(scene: Plot, since: datetime, until: datetime) -> Iterator[list[Event | Tick]]:
    """Per tick: what has been seen by then, and the tick."""
    events = [event for event in story(scene) if event.seen_at > since]
    at = 0
    for moment in moments(scene):
        if not since < moment <= until:
            continue
        first = at
        while at < len(events) and events[at].seen_at <= moment:
            at += 1
        yield [*events[first:at], Tick(now=moment)]


async def tell(
    scene: Plot,
    *,
    since: datetime = MONDAY,
    until: datetime | None = None,
    durable: bool = False,
    crashes: Iterable[Crash | None] = (),
) -> Told:
    """Plays the story into the pipeline; `crashes` are what befalls the agents, one after each `AT_ONCE` ticks."""
    channel = FakeChannel("terminal")
    parts = Parts(
        demo_settings(None, json=False, color=False), clock=ManualClock(since), channels={"terminal": channel}
    )
    told = Told(scene, LocalRunner(parts, durable=durable), channel)
    fate = iter(crashes)
    ticked = chapters(scene, since, until or scene.end)
    while items := list(chain.from_iterable(islice(ticked, AT_ONCE))):
        crash = next(fate, None)
        if crash is not None:
            await told.runner.feed(crash)
        await told.runner.load(items)
    return told


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_story_raises_its_alarms_in_time_and_nothing_else(seed: int) -> None:
    """Seven silent days; the wave and the viral post each told within 30 minutes, in French, to the end, and once."""
    told = await tell(plot(seed))
    scene, notifications = told.plot, told.notifications
    assert min(s.at for s in told.signals) > scene.onset
    assert told.notifications[0].at > scene.onset

    complaints = told.told_of(told.raised(SignalKind.SPIKE))
    assert complaints.at - scene.onset <= SOON
    hostile = told.told_of(told.raised(SignalKind.VIRAL_THREAT))
    assert timedelta(0) < hostile.at - scene.viral_at <= SOON

    opened = {n.incident.id for n in notifications}
    assert {n.incident.id for n in notifications if n.why is Why.ENDED} == opened
    assert all(n.quiet for n in notifications if n.why is Why.ENDED)
    assert told.runner.records(Topic.DEAD) == []

    assert [n.id.removesuffix("-quiet") for n in told.channel.seen] == [n.id for n in notifications]
    assert [d.outcome for d in told.deliveries if d.channel] == [Outcome.SENT] * len(notifications)
    _one_story(told)
    _in_french(told)


def _one_story(told: Told) -> None:
    """The trolls' text, pasted again and again, is one story; the complaints are many."""
    mentions = {r.id: r for r in told.runner.records(Topic.MENTIONS) if isinstance(r, Mention)}.values()
    pasted = [m for m in mentions if m.post.text == told.plot.crisis.troll]
    assert len(pasted) == told.plot.trolls * 6
    assert len({m.story for m in pasted}) == 1
    assert len({m.story for m in mentions}) > 100


def _in_french(told: Told) -> None:
    speak = contexts(demo_settings(None, json=False, color=False))
    for notification in told.notifications:
        said = facts(notification, speak(notification.incident.brand))
        assert said.why.startswith("Vous recevez")
        assert said.headline.startswith("Vélorine\u00a0: ") or " Vélorine" in said.headline
        assert {"Since", "Who", "Usual"}.isdisjoint(fact.label for fact in said.details)


async def test_agents_that_die_again_and_again_tell_the_same_story() -> None:
    """Agents killed every few minutes give the same notifications, id by id and word by word, each delivered once."""
    scene = plot(SEEDS[0])
    since, until = scene.onset - timedelta(hours=48), scene.onset + timedelta(minutes=75)
    deaths = cycle([None, Crash.BEFORE_STATES, None, None, Crash.BEFORE_COMMIT])
    calm = await tell(scene, since=since, until=until)
    shaken = await tell(scene, since=since, until=until, durable=True, crashes=deaths)
    kinds = {signal.kind for n in calm.notifications for signal in n.incident.signals}
    assert kinds == {SignalKind.SPIKE, SignalKind.VIRAL_THREAT}
    assert _unique(shaken.notifications) == {n.id: n for n in calm.notifications}
    assert [n.id for n in shaken.channel.seen] == [n.id for n in calm.channel.seen]
    assert shaken.runner.records(Topic.DEAD) == []


def _unique(notifications: list[Notification]) -> dict[str, Notification]:
    """By id, as readers take them; a repeat in the log must be the same in every word."""
    unique: dict[str, Notification] = {}
    for each in notifications:
        assert unique.setdefault(each.id, each) == each
    return unique

"""The whole pipeline on real brokers, with a crisis, and every agent killed once: a human sees what she would have."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import msgspec
import pytest

from models.clock import SystemClock
from models.records import Notification, Tick, Topic
from streams.brokers.kafka import Access
from streams.brokers.publisher import KafkaPublisher
from streams.brokers.topics import ensure_topics, pipeline_plans
from streams.channels import build_channels
from streams.demo.run import AGENTS
from streams.demo.story import Event, moments, plot, story
from streams.demo.summary import Tally
from streams.demo.texts import BRAND, LABEL, QUERY
from streams.demo.watch import Watch
from streams.engines.local import LocalRunner
from streams.engines.task import TICKER
from streams.parts import Parts
from streams.publish import posted, ticks
from streams.settings.channels import SlackSettings
from streams.settings.kinds import Secret
from streams.settings.schema import BrandSettings, EngineSettings, KafkaSettings, Settings
from tests.contracts.fake_slack import CHANNEL, TOKEN, FakeSlack, Message
from tests.faults.processes import Agents

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
SCENE: Final = plot(2)
HISTORY: Final = timedelta(hours=40)
CRISIS: Final = timedelta(hours=2, minutes=30)
REAL: Final = (sys.executable, "-m", "streams.agents")
PATIENCE_S: Final = 300.0
"""More than `stuck_after_s`, after which an agent that hangs ends itself, to be started again."""
"""How long nothing may move: an agent takes its time to start where the machine is slow."""
BROKERS = [pytest.param("embedded", id="embedded"), pytest.param("kafka", id="kafka", marks=pytest.mark.kafka)]


def chapters() -> list[tuple[datetime, list[Event]]]:
    """Ticks, each with what had been seen by then: two days of calm, and the heart of the crisis."""
    begin, end = SCENE.onset - HISTORY, SCENE.onset + CRISIS
    events = [event for event in story(SCENE) if begin <= event.seen_at <= end]
    times = [begin, *(moment for moment in moments(SCENE) if begin < moment <= end)]
    return [(until, [e for e in events if since < e.seen_at <= until]) for since, until in pairwise(times)]


def settings(address: str, prefix: str, slack: FakeSlack) -> Settings:
    brand = BrandSettings(name=BRAND, label=LABEL, query=QUERY, locale="fr", channels=("crisis",))
    return Settings(
        brands=(brand,),
        channels={"crisis": SlackSettings(token=Secret(TOKEN), channel=CHANNEL, base_url=slack.base_url)},
        kafka=KafkaSettings(
            broker=address, prefix=prefix, partitions=2, rebalance_timeout_s=3.0, session_timeout_s=3.0
        ),
        engine=EngineSettings(time="log", linger_s=0.05),
    )


def seen(messages: Sequence[Message]) -> list[tuple[str, str, bool]]:
    """What people see in the channel and its threads, whatever the order of unrelated messages."""
    return sorted((m.text, "reply" if m.thread_ts else f"edited {m.edits} times", m.broadcast) for m in messages)


def told(notes: Sequence[Notification]) -> dict[str, Notification]:
    """Notifications by id, without the wall-clock times that only latency figures read."""
    return {n.id: msgspec.structs.replace(n, published_at=None) for n in notes}


async def calm(slack: FakeSlack) -> dict[str, Notification]:
    """The same story with nobody killed, by the other engine."""
    config = settings("embedded", "calm.", slack)
    clock = SystemClock()
    channels = build_channels(config, clock)
    runner = LocalRunner(Parts(config, clock=clock, channels=channels))
    for moment, events in chapters():
        await runner.load([*events, Tick(now=moment)])
    for channel in channels.values():
        await channel.close()
    return told([n for n in runner.records(Topic.OUTBOX) if isinstance(n, Notification)])


class Run:
    """The pipeline as processes on a broker, fed by hand."""

    def __init__(self, config: Settings) -> None:
        self._config = config
        self._access = Access(config.kafka)
        self._clock = SystemClock()
        self._after = timedelta(0)
        self.agents = Agents(config, AGENTS, command=REAL)
        self.watch = Watch(self._access, Tally(SCENE), config.kafka.partitions)

    async def prepare(self) -> None:
        async with KafkaPublisher(self._access, self._clock, stage="test") as publisher:
            await publisher.insist("topics", lambda: ensure_topics(self._access, pipeline_plans(self._config.kafka)))

    async def feed(self, part: Sequence[tuple[datetime, list[Event]]]) -> None:
        async with KafkaPublisher(self._access, self._clock, stage="test") as publisher:
            for moment, events in part:
                tick = ticks(Topic.POSTS, Tick(now=moment), self._config.kafka.partitions)
                await publisher.publish([*(posted(event) for event in events), *tick])

    async def reached(self, moment: datetime) -> None:
        """Waits until the story has been told up to `moment`, and to everybody; fails where nothing moves any more."""
        stood, moved_at = None, self._clock.monotonic()
        while self.watch.reached < moment or self.watch.tally.owed():
            stands = (self.watch.reached, len(self.watch.tally.deliveries), self.watch.tally.owed())
            if stands != stood:
                stood, moved_at = stands, self._clock.monotonic()
            still_s = self._clock.monotonic() - moved_at
            ended = f"ended by themselves: {self.agents.ended}"
            assert still_s < PATIENCE_S, (
                f"{still_s:.0f} s at {stands[0]}, {[(n.why, n.id) for n in self.watch.tally.owing()]} owed; {ended}"
            )
            self.agents.revive()
            if self.watch.reached >= moment:
                await self._tick_on()
            await self._clock.sleep(0.5)

    async def _tick_on(self) -> None:
        """The story is over, and time goes on for the outbox, whose letters wait for their turn at Slack's pace."""
        self._after += timedelta(seconds=1)
        tick = Tick(now=self.watch.reached + self._after, origin=TICKER)
        async with KafkaPublisher(self._access, self._clock, stage="test") as publisher:
            await publisher.publish(ticks(Topic.OUTBOX, tick, self._config.kafka.partitions))


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.mark.parametrize("broker", BROKERS)
async def test_every_agent_is_killed_once_and_the_human_does_not_notice(
    broker: str, slack: FakeSlack, request: pytest.FixtureRequest
) -> None:
    """kill -9 of each agent in the middle of a replay, then a restart: the same alerts, and none of them twice."""
    server = request.getfixturevalue("embedded_broker" if broker == "embedded" else "kafka_server")
    async with FakeSlack() as quiet:
        expected = await calm(quiet)
        assert {signal.kind.value for n in expected.values() for signal in n.incident.signals} >= {
            "spike",
            "viral-threat",
        }
        run = Run(settings(server.address, f"whole-{broker}.", slack))
        await run.prepare()
        reading = asyncio.create_task(run.watch.run())
        run.agents.start_all()
        try:
            await killing(run, chapters())
        finally:
            run.agents.terminate_all()
            reading.cancel()
        assert told(list(run.watch.tally.notifications.values())) == expected
        assert seen(slack.messages) == seen(quiet.messages)
        assert not run.watch.tally.dead


async def killing(run: Run, whole: Sequence[tuple[datetime, list[Event]]]) -> None:
    """Feeds the story in parts; with each part at hand, one agent dies and comes back."""
    onset = next(n for n, (moment, _) in enumerate(whole) if moment >= SCENE.onset)
    rest = len(whole) - onset
    later = len(AGENTS) - 1
    cuts = [0, onset // 2, *(onset + rest * n // later for n in range(later + 1))]
    parts = [whole[a:b] for a, b in pairwise(cuts)]
    for part, victim in zip(parts, (*AGENTS, None), strict=True):
        await run.feed(part)
        if victim is not None:
            await run.reached(part[len(part) // 5][0])
            run.agents.kill(victim)
            run.agents.start(victim)
    await run.reached(whole[-1][0])

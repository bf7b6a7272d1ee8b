"""Runs the demo: embedded broker, agents as real processes, the story through real topics, and a human who answers."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import aiohttp
import msgspec
from prometheus_client.parser import text_string_to_metric_families

from models.clock import Clock
from models.records import Ack, Post, Share, Topic, Why, digest
from models.stage import Emit
from streams.brokers.embedded import EmbeddedBroker, with_embedded
from streams.brokers.kafka import Access
from streams.brokers.publisher import KafkaPublisher
from streams.brokers.topics import ensure_topics, pipeline_plans
from streams.demo.play import keep_time, play
from streams.demo.story import MONDAY, Event, Plot, story
from streams.demo.summary import StageRate, Summary, Tally, summarise
from streams.demo.texts import BRAND, LABEL, QUERY
from streams.demo.watch import Watch
from streams.publish import Outgoing
from streams.settings.channels import ChannelSettings, TerminalSettings
from streams.settings.schema import BrandSettings, Settings
from streams.supervisor import Fleet
from streams.topology import PIPELINE
from streams.zones import zone_of

AGENTS: Final = tuple(stage.name for stage in PIPELINE)
ON_CALL: Final = "Camille (demo)"
ANSWERS_AFTER: Final = timedelta(minutes=10)
_START_S: Final = 120.0
_FINISH_S: Final = 240.0
_POLL_S: Final = 0.2

Say = Callable[[str], None]
Tasks = tuple["asyncio.Task[Any]", ...]
"""What has to stay alive while the demo waits."""


class DemoFailed(Exception):
    """The demo could not be played to its end; the message says where it stopped."""


def demo_settings(given: Settings | None, *, json: bool, color: bool) -> Settings:
    """The invented brand, told on the terminal and on every channel of the user's settings."""
    terminal: dict[str, ChannelSettings] = {
        "terminal": TerminalSettings(color=color, format="json" if json else "text")
    }
    base = given or Settings()
    channels = terminal | {name: c for name, c in base.channels.items() if not isinstance(c, TerminalSettings)}
    brand = BrandSettings(
        name=BRAND, label=LABEL, query=QUERY, locale="fr", timezone="Europe/Paris", channels=tuple(channels)
    )
    replace = msgspec.structs.replace
    return replace(
        base,
        brands=(brand,),
        channels=channels,
        sources=(),
        kafka=replace(base.kafka, broker="embedded", partitions=2, replication=1, rebalance_timeout_s=4.0),
        engine=replace(base.engine, time="log", linger_s=0.05, state="memory"),
        metrics=replace(base.metrics, host="127.0.0.1", port=0),
    )


@dataclass(slots=True)
class Demo:
    """One run. `say` tells people how it goes; alerts are printed by the delivery agent itself."""

    plot: Plot
    settings: Settings
    speed: float
    clock: Clock
    say: Say

    async def run(self) -> Summary:
        """Plays the story to its end; raises `DemoFailed`."""
        events = story(self.plot)
        async with AsyncExitStack() as stack:
            broker = stack.enter_context(EmbeddedBroker())
            settings = with_embedded(self.settings, broker)
            access = Access(settings.kafka)
            await ensure_topics(access, pipeline_plans(settings.kafka))
            stop = asyncio.Event()
            fleet = Fleet(settings, AGENTS, self.clock)
            running = asyncio.create_task(fleet.run(stop))
            stack.push_async_callback(_end, stop, running)
            await self._ready(fleet, (running,))
            publisher = await stack.enter_async_context(KafkaPublisher(access, self.clock, stage="demo"))
            watch = Watch(access, Tally(self.plot), settings.kafka.partitions)
            watching = asyncio.create_task(watch.run())
            stack.push_async_callback(_cancel, watching)
            return await self._tell(events, publisher, watch, fleet, (running, watching))

    async def _ready(self, fleet: Fleet, running: Tasks) -> None:
        """Until every agent has joined its group."""
        async with aiohttp.ClientSession() as session:
            for agent in fleet.agents.values():
                await self._until(_Ready(session, agent.metrics_port), _START_S, running, agent.name)
        self.say(f"Broker and {len(fleet.agents)} agents are up.")

    async def _tell(
        self, events: list[Event], publisher: KafkaPublisher, watch: Watch, fleet: Fleet, running: Tasks
    ) -> Summary:
        began = self.clock.monotonic()
        human = _OnCall(watch.tally, publisher)
        narrator = Narrator(self.plot, watch, self.say, zone_of(self.settings.brands[0].timezone))
        tasks = [asyncio.create_task(self._accompany(human, narrator, watch))]
        stop = asyncio.Event()
        try:
            await play(
                publisher,
                self.plot,
                events,
                partitions=self.settings.kafka.partitions,
                speed=self.speed,
                clock=self.clock,
                told=lambda _: None,
            )
            after = keep_time(
                publisher, self.plot, partitions=self.settings.kafka.partitions, clock=self.clock, stop=stop
            )
            tasks.append(asyncio.create_task(after))
            await self._until(_Told(watch, self.plot), _FINISH_S, running, "the story's end")
        finally:
            stop.set()
            for task in tasks:
                await _cancel(task)
        return summarise(
            watch.tally,
            posts=sum(isinstance(event, Post) for event in events),
            shares=sum(isinstance(event, Share) for event in events),
            wall_s=self.clock.monotonic() - began,
            rates=await _rates(fleet),
        )

    async def _accompany(self, human: "_OnCall", narrator: "Narrator", watch: Watch) -> None:
        while True:
            await self.clock.sleep(_POLL_S)
            narrator.look()
            await human.answer(watch.reached)

    async def _until(self, done: Callable[[], Awaitable[bool]], patience_s: float, running: Tasks, what: str) -> None:
        until = self.clock.monotonic() + patience_s
        while not await done():
            for task in running:
                if task.done():
                    raise DemoFailed(f"an agent ended while the demo waited for {what}") from task.exception()
            if self.clock.monotonic() > until:
                raise DemoFailed(f"{what} did not come within {patience_s:.0f} s")
            await self.clock.sleep(_POLL_S)


class _OnCall:
    """The human of the story: takes charge of each incident some minutes after being told."""

    def __init__(self, tally: Tally, publisher: KafkaPublisher) -> None:
        self._tally = tally
        self._publisher = publisher
        self._answered: set[str] = set()

    async def answer(self, now: datetime) -> None:
        for note in list(self._tally.notifications.values()):
            incident = note.incident
            if note.why is not Why.FIRST or incident.id in self._answered or now < note.at + ANSWERS_AFTER:
                continue
            self._answered.add(incident.id)
            ack = Ack(
                id=digest("ack", incident.id, ON_CALL),
                brand=incident.brand,
                incident=incident.id,
                by=ON_CALL,
                via="demo",
                at=note.at + ANSWERS_AFTER,
            )
            await self._publisher.publish([Outgoing(Emit(Topic.INCIDENT_EVENTS, incident.brand, ack))])


class Narrator:
    """Says how the story goes between the alerts: one line for the ordinary days, then one for each hour.

    Hours are those of `zone`, the brand's, as in its messages.
    """

    def __init__(self, plot: Plot, watch: Watch, say: Say, zone: tzinfo) -> None:
        self._watch = watch
        self._say = say
        self._zone = zone
        self._next = plot.onset.replace(minute=0, second=0, microsecond=0)
        self._history_told = False

    def look(self) -> None:
        reached = self._watch.reached
        if not self._history_told and reached >= self._next:
            self._history_told = True
            days = (self._next - MONDAY).days
            total = sum(self._watch.hours.values())
            adverse = sum(self._watch.adverse_hours.values())
            self._say(f"{days} ordinary days: {total} mentions, {_percent(adverse, total)} adverse.")
        while reached >= self._next + timedelta(hours=1):
            total, adverse = self._watch.hours[self._next], self._watch.adverse_hours[self._next]
            local = self._next.astimezone(self._zone)
            self._say(f"{local:%A %H:%M %Z} · {total} mentions in the hour, {_percent(adverse, total)} adverse")
            self._next += timedelta(hours=1)


def _percent(part: int, whole: int) -> str:
    return "none" if whole == 0 else f"{100 * part / whole:.0f} %"


@dataclass(frozen=True, slots=True)
class _Told:
    """Whether the story has been told to its end, and to everybody."""

    watch: Watch
    plot: Plot

    async def __call__(self) -> bool:
        return self.watch.reached >= self.plot.end and self.watch.tally.owed() == 0


@dataclass(frozen=True, slots=True)
class _Ready:
    """Whether an agent has joined its group and recovered its states."""

    session: aiohttp.ClientSession
    port: int

    async def __call__(self) -> bool:
        try:
            async with self.session.get(f"http://127.0.0.1:{self.port}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False


async def _rates(fleet: Fleet) -> tuple[StageRate, ...]:
    """What the agents' own metrics say of their work."""
    rates = []
    async with aiohttp.ClientSession() as session:
        for agent in fleet.agents.values():
            async with session.get(f"http://127.0.0.1:{agent.metrics_port}/metrics") as response:
                text = await response.text()
            values = {s.name: s.value for family in text_string_to_metric_families(text) for s in family.samples
                      if s.labels.get("stage") == agent.name}  # fmt: skip
            records = int(values.get("tocsin_stage_records_total", 0))
            rates.append(StageRate(agent.name, records, values.get("tocsin_stage_step_seconds_sum", 0.0)))
    return tuple(rates)


async def _end(stop: asyncio.Event, running: "asyncio.Task[int]") -> None:
    stop.set()
    await running


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

"""Runs one stage on Kafka until it is told to stop: topics, publisher, Faust app, worker, ticker, watchdog."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from aiokafka.errors import TopicAuthorizationFailedError

from models.clock import Clock, SystemClock
from streams.brokers.kafka import Access, group_name
from streams.brokers.publisher import KafkaPublisher
from streams.brokers.reach import NoAnswer, knock, may_join, reaching, without_rights
from streams.brokers.security import AccessRefused
from streams.brokers.topics import TopicPlan, changelog_plan, ensure_topics, source_plans
from streams.engines.faust import Flow, build_app
from streams.engines.worker import StageWorker
from streams.health import Health
from streams.parts import Parts
from streams.settings.schema import Settings
from streams.ticker import run_ticker
from streams.topology import Stage

_LOG = logging.getLogger(__name__)
_WATCH_EVERY_S: Final = 1.0
_BATCH_END_S: Final = 5.0
_APP_END_S: Final = 4.0


class AgentFailed(Exception):
    """An agent cannot go on; its process exits non-zero, so that its supervisor starts it again."""


async def run_stage(stage: Stage, parts: Parts, *, stop: asyncio.Event, health: Health | None = None) -> None:
    """Runs `stage` until `stop` is set; everything at hand is then finished and committed.

    Raises `AgentFailed`, `AccessRefused`, `TopicMismatch` or `TopicRefused`. Work repeats itself on the machine's
    clock, whatever clock the stage's own parts live by.
    """
    clock: Clock = SystemClock()
    health = health or Health(stage.name)
    access = Access(parts.settings.kafka)
    step = await asyncio.to_thread(stage.build, parts)
    keyed = hasattr(step, "state_type")
    plans = source_plans(parts.settings.kafka)
    if keyed:
        plans.append(changelog_plan(parts.settings.kafka, stage.name))
    group = group_name(parts.settings.kafka, stage.name)
    await wait_for_topics(access, plans, clock, parts.settings.engine.stuck_after_s, stop, group=group)
    if stop.is_set():
        return
    async with KafkaPublisher(access, clock, stage=stage.name) as publisher:
        run = _Run(stage, step, parts.settings, publisher=publisher, clock=clock, health=health)
        try:
            await run.until(stop)
        finally:
            if getattr(step, "edge", False):
                await step.close()


async def wait_for_topics(
    access: Access, plans: list[TopicPlan], clock: Clock, patience_s: float, stop: asyncio.Event, *, group: str = ""
) -> None:
    """Creates and checks topics, waiting for a broker that does not answer yet; raises `AgentFailed` after that.

    Raises `AccessRefused` at once: waiting does not help against a wrong password, or where `group` may not be joined.
    """
    until, told = clock.monotonic() + patience_s, ""
    while not stop.is_set():
        try:
            await knock(access)  # first, since the client would log each of its failures
            async with reaching(access):
                await ensure_topics(access, plans)
                if group:
                    await may_join(access, group)
            return
        except NoAnswer as error:
            if clock.monotonic() >= until:
                raise AgentFailed(str(error)) from None
            if str(error) != told:
                told = str(error)
                _LOG.info("%s; waiting for it", told)
            await clock.sleep(_WATCH_EVERY_S / 2)


class _Run:
    """One life of a stage in this process."""

    def __init__(
        self, stage: Stage, step: Any, settings: Settings, *, publisher: KafkaPublisher, clock: Clock, health: Health
    ) -> None:
        self._stage = stage
        self._settings = settings
        self._publisher = publisher
        self._clock = clock
        self._health = health
        self._flow: Flow = build_app(stage, settings, keyed=hasattr(step, "state_type"))
        self._worker = StageWorker(stage, step, settings, self._flow, publisher=publisher, clock=clock)

    async def until(self, stop: asyncio.Event) -> None:
        """Starts everything; returns after a clean end, and raises when any part of it fails."""
        app = asyncio.create_task(self._flow.app.start(), name="faust")
        tasks = [self._start(self._worker.run()), self._start(self._watch()), app]
        if self._settings.engine.time == "wall":
            tasks.append(self._start(run_ticker(self._stage, self._settings, self._publisher, self._clock)))
        stopping = self._start(stop.wait())
        try:
            await self._first_end(tasks, stopping)
        finally:
            stopping.cancel()
            await self._end(tasks)

    def _start(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        return asyncio.create_task(work)

    async def _first_end(self, tasks: "list[asyncio.Task[Any]]", stopping: "asyncio.Task[Any]") -> None:
        alive = {*tasks, stopping}
        while stopping in alive:
            ended, alive = await asyncio.wait(alive, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                error = task.exception()
                if isinstance(error, AgentFailed):
                    raise error
                if error is not None:
                    raise self._failed(error, f"{type(error).__name__}: {error}") from error

    async def _watch(self) -> None:
        """Keeps health and lag up to date; raises when the stage is stuck or Faust has crashed."""
        blocked_since = self._clock.monotonic()
        while True:
            await self._clock.sleep(_WATCH_EVERY_S)
            now = self._clock.monotonic()
            failure = self._flow.failure
            if failure is not None:
                raise self._failed(failure, f"Faust has crashed: {failure!r}") from failure
            self._health.ready = self._flow.ready
            if self._flow.ready and self._worker.waiting() == 0 and await self._publisher.reachable():
                blocked_since = now
            since = max(blocked_since, self._worker.progress_at)
            self._health.blocked_for_s = now - since
            if now - since > self._settings.engine.stuck_after_s:
                why = await self._kept_away()
                raise AgentFailed(f"{self._stage.name}: no progress for {now - since:.0f} s {why}")

    def _failed(self, error: BaseException, otherwise: str) -> AgentFailed:
        """What is told of a stage that an error ends."""
        if isinstance(error, TopicAuthorizationFailedError):
            topics = ", ".join(map(str, error.args))
            otherwise = str(without_rights(self._settings.kafka, f"read the topic {topics}", "Read on topics"))
        return AgentFailed(f"{self._stage.name}: {otherwise}")

    async def _kept_away(self) -> str:
        """What keeps a stage from Kafka that makes no progress; without any such reason, it is the stage's own."""
        try:
            await knock(Access(self._settings.kafka))
        except (AccessRefused, NoAnswer) as error:
            return f"({error})"
        return "although records wait"

    async def _end(self, tasks: "list[asyncio.Task[Any]]") -> None:
        """Finishes the batch at hand, commits, and leaves the group; bounded, since Faust may hang when it stops."""
        self._health.ready = False
        await _bounded(self._worker.close(), _BATCH_END_S, "the batch at hand")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _bounded(self._flow.app.stop(), _APP_END_S, "Faust")


async def _bounded(work: Coroutine[Any, Any, Any], seconds: float, what: str) -> None:
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        _LOG.warning("%s did not end within %.0f s", what, seconds)
    except Exception:  # the process is ending: what matters is committed, or comes again
        _LOG.exception("%s did not end cleanly", what)

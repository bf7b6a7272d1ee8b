"""Which agents there are, and the process of each: `python -m streams.agents`, told what to be through its stdin."""

import asyncio
import importlib
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any, Final

import msgspec

from models.clock import SystemClock
from streams import metrics, zeros
from streams.brokers.kafka import Access
from streams.brokers.publisher import KafkaPublisher
from streams.brokers.security import AccessRefused
from streams.brokers.topics import TopicMismatch, TopicRefused, source_plans
from streams.engines.stage import AgentFailed, run_stage, wait_for_topics
from streams.handover import Handover, unpack
from streams.health import Health
from streams.listening import CannotListen
from streams.parts import Parts
from streams.settings.schema import Settings
from streams.sources.protocol import Misconfigured
from streams.telemetry import Telemetry
from streams.topology import PIPELINE, Stage

SHELL_AGENTS: Final = {
    "sources": ("streams.sources.agent", "run_sources"),
    "console": ("streams.console.agent", "run_console"),
}
"""Agents that are no stage: module and function, called with settings, publisher, clock and a stop event."""

AGENTS: Final = (*(stage.name for stage in PIPELINE), *SHELL_AGENTS)
"""All agents; the position of an agent is what is added to `metrics.port`."""

FAILED: Final = 1
WRONG_CALL: Final = 2
_LOG = logging.getLogger(__name__)


def metrics_port(settings: Settings, agent: str) -> int:
    """Where an agent serves its metrics; 0 or -1 as in the settings."""
    port = settings.metrics.port
    return port if port <= 0 else port + AGENTS.index(agent)


async def run_agent(
    agent: str, settings: Settings, *, stop: asyncio.Event, health: Health, stages: Sequence[Stage] = PIPELINE
) -> None:
    """Runs one agent until `stop` is set, or until it has nothing more to do.

    Raises `AgentFailed`, `AccessRefused` and topic errors.
    """
    stage = next((stage for stage in stages if stage.name == agent), None)
    if stage is not None:
        await run_stage(stage, Parts(settings), stop=stop, health=health)
        return
    module, function = SHELL_AGENTS[agent]
    run = getattr(importlib.import_module(module), function)
    clock = SystemClock()
    access = Access(settings.kafka)
    await wait_for_topics(access, source_plans(settings.kafka), clock, settings.engine.stuck_after_s, stop)
    if stop.is_set():  # the publisher would wait for Kafka for as long as it takes
        return
    async with KafkaPublisher(access, clock, stage=agent) as publisher:
        health.ready = True
        await run(settings, publisher, clock, stop)


async def serve_agent(told: Handover, *, stop: asyncio.Event, stages: Sequence[Stage] = PIPELINE) -> int:
    """One agent with its telemetry; the exit code of its process."""
    health = Health(told.agent)
    engine = told.settings.engine
    metrics.BUILD.labels(_version(), told.agent).set(1)
    metrics.RESTARTS.labels(told.agent).inc(told.restarts)
    zeros.begin(told.agent, told.settings)
    telemetry = Telemetry(
        health, host=told.settings.metrics.host, port=told.metrics_port, stuck_after_s=engine.stuck_after_s
    )
    try:
        async with telemetry:
            await run_agent(told.agent, told.settings, stop=stop, health=health, stages=stages)
    except AgentFailed as error:
        _LOG.error("%s", error, exc_info=error.__cause__)
        return FAILED
    except CannotListen as error:
        _LOG.error("%s", error)
        return FAILED
    except (AccessRefused, Misconfigured, TopicMismatch, TopicRefused) as error:
        _LOG.error("%s", error)
        return WRONG_CALL
    return 0


async def serve_until_signalled(told: Handover, stages: Sequence[Stage], *, watch_parent: bool) -> int:
    """`serve_agent` until SIGTERM or SIGINT; with `watch_parent` also until whoever holds our stdin is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, _tell_where_it_stands)
    if watch_parent:
        loop.add_reader(sys.stdin.fileno(), _stop_at_end_of_stdin, stop)
    return await serve_agent(told, stop=stop, stages=stages)


def _tell_where_it_stands() -> None:
    """SIGUSR1: what each task waits for, in the log, for whoever asks why an agent does not go on."""
    for task in asyncio.all_tasks():
        _LOG.info("%s: %s", task.get_name(), " > ".join(_awaited(task.get_coro())))


def _awaited(coroutine: Any) -> Iterator[str]:
    """The chain of coroutines from the outermost to what is waited for, each with its line."""
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        yield f"{getattr(coroutine, '__qualname__', repr(coroutine))}:{frame.f_lineno if frame else '?'}"
        coroutine = getattr(coroutine, "cr_await", None)


def _stop_at_end_of_stdin(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()


def set_up_logging(agent: str) -> None:
    """One line per event on stderr; stdout belongs to alerts."""
    logging.getLogger("aiokafka").setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {agent:<10} %(levelname)-7s %(message)s")


def end_process(code: int) -> None:
    """Exits without waiting for threads: Faust's and the classifier's may hang, and nothing hangs on them."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main(stages: Sequence[Stage] = PIPELINE) -> None:
    """The process of one agent."""
    line = _first_line()
    try:
        told = unpack(line)
    except msgspec.MsgspecError:
        print("this is for `tocsin run`, which says through stdin what to be", file=sys.stderr)  # noqa: T201
        end_process(WRONG_CALL)
        return
    set_up_logging(told.agent)
    asyncio.run(_serve_and_exit(told, stages))


async def _serve_and_exit(told: Handover, stages: Sequence[Stage]) -> None:
    """Ends the process from within its loop: closing the loop would wait a minute for what Faust left behind."""
    try:
        code = await serve_until_signalled(told, stages, watch_parent=True)
    except Exception:  # the process's edge: its supervisor reads the exit code, people read the log
        _LOG.exception("%s failed", told.agent)
        code = FAILED
    end_process(code)


def _first_line() -> bytes:
    """Read byte by byte, so that nothing after it is taken from the pipe."""
    line = bytearray()
    while not line.endswith(b"\n"):
        piece = os.read(sys.stdin.fileno(), 1)
        if not piece:
            break
        line += piece
    return bytes(line)


def _version() -> str:
    try:
        return metadata.version("tocsin")
    except metadata.PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    main()

"""Agents as processes: restarted, ended together, never outliving their supervisor, and never hanging for ever."""

import asyncio
import logging
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec
import pytest

from models.clock import ScaledClock, SystemClock
from streams.agents import serve_agent
from streams.brokers.embedded import EmbeddedBroker, free_port
from streams.handover import Handover, pack
from streams.settings.schema import EngineSettings, KafkaSettings, MetricsSettings, Settings
from streams.supervisor import Fleet
from tests.contracts.engines import KafkaEngine, quick_settings
from tests.contracts.toy import post, toy_stages
from tests.faults.processes import TOY, Agents

pytestmark = pytest.mark.faults
NAMES = tuple(stage.name for stage in toy_stages())
CLOCK = SystemClock()


async def eventually(check: Callable[[], Awaitable[bool]], *, within_s: float = 45) -> None:
    until = CLOCK.monotonic() + within_s
    while not await check():
        assert CLOCK.monotonic() < until, "it did not come to pass"
        await CLOCK.sleep(0.1)


async def fetched(port: int, path: str) -> tuple[int, str]:
    """Status and body; status 0 when nobody listens."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
            return response.status, await response.text()
    except aiohttp.ClientError:
        return 0, ""


def with_metrics(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, metrics=MetricsSettings(port=0))


async def test_a_crashed_agent_is_started_again(embedded_broker: EmbeddedBroker) -> None:
    """The supervisor restarts what was killed, the agent's metrics count it, and one signal ends them all."""
    fleet = Fleet(with_metrics(quick_settings(embedded_broker.address, "fleet.")), NAMES[:2], CLOCK, command=TOY)
    stop = asyncio.Event()
    running = asyncio.create_task(fleet.run(stop))
    victim = fleet.agents[NAMES[1]]

    async def ready() -> bool:
        return all([(await fetched(agent.metrics_port, "/readyz"))[0] == 200 for agent in fleet.agents.values()])

    async def counted() -> bool:
        return (
            f'tocsin_agent_restarts_total{{agent="{victim.name}"}} 1.0'
            in (await fetched(victim.metrics_port, "/metrics"))[1]
        )

    await eventually(ready)
    assert victim.process is not None
    victim.process.kill()
    await eventually(counted)
    await eventually(ready)
    stop.set()
    assert await asyncio.wait_for(running, 20) == 0
    assert (await fetched(victim.metrics_port, "/healthz"))[0] == 0


async def test_an_agent_that_cannot_live_is_given_up(embedded_broker: EmbeddedBroker) -> None:
    """A process that ends at once, again and again, makes the supervisor end with an error instead of a loop."""
    command = (sys.executable, "-c", "import sys; sys.exit(3)")
    hasty = ScaledClock(datetime(2026, 1, 1, tzinfo=UTC), speed=30)
    fleet = Fleet(Settings(), ("spikes",), hasty, command=command)
    assert await asyncio.wait_for(fleet.run(asyncio.Event()), 60) == 1
    assert fleet.agents["spikes"].restarts == 5


async def test_an_agent_does_not_outlive_its_supervisor(embedded_broker: EmbeddedBroker) -> None:
    """When whoever holds an agent's stdin dies without a word, the agent ends by itself."""
    port = free_port()
    told = pack(
        Handover(agent="spikes", settings=quick_settings(embedded_broker.address, "orphan."), metrics_port=port)
    )
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, *TOY, stdin=subprocess.PIPE, cwd=Path.cwd()
    )
    assert holder.stdin is not None
    holder.stdin.write(told)
    await holder.stdin.drain()

    async def alive() -> bool:
        return (await fetched(port, "/healthz"))[0] == 200

    async def gone() -> bool:
        return (await fetched(port, "/healthz"))[0] == 0

    await eventually(alive)
    holder.send_signal(signal.SIGKILL)
    await holder.wait()
    await eventually(gone)


async def test_an_agent_tells_where_it_stands(
    embedded_broker: EmbeddedBroker, capfd: pytest.CaptureFixture[str]
) -> None:
    """SIGUSR1 has an agent write what each of its tasks waits for, and go on."""
    port = free_port()
    engine = await KafkaEngine.prepared(quick_settings(embedded_broker.address, "asked."), names=("spikes",))
    engine.agents.start("spikes", metrics_port=port)

    async def alive() -> bool:
        return (await fetched(port, "/healthz"))[0] == 200

    async def told() -> bool:
        return "run_stage" in capfd.readouterr().err

    try:
        await eventually(alive)
        engine.agents.tell_where_they_stand()
        await eventually(told)
        assert await alive()
    finally:
        engine.agents.kill_all()


_HOLDER = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)
child.stdin.write(sys.stdin.buffer.readline())
child.stdin.flush()
child.wait()
"""


async def test_an_agent_without_a_broker_ends_with_an_error() -> None:
    """Nobody answers at the address: after its patience the agent exits non-zero, so that somebody notices."""
    kafka = KafkaSettings(broker=f"127.0.0.1:{free_port()}")
    agents = Agents(Settings(kafka=kafka, engine=EngineSettings(stuck_after_s=1.0)), ("spikes",), command=TOY)
    agents.start("spikes")
    assert await asyncio.to_thread(agents.wait, "spikes", within_s=60) == 1


@pytest.mark.parametrize("name", ["spikes", "sources", "console"])
async def test_an_agent_that_waits_for_kafka_can_be_told_to_end(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Told to end before any broker has answered, every agent does, in good order."""
    settings = Settings(kafka=KafkaSettings(broker=f"127.0.0.1:{free_port()}"))
    stop = asyncio.Event()

    async def waiting() -> bool:
        return "waiting for it" in caplog.text

    with caplog.at_level(logging.INFO):
        told = Handover(agent=name, settings=settings, metrics_port=-1)
        serving = asyncio.create_task(serve_agent(told, stop=stop, stages=toy_stages()))
        await eventually(waiting)
        stop.set()
        assert await asyncio.wait_for(serving, 20) == 0


async def test_a_stuck_agent_ends_with_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    """The broker dies for good while records are at hand: the agent does not hang, it exits non-zero, and says why."""
    with EmbeddedBroker() as broker:
        settings = quick_settings(broker.address, "stuck.")
        settings = msgspec.structs.replace(
            settings,
            engine=msgspec.structs.replace(settings.engine, stuck_after_s=4.0),
            metrics=MetricsSettings(port=0),
        )
        engine = await KafkaEngine.prepared(settings, names=("understand",))
        port = free_port()
        engine.agents.start("understand", metrics_port=port)

        async def ready() -> bool:
            return (await fetched(port, "/readyz"))[0] == 200

        await eventually(ready)
        feeding = asyncio.create_task(engine.feed(*(post(n) for n in range(2_000))))
        await CLOCK.sleep(0)
        await asyncio.wait({feeding}, timeout=0.3)
        broker.kill()
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        assert await asyncio.to_thread(engine.agents.wait, "understand", within_s=60) == 1
    said = capfd.readouterr().err
    assert re.search(
        rf"no progress for \d+ s \(no answer from Kafka at {broker.address} \(kafka\.broker\): .*refused", said
    )

"""`tocsin run`: agents in the foreground."""

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from streams.settings.schema import Settings

if TYPE_CHECKING:
    from models.clock import Clock
    from streams.brokers.embedded import EmbeddedBroker


@click.command("run")
@click.argument("agents", nargs=-1)
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--broker", metavar="embedded|HOST:PORT,…", help="Instead of kafka.broker of the settings.")
def command(agents: tuple[str, ...], path: Path, broker: str | None) -> None:
    """Run AGENTS in the foreground (all when none is named).

    Agents: understand spikes virality incidents attention delivery sources console. Naming incidents and
    delivery runs attention too, without which nobody would be called. Each is a process of its own, started again
    after a crash. Ends within seconds on SIGTERM or Ctrl-C.
    """
    from streams.agents import AGENTS, end_process, set_up_logging
    from streams.brokers.security import AccessRefused
    from streams.cli.kafka import refuse
    from streams.cli.settings import load_settings, refuse_meaningless
    from streams.settings.spared import spared_by

    unknown = [name for name in agents if name not in AGENTS]
    if unknown:
        raise click.UsageError(f"no agent of the name {', '.join(unknown)}; there are: {' '.join(AGENTS)}")
    if {"incidents", "delivery"} <= set(agents) and "attention" not in agents:
        agents = (*agents, "attention")
    agents = agents or AGENTS
    settings = load_settings(path, broker=broker, spared=spared_by(agents))
    refuse_meaningless(settings, path)
    try:
        asyncio.run(_let_in(settings))
    except AccessRefused as error:
        refuse(error, path)
    set_up_logging(agents[0] if len(agents) == 1 else "tocsin")

    async def run_and_exit() -> None:
        # From within the loop: closing it would wait a minute for what Faust leaves behind when a broker is gone.
        end_process(await run(settings, agents))

    asyncio.run(run_and_exit())


async def _let_in(settings: Settings) -> None:
    """Raises `AccessRefused` before each agent would; a broker that does not answer yet is waited for by them."""
    from streams.brokers.kafka import EMBEDDED, Access
    from streams.brokers.reach import NoAnswer, knock

    if settings.kafka.broker != EMBEDDED:
        with contextlib.suppress(NoAnswer):
            await knock(Access(settings.kafka))


async def run(settings: Settings, agents: tuple[str, ...]) -> int:
    """Runs agents until SIGTERM or SIGINT; the exit code. One agent alone runs in this process."""
    from models.clock import SystemClock
    from streams.agents import metrics_port, serve_agent
    from streams.brokers.kafka import EMBEDDED
    from streams.handover import Handover
    from streams.supervisor import Fleet

    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    if settings.kafka.broker == EMBEDDED:
        return await _run_embedded(settings, agents, stop)
    if len(agents) == 1:
        told = Handover(agent=agents[0], settings=settings, metrics_port=metrics_port(settings, agents[0]))
        return await serve_agent(told, stop=stop)
    return await Fleet(settings, agents, SystemClock()).run(stop)


async def _run_embedded(settings: Settings, agents: tuple[str, ...], stop: asyncio.Event) -> int:
    from models.clock import SystemClock
    from streams.brokers.embedded import FORGETS, EmbeddedBroker, EmbeddedBrokerFailed, with_embedded
    from streams.supervisor import Fleet

    clock = SystemClock()
    try:
        with EmbeddedBroker() as broker:
            click.echo(f"{FORGETS} It listens on {broker.address}.", err=True)
            ended = asyncio.Event()
            watch = asyncio.create_task(_end_with(broker, stop, ended, clock))
            code = await Fleet(with_embedded(settings, broker), agents, clock).run(stop)
            watch.cancel()
            if ended.is_set():
                click.echo("The embedded broker has ended by itself; what it held is lost.", err=True)
                return 1
            return code
    except EmbeddedBrokerFailed as error:
        click.echo(str(error), err=True)
        return 1


async def _end_with(broker: "EmbeddedBroker", stop: asyncio.Event, ended: asyncio.Event, clock: "Clock") -> None:
    while broker.running:
        await clock.sleep(0.5)
    ended.set()
    stop.set()

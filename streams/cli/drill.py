"""`tocsin drill BRAND`: an exercise in the running system, timed to a human's acknowledgement."""

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from streams.cli.params import Duration
from streams.settings.schema import Settings

_SAID: Final = {
    "understood": "understood",
    "noticed": "noticed",
    "decided": "an alert is decided on",
    "told": "told",
    "failed": "could NOT be told",
    "acknowledged": "acknowledged by",
}


@click.command("drill")
@click.argument("brand")
@click.option("--timeout", type=Duration(), default="15m", show_default=True, help="How long to wait for a human.")
@click.option(
    "--shares", type=click.IntRange(50, 20_000), default=400, show_default=True, help="How large the storm is."
)
@click.option("--yes", is_flag=True, help="Do not ask before people are called.")
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--broker", metavar="HOST:PORT,…", help="Instead of kafka.broker of the settings.")
def command(*, brand: str, timeout: float, shares: int, yes: bool, path: Path, broker: str | None) -> None:
    """Send a marked firestorm on BRAND through the running pipeline, and time the way to a human who takes charge.

    Real people are called, by the brand's channels and escalation; every message says that it is an exercise. What is
    learned of the brand is not touched. The incident is closed at the end.
    Exit code 0: somebody took charge; 1: nobody did.
    """
    from streams.cli.kafka import on_kafka
    from streams.cli.lines import WrongCall
    from streams.cli.past import used_settings
    from streams.settings.problems import suggestion

    settings = used_settings(path, broker)
    names = [each.name for each in settings.brands]
    if brand not in names:
        meant = suggestion(brand, names)
        remedy = f"did you mean {meant}?" if meant else f"there are: {', '.join(names) or 'none'}"
        raise WrongCall(f"there is no brand {brand!r} in the settings; {remedy}")
    if not yes:
        click.confirm(f"This calls the people who are on duty for {brand}. Go on?", abort=True, err=True)
    sys.exit(0 if on_kafka(_run(settings, brand, timeout, shares), settings, path) else 1)


async def _run(settings: Settings, brand: str, timeout_s: float, shares: int) -> bool:
    """Whether somebody took charge in time."""
    from models.clock import SystemClock
    from streams.brokers.kafka import Access
    from streams.brokers.reach import knock
    from streams.cli.kafka import until_stopped
    from streams.exercise import Exercise

    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    access = Access(settings.kafka)
    await knock(access)  # a publisher waits for Kafka as long as it takes; whoever drills wants to know
    exercise = Exercise(settings, brand, SystemClock(), shares=shares, say=_say)
    consumer = access.consumer()
    try:
        running = asyncio.ensure_future(exercise.run(consumer, access, timedelta(seconds=timeout_s), stop))
        acknowledged_s = await until_stopped(running, stop)
    finally:
        await consumer.stop()
    click.echo(exercise.verdict())
    return acknowledged_s is not None


def _say(milestone: str, name: str, after_s: float) -> None:
    click.echo(f"{after_s:7.1f} s  {_SAID[milestone]}{' ' + name if name else ''}")

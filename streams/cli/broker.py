"""`tocsin broker`: the embedded broker alone."""

import asyncio
import signal
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from streams.brokers.embedded import EmbeddedBroker


@click.command("broker")
@click.option("--port", type=click.IntRange(1, 65535), default=9092, show_default=True)
def command(port: int) -> None:
    """Run the embedded broker in the foreground, for agents started with --broker 127.0.0.1:PORT."""
    from streams.brokers.embedded import FORGETS, EmbeddedBroker, EmbeddedBrokerFailed

    try:
        with EmbeddedBroker(port) as broker:
            click.echo(f"Listening on {broker.address}. {FORGETS}")
            lost = asyncio.run(_until_signalled(broker))
    except EmbeddedBrokerFailed as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error
    if lost:
        click.echo("The embedded broker has ended by itself; what it held is lost.", err=True)
        raise SystemExit(1)


async def _until_signalled(broker: "EmbeddedBroker") -> bool:
    """True when the broker ended before we were told to."""
    from models.clock import SystemClock

    stop = asyncio.Event()
    clock = SystemClock()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    while broker.running and not stop.is_set():
        await clock.sleep(0.2)
    return not stop.is_set()

"""`tocsin demo`: a crisis of an invented brand, from the first complaint to the last word."""

import asyncio
import logging
import sys
from pathlib import Path

import click


@click.command("demo")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed is another story.")
@click.option(
    "--speed", type=click.FloatRange(min=0), default=1500, show_default=True,
    help="Seconds of the crisis in one of yours; 0: as fast as it goes.",
)  # fmt: skip
@click.option("--settings", "path", type=click.Path(path_type=Path), help="Send the alerts to its channels too.")
@click.option("--json", "as_json", is_flag=True, help="Alerts and summary as JSON lines, and nothing else, on stdout.")
def command(seed: int, speed: float, path: Path | None, as_json: bool) -> None:
    """Play a scripted but seeded and varied crisis through a real broker and real agents; exit 0 when all was told.

    Alerts are printed, and go to every channel of --settings. Uses the embedded broker, on free ports, and leaves
    nothing behind.
    """
    import msgspec

    from models.clock import SystemClock
    from streams.brokers.embedded import FORGETS, EmbeddedBrokerFailed
    from streams.cli.settings import load_settings
    from streams.demo.run import Demo, DemoFailed, demo_settings
    from streams.demo.story import plot
    from streams.demo.summary import told

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    given = None if path is None else load_settings(path)
    settings = demo_settings(given, json=as_json, color=sys.stdout.isatty())

    def say(line: str) -> None:
        click.secho(f"  {line}", err=True, dim=True)

    say(f"Story {seed}: an ordinary week of Vélorine, which makes electric bikes and does not exist. {FORGETS}")
    try:
        summary = asyncio.run(Demo(plot(seed), settings, speed, SystemClock(), say).run())
    except (DemoFailed, EmbeddedBrokerFailed) as error:
        click.echo(f"The demo stopped: {error}", err=True)
        sys.exit(1)
    click.echo(msgspec.json.encode({"summary": summary}).decode() if as_json else "\n" + told(summary))
    sys.exit(0 if summary.complete else 1)

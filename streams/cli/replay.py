"""`tocsin replay FILE`: publishes a file of posts with its own event times."""

import asyncio
import math
import re
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import click

from models.clock import SystemClock
from streams.cli.kafka import on_kafka, until_stopped
from streams.cli.params import Duration
from streams.cli.settings import load_settings, named_broker
from streams.publish import Publisher
from streams.settings.kinds import FASTEST, TICK_LEAST
from streams.settings.schema import KafkaSettings, ReplaySourceSettings, Settings
from streams.settings.spared import ELSEWHERE
from streams.sources.playback import Progress, Ticking
from streams.sources.protocol import Misconfigured, Source
from streams.sources.replay import ReplaySource
from streams.sources.sink import Sink

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Speed(click.ParamType):
    """`60x`, or plain `60`; 0 is as fast as it goes."""

    name = "speed"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)x?", str(value).strip().lower())
        speed = math.inf if found is None else float(found.group(1))
        if speed > FASTEST:
            usual = f"such as 60x, up to {FASTEST}x (0: as fast as it goes)"
            self.fail(f"{str(value)[:40]!r} is no speed, {usual}", param, ctx)
        return speed


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--speed", type=Speed(), default="1x", show_default=True, help="60x plays an hour in a minute; 0: at once."
)
@click.option(
    "--broker", default=None, metavar="HOST:PORT,…", help="The Kafka to publish to; else that of the settings."
)
@click.option("--settings", "settings_path", type=click.Path(path_type=Path), default=None, help="A tocsin.toml.")
@click.option(
    "--name", default="replay", show_default=True, help="The source's name, and the network of rows without one."
)
@click.option("--ticks/--no-ticks", default=None, help='Move the log\'s time; by default when engine.time is "log".')
@click.option("--tick", type=Duration(), default=None, help="Event time between ticks; by default engine.tick_s.")
@click.option("--tail", type=Duration(), default="2h", show_default=True, help="Time that passes after the last row.")
def command(
    *,
    file: Path,
    speed: float,
    broker: str | None,
    settings_path: Path | None,
    name: str,
    ticks: bool | None,
    tick: float | None,
    tail: float,
) -> None:
    """Publish FILE (JSONL, CSV or TSV, also .gz) to the topic of posts, keeping event times."""
    if tick is not None and tick < TICK_LEAST:
        raise click.BadParameter(f"at least {TICK_LEAST}s, such as 2s, not {tick:g}s", param_hint="--tick")
    settings = _settings(settings_path, broker)
    ticking = None
    if settings.engine.time == "log" if ticks is None else ticks:
        ticking = Ticking(settings.kafka.partitions, settings.engine.tick_s if tick is None else tick, tail)
    source = ReplaySource(ReplaySourceSettings(name=name, path=str(file), speed=speed), ticking=ticking)
    try:
        done = on_kafka(_publish(source, settings), settings, settings_path)
    except Misconfigured as error:
        raise _mistake(str(error)) from error
    click.echo(summary(source, done))
    if not done:
        sys.exit(1)


def summary(source: ReplaySource, done: bool) -> str:
    """One line: what was published, and what was refused why."""
    health, progress = source.health(), source.progress
    parts = [f"{health.published} published"]
    if health.duplicates:
        parts.append(f"{health.duplicates} repeated ids left out")
    if progress.late:
        parts.append(f"{progress.late} too far out of order, published as late")
    if health.refused:
        reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(progress.reasons.items()))
        parts.append(f"{health.refused} sent to the dead letters ({reasons})")
    until = f", up to {progress.at:%Y-%m-%d %H:%M:%SZ}" if progress.at else ""
    return f"{'replayed' if done else 'stopped'}: {'; '.join(parts)}{until}"


def _mistake(message: str) -> click.ClickException:
    error = click.ClickException(message)
    error.exit_code = 2
    return error


def _settings(path: Path | None, broker: str | None) -> Settings:
    if path is not None:
        settings = load_settings(path, broker=broker, spared=ELSEWHERE)
    else:
        settings = Settings(kafka=KafkaSettings(broker=named_broker(broker or "embedded")))
    if settings.kafka.broker == "embedded":
        raise _mistake("no Kafka to publish to: give --broker HOST:PORT, or kafka.broker in --settings FILE")
    return settings


async def _publish(source: ReplaySource, settings: Settings) -> bool:
    from streams.brokers.kafka import Access
    from streams.brokers.publisher import KafkaPublisher
    from streams.brokers.topics import ensure_topics, source_plans

    access = Access(settings.kafka)
    await ensure_topics(access, source_plans(settings.kafka))
    async with KafkaPublisher(access, SystemClock(), stage="replay") as publisher:
        return await play(source, publisher)


async def play(source: ReplaySource, publisher: Publisher) -> bool:
    """Plays `source` to its end, or until Ctrl-C; True when it came to its end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    clock = SystemClock()
    sink = Sink(source.pulse, publisher, clock, stop)
    with _shown(source) as watched:
        running = asyncio.ensure_future(source.run(sink, stop))
        await until_stopped(running, stop, lambda: watched.show(source.progress))
    return not stop.is_set()


class _Watched:
    """The progress bar on a terminal; nothing in a pipe."""

    def __init__(self, bar: "Bar | None") -> None:
        self._bar = bar
        self._task = bar.add_task("replay", total=None) if bar is not None else None

    def show(self, progress: Progress) -> None:
        if self._bar is None or self._task is None:
            return
        at = f"{progress.at:%Y-%m-%d %H:%M}" if progress.at else "reading"
        refused = sum(progress.reasons.values())
        total = None if progress.total is None else progress.total - refused
        self._bar.update(self._task, completed=progress.played, total=total, description=at)


def _shown(source: Source) -> AbstractContextManager[_Watched]:
    if not sys.stderr.isatty():
        return nullcontext(_Watched(None))
    return _Terminal(source.name)


class _Terminal(AbstractContextManager[_Watched]):
    """Draws on stderr, so that the summary on stdout stays clean."""

    def __init__(self, name: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn(name), TextColumn("{task.description}"), BarColumn())
        self._bar = RichProgress(*columns, MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True))

    def __enter__(self) -> _Watched:
        self._bar.start()
        return _Watched(self._bar)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

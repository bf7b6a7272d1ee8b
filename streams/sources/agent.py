"""The agent that runs all configured sources side by side, and starts again those that fall."""

import asyncio
import logging
import random
from pathlib import Path
from typing import Final

from models.clock import Clock
from streams import metrics
from streams.poison import PoisonLog
from streams.publish import Publisher
from streams.settings.schema import (
    BlueskySourceSettings,
    FeedsSourceSettings,
    ReplaySourceSettings,
    Settings,
    SourceSettings,
    WebhookSourceSettings,
)
from streams.sources.playback import Ticking
from streams.sources.protocol import Backoff, Misconfigured, Source, Stopped, pause
from streams.sources.sink import Sink

LOG: Final = logging.getLogger(__name__)
REFRESH_S: Final = 5.0
"""How often the sources' metrics are brought up to date."""
WELL_AFTER_S: Final = 300.0
"""A source that ran this long before it fell starts with a short wait again."""


def build(source: SourceSettings, settings: Settings, clock: Clock) -> Source:
    """The source that a section of the settings asks for. Raises `Misconfigured`."""
    data_dir = Path(settings.engine.data_dir) / "sources" if settings.engine.data_dir else None
    if isinstance(source, ReplaySourceSettings):
        from streams.sources.replay import ReplaySource

        log = f"{settings.kafka.broker}/{settings.kafka.prefix}"
        return ReplaySource(source, ticking=ticking(source, settings), clock=clock, data_dir=data_dir, log=log)
    if isinstance(source, FeedsSourceSettings):
        from streams.sources.feeds import FeedsSource

        return FeedsSource(source, data_dir=data_dir, clock=clock)
    if isinstance(source, WebhookSourceSettings):
        from streams.sources.webhook import WebhookSource

        return WebhookSource(source, clock=clock)
    assert isinstance(source, BlueskySourceSettings)
    from streams.sources.bluesky import BlueskySource

    return BlueskySource(source, data_dir=data_dir, clock=clock)


def ticking(source: ReplaySourceSettings, settings: Settings) -> Ticking | None:
    """How a replay moves the log's time; None where the machine's clock does."""
    if settings.engine.time != "log":
        return None
    return Ticking(settings.kafka.partitions, settings.engine.tick_s, source.tail_s)


async def run_sources(settings: Settings, publisher: Publisher, clock: Clock, stop: asyncio.Event) -> None:
    """Runs every configured source until `stop` is set, or until all have come to their end (files do).

    A source that is misconfigured is logged and left out; the others run. Raises `Misconfigured` when none is left.
    Where none is configured, posts come from elsewhere (`tocsin replay`): it waits for `stop`.
    """
    if not settings.sources:
        LOG.warning("no source is configured: posts must come from elsewhere")
        await stop.wait()
        return
    sources = [source for each in settings.sources if (source := _built(each, settings, clock)) is not None]
    if not sources:
        raise Misconfigured("sources: none of those configured can run; see docs/sources.md")
    refused = [PoisonLog(f"source {source.name}", clock) for source in sources]
    watcher = asyncio.ensure_future(_watch(sources, refused, clock, stop))
    try:
        await asyncio.gather(
            *(
                keep_running(source, publisher, clock, stop, poison=poison)
                for source, poison in zip(sources, refused, strict=True)
            )
        )
    finally:
        watcher.cancel()
        await asyncio.wait({watcher})
        for poison in refused:
            poison.finish()


def _built(each: SourceSettings, settings: Settings, clock: Clock) -> Source | None:
    try:
        return build(each, settings, clock)
    except Misconfigured as error:
        LOG.error("source %s is left out: %s", each.name, error)
        metrics.SOURCE_ERRORS.labels(each.name, "misconfigured").inc()
        metrics.SOURCE_UP.labels(each.name).set(0)
        return None


async def keep_running(
    source: Source,
    publisher: Publisher,
    clock: Clock,
    stop: asyncio.Event,
    chance: random.Random | None = None,
    *,
    poison: PoisonLog | None = None,
) -> None:
    """Runs one source to its end, and starts it again, ever later, when it falls. `poison` logs what it refuses."""
    sink = Sink(source.pulse, publisher, clock, stop, poison=poison)
    backoff = Backoff(chance or random.Random())
    while not stop.is_set():
        started_s = clock.monotonic()
        try:
            await source.run(sink, stop)
            return
        except Misconfigured as error:
            LOG.error("source %s ends: %s", source.name, error)
            return
        except Exception as error:  # the agent's edge: a source that falls must not take the others with it
            source.pulse.down("crashed", f"{type(error).__name__}: {error}")
            LOG.warning("source %s fell: %s: %s", source.name, type(error).__name__, error)
        if clock.monotonic() - started_s > WELL_AFTER_S:
            backoff.reset()
        metrics.RESTARTS.labels(f"source-{source.name}").inc()
        try:
            await pause(clock, backoff.next_s(), stop)
        except Stopped:
            return


async def _watch(sources: list[Source], refused: list[PoisonLog], clock: Clock, stop: asyncio.Event) -> None:
    """Keeps lag and health current in the metrics, and what was refused in the log, also of a source gone quiet."""
    while not stop.is_set():
        for source, poison in zip(sources, refused, strict=True):
            source.health()
            poison.tell()
        await clock.sleep(REFRESH_S)

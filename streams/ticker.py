"""Time as records: sends the wall clock's ticks into the topics where time enters the pipeline."""

from datetime import timedelta
from typing import Final

from models.clock import Clock
from models.records import Tick, Topic
from streams.engines.task import TICKER
from streams.publish import Publisher, ticks
from streams.settings.schema import Settings
from streams.topology import Stage

SETTLE_S: Final = 1.0
"""How far ticks stay behind the wall clock: a source may need this long from seeing a post to publishing it."""

ENTRIES: Final = frozenset({Topic.POSTS, Topic.INCIDENT_EVENTS})
"""Where ticks enter: at the front, and where humans act without anything having been posted."""


async def run_ticker(stage: Stage, settings: Settings, publisher: Publisher, clock: Clock) -> None:
    """Sends a tick to every partition of the stage's source every `engine.tick_s`, if time enters there; never ends.

    Several processes of one stage may all send ticks: a clock only moves forward, so the later of two is the one
    that counts.
    """
    if stage.source not in ENTRIES:
        return
    while True:
        now = clock.now() - timedelta(seconds=SETTLE_S)
        await publisher.publish(ticks(stage.source, Tick(now=now, origin=TICKER), settings.kafka.partitions))
        await clock.sleep(settings.engine.tick_s)

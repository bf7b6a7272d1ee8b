"""The console as an agent: reads notifications and deliveries from the past on, feeds the board, and serves it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from models.clock import Clock
from models.records import Topic
from streams import metrics, serving
from streams.brokers.past import Consumer, Past, TopicsMissing
from streams.console.board import Board
from streams.console.routes import Console
from streams.console.silences import MAX_LENGTH_MIN
from streams.interactions.clicks import Clicks
from streams.listening import listen
from streams.publish import Publisher
from streams.settings.schema import Settings

READ: Final = (Topic.NOTIFICATIONS, Topic.DELIVERIES, Topic.INCIDENT_EVENTS)
WINDOW: Final = timedelta(minutes=MAX_LENGTH_MIN)
"""How far back the board begins: as long as a silence may last. Older incidents are history."""

_STAGE: Final = "console"
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 30.0
_LOG: Final = logging.getLogger(__name__)


async def run_console(
    settings: Settings,
    publisher: Publisher,
    clock: Clock,
    stop: asyncio.Event,
    *,
    bound: asyncio.Future[int] | None = None,
) -> None:
    """Serves until `stop` is set. `bound`, where given, is told the port. Raises `CannotListen`."""
    board = Board()
    console = Console(settings, board, publisher, clock)
    console.caught_up = False
    clicks = Clicks(settings, publisher, clock)
    app = console.app()
    clicks.mount(app)
    runner = serving.runner(app, shutdown_s=2.0)
    await runner.setup()
    feeder: asyncio.Task[None] | None = None
    try:
        await listen(runner, settings.console.host, settings.console.port, "console.port")
        port = runner.addresses[0][1]
        _LOG.info("console at http://%s:%d/", settings.console.host, port)
        if bound is not None:
            bound.set_result(port)
        clicks.listen()
        feeder = asyncio.create_task(_feed_forever(settings, board, console, clock))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({feeder, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if feeder.done():  # it only ends by an error that no repetition mends
            feeder.result()
    finally:
        if feeder is not None:
            feeder.cancel()
            await asyncio.gather(feeder, return_exceptions=True)
        await runner.cleanup()
        await clicks.close()


async def _feed_forever(settings: Settings, board: Board, console: Console, clock: Clock) -> None:
    """Reads again from the start of the window whenever the connection is lost: the board takes repeats lightly."""
    wait = _FIRST_WAIT_S
    while True:
        consumer = _consumer(settings)
        try:
            async for caught_up in feed(board, Past(consumer, settings.kafka, READ), clock):
                console.caught_up = caught_up
                wait = _FIRST_WAIT_S
        except _connection_errors() as error:
            metrics.RETRIES.labels(_STAGE, "read").inc()
            _LOG.warning("cannot read incidents (%s: %s); next try in %.0f s", type(error).__name__, error, wait)
        finally:
            await consumer.stop()
        await clock.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT_S)


async def feed(board: Board, past: Past, clock: Clock) -> AsyncIterator[bool]:
    """Feeds the board for ever; yields after each batch whether all that was there at the start has been read.

    Raises `TopicsMissing`, and Kafka's errors while the broker does not answer.
    """
    async for batch in past.batches(clock.now() - WINDOW):
        for found in batch:
            metrics.RECORDS.labels(_STAGE).inc()
            if found.record is not None:
                board.take(found.record)
            else:  # the stages bury what they cannot read; the console only looks on, and says so
                where = f"{found.topic}/{found.partition}/{found.offset}"
                _LOG.warning("%s is not shown: %s", where, found.flaw)
        yield past.caught_up


def _consumer(settings: Settings) -> Consumer:
    from streams.brokers.kafka import Access

    consumer: Consumer = Access(settings.kafka).consumer()
    return consumer


def _connection_errors() -> tuple[type[Exception], ...]:
    from aiokafka.errors import KafkaError

    return (KafkaError, OSError, TopicsMissing, TimeoutError)

"""The console as an agent: reads notifications and deliveries from the past on, feeds the board, and serves it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Protocol

from aiohttp import web

from models.clock import Clock
from models.records import Topic
from streams import metrics, wire
from streams.console.board import Board
from streams.console.routes import Console
from streams.interactions.clicks import Clicks
from streams.publish import Publisher
from streams.settings import KafkaSettings, Settings
from streams.topology import TOPICS

READ: Final = (Topic.NOTIFICATIONS, Topic.DELIVERIES)
WINDOW: Final = timedelta(days=14)
"""How far back the board begins; older incidents are history."""

_STAGE: Final = "console"
_POLL_MS: Final = 500
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 30.0
_LOG: Final = logging.getLogger(__name__)


class Consumer(Protocol):
    """What is used of aiokafka's consumer, which has no group here: every console reads everything."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def topics(self) -> set[str]: ...
    def assign(self, partitions: Sequence[Any]) -> None: ...
    async def offsets_for_times(self, timestamps: Mapping[Any, int]) -> Mapping[Any, Any]: ...
    async def end_offsets(self, partitions: Sequence[Any]) -> Mapping[Any, int]: ...
    async def seek_to_beginning(self, *partitions: Any) -> object: ...
    def seek(self, partition: Any, offset: int) -> None: ...
    async def position(self, partition: Any) -> int: ...
    async def getmany(self, *, timeout_ms: int) -> Mapping[Any, Sequence[Any]]: ...


async def run_console(
    settings: Settings,
    publisher: Publisher,
    clock: Clock,
    stop: asyncio.Event,
    *,
    bound: asyncio.Future[int] | None = None,
) -> None:
    """Serves until `stop` is set. `bound`, where given, is told the port. Raises OSError where the port is taken."""
    board = Board()
    console = Console(settings, board, publisher, clock)
    console.caught_up = False
    clicks = Clicks(settings, publisher, clock)
    app = console.app()
    clicks.mount(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    feeder: asyncio.Task[None] | None = None
    try:
        site = web.TCPSite(runner, settings.console.host, settings.console.port)
        await site.start()
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
            async for caught_up in feed(board, consumer, settings.kafka, clock):
                console.caught_up = caught_up
                wait = _FIRST_WAIT_S
        except _connection_errors() as error:
            metrics.RETRIES.labels(_STAGE, "read").inc()
            _LOG.warning("cannot read incidents (%s: %s); next try in %.0f s", type(error).__name__, error, wait)
        finally:
            await consumer.stop()
        await clock.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT_S)


async def feed(board: Board, consumer: Consumer, kafka: KafkaSettings, clock: Clock) -> AsyncIterator[bool]:
    """Feeds the board for ever; yields after each batch whether all that was there at the start has been read.

    Raises `TopicsMissing`, and Kafka's errors while the broker does not answer.
    """
    await consumer.start()
    topics = {f"{kafka.prefix}{topic}": topic for topic in READ}
    partitions = await _partitions(consumer, topics, kafka.partitions)
    consumer.assign(partitions)
    await _seek(consumer, partitions, clock)
    ends = await consumer.end_offsets(partitions)
    caught_up = False
    while True:
        batches = await consumer.getmany(timeout_ms=_POLL_MS)
        for partition, messages in batches.items():
            _take(board, topics[partition.topic], messages)
        if not caught_up:
            positions = {partition: await consumer.position(partition) for partition in partitions}
            caught_up = all(positions[partition] >= ends[partition] for partition in partitions)
        yield caught_up


async def _partitions(consumer: Consumer, topics: Mapping[str, Topic], count: int) -> list[Any]:
    from aiokafka import TopicPartition

    # Asking for a topic by its name would create it on some brokers.
    missing = sorted(topics.keys() - await consumer.topics())
    if missing:
        raise TopicsMissing(f"{', '.join(missing)}: not created yet, see tocsin topics")
    return [TopicPartition(name, p) for name, topic in topics.items() for p in range(count if TOPICS[topic].hot else 1)]


class TopicsMissing(Exception):
    """The topics that the console reads have not been created yet."""


async def _seek(consumer: Consumer, partitions: Sequence[Any], clock: Clock) -> None:
    since = int((clock.now() - WINDOW).timestamp() * 1_000)
    try:
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, max(since, 0)))
    except _unsupported():
        found = {}
    for partition in partitions:
        at = found.get(partition)
        if at is None:  # nothing is as young, or the broker keeps no index of times: then read what there is
            await consumer.seek_to_beginning(partition)
        else:
            consumer.seek(partition, at.offset)


def _take(board: Board, topic: Topic, messages: Sequence[Any]) -> None:
    for message in messages:
        metrics.RECORDS.labels(_STAGE).inc()
        try:
            board.take(wire.decode(topic, message.value))
        except wire.Undecodable as error:
            # The stages bury what they cannot read; the console only looks on, and says so.
            _LOG.warning("%s/%d/%d is not shown: %s", topic, message.partition, message.offset, error.reason)


def _consumer(settings: Settings) -> Consumer:
    from streams.brokers.kafka import Access

    consumer: Consumer = Access(settings.kafka).consumer()
    return consumer


def _unsupported() -> type[Exception]:
    from aiokafka.errors import UnsupportedVersionError

    error: type[Exception] = UnsupportedVersionError
    return error


def _connection_errors() -> tuple[type[Exception], ...]:
    from aiokafka.errors import KafkaError

    return (KafkaError, OSError, TopicsMissing, TimeoutError)

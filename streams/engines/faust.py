"""The Faust binding: one Faust app and consumer group per stage, made by a function, and what the worker needs of it.

Faust gives us the consumer group, flow control, rebalancing, and tables that recover from their changelog. Four
things it does not do safely are done here, each where the comment stands: it acknowledges what an agent was
cancelled on (`take`), it can skip records between recovery and its first seek, it does not wait for the changelog
before it commits, and its memory tables keep the keys of partitions that have moved away.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import faust
from faust.tables.recovery import Recovery
from faust.types import TP

from streams.brokers.kafka import Access, first_offset, group_name, topic_name
from streams.folder import private
from streams.settings.schema import Settings
from streams.topology import Stage

_FAUST_LOG: Final = logging.getLogger("faust")
_BUFFER: Final = 4096
_COMMIT_EVERY_S: Final = 1.0
_RECOVERY_BUFFER: Final = 256


@dataclass(slots=True)
class Flow:
    """A stage's app as its worker sees it: a queue of messages in, acknowledgements back, a table beside."""

    app: faust.App
    access: Access
    source: str
    table: Any | None
    channel: "asyncio.Future[Any]"
    revoked_generation: int | None = None
    on_revoked: Callable[[], Awaitable[None]] | None = None
    """Awaited while partitions are taken away."""

    async def get(self) -> Any:
        return await (await self.channel).queue.get()

    def get_nowait(self) -> Any:
        """Raises `asyncio.QueueEmpty`."""
        if not self.channel.done():
            raise asyncio.QueueEmpty
        return self.channel.result().queue.get_nowait()

    def is_current(self, event: Any) -> bool:
        """False for what was fetched before the last rebalance: whoever owns its partition now fetches it again."""
        generation = event.message.generation_id
        return bool(generation == self.generation and generation != self.revoked_generation)

    @property
    def generation(self) -> int:
        return int(self.app.consumer_generation_id)

    @property
    def ready(self) -> bool:
        """Joined its group and recovered its table."""
        return bool(self.app.tables.actives_ready) and not self.app.rebalancing

    @property
    def failure(self) -> BaseException | None:
        """Why one of Faust's services has crashed; None while none has."""
        services = (self.app, self.app._consumer, self.app._producer, self.app.tables, self.app.topics)
        for service in services:
            if service is not None and service.crashed:
                return service.crash_reason or RuntimeError(f"{service!r} crashed")
        return None

    def partitions(self) -> list[int]:
        """The source's partitions that this process owns."""
        with contextlib.suppress(faust.exceptions.ConsumerNotStarted):
            return sorted(tp.partition for tp in self.app.consumer.assignment() if tp.topic == self.source)
        return []

    def highwater(self, partition: int) -> int:
        """The offset that the next record of a partition will get, as far as known."""
        return int(self.app.consumer.highwater(TP(self.source, partition)) or 0)

    async def committed(self, partition: int) -> int | None:
        """The group's position in a partition, asked of the broker."""
        thread = self.app.consumer._thread
        asked = thread._consumer.committed(TP(self.source, partition))
        offset = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked, thread.thread_loop))
        return None if offset is None or offset < 0 else int(offset)

    async def first_offset(self, partition: int, at_least: int) -> int:
        """The first offset that a partition holds from `at_least` on, asked with a consumer of its own."""
        return await first_offset(self.access, self.source, partition, at_least)

    def ack(self, events: Iterable[Any]) -> None:
        for event in events:
            event.ack()

    async def commit(self) -> None:
        await self.app.consumer.commit()


def build_app(stage: Stage, settings: Settings, *, keyed: bool) -> Flow:
    """A stage's Faust app, not started; `keyed` gives it a table for states."""
    app = _app(stage, settings)
    source = topic_name(settings.kafka, stage.source)
    raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
    topic = app.topic(source, **raw, allow_empty=True, internal=False)
    table = None
    if keyed:
        options = {"driver": "rocksdict"} if settings.engine.state == "rocksdb" else None
        table = app.Table(
            "state",
            key_type=bytes,
            value_type=bytes,
            partitions=settings.kafka.partitions,
            recovery_buffer_size=_RECOVERY_BUFFER,
            options=options,
        )
    flow = Flow(app, Access(settings.kafka), source, table, asyncio.get_running_loop().create_future())

    @app.agent(topic, name=stage.name)  # type: ignore[untyped-decorator]
    async def take(stream: Any) -> None:
        # The worker reads the agent's channel itself. Faust's stream would acknowledge, when an agent is cancelled
        # by a shutdown or a rebalance, what it had handed out and what was never processed.
        if not flow.channel.done():
            flow.channel.set_result(stream.channel)
        await asyncio.Event().wait()

    @app.on_partitions_revoked.connect(weak=False)  # type: ignore[untyped-decorator]
    async def revoked(_: Any, *__: Any, **___: Any) -> None:
        flow.revoked_generation = flow.generation
        if flow.on_revoked is not None:
            await flow.on_revoked()

    @app.on_partitions_assigned.connect(weak=False)  # type: ignore[untyped-decorator]
    async def assigned(_: Any, *__: Any, **___: Any) -> None:
        flow.revoked_generation = None

    @app.on_rebalance_complete.connect(weak=False)  # type: ignore[untyped-decorator]
    async def recovered(*_: Any, **__: Any) -> None:
        # Faust now lets the source's records flow, seeks to the committed offsets, and empties its queues, in this
        # order. What it fetched in between would be lost; it starts the flow again itself when it has done all three.
        # (A standby's records are not fetched again, so with standbys the worker's watch over offsets must do.)
        if not app.assignor.assigned_standbys():
            app.consumer.stop_flow()

    return flow


class _Latch(asyncio.Event):
    """An event that Faust cannot clear before whoever waits for it has seen it."""

    def clear(self) -> None:
        """Ignored: the recovery clears it before every record, also when the waiter has not begun to wait."""

    def open_again(self) -> None:
        super().clear()


class _Recovery(Recovery):  # type: ignore[misc]
    """Faust's recovery, without a lost wake-up that lets a worker wait for ever for a table that is there."""

    logger = _FAUST_LOG

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._signal_recovery_end = _Latch()

    def _set_recovery_started(self) -> None:
        self._signal_recovery_end.open_again()
        super()._set_recovery_started()


class StageApp(faust.App):  # type: ignore[misc]
    """A Faust app that touches the disk only where its states stand there: containers may be read-only."""

    logger = _FAUST_LOG

    async def on_first_start(self) -> None:
        if str(self.conf.store).startswith("rocksdb"):
            private(self.conf.datadir)
            await super().on_first_start()


def _app(stage: Stage, settings: Settings) -> faust.App:
    kafka, engine = settings.kafka, settings.engine
    access = Access(kafka)
    for name in ("faust", "mode"):
        logging.getLogger(name).setLevel(logging.ERROR)
    # While a broker is away, aiokafka says so ten times a second; the publisher and the watchdog say it in time.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    app = StageApp(
        group_name(kafka, stage.name),
        broker=access.urls(),
        broker_credentials=access.credentials(),
        broker_session_timeout=kafka.session_timeout_s,
        broker_heartbeat_interval=kafka.session_timeout_s / 3,
        broker_rebalance_timeout=kafka.rebalance_timeout_s,
        broker_request_timeout=max(40.0, kafka.session_timeout_s * 2),
        broker_commit_interval=_COMMIT_EVERY_S,
        store="rocksdb://" if engine.state == "rocksdb" else "memory://",
        datadir=str(Path(engine.data_dir) / stage.name),
        table_standby_replicas=engine.standby_replicas,
        topic_partitions=kafka.partitions,
        topic_replication_factor=kafka.replication,
        topic_allow_declare=False,  # topics are created by us, with their configuration
        topic_disable_leader=True,
        stream_buffer_maxsize=_BUFFER,
        stream_wait_empty=False,  # what waits in our queue is fetched again; what is being processed, we wait for
        stream_recovery_delay=0.0,
        # Faust looks for its own stream, which the worker does not use: from five minutes on it would tell, for every
        # partition and every few seconds, that nothing is processed. The stage's watchdog tells when that is true.
        stream_processing_timeout=math.inf,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
        autodiscover=False,
    )
    app.tables._recovery = _Recovery(app, app.tables, beacon=app.tables.beacon, loop=app.loop)
    return app

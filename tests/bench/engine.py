"""How many records a second the engine takes through a stage, against a plain Faust agent doing the same per event.

Both run one after the other on the same embedded broker, in this process, on the same records: a transform that makes
one mention of a post, and a keyed stage that counts in a state of a few bytes. Prints one JSON line.

    PYTHONPATH=. python -m tests.bench.engine [RECORDS]
"""

import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import faust
import msgspec

from models.clock import SystemClock
from models.records import Mention, Topic
from models.stage import Emit, Stepped, Transformed
from streams import metrics, wire
from streams.brokers.embedded import EmbeddedBroker
from streams.brokers.kafka import Access, topic_name
from streams.brokers.publisher import KafkaPublisher
from streams.brokers.topics import TopicPlan, ensure_topics, source_plans
from streams.engines.faust import StageApp
from streams.engines.stage import run_stage
from streams.parts import Parts
from streams.publish import Outgoing, posted
from streams.settings.schema import Settings
from streams.topology import Stage
from tests.contracts.engines import test_settings
from tests.contracts.toy import ToyUnderstand, post

CLOCK = SystemClock()
BRANDS = 200


class Tally(msgspec.Struct):
    count: int = 0


class Counts:
    """Counts the records of a key."""

    state_type = Tally

    def initial(self, key: str) -> Tally:
        return Tally()

    def __call__(self, state: Tally, records: Sequence[Mention], now: datetime) -> Stepped[Tally]:
        return Stepped(Tally(count=state.count + len(records)))


class OneMention:
    """Makes one mention of each post."""

    def __init__(self) -> None:
        self._toy = ToyUnderstand()

    def __call__(self, records: Sequence[Any], now: datetime) -> Transformed:
        made = self._toy(records, now)
        return Transformed([outputs[:1] for outputs in made.outputs], made.refused)


async def rate(done: Callable[[], float], total: int) -> float:
    """Records per second between the first tenth and the last record: start-up left out."""
    while done() < total / 10:
        await CLOCK.sleep(0.01)
    began, first = CLOCK.monotonic(), done()
    while done() < total:
        await CLOCK.sleep(0.01)
    return (total - first) / (CLOCK.monotonic() - began)


async def ours(stage: Stage, settings: Settings, total: int) -> float:
    stop = asyncio.Event()
    running = asyncio.create_task(run_stage(stage, Parts(settings), stop=stop))
    counter = metrics.RECORDS.labels(stage.name)
    measured = await rate(lambda: counter._value.get(), total)
    stop.set()
    await running
    return measured


def plain_app(name: str, settings: Settings) -> faust.App:
    return StageApp(
        settings.kafka.prefix + name,
        broker=Access(settings.kafka).urls(),
        store="memory://",
        broker_rebalance_timeout=4,
        broker_session_timeout=6,
        broker_heartbeat_interval=2,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
    )


async def plain_transform(settings: Settings, total: int) -> float:
    """Decode, transform, send: event by event, as Faust's documentation does it."""
    app = plain_app("plain-transform", settings)
    raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
    source = app.topic(topic_name(settings.kafka, Topic.POSTS), **raw)
    sink = app.topic(topic_name(settings.kafka, Topic.DELIVERIES), **raw)
    transform, seen = OneMention(), [0]

    @app.agent(source)
    async def work(stream: Any) -> None:
        async for value in stream:
            made = transform([wire.decode(Topic.POSTS, value)], CLOCK.now())
            for emit in made.outputs[0]:
                await sink.send(key=emit.key.encode(), value=wire.encode(emit.record))
            seen[0] += 1

    return await _run_plain(app, seen, total)


async def plain_keyed(settings: Settings, total: int) -> float:
    """Decode, read the table, step, write the table: event by event."""
    app = plain_app("plain-keyed", settings)
    raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
    source = app.topic(topic_name(settings.kafka, Topic.MENTIONS), **raw)
    table = app.Table("state", key_type=bytes, value_type=bytes, partitions=settings.kafka.partitions)
    step, seen = Counts(), [0]
    encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Tally)

    @app.agent(source)
    async def work(stream: Any) -> None:
        async for key, value in stream.items():
            stored = table.get(key)
            state = Tally() if stored is None else decoder.decode(stored)
            stepped = step(state, [wire.decode(Topic.MENTIONS, value)], CLOCK.now())
            table[key] = encoder.encode(stepped.state)
            seen[0] += 1

    return await _run_plain(app, seen, total)


async def _run_plain(app: faust.App, seen: list[int], total: int) -> float:
    starting = asyncio.create_task(app.start())
    measured = await rate(lambda: seen[0], total)
    await app.stop()
    await asyncio.gather(starting, return_exceptions=True)
    return measured


async def fill(settings: Settings, total: int) -> float:
    """Posts and mentions to read; the rate at which they were published."""
    posts = [post(n, brand=f"b{n % BRANDS}") for n in range(total)]
    made = OneMention()(posts, CLOCK.now())
    async with KafkaPublisher(Access(settings.kafka), CLOCK, stage="bench") as out:
        began = CLOCK.monotonic()
        for at in range(0, total, 512):
            await out.publish([posted(each) for each in posts[at : at + 512]])
        published = total / (CLOCK.monotonic() - began)
        for at in range(0, total, 512):
            mentions = [outputs[0].record for outputs in made.outputs[at : at + 512]]
            await out.publish([Outgoing(Emit(Topic.MENTIONS, m.brand, m)) for m in mentions if isinstance(m, Mention)])
    return published


async def main(total: int) -> None:
    with EmbeddedBroker() as broker:
        settings = test_settings(broker.address, "bench.", partitions=4)
        plain = TopicPlan("bench.plain-keyed-state-changelog", 4, 1, (("cleanup.policy", "compact"),))
        await ensure_topics(Access(settings.kafka), [*source_plans(settings.kafka), plain])
        published = await fill(settings, total)
        transform = Stage("bench-transform", Topic.POSTS, (Topic.MENTIONS,), lambda _: OneMention())
        keyed = Stage("bench-keyed", Topic.MENTIONS, (), lambda _: Counts())
        figures = {"published_per_s": published, "keyed_per_s": await ours(keyed, settings, total)}
        figures["plain_faust_keyed_per_s"] = await plain_keyed(settings, total)
        figures["transform_per_s"] = await ours(transform, settings, total)
        figures["plain_faust_transform_per_s"] = await plain_transform(settings, total)
    ratios = {
        "transform_ratio": round(figures["transform_per_s"] / figures["plain_faust_transform_per_s"], 2),
        "keyed_ratio": round(figures["keyed_per_s"] / figures["plain_faust_keyed_per_s"], 2),
    }
    rounded = {name: round(value) for name, value in figures.items()}
    machine = f"{platform.machine()} x{os.cpu_count()}"
    print(json.dumps({"bench": "engine", "records": total, "machine": machine, **rounded, **ratios}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
    os._exit(0)  # Faust's threads may hang

"""What the agents hold while they run: memory, files, threads and log of each process on the embedded broker.

    python -m tests.bench.soak [--minutes 4] [--posts-per-s 20] [--partitions 4]

All agents run as real processes, in the machine's time. Posts come in by the signed webhook, a third of them name one
of three brands; every three minutes one brand has a wave of complaints and a post that is reshared some hundred times.
A human takes charge of what is told. Prints one JSON line:

* `processes`: megabytes at rest (after the first quarter of the run) and at the end, the slope between them by least
  squares in MB an hour, and the fewest and most open files and threads;
* `topics`: records and bytes (key, value, headers) an hour in each topic, and how many of them are ticks;
* `data_mb`: the size of `engine.data_dir`.

Memory that Python gives back late looks like a slope in a short run: compare runs of different lengths.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiokafka import TopicPartition

from models.clock import SystemClock
from models.records import Ack, Tick, Topic, digest
from models.stage import Emit
from streams import wire
from streams.agents import AGENTS
from streams.brokers.embedded import EmbeddedBroker, free_port, with_embedded
from streams.brokers.kafka import Access, changelog_name, topic_name
from streams.brokers.publisher import KafkaPublisher
from streams.brokers.topics import ensure_topics, pipeline_plans
from streams.publish import Outgoing
from streams.settings.channels import WebhookSettings
from streams.settings.kinds import Secret
from streams.settings.schema import (
    BrandSettings,
    ConsoleSettings,
    EngineSettings,
    IncidentSettings,
    KafkaSettings,
    MetricsSettings,
    Settings,
    WebhookSourceSettings,
)
from streams.sources.webhook import SIGNATURE, TIMESTAMP, signature
from streams.supervisor import Fleet
from streams.topology import PIPELINE, TOPICS

BRANDS = ("acme", "globex", "initech")
SECRET = "soak"
EVERY_S = 5.0
WAVE_S = 180.0
COMPLAINTS = (
    "@{brand} is broken again, nobody answers, I want my money back {n}",
    "{n} hours without service, @{brand} you are a disgrace",
    "@{brand} ne marche plus depuis {n} heures, c'est honteux",
    "Never again @{brand}, order {n} is lost and support laughs at me",
)
ORDINARY = (
    "Trying the new @{brand} today, order {n}",
    "@{brand} opens a shop in street {n}",
    "Merci @{brand} pour le colis {n}, au top",
    "Is @{brand} number {n} any good?",
)
NOISE = ("Lovely weather at kilometre {n}", "Bus {n} is late", "Il pleut depuis {n} jours")


def config(partitions: int, folder: str, told: str) -> Settings:
    """Every agent has work; incidents are over soon after their wave."""
    brands = tuple(BrandSettings(name=b, query=f"@{b}", channels=("hook",), viral_shares=60) for b in BRANDS)
    return Settings(
        brands=brands,
        channels={"hook": WebhookSettings(url=Secret(told), secret=Secret(SECRET))},
        sources=(WebhookSourceSettings(name="door", secret=Secret(SECRET), port=free_port()),),
        kafka=KafkaSettings(partitions=partitions),
        engine=EngineSettings(data_dir=folder),
        incidents=IncidentSettings(close_after_min=1),
        metrics=MetricsSettings(port=0),
        console=ConsoleSettings(port=free_port(), token=Secret(SECRET)),
    )


class Public:
    """What is written, second by second; every author and every post is a new one."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._random = random.Random(1)
        self._count = 0

    def second(self, at_s: int) -> Iterator[dict[str, object]]:
        """The items of one second since the start."""
        wave, into = divmod(at_s, WAVE_S)
        hit = BRANDS[int(wave) % len(BRANDS)] if 60 <= into < 100 else None
        for _ in range(round(self._rate)):
            brand = self._random.choice(BRANDS)
            adverse = self._random.random() < 0.1
            pool = NOISE if self._random.random() > 1 / 3 else COMPLAINTS if adverse else ORDINARY
            yield self._item(self._random.choice(pool).format(brand=brand, n=self._count))
        if hit is not None:
            for _ in range(5):
                yield self._item(self._random.choice(COMPLAINTS).format(brand=hit, n=self._count))
            root = f"root-{int(wave)}"
            if into == 60:
                yield self._item(COMPLAINTS[0].format(brand=hit, n=self._count)) | {"id": root}
            for _ in range(8):
                yield self._item(None) | {"kind": "reshare", "root_id": root}

    def _item(self, text: str | None) -> dict[str, object]:
        self._count += 1
        item: dict[str, object] = {
            "id": f"p{self._count}",
            "created_at": datetime.now(UTC).isoformat(),
            "author_id": f"a{self._count}",
            "author": f"a{self._count}",
            "followers": self._random.randint(0, 5_000),
        }
        return item if text is None else item | {"text": text}


class Door:
    """Sends items to the webhook source, and hears what people are told, as the program behind the channel."""

    def __init__(self) -> None:
        self.port = free_port()
        self.incidents: dict[str, str] = {}
        self.told = 0

    async def serve(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/", self._hear)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        return runner

    async def _hear(self, request: web.Request) -> web.Response:
        said = await request.json()
        self.told += 1
        self.incidents[said["incident"]["id"]] = said["incident"]["brand"]
        return web.Response()

    async def send(self, session: aiohttp.ClientSession, port: int, items: list[dict[str, object]]) -> None:
        body = json.dumps(items).encode()
        stamp = str(int(time.time()))
        headers = {TIMESTAMP: stamp, SIGNATURE: signature(SECRET, stamp, body), "Content-Type": "application/json"}
        async with session.post(f"http://127.0.0.1:{port}/ingest", data=body, headers=headers) as answer:
            answer.raise_for_status()


class Samples:
    """Figures of each process over time, read from /proc."""

    def __init__(self) -> None:
        self.taken: dict[str, list[tuple[float, float, int, int]]] = defaultdict(list)

    def take(self, pids: dict[str, int], at_s: float) -> None:
        for name, pid in pids.items():
            status = dict(
                line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
            )
            files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
            megabytes = int(status["VmRSS"].split()[0]) / 1024
            self.taken[name].append((at_s, megabytes, files, int(status["Threads"])))

    def told(self) -> dict[str, dict[str, object]]:
        return {name: _figures(rows) for name, rows in self.taken.items()}


def _figures(rows: list[tuple[float, float, int, int]]) -> dict[str, object]:
    rows = rows[len(rows) // 4 :]
    slope = statistics.linear_regression([r[0] / 3600 for r in rows], [r[1] for r in rows]).slope
    files, threads = [r[2] for r in rows], [r[3] for r in rows]
    return {
        "mb": [round(rows[0][1], 1), round(rows[-1][1], 1)],
        "mb_per_h": round(slope, 1),
        "files": [min(files), max(files)],
        "threads": [min(threads), max(threads)],
    }


async def topics(access: Access, partitions: int, hours: float) -> dict[str, dict[str, object]]:
    """What every topic holds at the end, by the hour of the run."""
    kafka = access.settings
    names = {topic_name(kafka, topic): topic for topic in TOPICS}
    names |= {changelog_name(kafka, stage.name): None for stage in PIPELINE if stage.keyed}  # type: ignore[dict-item]
    found = {}
    for name, topic in names.items():
        count = partitions if topic is None or TOPICS[topic].hot else 1
        found[name] = await _topic(access, [TopicPartition(name, p) for p in range(count)], topic, hours)
    return found


async def _topic(access: Access, assigned: list[Any], topic: Topic | None, hours: float) -> dict[str, object]:
    records, size, ticked, tick_size, keys = 0, 0, 0, 0, set()
    consumer = access.consumer()
    await consumer.start()
    try:
        consumer.assign(assigned)
        await consumer.seek_to_beginning(*assigned)
        ends = await consumer.end_offsets(assigned)
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for message in (m for messages in (await consumer.getmany(timeout_ms=1_000)).values() for m in messages):
                bulk = len(message.key or b"") + len(message.value or b"")
                bulk += sum(len(k) + len(v) for k, v in message.headers or ())
                records, size = records + 1, size + bulk
                keys.add(message.key)
                if topic is not None and isinstance(wire.decode(topic, message.value), Tick):
                    ticked, tick_size = ticked + 1, tick_size + bulk
    finally:
        await consumer.stop()
    return {
        "records_per_h": round(records / hours),
        "mb_per_h": round(size / hours / 1e6, 1),
        "ticks_per_h": round(ticked / hours),
        "ticks_mb_per_h": round(tick_size / hours / 1e6, 1),
        "keys": len(keys),
    }


async def soak(minutes: float, rate: float, partitions: int) -> dict[str, object]:
    door, samples = Door(), Samples()
    with EmbeddedBroker() as broker, tempfile.TemporaryDirectory() as folder:
        runner = await door.serve()
        settings = with_embedded(config(partitions, folder, f"http://127.0.0.1:{door.port}/"), broker)
        access = Access(settings.kafka)
        await ensure_topics(access, pipeline_plans(settings.kafka))
        fleet, stop = Fleet(settings, AGENTS, SystemClock()), asyncio.Event()
        running = asyncio.create_task(fleet.run(stop))
        await _ready(fleet)
        began = time.monotonic()
        async with (
            aiohttp.ClientSession() as session,
            KafkaPublisher(access, SystemClock(), stage="bench") as publisher,
        ):
            await _live(door, session, settings, publisher, fleet, broker, samples, began + minutes * 60, rate)
        hours = (time.monotonic() - began) / 3600
        stop.set()
        await running
        await runner.cleanup()
        held = await topics(access, partitions, hours)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return {
        "bench": "soak",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "minutes": minutes,
        "posts_per_s": rate,
        "partitions": partitions,
        "told": door.told,
        "incidents": len(door.incidents),
        "restarts": sum(agent.restarts for agent in fleet.agents.values()),
        "processes": samples.told(),
        "topics": held,
        "data_mb": round(size / 1e6, 2),
    }


async def _live(
    door: Door, session: Any, settings: Settings, publisher: KafkaPublisher, fleet: Fleet, broker: EmbeddedBroker,
    samples: Samples, until: float, rate: float,
) -> None:  # fmt: skip
    public, answered, began, sampled = Public(rate), set[str](), time.monotonic(), 0.0
    pids = {name: agent.process.pid for name, agent in fleet.agents.items() if agent.process} | {"broker": broker.pid}
    port = settings.sources[0].port  # type: ignore[union-attr]
    for second in range(1 << 30):
        now = time.monotonic()
        if now >= until:
            return
        await door.send(session, port, list(public.second(second)))
        for incident, brand in door.incidents.items():
            if incident not in answered:
                answered.add(incident)
                at = datetime.now(UTC)
                ack = Ack(id=digest("ack", incident), brand=brand, incident=incident, by="lea", via="bench", at=at)
                await publisher.publish([Outgoing(Emit(Topic.INCIDENT_EVENTS, brand, ack))])
        if now - sampled >= EVERY_S:
            sampled = now
            samples.take(pids, now - began)
        await asyncio.sleep(max(0.0, began + second + 1 - time.monotonic()))


async def _ready(fleet: Fleet) -> None:
    async with aiohttp.ClientSession() as session:
        for agent in fleet.agents.values():
            for _ in range(600):
                try:
                    async with session.get(f"http://127.0.0.1:{agent.metrics_port}/readyz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientError:
                    pass  # it does not listen yet
                await asyncio.sleep(0.1)
            else:
                raise TimeoutError(agent.name)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--posts-per-s", type=float, default=20.0)
    parser.add_argument("--partitions", type=int, default=4)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(soak(given.minutes, given.posts_per_s, given.partitions))))


if __name__ == "__main__":
    main()

"""The whole way on the embedded broker: how fast, against the bare classifier and a plain Faust agent, in one run.

    python -m tests.bench.pipeline [--posts 20000] [--paced 30] [--peer-python PYTHON_WITH_TORCH]

Prints one JSON line. Three measures on the same mentions (real tweets where `../shared/data` is there, else the
demo's texts):

* bare: the embedded classifier alone, in this process, all cores;
* pipeline: all posts are in the topic, then the agents start; mentions per second from the first batch to the last,
  with understanding, both detectors, incidents and delivery running as real processes;
* paced: 1,000 posts/s of which 200 name a brand; whether the pipeline keeps up, and how far behind it is.

The peer is `plain_faust_agent.py`: one event at a time through `transformers.pipeline`. It needs torch.
"""

import argparse
import asyncio
import csv
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from aiokafka import TopicPartition

from models.clock import SystemClock
from models.records import Author, Mention, Post, Tick, Topic
from models.sentiment.onnx import OnnxClassifier
from streams import wire
from streams.brokers.embedded import EmbeddedBroker, with_embedded
from streams.brokers.kafka import Access, topic_name
from streams.brokers.publisher import KafkaPublisher
from streams.brokers.topics import TopicPlan, ensure_topics, pipeline_plans
from streams.demo.story import plot, story
from streams.publish import posted, ticks
from streams.settings.schema import BrandSettings, EngineSettings, KafkaSettings, MetricsSettings, Settings
from streams.supervisor import Agent, Fleet
from streams.topology import PIPELINE

DATA = Path(__file__).parents[3] / "shared" / "data"
BRANDS = 20
SHARE = 5
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENTS = tuple(stage.name for stage in PIPELINE)
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def texts(count: int) -> list[str]:
    """Distinct texts of the length of tweets."""
    found: dict[str, None] = {}
    for path, column in (
        (DATA / "airline/tweets.csv", "text"),
        (DATA / "brands_labelled/sanders_2011/tweets.csv", "text"),
    ):
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                found |= dict.fromkeys(row[column] for row in csv.DictReader(file))
    seed = 0
    while len(found) < count:
        found |= dict.fromkeys(e.text for e in story(plot(seed)) if isinstance(e, Post))
        seed += 1
    chosen = list(found)
    random.Random(1).shuffle(chosen)
    return chosen[:count]


def posts(count: int) -> list[Post]:
    """Every fifth names a brand, by a handle that nothing else holds."""
    written = texts(count)
    made = []
    for n, text in enumerate(written):
        at = START + timedelta(milliseconds=n)
        named = f"{text} @brandnr{n // SHARE % BRANDS}" if n % SHARE == 0 else text
        author = Author(id=f"a{n}", handle=f"a{n}", followers=n % 5_000)
        made.append(
            Post(id=f"bench:{n}", source="bench", network="bench", author=author, text=named, created_at=at, seen_at=at)
        )
    return made


def settings() -> Settings:
    brands = tuple(BrandSettings(name=f"brand{n}", query=f"@brandnr{n}") for n in range(BRANDS))
    return Settings(
        brands=brands,
        kafka=KafkaSettings(partitions=2, rebalance_timeout_s=4.0),
        engine=EngineSettings(time="log", linger_s=0.1),
        metrics=MetricsSettings(port=0),
    )


def bare(mentions: Sequence[str]) -> float:
    """Texts per second of the classifier alone."""
    classifier = OnnxClassifier()
    classifier(mentions[:64])
    begun = time.perf_counter()
    for at in range(0, len(mentions), 512):
        classifier(mentions[at : at + 512])
    return len(mentions) / (time.perf_counter() - begun)


class Arrivals:
    """When mentions arrive in their topic, by the wall clock; and when time has passed through to the incidents."""

    def __init__(self, access: Access, partitions: int) -> None:
        self._access = access
        self._partitions = partitions
        self.mentions: dict[str, float] = {}
        self.delays: list[float] = []
        self.clocks: dict[tuple[int, str], datetime] = {}

    async def run(self) -> None:
        consumer = self._access.consumer()
        await consumer.start()
        names = {topic_name(self._access.settings, t): t for t in (Topic.MENTIONS, Topic.INCIDENT_EVENTS)}
        assigned = [TopicPartition(name, p) for name in names for p in range(self._partitions)]
        consumer.assign(assigned)
        await consumer.seek_to_beginning(*assigned)
        try:
            while True:
                for tp, messages in (await consumer.getmany(timeout_ms=100)).items():
                    for message in messages:
                        self._take(names[tp.topic], tp.partition, message)
        finally:
            await consumer.stop()

    def _take(self, topic: Topic, partition: int, message: object) -> None:
        record = wire.decode(topic, message.value)  # type: ignore[attr-defined]
        if isinstance(record, Mention):
            at = message.timestamp / 1000  # type: ignore[attr-defined]
            self.mentions.setdefault(record.id, at)
            if record.post.published_at is not None:
                self.delays.append(at - record.post.published_at.timestamp())
        elif isinstance(record, Tick) and topic is Topic.INCIDENT_EVENTS:
            self.clocks[partition, record.origin] = record.now

    def reached(self) -> datetime:
        awaited = self._partitions * 2 * self._partitions
        return min(self.clocks.values()) if len(self.clocks) == awaited else START - timedelta(days=1)


def cpu_s(pid: int) -> float:
    """Processor seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


async def until(done, patience_s: float) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + patience_s
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("the pipeline did not come to an end")
        await asyncio.sleep(0.05)


async def publish(publisher: KafkaPublisher, batch: Sequence[Post], at: datetime) -> None:
    now = datetime.now(UTC)
    stamped = [posted(msgspec.structs.replace(post, published_at=now)) for post in batch]
    await publisher.publish([*stamped, *ticks(Topic.POSTS, Tick(now=at), 2)])


async def flood(config: Settings, made: Sequence[Post]) -> dict[str, object]:
    """Everything is published before the agents start."""
    with EmbeddedBroker() as broker:
        config = with_embedded(config, broker)
        access = Access(config.kafka)
        await ensure_topics(access, pipeline_plans(config.kafka))
        async with KafkaPublisher(access, SystemClock(), stage="bench") as publisher:
            for at in range(0, len(made), 1000):
                await publish(publisher, made[at : at + 1000], made[min(at + 999, len(made) - 1)].seen_at)
            last = made[-1].seen_at
            async with running(config, access) as (fleet, arrivals):
                await until(lambda: arrivals.reached() >= last, 600)
                used = {a.name: round(cpu_s(pid(a)), 1) for a in fleet.agents.values()}
                used["broker"] = round(cpu_s(broker.pid), 1)
                times = sorted(arrivals.mentions.values())
                # The first batch arrives when its classification has ended: it starts the clock, and is not counted.
                first = sum(1 for t in times if t <= times[0] + 0.001)
                span = times[-1] - times[0]
    return {
        "mentions": len(times),
        "mentions_per_s": (len(times) - first) / span,
        "posts_per_s": (len(times) - first) * SHARE / span,
        "cpu_s": used,
    }


async def paced(config: Settings, made: Sequence[Post], seconds: int) -> dict[str, object]:
    """A thousand posts a second."""
    with EmbeddedBroker() as broker:
        config = with_embedded(config, broker)
        access = Access(config.kafka)
        await ensure_topics(access, pipeline_plans(config.kafka))
        async with (
            KafkaPublisher(access, SystemClock(), stage="bench") as publisher,
            running(config, access) as (_, arrivals),
        ):
            begun = time.monotonic()
            for n in range(seconds * 10):
                batch = made[n * 100 : (n + 1) * 100]
                await publish(publisher, batch, batch[-1].seen_at)
                await asyncio.sleep(max(0.0, begun + (n + 1) / 10 - time.monotonic()))
            took = time.monotonic() - begun
            last = made[seconds * 1000 - 1].seen_at
            await until(lambda: arrivals.reached() >= last, 120)
            behind = time.monotonic() - begun - took
            delays = sorted(arrivals.delays)
    return {
        "posts_per_s": seconds * 1000 / took,
        "mentions": len(delays),
        "drained_after_s": round(behind, 2),
        "post_to_mention_p50_s": round(delays[len(delays) // 2], 3),
        "post_to_mention_p99_s": round(delays[int(len(delays) * 0.99)], 3),
    }


class running:  # noqa: N801 (a context manager, used as a statement)
    """The agents, joined; and a reader of what arrives."""

    def __init__(self, config: Settings, access: Access) -> None:
        self._config = config
        self._access = access
        self._stop = asyncio.Event()

    async def __aenter__(self) -> tuple[Fleet, Arrivals]:
        self.arrivals = Arrivals(self._access, self._config.kafka.partitions)
        self._reading = asyncio.create_task(self.arrivals.run())
        fleet = Fleet(self._config, AGENTS, SystemClock())
        self._fleet = asyncio.create_task(fleet.run(self._stop))
        import aiohttp

        async with aiohttp.ClientSession() as session:
            for agent in fleet.agents.values():
                await self._ready(session, agent)
        return fleet, self.arrivals

    async def _ready(self, session: object, agent: Agent) -> None:
        for _ in range(300):
            try:
                async with session.get(f"http://127.0.0.1:{agent.metrics_port}/readyz") as answer:  # type: ignore[attr-defined]
                    if answer.status == 200:
                        return
            except OSError:
                pass
            await asyncio.sleep(0.1)
        raise TimeoutError(agent.name)

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._fleet
        self._reading.cancel()


def pid(agent: Agent) -> int:
    assert agent.process is not None
    return agent.process.pid


async def _first_object(lines: asyncio.StreamReader) -> bytes:
    """The first line that is a JSON object: Faust greets before it works."""
    while line := await lines.readline():
        if line.startswith(b"{"):
            return line
    raise RuntimeError("the peer ended without a figure")


async def peer(python: str, mentions: Sequence[Post]) -> float | None:
    """Mentions per second of the plain agent; None where torch is missing."""
    probe = subprocess.run([python, "-c", "import torch, transformers, faust"], capture_output=True, check=False)
    if probe.returncode != 0:
        return None
    with EmbeddedBroker() as broker, tempfile.TemporaryDirectory() as folder:
        config = with_embedded(Settings(kafka=KafkaSettings(partitions=1)), broker)
        access = Access(config.kafka)
        results = TopicPlan(f"{topic_name(config.kafka, Topic.POSTS)}-peer-results", 1, 1, ())
        await ensure_topics(access, [*pipeline_plans(config.kafka), results])
        async with KafkaPublisher(access, SystemClock(), stage="bench") as publisher:
            await publisher.publish([posted(post) for post in mentions])
        script = Path(__file__).with_name("plain_faust_agent.py")
        topic = topic_name(config.kafka, Topic.POSTS)
        worker = await asyncio.create_subprocess_exec(
            python, str(script), broker.address, topic, str(len(mentions)), folder, stdout=subprocess.PIPE
        )
        assert worker.stdout is not None
        try:
            answer = json.loads(await asyncio.wait_for(_first_object(worker.stdout), 300))
        finally:
            worker.kill()
            await worker.wait()
    return (answer["texts"] - 1) / float(answer["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--paced", type=int, default=30)
    parser.add_argument("--peer-python", default=sys.executable)
    given = parser.parse_args()
    made = posts(max(given.posts, given.paced * 1000))
    flooded = made[: given.posts]
    mentions = [post for post in flooded if "@brandnr" in post.text]
    rate = bare([post.text for post in mentions])
    whole = asyncio.run(flood(settings(), flooded))
    pace = asyncio.run(paced(settings(), made, given.paced))
    plain = asyncio.run(peer(given.peer_python, mentions[:600]))
    per_s = float(whole["mentions_per_s"])  # type: ignore[arg-type]
    print(
        json.dumps(
            {
                "bench": "pipeline",
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "bare_texts_per_s": round(rate, 1),
                "pipeline": whole | {"mentions_per_s": round(per_s, 1), "posts_per_s": round(per_s * SHARE, 1)},
                "ratio_to_bare": round(per_s / rate, 3),
                "plain_faust_per_s": None if plain is None else round(plain, 1),
                "ratio_to_plain_faust": None if plain is None else round(per_s / plain, 2),
                "paced": pace,
            }
        )
    )


if __name__ == "__main__":
    main()

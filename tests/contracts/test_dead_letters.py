"""Records that were given up and put back once the cause is mended: real processes, on both brokers."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from models.records import AnyRecord, Dead, Post, Signal, Tick, Topic
from streams.cli.dead import command
from tests.contracts.engines import KafkaEngine, quick_settings
from tests.contracts.toy import MENDED, START, post, toy_stages

NAMES = tuple(stage.name for stage in toy_stages())
SETTINGS = """
[kafka]
broker = "{broker}"
prefix = "redrive."
partitions = 2
[engine]
time = "log"
"""


@pytest.fixture(
    params=[
        pytest.param("embedded", id="faust-embedded"),
        pytest.param("kafka", id="faust-kafka", marks=pytest.mark.kafka),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[KafkaEngine]:
    """The toy pipeline's processes."""
    broker = request.getfixturevalue("embedded_broker" if request.param == "embedded" else "kafka_server")
    kafka = asyncio.run(KafkaEngine.prepared(quick_settings(broker.address, "redrive."), names=NAMES))
    kafka.agents.start_all()
    yield kafka
    kafka.agents.kill_all()


def on_brand(n: int, text: str = "bad") -> Post:
    return post(n, brand="acme", text=text)


def tick(seconds: float) -> Tick:
    return Tick(now=START + timedelta(seconds=seconds))


def said(last: int) -> Callable[[Sequence[AnyRecord]], bool]:
    return lambda records: any(isinstance(r, Signal) and r.observed == last for r in records)


async def totals(engine: KafkaEngine, last: int) -> list[float]:
    """What was said about the brand, once `last` was."""
    records = await engine.until(Topic.INCIDENT_EVENTS, said(last))
    return [r.observed for r in records if isinstance(r, Signal)]


async def test_what_was_given_up_counts_once_the_cause_is_mended(
    engine: KafkaEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A stage that is mended takes in what it gave up, though its partition has gone on: once, however often it is
    asked for, and what cannot be read stays."""
    file = tmp_path / "tocsin.toml"
    file.write_text(SETTINGS.format(broker=engine.settings.kafka.broker), encoding="utf-8")

    async def dead(*more: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, command, ["--settings", str(file), *more])

    poison = (on_brand(2, "raise"), on_brand(3, "poison-step"))
    await engine.feed(on_brand(1), *poison, b"no record", on_brand(4), tick(10))
    assert await totals(engine, 2) == [2]
    letters = await engine.until(Topic.DEAD, lambda records: len(records) >= 3)
    assert sorted(r.reason for r in letters if isinstance(r, Dead)) == ["malformed", "step-failed", "step-failed"]

    monkeypatch.setenv(MENDED, "yes")
    engine.agents.kill_all()
    engine.agents.start_all()
    would = await dead("--replay", "--dry-run")
    assert would.stdout.startswith("would put back 2 of 3 dead letters: 1 to mentions, 1 to posts\n  left 1: still no")
    done = await dead("--replay")
    assert done.stdout == would.stdout.replace("would put", "put"), done.output
    await engine.feed(tick(20))
    assert (await totals(engine, 4))[-1] == 4

    repeated = await dead("--replay")
    assert repeated.exit_code == 1
    assert repeated.stdout.startswith("put back 0 of 3 dead letters\n  left 2: put back before")
    asked = await dead("--replay", "--again", "--reason", "step-failed")
    assert asked.stdout == "put back 2 of 2 dead letters: 1 to mentions, 1 to posts\n"
    await engine.feed(on_brand(21), tick(30))
    assert (await totals(engine, 5))[-1] == 5
    assert (await dead("--reason", "step-failed")).stdout.count("    put back 20") == 2
    assert len([r for r in await engine.until(Topic.DEAD, bool) if isinstance(r, Dead)]) == 3

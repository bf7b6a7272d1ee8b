"""`tocsin learn` against a real pipeline: a new brand's first crisis is told, after a restart too."""

import asyncio
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import TopicPartition

from models.clock import SystemClock
from streams.brokers.embedded import EmbeddedBroker, free_port
from streams.brokers.kafka import Access, changelog_name
from streams.settings.file import load
from streams.settings.schema import Settings
from tests.faults.test_drill import SETTINGS, TOKEN, tocsin

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
CLOCK = SystemClock()


def posts(path: Path, moments: list[datetime], name: str) -> str:
    rows = [
        f"{at:%Y-%m-%dT%H:%M:%SZ},{name}-{n},acme is terrible and late again ({name} {n}),{name}{n}"
        for n, at in enumerate(moments)
    ]
    path.write_text("\n".join(["created_at,id,text,author", *rows]) + "\n", encoding="utf-8")
    return str(path)


async def stored(settings: Settings, brand: str) -> None:
    """Returns once the spike stage has written a state of this brand."""
    consumer = Access(settings.kafka).consumer()
    await consumer.start()
    try:
        consumer.assign([TopicPartition(changelog_name(settings.kafka, "spikes"), 0)])
        await consumer.seek_to_beginning()
        async for message in consumer:
            if brand.encode() in (message.key or b""):
                return
    finally:
        await consumer.stop()


async def started(*settings: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streams.main", "run", *settings, stdout=asyncio.subprocess.PIPE
    )


async def test_a_brand_whose_past_was_learned_rings_in_its_first_minutes(
    embedded_broker: EmbeddedBroker, tmp_path: Path
) -> None:
    """Five days of an export, a pipeline that starts anew, sixty complaints: somebody is told of a wave."""
    rng, now = random.Random(5), CLOCK.now()
    file = tmp_path / "tocsin.toml"
    text = SETTINGS.format(broker=embedded_broker.address, port=free_port(), token=TOKEN)
    file.write_text(text.replace('prefix = "drill', 'prefix = "learn'), encoding="utf-8")
    settings = ("--settings", str(file))
    past = sorted(now - timedelta(minutes=rng.uniform(60, 5 * 1_440)) for _ in range(600))
    running = await started(*settings)
    try:
        async with asyncio.timeout(240):
            code, out, err = await tocsin("learn", posts(tmp_path / "past.csv", past, "old"), *settings)
            assert code == 0, err
            assert out.startswith("acme: 600 mentions, 600 of them adverse")
            await stored(load(file), "acme")
            running.terminate()
            await running.wait()
            running = await started(*settings)
            burst = [CLOCK.now() - timedelta(seconds=2)] * 60
            file_now = posts(tmp_path / "now.csv", burst, "new")
            code, _, err = await tocsin("replay", file_now, "--speed", "0", "--no-ticks", *settings)
            assert code == 0, err
            assert running.stdout is not None
            told = b""
            while b"negative mentions are surging" not in told:
                told = await running.stdout.readline()
                assert told, "the pipeline ended"
    finally:
        if running.returncode is None:
            running.terminate()
            await running.wait()

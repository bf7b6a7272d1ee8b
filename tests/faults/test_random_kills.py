"""The agents that call humans, killed at random over one crisis on a real Apache Kafka: 25 times, or `KILLS=100`."""

import asyncio
import os
import random
from collections.abc import Sequence
from typing import Final

import pytest

from models.clock import SystemClock
from tests.contracts.fake_slack import FakeSlack, Message
from tests.contracts.kafka import KafkaServer
from tests.faults.test_whole_pipeline import Run, calm, chapters, settings, told

pytestmark = [pytest.mark.faults, pytest.mark.kafka, pytest.mark.timeout(1_200)]
VICTIMS: Final = ("incidents", "attention", "delivery")
KILLS: Final = int(os.environ.get("KILLS", "25"))
LONGEST_LIFE_S: Final = 4.0
"""A new process needs some three seconds to be of use: half of these lives end while it is still starting."""
CLOCK: Final = SystemClock()


def final(messages: Sequence[Message]) -> list[tuple[str, bool, bool]]:
    """What is to be seen in the end: texts, and whether they stand in a thread and were shown to the channel."""
    return sorted((m.text, bool(m.thread_ts), m.broadcast) for m in messages)


async def test_random_kills_lead_to_the_same_end(kafka_server: KafkaServer) -> None:
    """kill -9 of the incident, attention and delivery agents at random: nothing is lost, nothing is told twice."""
    rng = random.Random(100)
    async with FakeSlack() as quiet, FakeSlack() as slack:
        expected = await calm(quiet)
        run = Run(settings(kafka_server.address, "kills.", slack))
        await run.prepare()
        reading = asyncio.create_task(run.watch.run())
        run.agents.start_all()
        try:
            whole = chapters()
            for n in range(KILLS):
                await run.feed(whole[len(whole) * n // KILLS : len(whole) * (n + 1) // KILLS])
                await CLOCK.sleep(rng.uniform(0, LONGEST_LIFE_S))
                victim = rng.choice(VICTIMS)
                run.agents.revive()
                run.agents.kill(victim)
                run.agents.start(victim)
            await run.reached(whole[-1][0])
        finally:
            run.agents.terminate_all()
            reading.cancel()
        assert told(list(run.watch.tally.notifications.values())) == expected
        assert final(slack.messages) == final(quiet.messages)
        assert not run.watch.tally.dead

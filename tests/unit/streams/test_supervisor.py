"""Agents as processes, without Kafka: what becomes of one that is only being started when all are to end."""

import asyncio
import sys

from models.clock import SystemClock
from streams.settings.schema import Settings
from streams.supervisor import Fleet

DEAF = (sys.executable, "-c", "import time; time.sleep(60)")
"""An agent that would go on for a minute."""


async def test_an_agent_that_is_being_started_ends_with_the_others() -> None:
    """Told to stop while a process is on its way, the fleet ends all the same, and leaves none behind."""
    stop = asyncio.Event()
    stop.set()
    fleet = Fleet(Settings(), ("spikes", "virality"), SystemClock(), command=DEAF)
    assert await asyncio.wait_for(fleet.run(stop), 20) == 0
    assert all(agent.process is None or agent.process.returncode is not None for agent in fleet.agents.values())

"""What the worker does while partitions are taken away."""

from typing import Any

from models.clock import ManualClock
from streams.engines.worker import StageWorker
from streams.settings import Settings
from streams.topology import PIPELINE
from tests import samples


class Recorder:
    """A flow and an edge that say what was asked of them, in order."""

    table = None
    edge = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def release(self) -> None:
        self.asked.append("release")

    async def commit(self) -> None:
        self.asked.append("commit")


async def test_what_is_under_way_is_cut_off_before_the_partitions_go() -> None:
    """An edge lets go before the position is committed: the next owner asks the channel, and nothing runs beside it."""
    world: Any = Recorder()
    stage = next(s for s in PIPELINE if s.name == "delivery")
    worker = StageWorker(stage, world, Settings(), world, publisher=world, clock=ManualClock(samples.NOW))
    assert world.on_revoked == worker.quiesce
    await worker.quiesce()
    assert world.asked == ["release", "commit"]

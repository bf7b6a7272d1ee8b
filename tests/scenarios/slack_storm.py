"""Many incidents at once, their outbox, and a Slack in bad weather: simulated time, the same by every seed."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import datetime
from typing import Any

import msgspec

from alerts.channels.slack import SlackChannel
from alerts.channels.slack_api import slack_pace
from alerts.ledger import Ledger
from alerts.outbox import DeliveryPolicy, DeliveryStep
from models.clock import ManualClock
from models.records import Delivery, Notification
from tests import samples
from tests.contracts.slack_weather import BASE_URL, Killed, StormySlack
from tests.contracts.slack_workspace import CHANNEL, TOKEN, Workspace

INCIDENTS = 200
WITH_CHART = 5
"""Charts are drawn for so many only: drawing is slow, and not what this is about."""


def told(number: int, like: Notification) -> Notification:
    """`like`, of incident `number`."""
    incident = msgspec.structs.replace(like.incident, id=f"i{number:03d}")
    if number >= WITH_CHART:
        signals = tuple(
            msgspec.structs.replace(s, evidence=msgspec.structs.replace(s.evidence, series=()))
            for s in incident.signals
        )
        incident = msgspec.structs.replace(incident, signals=signals)
    return msgspec.structs.replace(like, id=f"{like.why}-{number:03d}", incident=incident)


def wave(like: Notification) -> list[Notification]:
    """The same news of every incident."""
    return [told(number, like) for number in range(INCIDENTS)]


class Storm:
    """The outbox of all incidents, and Slack. Not `paced`: Slack's own 429 is the only brake."""

    def __init__(self, seed: int, *, failing: float = 0.3, paced: bool = True, deadline_s: float = 3_600.0) -> None:
        self.clock = ManualClock(samples.NOW)
        self.deliveries: list[Delivery] = []
        self.workspace = Workspace()
        self.slack = StormySlack(self.workspace, self.clock, seed=seed, failing=failing)
        self._paced = paced
        # One clock for all: who waits moves it for everybody, so only the channel's own pace may wait.
        self._policy = DeliveryPolicy(patience_s=0.0, deadline_s=deadline_s)
        self.start()
        self.ledgers: dict[str, Ledger] = {}
        self.wakes: dict[str, datetime | None] = {}

    def start(self) -> None:
        """A process begins: of what was before, only the ledgers are left."""
        self.channel = SlackChannel(
            "slack",
            TOKEN,
            CHANNEL,
            lambda _: samples.EN,
            base_url=BASE_URL,
            interactive=True,
            pace=slack_pace(self.clock) if self._paced else None,
            http=self.slack,
        )
        self.step = DeliveryStep({"slack": self.channel}, self.clock, policy=self._policy)

    async def tell(self, news: list[Notification]) -> float:
        """All of it at once; returns when nothing waits any more, with the seconds that it took."""
        start = self.clock.monotonic()
        await self._together(self._serve(n.incident.id, n) for n in news)
        while any(ledger.waiting for ledger in self.ledgers.values()):
            self.clock.advance(2)
            now = self.clock.now()
            due = [key for key, at in self.wakes.items() if at is not None and at <= now]
            await self._together(self._serve(key) for key in due)
        return self.clock.monotonic() - start

    async def _together(self, calls: Iterable[Coroutine[Any, Any, None]]) -> None:
        """All at once; when the process is killed, none goes on."""
        tasks = [asyncio.ensure_future(call) for call in calls]
        try:
            await asyncio.gather(*tasks)
        except Killed:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise

    async def _serve(self, key: str, *records: Notification) -> None:
        async def save(ledger: Ledger) -> None:
            self.ledgers[key] = ledger

        ledger = self.ledgers.get(key) or self.step.initial(key)
        stepped = await self.step(ledger, records, self.clock.now(), save)
        assert stepped.state is not None
        self.ledgers[key], self.wakes[key] = stepped.state, stepped.wake_at
        self.deliveries += [e.record for e in stepped.emits if isinstance(e.record, Delivery)]

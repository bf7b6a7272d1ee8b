"""Two hundred incidents at once, on a Slack that fails three calls of ten; in simulated time."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import pytest

from alerts.channels.slack import SlackChannel
from alerts.channels.slack_api import slack_pace
from alerts.ledger import Ledger
from alerts.outbox import DeliveryPolicy, DeliveryStep
from models.clock import ManualClock
from models.records import Delivery, Notification, Outcome
from tests import samples
from tests.contracts.slack_weather import BASE_URL, StormySlack
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


@dataclass
class Storm:
    """The outbox of all incidents, and Slack."""

    seed: int
    clock: ManualClock = field(default_factory=lambda: ManualClock(samples.NOW))
    deliveries: list[Delivery] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workspace = Workspace()
        self.slack = StormySlack(self.workspace, self.clock, seed=self.seed)
        self.channel = SlackChannel(
            "slack",
            TOKEN,
            CHANNEL,
            lambda _: samples.EN,
            base_url=BASE_URL,
            interactive=True,
            pace=slack_pace(self.clock),
            http=self.slack,
        )
        # One clock for all: who waits moves it for everybody, so only the channel's own pace may wait.
        policy = DeliveryPolicy(patience_s=0.0, deadline_s=3_600.0)
        self.step = DeliveryStep({"slack": self.channel}, self.clock, policy=policy)
        self.ledgers: dict[str, Ledger] = {}
        self.wakes: dict[str, datetime | None] = {}

    async def tell(self, news: list[Notification]) -> None:
        """All of it at once; returns when nothing waits any more."""
        await asyncio.gather(*(self._serve(n.incident.id, n) for n in news))
        while any(ledger.waiting for ledger in self.ledgers.values()):
            self.clock.advance(2)
            now = self.clock.now()
            due = [key for key, at in self.wakes.items() if at is not None and at <= now]
            await asyncio.gather(*(self._serve(key) for key in due))

    async def _serve(self, key: str, *records: Notification) -> None:
        async def save(_: Ledger) -> None: ...

        ledger = self.ledgers.get(key) or self.step.initial(key)
        stepped = await self.step(ledger, records, self.clock.now(), save)
        assert stepped.state is not None
        self.ledgers[key], self.wakes[key] = stepped.state, stepped.wake_at
        self.deliveries += [e.record for e in stepped.emits if isinstance(e.record, Delivery)]


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_incident_ends_as_one_message_in_its_final_state(seed: int) -> None:
    """Three waves of news on 200 incidents: one message each, its history in order, nothing lost, nothing doubled."""
    storm = Storm(seed)
    waves = [samples.spike_alert(), samples.worse_alert(), samples.closed_by_hand()]
    for wave in waves:
        await storm.tell([told(number, wave) for number in range(INCIDENTS)])
        storm.clock.advance(timedelta(minutes=5).total_seconds())

    assert Counter(d.outcome for d in storm.deliveries) == {Outcome.SENT: len(waves) * INCIDENTS}
    roots, replies = storm.workspace.roots(), storm.workspace.replies()
    assert sorted(m.about["incident"] for m in roots) == [f"i{n:03d}" for n in range(INCIDENTS)]
    assert all("is over" in m.text and "actions" not in [b["type"] for b in m.blocks] for m in roots)
    for root in roots:
        number = root.about["incident"][1:]
        history = [m.about["notification"] for m in replies if m.thread_ts == root.ts]
        assert history == [f"worse-{number}", f"resolved-by-human-{number}"]

    assert storm.slack.failures > 0.25 * storm.slack.calls
    assert storm.slack.limits.exceeded == []
    pauses = [later - at for at, later in zip(storm.slack.posted_at, storm.slack.posted_at[1:], strict=False)]
    assert min(pauses) > 0.999
    await storm.channel.close()

"""Many incidents at once, their outbox, and a Slack in bad weather: simulated time, the same by every seed."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from alerts.channels.slack import SlackChannel
from alerts.channels.slack_api import slack_pace
from alerts.ledger import Ledger
from alerts.outbox import DeliveryStep
from models.records import Delivery, Notification, Severity
from streams.settings.schema import EngineSettings
from tests import samples
from tests.contracts.slack_weather import BASE_URL, Killed, StormySlack
from tests.contracts.slack_workspace import CHANNEL, TOKEN, Workspace
from tests.simulated import SimulatedClock

INCIDENTS: Final = 200
WITH_CHART: Final = 5
"""Charts are drawn for so many only: drawing is slow, and not what this is about."""

WORST: Final = 20

TICK_S: Final = EngineSettings().tick_s


def told(number: int, like: Notification, severity: Severity | None = None) -> Notification:
    """`like`, of incident `number`."""
    incident = msgspec.structs.replace(like.incident, id=f"i{number:03d}", severity=severity or like.incident.severity)
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


def mixed(*, severities: bool = True) -> list[Notification]:
    """First alerts; all but the last `WORST`, which are P1, with a repeat and somebody who takes charge."""
    mild = Severity.P3 if severities else Severity.P1
    kinds = (samples.spike_alert(), samples.repeat_alert(2), samples.acknowledged())
    news = [told(n, like, mild) for n in range(INCIDENTS - WORST) for like in kinds]
    return news + [told(n, samples.spike_alert(), Severity.P1) for n in range(INCIDENTS - WORST, INCIDENTS)]


class Storm:
    """The outbox of all incidents as it is by default, and Slack; made and used within `simulate`.

    Not `paced`: Slack's own 429 is the only brake.
    """

    def __init__(self, seed: int, *, failing: float = 0.3, paced: bool = True) -> None:
        self.clock = SimulatedClock(samples.NOW)
        self.deliveries: list[Delivery] = []
        self.workspace = Workspace()
        self.slack = StormySlack(self.workspace, self.clock, seed=seed, failing=failing)
        self._paced = paced
        self._start()
        self.ledgers: dict[str, Ledger] = {}
        self.wakes: dict[str, datetime | None] = {}

    def _start(self) -> None:
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
        self._step = DeliveryStep({"slack": self.channel}, self.clock)

    async def restart(self) -> None:
        """Another process begins: of what was before, only the ledgers are left."""
        await self._step.release()
        self.slack.dead = False
        self._start()

    async def close(self) -> None:
        await self._step.close()

    async def tell(self, news: list[Notification]) -> float:
        """All of it at once; returns when nothing waits any more, with the seconds that it took."""
        start = self.clock.monotonic()
        by_incident: dict[str, list[Notification]] = {}
        for each in news:
            by_incident.setdefault(each.incident.id, []).append(each)
        await self._together(self._serve(key, *told) for key, told in by_incident.items())
        while any(ledger.waiting for ledger in self.ledgers.values()):
            await self.clock.sleep(TICK_S - self.clock.monotonic() % TICK_S)
            now = self.clock.now()
            due = sorted((at, key) for key, at in self.wakes.items() if at is not None and at <= now)
            await self._together(self._serve(key) for _, key in due)
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
        if self.slack.dead:
            raise Killed

    async def _serve(self, key: str, *records: Notification) -> None:
        async def save(ledger: Ledger) -> None:
            self.ledgers[key] = ledger

        ledger = self.ledgers.get(key) or self._step.initial(key)
        stepped = await self._step(ledger, records, self.clock.now(), save)
        assert stepped.state is not None
        self.ledgers[key], self.wakes[key] = stepped.state, stepped.wake_at
        self.deliveries += [e.record for e in stepped.emits if isinstance(e.record, Delivery)]

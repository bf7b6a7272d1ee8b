"""Runs the outbox as an engine does; what its tests share."""

from datetime import datetime

import msgspec

from alerts.channels.protocol import Channel
from alerts.ledger import Ledger
from alerts.outbox import DeliveryPolicy, DeliveryStep
from models.clock import ManualClock
from models.records import Dead, Delivery, Notification, Outcome, Phase, Topic, Why
from models.stage import Stepped
from tests import samples


class Watch:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.attempts: list[tuple[str, str]] = []
        self.outcomes: list[tuple[str, Outcome]] = []

    def attempted(self, channel: str, result: str) -> None:
        self.attempts.append((channel, result))

    def settled(self, notification: Notification, delivery: Delivery) -> None:
        self.outcomes.append((delivery.channel, delivery.outcome))


class Desk:
    """Runs the step as an engine does: states go through bytes, `save` is durable, ticks wake."""

    def __init__(
        self,
        *channels: Channel,
        clock: ManualClock | None = None,
        policy: DeliveryPolicy | None = None,
        failover: dict[str, str] | None = None,
        operator: str = "",
    ) -> None:
        self.clock = clock or ManualClock(samples.NOW)
        self.watch = Watch()
        self._channels = {c.name: c for c in channels}
        self._policy = policy
        self._failover = failover
        self._operator = operator
        self.stored: bytes | None = None
        self.wake_at: datetime | None = None
        self.deliveries: list[Delivery] = []
        self.dead: list[Dead] = []
        self.restart()

    def restart(self) -> None:
        self.step = DeliveryStep(
            self._channels,
            self.clock,
            policy=self._policy,
            observer=self.watch,
            failover=self._failover,
            operator=self._operator,
        )

    @property
    def ledger(self) -> Ledger:
        return self.step.initial("i") if self.stored is None else msgspec.msgpack.decode(self.stored, type=Ledger)

    async def save(self, ledger: Ledger) -> None:
        self.stored = msgspec.msgpack.encode(ledger)

    async def feed(self, *notifications: Notification, now: datetime | None = None) -> Stepped[Ledger]:
        stepped = await self.step(self.ledger, notifications, now or self.clock.now(), self.save)
        self.stored = None if stepped.state is None else msgspec.msgpack.encode(stepped.state)
        self.wake_at = stepped.wake_at
        for emit in stepped.emits:
            if isinstance(emit.record, Dead):
                assert (emit.topic, emit.key) == (Topic.DEAD, emit.record.origin)
                self.dead.append(emit.record)
                continue
            assert emit.topic is Topic.DELIVERIES
            assert isinstance(emit.record, Delivery)
            assert emit.key == emit.record.incident
            self.deliveries.append(emit.record)
        return stepped

    async def until_quiet(self, rounds: int = 400) -> None:
        """Lets time pass from wake to wake, as ticks do, until no letter waits."""
        for _ in range(rounds):
            if not self.ledger.waiting or self.wake_at is None:
                return
            self.clock.advance(max(0.0, (self.wake_at - self.clock.now()).total_seconds()))
            await self.feed()
        raise AssertionError("letters still wait")

    def outcomes(self) -> list[tuple[str, Outcome, int]]:
        return [(d.channel, d.outcome, d.attempts) for d in self.deliveries]


def alert(n: int = 1, *channels: str, phase: Phase = Phase.OPEN) -> Notification:
    """The n-th notification about one incident, small."""
    base = msgspec.structs.replace(samples.incident(samples.viral(), revision=n), phase=phase)
    return samples.notification(base, Why.FIRST if n == 1 else Why.WORSE, channels=channels or ("slack",))


def told_to(recipient: str, n: int, *channels: str, quiet: bool = False) -> Notification:
    return msgspec.structs.replace(alert(n, *channels), recipient=recipient, quiet=quiet)

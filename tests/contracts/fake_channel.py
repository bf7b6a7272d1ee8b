"""A channel that follows a script: what the outbox is tested with."""

import asyncio
from collections.abc import Iterable

from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.why import because
from models.clock import ManualClock
from models.records import Notification


class Died(BaseException):
    """The process is killed at this point: nothing catches it, and what was saved is what is left."""


class FakeChannel:
    """Answers each send with the next item of the script, and with success when the script is over.

    An exception in the script is raised; `sent_but` raises it although people got the message; `takes_s` moves the
    clock first.
    """

    def __init__(
        self,
        name: str,
        script: Iterable[BaseException | None] = (),
        *,
        clock: ManualClock | None = None,
        takes_s: float = 0.0,
        sent_but: bool = False,
        can_look_back: bool = True,
    ) -> None:
        self.name = name
        self.seen: list[Notification] = []
        """What people got, in order."""
        self.previous: list[Receipt | None] = []
        self.calls = 0
        self.closed = False
        self.asked: list[str] = []
        self._script = list(script)
        self._clock = clock
        self._takes_s = takes_s
        self._sent_but = sent_but
        self._can_look_back = can_look_back

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        self.calls += 1
        if self._clock is not None:
            self._clock.advance(self._takes_s)
        await asyncio.sleep(0)  # noqa: TID251 (lets the other channels run)
        answer = self._script.pop(0) if self._script else None
        if answer is not None and not self._sent_but:
            raise answer
        self.seen.append(notification)
        self.previous.append(previous)
        if answer is not None:
            raise answer
        return self._receipt(notification.id)

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:
        self.asked.append(notification_id)
        known = self._can_look_back and any(n.id == notification_id for n in self.seen)
        return self._receipt(notification_id) if known else None

    async def close(self) -> None:
        self.closed = True

    def _receipt(self, notification_id: str) -> Receipt:
        return Receipt(reference=f"{self.name}/{notification_id}", root=f"{self.name}/root")


class Hung(FakeChannel):
    """Does not answer until it is let go."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.begun = 0
        self.freed = asyncio.Event()

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        self.begun += 1
        await self.freed.wait()
        return await super().send(notification, previous)


def later(after_s: float | None = None, *, maybe_sent: bool = False) -> Retryable:
    return Retryable(because("busy", service="Fake"), after_s=after_s, maybe_sent=maybe_sent)


def never() -> Rejected:
    return Rejected(because("slack", code="no such channel"), because("remedy.to"))

"""The outbox: every notification reaches people by each of its channels, retried, in order, and once."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import msgspec

from alerts.channels.protocol import Channel, Receipt, Rejected, Retryable
from alerts.ledger import FORGET_AFTER, Ledger, Letter, admit, amend, settle
from models.clock import Clock
from models.records import Delivery, Notification, Outcome, Topic, digest
from models.stage import Emit, Save, Stepped

log = logging.getLogger(__name__)

_UNIT: Final = 2.0**128
_NEGLIGIBLE_S: Final = 0.001
"""Clocks and floats round differently; what is left below this has passed."""


class Observer(Protocol):
    """Told of every attempt (`ok`, `retryable`, `rejected`) and of what became of each notification."""

    def attempted(self, channel: str, result: str) -> None: ...

    def settled(self, notification: Notification, delivery: Delivery) -> None: ...


class NoObserver:
    def attempted(self, channel: str, result: str) -> None: ...

    def settled(self, notification: Notification, delivery: Delivery) -> None: ...


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How stubborn the outbox is; all in seconds.

    A letter is given up `deadline_s` after it first should have gone out. Retries that are due within `patience_s`
    are waited for; the others give the batch back, so that one dead channel does not hold up the next incident. So
    does a slow one after `batch_s`; the rest is sent at the next tick.
    The pause after attempt n is `first_pause_s`·2ⁿ⁻¹, at most `longest_pause_s`, times 0.5 to 1.5.
    """

    deadline_s: float = 900.0
    patience_s: float = 5.0
    batch_s: float = 30.0
    attempt_timeout_s: float = 45.0
    first_pause_s: float = 1.0
    longest_pause_s: float = 60.0


def pause_s(policy: DeliveryPolicy, letter: Letter) -> float:
    """The pause after this letter's last attempt, with a jitter that depends on the letter alone.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> letter = Letter(notification="n", channel="slack", since=at, due=at, attempts=3)
    >>> 2.0 <= pause_s(DeliveryPolicy(), letter) <= 6.0
    True
    """
    steady = min(policy.first_pause_s * 2.0 ** min(letter.attempts - 1, 30), policy.longest_pause_s)
    jitter = int(digest("jitter", letter.notification, letter.channel, letter.attempts), 16) / _UNIT
    return steady * (0.5 + jitter)


@dataclass(slots=True)
class _Desk:
    """One incident while it is being worked on: its ledger, and how to make it durable."""

    ledger: Ledger
    save: Save[Ledger]

    async def begin(self, letter: Letter) -> Letter:
        """Writes down that a send begins, before it does."""
        begun = msgspec.structs.replace(letter, attempts=letter.attempts + 1, doubtful=True)
        self.ledger = amend(self.ledger, begun)
        await self.save(self.ledger)
        return begun


class _Limits(NamedTuple):
    """Until when one call waits for retries, and until when it begins sends; in the clock's `monotonic`."""

    patience: float
    batch: float


class DeliveryStep:
    """Sends notifications; one state per incident (`models.stage.Edge`).

    Channels are served concurrently, each in the order of the notifications and one message at a time. A channel
    that fails for now rests as a whole: the next incident does not run into the same wall.
    """

    state_type = Ledger
    edge = True

    def __init__(
        self,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        policy: DeliveryPolicy | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._channels = channels
        self._clock = clock
        self._policy = policy or DeliveryPolicy()
        self._observer = observer or NoObserver()
        self._resting: dict[str, float] = {}
        """By channel: the clock's `monotonic` before which it is left alone. Of this process only."""
        self._turns = {name: asyncio.Lock() for name in channels}

    def initial(self, key: str) -> Ledger:
        return Ledger(incident=key)

    async def close(self) -> None:
        """Closes the channels' connections, at the end of the process."""
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))

    async def __call__(
        self, state: Ledger, records: Sequence[Notification], now: datetime, save: Save[Ledger]
    ) -> Stepped[Ledger]:
        desk = _Desk(state, save)
        for notification in records:
            self._admit(desk, notification)
        start = self._clock.monotonic()
        limits = _Limits(start + (self._policy.patience_s if records else 0.0), start + self._policy.batch_s)
        await asyncio.gather(*(self._serve(channel, desk, limits) for channel in desk.ledger.channels()))
        return self._stepped(desk, now)

    def _admit(self, desk: _Desk, notification: Notification) -> None:
        known_ids = {d.id for d in desk.ledger.settled}
        desk.ledger = admit(desk.ledger, notification, self._channels, self._clock.now())
        for delivery in desk.ledger.untold:
            if delivery.id not in known_ids:
                self._tell(notification, delivery)

    def _stepped(self, desk: _Desk, now: datetime) -> Stepped[Ledger]:
        told = {delivery.id: delivery for delivery in desk.ledger.untold}
        emits = tuple(Emit(Topic.DELIVERIES, delivery.incident, delivery) for delivery in told.values())
        ledger = msgspec.structs.replace(desk.ledger, untold=())
        if ledger.forgettable(now):
            return Stepped(None, emits)
        if ledger.waiting:
            # Waits are told by the clock, wakes by the log: a wake that comes early only looks at the clock again.
            soonest = min(self._wait_s(letter) for letter in ledger.waiting)
            return Stepped(ledger, emits, now + timedelta(seconds=soonest))
        return Stepped(ledger, emits, None if ledger.over_at is None else ledger.over_at + FORGET_AFTER)

    def _wait_s(self, letter: Letter) -> float:
        rest = self._resting.get(letter.channel, 0.0) - self._clock.monotonic()
        wait_s = max(rest, (letter.due - self._clock.now()).total_seconds())
        return wait_s if wait_s > _NEGLIGIBLE_S else 0.0

    async def _serve(self, channel: str, desk: _Desk, limits: _Limits) -> None:
        """Works off one channel's letters, until none is left or the next one has to wait beyond our patience."""
        while (letter := desk.ledger.head(channel)) is not None and self._clock.monotonic() < limits.batch:
            if channel not in self._channels:  # taken out of the settings while the letter waited
                reason = f"the channel {channel!r} is no longer in the settings"
                self._close(desk, letter, Outcome.REJECTED, reason=reason)
                continue
            wait_s = self._wait_s(letter)
            if wait_s > 0:
                if self._clock.monotonic() + wait_s > limits.patience:
                    return
                await self._clock.sleep(wait_s)
            async with self._turns[channel]:
                if self._wait_s(letter) <= 0 and self._clock.monotonic() < limits.batch:
                    await self._attempt(desk, letter)

    async def _attempt(self, desk: _Desk, letter: Letter) -> None:
        previous = desk.ledger.receipts.get(letter.channel)
        notification = desk.ledger.notifications[letter.notification]
        begun = await desk.begin(letter)
        try:
            receipt = await self._send(letter.channel, notification, previous, doubtful=letter.doubtful)
        except Retryable as failure:
            self._observer.attempted(letter.channel, "retryable")
            self._postpone(desk, begun, failure)
        except Rejected as failure:
            self._observer.attempted(letter.channel, "rejected")
            self._close(desk, begun, Outcome.REJECTED, reason=failure.reason)
        else:
            self._observer.attempted(letter.channel, "ok")
            self._resting.pop(letter.channel, None)
            self._close(desk, begun, Outcome.SENT, receipt=receipt, reason=receipt.note)
            await desk.save(desk.ledger)

    async def _send(
        self, name: str, notification: Notification, previous: Receipt | None, *, doubtful: bool
    ) -> Receipt:
        """One attempt. Where an earlier one may have succeeded, the channel is asked first."""
        channel = self._channels[name]
        limit_s = self._policy.attempt_timeout_s
        try:
            async with asyncio.timeout(limit_s):
                found = await self._find(channel, notification.id) if doubtful else None
                return await channel.send(notification, previous) if found is None else found
        except TimeoutError as late:
            raise Retryable(f"no end within {limit_s:g} s", maybe_sent=True) from late
        except (Retryable, Rejected):
            raise
        except Exception as bug:  # a channel that breaks its contract must not take the other channels with it
            log.exception("channel %s broke its contract", name)
            raise Rejected(f"internal error in channel {name!r} ({type(bug).__name__}); see the log") from bug

    async def _find(self, channel: Channel, notification_id: str) -> Receipt | None:
        try:
            return await channel.find(notification_id)
        except Retryable as failure:
            raise Retryable(failure.reason, failure.after_s, maybe_sent=True) from failure

    def _postpone(self, desk: _Desk, letter: Letter, failure: Retryable) -> None:
        now = self._clock.now()
        deadline = letter.since + timedelta(seconds=self._policy.deadline_s)
        wait_s = max(pause_s(self._policy, letter), failure.after_s or 0.0)
        asked_too_long = failure.after_s is not None and now + timedelta(seconds=failure.after_s) > deadline
        if now >= deadline or asked_too_long:
            self._close(
                desk, letter, Outcome.EXPIRED, reason=f"given up after {letter.attempts} tries: {failure.reason}"
            )
            return
        due = min(now + timedelta(seconds=wait_s), deadline)
        self._resting[letter.channel] = self._clock.monotonic() + (due - now).total_seconds()
        log.warning("channel %s: %s; next try in %.0f s", letter.channel, failure.reason, (due - now).total_seconds())
        desk.ledger = amend(desk.ledger, msgspec.structs.replace(letter, due=due, doubtful=failure.maybe_sent))

    def _close(
        self, desk: _Desk, letter: Letter, outcome: Outcome, *, receipt: Receipt | None = None, reason: str = ""
    ) -> None:
        notification = desk.ledger.notifications[letter.notification]
        desk.ledger = settle(desk.ledger, letter, outcome, self._clock.now(), receipt=receipt, reason=reason)
        self._tell(notification, desk.ledger.untold[-1])

    def _tell(self, notification: Notification, delivery: Delivery) -> None:
        if delivery.outcome is not Outcome.SENT:
            log.error("channel %s: %s: %s", delivery.channel, delivery.outcome.value, delivery.reason)
        self._observer.settled(notification, delivery)

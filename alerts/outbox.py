"""The outbox: every notification reaches people by each of its channels, retried, in order, and once."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import msgspec

from alerts.channels.protocol import Channel, Receipt, Rejected, Retryable
from alerts.ledger import FORGET_AFTER, Ledger, Letter, Routes, admit, amend, post, settle, supersede, superseded
from models.clock import Clock
from models.records import Dead, Delivery, Notification, Outcome, Topic, Why, digest
from models.stage import Emit, Save, Stepped

log = logging.getLogger(__name__)

_UNIT: Final = 2.0**128
_NEGLIGIBLE_S: Final = 0.001
"""Clocks and floats round differently; what is left below this has passed."""

OPERATOR_EVERY_S: Final = 900.0
"""The operator is told of a failing channel once in so many seconds."""


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

    A letter is given up `deadline_s` after it first should have gone out. No call holds the engine for longer than
    `batch_s`: a send that has not ended by then goes on by itself, and its end is taken in at a later tick. Retries
    that are due within `patience_s` are waited for; the others wait for a tick.
    The pause after attempt n is `first_pause_s`·2ⁿ⁻¹, at most `longest_pause_s`, times 0.5 to 1.5.
    """

    deadline_s: float = 900.0
    patience_s: float = 1.0
    batch_s: float = 3.0
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
    """Until when one call waits for retries, and until when for anything; in the clock's `monotonic`."""

    patience: float
    batch: float


@dataclass(slots=True)
class _Flight:
    """A send under way, which may outlive the call that began it. `late`: a call has waited for it in vain."""

    letter: Letter
    task: "asyncio.Task[Receipt]"
    late: bool = False


@dataclass(slots=True)
class _Lane:
    """One channel in this process, so that what ails it stays with it.

    A channel that fails for now rests as a whole, until `rests_until` (the clock's `monotonic`): the next incident
    does not run into the same wall. `strikes`: failures in a row.
    """

    channel: Channel
    turns: asyncio.Semaphore
    rests_until: float = 0.0
    strikes: int = 0
    reported_at: float | None = None
    """When the operator was last told of it."""


class DeliveryStep:
    """Sends notifications; one state per incident (`models.stage.Edge`).

    Channels are served concurrently, each in the order of an incident's notifications, and `at_once` messages at a
    time (an attribute of the channel; 1 where it has none).
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
        failover: Mapping[str, str] | None = None,
        operator: str = "",
    ) -> None:
        """`failover`: by channel, the one that takes its place. `operator`: the channel that hears of lost alerts."""
        self._clock = clock
        self._policy = policy or DeliveryPolicy()
        self._observer = observer or NoObserver()
        self._lanes = {
            name: _Lane(channel, asyncio.Semaphore(getattr(channel, "at_once", 1)))
            for name, channel in channels.items()
        }
        self._routes = Routes(self._lanes.keys(), failover or {})
        self._operator = operator if operator in channels else ""
        self._flights: dict[tuple[str, str, str], _Flight] = {}
        """By incident, notification and channel. Of this process only: after a crash the channel is asked."""

    def initial(self, key: str) -> Ledger:
        return Ledger(incident=key)

    async def close(self) -> None:
        """Closes the channels' connections, at the end of the process."""
        await self.release()
        await asyncio.gather(*(lane.channel.close() for lane in self._lanes.values()))

    async def release(self) -> None:
        """Cuts off what is under way: whoever has the incidents next asks the channel what became of it."""
        flights, self._flights = list(self._flights.values()), {}
        for flight in flights:
            flight.task.cancel()
        await asyncio.gather(*(flight.task for flight in flights), return_exceptions=True)

    async def __call__(
        self, state: Ledger, records: Sequence[Notification], now: datetime, save: Save[Ledger]
    ) -> Stepped[Ledger]:
        desk = _Desk(state, save)
        for notification in records:
            self._admit(desk, notification)
        start = self._clock.monotonic()
        limits = _Limits(start + (self._policy.patience_s if records else 0.0), start + self._policy.batch_s)
        stuck: set[str] = set()
        while ready := [channel for channel in desk.ledger.channels() if channel not in stuck]:
            # A channel that fails may post letters for another one, which has been served already.
            emptied = await asyncio.gather(*(self._serve(channel, desk, limits) for channel in ready))
            stuck |= {channel for channel, empty in zip(ready, emptied, strict=True) if not empty}
        return self._stepped(desk, now)

    def _admit(self, desk: _Desk, notification: Notification) -> None:
        before = desk.ledger
        desk.ledger = admit(before, notification, self._routes, self._clock.now())
        self._tell(desk, before, notification)

    def _stepped(self, desk: _Desk, now: datetime) -> Stepped[Ledger]:
        told = {delivery.id: delivery for delivery in desk.ledger.untold}
        emits = tuple(Emit(Topic.DELIVERIES, delivery.incident, delivery) for delivery in told.values())
        emits += tuple(Emit(Topic.DEAD, letter.origin, letter) for letter in desk.ledger.lost)
        ledger = msgspec.structs.replace(desk.ledger, untold=(), lost=())
        if ledger.forgettable(now):
            return Stepped(None, emits)
        if ledger.waiting:
            # Waits are told by the clock, wakes by the log: a wake that comes early only looks at the clock again.
            heads = (ledger.head(channel) for channel in ledger.channels())
            soonest = min(self._wait_s(ledger, letter) for letter in heads if letter is not None)
            return Stepped(ledger, emits, now + timedelta(seconds=soonest))
        return Stepped(ledger, emits, None if ledger.over_at is None else ledger.over_at + FORGET_AFTER)

    def _wait_s(self, ledger: Ledger, letter: Letter) -> float:
        if _flight_of(ledger, letter) in self._flights:
            return 0.0
        lane = self._lanes.get(letter.channel)
        rest = 0.0 if lane is None else lane.rests_until - self._clock.monotonic()
        wait_s = max(rest, (letter.due - self._clock.now()).total_seconds())
        return wait_s if wait_s > _NEGLIGIBLE_S else 0.0

    async def _serve(self, channel: str, desk: _Desk, limits: _Limits) -> bool:
        """Works off one channel's letters; False where the next one has to wait for a later call."""
        while (letter := desk.ledger.head(channel)) is not None:
            flight = self._flights.get(_flight_of(desk.ledger, letter))
            if flight is None:
                if self._put_aside(desk, letter):
                    continue
                flight = await self._depart(desk, letter, limits)
            if flight is None or not await self._landed(flight, limits):
                return False
            del self._flights[_flight_of(desk.ledger, letter)]
            self._conclude(desk, flight)
            if flight.task.exception() is None:
                await desk.save(desk.ledger)
        return True

    def _put_aside(self, desk: _Desk, letter: Letter) -> bool:
        """Settles what need not be sent, or cannot be."""
        if letter.channel not in self._lanes:  # taken out of the settings while the letter waited
            reason = f"the channel {letter.channel!r} is no longer in the settings"
            self._close(desk, letter, Outcome.REJECTED, reason=reason)
            return True
        if superseded(desk.ledger, letter):
            before = desk.ledger
            desk.ledger = supersede(before, letter, self._clock.now(), self._routes)
            self._tell(desk, before, before.notifications[letter.notification])
            return True
        return False

    async def _depart(self, desk: _Desk, letter: Letter, limits: _Limits) -> _Flight | None:
        """Begins a send; None where it has to wait for longer than this call may."""
        wait_s = self._wait_s(desk.ledger, letter)
        if wait_s > 0:
            if self._clock.monotonic() + wait_s > limits.patience:
                return None
            await self._clock.sleep(wait_s)
        lane = self._lanes[letter.channel]
        if not await self._turn(lane, letter.channel, limits):
            return None
        flight = None
        try:
            if self._wait_s(desk.ledger, letter) <= 0 and self._clock.monotonic() < limits.batch:
                flight = await self._begin(desk, letter, lane)
        finally:
            if flight is None:
                lane.turns.release()
        return flight

    async def _turn(self, lane: _Lane, channel: str, limits: _Limits) -> bool:
        """Waits for a free place on a channel, but not behind a send that is late already."""
        late = any(flight.late for (_, _, name), flight in self._flights.items() if name == channel)
        left_s = 0.0 if late else limits.batch - self._clock.monotonic()
        if lane.turns.locked() and left_s <= 0:
            return False
        try:
            async with asyncio.timeout(max(left_s, _NEGLIGIBLE_S)):
                return await lane.turns.acquire()
        except TimeoutError:
            return False

    async def _begin(self, desk: _Desk, letter: Letter, lane: _Lane) -> _Flight:
        previous = desk.ledger.previous(letter)
        notification = desk.ledger.notifications[letter.notification]
        begun = await desk.begin(letter)
        send = self._send(letter.channel, notification, previous, doubtful=letter.doubtful)
        flight = _Flight(begun, asyncio.create_task(send))

        def landed(task: "asyncio.Task[Receipt]") -> None:
            lane.turns.release()
            if not task.cancelled():
                task.exception()  # seen, also where nobody asks for it any more

        flight.task.add_done_callback(landed)
        self._flights[_flight_of(desk.ledger, letter)] = flight
        return flight

    async def _landed(self, flight: _Flight, limits: _Limits) -> bool:
        """Whether a send has ended; a late one is only looked at."""
        left_s = 0.0 if flight.late else limits.batch - self._clock.monotonic()
        if not flight.task.done() and left_s > 0:
            await asyncio.wait({flight.task}, timeout=left_s)
        flight.late = not flight.task.done()
        return not flight.late

    def _conclude(self, desk: _Desk, flight: _Flight) -> None:
        letter = flight.letter
        try:
            receipt = flight.task.result()
        except Retryable as failure:
            self._observer.attempted(letter.channel, "retryable")
            self._postpone(desk, letter, failure)
        except Rejected as failure:
            self._observer.attempted(letter.channel, "rejected")
            self._close(desk, letter, Outcome.REJECTED, reason=failure.reason)
        else:
            self._observer.attempted(letter.channel, "ok")
            lane = self._lanes[letter.channel]
            lane.strikes, lane.rests_until = 0, 0.0
            self._close(desk, letter, Outcome.SENT, receipt=receipt, reason=receipt.note)

    async def _send(
        self, name: str, notification: Notification, previous: Receipt | None, *, doubtful: bool
    ) -> Receipt:
        """One attempt. Where an earlier one may have succeeded, the channel is asked first."""
        channel = self._lanes[name].channel
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
        asked_too_long = failure.after_s is not None and now + timedelta(seconds=failure.after_s) > deadline
        self._rest(letter, failure)
        if now >= deadline or asked_too_long:
            reason = f"given up after {letter.attempts} tries: {failure.reason}"
            self._close(desk, letter, Outcome.EXPIRED, reason=reason)
            return
        wait_s = max(pause_s(self._policy, letter), failure.after_s or 0.0)
        due = min(now + timedelta(seconds=wait_s), deadline)
        log.warning("channel %s: %s; next try in %.0f s", letter.channel, failure.reason, (due - now).total_seconds())
        waiting = next(w for w in desk.ledger.waiting if _flight_of(desk.ledger, w) == _flight_of(desk.ledger, letter))
        desk.ledger = amend(
            desk.ledger,
            msgspec.structs.replace(waiting, attempts=letter.attempts, due=due, doubtful=failure.maybe_sent),
        )

    def _rest(self, letter: Letter, failure: Retryable) -> None:
        """Leaves a channel alone for a while that grows with its failures in a row, not with one letter's."""
        lane, now = self._lanes[letter.channel], self._clock.monotonic()
        if lane.rests_until <= now:  # sends that ran at the same time met the same wall: one strike
            lane.strikes += 1
        rest_s = pause_s(self._policy, msgspec.structs.replace(letter, attempts=lane.strikes))
        rest_s = min(max(rest_s, failure.after_s or 0.0), self._policy.deadline_s)
        lane.rests_until = max(lane.rests_until, now + rest_s)

    def _close(
        self, desk: _Desk, letter: Letter, outcome: Outcome, *, receipt: Receipt | None = None, reason: str = ""
    ) -> None:
        before = desk.ledger
        now = self._clock.now()
        waiting = next((w for w in before.waiting if _flight_of(before, w) == _flight_of(before, letter)), letter)
        letter = msgspec.structs.replace(waiting, attempts=letter.attempts)
        desk.ledger = settle(amend(before, letter), letter, outcome, now, self._routes, receipt=receipt, reason=reason)
        self._tell(desk, before, before.notifications[letter.notification])

    def _tell(self, desk: _Desk, before: Ledger, notification: Notification) -> None:
        """Says what has been settled since `before`, once; repeats were said the first time."""
        known = {delivery.id for delivery in before.settled}
        for delivery in desk.ledger.untold[len(before.untold) :]:
            if delivery.id in known:
                continue
            if delivery.outcome in (Outcome.REJECTED, Outcome.EXPIRED):
                log.error("channel %s: %s: %s", delivery.channel, delivery.outcome.value, delivery.reason)
            self._observer.settled(notification, delivery)
        for letter in desk.ledger.lost[len(before.lost) :]:
            log.error("undelivered: %s", letter.detail)
            self._tell_operator(desk, notification, letter)

    def _tell_operator(self, desk: _Desk, notification: Notification, lost: Dead) -> None:
        """A message that somebody was not reached: one per failing channel and quarter of an hour."""
        tried = {d.channel for d in desk.ledger.settled if d.notification == notification.id} & self._lanes.keys()
        now_s, now = self._clock.monotonic(), self._clock.now()
        news = sorted(name for name in tried if self._unreported(self._lanes[name], now_s))
        if not self._operator or not news or tried == {self._operator}:
            return
        for name in news:
            self._lanes[name].reported_at = now_s
        # The same id in every process, and `doubtful`: a channel that can be asked is told once by all of them.
        window = int(now.timestamp() // OPERATOR_EVERY_S)
        alarm = msgspec.structs.replace(
            notification,
            id=digest("operator", window, *news),
            why=Why.UNDELIVERED,
            at=now,
            channels=(self._operator,),
            recipient=f"channel:{self._operator}",
            note=lost.detail,
        )
        letter = Letter(
            notification=alarm.id,
            channel=self._operator,
            since=now,
            due=now,
            doubtful=True,
            recipients=(alarm.recipient,),
        )
        desk.ledger = post(desk.ledger, letter, alarm)

    @staticmethod
    def _unreported(lane: _Lane, now_s: float) -> bool:
        return lane.reported_at is None or now_s - lane.reported_at >= OPERATOR_EVERY_S


def _flight_of(ledger: Ledger, letter: Letter) -> tuple[str, str, str]:
    return ledger.incident, letter.notification, letter.channel

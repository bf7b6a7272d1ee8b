"""The outbox: every notification reaches people by each of its channels, retried, in order, and once."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from alerts.channels.protocol import Channel, Receipt, Rejected, Retryable
from alerts.lanes import DeliveryPolicy, Flight, Lanes, Limits, pause_s
from alerts.ledger import Ledger, Letter, Routes, amend, amended, post, superseded
from alerts.operator import OperatorDesk
from alerts.render.reasons import english
from alerts.settling import admit, settle
from alerts.why import because
from models.clock import Clock
from models.records import Dead, Delivery, Notification, Outcome, Reason, Topic
from models.stage import Emit, Save, Stepped

log = logging.getLogger(__name__)


class Observer(Protocol):
    """Told of every attempt (`ok`, `retryable`, `rejected`) and of what became of each notification."""

    def attempted(self, channel: str, result: str) -> None: ...

    def settled(self, notification: Notification, delivery: Delivery) -> None: ...


class NoObserver:
    def attempted(self, channel: str, result: str) -> None: ...

    def settled(self, notification: Notification, delivery: Delivery) -> None: ...


@dataclass(slots=True)
class _Desk:
    """One incident while it is being worked on: its ledger, and how to make it durable."""

    ledger: Ledger
    save: Save[Ledger]

    async def begin(self, letter: Letter, now: datetime) -> Letter:
        """Writes down that a send begins, before it does: of the letter as it is by now, since others may share it."""
        letter = amended(self.ledger, letter)
        begun = msgspec.structs.replace(
            letter, attempts=letter.attempts + 1, doubtful=True, tried_at=letter.tried_at or now
        )
        self.ledger = amend(self.ledger, begun)
        await self.save(self.ledger)
        return begun


class DeliveryStep:
    """Sends notifications; one state per incident (`models.stage.Edge`).

    Channels are served concurrently, each in the order of an incident's notifications. A send that takes longer than
    a call may hold the engine goes on by itself; a later call takes in what became of it.
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
        self._lanes = Lanes(channels, clock, self._policy)
        self._routes = Routes(self._lanes, failover or {})
        self._operator = OperatorDesk(operator if operator in channels else "")

    def initial(self, key: str) -> Ledger:
        return Ledger(incident=key)

    async def close(self) -> None:
        """Closes the channels' connections, at the end of the process."""
        await self._lanes.close()

    async def release(self) -> None:
        """Cuts off what is under way: whoever has the incidents next asks the channel what became of it."""
        await self._lanes.release()

    async def __call__(
        self, state: Ledger, records: Sequence[Notification], now: datetime, save: Save[Ledger]
    ) -> Stepped[Ledger]:
        desk = _Desk(state, save)
        for notification in records:
            before = desk.ledger
            desk.ledger = admit(before, notification, self._routes, self._clock.now())
            self._tell(desk, before, notification)
        limits = self._lanes.limits(patient=bool(records))
        stuck: set[str] = set()
        while ready := [channel for channel in desk.ledger.channels() if channel not in stuck]:
            # A channel that fails may post letters for another one, which has been served already.
            emptied = await _together([self._serve(channel, desk, limits) for channel in ready])
            stuck |= {channel for channel, empty in zip(ready, emptied, strict=True) if not empty}
        return self._stepped(desk, now)

    def _stepped(self, desk: _Desk, now: datetime) -> Stepped[Ledger]:
        told = {delivery.id: delivery for delivery in desk.ledger.untold}
        emits = tuple(Emit(Topic.DELIVERIES, delivery.incident, delivery) for delivery in told.values())
        emits += tuple(Emit(Topic.DEAD, letter.origin, letter) for letter in desk.ledger.lost)
        ledger = msgspec.structs.replace(desk.ledger, untold=(), lost=())
        forget_at = ledger.forget_at
        if forget_at is not None and forget_at <= now:
            return Stepped(None, emits)
        if ledger.waiting:
            # Waits are told by the clock, wakes by the log: a wake that comes early only looks at the clock again.
            heads = (ledger.head(channel) for channel in ledger.channels())
            soonest = min(self._lanes.wait_s(ledger.incident, letter) for letter in heads if letter is not None)
            return Stepped(ledger, emits, now + timedelta(seconds=soonest))
        return Stepped(ledger, emits, forget_at)

    async def _serve(self, channel: str, desk: _Desk, limits: Limits) -> bool:
        """Works off one channel's letters; False where the next one has to wait for a later call."""
        while (letter := desk.ledger.head(channel)) is not None:
            flight = self._lanes.flight(desk.ledger.incident, letter)
            if flight is None:
                if self._put_aside(desk, letter):
                    continue
                if not await self._lanes.ready(desk.ledger, letter, limits):
                    return False
                flight = await self._begin(desk, letter)
            if not await self._lanes.landed(flight, limits):
                return False
            await self._conclude(desk, flight)
        return True

    def _put_aside(self, desk: _Desk, letter: Letter) -> bool:
        """Settles what need not be sent, or cannot be."""
        if letter.channel not in self._lanes:  # taken out of the settings while the letter waited
            self._close(desk, letter, Outcome.REJECTED, because("removed", channel=letter.channel))
            return True
        if superseded(desk.ledger, letter):
            self._close(desk, letter, Outcome.SUPERSEDED, because("superseded"))
            return True
        if why := self._lanes.hopeless(letter):
            self._close(desk, letter, Outcome.EXPIRED, because("given-up", tries=letter.attempts), *why)
            return True
        return False

    async def _begin(self, desk: _Desk, letter: Letter) -> Flight:
        try:
            begun = await desk.begin(letter, self._clock.now())
        except BaseException:
            self._lanes.give_back(letter.channel)
            raise
        notification, previous = desk.ledger.addressed(begun), desk.ledger.previous(begun)
        send = self._lanes.send(letter.channel, notification, previous, ask=letter.doubtful)
        return self._lanes.launch(desk.ledger.incident, begun, send)

    async def _conclude(self, desk: _Desk, flight: Flight) -> None:
        """Takes in what became of a send, on the letter as it is by now: others may share it."""
        letter = amended(desk.ledger, flight.letter)
        try:
            receipt = flight.task.result()
        except Retryable as failure:
            self._observer.attempted(letter.channel, "retryable")
            self._lanes.failed(letter, failure)
            self._postpone(desk, letter, failure)
        except Rejected as failure:
            self._observer.attempted(letter.channel, "rejected")
            self._close(desk, letter, Outcome.REJECTED, *failure.reasons)
        else:
            self._observer.attempted(letter.channel, "ok")
            self._lanes.worked(letter.channel)
            self._close(desk, letter, Outcome.SENT, *receipt.reasons, receipt=receipt)
            await desk.save(desk.ledger)

    def _postpone(self, desk: _Desk, letter: Letter, failure: Retryable) -> None:
        if self._lanes.given_up(letter, failure.after_s or 0.0):
            given_up = because("given-up", tries=letter.attempts)
            self._close(desk, letter, Outcome.EXPIRED, given_up, *failure.reasons)
            return
        now, wait_s = self._clock.now(), max(pause_s(self._policy, letter), failure.after_s or 0.0)
        due = now + timedelta(seconds=min(wait_s, self._policy.deadline_s - self._lanes.silent_s(letter)))
        log.warning("channel %s: %s; next try in %.0f s", letter.channel, failure, (due - now).total_seconds())
        desk.ledger = amend(desk.ledger, msgspec.structs.replace(letter, due=due, doubtful=failure.maybe_sent))

    def _close(
        self, desk: _Desk, letter: Letter, outcome: Outcome, *reasons: Reason, receipt: Receipt | None = None
    ) -> None:
        before, now = desk.ledger, self._clock.now()
        notification = before.addressed(letter)
        desk.ledger = settle(before, letter, outcome, now, self._routes, receipt=receipt, reasons=reasons)
        self._tell(desk, before, notification)

    def _tell(self, desk: _Desk, before: Ledger, notification: Notification) -> None:
        """Says what has been settled since `before`, once; repeats were said the first time."""
        known = {delivery.id for delivery in before.settled}
        for delivery in desk.ledger.untold[len(before.untold) :]:
            if delivery.id in known:
                continue
            if delivery.outcome in (Outcome.REJECTED, Outcome.EXPIRED):
                log.error("channel %s: %s: %s", delivery.channel, delivery.outcome.value, english(delivery.reasons))
            self._observer.settled(notification, delivery)
        for lost in desk.ledger.lost[len(before.lost) :]:
            log.error("undelivered: %s", lost.detail.replace("\n", "; "))
            self._tell_operator(desk, notification, lost)

    def _tell_operator(self, desk: _Desk, notification: Notification, lost: Dead) -> None:
        tried = (d.channel for d in desk.ledger.settled if d.notification == notification.id)
        report = self._operator.report(lost, notification, tried, self._clock.now())
        if report is not None:
            desk.ledger = post(desk.ledger, *report)


async def _together(works: Sequence[Coroutine[None, None, bool]]) -> list[bool]:
    """What each comes to. Where one fails none goes on: the call is made again, and it would act on an old ledger."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise

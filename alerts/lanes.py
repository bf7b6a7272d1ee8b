"""The channels of one process as lanes: what ails one of them, a slow answer or a pause, never holds up another."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

import msgspec

from alerts.channels.protocol import Channel, Receipt, Rejected, Retryable
from alerts.ledger import Ledger, Letter, urgency
from alerts.turns import Turns
from alerts.why import because
from models.clock import Clock
from models.records import Notification, Reason, digest

log = logging.getLogger(__name__)

_UNIT: Final = 2.0**128
_NEGLIGIBLE_S: Final = 0.001
"""Clocks and floats round differently; what is left below this has passed."""

_Sent = tuple[str, str, str, bool | None]

_ENOUGH: Final = 2
"""Failures in a row after which a channel's silence speaks for itself."""


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How stubborn the outbox is; all in seconds.

    A letter is given up when its channel has taken nothing at all for `deadline_s` while it waited. Where the channel
    takes others, it has `fair_tries`, about as many as it would have had alone, and no less than `deadline_s` since the
    first: a queue costs no letter its life. No call holds the engine for longer than `batch_s`: a send that has not
    ended by then goes on by itself, and its end is taken in at a later tick. Retries that are due within `patience_s`
    are waited for; the others wait for a tick.
    The pause after attempt n is `first_pause_s`·2ⁿ⁻¹, at most `longest_pause_s`, times 0.5 to 1.5.
    """

    deadline_s: float = 900.0
    fair_tries: int = 20
    patience_s: float = 1.0
    batch_s: float = 3.0
    attempt_timeout_s: float = 45.0
    first_pause_s: float = 1.0
    longest_pause_s: float = 60.0


def pause_s(policy: DeliveryPolicy, letter: Letter) -> float:
    """The pause after this letter's last attempt, with a jitter that depends on the letter alone.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> letter = Letter(notification="n", channel="slack", since=at, due=at, attempts=3)
    >>> 2.0 <= pause_s(DeliveryPolicy(), letter) <= 6.0
    True
    """
    steady = min(policy.first_pause_s * 2.0 ** min(letter.attempts - 1, 30), policy.longest_pause_s)
    jitter = int(digest("jitter", letter.notification, letter.channel, letter.attempts), 16) / _UNIT
    return steady * (0.5 + jitter)


class Limits(NamedTuple):
    """Until when one call waits for retries, and until when for anything; in the clock's `monotonic`."""

    patience: float
    batch: float


@dataclass(slots=True)
class Flight:
    """A send under way, which may outlive the call that began it. `late`: a call has waited for it in vain."""

    incident: str
    letter: Letter
    task: "asyncio.Task[Receipt]"
    late: bool = False


@dataclass(slots=True)
class _Lane:
    """One channel. After a failure it rests as a whole: the next incident does not run into the same wall.

    Times are in the clock's `monotonic`.
    """

    channel: Channel
    turns: Turns
    worked_at: float
    """When it last took something; before that, when this process began."""
    rests_until: float = 0.0
    asked_until: float = 0.0
    """Until when the other side wants to be left alone, whatever else succeeds meanwhile."""
    strikes: int = 0
    """Failures in a row."""
    complaint: tuple[Reason, ...] = ()
    """What the last of them said."""


class Lanes:
    """Each channel by itself, `at_once` messages at a time (an attribute of the channel; 1 where it has none).

    All of it is of this process only: after a crash, letters say what was begun, and the channel is asked.
    """

    def __init__(self, channels: Mapping[str, Channel], clock: Clock, policy: DeliveryPolicy) -> None:
        self._lanes = {
            name: _Lane(channel, Turns(getattr(channel, "at_once", 1)), clock.monotonic())
            for name, channel in channels.items()
        }
        self._clock = clock
        self._policy = policy
        self._flights: dict[_Sent, Flight] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._lanes

    def __iter__(self) -> Iterator[str]:
        return iter(self._lanes)

    def limits(self, *, patient: bool) -> Limits:
        """Those of a call that begins now."""
        start = self._clock.monotonic()
        return Limits(start + (self._policy.patience_s if patient else 0.0), start + self._policy.batch_s)

    def flight(self, incident: str, letter: Letter) -> Flight | None:
        return self._flights.get(_sent(incident, letter))

    def wait_s(self, incident: str, letter: Letter) -> float:
        """How long a letter has to wait for its own pause and its channel's; 0 where its send is under way."""
        if self.flight(incident, letter) is not None:
            return 0.0
        lane = self._lanes.get(letter.channel)
        rest = 0.0 if lane is None else lane.rests_until - self._clock.monotonic()
        wait_s = max(rest, (letter.due - self._clock.now()).total_seconds())
        return wait_s if wait_s > _NEGLIGIBLE_S else 0.0

    async def ready(self, ledger: Ledger, letter: Letter, limits: Limits) -> bool:
        """Waits until a letter may go out, and takes a turn; False where that is beyond the limits of this call."""
        wait_s = self.wait_s(ledger.incident, letter)
        if wait_s > 0:
            if self._clock.monotonic() + wait_s > limits.patience:
                return False
            await self._clock.sleep(wait_s)
        if not await self._turn(ledger, letter.channel, limits):
            return False
        if self.wait_s(ledger.incident, letter) <= 0 and self._clock.monotonic() < limits.batch:
            return True
        self.give_back(letter.channel)
        return False

    async def _turn(self, ledger: Ledger, channel: str, limits: Limits) -> bool:
        """Waits for a free place on a channel, but not behind a send that is late already."""
        turns = self._lanes[channel].turns
        late = any(flight.late for flight in self._flights.values() if flight.letter.channel == channel)
        left_s = 0.0 if late else limits.batch - self._clock.monotonic()
        if turns.full() and left_s <= 0:
            return False
        overdue = self._clock.now() - timedelta(seconds=self._policy.deadline_s)
        return await turns.take(urgency(ledger, channel, overdue), max(left_s, _NEGLIGIBLE_S))

    def give_back(self, channel: str) -> None:
        """Ends a turn that was not used."""
        self._lanes[channel].turns.give_back()

    def launch(self, incident: str, letter: Letter, send: Coroutine[None, None, Receipt]) -> Flight:
        """Begins a send, whose turn ends with it."""
        lane = self._lanes[letter.channel]
        flight = Flight(incident, letter, asyncio.create_task(send))

        def landed(task: "asyncio.Task[Receipt]") -> None:
            lane.turns.give_back()
            if not task.cancelled():
                task.exception()  # seen, also where nobody asks for it any more

        flight.task.add_done_callback(landed)
        self._flights[_sent(incident, letter)] = flight
        return flight

    async def landed(self, flight: Flight, limits: Limits) -> bool:
        """Whether a send has ended, which is then forgotten here; a late one is only looked at."""
        left_s = 0.0 if flight.late else limits.batch - self._clock.monotonic()
        if not flight.task.done() and left_s > 0:
            await asyncio.wait({flight.task}, timeout=left_s)
        flight.late = not flight.task.done()
        if not flight.late:
            self._flights.pop(_sent(flight.incident, flight.letter), None)
        return not flight.late

    async def send(self, name: str, notification: Notification, previous: Receipt | None, *, ask: bool) -> Receipt:
        """One attempt; `ask`: an earlier one may have succeeded, so the channel is asked first."""
        channel = self._lanes[name].channel
        limit_s = self._policy.attempt_timeout_s
        try:
            async with asyncio.timeout(limit_s):
                found = await _find(channel, notification.id, previous) if ask else None
                return await channel.send(notification, previous) if found is None else found
        except TimeoutError as late:
            raise Retryable(because("too-slow", seconds=f"{limit_s:g}"), maybe_sent=True) from late
        except (Retryable, Rejected):
            raise
        except Exception as bug:  # a channel that breaks its contract must not take the other channels with it
            log.exception("channel %s broke its contract", name)
            raise Rejected(because("internal", channel=name, error=type(bug).__name__)) from bug

    def failed(self, letter: Letter, failure: Retryable) -> None:
        """Leaves a channel alone for a while that grows with its failures in a row, not with one letter's."""
        lane, now = self._lanes[letter.channel], self._clock.monotonic()
        if lane.rests_until <= now:  # sends that ran at the same time met the same wall: one strike
            lane.strikes += 1
        lane.complaint = failure.reasons
        rest_s = pause_s(self._policy, msgspec.structs.replace(letter, attempts=lane.strikes))
        asked_s = min(failure.after_s or 0.0, self._policy.deadline_s)
        lane.asked_until = max(lane.asked_until, now + asked_s)
        lane.rests_until = max(lane.rests_until, now + rest_s, lane.asked_until)

    def worked(self, channel: str) -> None:
        lane = self._lanes[channel]
        lane.strikes, lane.rests_until = 0, lane.asked_until
        lane.worked_at = self._clock.monotonic()

    def silent_s(self, letter: Letter) -> float:
        """How long a letter has waited while its channel took nothing at all."""
        now, posted = self._clock.monotonic(), (self._clock.now() - letter.since).total_seconds()
        return min(posted, now - self._lanes[letter.channel].worked_at)

    def hopeless(self, letter: Letter) -> tuple[Reason, ...]:
        """Why a letter need not run into the wall itself: others have, for as long as it waited; empty: it should."""
        lane = self._lanes[letter.channel]
        if lane.strikes < _ENOUGH or self.silent_s(letter) < self._policy.deadline_s:
            return ()
        return because("takes-nothing"), *lane.complaint

    def given_up(self, letter: Letter, after_s: float) -> bool:
        """Whether a letter that has just failed is tried no more; the other side wants `after_s` of patience."""
        deadline_s = self._policy.deadline_s
        if max(after_s, _NEGLIGIBLE_S) + self.silent_s(letter) > deadline_s:
            return True
        tried_s = (self._clock.now() - (letter.tried_at or letter.since)).total_seconds()
        return letter.attempts >= self._policy.fair_tries and tried_s >= deadline_s

    async def release(self) -> None:
        """Cuts off whatever is under way."""
        flights, self._flights = list(self._flights.values()), {}
        for flight in flights:
            flight.task.cancel()
        await asyncio.gather(*(flight.task for flight in flights), return_exceptions=True)

    async def close(self) -> None:
        await self.release()
        await asyncio.gather(*(lane.channel.close() for lane in self._lanes.values()))


def _sent(incident: str, letter: Letter) -> _Sent:
    """What a send is known by: a call and a quiet word of one notification may be under way on one channel."""
    return incident, letter.notification, letter.channel, letter.quiet


async def _find(channel: Channel, notification_id: str, previous: Receipt | None) -> Receipt | None:
    try:
        return await channel.find(notification_id, previous)
    except Retryable as failure:
        raise Retryable(*failure.reasons, after_s=failure.after_s, maybe_sent=True) from failure

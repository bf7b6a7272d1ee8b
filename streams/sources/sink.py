"""Where sources put what they heard: deduplicated, stamped, counted, published, and acknowledged before it returns."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from models.clock import Clock
from models.records import Post, Share, Tick, Topic
from streams import metrics
from streams.dead import dead
from streams.ingest import Refusal
from streams.poison import PoisonLog
from streams.publish import Outgoing, Publisher, posted, ticks
from streams.sources.protocol import Backoff, Pulse, pause, until

REMEMBERED: Final = 100_000
"""Ids that a sink remembers, to publish what a source repeats only once."""
GRACE_S: Final = 5.0
"""How long a publishing that is under way may still take once the source is to stop."""
DEADLINE_S: Final = 10.0
"""How long somebody who waits for an answer waits for the publisher."""

Arrived = Post | Share | Refusal


class Unpublished(Exception):
    """The publisher did not acknowledge, and the caller wanted to know at once."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a batch."""

    published: int = 0
    refused: int = 0
    duplicates: int = 0


class Recent:
    """The last `capacity` keys, for telling repeats.

    >>> recent = Recent(2)
    >>> [recent.add(key) for key in ("a", "b", "a", "c", "b")]
    [True, True, False, True, True]
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._keys: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def add(self, key: str) -> bool:
        """Remembers `key`; False when it was known already, which keeps it in memory for longer."""
        new = key not in self._keys
        if not new:
            del self._keys[key]
        self._keys[key] = None
        if len(self._keys) > self._capacity:
            del self._keys[next(iter(self._keys))]
        return new

    def newest(self, number: int) -> list[str]:
        """The last `number` keys, oldest first."""
        return list(self._keys)[-number:]


class Sink:
    """One source's way to the topics. Calls are served one after the other, so that order is kept."""

    def __init__(
        self,
        pulse: Pulse,
        publisher: Publisher,
        clock: Clock,
        stop: asyncio.Event,
        *,
        remember: int = REMEMBERED,
        chance: random.Random | None = None,
        poison: PoisonLog | None = None,
    ) -> None:
        """`clock` is the wall clock: it stamps `published_at` and times the retries. `poison` logs what is refused."""
        self._pulse = pulse
        self._publisher = publisher
        self._clock = clock
        self._stop = stop
        self._recent = Recent(remember)
        self._chance = chance or random.Random()
        self._lock = asyncio.Lock()
        self._poison = poison

    async def put(self, arrived: Sequence[Arrived]) -> Counts:
        """Publishes, and returns when all of it is acknowledged; tries for as long as it takes.

        Raises `Stopped` when the source is to stop before that: the batch then counts as not taken.
        """
        async with self._lock:
            fresh = self._fresh(arrived)
            await self._persist([self._outgoing(each) for each in fresh.values()])
            return self._account(fresh, len(arrived))

    async def offer(self, arrived: Sequence[Arrived]) -> Counts:
        """Publishes at the first try, within `DEADLINE_S`, or raises `Unpublished`: for who can send it again."""
        try:
            async with asyncio.timeout(DEADLINE_S), self._lock:
                fresh = self._fresh(arrived)
                await self._attempt([self._outgoing(each) for each in fresh.values()])
                return self._account(fresh, len(arrived))
        except TimeoutError as error:
            self._pulse.unacknowledged("no answer in time")
            raise Unpublished("no answer in time") from error

    async def tick(self, moments: Sequence[datetime], partitions: int) -> None:
        """Tells the log what time it is, once everything put before is acknowledged."""
        async with self._lock:
            await self._persist([o for now in moments for o in ticks(Topic.POSTS, Tick(now=now), partitions)])

    def ignored(self, reason: str, number: int = 1) -> None:
        """Counts what a source heard and has no use for, such as deletions."""
        metrics.SOURCE_REFUSED.labels(self._pulse.source, f"ignored-{reason}").inc(number)

    def _fresh(self, arrived: Sequence[Arrived]) -> dict[str, Arrived]:
        fresh: dict[str, Arrived] = {}
        for each in arrived:
            key = _key(each)
            if key not in self._recent:
                fresh.setdefault(key, each)
        return fresh

    def _outgoing(self, arrived: Arrived) -> Outgoing:
        if isinstance(arrived, Refusal):
            at = self._clock.now()
            return dead(arrived.reason, arrived.detail, arrived.origin, at, payload=arrived.payload)
        return posted(msgspec.structs.replace(arrived, published_at=self._clock.now()))

    async def _persist(self, outgoing: Sequence[Outgoing]) -> None:
        backoff = Backoff(self._chance, first_s=0.5, most_s=30.0)
        while True:
            try:
                await until(self._stop, self._attempt(outgoing), grace_s=GRACE_S)
                return
            except Unpublished:
                metrics.RETRIES.labels("sources", "publish").inc()
            await pause(self._clock, backoff.next_s(), self._stop)

    async def _attempt(self, outgoing: Sequence[Outgoing]) -> None:
        if not outgoing:
            return
        # A publisher may insist by itself instead of raising: health must tell of a broker that is away all the same.
        loop = asyncio.get_running_loop()
        overdue = loop.call_later(DEADLINE_S, self._pulse.unacknowledged, "no answer in time")
        try:
            await self._publisher.publish(outgoing)
        except Exception as error:  # the publisher's edge: whatever it raises is infrastructure, and loses nothing
            self._pulse.unacknowledged(f"{type(error).__name__}: {error}")
            raise Unpublished(str(error)) from error
        finally:
            overdue.cancel()
        self._pulse.acknowledged()

    def _account(self, fresh: dict[str, Arrived], total: int) -> Counts:
        refused = 0
        for key, each in fresh.items():
            self._recent.add(key)
            if isinstance(each, Refusal):
                refused += 1
                metrics.SOURCE_REFUSED.labels(self._pulse.source, each.reason).inc()
                metrics.DEAD.labels("sources", each.reason).inc()
                if self._poison is not None:
                    self._poison.given_up(each.reason)
            else:
                self._pulse.heard(each.created_at)
                metrics.SOURCE_POSTS.labels(self._pulse.source, type(each).__name__.lower()).inc()
        counts = Counts(len(fresh) - refused, refused, total - len(fresh))
        self._pulse.published += counts.published
        self._pulse.refused += counts.refused
        self._pulse.duplicates += counts.duplicates
        return counts


def _key(arrived: Arrived) -> str:
    """What makes two arrivals the same: a post and a share may have the same id, and each is its own."""
    if isinstance(arrived, Refusal):
        return f"dead:{arrived.origin}:{arrived.reason}"
    return f"{'post' if isinstance(arrived, Post) else 'share'}:{arrived.id}"

"""Keeps calls below a service's rate limits before they are refused: a token bucket per key, by a clock passed in."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from alerts.channels.protocol import Retryable
from alerts.why import because
from models.clock import Clock

_KEPT: Final = 4_096


@dataclass(frozen=True, slots=True)
class Limit:
    """`per_minute` calls in the long run, and up to `burst` at once after a pause."""

    per_minute: float
    burst: int = 1

    @property
    def interval_s(self) -> float:
        return 60.0 / self.per_minute


class Pace:
    """A generic cell rate algorithm (ITU-T I.371) per key: each call reserves its moment, and waits for it.

    Callers that must not wait longer than `patience_s` are told when to come back, and reserve nothing.
    """

    def __init__(self, clock: Clock, limits: Mapping[str, Limit], *, patience_s: float = 15.0) -> None:
        """`limits` by method; what has none does not wait."""
        self._clock = clock
        self._limits = limits
        self._patience_s = patience_s
        self._full: dict[Hashable, float] = {}
        """By key, when its bucket is full again: the algorithm's theoretical arrival time."""

    async def turn(self, method: str, scope: str = "") -> None:
        """Returns when `method` may be called within `scope` (such as a channel); raises `Retryable` if that is far."""
        limit = self._limits.get(method)
        if limit is None:
            return
        now = self._clock.monotonic()
        full = max(self._full.get((method, scope), now), now)
        wait_s = full - now - (limit.burst - 1) * limit.interval_s
        if wait_s > self._patience_s:
            raise Retryable(because("turn", method=method), after_s=wait_s)
        self._forget(now)
        self._full[method, scope] = full + limit.interval_s
        if wait_s > 0:
            await self._clock.sleep(wait_s)

    def hold(self, method: str, scope: str, after_s: float) -> None:
        """The other side asks for a pause: nothing of this key before it is over."""
        limit = self._limits.get(method)
        if limit is not None:
            later = self._clock.monotonic() + after_s + (limit.burst - 1) * limit.interval_s
            self._full[method, scope] = max(self._full.get((method, scope), 0.0), later)

    def _forget(self, now: float) -> None:
        if len(self._full) >= _KEPT:
            self._full = {key: full for key, full in self._full.items() if full > now}

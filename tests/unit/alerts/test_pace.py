"""Calls keep below a service's limits, by a clock that is passed in."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.channels.pace import Limit, Pace
from alerts.channels.protocol import Retryable
from alerts.channels.slack_api import LIMITS, POST, UPDATE, slack_pace
from models.clock import ManualClock

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)
DOCUMENTED = {"chat.postMessage": 61, "apps.connections.open": 50} | dict.fromkeys(
    ("chat.update", "conversations.history", "conversations.replies", "conversations.open"), 50
)
"""Calls in any minute; a post a second makes 61 where both ends count. Files have 100."""


def called(limit: Limit, gaps: list[float]) -> list[float]:
    """When calls go out that are wanted after `gaps` of doing nothing."""

    async def run() -> list[float]:
        clock = ManualClock(NOW)
        pace, times = Pace(clock, {"m": limit}, patience_s=1e9), []
        for gap in gaps:
            clock.advance(gap)
            await pace.turn("m")
            times.append(clock.monotonic())
        return times

    return asyncio.run(run())


@pytest.mark.parametrize("method", [POST, UPDATE, "apps.connections.open", "files.completeUploadExternal"])
@settings(max_examples=40)
@given(gaps=st.lists(st.floats(0, 30), min_size=1, max_size=150))
def test_no_minute_has_more_calls_than_slack_documents(method: str, gaps: list[float]) -> None:
    """Whatever the rhythm in which calls are wanted."""
    times = called(LIMITS[method], gaps)
    most = max(sum(start <= at < start + 59.999 for at in times) for start in times)
    assert most <= DOCUMENTED.get(method, 100)


def test_after_a_pause_a_burst_goes_out_at_once() -> None:
    """Five edits in a row wait for nobody; the sixth does."""
    assert called(LIMITS[UPDATE], [0.0] * 6) == [0.0] * 5 + [pytest.approx(60 / 45)]


async def test_each_channel_has_its_own_second() -> None:
    """Posts are counted by channel: another one does not wait."""
    clock = ManualClock(NOW)
    pace = slack_pace(clock)
    await pace.turn(POST, "C1")
    await pace.turn(POST, "C2")
    assert clock.monotonic() == 0
    await pace.turn(POST, "C1")
    assert clock.monotonic() == 1


async def test_who_would_wait_too_long_is_told_when_to_come_back() -> None:
    """And takes nobody's turn away by asking."""
    clock = ManualClock(NOW)
    pace = slack_pace(clock)
    pace.hold(POST, "C1", 40)
    for _ in range(3):
        with pytest.raises(Retryable) as caught:
            await pace.turn(POST, "C1")
        assert caught.value.after_s == pytest.approx(40)
        assert not caught.value.maybe_sent
    clock.advance(40)
    await pace.turn(POST, "C1")
    assert clock.monotonic() == 40


async def test_slack_s_own_pause_is_kept() -> None:
    """`Retry-After` holds all calls of that kind, and no others."""
    clock = ManualClock(NOW)
    pace = slack_pace(clock)
    pace.hold(UPDATE, "", 7)
    pace.hold("unknown", "", 7)
    await pace.turn(POST, "C1")
    await pace.turn("unknown")
    assert clock.monotonic() == 0
    await pace.turn(UPDATE)
    assert clock.monotonic() == pytest.approx(7)


async def test_memory_is_bounded() -> None:
    """Ten thousand channels leave no trace once they have rested."""
    clock = ManualClock(NOW)
    pace = slack_pace(clock)
    for number in range(10_000):
        await pace.turn(POST, f"C{number}")
        clock.advance(1)
    assert len(pace._full) <= 4_096

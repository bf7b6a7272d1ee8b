"""Clocks: the machine's, a manual one, and one that runs faster."""

from datetime import UTC, datetime, timedelta

import pytest

from models.clock import ManualClock, ScaledClock, SystemClock

START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


async def test_a_manual_clock_moves_only_when_told() -> None:
    """Sleeping on it moves it, and nothing waits."""
    clock = ManualClock(START)
    await clock.sleep(3600)
    clock.advance(60)
    assert clock.now() == START + timedelta(minutes=61)
    assert clock.monotonic() == 3660


async def test_a_scaled_clock_starts_where_it_is_told() -> None:
    """It runs from its start, forwards, and sleeps in its own seconds."""
    clock = ScaledClock(START, speed=100_000)
    await clock.sleep(100)
    assert START + timedelta(seconds=100) <= clock.now() < START + timedelta(days=30)


def test_a_clock_cannot_run_backwards() -> None:
    """A speed of nought or less is a mistake."""
    with pytest.raises(ValueError, match="positive"):
        ScaledClock(START, speed=0)


def test_the_system_clock_is_utc() -> None:
    """Times in this system are aware and in UTC."""
    assert SystemClock().now().utcoffset() == timedelta(0)

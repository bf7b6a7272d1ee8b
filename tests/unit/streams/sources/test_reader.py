"""Reading beside the event loop."""

import asyncio
import threading

import pytest

from streams.sources.reader import aside


async def test_what_was_read_and_what_went_wrong_come_back() -> None:
    """The result, or the error, of the work; which is done in a thread that no process waits for at its end."""
    assert await aside(lambda: threading.current_thread().daemon)
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 // 0)


async def test_work_that_never_ends_can_be_given_up() -> None:
    """Whoever waits is free at once, and what the work says later troubles nobody."""
    end = threading.Event()
    waiting = asyncio.ensure_future(aside(end.wait))
    await asyncio.wait({waiting}, timeout=0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    end.set()
    assert await aside(end.is_set)

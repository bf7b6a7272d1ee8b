"""Reading that may wait for ever, such as from a named pipe without a writer, beside the event loop."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], T]) -> T:
    """The result of blocking `work`, which no process waits for at its end; raises what it raises.

    `asyncio.to_thread` would not do: its threads are joined at exit, so a read that never returns holds up Ctrl-C.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(found: T | None, error: BaseException | None) -> None:
        if done.done():  # cancelled meanwhile
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(found)  # type: ignore[arg-type]

    def run() -> None:
        found, failure = None, None
        try:
            found = work()
        except BaseException as error:  # it is raised where the work is awaited
            failure = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, found, failure)

    threading.Thread(target=run, name="tocsin-reader", daemon=True).start()
    return await done

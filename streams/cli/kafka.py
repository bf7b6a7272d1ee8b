"""Commands that ask Kafka for something: what can go wrong there, each told in one clear line."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import click

from streams.cli.settings import WRONG_SETTINGS
from streams.settings.problems import Problem
from streams.settings.schema import Settings

if TYPE_CHECKING:
    from streams.brokers.security import AccessRefused

T = TypeVar("T")
GRACE_S: Final = 5.0
"""How long work may take to end by itself once it is told to: within seconds, also while Kafka does not answer."""
_LOOK_S: Final = 0.2


def on_kafka(work: Coroutine[Any, Any, T], settings: Settings, path: Path | None) -> T:
    """Does `work` on the Kafka of `settings`, which are from the file `path`.

    Ends the program where Kafka cannot be reached, or its topics are not as they have to be: exit code 2 where a login
    or a certificate has to be changed, else 1.
    """
    from streams.brokers.past import TopicsMissing
    from streams.brokers.reach import NoAnswer
    from streams.brokers.security import AccessRefused
    from streams.brokers.topics import TopicMismatch, TopicRefused

    # Kafka's client logs each of its failures; they are told here, once and with their reason.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        return asyncio.run(_reaching(work, settings))
    except AccessRefused as error:
        refuse(error, path)
    except (NoAnswer, TopicsMissing, TopicMismatch, TopicRefused) as error:
        raise click.ClickException(str(error)) from error


async def until_stopped(
    running: asyncio.Future[T], stop: asyncio.Event, tell: Callable[[], None] = lambda: None, grace_s: float = GRACE_S
) -> T | None:
    """The result of work that looks at `stop` itself; None where it waits for something else, and had to be cancelled.

    `tell` is called now and then while it runs. Raises what the work raises.
    """
    while not running.done() and not stop.is_set():
        tell()
        await asyncio.wait({running}, timeout=_LOOK_S)
    if not running.done():
        await asyncio.wait({running}, timeout=grace_s)
    if running.done():
        return running.result()
    running.cancel()
    await asyncio.wait({running}, timeout=grace_s)
    return None


def refuse(error: "AccessRefused", path: Path | None) -> NoReturn:
    """Ends the program with the setting that keeps it out of Kafka."""
    click.echo(str(Problem(str(path or "settings"), error.key, error.message, error.remedy)), err=True)
    raise SystemExit(WRONG_SETTINGS) from error


async def _reaching(work: Coroutine[Any, Any, T], settings: Settings) -> T:
    from streams.brokers.kafka import Access
    from streams.brokers.reach import reaching

    async with reaching(Access(settings.kafka)):
        return await work

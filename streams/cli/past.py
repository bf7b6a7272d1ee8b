"""What the commands share that look at the past: settings with a broker, and what its topics are asked."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from alerts.audit import Entry, Query
from alerts.render.account import Heard, Unjudged
from alerts.render.safety import clean
from alerts.render.standing import DRILL
from models.records import AnyRecord, Topic
from streams.cli.lines import WrongCall
from streams.cli.settings import load_settings
from streams.history import History
from streams.settings.problems import suggestion
from streams.settings.schema import Settings

T = TypeVar("T")
_LISTED: Final = 20
UNHEARD: Final = "the settings, so nobody listens for it"


def used_settings(path: Path, broker: str | None) -> Settings:
    """The settings of a pipeline that runs, with its broker's address."""
    from streams.settings.spared import ELSEWHERE

    settings = load_settings(path, broker=broker, spared=ELSEWHERE)
    if settings.kafka.broker == "embedded":
        raise WrongCall("which pipeline? give --broker HOST:PORT (tocsin run says where its embedded broker listens)")
    return settings


def known_brand(brand: str, names: Sequence[str], where: str) -> None:
    """Ends the program where there is no such brand in `where`, and says which may be meant."""
    if brand.removeprefix("drill:") in names:
        return
    meant = suggestion(brand, names)
    there_are = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    remedy = f"did you mean {meant}?" if meant else f"there are: {there_are or 'none'}"
    raise WrongCall(clean(f"there is no brand {brand!r} in {where}; {remedy}", 2_000))


def known_name(name: str, names: Sequence[str]) -> None:
    """Ends the program where nobody, and no channel, has this name."""
    if name in names:
        return
    meant = suggestion(name, names)
    remedy = f"did you mean {meant}?" if meant else f"there are: {', '.join(names[:_LISTED]) or 'none'}"
    raise WrongCall(clean(f"there is no person and no channel {name!r} in the settings; {remedy}", 2_000))


async def looked_up(
    history: History, settings: Settings, brand: str, span: tuple[datetime, datetime], *, mentions: bool
) -> tuple[list[Entry], Heard | None]:
    """A brand's timeline, and what was heard of it."""
    since, until = (None, None) if history.replayed else span
    query = Query(brand=brand, since=since, until=until)

    async def look(consumer: Any) -> list[Entry]:
        return await history.entries(consumer, query)

    async def listen(consumer: Any) -> Heard:
        return await history.heard(consumer, brand, *span)

    entries = await _asked(settings, look)
    return entries, await _asked(settings, listen) if mentions else None


async def awaited(history: History, settings: Settings, brand: str) -> Unjudged | None:
    """What a brand's surges wait for to be judged; None where they are. An exercise has no usual days."""
    if brand.startswith(DRILL):
        return None

    async def look(consumer: Any) -> Unjudged | None:
        return await history.unjudged(consumer, brand)

    return await _asked(settings, look)


async def found(history: History, settings: Settings, query: Query) -> list[Entry]:
    """The timeline that a query asks for."""
    asked = msgspec.structs.replace(query, since=None, until=None) if history.replayed else query

    async def look(consumer: Any) -> list[Entry]:
        return await history.entries(consumer, asked)

    return await _asked(settings, look)


async def went_through(
    history: History, settings: Settings, topics: Sequence[Topic], since: datetime, take: Callable[[AnyRecord], None]
) -> None:
    """Hands over every record of topics since a moment."""

    async def read(consumer: Any) -> None:
        await history.each(consumer, topics, since, take)

    await _asked(settings, read)


async def _asked(settings: Settings, look: Callable[[Any], Awaitable[T]]) -> T:
    from streams.brokers.kafka import Access

    consumer = Access(settings.kafka).consumer()
    try:
        return await look(consumer)
    finally:
        await consumer.stop()

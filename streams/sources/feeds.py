"""RSS and Atom feeds as a source: polled politely, each entry published once however many feeds carry it."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec

from models.clock import Clock, SystemClock
from models.records import digest
from streams.ingest import Arrival, admit, refusal
from streams.settings.schema import FeedsSourceSettings
from streams.sources.entries import Document, Entry
from streams.sources.fetch import TIMEOUT, Fetched, FetchFailed, Validators, fetch
from streams.sources.notebook import Notebook
from streams.sources.outside import Outside
from streams.sources.protocol import Backoff, Health, Misconfigured, Pulse, Stopped, pause, until
from streams.sources.reading import Reader
from streams.sources.sink import Arrived, Recent, Sink

NETWORK: Final = "web"
MOST_BACKOFF_S: Final = 6 * 3600.0
AT_ONCE: Final = 8
"""Feeds fetched at the same time."""
SHORTEST_WAIT_S: Final = 0.05
REMEMBERED: Final = 50_000
"""Keys of entries (links, ids) that are remembered, over all feeds."""
SAVED: Final = 10_000
_HEADERS: Final = {
    "User-Agent": "tocsin (feed reader)",
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1",
}


class _FeedNote(msgspec.Struct):
    """What is kept of a feed across restarts."""

    address: str
    etag: str = ""
    modified: str = ""


class _Notes(msgspec.Struct):
    feeds: dict[str, _FeedNote] = {}
    seen: list[str] = []


@dataclass(slots=True)
class _Feed:
    """Where one feed stands. `due_s` is on the source's monotonic clock."""

    url: str
    address: str
    backoff: Backoff
    validators: Validators = field(default_factory=Validators)
    due_s: float = 0.0
    gone: bool = False
    problem: str = ""
    """Why it gives nothing; empty when it does."""
    remark: str = ""
    """What is amiss with what it gives."""


@dataclass(frozen=True, slots=True)
class _Polled:
    """What asking a feed led to."""

    feed: _Feed
    fetched: Fetched | None = None
    document: Document | None = None
    failed: FetchFailed | None = None


class FeedsSource:
    """Polls feeds. It never ends by itself.

    A feed that fails is asked ever more rarely, one that is gone (410) no more. The source is up while at least one
    feed answers; what is wrong with the others stands in its health. With a `data_dir`, what was seen is remembered
    across restarts.
    """

    def __init__(
        self,
        settings: FeedsSourceSettings,
        *,
        data_dir: Path | None = None,
        clock: Clock | None = None,
        chance: random.Random | None = None,
    ) -> None:
        _check(settings)
        self.name = settings.name
        self.pulse = Pulse(settings.name)
        self._every_s = settings.every_s
        self._clock = clock or SystemClock()
        self._notebook = Notebook(data_dir, f"{settings.name}.feeds.json")
        self._reader = Reader()
        self._seen = Recent(REMEMBERED)
        chance = chance or random.Random()
        self._feeds = [
            _Feed(url, url, Backoff(chance, first_s=settings.every_s, most_s=max(MOST_BACKOFF_S, settings.every_s)))
            for url in dict.fromkeys(settings.urls)
        ]
        self._recall()

    def health(self) -> Health:
        return self.pulse.health(self._clock.now())

    async def run(self, sink: Sink, stop: asyncio.Event) -> None:
        """Asks every feed when it is due, until it is stopped."""
        try:
            async with aiohttp.ClientSession(headers=_HEADERS, timeout=TIMEOUT, connector=self._connector()) as session:
                while not stop.is_set():
                    await self._round(session, sink, stop)
                    await self._until_due(stop)
        except Stopped:
            return
        finally:
            await self._reader.close()

    def _connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(resolver=Outside(urlsplit(feed.url).hostname or "" for feed in self._feeds))

    async def _round(self, session: aiohttp.ClientSession, sink: Sink, stop: asyncio.Event) -> None:
        now_s = self._clock.monotonic()
        due = [feed for feed in self._feeds if feed.due_s <= now_s and not feed.gone]
        gate = asyncio.Semaphore(AT_ONCE)

        async def all_due() -> list[_Polled]:
            return await asyncio.gather(*(self._poll(feed, session, gate) for feed in due))

        for polled in await until(stop, all_due()):
            await self._take(polled, sink)
        self._judge()
        self._note()

    async def _until_due(self, stop: asyncio.Event) -> None:
        waiting = [feed.due_s for feed in self._feeds if not feed.gone]
        if not waiting:
            await stop.wait()
            return
        await pause(self._clock, max(SHORTEST_WAIT_S, min(waiting) - self._clock.monotonic()), stop)

    async def _poll(self, feed: _Feed, session: aiohttp.ClientSession, gate: asyncio.Semaphore) -> _Polled:
        async with gate:
            try:
                fetched = await fetch(session, feed.address, feed.validators, self._clock.now())
            except FetchFailed as failed:
                return _Polled(feed, failed=failed)
            if not fetched.changed:
                return _Polled(feed, fetched)
            document = await self._reader.read(fetched.body, fetched.address, fetched.content_type)
            return _Polled(feed, fetched, document)

    async def _take(self, polled: _Polled, sink: Sink) -> None:
        """Publishes what a feed said; only then its validators count, so that nothing is skipped."""
        feed, fetched, document = polled.feed, polled.fetched, polled.document
        if fetched is None:
            assert polled.failed is not None
            self._failed(feed, polled.failed)
            return
        if document is not None:
            await self._publish(feed, fetched, document, sink)
            if document.problem and not document.entries:
                self._failed(feed, FetchFailed("broken-feed", document.problem))
                return
            feed.validators = fetched.validators
            self._remark(feed, document)
        feed.address = fetched.address
        feed.backoff.reset()
        feed.due_s = self._clock.monotonic() + self._every_s
        feed.problem = ""

    def _remark(self, feed: _Feed, document: Document) -> None:
        feed.remark = f"bozo: {_shown(feed.url)}: {document.problem}" if document.problem else ""
        if feed.remark:
            self.pulse.trouble("bozo", feed.remark)

    def _failed(self, feed: _Feed, failed: FetchFailed) -> None:
        feed.problem = f"{_shown(feed.url)}: {failed.detail}"
        feed.gone = failed.reason == "gone"
        wait_s = max(feed.backoff.next_s(), self._every_s / 2, failed.retry_after_s or 0.0)
        feed.due_s = self._clock.monotonic() + wait_s
        self.pulse.trouble(failed.reason, feed.problem)

    async def _publish(self, feed: _Feed, fetched: Fetched, document: Document, sink: Sink) -> None:
        fresh = self._fresh(document.entries)
        arrived = [self._arrived(entry, feed) for entry in fresh]
        if document.problem and not document.entries:
            position = f"{_shown(feed.url)}@{digest('body', fetched.body.hex())}"
            arrival = replace(self._arrival(position), payload=fetched.body[:65_536])
            arrived.append(refusal(arrival, "broken-feed", document.problem))
        await sink.put(arrived)
        for entry in fresh:
            for key in entry.keys:
                self._seen.add(key)

    def _fresh(self, entries: Sequence[Entry]) -> list[Entry]:
        """Entries of which neither link nor id has been seen, in the order of the feed."""
        fresh: list[Entry] = []
        met: set[str] = set()
        for entry in entries:
            if any(key in self._seen or key in met for key in entry.keys):
                self.pulse.duplicates += 1
                for key in entry.keys:
                    self._seen.add(key)
            else:
                fresh.append(entry)
                met.update(entry.keys)
        return fresh

    def _arrived(self, entry: Entry, feed: _Feed) -> Arrived:
        arrival = self._arrival(f"{_shown(feed.url)}#{entry.keys[0]}")
        raw = entry.raw if entry.raw.created_at is not None else replace(entry.raw, created_at=arrival.seen_at)
        return admit(raw, arrival)

    def _arrival(self, position: str) -> Arrival:
        return Arrival(source=self.name, network=NETWORK, position=position, seen_at=self._clock.now())

    def _judge(self) -> None:
        problems = [feed.problem for feed in self._feeds if feed.problem]
        if len(problems) < len(self._feeds):
            remarks = problems + [feed.remark for feed in self._feeds if feed.remark]
            self.pulse.up(remarks[0] if remarks else "")
        else:
            self.pulse.down("all-feeds", problems[-1])

    def _recall(self) -> None:
        try:
            notes = msgspec.json.decode(self._notebook.read() or b"{}", type=_Notes)
        except msgspec.DecodeError:
            notes = _Notes()
        for feed in self._feeds:
            known = notes.feeds.get(feed.url)
            if known is not None:
                feed.address, feed.validators = known.address, Validators(known.etag, known.modified)
        for key in notes.seen:
            self._seen.add(key)

    def _note(self) -> None:
        feeds = {f.url: _FeedNote(f.address, f.validators.etag, f.validators.modified) for f in self._feeds}
        try:
            self._notebook.write(msgspec.json.encode(_Notes(feeds, self._seen.newest(SAVED))))
        except (OSError, UnicodeEncodeError) as error:
            self.pulse.trouble("notebook", f"cannot save what was seen: {error}")


def _check(settings: FeedsSourceSettings) -> None:
    for url in settings.urls:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Misconfigured(f"sources.{settings.name}.urls: an http:// or https:// address, not {url!r}")
    if not settings.urls:
        raise Misconfigured(f"sources.{settings.name}.urls: empty")
    if not settings.every_s >= 1:
        raise Misconfigured(f"sources.{settings.name}.every_s: 1 second or more, not {settings.every_s}")


def _shown(url: str) -> str:
    """An address without the credentials or tokens that may stand in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))

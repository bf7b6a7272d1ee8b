"""Feed documents in a process of their own: what it gives back, and what a document cannot do to it."""

import os
import signal
from collections.abc import AsyncIterator
from html import escape

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.sources.entries import Document, read
from streams.sources.reading import Reader
from tests.unit.streams.sources.doubles import FlakyPublisher, eventually, posts, running
from tests.unit.streams.sources.test_feeds import URL, Site, item, rss, source

SLOW = {
    "encodings": b"<?" + b'encoding="" ' * 2_000,
    "blank lines": b"\n" * 100_000 + b"<a",
    "an author without end": rss(item("a", rest=f"<author>{'a' * 200_000}</author>")),
    "entities": b'<!DOCTYPE a [<!ENTITY a "' + b"a" * 60_000 + b'">]>' + rss(item("&a;" * 20) * 2_000),
}


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    reader = Reader(limit_s=2.0)
    yield reader
    await reader.close()


async def test_it_reads_as_the_parser_does(reader: Reader) -> None:
    """What comes back from the other process is what was read there, times and names included."""
    dated = "<pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate><author>Zoé</author>"
    body = rss(item("Café &amp; more", "https://n.example/1", rest=dated), item("b", guid="2"))
    assert await reader.read(body, URL, "text/xml") == read(body, URL, "text/xml")
    assert await reader.read(b"<html>no feed</html>", URL) == read(b"<html>no feed</html>", URL)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", SLOW)
async def test_no_document_keeps_the_others_waiting(reader: Reader, name: str) -> None:
    """A document on which the parser would spend minutes is given up, and the next one is read."""
    document = await reader.read(SLOW[name], URL)
    assert document.entries or "could not be read within 2 s" in document.problem
    assert len((await reader.read(rss(item("fine", guid="1")), URL)).entries) == 1


async def test_a_process_that_dies_costs_one_document(reader: Reader) -> None:
    """Whatever ends the process (the system, short of memory), the next document has another."""
    await reader.read(rss(item("a", guid="1")), URL)
    process = reader._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    assert len((await reader.read(rss(item("a", guid="1")), URL)).entries) == 1
    await reader.close()
    assert reader._process is None


@pytest.mark.timeout(120)
async def test_a_hostile_feed_does_not_silence_the_others() -> None:
    """The source tells of the feed that cannot be read, and publishes what the other one says."""
    async with Site() as site:
        site.answers["/hostile"] = SLOW["encodings"]
        site.answers["/good"] = rss(item("fine", guid="1"))
        publisher = FlakyPublisher()
        under_test = source(site, "/hostile", "/good")
        under_test._reader = Reader(limit_s=1.0)
        async with running(under_test, publisher):
            await eventually(lambda: bool(posts(publisher)))
            assert "/hostile: could not be read" in under_test.health().last_error
    assert [post.text for post in posts(publisher)] == ["fine"]


@settings(max_examples=50)
@given(st.text(max_size=60), st.text(alphabet="&#xdD8;01<>", max_size=60))
@example("a", "&#xD800;")
def test_every_document_can_be_sent_back(text: str, markup: str) -> None:
    """Whatever a document holds, references to lone surrogates included, goes from process to process unchanged."""
    rest = f"<language>{markup}</language><author>{markup}</author><description>{markup}</description>"
    document = read(rss(item(escape(text), guid="1", rest=rest)), URL)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(document), type=Document) == document

"""Feeds: documents good and broken, polite polling, and one entry published once."""

import asyncio
from datetime import timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import ManualClock
from streams.settings.schema import FeedsSourceSettings
from streams.sources import feeds as room
from streams.sources.entries import canonical, read, text_of
from streams.sources.feeds import FeedsSource
from streams.sources.fetch import FetchFailed, Validators, fetch, retry_after
from streams.sources.protocol import Misconfigured
from tests.unit.streams.sources.doubles import NOW, FlakyPublisher, dead, eventually, posts, running

RECORDED = Path(__file__).parents[5] / "shared/data/payloads/feeds"
URL = "https://news.example/feed"


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>News</title>{''.join(items)}</channel></rss>".encode()


def item(title: str, link: str = "", guid: str = "", rest: str = "") -> str:
    link = f"<link>{link}</link>" if link else ""
    guid = f"<guid>{guid}</guid>" if guid else ""
    return f"<item><title>{title}</title>{link}{guid}{rest}</item>"


def test_title_and_summary_become_the_text() -> None:
    """Markup goes, scripts with what they hold, references are resolved, the title is not said twice."""
    markup = "<p>Caf&eacute; <b>shut</b><script>x()</script></p>"
    body = f"<description>{escape(markup)}</description>"
    (entry,) = read(rss(item("Recall &amp; more", "https://n.example/1", rest=body)), URL).entries
    assert entry.raw.text == "Recall & more\n\nCafé shut"
    assert (entry.raw.url, entry.raw.kind, entry.raw.author.name) == ("https://n.example/1", "article", "News")
    same = "<description>Recall of lids</description>"
    assert read(rss(item("Recall", rest=same)), URL).entries[0].raw.text == "Recall of lids"


def test_times_are_utc_and_may_be_missing() -> None:
    """A date with an offset is converted; one that makes no sense is none."""
    dated = item("a", guid="1", rest="<pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate>")
    wrong = item("b", guid="2", rest="<pubDate>yesterday</pubDate>")
    first, second = read(rss(dated, wrong), URL).entries
    assert str(first.raw.created_at) == "2026-03-02 09:00:00+00:00"
    assert second.raw.created_at is None


def test_a_link_that_all_entries_share_is_no_identity() -> None:
    """Entries that all point at the front page are told apart by their ids."""
    entries = read(rss(item("a", "https://n.example/", "1"), item("b", "https://n.example/", "2")), URL).entries
    assert [entry.keys for entry in entries] == [(f"{URL}#1",), (f"{URL}#2",)]


def test_relative_links_are_resolved_and_ids_are_not() -> None:
    """A relative link leads to the feed's site; an id that is no address belongs to its feed alone."""
    first, second = read(rss(item("a", "/a"), item("b", guid="7")), URL).entries
    assert first.raw.url == "https://news.example/a"
    assert (second.raw.url, second.keys) == (None, (f"{URL}#7",))


def test_links_are_compared_without_tracking() -> None:
    """Scheme, fragment and tracking parameters make no other article; the rest of the query does."""
    assert canonical("http://N.example/a?utm_medium=x&id=1#c") == canonical("https://n.example/a?id=1&fbclid=z")
    assert canonical("https://n.example/a?id=1") != canonical("https://n.example/a?id=2")
    assert canonical("http://[::1") == "http://[::1"


@settings(max_examples=50)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: rss(item(t, t, t)[:200]).replace(b"</", b"<", 1)))
def test_no_document_raises(body: bytes) -> None:
    """Random bytes and torn markup are a document with a problem, not an exception."""
    document = read(body, URL)
    assert document.entries or document.problem or body.strip() in {b""} or b"<rss" in body


@settings(max_examples=50)
@given(st.text(alphabet="<>!-[]&;/= abp\"'?%", max_size=120))
def test_no_markup_raises(markup: str) -> None:
    """Text can be made of any markup, and holds no tag that was one."""
    assert "<p>" not in text_of(f"<p>{markup.replace('<', '')}</p>")
    assert isinstance(text_of(markup), str)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("torn", ["<", "<a ", "<!--", "<!", "&#", "<a b='", "</", "<?", "<![CDATA["])
def test_torn_markup_is_read_in_bounded_time(torn: str) -> None:
    """A hundred thousand characters of unclosed tags are text, and do not keep a parser busy for minutes."""
    assert "<p>" not in text_of(torn * (100_000 // len(torn)))
    document = read(rss(item(escape(torn * (300_000 // len(torn))), guid="1")), URL)
    assert len(document.entries) == 1


def test_comments_are_dropped() -> None:
    """Comments are not said, even with signs in them; what is no tag is text."""
    assert text_of("a<!-- x < y <b> -->b<!-- open") == "ab"
    assert text_of("1 < 2 <b>and</b> 3 > 2 <") == "1 < 2 and 3 > 2 <"


def test_recorded_feeds() -> None:
    """Of 52 recorded documents, broken ones included, none raises and nearly all give their entries."""
    if not RECORDED.exists():
        pytest.skip("no ../shared/data: the recorded feeds are not here")
    documents = {path.name: read(path.read_bytes(), URL) for path in RECORDED.iterdir() if path.is_file()}
    assert len(documents) >= 50
    entries = sum(len(document.entries) for document in documents.values())
    assert entries > 80
    texts = [e.raw.text for d in documents.values() for e in d.entries]
    assert not any("<script" in str(t) or "onclick" in str(t) for t in texts)
    assert len(documents["huginn__slickdeals.atom"].entries) >= 20


def test_retry_after() -> None:
    """Seconds and dates are understood, absurd waits are cut to a day, nonsense is none."""
    assert retry_after("120", NOW) == 120
    assert retry_after("Sat, 04 Jul 2026 14:41:00 GMT", NOW) == 60
    assert retry_after("999999999", NOW) == 86_400
    assert retry_after("Sat, 04 Jul 2020 14:41:00 GMT", NOW) == 0
    assert [retry_after(v, NOW) for v in ("", "soon", "-5", "9" * 50)] == [None] * 4


class Site:
    """A web site whose answers are set path by path, and which remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, web.Response | bytes] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.base = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "Site":
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, dict(request.headers)))
        found = self.answers.get(request.path, web.Response(status=404))
        if isinstance(found, bytes):
            return web.Response(body=found, content_type="application/rss+xml")
        return web.Response(status=found.status, headers=found.headers, body=found.body)

    def times(self, path: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == path)


async def get(site: Site, path: str, validators: Validators = Validators(), **bounds: int):  # noqa: B008
    async with aiohttp.ClientSession() as session:
        return await fetch(session, f"{site.base}{path}", validators, NOW, **bounds)


async def test_conditional_requests() -> None:
    """What a server says about its version is sent back, and an unchanged document is not read again."""
    async with Site() as site:
        headers = {"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT"}
        site.answers["/f"] = web.Response(body=b"x", headers=headers)
        fetched = await get(site, "/f")
        assert (fetched.changed, fetched.body) == (True, b"x")
        site.answers["/f"] = web.Response(status=304)
        assert not (await get(site, "/f", fetched.validators)).changed
        assert site.asked[-1][1]["If-None-Match"] == '"v1"'
        assert site.asked[-1][1]["If-Modified-Since"] == headers["Last-Modified"]


async def test_a_version_in_no_encoding_is_not_kept() -> None:
    """It could neither be sent back as it was nor written down, and with it all that was seen of all feeds."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "v\xe9"\r\nLast-Modified: Mar\xe9\r\nContent-Length: 1\r\n\r\nx')
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        fetched = await fetch(session, address, Validators(), NOW)
    assert (fetched.body, fetched.validators) == (b"x", Validators())


async def test_redirects() -> None:
    """Permanent redirects are remembered up to the first passing one; other schemes and circles are refused."""
    async with Site() as site:
        site.answers["/old"] = web.Response(status=301, headers={"Location": "/new"})
        site.answers["/new"] = web.Response(status=302, headers={"Location": f"{site.base}/now"})
        site.answers["/now"] = b"here"
        fetched = await get(site, "/old")
        assert (fetched.body, fetched.address) == (b"here", f"{site.base}/new")
        site.answers["/file"] = web.Response(status=302, headers={"Location": "file:///etc/passwd"})
        site.answers["/circle"] = web.Response(status=302, headers={"Location": "/circle"})
        for path, reason in (("/file", "unsafe-redirect"), ("/circle", "redirects")):
            with pytest.raises(FetchFailed) as caught:
                await get(site, path)
            assert caught.value.reason == reason


async def test_nobody_outside_sends_us_inside() -> None:
    """A public site cannot redirect to an address of this machine or of the cloud's metadata."""
    from streams.sources.fetch import _next

    for inside in ("http://127.0.0.1/", "http://169.254.169.254/latest", "http://localhost:9/", "http://[::1]/"):
        with pytest.raises(FetchFailed, match="internal"):
            _next("https://news.example/feed", inside)
    assert _next("https://news.example/feed", "//cdn.example/f") == "https://cdn.example/f"


async def test_bodies_are_bounded_after_decompression() -> None:
    """A small file that unpacks into a large one is cut off; a plain gzipped one is read."""
    import gzip

    async with Site() as site:
        site.answers["/bomb"] = web.Response(body=gzip.compress(b"0" * 2_000_000), headers={"Content-Encoding": "gzip"})
        assert len((await get(site, "/bomb")).body) == 2_000_000
        with pytest.raises(FetchFailed) as caught:
            await get(site, "/bomb", max_bytes=1_000_000)
        assert caught.value.reason == "too-large"


def source(site: Site, *paths: str, folder: Path | None = None, clock: ManualClock | None = None) -> FeedsSource:
    section = FeedsSourceSettings(name="f", urls=tuple(f"{site.base}{path}" for path in paths), every_s=60)
    return FeedsSource(section, data_dir=folder, clock=clock or ManualClock(NOW))


async def test_an_entry_is_published_once_across_polls_and_feeds() -> None:
    """The same article in two feeds, or under a new id, is one post."""
    async with Site() as site:
        site.answers["/a"] = rss(item("one", "https://n.example/1", "g1"), item("two", "https://n.example/2", "g2"))
        site.answers["/b"] = rss(item("One!", "http://n.example/1?utm_source=b", "b1"))
        publisher = FlakyPublisher()
        async with running(source(site, "/a", "/b"), publisher):
            await eventually(lambda: site.times("/b") >= 3)
            site.answers["/a"] = rss(item("one", "https://n.example/1b", "g1"), item("three", "https://n.example/3"))
            await eventually(lambda: len(posts(publisher)) == 3)
    assert [p.text for p in posts(publisher)] == ["one", "two", "three"]
    assert {p.network for p in posts(publisher)} == {"web"}
    assert all(NOW <= p.created_at == p.seen_at for p in posts(publisher))


async def test_one_broken_feed_does_not_silence_the_others() -> None:
    """A page that is no feed is buried once, told in health, and asked less often; the others go on."""
    async with Site() as site:
        site.answers["/good"] = rss(item("fine", guid="1"))
        site.answers["/bad"] = b"<html><body>We have moved</body></html>"
        publisher = FlakyPublisher()
        under_test = source(site, "/good", "/bad")
        async with running(under_test, publisher):
            await eventually(lambda: site.times("/bad") >= 5)
            health = under_test.health()
        assert site.times("/good") > site.times("/bad")
    assert health.up
    assert "/bad" in health.last_error
    assert [d.reason for d in dead(publisher)] == ["broken-feed"]
    assert [p.text for p in posts(publisher)] == ["fine"]


async def test_a_torn_feed_gives_what_it_has() -> None:
    """A document that breaks off in the middle still gives its whole entries, and its fault is told."""
    async with Site() as site:
        site.answers["/a"] = rss(item("one", guid="1"), item("two", guid="2"))[:-40]
        publisher = FlakyPublisher()
        under_test = source(site, "/a")
        async with running(under_test, publisher):
            await eventually(lambda: len(posts(publisher)) >= 1)
            await eventually(lambda: "bozo" in under_test.health().last_error)
            assert under_test.health().up
    assert posts(publisher)[0].text == "one"


async def test_outage_and_recovery_of_all_feeds() -> None:
    """Without any feed that answers the source is down, and up again with the first that does."""
    async with Site() as site:
        site.answers["/a"] = web.Response(status=500)
        publisher = FlakyPublisher()
        under_test = source(site, "/a")
        async with running(under_test, publisher):
            await eventually(lambda: "HTTP 500" in under_test.health().last_error)
            assert not under_test.health().up
            site.answers["/a"] = rss(item("back", guid="1"))
            await eventually(lambda: under_test.health().up)
    assert [p.text for p in posts(publisher)] == ["back"]


async def test_servers_that_ask_for_quiet_get_it() -> None:
    """429 with Retry-After is heeded to the second; 410 ends the asking."""
    async with Site() as site:
        site.answers["/busy"] = web.Response(status=429, headers={"Retry-After": "7200"})
        site.answers["/gone"] = web.Response(status=410)
        site.answers["/good"] = rss(item("fine", guid="1"))
        clock = ManualClock(NOW)
        async with running(source(site, "/busy", "/gone", "/good", clock=clock), FlakyPublisher()):
            await eventually(lambda: clock.now() > NOW + timedelta(hours=1))
            assert (site.times("/busy"), site.times("/gone")) == (1, 1)
            await eventually(lambda: site.times("/busy") == 2)
            assert clock.now() >= NOW + timedelta(hours=2)
            assert site.times("/gone") == 1


async def test_a_restart_remembers_what_was_seen(tmp_path: Path) -> None:
    """With a folder, entries without a date are not published again as new after a restart."""
    async with Site() as site:
        site.answers["/a"] = rss(item("one", guid="1"))
        for expected in (1, 0):
            publisher = FlakyPublisher()
            before = site.times("/a")
            async with running(source(site, "/a", folder=tmp_path), publisher):
                await eventually(lambda before=before: site.times("/a") >= before + 2)  # type: ignore[misc]
            assert len(posts(publisher)) == expected
        (tmp_path / "f.feeds.json").write_bytes(b"{garbage")
        assert source(site, "/a", folder=tmp_path).health().published == 0


@pytest.mark.parametrize("urls", [(), ("file:///etc/passwd",), ("news.example/feed",)])
def test_settings_that_cannot_work(urls: tuple[str, ...]) -> None:
    """No feeds, or addresses that are not http(s), are a user's mistake, told with the key."""
    with pytest.raises(Misconfigured, match=r"sources\.f\.urls"):
        FeedsSource(FeedsSourceSettings(name="f", urls=urls))


def test_no_secrets_in_what_is_shown() -> None:
    """Passwords and tokens in a feed's address do not reach origins, logs or health."""
    assert room._shown("https://me:pass@n.example/feed?token=1") == "https://n.example/feed"

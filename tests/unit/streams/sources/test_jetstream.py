"""Jetstream: recorded and hostile events, cursor and reconnection."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve

from models.clock import ManualClock
from models.records import Post, PostKind, Share, ShareKind
from streams.ingest import Arrival, Refusal
from streams.settings.schema import BlueskySourceSettings
from streams.sources import bluesky as room
from streams.sources.bluesky import BlueskySource
from streams.sources.jetstream import Filter, hear
from streams.sources.protocol import Misconfigured
from tests.unit.streams.sources.doubles import NOW, FlakyPublisher, dead, eventually, posts, running, shares
from tests.unit.streams.test_claims import ANYTHING

RECORDED = Path(__file__).parents[5] / "shared/data/payloads/bluesky_jetstream/events.jsonl"
HERE = Arrival(source="bsky", network="bluesky", position="1", seen_at=NOW)
ALL = Filter()
ROOT = "at://did:plc:root/app.bsky.feed.post/1"
CREATED = "2026-07-04T14:38:00Z"


def event(
    record: object, *, collection: str = "app.bsky.feed.post", operation: str = "create", rkey: str = "k"
) -> bytes:
    commit = {"operation": operation, "collection": collection, "rkey": rkey, "record": record, "cid": "x", "rev": "y"}
    time_us = int(NOW.timestamp() * 1e6) - 1_000_000 + len(rkey)
    return json.dumps({"did": "did:plc:a", "time_us": time_us, "kind": "commit", "commit": commit}).encode()


def heard(record: object, wanted: Filter = ALL, **kind: str) -> list[Post | Share | Refusal]:
    return list(hear(event(record, **kind), HERE, wanted).records)


def one_post(record: object) -> Post:
    (post, *_) = heard(record)
    assert isinstance(post, Post)
    return post


def test_a_plain_post() -> None:
    """A post has its address as id, a link to the web, its first language, and the time its author claims."""
    post = one_post({"text": "bonjour", "createdAt": CREATED, "langs": ["fr-CA", "en"], "unknown": {"x": 1}})
    assert post.id == "bluesky:at://did:plc:a/app.bsky.feed.post/k"
    assert post.url == "https://bsky.app/profile/did:plc:a/post/k"
    assert (post.language, post.author.id, post.kind) == ("fr", "bluesky:did:plc:a", PostKind.POST)
    assert post.created_at == datetime(2026, 7, 4, 14, 38, tzinfo=UTC)


def test_a_reply_is_a_post_and_spreads_its_root() -> None:
    """A reply knows its parent and root, and is a share of the root too."""
    reply = {"root": {"uri": ROOT}, "parent": {"uri": f"{ROOT}2"}}
    post, share = heard({"text": "no!", "createdAt": CREATED, "reply": reply})
    assert isinstance(post, Post)
    assert isinstance(share, Share)
    assert (post.kind, post.parent_id, post.root_id) == (PostKind.REPLY, f"bluesky:{ROOT}2", f"bluesky:{ROOT}")
    assert (share.kind, share.root_id) == (ShareKind.REPLY, f"bluesky:{ROOT}")
    assert share.id != post.id


@pytest.mark.parametrize("embed", [{"record": {"uri": ROOT}}, {"record": {"record": {"uri": ROOT}}, "media": {}}])
def test_a_quote_spreads_what_it_quotes(embed: object) -> None:
    """A quote, with or without pictures, is a post and a share of the quoted post."""
    post, share = heard({"text": "look at this", "createdAt": CREATED, "embed": embed})
    assert isinstance(post, Post)
    assert isinstance(share, Share)
    assert (post.kind, post.root_id, share.kind) == (PostKind.QUOTE, f"bluesky:{ROOT}", ShareKind.QUOTE)


def test_links_of_cards_and_facets_join_the_text() -> None:
    """What is shortened in the text or hangs on it as a card can be matched: each link stands there once."""
    link = "https://news.example/recall?id=1"
    feature = {"features": [{"uri": link}, {"tag": "x"}, {"uri": "javascript:x"}], "index": {}}
    post = one_post(
        {"text": "news.example/rec…", "createdAt": CREATED, "embed": {"external": {"uri": link}}, "facets": [feature]}
    )
    assert post.text == f"news.example/rec…\n{link}"
    assert one_post({"text": "", "createdAt": CREATED, "embed": {"external": {"uri": link}}}).text == link
    pictures = {"images": [{"alt": "a broken lid"}, {"alt": ""}, 5]}
    assert one_post({"text": "", "createdAt": CREATED, "embed": pictures}).text == "a broken lid"


def test_reposts_and_likes_are_shares_and_likes_can_be_left_out() -> None:
    """A repost or like spreads its subject; likes of feeds are nobody's cascade; settings can do without likes."""
    record = {"subject": {"uri": ROOT, "cid": "x"}, "createdAt": CREATED}
    (repost,) = heard(record, collection="app.bsky.feed.repost")
    (like,) = heard(record, collection="app.bsky.feed.like")
    assert isinstance(repost, Share)
    assert isinstance(like, Share)
    assert (repost.kind, like.kind, like.root_id) == (ShareKind.RESHARE, ShareKind.LIKE, f"bluesky:{ROOT}")
    message = event(record, collection="app.bsky.feed.like")
    assert hear(message, HERE, Filter(likes=False)).ignored == "likes"
    generator = {"subject": {"uri": "at://did:plc:x/app.bsky.feed.generator/y"}, "createdAt": CREATED}
    assert hear(event(generator, collection="app.bsky.feed.like"), HERE, ALL).ignored == "no-post"


def test_what_is_none_of_our_business() -> None:
    """Deletions, updates, other collections, other languages and wordless pictures are counted, not refused."""
    record = {"text": "hallo", "createdAt": CREATED, "langs": ["de"]}
    ignored = [
        hear(event(None, operation="delete"), HERE, ALL),
        hear(event(record, operation="update"), HERE, ALL),
        hear(event(record, collection="app.bsky.graph.follow"), HERE, ALL),
        hear(event(record), HERE, Filter(languages=frozenset({"fr", "en"}))),
        hear(event({"text": "", "createdAt": CREATED, "embed": {"images": [{"alt": ""}]}}), HERE, ALL),
        hear(b'{"did": "d", "time_us": 5, "kind": "identity", "identity": {}}', HERE, ALL),
    ]
    assert [each.ignored for each in ignored] == ["delete", "update", "collection", "language", "wordless", "identity"]
    assert not any(each.records for each in ignored)
    assert heard({"text": "no language said", "createdAt": CREATED}, Filter(languages=frozenset({"fr"})))


@pytest.mark.parametrize(
    "message",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, event(None), event({"text": 5}), event({}), event([])],
)
def test_garbage_is_refused(message: bytes) -> None:
    """What is no event, or no post, is refused as malformed, with the bytes."""
    (refusal,) = hear(message, HERE, ALL).records
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "malformed"


def test_strange_optional_parts_do_not_cost_the_post() -> None:
    """A post whose embed, reply, languages or facets are of odd types is still a post; a lone surrogate is replaced."""
    odd = {"text": "hi", "createdAt": CREATED, "langs": "fr", "reply": [1], "embed": 5, "facets": {"a": 1}}
    assert one_post(odd).text == "hi"
    assert one_post({"text": "bad \ud800 end", "createdAt": CREATED}).text == "bad ? end"


@given(ANYTHING, ANYTHING, ANYTHING)
def test_any_record_is_heard_or_refused(text: object, created_at: object, other: object) -> None:
    """Whatever JSON a record is made of, hearing it never raises."""
    record = {"text": text, "createdAt": created_at, "reply": other, "embed": {"external": other}, "facets": [other]}
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "k", "record": record}
    message = json.dumps({"did": "d", "time_us": 1, "kind": "commit", "commit": commit}, default=str)
    assert hear(message.encode(), HERE, ALL).ignored or hear(message.encode(), HERE, ALL).records


@given(st.binary(max_size=200))
def test_any_bytes_are_heard_or_refused(message: bytes) -> None:
    """Not even random bytes raise."""
    assert hear(message, HERE, ALL).records or hear(message, HERE, ALL).ignored


class Server:
    """A Jetstream that says `events` to whoever connects, and then what `after` says: close, or wait."""

    def __init__(self, *events: bytes, closes: int = 0) -> None:
        self.events = list(events)
        self.closes = closes
        self.paths: list[str] = []

    async def __call__(self, line: ServerConnection) -> None:
        assert line.request is not None
        self.paths.append(line.request.path)
        for each in self.events:
            await line.send(each.decode("utf-8", "replace"))
        if self.closes > 0:
            self.closes -= 1
            await line.close(1012)
        await line.wait_closed()


async def listened(
    server: Server, publisher: FlakyPublisher, until, folder: Path | None = None, **limits: int
) -> BlueskySource:
    clock = ManualClock(NOW)
    async with serve(server, "127.0.0.1", 0, close_timeout=0.1, max_size=None) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        source = BlueskySource(
            BlueskySourceSettings(name="b", url=f"ws://127.0.0.1:{port}/s"), data_dir=folder, clock=clock
        )
        async with running(source, publisher, clock):
            await eventually(lambda: until(source))
    return source


async def test_the_recorded_stream() -> None:
    """152 recorded events: 17 posts with 8 replies, 15 reposts, 105 likes; the other 15 are counted and let go."""
    if not RECORDED.exists():
        pytest.skip("no ../shared/data: the recorded events are not here")
    server = Server(*RECORDED.read_bytes().splitlines(), closes=2)
    publisher = FlakyPublisher()
    await listened(server, publisher, lambda source: len(server.paths) == 3 and source.health().duplicates > 200)
    kinds = [share.kind for share in shares(publisher)]
    assert len(posts(publisher)) == 17
    assert (kinds.count(ShareKind.RESHARE), kinds.count(ShareKind.REPLY)) == (15, 8)
    assert 95 <= kinds.count(ShareKind.LIKE) <= 105
    assert dead(publisher) == []
    assert all(p.seen_at == NOW for p in posts(publisher))


async def test_it_resumes_a_little_before_where_it_broke_off(tmp_path: Path) -> None:
    """A broken line is taken up again five seconds before its last event, and so is the stream after a restart."""
    server = Server(event({"text": "hello", "createdAt": CREATED}), closes=1)
    publisher = FlakyPublisher()
    await listened(server, publisher, lambda source: source.health().duplicates == 1, tmp_path)
    await listened(server, publisher, lambda source: source.health().published == 1, tmp_path)
    first, second, third = (path.partition("cursor=")[2] for path in server.paths)
    stamp = json.loads(server.events[0])["time_us"]
    assert (first, second, third) == ("", str(stamp - 5_000_000), str(stamp - 5_000_000))
    assert (tmp_path / "b.cursor").read_text() == str(stamp)


async def test_an_impossible_stamp_does_not_become_the_cursor() -> None:
    """An event from the far future is heard, and the stream is still resumed from the present."""
    poison = json.loads(event({"text": "from the future", "createdAt": CREATED}))
    poison["time_us"] = 10**18
    server = Server(json.dumps(poison).encode(), closes=1)
    await listened(server, FlakyPublisher(), lambda source: len(server.paths) == 2)
    assert "cursor" not in server.paths[1]


async def test_an_oversized_event_does_not_block_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that cannot be received is told to the dead letters, and the stream goes on from the present."""
    monkeypatch.setattr(room, "MAX_EVENT_BYTES", 10_000)
    server = Server(event({"text": "fine", "createdAt": CREATED}), event({"text": "x" * 20_000, "createdAt": CREATED}))
    publisher = FlakyPublisher()

    def until(source: BlueskySource) -> bool:
        del server.events[1 if dead(publisher) else 2 :]
        return len(dead(publisher)) == 1 and source.health().up

    await listened(server, publisher, until)
    assert dead(publisher)[0].reason == "too-large"
    assert "cursor" not in server.paths[-1]
    assert [p.text for p in posts(publisher)] == ["fine"]


async def test_nobody_there_is_told_and_tried_again() -> None:
    """A refused connection is a fault with a reason, tried again after a wait."""
    source = BlueskySource(BlueskySourceSettings(name="b", url="ws://127.0.0.1:9/s"), clock=ManualClock(NOW))
    async with running(source, FlakyPublisher()):
        await eventually(lambda: "connect" in source.health().last_error)
        assert not source.health().up
    with pytest.raises(Misconfigured, match="ws://"):
        BlueskySource(BlueskySourceSettings(name="b", url="https://x.example"))

"""Admission: what every source shares."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.records import Counters, Post, PostKind, Share, ShareKind, Topic
from streams import wire
from streams.ingest import Arrival, RawAuthor, RawPost, RawShare, Refusal, admit
from tests.unit.streams.test_claims import ANYTHING

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = Arrival(source="src", network="net", position="7", seen_at=NOW)


def post(**fields: object) -> Post:
    admitted = admit(RawPost(**{"id": "1", "text": "hello", "created_at": NOW, **fields}), HERE)  # type: ignore[arg-type]
    assert isinstance(admitted, Post)
    return admitted


def refused(raw: RawPost | RawShare) -> Refusal:
    admitted = admit(raw, HERE)
    assert isinstance(admitted, Refusal)
    return admitted


@given(st.data())
def test_admission_is_total(data: st.DataObject) -> None:
    """Whatever the fields hold, a post is admitted or refused; what is admitted keeps its promises on the wire."""
    fields = {name: data.draw(ANYTHING, label=name) for name in RawPost.__dataclass_fields__ if name != "author"}
    author = RawAuthor(**{name: data.draw(ANYTHING) for name in RawAuthor.__dataclass_fields__})
    if data.draw(st.booleans()):
        fields |= {"text": "some text", "created_at": data.draw(st.integers(-(10**10), 10**11 - 1))}
    admitted = admit(RawPost(**fields, author=author), HERE)  # type: ignore[arg-type]
    if isinstance(admitted, Refusal):
        assert admitted.reason in {"empty", "bad-text", "no-time", "bad-time"}
        assert admitted.origin == "src/7"
        return
    assert isinstance(admitted, Post)
    assert admitted.id.startswith(f"{admitted.network}:")
    assert admitted.seen_at >= admitted.created_at
    assert wire.decode(Topic.POSTS, wire.encode(admitted)) == admitted
    assert len(wire.encode(admitted)) < wire.MAX_RECORD_BYTES


@given(st.data())
def test_shares_are_admitted_or_refused(data: st.DataObject) -> None:
    """Shares too: of anything, by anybody, at any time."""
    fields = {name: data.draw(ANYTHING, label=name) for name in RawShare.__dataclass_fields__ if name != "author"}
    admitted = admit(RawShare(**fields), HERE)  # type: ignore[arg-type]
    assert isinstance(admitted, Share | Refusal)
    if isinstance(admitted, Share):
        assert wire.decode(Topic.SPREAD, wire.encode(admitted)) == admitted


def test_a_little_ahead_is_believed_and_far_ahead_is_clamped() -> None:
    """Up to five minutes ahead a post is seen when it says; beyond, it is dated to when it was seen, with a note."""
    soon = post(created_at=NOW + timedelta(minutes=5))
    assert soon.created_at == soon.seen_at == NOW + timedelta(minutes=5)
    far = post(created_at=NOW + timedelta(minutes=5, seconds=1))
    assert (far.created_at, far.seen_at, far.notes) == (NOW, NOW, ("future-clamped",))


def test_ancient_times_are_kept() -> None:
    """A post of 1999 was written in 1999, and seen today."""
    ancient = post(created_at="1999-12-31T23:59:59Z")
    assert (ancient.created_at.year, ancient.seen_at, ancient.notes) == (1999, NOW, ())


def test_the_past_is_seen_when_it_was() -> None:
    """A source that plays the past has a post seen at its own time, or at the time the row gives."""
    past = Arrival(source="src", network="net", position="7", seen_at=None)
    plain = admit(RawPost(id=1, text="x", created_at="2015-02-22"), past)
    later = admit(RawPost(id=1, text="x", created_at="2015-02-22", seen_at="2015-02-23"), past)
    assert isinstance(plain, Post)
    assert isinstance(later, Post)
    assert plain.seen_at == plain.created_at
    assert later.seen_at - later.created_at == timedelta(days=1)


def test_live_sources_do_not_believe_when_it_was_seen() -> None:
    """What a sender says about `seen_at` is ignored where we have seen it ourselves."""
    assert post(seen_at="2030-01-01").seen_at == NOW


def counters(past: bool = False, **fields: object) -> Counters:
    arrival = Arrival(source="src", network="net", position="7", seen_at=None) if past else HERE
    made = {"id": "1", "text": "hello", "created_at": NOW - timedelta(hours=1), "shares": 31}
    admitted = admit(RawPost(**{**made, **fields}), arrival)  # type: ignore[arg-type]
    assert isinstance(admitted, Post)
    assert admitted.counters is not None
    return admitted.counters


def test_live_counters_are_those_of_now() -> None:
    """What comes in live was counted when it came in, or when the sender says, if that was before."""
    assert counters().at == NOW
    assert counters(counters_at="soon").at == NOW
    assert counters(counters_at=NOW + timedelta(days=1)).at == NOW
    assert counters(counters_at=NOW - timedelta(minutes=9)).at == NOW - timedelta(minutes=9)
    assert counters(created_at=NOW + timedelta(minutes=4)).at == NOW + timedelta(minutes=4)


def test_counters_of_the_past_are_of_no_time_unless_the_row_tells() -> None:
    """A file's numbers are mostly final ones: without a word on when they were counted they date from nowhere."""
    assert counters(past=True).at is None
    assert counters(past=True).shares == 31
    assert counters(past=True, seen_at=NOW).at is None
    assert counters(past=True, counters_at="2026-03-04T00:00:00Z").at == datetime(2026, 3, 4, tzinfo=UTC)
    assert counters(past=True, counters_at="1999-01-01").at == NOW - timedelta(hours=1)


def test_a_time_without_counters_is_nothing() -> None:
    """Where no number is known there are no counters, whenever they were counted."""
    assert post(counters_at=NOW).counters is None


def test_nothing_said_is_refused_but_a_link_says_something() -> None:
    """Empty text is refused; empty text with a link is a post."""
    for empty in (None, "", " \n ", "\x00"):
        assert refused(RawPost(id=1, text=empty, created_at=NOW)).reason == "empty"
    assert post(text="", url="https://news.example/1").url == "https://news.example/1"
    assert refused(RawPost(id=1, text="", url="javascript:x", created_at=NOW)).reason == "empty"


def test_required_fields_have_their_reasons() -> None:
    """Text that is no text, no time, an impossible time, and a share of nothing each have a reason of their own."""
    assert refused(RawPost(text=["a"], created_at=NOW)).reason == "bad-text"
    assert refused(RawPost(text="a", created_at=None)).reason == "no-time"
    assert refused(RawPost(text="a", created_at="soon")).reason == "bad-time"
    assert refused(RawPost(text="a", created_at="0001-01-01T00:00:00Z")).reason == "bad-time"
    assert refused(RawShare(root_id=None, created_at=NOW)).reason == "no-root"


def test_absurd_numbers_are_unknown() -> None:
    """Negative, absurd and non-numeric counts become None; zero stays zero."""
    odd = post(author=RawAuthor(id=1, followers=10**12), shares=-1, likes=0, replies="many", views=True)
    assert odd.author.followers is None
    assert odd.counters is not None
    assert (odd.counters.shares, odd.counters.likes, odd.counters.replies, odd.counters.views) == (None, 0, None, None)


def test_ids_carry_their_network_and_are_derived_where_missing() -> None:
    """An id is prefixed once; one that is missing is a hash of what was said, so a repeat is recognised."""
    assert post(id=5, parent_id="4", root_id="net:3").root_id == "net:3"
    assert post(id="net:5").id == post(id=5).id == "net:5"
    assert post(id=None).id == post(id=None).id != post(id=None, text="other").id
    assert len(post(id="x" * 10_000).id) < 100


def test_strangers_are_different_people() -> None:
    """An author that the source does not name is not the same as the next one."""
    first, second = post(id=1), post(id=2)
    assert first.author.id != second.author.id


def test_kinds() -> None:
    """A post's kind is taken when it is known; a reply is recognised by its parent; shares have theirs."""
    assert post(kind="REVIEW").kind is PostKind.REVIEW
    assert post(kind="nonsense", parent_id=1).kind is PostKind.REPLY
    share = admit(RawShare(root_id=1, created_at=NOW, kind="retweet", author=RawAuthor(id=2)), HERE)
    assert isinstance(share, Share)
    assert (share.kind, share.root_id, share.author.id) == (ShareKind.RESHARE, "net:1", "net:2")

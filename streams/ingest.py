"""Admission, which every source shares: a raw post, of which nothing is believed, becomes a record or a refusal.

Pure and total: hostile input leads to a `Refusal`, never to an exception.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from models.records import UNKNOWN, Author, Counters, Post, PostKind, Share, ShareKind, digest
from streams import claims

FUTURE: Final = timedelta(minutes=5)
"""How far a clock may be ahead of ours before its time is replaced by ours."""
_POST_KINDS: Final = {kind.value: kind for kind in PostKind}
_SHARE_KINDS: Final = {
    "reshare": ShareKind.RESHARE,
    "share": ShareKind.RESHARE,
    "retweet": ShareKind.RESHARE,
    "repost": ShareKind.RESHARE,
    "reblog": ShareKind.RESHARE,
    "boost": ShareKind.RESHARE,
    "like": ShareKind.LIKE,
    "favorite": ShareKind.LIKE,
    "favourite": ShareKind.LIKE,
    "quote": ShareKind.QUOTE,
    "reply": ShareKind.REPLY,
}
_SPREADING_ONLY: Final = frozenset(name for name in _SHARE_KINDS if name not in {"quote", "reply"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAuthor:
    """Who a source says wrote or shared. Any field may be of any type."""

    id: object = None
    handle: object = None
    name: object = None
    followers: object = None
    created_at: object = None


NOBODY: Final = RawAuthor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """What a source says of anything that somebody did. Any field may be of any type; `created_at` is required."""

    created_at: object
    id: object = None
    author: RawAuthor = NOBODY
    kind: object = None
    parent_id: object = None
    network: object = None
    seen_at: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPost(Raw):
    """A post as a source has it. `text` or `url` is required too."""

    text: object
    url: object = None
    language: object = None
    root_id: object = None
    shares: object = None
    likes: object = None
    replies: object = None
    views: object = None
    counters_at: object = None
    brands: object = None
    sentiment: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawShare(Raw):
    """An act of spreading as a source has it. `root_id` is required too."""

    root_id: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Where and when a raw post came in.

    `position` says where in the source it stood, for its dead letter. `seen_at` None means that the source plays the
    past: a post is then seen when it was, or else when it was created, and its counters are of a time that only the
    source can tell (`counters_at`). Counters that come in live are those of now, unless the source knows better.
    """

    source: str
    network: str
    position: str
    seen_at: datetime | None
    payload: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What was not admitted, and why: becomes a dead letter. `origin` is `source/position`."""

    reason: str
    detail: str
    origin: str
    payload: bytes = b""


def refusal(arrival: Arrival, reason: str, detail: str) -> Refusal:
    """A refusal of what arrived there; for sources whose input does not even amount to a raw post."""
    return Refusal(reason=reason, detail=detail, origin=f"{arrival.source}/{arrival.position}", payload=arrival.payload)


def admit(raw: RawPost | RawShare, arrival: Arrival) -> Post | Share | Refusal:
    """The record that a raw post amounts to, or why it is refused.

    Reasons: `empty` (neither text nor link), `bad-text`, `no-time`, `bad-time` (no time, or one in which
    nobody can have posted), `no-root` (a share of nothing).
    Unusable optional fields become None. Times follow the rule of `Post`: nothing is seen before it was created; a
    post from more than `FUTURE` ahead is dated to when it was seen, with the note `future-clamped`.

    >>> from datetime import UTC
    >>> here = Arrival(source="demo", network="web", position="1", seen_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    >>> admit(RawPost(id=7, text="Broken again", created_at="2026-03-02T08:59:00Z"), here).id
    'web:7'
    >>> admit(RawPost(text=" ", created_at=0), here).reason
    'empty'
    """
    try:
        return _post(raw, arrival) if isinstance(raw, RawPost) else _share(raw, arrival)
    except claims.Refused as refused:
        return refusal(arrival, refused.reason, refused.detail)


def is_share(kind: object, root_id: object, text: object) -> bool:
    """Whether a row or item is an act of spreading: its kind says so, or it has a root and no words of its own."""
    name = claims.label(kind, 20).lower().partition("/")[0]
    if name in _SPREADING_ONLY:
        return True
    wordless = text is None or text == ""
    return wordless and bool(claims.label(root_id))


def _post(raw: RawPost, arrival: Arrival) -> Post:
    text, notes = claims.text(raw.text)
    url = claims.link(raw.url)
    if not text and url is None:
        raise claims.Refused("empty", "neither text nor a link")
    network = claims.network(raw.network, arrival.network)
    created_at, seen_at, clamped = _times(raw, arrival)
    claimed_author = claims.identity(raw.author.id, network)
    own_id = claims.identity(raw.id, network)
    if own_id is None:
        own_id = f"{network}:{digest('post', claimed_author, text, url, claims.moment(raw.created_at).isoformat())}"
    return Post(
        id=own_id,
        source=arrival.source,
        network=network,
        author=_author(raw.author, network, own_id),
        text=text,
        created_at=created_at,
        seen_at=seen_at,
        kind=_post_kind(raw),
        url=url,
        language=claims.language(raw.language),
        parent_id=claims.identity(raw.parent_id, network),
        root_id=claims.identity(raw.root_id, network),
        counters=_counters(raw, created_at, arrival.seen_at),
        known_brands=claims.brands(raw.brands),
        known_sentiment=claims.sentiment(raw.sentiment),
        notes=notes + (("future-clamped",) if clamped else ()),
    )


def _share(raw: RawShare, arrival: Arrival) -> Share:
    network = claims.network(raw.network, arrival.network)
    root_id = claims.identity(raw.root_id, network)
    if root_id is None:
        raise claims.Refused("no-root", "a share that does not say of what")
    created_at, seen_at, _ = _times(raw, arrival)
    kind = _SHARE_KINDS.get(claims.label(raw.kind, 20).lower().partition("/")[0], ShareKind.RESHARE)
    own_id = claims.identity(raw.id, network)
    if own_id is None:
        claimed_author = claims.identity(raw.author.id, network)
        made_at = claims.moment(raw.created_at).isoformat()
        own_id = f"{network}:{digest('share', root_id, claimed_author, kind, made_at)}"
    return Share(
        id=own_id,
        root_id=root_id,
        author=_author(raw.author, network, own_id),
        created_at=created_at,
        seen_at=seen_at,
        kind=kind,
        network=network,
        source=arrival.source,
        parent_id=claims.identity(raw.parent_id, network),
    )


OUTSIDE: Final = f"not within {claims.YEARS.start} to {claims.YEARS.stop - 1}"


def _times(raw: Raw, arrival: Arrival) -> tuple[datetime, datetime, bool]:
    """When it was created, when it was seen, and whether the first was clamped to the second."""
    created_at = claims.moment(raw.created_at)
    seen_at = arrival.seen_at
    if seen_at is None:
        seen_at = claims.optional_moment(raw.seen_at) or created_at
    if created_at.year < claims.YEARS.start or not claims.is_of_our_days(seen_at):
        wrong = raw.created_at if not claims.is_of_our_days(created_at) else raw.seen_at
        raise claims.Refused("bad-time", f"{OUTSIDE}: {str(wrong)[:80]!r}")
    if created_at - seen_at > FUTURE:
        return seen_at, seen_at, True
    return created_at, max(created_at, seen_at), False


def _author(raw: RawAuthor, network: str, record_id: str) -> Author:
    """An author nobody names is a person of their own: else all strangers would be counted as one."""
    return Author(
        id=claims.identity(raw.id, network) or f"{UNKNOWN}{record_id}",
        handle=claims.label(raw.handle),
        name=claims.label(raw.name),
        followers=claims.count(raw.followers, claims.MAX_FOLLOWERS),
        created_at=claims.optional_moment(raw.created_at),
    )


def _post_kind(raw: RawPost) -> PostKind:
    kind = _POST_KINDS.get(claims.label(raw.kind, 20).lower())
    if kind is not None:
        return kind
    return PostKind.REPLY if claims.label(raw.parent_id) else PostKind.POST


def _counters(raw: RawPost, created_at: datetime, live_at: datetime | None) -> Counters | None:
    counters = Counters(
        shares=claims.count(raw.shares),
        likes=claims.count(raw.likes),
        replies=claims.count(raw.replies),
        views=claims.count(raw.views),
    )
    if counters == Counters():
        return None
    at = claims.optional_moment(raw.counters_at) or live_at
    if at is None:
        return counters
    # Nobody can have counted before there was a post, nor after it came in.
    at = max(at if live_at is None else min(at, live_at), created_at)
    return replace(counters, at=at)

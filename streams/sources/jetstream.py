"""Bluesky's Jetstream events as records: https://docs.bsky.app/docs/advanced-guides/jetstream. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from models.records import Post, Share
from streams import claims
from streams.ingest import Arrival, RawAuthor, RawPost, RawShare, Refusal, admit, refusal

T = TypeVar("T")

NETWORK: Final = "bluesky"
POSTS: Final = "app.bsky.feed.post"
REPOSTS: Final = "app.bsky.feed.repost"
LIKES: Final = "app.bsky.feed.like"
_MAX_LINKS: Final = 10


class _Commit(msgspec.Struct):
    operation: str
    collection: str
    rkey: str
    record: msgspec.Raw = msgspec.Raw()


class _Event(msgspec.Struct):
    did: str
    time_us: int
    kind: str
    commit: _Commit | None = None


class _Ref(msgspec.Struct):
    uri: str


class _PostRecord(msgspec.Struct, rename={"created_at": "createdAt"}):
    """What is read of a post. What is optional is taken as it comes, and looked at one by one."""

    text: str
    created_at: object = None
    langs: object = None
    reply: object = None
    embed: object = None
    facets: object = None


class _ShareRecord(msgspec.Struct, rename={"created_at": "createdAt"}):
    subject: _Ref
    created_at: object = None


_EVENT: Final = msgspec.json.Decoder(_Event)
_POST: Final = msgspec.json.Decoder(_PostRecord)
_SHARE: Final = msgspec.json.Decoder(_ShareRecord)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one event amounts to: records, or why it is none of our business. `time_us` is None for garbage."""

    time_us: int | None
    records: Sequence[Post | Share | Refusal] = ()
    ignored: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the stream is wanted. `languages` empty: all; posts that state no language always pass."""

    languages: frozenset[str] = frozenset()
    likes: bool = True


def hear(message: bytes, arrival: Arrival, wanted: Filter) -> Heard:
    """The records in one event. A quote or a reply is a post, and also an act of spreading what it is about.

    Deletions, updates, identities and accounts are `ignored`, as are posts in other languages, posts without any
    words or links (a picture alone says nothing that could be matched), and likes of things that are no posts.
    """
    try:
        return _hear(_decode(_EVENT, message), arrival, wanted)
    except claims.Refused as refused:
        return Heard(None, [refusal(arrival, refused.reason, refused.detail)])


def _hear(event: _Event, arrival: Arrival, wanted: Filter) -> Heard:
    commit = event.commit
    if event.kind != "commit" or commit is None:
        return Heard(event.time_us, ignored=event.kind if event.kind in {"identity", "account"} else "other")
    if commit.operation != "create":
        return Heard(event.time_us, ignored=commit.operation if commit.operation in {"delete", "update"} else "other")
    if commit.collection == POSTS:
        return _heard_post(event, commit, arrival, wanted)
    if commit.collection == REPOSTS or (commit.collection == LIKES and wanted.likes):
        return _heard_share(event, commit, arrival)
    return Heard(event.time_us, ignored="likes" if commit.collection == LIKES else "collection")


def _decode(decoder: "msgspec.json.Decoder[T]", raw: bytes) -> T:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = claims.parse_json(raw)
    try:
        # It is JSON all the same: lone surrogates, which the strict decoder rejects, become question marks.
        return decoder.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise claims.Refused("malformed", str(error)) from error


def _uri(event: _Event, commit: _Commit) -> str:
    return f"at://{event.did}/{commit.collection}/{commit.rkey}"


def _heard_share(event: _Event, commit: _Commit, arrival: Arrival) -> Heard:
    record = _decode(_SHARE, bytes(commit.record))
    if f"/{POSTS}/" not in record.subject.uri:
        return Heard(event.time_us, ignored="no-post")
    kind = "like" if commit.collection == LIKES else "repost"
    share = RawShare(
        id=_uri(event, commit),
        root_id=record.subject.uri,
        created_at=record.created_at,
        author=RawAuthor(id=event.did),
        kind=kind,
    )
    return Heard(event.time_us, [admit(share, arrival)])


def _heard_post(event: _Event, commit: _Commit, arrival: Arrival, wanted: Filter) -> Heard:
    record = _decode(_POST, bytes(commit.record))
    languages = _languages(record.langs)
    if wanted.languages and languages and not wanted.languages.intersection(languages):
        return Heard(event.time_us, ignored="language")
    text = _text(record)
    if not text.strip():
        return Heard(event.time_us, ignored="wordless")
    uri = _uri(event, commit)
    parent, root = _string(record.reply, "parent", "uri"), _string(record.reply, "root", "uri")
    quoted = _string(record.embed, "record", "uri") or _string(record.embed, "record", "record", "uri")
    author = RawAuthor(id=event.did)
    post = RawPost(
        id=uri,
        text=text,
        created_at=record.created_at,
        author=author,
        kind="reply" if parent else "quote" if quoted else "post",
        url=f"https://bsky.app/profile/{event.did}/post/{commit.rkey}",
        language=languages[0] if languages else None,
        parent_id=parent or quoted,
        root_id=root or quoted,
    )
    about = (("reply", root), ("quote", quoted))
    shares = [
        RawShare(id=f"{uri}#{kind}", root_id=of, created_at=record.created_at, author=author, kind=kind, parent_id=of)
        for kind, of in about
        if of is not None and f"/{POSTS}/" in of
    ]
    return Heard(event.time_us, [admit(post, arrival), *(admit(share, arrival) for share in shares)])


def _text(record: _PostRecord) -> str:
    """The words (failing any, what the pictures show), and the links that they shorten or that hang on a card."""
    words = record.text or "\n".join(_alternatives(record.embed))
    links = [link for link in _links(record) if link not in words]
    return "\n".join([words, *dict.fromkeys(links)]).strip("\n")


def _links(record: _PostRecord) -> list[str]:
    features = [f for facet in _items(record.facets) for f in _items(_get(facet, "features"))]
    claimed = [_get(record.embed, "external", "uri"), _get(record.embed, "media", "external", "uri")]
    claimed += [_get(feature, "uri") for feature in features]
    return [link for link in map(claims.link, claimed) if link is not None][:_MAX_LINKS]


def _alternatives(embed: object) -> list[str]:
    images = _items(_get(embed, "images")) or _items(_get(embed, "media", "images"))
    return [alt for image in images if (alt := _string(image, "alt"))]


def _languages(value: object) -> list[str]:
    return [language for language in map(claims.language, _items(value)) if language is not None]


def _items(value: object) -> Sequence[object]:
    return value[:100] if isinstance(value, list) else ()


def _get(value: object, *path: str) -> object:
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _string(value: object, *path: str) -> str | None:
    found = _get(value, *path)
    return found if isinstance(found, str) and found else None

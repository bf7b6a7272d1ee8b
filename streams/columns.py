"""Posts in files and payloads: what their columns may be called, and the post or share that a row amounts to.

The one place that knows the aliases: replay, backtest and the webhook share it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from models.records import Post, Share
from streams.ingest import Arrival, RawAuthor, RawPost, RawShare, Refusal, admit, is_share, refusal
from streams.rows import NoColumn, Row, normal, normalised, read_rows

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "tweet_id", "post_id", "status_id", "id_str", "uri"),
    "created_at": (
        "created_at", "created_at_utc", "timestamp", "date", "datetime", "time", "review_time", "tweet_created",
        "created_at_from_snowflake", "time_local_unknown_tz", "published_at", "date_de_publication", "horodatage",
    ),
    "seen_at": ("seen_at",),
    "text": ("text", "full_text", "content", "body", "tweet", "message", "text_cleaned", "texte", "contenu"),
    "brands": ("known_brands", "brands", "brand", "airline", "company", "marque", "marques"),
    "sentiment": ("known_sentiment", "sentiment", "airline_sentiment", "polarity", "label", "tonalité", "tonalite"),
    "author": ("author", "user", "username", "screen_name", "user_name", "author_name", "handle", "name", "auteur"),
    "author_id": ("author_id", "user_id", "did"),
    "followers": ("followers", "followers_count", "author_followers", "user_followers", "abonnés", "abonnes"),
    "shares": (
        "shares", "retweet_count", "retweets", "reshares", "share_count", "reblogs_count", "reposts", "partages",
    ),
    "likes": ("likes", "favorite_count", "like_count", "favorites", "favourites_count"),
    "replies": ("replies", "reply_count", "replies_count", "réponses", "reponses"),
    "views": ("views", "view_count", "vues"),
    "counters": ("counters",),
    "counters_at": ("counters_at", "collected_at"),
    "kind": ("kind", "type"),
    "url": ("url", "link", "permalink", "lien"),
    "language": ("language", "lang", "langue"),
    "parent_id": ("parent_id", "in_reply_to", "in_reply_to_id", "in_reply_to_status_id"),
    "root_id": ("root_id", "cascade_id", "retweeted_status_id"),
    "network": ("network", "platform", "réseau", "reseau"),
}  # fmt: skip
"""What a field of a post may be called, best first. Names are compared in lower case, blanks as underscores."""

FIELDS: Final[Mapping[str, str]] = {name: what for what, names in ALIASES.items() for name in (what, *names)}
"""The field that a name stands for; none stands for two."""

REQUIRED: Final = ("created_at", "text")
"""What a table of posts must tell; a root or a link may stand for a text."""

_AUTHOR_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "did", "id_str", "user_id"),
    "handle": ("handle", "screen_name", "username", "acct"),
    "name": ("name", "display_name", "displayname"),
    "followers": ("followers", "followers_count", "followerscount"),
    "created_at": ("created_at", "createdat"),
}


def raw(fields: Mapping[str, object]) -> RawPost | RawShare:
    """The raw post or share in a row or a JSON object, found under whatever names it goes by.

    >>> raw({"tweet_id": "1", "airline": "Delta", "text": "late", "created_at_utc": "2015-02-22T09:00:00Z"}).brands
    'Delta'
    >>> type(raw({"root_id": "1", "created_at": 5, "kind": "retweet"})).__name__
    'RawShare'
    """
    found = {name: _first(fields, aliases) for name, aliases in ALIASES.items()}
    author = _author(found["author"], found["author_id"], found["followers"])
    if is_share(found["kind"], found["root_id"], found["text"]):
        return RawShare(
            root_id=found["root_id"], created_at=found["created_at"], seen_at=found["seen_at"], id=found["id"],
            author=author, kind=found["kind"], parent_id=found["parent_id"], network=found["network"],
        )  # fmt: skip
    nested = found["counters"]
    counters = nested if isinstance(nested, Mapping) else {}
    return RawPost(
        text=found["text"], created_at=found["created_at"], seen_at=found["seen_at"], id=found["id"], author=author,
        kind=found["kind"], url=found["url"], language=found["language"], parent_id=found["parent_id"],
        root_id=found["root_id"], brands=found["brands"], sentiment=found["sentiment"], network=found["network"],
        counters_at=_either(found["counters_at"], counters.get("at")),
        **{name: _either(found[name], counters.get(name)) for name in ("shares", "likes", "replies", "views")},
    )  # fmt: skip


def admit_row(row: Row, arrival: Arrival) -> Post | Share | Refusal:
    """The record that a row amounts to, or why it is refused (`malformed`, and the reasons of `admit`)."""
    if row.problem:
        return refusal(replace(arrival, payload=row.raw), "malformed", row.problem)
    record = admit(raw(row.fields), arrival)
    return replace(record, payload=row.payload()) if isinstance(record, Refusal) else record


def read_posts(
    path: Path, *, mapped: Mapping[str, str] | None = None, required: Sequence[str] = REQUIRED
) -> Iterator[Row]:
    """The rows of a file of posts (see `read_rows`), of which a table must have the `required` fields.

    `mapped` says in which column a field of `ALIASES` stands; its usual names then mean nothing. Raises `Unreadable`.
    """
    columns = {what: normal(column) for what, column in (mapped or {}).items()}
    needed = {what: (column,) for what, column in columns.items()} | {
        what: _names(what) for what in required if what not in columns
    }
    rows = read_rows(path, needed)
    return _mapped(path, rows, columns) if columns else rows


def _names(what: str) -> tuple[str, ...]:
    others = ("root_id", "url") if what == "text" else ()
    return tuple(name for each in (what, *others) for name in ALIASES[each])


def _mapped(path: Path, rows: Iterator[Row], columns: Mapping[str, str]) -> Iterator[Row]:
    """Rows in which every mapped field stands under the best of its names, and under no other."""
    unheard = set(columns)
    usual = {name for what in columns for name in ALIASES[what]}
    for row in rows:
        unheard -= {what for what in unheard if columns[what] in row.fields}
        others = {name: value for name, value in row.fields.items() if name not in usual}
        told = {ALIASES[what][0]: row.fields.get(column) for what, column in columns.items()}
        yield replace(row, fields=others | told)
    if unheard:
        raise NoColumn(f"{path}: no row has {', '.join(sorted(columns[what] for what in unheard))}", ())


def _first(fields: Mapping[str, object], aliases: Sequence[str]) -> object:
    for alias in aliases:
        value = fields.get(alias)
        if value is not None and value != "":
            return value
    return None


def _either(first: object, second: object) -> object:
    return second if first is None else first


def _author(who: object, own_id: object, followers: object) -> RawAuthor:
    if isinstance(who, Mapping):
        fields = normalised(who)
        found = {name: _first(fields, aliases) for name, aliases in _AUTHOR_ALIASES.items()}
        return RawAuthor(
            id=_either(own_id, _either(found["id"], found["handle"])),
            handle=found["handle"],
            name=found["name"],
            followers=_either(followers, found["followers"]),
            created_at=found["created_at"],
        )
    return RawAuthor(id=_either(own_id, who), handle=who, followers=followers)

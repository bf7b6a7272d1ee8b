"""Files and payloads of posts: what their columns may be called, and rows of JSONL, CSV and TSV with line numbers.

The one place that knows the aliases: replay, backtest and the webhook share it.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, cast

from models.records import Post, Share
from streams import claims
from streams.ingest import Arrival, RawAuthor, RawPost, RawShare, Refusal, admit, is_share, refusal

MAX_ROW_BYTES: Final = 16_000_000
"""A longer line is refused without being read into memory."""

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "tweet_id", "post_id", "status_id", "id_str", "uri"),
    "created_at": (
        "created_at", "created_at_utc", "timestamp", "date", "datetime", "time", "review_time", "tweet_created",
        "created_at_from_snowflake", "time_local_unknown_tz",
    ),
    "seen_at": ("seen_at",),
    "text": ("text", "full_text", "content", "body", "tweet", "message", "text_cleaned"),
    "brands": ("known_brands", "brands", "brand", "airline", "company"),
    "sentiment": ("known_sentiment", "sentiment", "airline_sentiment", "polarity", "label"),
    "author": ("author", "user", "username", "screen_name", "user_name", "author_name", "handle", "name"),
    "author_id": ("author_id", "user_id", "did"),
    "followers": ("followers", "followers_count", "author_followers", "user_followers"),
    "shares": ("shares", "retweet_count", "retweets", "reshares", "share_count", "reblogs_count"),
    "likes": ("likes", "favorite_count", "like_count", "favorites", "favourites_count"),
    "replies": ("replies", "reply_count", "replies_count"),
    "views": ("views", "view_count"),
    "counters": ("counters",),
    "kind": ("kind", "type"),
    "url": ("url", "link", "permalink"),
    "language": ("language", "lang"),
    "parent_id": ("parent_id", "in_reply_to", "in_reply_to_id", "in_reply_to_status_id"),
    "root_id": ("root_id", "cascade_id", "retweeted_status_id"),
    "network": ("network", "platform"),
}  # fmt: skip
"""What a field of a post may be called, best first. Names are compared in lower case, blanks as underscores."""

_AUTHOR_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "did", "id_str", "user_id"),
    "handle": ("handle", "screen_name", "username", "acct"),
    "name": ("name", "display_name", "displayname"),
    "followers": ("followers", "followers_count", "followerscount"),
    "created_at": ("created_at", "createdat"),
}


class Unreadable(Exception):
    """A user's mistake: the file is not there, or has no such columns. One clear line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (from 1), and its fields by normalised name; or what is wrong with it."""

    line: int
    fields: Mapping[str, object]
    problem: str = ""
    raw: bytes = b""

    def payload(self) -> bytes:
        """The row's bytes, as far as they matter to a dead letter."""
        if self.raw:
            return self.raw
        try:
            return json.dumps(self.fields, default=str).encode()
        except (ValueError, TypeError, RecursionError):
            return b""  # fields that no JSON can hold; the origin still tells where the row stands


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
        **{name: _either(found[name], counters.get(name)) for name in ("shares", "likes", "replies", "views")},
    )  # fmt: skip


def admit_row(row: Row, arrival: Arrival) -> Post | Share | Refusal:
    """The record that a row amounts to, or why it is refused (`malformed`, and the reasons of `admit`)."""
    if row.problem:
        return refusal(replace(arrival, payload=row.raw), "malformed", row.problem)
    record = admit(raw(row.fields), arrival)
    return replace(record, payload=row.payload()) if isinstance(record, Refusal) else record


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, in its order: JSON Lines, CSV or TSV, plain or gzipped, told apart by name, else by content.

    Raises `Unreadable` for a file that cannot be read, or a table without columns for text and time.
    """
    try:
        with _opened(path) as stream:
            yield from _rows(path, io.BufferedReader(cast(io.RawIOBase, stream), 1 << 20))
    except (OSError, EOFError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise Unreadable(f"{path}: {said}") from error


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb", buffering=0)


def _rows(path: Path, stream: io.BufferedReader) -> Iterator[Row]:
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    start = stream.peek(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):
        raise Unreadable(f"{path}: a JSON array; give one object per line (jq -c '.[]' {path.name})")
    if suffix in {".jsonl", ".ndjson", ".json"} or (suffix not in {".csv", ".tsv"} and start.startswith(b"{")):
        yield from _json_rows(stream)
    else:
        yield from _table_rows(path, stream, "\t" if suffix == ".tsv" else None)


def _json_rows(stream: io.BufferedReader) -> Iterator[Row]:
    for number, line, whole in _lines(stream):
        if not whole:
            yield Row(number, {}, f"a line of more than {MAX_ROW_BYTES} bytes", line)
        elif line.strip():
            yield _json_row(number, line.strip())


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes, and whether the line is whole; of an overlong one only the start is kept."""
    number = 0
    while line := stream.readline(MAX_ROW_BYTES):
        number += 1
        whole = len(line) < MAX_ROW_BYTES or line.endswith(b"\n")
        kept, rest = line, line
        while not whole and rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_ROW_BYTES)
        if number == 1:
            kept = kept.removeprefix(b"\xef\xbb\xbf")
        yield number, kept if whole else kept[:65_536], whole


def _json_row(number: int, line: bytes) -> Row:
    try:
        value = claims.parse_json(line)
    except claims.Refused as refused:
        return Row(number, {}, refused.detail, line)
    if not isinstance(value, dict):
        return Row(number, {}, "not a JSON object", line)
    return Row(number, normalised(value))


def normalised(fields: Mapping[object, object]) -> dict[str, object]:
    """Fields under names in lower case, blanks as underscores; the first of two that then agree wins."""
    named: dict[str, object] = {}
    for name, value in fields.items():
        named.setdefault(_name(str(name)), value)
    return named


def _name(column: str) -> str:
    return "_".join(column.strip().lower().split())


def _table_rows(path: Path, stream: io.BufferedReader, delimiter: str | None) -> Iterator[Row]:
    # A field of a hostile file may be as long as a row; the module's own limit would end the whole file.
    csv.field_size_limit(MAX_ROW_BYTES)
    decoded = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    header_line = decoded.readline(1_000_000)
    if not header_line:
        return
    delimiter = delimiter or max(",;\t", key=header_line.count)
    header = [_name(column) for column in next(csv.reader([header_line], delimiter=delimiter))]
    _check(path, header)
    reader = csv.reader(decoded, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.line_num + 1, {}, str(error))
            continue
        if cells:
            yield _table_row(reader.line_num + 1, header, cells)


def _table_row(number: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(header):
        raw_row = ",".join(cells).encode("utf-8", "replace")
        return Row(number, {}, f"{len(cells)} cells under {len(header)} columns", raw_row)
    return Row(number, dict(zip(header, cells, strict=False)))


def _check(path: Path, header: Sequence[str]) -> None:
    for field, others in (("created_at", ()), ("text", ("root_id", "url"))):
        names = [name for each in (field, *others) for name in ALIASES[each]]
        if not any(name in header for name in names):
            raise Unreadable(
                f"{path}: no column for {field} (one of {', '.join(ALIASES[field])}); it has {', '.join(header)[:300]}"
            )


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

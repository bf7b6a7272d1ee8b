"""Files of the past for backtests: count series, mentions, and labels of what really happened. Bad rows are told."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from models.records import Author, Counters, Post, Sentiment

Value = str | int | float | bool | None | list[object] | dict[str, object]
Row = Mapping[str, Value]

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "created_at": ("created_at", "created_at_utc", "timestamp", "time", "date", "published_at"),
    "text": ("text", "content", "body", "message", "full_text"),
    "brand": ("brand", "brands", "company", "airline"),
    "id": ("id", "post_id", "tweet_id", "status_id"),
    "sentiment": ("sentiment", "label", "polarity", "airline_sentiment"),
    "author": ("author", "author_id", "user", "user_id", "username", "screen_name"),
    "followers": ("followers", "author_followers", "followers_count"),
    "shares": ("shares", "retweet_count", "reposts", "share_count"),
    "network": ("network", "platform"),
    "language": ("language", "lang"),
    "url": ("url", "link"),
}
"""What a mention may tell, and the column names that are recognised for it, best first."""

NEEDED: Final = ("created_at", "text", "brand")
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
_MAX_FIELD: Final = 16_000_000
_SHORT_LABELS: Final = {"neg": "negative", "neu": "neutral", "pos": "positive"}
_ONE_HOT: Final = {
    "negative": Sentiment(negative=1.0, neutral=0.0, positive=0.0),
    "neutral": Sentiment(negative=0.0, neutral=1.0, positive=0.0),
    "positive": Sentiment(negative=0.0, neutral=0.0, positive=1.0),
}


class Unusable(Exception):
    """The file cannot be what the call says; the message names the file and the remedy."""


class BadRow(ValueError):
    """One row cannot be used; the message says why."""


@dataclass(slots=True)
class Complaints:
    """Rows that could not be used, as lines for a person."""

    lines: list[str] = field(default_factory=list)

    def add(self, path: Path, line: int, why: object) -> None:
        self.lines.append(f"{path}:{line}: {why}")


@dataclass(frozen=True, slots=True)
class Label:
    """Something that really happened: to this brand (None: to all), from `start` to `end`."""

    brand: str | None
    start: datetime
    end: datetime


def read_time(value: Value) -> datetime:
    """ISO 8601 (UTC where no offset is given) or seconds or milliseconds since 1970.

    >>> read_time("2015-02-22 16:00:00").isoformat()
    '2015-02-22T16:00:00+00:00'
    >>> read_time(1424620800000) == read_time("1424620800") == read_time("2015-02-22T16:00:00Z")
    True
    """
    text = str(value).strip() if value is not None else ""
    try:
        if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
            number = float(text)
            text = datetime.fromtimestamp(number / 1000.0 if number > 1e11 else number, UTC).isoformat()
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise BadRow(f"{text[:40]!r} is no time: write ISO 8601 or seconds since 1970") from None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise BadRow(f"{text[:40]!r} is no time of our days")
    return at


def read_series(path: Path, complaints: Complaints) -> list[tuple[datetime, float]]:
    """The columns `timestamp,value`, in order of time."""
    points = []
    for line, row in _rows(path, complaints, needed=("timestamp", "value")):
        try:
            count = float(str(row["value"]))
            if not 0 <= count < 1e12:
                raise BadRow(f"value {row['value']!r} is no count: 0 or more")
            points.append((read_time(row["timestamp"]), count))
        except BadRow as bad:
            complaints.add(path, line, bad)
        except ValueError:
            complaints.add(path, line, f"value {str(row['value'])[:40]!r} is no number")
    return sorted(points, key=lambda point: point[0])


def read_mentions(path: Path, mapping: Mapping[str, str], complaints: Complaints) -> list[Post]:
    """Posts in order of time. Rows with the same id are one post, of all the brands that they name."""
    posts: dict[str, Post] = {}
    columns: dict[str, str] = {}
    for line, row in _rows(path, complaints):
        if path.suffix != ".csv" or not columns:
            columns = _columns(path, row, mapping)
        try:
            post = _post(path, line, row, columns)
        except BadRow as bad:
            complaints.add(path, line, bad)
            continue
        first = posts.get(post.id)
        if first is not None:
            brands = tuple(sorted({*(first.known_brands or ()), *(post.known_brands or ())}))
            post = msgspec.structs.replace(first, known_brands=brands)
        posts[post.id] = post
    return sorted(posts.values(), key=lambda post: (post.created_at, post.id))


def read_labels(path: Path, complaints: Complaints) -> list[Label]:
    """CSV or JSONL with `start`, `end` and optionally `brand`; or one JSON object `{"brand": [[start, end], …]}`."""
    if path.suffix == ".json":
        return _label_object(path)
    labels = []
    for line, row in _rows(path, complaints, needed=("start", "end")):
        try:
            brand = str(row["brand"]) if row.get("brand") else None
            labels.append(_label(brand, row["start"], row["end"]))
        except (BadRow, KeyError) as bad:
            complaints.add(path, line, bad if isinstance(bad, BadRow) else f"no {bad}")
    return labels


def _label_object(path: Path) -> list[Label]:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, list[tuple[str, str]]])
        return [_label(brand, start, end) for brand, spans in found.items() for start, end in spans]
    except (msgspec.DecodeError, BadRow) as error:
        raise Unusable(f'{path}: {error}; labels are {{"brand": [["start", "end"], …]}}') from None


def _label(brand: str | None, start: Value, end: Value) -> Label:
    label = Label(brand, read_time(start), read_time(end))
    if label.end < label.start:
        raise BadRow("a label ends before it starts")
    return label


def _rows(path: Path, complaints: Complaints, needed: Sequence[str] = ()) -> Iterator[tuple[int, Row]]:
    return _csv_rows(path, complaints, needed) if path.suffix == ".csv" else _json_rows(path, complaints)


def _csv_rows(path: Path, complaints: Complaints, needed: Sequence[str]) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(_MAX_FIELD)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        names = [name.strip() for name in reader.fieldnames or ()]
        missing = [name for name in needed if name not in names]
        if missing:
            raise Unusable(f"{path}:1: no column {', '.join(missing)}; the header has: {', '.join(names) or 'nothing'}")
        reader.fieldnames = names
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                complaints.add(path, reader.line_num, error)
                continue
            if None in row or None in row.values():
                complaints.add(path, reader.line_num, f"{len(names)} columns expected")
                continue
            yield reader.line_num, row


def _json_rows(path: Path, complaints: Complaints) -> Iterator[tuple[int, Row]]:
    decoder = msgspec.json.Decoder(dict[str, object])
    with path.open("rb") as file:
        for line, raw in enumerate(file, 1):
            if not raw.strip():
                continue
            try:
                yield line, decoder.decode(raw)  # type: ignore[misc]  # JSON has no other values than `Value`
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                complaints.add(path, line, f"no JSON object: {error}")


def _columns(path: Path, row: Row, mapping: Mapping[str, str]) -> dict[str, str]:
    """Which column tells what: as mapped, else by its name."""
    columns = {}
    for what, names in FIELDS.items():
        wanted = (mapping[what],) if what in mapping else names
        found = next((name for name in wanted if name in row), None)
        if found is not None:
            columns[what] = found
        elif what in mapping:
            raise Unusable(f"{path}: no column {mapping[what]!r}, which --map names; there are: {', '.join(row)}")
    missing = [what for what in NEEDED if what not in columns]
    if missing and path.suffix == ".csv":
        remedy = " ".join(f"--map {what}=COLUMN" for what in missing)
        raise Unusable(f"{path}: no column for {', '.join(missing)}; use {remedy}; there are: {', '.join(row)}")
    return columns


def _post(path: Path, line: int, row: Row, columns: Mapping[str, str]) -> Post:
    values = {what: row[name] for what, name in columns.items() if row[name] is not None and row[name] != ""}
    missing = [what for what in NEEDED if what not in values]
    if missing:
        raise BadRow(f"no {', '.join(missing)}")
    at = read_time(values["created_at"])
    author = str(values.get("author", ""))
    shares = _whole(values, "shares")
    return Post(
        id=str(values.get("id", f"{path.stem}:{line}")),
        source="backtest",
        network=str(values.get("network", "")),
        author=Author(id=author, handle=author, followers=_whole(values, "followers")),
        text=str(values["text"]),
        created_at=at,
        seen_at=at,
        url=str(values["url"]) if "url" in values else None,
        language=str(values["language"]) if "language" in values else None,
        counters=None if shares is None else Counters(shares=shares),
        known_brands=_brands(values["brand"]),
        known_sentiment=_sentiment(values.get("sentiment")),
    )


def _brands(value: Value) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise BadRow(f"{str(value)[:40]!r} is no brand")
    return tuple(sorted({str(name).strip() for name in names}))


def _whole(values: Row, what: str) -> int | None:
    if what not in values:
        return None
    try:
        number = int(float(str(values[what])))
    except (ValueError, OverflowError):
        raise BadRow(f"{what} {str(values[what])[:40]!r} is no number") from None
    return max(0, number)


def _sentiment(value: Value) -> Sentiment | None:
    """A label, or an object with the three probabilities."""
    if value is None:
        return None
    if isinstance(value, dict):
        try:
            return msgspec.convert(value, Sentiment)
        except msgspec.ValidationError as error:
            raise BadRow(f"sentiment: {error}") from None
    label = str(value).strip().lower()
    label = _SHORT_LABELS.get(label, label)
    if label not in _ONE_HOT:
        raise BadRow(f"sentiment {label[:40]!r}: write negative, neutral or positive")
    return _ONE_HOT[label]

"""Files of count series, and of labels of what really happened: what a backtest judges and is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from streams import claims
from streams.rows import Complaints, Needed, Row, Unreadable, read_rows


class BadRow(ValueError):
    """One row cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Label:
    """Something that really happened: to this brand (None: to all), from `start` to `end`."""

    brand: str | None
    start: datetime
    end: datetime


def read_time(value: object) -> datetime:
    """What `claims.moment` takes for a time, within our days; raises `BadRow`.

    >>> read_time("2015-02-22 16:00:00").isoformat()
    '2015-02-22T16:00:00+00:00'
    >>> read_time(1424620800000) == read_time("1424620800") == read_time("2015-02-22T16:00:00Z")
    True
    """
    try:
        at = claims.moment(value)
    except claims.Refused:
        raise BadRow(f"{_shown(value)} is no time: write ISO 8601 or seconds since 1970") from None
    if not claims.is_of_our_days(at):
        raise BadRow(f"{_shown(value)} is no time of our days")
    return at


def read_series(path: Path, complaints: Complaints) -> list[tuple[datetime, float]]:
    """The columns `timestamp,value`, in order of time. Raises `Unreadable`."""
    points = []
    for row in _rows(path, {"timestamp": ("timestamp",), "value": ("value",)}, complaints):
        try:
            points.append((read_time(row.fields.get("timestamp")), _count(row.fields.get("value"))))
        except BadRow as bad:
            complaints.add(path, row.line, bad)
    return sorted(points, key=lambda point: point[0])


def read_labels(path: Path, complaints: Complaints) -> list[Label]:
    """Rows with `start`, `end` and optionally `brand`; or one JSON object `{"brand": [[start, end], …]}`.

    Raises `Unreadable`.
    """
    if path.suffix == ".json":
        return _label_object(path)
    labels = []
    for row in _rows(path, {"start": ("start",), "end": ("end",)}, complaints):
        try:
            brand = claims.label(row.fields.get("brand")) or None
            labels.append(_label(brand, row.fields.get("start"), row.fields.get("end")))
        except BadRow as bad:
            complaints.add(path, row.line, bad)
    return labels


def _label_object(path: Path) -> list[Label]:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, list[tuple[str, str]]])
        return [_label(brand, start, end) for brand, spans in found.items() for start, end in spans]
    except (msgspec.DecodeError, UnicodeDecodeError, BadRow) as error:
        raise Unreadable(f'{path}: {error}; labels are {{"brand": [["start", "end"], …]}}') from None


def _label(brand: str | None, start: object, end: object) -> Label:
    label = Label(brand, read_time(start), read_time(end))
    if label.end < label.start:
        raise BadRow("a label ends before it starts")
    return label


def _rows(path: Path, needed: Needed, complaints: Complaints) -> Iterator[Row]:
    for row in read_rows(path, needed):
        if row.problem:
            complaints.add(path, row.line, row.problem)
        else:
            yield row


def _count(value: object) -> float:
    try:
        count = float(str(value))
    except ValueError:
        raise BadRow(f"value {_shown(value)} is no number") from None
    if not 0 <= count < 1e12:
        raise BadRow(f"value {_shown(value)} is no count: 0 or more")
    return count


def _shown(value: object) -> str:
    return "nothing" if value is None or value == "" else repr(str(value)[:40])

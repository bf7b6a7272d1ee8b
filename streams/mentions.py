"""A file of mentions of the past, for a backtest: admitted like any other posts, and told where they cannot be used."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from models.records import Post, Share
from streams.columns import REQUIRED, admit_row, raw, read_posts
from streams.ingest import Arrival, RawPost, Refusal
from streams.rows import Complaints, Row

_NETWORK: Final = "file"


def read_mentions(
    path: Path, mapped: Mapping[str, str], complaints: Complaints, *, branded: bool = True
) -> list[Post | Share]:
    """Posts, and the acts of spreading among them, in the order of the time at which they were seen.

    Posts with the same id are one, of all the brands that they name. `mapped` as in `read_posts`. `branded`: each has
    to say of which brand it is. Raises `Unreadable`.
    """
    found: dict[str, Post | Share] = {}
    for row in read_posts(path, mapped=mapped, required=(*REQUIRED, "brands") if branded else REQUIRED):
        record = _admitted(path, row, branded)
        if isinstance(record, str):
            complaints.add(path, row.line, record)
            continue
        first = found.get(record.id)
        found[record.id] = record if first is None else _both(first, record)
    return sorted(found.values(), key=lambda record: (record.seen_at, record.id))


def _admitted(path: Path, row: Row, branded: bool) -> Post | Share | str:
    """The record, or why there is none. A past needs more than a source: a time to reckon with, and mostly a brand."""
    record = admit_row(
        row, Arrival(source="backtest", network=_NETWORK, position=f"{path.name}:{row.line}", seen_at=None)
    )
    if isinstance(record, Refusal):
        return record.detail
    if isinstance(record, Share):
        return record
    if branded and record.known_brands is None:
        return "there is no brand"
    if record.known_sentiment is None:
        claimed = raw(row.fields)
        if isinstance(claimed, RawPost) and claimed.sentiment is not None:
            return f"sentiment {str(claimed.sentiment)[:40]!r}: write negative, neutral or positive"
    return record


def _both(first: Post | Share, again: Post | Share) -> Post | Share:
    if isinstance(first, Share) or isinstance(again, Share):
        return first
    brands = tuple(sorted({*(first.known_brands or ()), *(again.known_brands or ())}))
    return msgspec.structs.replace(first, known_brands=brands)

"""Rows of JSON Lines, CSV and TSV files with their line numbers, whatever bytes the files hold."""

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, cast

from streams import claims

MAX_ROW_BYTES: Final = 16_000_000
"""A longer line is refused without being read into memory."""

_MAX_HEADER: Final = 1_000_000
_MAX_HEADER_LINES: Final = 50
_QUOTED: Final = re.compile(r'(?:^|(?<=[,;\t]))"[^"]*(?:""[^"]*)*"')
_OPEN_QUOTE: Final = re.compile(r'(?:^|[,;\t])"')

OR_WINDOWS: Final = "tocsin-or-windows-1252"
r"""Decoding as UTF-8, and what is no UTF-8 as Windows-1252: that is what spreadsheets of western Europe write.

>>> b"caf\xe9, caf\xc3\xa9".decode("utf-8", OR_WINDOWS)
'caf\xe9, caf\xe9'
"""


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(OR_WINDOWS, _as_windows)

Needed = Mapping[str, Sequence[str]]
"""What a table must tell, each by one at least of the columns named."""


class Unreadable(Exception):
    """A user's mistake: the file is not there, or has no such columns. One clear line."""


class NoColumn(Unreadable):
    """A table that lacks columns; `lacking` is what it cannot tell without them."""

    def __init__(self, said: str, lacking: Sequence[str]) -> None:
        super().__init__(said)
        self.lacking = tuple(lacking)


@dataclass(slots=True)
class Complaints:
    """Rows that could not be used, as lines for a person."""

    lines: list[str] = field(default_factory=list)

    def add(self, path: Path, line: int, why: object) -> None:
        self.lines.append(f"{path}:{line}: {why}")


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


def read_rows(path: Path, needed: Needed) -> Iterator[Row]:
    """The rows of a file, in its order: JSON Lines, CSV or TSV, plain or gzipped, told apart by name, else by content.

    Raises `Unreadable` for a file that cannot be read, and `NoColumn` for a table that does not tell what is `needed`.
    """
    try:
        with _opened(path) as stream:
            yield from _rows(path, io.BufferedReader(cast(io.RawIOBase, stream), 1 << 20), needed)
    except (OSError, EOFError, zlib.error) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise Unreadable(f"{path}: {said}") from error


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb", buffering=0)


def _rows(path: Path, stream: io.BufferedReader, needed: Needed) -> Iterator[Row]:
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    start = stream.peek(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable(f"{path}: UTF-16; save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
    if start.startswith(b"["):
        raise Unreadable(f"{path}: a JSON array; give one object per line (jq -c '.[]' {path.name})")
    if suffix in {".jsonl", ".ndjson", ".json"} or (suffix not in {".csv", ".tsv"} and start.startswith(b"{")):
        yield from _json_rows(stream)
    else:
        yield from _table_rows(path, stream, needed, "\t" if suffix == ".tsv" else None)


def _json_rows(stream: io.BufferedReader) -> Iterator[Row]:
    for number, line, whole in _lines(stream):
        if not whole:
            yield Row(number, {}, f"a line of more than {MAX_ROW_BYTES} bytes", line)
        elif line.strip():
            yield json_row(number, line.strip())


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


def json_row(number: int, line: bytes) -> Row:
    """The row in a line of JSON."""
    try:
        value = claims.parse_json(line)
    except claims.Refused as refused:
        return Row(number, {}, refused.detail, line)
    return object_row(number, value, line)


def object_row(number: int, value: object, line: bytes = b"") -> Row:
    """The row that a JSON value amounts to; `line` is what it was read from, if it stood there alone."""
    if isinstance(value, dict):
        return Row(number, normalised(value))
    return Row(number, {}, "not a JSON object", line or repr(value)[:1_000].encode("utf-8", "replace"))


def normalised(fields: Mapping[object, object]) -> dict[str, object]:
    """Fields under names in lower case, blanks as underscores; the first of two that then agree wins."""
    named: dict[str, object] = {}
    for name, value in fields.items():
        named.setdefault(normal(str(name)), value)
    return named


def normal(column: str) -> str:
    """A column's name as names are compared: in lower case, blanks as underscores."""
    return "_".join(column.strip().lower().split())


def _table_rows(path: Path, stream: io.BufferedReader, needed: Needed, delimiter: str | None) -> Iterator[Row]:
    # A field of a hostile file may be as long as a row; the module's own limit would end the whole file.
    csv.field_size_limit(MAX_ROW_BYTES)
    decoded = io.TextIOWrapper(stream, encoding="utf-8-sig", errors=OR_WINDOWS, newline="")
    above, told = _header(decoded)
    if not told.strip():
        return
    delimiter = delimiter or max(",;\t", key=told.count)
    header = [normal(column) for column in next(csv.reader(io.StringIO(told, newline=""), delimiter=delimiter))]
    _check(path, header, needed)
    reader = csv.reader(decoded, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.line_num + above, {}, str(error))
            continue
        if cells:
            yield _table_row(reader.line_num + above, header, cells)


def _header(table: io.TextIOWrapper) -> tuple[int, str]:
    """The first line that is not blank, and those on which its quotes go on; and how many lines that were."""
    number, told = 0, ""
    while not told.strip() and (told := table.readline(_MAX_HEADER)):
        number += 1
    while _OPEN_QUOTE.search(_QUOTED.sub("", told)) and len(told) < _MAX_HEADER and number < _MAX_HEADER_LINES:
        told += table.readline(_MAX_HEADER)
        number += 1
    return number, told


def _table_row(number: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(header):
        raw_row = ",".join(cells).encode("utf-8", "replace")
        return Row(number, {}, f"{len(cells)} cells under {len(header)} columns", raw_row)
    return Row(number, dict(zip(header, cells, strict=False)))


def _check(path: Path, header: Sequence[str], needed: Needed) -> None:
    lacking = [what for what, names in needed.items() if not any(name in header for name in names)]
    if lacking:
        wanted = "; ".join(f"no column for {what} (one of {', '.join(needed[what])})" for what in lacking)
        raise NoColumn(f"{path}: {wanted}; it has {claims.label(', '.join(header), 300)}", lacking)

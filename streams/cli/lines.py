"""Commands that work line by line: input in chunks as it comes, one clear message per bad line, output in order."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

import click

from streams.settings.schema import Settings

CHUNK_LINES: Final = 256
_READ_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the input: its number (from 1), and its bytes without the line end."""

    number: int
    raw: bytes


class WrongCall(click.ClickException):
    """The call or the settings are wrong: one message, exit code 2."""

    exit_code = 2


class BadLine(ValueError):
    """A line that cannot be used; the message says why, for people."""


def chunks(stream: BinaryIO) -> Iterator[list[Line]]:
    """The lines that are there, up to `CHUNK_LINES` at a time: a slow pipe is answered line by line."""
    number = 0
    held: list[bytes] = []
    read = getattr(stream, "read1", stream.read)
    while data := read(_READ_BYTES):
        *whole, rest = data.split(b"\n")
        if not whole:
            held.append(rest)
            continue
        whole[0] = b"".join([*held, whole[0]])
        held = [rest]
        for start in range(0, len(whole), CHUNK_LINES):
            part = whole[start : start + CHUNK_LINES]
            yield [_line(number + index, raw) for index, raw in enumerate(part, start=1)]
            number += len(part)
    last = b"".join(held)
    if last:
        yield [_line(number + 1, last)]


def _line(number: int, raw: bytes) -> Line:
    if number == 1:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    return Line(number, raw.removesuffix(b"\r"))


def json_object(raw: bytes) -> Mapping[str, Any]:
    """The JSON object in a line; raises `BadLine`."""
    try:
        found = json.loads(raw)
    except UnicodeDecodeError as error:
        raise BadLine(f"not UTF-8 at byte {error.start + 1}: save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BadLine(f"not JSON: {reason}") from error
    if not isinstance(found, dict):
        raise BadLine('not a JSON object such as {"text": "…"}')
    return found


def text_of(line: Mapping[str, Any]) -> str:
    """The `text` of a post; raises `BadLine`."""
    text = line.get("text")
    if not isinstance(text, str):
        raise BadLine("`text` is missing" if text is None else "`text` is not a string")
    return text


def encoded(answer: Mapping[str, Any]) -> bytes:
    """One line of JSON; what UTF-8 cannot carry (lone surrogates) is escaped."""
    try:
        return json.dumps(answer, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(answer).encode() + b"\n"


def work_through(
    command: str,
    source: str,
    read: Callable[[bytes], Any],
    answer: Callable[[Sequence[Any]], Sequence[Mapping[str, Any]]],
) -> None:
    """Reads each line, answers chunk by chunk on stdout; bad lines go to stderr and make the exit code 1.

    `read` makes an item of a line, None to pass over it, or raises `BadLine`; `answer` answers items in order.
    """
    failed = False
    out = _stream("stdout")
    for chunk in chunks(opened(source)):
        items = []
        for line in chunk:
            try:
                item = read(line.raw)
            except BadLine as error:
                failed = True
                click.echo(f"tocsin {command}: {source} line {line.number}: {error}", err=True)
                continue
            if item is not None:
                items.append(item)
        out.write(b"".join(encoded(each) for each in answer(items)))
        out.flush()
    if failed:
        sys.exit(1)


def opened(source: str) -> BinaryIO:
    """The file, or stdin for `-`; `WrongCall` where it cannot be opened."""
    if source == "-":
        stream = _stream("stdin")
        if stream.isatty():
            click.echo("reading what you type, line by line; Ctrl-D ends it (-h tells of files)", err=True)
        return stream
    try:
        return Path(source).open("rb")
    except OSError as error:
        raise WrongCall(f"{source} cannot be read: {error.strerror}.") from error


def _stream(name: Literal["stdin", "stdout"]) -> BinaryIO:
    try:
        return click.get_binary_stream(name)
    except RuntimeError:  # what click says of one that whoever calls us has closed
        what = {"stdin": "input is closed: name a FILE", "stdout": "output is closed"}[name]
        raise WrongCall(f"the standard {what}.") from None


def settings_from(context: click.Context, path: str | None) -> Settings | None:
    """The settings of `--settings`, or those handed over by the caller; `WrongCall` where they cannot be read."""
    handed = context.find_object(Settings)
    if handed is not None or path is None:
        return handed
    from streams.settings.file import load
    from streams.settings.problems import SettingsError
    from streams.settings.spared import OFFLINE

    try:
        return load(Path(path), os.environ, spared=OFFLINE)
    except SettingsError as error:
        raise WrongCall(str(error)) from error

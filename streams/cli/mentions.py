"""What the commands share that take a file of mentions: `--map`, and plain words about rows that cannot be used."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from models.records import Post, Share
from streams.columns import ALIASES, FIELDS
from streams.mentions import read_mentions
from streams.rows import Complaints, NoColumn, Unreadable

_SHOWN: Final = 20


def mapping_of(pairs: Sequence[str]) -> dict[str, str]:
    """`--map FIELD=COLUMN`, each by the field that it names."""
    mapping = {}
    for pair in pairs:
        what, equals, column = pair.partition("=")
        if not equals or what not in FIELDS or not column:
            fields = ", ".join(ALIASES)
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN; fields: {fields}", param_hint="--map")
        mapping[FIELDS[what]] = column
    return mapping


def posts_of(
    path: Path, mapping: Mapping[str, str], complaints: Complaints, *, branded: bool = True
) -> list[Post | Share]:
    """The posts and shares of a file, by time; ends the program where none can be used. Raises `Unreadable`.

    `branded`: each row has to say of which brand it is.
    """
    try:
        posts = read_mentions(path, mapping, complaints, branded=branded)
    except NoColumn as error:
        remedy = "".join(f" --map {what}=COLUMN" for what in error.lacking)
        if "brands" in error.lacking:
            remedy += ", or --settings FILE, whose queries find the brands"
        raise Unreadable(f"{error}; use{remedy}" if remedy else str(error)) from error
    complain(path, complaints, usable=len(posts))
    return posts


def complain(path: Path, complaints: Complaints, *, usable: int) -> None:
    """Names the rows that cannot be used; ends the program where none can."""
    for line in complaints.lines[:_SHOWN]:
        click.echo(line, err=True)
    if len(complaints.lines) > _SHOWN:
        click.echo(f"{path}: and {len(complaints.lines) - _SHOWN} more", err=True)
    if complaints.lines:
        rows = "1 row" if len(complaints.lines) == 1 else f"{len(complaints.lines)} rows"
        click.echo(f"{path}: {rows} not used, {usable} used", err=True)
    if not usable:
        click.echo(f"{path}: nothing in it can be used", err=True)
        sys.exit(1)

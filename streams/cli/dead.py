"""`tocsin dead`: what could not be processed, or reached nobody, and why."""

import base64
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from alerts.render.safety import clean
from models.records import AnyRecord, Dead, Topic
from streams.cli.params import Moment, span

_SHOWN: Final = 300
"""How much of a record's bytes a line shows; `--json` has all that was kept of them."""


@click.command("dead")
@click.option("--since", type=Moment(), default="24h", show_default=True, help="A moment, or an age such as 2h or 7d.")
@click.option("--until", type=Moment(), default=None, help="A moment, or an age; now, where left out.")
@click.option("--reason", help="Only these, such as undelivered or malformed.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each, with all bytes that were kept.")
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--broker", metavar="HOST:PORT,…", help="Instead of kafka.broker of the settings.")
def command(
    *,
    since: datetime | timedelta,
    until: datetime | timedelta | None,
    reason: str | None,
    as_json: bool,
    path: Path,
    broker: str | None,
) -> None:
    """Tell which records could not be processed, and which alerts reached nobody, with the reason of each.

    Everything is read from the topic `dead`, and nothing is changed there. Times are UTC.
    Exit code 1: nothing was found.
    """
    from models.clock import SystemClock
    from streams.cli.kafka import on_kafka
    from streams.cli.past import used_settings, went_through
    from streams.history import History

    settings = used_settings(path, broker)
    clock = SystemClock()
    begin, end = span(since, until, clock.now())
    history, found = History(settings, clock), list[AnyRecord]()
    on_kafka(went_through(history, settings, (Topic.DEAD,), begin, found.append), settings, path)
    every = letters(found)
    last = None if until is None else end
    wanted = [
        each
        for each in every
        if reason in (None, each.reason)
        and (history.replayed or (begin <= each.at and (last is None or each.at <= last)))
    ]
    if not wanted:
        others = sorted({each.reason for each in every})
        meant = f"; of other times or reasons there are: {', '.join(others)}" if others else ""
        click.echo(f"no dead letters were found{meant}", err=True)
        sys.exit(1)
    click.echo("\n".join(json.dumps(fields(each), ensure_ascii=False) if as_json else text(each) for each in wanted))


def letters(records: Iterable[AnyRecord]) -> list[Dead]:
    """Each dead letter once, oldest first."""
    return sorted({each.id: each for each in records if isinstance(each, Dead)}.values(), key=lambda d: (d.at, d.id))


def text(letter: Dead) -> str:
    """A letter for people: when, why and where from, the details, and the beginning of what it holds.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    >>> letter = Dead(id="d", reason="malformed", detail="no JSON", origin="posts/0/7", at=at, size=2, payload=b"{a")
    >>> print(text(letter))
    2026-11-22 14:05:00  malformed  from posts/0/7
        no JSON
        2 bytes: {a
    """
    key = f", key {clean(letter.key, 100)}" if letter.key else ""
    lines = [f"{letter.at:%Y-%m-%d %H:%M:%S}  {clean(letter.reason, 60)}  from {clean(letter.origin, 300)}{key}"]
    lines += [f"    {clean(line)}" for line in letter.detail.splitlines() if line.strip()]
    # An alert that reached nobody is told by its details; what it said stands in `tocsin why`.
    if letter.payload and letter.reason != "undelivered":
        held = clean(letter.payload[: 4 * _SHOWN].decode("utf-8", "replace"), _SHOWN)
        lines.append(f"    {letter.size} bytes: {held}")
    return "\n".join(lines)


def fields(letter: Dead) -> Mapping[str, Any]:
    """A letter for programs: its bytes as `text`, or as `base64` where they are no UTF-8."""
    told = {"at": letter.at.isoformat(), "reason": letter.reason, "detail": letter.detail, "origin": letter.origin}
    try:
        held = {"text": letter.payload.decode("utf-8")}
    except UnicodeDecodeError:
        held = {"base64": base64.b64encode(letter.payload).decode("ascii")}
    return {**told, "key": letter.key, "size": letter.size, **held}

"""`tocsin backtest`: what would have been alerted on past data, as JSONL on standard output."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
import msgspec

from models.spikes.budget import Budget, BudgetError
from streams.columns import ALIASES, FIELDS
from streams.mentions import read_mentions
from streams.rows import Complaints, NoColumn, Unreadable
from streams.series import Label, read_labels, read_series

_SHOWN: Final = 20
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--series", type=_FILE, help="CSV with the columns timestamp,value: a regular count series of any step.")
@click.option(
    "--mentions", type=_FILE, help="CSV, TSV or JSONL with created_at, text, brand; optional: sentiment, author, …"
)
@click.option("--false-alarms", default="1/week", show_default=True, help="The budget, per brand.")
@click.option("--labels", type=_FILE, help="What really happened: start, end, optional brand (CSV, JSONL, or JSON).")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Where a field of --mentions stands.")
def command(
    series: Path | None, mentions: Path | None, false_alarms: str, labels: Path | None, pairs: tuple[str, ...]
) -> None:
    """Judge the past as it would have been judged.

    Alerts go to standard output, one JSON object a line. Rows that cannot be used are named on standard error, and so
    is the score (the last line, JSON) where --labels is given.
    """
    if (series is None) == (mentions is None):
        raise click.UsageError("give either --series FILE or --mentions FILE")
    try:
        budget = Budget.parse(false_alarms)
    except BudgetError as error:
        raise click.BadParameter(str(error), param_hint="--false-alarms") from None
    complaints = Complaints()
    try:
        known = read_labels(labels, complaints) if labels is not None else None
        if series is not None:
            _series(series, budget, known, complaints)
        elif mentions is not None:
            _mentions(mentions, _mapping(pairs), false_alarms, known, complaints)
    except Unreadable as error:
        raise click.UsageError(str(error)) from None


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        what, equals, column = pair.partition("=")
        if not equals or what not in FIELDS or not column:
            fields = ", ".join(ALIASES)
            raise click.BadParameter(f"{pair!r} is not FIELD=COLUMN; fields: {fields}", param_hint="--map")
        mapping[FIELDS[what]] = column
    return mapping


def _series(path: Path, budget: Budget, labels: list[Label] | None, complaints: Complaints) -> None:
    from streams.backtest import run_series, score

    points = read_series(path, complaints)
    _complain(path, complaints, usable=len(points))
    with _progress(path.name) as progress:
        alerts = run_series(points, budget, progress)
    _write(alerts)
    if labels is not None:
        ours = [label for label in labels if label.brand in {None, path.stem}]
        _write_score(score(alerts, ours, brands=1, span=points[-1][0] - points[0][0]))


def _mentions(
    path: Path, mapping: dict[str, str], false_alarms: str, labels: list[Label] | None, complaints: Complaints
) -> None:
    from streams.backtest import run_mentions, score, settings_for

    try:
        posts = read_mentions(path, mapping, complaints)
    except NoColumn as error:
        remedy = "".join(f" --map {what}=COLUMN" for what in error.lacking)
        raise Unreadable(f"{error}; use{remedy}" if remedy else str(error)) from error
    _complain(path, complaints, usable=len(posts))
    settings = settings_for(posts, false_alarms)
    with _progress(path.name) as progress:
        done = asyncio.run(run_mentions(posts, settings, progress=progress))
    for reason, count in sorted(done.dead.items()):
        click.echo(f"{path}: {count} records could not be processed: {reason}", err=True)
    _write(done.alerts)
    if labels is not None:
        span = max(posts[-1].seen_at - posts[0].seen_at, timedelta(minutes=1))
        _write_score(score(done.alerts, labels, brands=len(settings.brands), span=span))


def _complain(path: Path, complaints: Complaints, *, usable: int) -> None:
    for line in complaints.lines[:_SHOWN]:
        click.echo(line, err=True)
    if len(complaints.lines) > _SHOWN:
        click.echo(f"{path}: and {len(complaints.lines) - _SHOWN} more", err=True)
    if complaints.lines:
        click.echo(f"{path}: {len(complaints.lines)} rows not used, {usable} used", err=True)
    if not usable:
        click.echo(f"{path}: nothing in it can be used", err=True)
        sys.exit(1)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal's standard error; nothing in a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _write(alerts: Sequence[msgspec.Struct]) -> None:
    for alert in alerts:
        click.echo(msgspec.json.encode(alert).decode())


def _write_score(found: msgspec.Struct) -> None:
    click.echo(msgspec.json.encode(found).decode(), err=True)

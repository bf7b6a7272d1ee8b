"""`tocsin backtest`: what would have been alerted on past data, as JSONL on standard output."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from models.records import Post, Share
from streams.cli.mentions import complain, mapping_of, posts_of
from streams.cli.params import has_folder
from streams.cli.progress import progress
from streams.rows import Complaints, Unreadable
from streams.series import Label, read_labels, read_series

if TYPE_CHECKING:
    from streams.backtest import Alert
    from streams.compare import Setting
    from streams.score import Score
    from streams.trace import Trace

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FORMS: Final = (".png", ".html")


@dataclass(frozen=True, slots=True)
class _Past:
    """What was read of the past: `points` of a count series, or `posts`."""

    path: Path
    points: Sequence[tuple[datetime, float]]
    posts: Sequence[Post | Share]

    @property
    def span(self) -> timedelta:
        if self.points:
            return self.points[-1][0] - self.points[0][0]
        return max(self.posts[-1].seen_at - self.posts[0].seen_at, timedelta(minutes=1))

    def brands(self, setting: "Setting") -> list[str]:
        """The brands that are judged: a series is one."""
        return [self.path.stem] if self.points else setting.brands(self.posts)

    def ours(self, labels: Sequence[Label]) -> list[Label]:
        """The labels that are about it: a series goes by its file's name."""
        return [label for label in labels if not self.points or label.brand in {None, self.path.stem}]


@click.command()
@click.option("--series", type=_FILE, help="CSV with the columns timestamp,value: a regular count series of any step.")
@click.option(
    "--mentions", type=_FILE, help="CSV, TSV or JSONL with created_at, text, brand; optional: sentiment, author, …"
)
@click.option("--false-alarms", metavar="BUDGET", help="The budget, per brand.  [default: 1/week]")
@click.option(
    "--settings",
    "settings_path",
    metavar="FILE",
    help="Judge by this tocsin.toml: its brands, queries, budgets and classifier; nobody is called.",
)
@click.option(
    "--compare",
    nargs=2,
    metavar="A B",
    help="Judge under two settings, side by side: budgets such as 1/week, or settings files (.toml).",
)
@click.option("--labels", type=_FILE, help="What really happened: start, end, optional brand (CSV, JSONL, or JSON).")
@click.option(
    "--chart",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw counts, what was expected, alerts and labels: FILE.png or FILE.html.",
)
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Where a field of --mentions stands.")
def command(
    *,
    series: Path | None,
    mentions: Path | None,
    false_alarms: str | None,
    settings_path: str | None,
    compare: tuple[str, str] | None,
    labels: Path | None,
    chart: Path | None,
    pairs: tuple[str, ...],
) -> None:
    """Judge the past as it would have been judged.

    Alerts go to standard output, one JSON object a line. Rows that cannot be used are named on standard error, and so
    is the score (the last line, JSON) where --labels is given, and the table of --compare.
    """
    path = series or mentions
    if path is None or (series is not None and mentions is not None):
        raise click.UsageError("give either --series FILE or --mentions FILE")
    if chart is not None and compare:
        raise click.UsageError("--chart shows one setting; draw it for each of the two with --false-alarms")
    if chart is not None and chart.suffix.lower() not in _FORMS:
        raise click.BadParameter(f"{chart.name} ends in neither .png nor .html", param_hint="--chart")
    if chart is not None:
        has_folder(chart, "--chart")
    if sum(given is not None for given in (false_alarms, settings_path, compare)) > 1:
        raise click.UsageError("give one of --false-alarms, --settings and --compare")
    settings = [_setting(given, "--compare") for given in compare or ()]
    alone = _alone(false_alarms, settings_path)
    mapping = mapping_of(pairs)
    try:
        known = _labels(labels) if labels is not None else None
        branded = not all(setting.has_queries for setting in settings or [alone])
        past = _read(path, mapping, Complaints(), is_series=series is not None, branded=branded)
    except Unreadable as error:
        raise click.UsageError(str(error)) from None
    if settings:
        _side_by_side(past, settings, known)
    else:
        _judged(past, alone, known, chart)


def _alone(false_alarms: str | None, settings_path: str | None) -> "Setting":
    if settings_path is None:
        return _setting(false_alarms or "1/week", "--false-alarms")
    if not settings_path.endswith(".toml"):
        raise click.BadParameter(f"{settings_path} is no settings file: it ends in .toml", param_hint="--settings")
    return _setting(settings_path, "--settings")


def _setting(given: str, option: str) -> "Setting":
    from streams.compare import WrongSetting, setting

    try:
        return setting(given)
    except WrongSetting as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _labels(path: Path) -> list[Label]:
    """What really happened; ends the program where none of it can be used: a score against nothing says nothing."""
    complaints = Complaints()
    labels = read_labels(path, complaints)
    complain(path, complaints, usable=len(labels))
    return labels


def _read(path: Path, mapping: dict[str, str], complaints: Complaints, *, is_series: bool, branded: bool) -> _Past:
    if is_series:
        points = read_series(path, complaints)
        complain(path, complaints, usable=len(points))
        return _Past(path, points, ())
    return _Past(path, (), posts_of(path, mapping, complaints, branded=branded))


def _judged(past: _Past, setting: "Setting", labels: list[Label] | None, chart: Path | None) -> None:
    from streams.backtest import step_minutes
    from streams.trace import Trace

    trace = None
    if chart is not None:
        trace = Trace(past.span, step_minutes([at for at, _ in past.points]))
    alerts = _run(past, setting, trace)
    _write(alerts)
    if chart is not None and trace is not None:
        _draw(chart, trace, alerts, past.ours(labels or ()))
    if labels is not None:
        found = _score(past, setting, alerts, labels)
        click.echo(_against_budget(found), err=True)
        click.echo(msgspec.json.encode(found).decode(), err=True)


def _run(past: _Past, setting: "Setting", trace: "Trace | None" = None) -> "list[Alert]":
    from streams.backtest import run_mentions, run_series

    with progress(f"{past.path.name}, {setting.name}") as told:
        if past.points:
            return run_series(past.points, setting.budget(past.path.stem), told, trace=trace, name=past.path.stem)
        settings = setting.of(past.posts)
        done = asyncio.run(run_mentions(past.posts, settings, progress=told, trace=trace))
    for reason, count in sorted(done.dead.items()):
        click.echo(f"{past.path}: {count} records could not be processed: {reason}", err=True)
    return done.alerts


def _score(past: _Past, setting: "Setting", alerts: "Sequence[Alert]", labels: Sequence[Label]) -> "Score":
    from streams.score import score

    brands = past.brands(setting)
    return score(alerts, past.ours(labels), brands=len(brands), span=past.span, budget=setting.allowed(brands))


def _against_budget(found: "Score") -> str:
    rate, budget = found.false_alarms_per_brand_week, found.budget_per_brand_week
    if rate is None or budget is None:
        return "too little time for a rate of false alarms"
    verdict = "within" if rate <= budget else "over"
    return f"false alarms per brand and week: {rate:.2f} achieved, {budget:.2f} allowed ({verdict} the budget)"


def _draw(path: Path, trace: "Trace", alerts: "Sequence[Alert]", labels: Sequence[Label]) -> None:
    from streams.backtest_chart import write_chart

    try:
        left_out = write_chart(path, trace, alerts, labels)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written (--chart): {error.strerror}") from error
    if left_out:
        click.echo(f"{path}: no room for {len(left_out)} more brands, which have fewer alerts", err=True)


def _side_by_side(past: _Past, settings: "Sequence[Setting]", labels: list[Label] | None) -> None:
    from streams.cli.backtest_table import show

    both = [_run(past, setting) for setting in settings]
    for setting, alerts in zip(settings, both, strict=True):
        _write([msgspec.structs.replace(alert, settings=setting.name) for alert in alerts])
    scores = [_score(past, setting, alerts, labels or ()) for setting, alerts in zip(settings, both, strict=True)]
    show([setting.name for setting in settings], scores, both, labelled=labels is not None)


def _write(alerts: Sequence[msgspec.Struct]) -> None:
    for alert in alerts:
        click.echo(msgspec.json.encode(alert).decode())

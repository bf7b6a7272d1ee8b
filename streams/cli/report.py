"""`tocsin report BRAND`: the brand's position over a period, as JSON and as a page."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from streams.cli.params import Moment, has_folder, moment
from streams.settings.kinds import Locale

if TYPE_CHECKING:
    from models.position.figures import Period
    from streams.compare import Setting
    from streams.report.gather import Gathering
    from streams.report.report import About, Origin, Report
    from streams.settings.schema import Settings

_SETTINGS: Final = Path("tocsin.toml")
_USUAL: Final = timedelta(days=7)
_LONGEST: Final = timedelta(days=366)
_BUDGET: Final = "1/week"


@click.command("report")
@click.argument("brand")
@click.option("--since", type=Moment(), help="A moment, or an age such as 2h or 7d; else 7 days before --until.")
@click.option("--until", type=Moment(), default=None, help="A moment, or an age; now, where left out.")
@click.option("--against", multiple=True, metavar="NAME", help="Compare with this brand; else with its sector, or all.")
@click.option(
    "--mentions",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of mentions, as of tocsin backtest, instead of a running pipeline; its end is now.",
)
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Where a field of --mentions stands.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page that needs nothing else.")
@click.option("--json", "as_json", is_flag=True, help="With --html: the JSON too, on standard output.")
@click.option("--locale", type=click.Choice(["en", "fr"]), help="The language; else the brand's.")
@click.option("--settings", "path", type=click.Path(path_type=Path), help="[default: tocsin.toml]")
@click.option("--broker", metavar="HOST:PORT,…", help="Instead of kafka.broker of the settings.")
def command(
    *,
    brand: str,
    since: datetime | timedelta | None,
    until: datetime | timedelta | None,
    against: tuple[str, ...],
    file: Path | None,
    pairs: tuple[str, ...],
    html: Path | None,
    as_json: bool,
    locale: Locale | None,
    path: Path | None,
    broker: str | None,
) -> None:
    """Tell BRAND's position over a period: how much is said, how negative, what, who, where, against its competitors,
    and how its alerts were handled; each against the period before.

    JSON on standard output. With --html a page is written instead, and its summary printed. Nothing is changed in
    Kafka.
    """
    if html is not None:
        has_folder(html, "--html")
    if file is not None and broker is not None:
        raise click.UsageError("give --mentions or --broker: a report is on a file or on a pipeline")
    if file is None and pairs:
        raise click.UsageError("--map says where the fields of --mentions stand, and there is no such file")
    asked = _Asked(brand, since, until, against, locale)
    report = _of_pipeline(asked, path or _SETTINGS, broker) if file is None else _of_file(asked, path, file, pairs)
    if html is not None:
        _write(html, report)
        if not as_json:
            click.echo("\n".join(report.summary))
    if html is None or as_json:
        click.echo(msgspec.json.encode(report))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the report is to be on."""

    brand: str
    since: datetime | timedelta | None
    until: datetime | timedelta | None
    against: Sequence[str]
    locale: Locale | None

    def known_among(self, names: Sequence[str], where: str) -> None:
        """Ends the program where a brand is asked for that there is not."""
        from streams.cli.past import known_brand

        for name in (self.brand, *self.against):
            known_brand(name, names, where)

    def period(self, now: datetime) -> "Period":
        """From when to when, in UTC."""
        from models.position.figures import Period
        from streams.cli.lines import WrongCall

        end = (now if self.until is None else moment(self.until, now)).astimezone(UTC)
        begin = end - _USUAL if self.since is None else moment(self.since, now).astimezone(UTC)
        if begin >= end:
            raise WrongCall(f"--since {begin:%Y-%m-%dT%H:%M} is not before --until {end:%Y-%m-%dT%H:%M} (UTC)")
        if end - begin > _LONGEST:
            days = (end - begin).days
            raise WrongCall(f"a report is on at most {_LONGEST.days} days, not {days}; give a later --since")
        return Period(begin, end)


def _of_pipeline(asked: _Asked, path: Path, broker: str | None) -> "Report":
    from models.clock import SystemClock
    from streams.cli.kafka import on_kafka
    from streams.cli.past import UNHEARD, used_settings, went_through
    from streams.cli.progress import waiting
    from streams.history import History
    from streams.report.gather import DONE, SAID, rivals_of
    from streams.report.report import reported

    settings = used_settings(path, broker)
    asked.known_among([each.name for each in settings.brands], UNHEARD)
    clock = SystemClock()
    period = asked.period(clock.now())
    about, gathering = _begun(asked, period, settings, rivals_of(asked.brand, settings), origin="topics")
    history = History(settings, clock)

    async def read() -> None:
        await went_through(history, settings, SAID, period.before.since, gathering.said)
        await went_through(history, settings, DONE, period.before.since, gathering.done)

    with waiting(f"{asked.brand}: reading from {settings.kafka.broker}"):
        on_kafka(read(), settings, path)
    return reported(about, gathering.reading, gathering.casebook, clock.now())


def _of_file(asked: _Asked, path: Path | None, file: Path, pairs: Sequence[str]) -> "Report":
    from models.clock import SystemClock
    from models.records import Topic
    from streams.backtest import brands_of, play, unprocessed
    from streams.cli.mentions import mapping_of, posts_of
    from streams.cli.progress import progress
    from streams.report.gather import DONE, SAID, end_of, rivals_of
    from streams.report.report import reported
    from streams.rows import Complaints, Unreadable

    mapping, setting = mapping_of(pairs), _setting(path)
    try:
        posts = posts_of(file, mapping, Complaints(), branded=not setting.has_queries)
    except Unreadable as error:
        raise click.UsageError(str(error)) from None
    settings = setting.of(posts)
    names = list(dict.fromkeys([*brands_of(posts), *(each.name for each in settings.brands)]))
    asked.known_among(names, str(file))
    period = asked.period(end_of(posts))
    about, gathering = _begun(asked, period, settings, rivals_of(asked.brand, settings, names), origin="file")
    with progress(file.name) as told:
        runner = asyncio.run(play(posts, settings, progress=told))
    for reason, count in sorted(unprocessed(runner).items()):
        click.echo(f"{file}: {count} records could not be processed: {reason}", err=True)
    for topics, take in ((SAID, gathering.said), (DONE, gathering.done)):
        for topic in topics:
            for record in runner.records(Topic(topic)):
                take(record)
    return reported(about, gathering.reading, gathering.casebook, SystemClock().now())


def _setting(path: Path | None) -> "Setting":
    """What a file is judged by: the settings of `path`, if there are any."""
    from streams.cli.lines import WrongCall
    from streams.cli.settings import load_settings
    from streams.compare import Setting, WrongSetting, of_file
    from streams.settings.spared import OFFLINE

    if path is None and not _SETTINGS.exists():
        return Setting(_BUDGET)
    used = path or _SETTINGS
    known = load_settings(used, spared=OFFLINE)
    try:
        return of_file(str(used), known)
    except WrongSetting as error:
        raise WrongCall(str(error)) from None


def _begun(
    asked: _Asked, period: "Period", settings: "Settings", rivals: Sequence[str], *, origin: "Origin"
) -> "tuple[About, Gathering]":
    from alerts.handling import Casebook
    from models.position.reading import Reading
    from streams.report.gather import Gathering
    from streams.report.report import About
    from streams.zones import zone_of

    known = settings.brand(asked.brand.removeprefix("drill:"))
    about = About(
        brand=asked.brand,
        titles={each.name: each.title for each in settings.brands},
        origin=origin,
        locale=asked.locale or ("en" if known is None else known.locale),
        timezone="UTC" if known is None else known.timezone,
        console_url=settings.public_url,
    )
    reading = Reading(asked.brand, period, zone_of(about.timezone), asked.against or rivals)
    return about, Gathering(reading, Casebook(asked.brand))


def _write(path: Path, report: "Report") -> None:
    from streams.report.page import page

    try:
        path.write_bytes(page(report))
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written (--html): {error.strerror}") from error

"""`tocsin audit`: what was noticed, told, withheld and done, for the post-mortem."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from streams.cli.params import Moment, span
from streams.settings.kinds import Locale


@click.command("audit")
@click.option("--brand", help="Only this brand.")
@click.option("--incident", help="Only this incident, by its id.")
@click.option("--since", type=Moment(), default="30d", show_default=True, help="A moment, or an age such as 2h or 7d.")
@click.option("--until", type=Moment(), default=None, help="A moment, or an age; now, where left out.")
@click.option("--format", "form", type=click.Choice(["json", "timeline"]), default="json", show_default=True)
@click.option("--locale", type=click.Choice(["en", "fr"]), help="The language of the timeline; else the brand's.")
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--broker", metavar="HOST:PORT,…", help="Instead of kafka.broker of the settings.")
def command(
    *,
    brand: str | None,
    incident: str | None,
    since: datetime | timedelta,
    until: datetime | timedelta | None,
    form: str,
    locale: Locale | None,
    path: Path,
    broker: str | None,
) -> None:
    """Export who was told what, when, by which channel and why, and what people did.

    json: one line for each entry, for programs. timeline: a table in Markdown, for people.
    Exit code 1: nothing was found.
    """
    from alerts.audit import Query
    from alerts.render.account import as_json, markdown
    from models.clock import SystemClock
    from streams.cli.kafka import on_kafka
    from streams.cli.past import UNHEARD, found, known_brand, used_settings
    from streams.history import History, reader

    settings = used_settings(path, broker)
    clock = SystemClock()
    begin, end = span(since, until, clock.now())
    query = Query(
        brand=brand,
        incident=incident,
        since=begin,
        until=None if until is None else end,
    )
    entries = on_kafka(found(History(settings, clock), settings, query), settings, path)
    if not entries:
        if brand is not None:
            known_brand(brand, [each.name for each in settings.brands], UNHEARD)
        click.echo("nothing was found", err=True)
        sys.exit(1)
    if form == "json":
        click.echo("\n".join(as_json(entry) for entry in entries))
        return
    about = brand or entries[0].brand
    click.echo(markdown(brand or "Tocsin", entries, reader(settings, about, locale)), nl=False)

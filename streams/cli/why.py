"""`tocsin why BRAND`: why was an alert sent, or not?"""

from datetime import datetime, timedelta
from pathlib import Path

import click

from streams.cli.params import Moment, span
from streams.settings.kinds import Locale


@click.command("why")
@click.argument("brand")
@click.option("--since", type=Moment(), default="24h", show_default=True, help="A moment, or an age such as 2h or 7d.")
@click.option("--until", type=Moment(), default=None, help="A moment, or an age; now, where left out.")
@click.option("--for", "name", metavar="NAME", help="Only what concerns this person or channel.")
@click.option("--locale", type=click.Choice(["en", "fr"]), help="The language; else the brand's.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each entry.")
@click.option("--mentions/--no-mentions", default=True, help="Count what was heard, too: reads the topic of mentions.")
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--broker", metavar="HOST:PORT,…", help="Instead of kafka.broker of the settings.")
def command(
    *,
    brand: str,
    since: datetime | timedelta,
    until: datetime | timedelta | None,
    name: str | None,
    locale: Locale | None,
    as_json: bool,
    mentions: bool,
    path: Path,
    broker: str | None,
) -> None:
    """Tell what was noticed about BRAND, who was told of it and why, and what was withheld and why.

    Everything is read from Kafka, and nothing is changed there.
    """
    from alerts.render.account import account
    from alerts.render.account import as_json as line
    from models.clock import SystemClock
    from streams.cli.kafka import on_kafka
    from streams.cli.past import UNHEARD, awaited, known_brand, known_name, looked_up, used_settings
    from streams.history import History, reader

    settings = used_settings(path, broker)
    known_brand(brand, [each.name for each in settings.brands], UNHEARD)
    clock = SystemClock()
    period = span(since, until, clock.now())
    history = History(settings, clock)
    entries, heard = on_kafka(looked_up(history, settings, brand, period, mentions=mentions), settings, path)
    unjudged = None if as_json else on_kafka(awaited(history, settings, brand), settings, path)
    if name is not None:
        entries = [e for e in entries if name in (e.who.partition(":")[2], e.via) or not e.who]
        if not any(e.who for e in entries):
            known_name(name, [*settings.people, *settings.channels])
    if as_json:
        click.echo("\n".join(line(entry) for entry in entries))
        return
    told = reader(settings, brand, locale)
    title = known.title if (known := settings.brand(brand)) is not None else brand
    click.echo("\n".join(account(title, entries, heard, period, told, unjudged=unjudged)))

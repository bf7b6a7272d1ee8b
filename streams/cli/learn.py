"""`tocsin learn FILE`: what is usual for each brand, from a file of its past, for a pipeline that does not know it."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from streams.cli.mentions import mapping_of, posts_of
from streams.cli.progress import progress
from streams.rows import Complaints, Unreadable

if TYPE_CHECKING:
    from models.records import Past
    from streams.lessons import Lesson
    from streams.settings.schema import Settings


@click.command("learn")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--broker", metavar="HOST:PORT,…", help="Instead of kafka.broker of the settings.")
@click.option("--dry-run", is_flag=True, help="Say what would be learned, and send nothing.")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Where a field of FILE stands.")
def command(*, file: Path, path: Path, broker: str | None, dry_run: bool, pairs: tuple[str, ...]) -> None:
    """Teach the running pipeline what is usual for each brand, from the mentions in FILE (CSV, TSV or JSONL).

    A new brand is judged from its first hour on, and not only after a day, or two weeks. Nobody is told of what FILE
    holds, and a brand that the pipeline knows already keeps what it has found out for itself. Give it what the sources
    of the settings would have brought: twice as many mentions would make every crisis look half as large.
    Exit code 1: nothing was learned.
    """
    from models.clock import SystemClock
    from streams.cli.kafka import on_kafka
    from streams.cli.past import used_settings
    from streams.cli.settings import load_settings, refuse_meaningless
    from streams.lessons import lessons, to_come, too_old
    from streams.settings.spared import OFFLINE

    settings = load_settings(path, spared=OFFLINE) if dry_run else used_settings(path, broker)
    refuse_meaningless(settings, path)
    mapping = mapping_of(pairs)
    try:
        posts = posts_of(file, mapping, Complaints(), branded=False)
    except Unreadable as error:
        raise click.UsageError(str(error)) from None
    now = SystemClock().now()
    if too_old(posts, now):
        raise click.ClickException(
            f"{file} ends on {posts[-1].seen_at:%Y-%m-%d}: what is older than ten weeks is forgotten"
        )
    if ahead := to_come(posts, now):
        many = f"{ahead:,} {'is' if ahead == 1 else 'are'}"
        last = f"{posts[-1].seen_at:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M}"
        raise click.ClickException(
            f"{file}: of {len(posts):,} posts {many} from the future (up to {last}): "
            "is their time zone missing, or a year wrong?"
        )
    if not dry_run:
        on_kafka(_ready(settings), settings, path)  # whoever waits for minutes should not hear only then that it fails
    with progress(file.name) as told:
        found = asyncio.run(lessons(posts, settings, now, told))
    for reason, count in sorted(found.dead.items()):
        click.echo(f"{file}: {count} records could not be processed: {reason}", err=True)
    if not found.each:
        raise click.ClickException(f"{file} holds nothing on the brands of {path}")
    pasts = [lesson.past for lesson in found.each if lesson.past is not None]
    if pasts and not dry_run:
        on_kafka(_send(settings, pasts), settings, path)
    for lesson in found.each:
        click.echo(_said(lesson, dry_run=dry_run))
    sys.exit(0 if pasts else 1)


async def _ready(settings: "Settings") -> None:
    from streams.brokers.kafka import Access
    from streams.brokers.topics import ensure_topics, source_plans

    await ensure_topics(Access(settings.kafka), source_plans(settings.kafka))


async def _send(settings: "Settings", pasts: "Sequence[Past]") -> None:
    from models.clock import SystemClock
    from models.records import Topic
    from models.stage import Emit
    from streams.brokers.kafka import Access
    from streams.brokers.publisher import KafkaPublisher
    from streams.publish import Outgoing

    async with KafkaPublisher(Access(settings.kafka), SystemClock(), stage="learn") as publisher:
        await publisher.publish([Outgoing(Emit(Topic.MENTIONS, past.brand, past)) for past in pasts])


def _said(lesson: "Lesson", *, dry_run: bool) -> str:
    """One line on a brand."""
    mentions = "1 mention" if lesson.mentions == 1 else f"{lesson.mentions:,} mentions"
    span = f"{lesson.first:%Y-%m-%d %H:%M} to {lesson.last:%Y-%m-%d %H:%M} UTC"
    if lesson.past is None:
        verdict = "too little to judge by (12 hours with mentions over a day, or two weeks)"
    else:
        verdict = "enough to judge by" + ("" if dry_run else ", sent")
    return f"{lesson.brand}: {mentions}, {lesson.adverse:,} of them adverse, {span}: {verdict}"

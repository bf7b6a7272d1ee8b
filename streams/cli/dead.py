"""`tocsin dead`: what could not be processed, or reached nobody, and why; and how it is put back."""

import base64
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from alerts.render.safety import clean
from models.records import AnyRecord, Dead, Topic
from streams.cli.dead_replay import put_back, summary
from streams.cli.params import Moment, span
from streams.redrive import Plan, brand_of, plan, replayed

_SHOWN: Final = 300
"""How much of a record's bytes a line shows; `--json` has all that was kept of them."""


@click.command("dead")
@click.option("--since", type=Moment(), default="24h", show_default=True, help="A moment, or an age such as 2h or 7d.")
@click.option("--until", type=Moment(), default=None, help="A moment, or an age; now, where left out.")
@click.option("--reason", help="Only these, such as undelivered or malformed.")
@click.option("--topic", help="Only what came from this topic, such as posts or mentions, or from this source.")
@click.option("--brand", help="Only what is about this brand, where that is known: of most posts it is not.")
@click.option("--replay", is_flag=True, help="Put the records back where they came from: the cause is mended.")
@click.option("--dry-run", is_flag=True, help="With --replay: say what would be put back, and send nothing.")
@click.option("--again", is_flag=True, help="With --replay: also what was put back before.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each, with all bytes that were kept.")
@click.option("--settings", "path", type=click.Path(path_type=Path), default=Path("tocsin.toml"), show_default=True)
@click.option("--broker", metavar="HOST:PORT,…", help="Instead of kafka.broker of the settings.")
def command(
    *,
    since: datetime | timedelta,
    until: datetime | timedelta | None,
    reason: str | None,
    topic: str | None,
    brand: str | None,
    replay: bool,
    dry_run: bool,
    again: bool,
    as_json: bool,
    path: Path,
    broker: str | None,
) -> None:
    """Tell which records could not be processed, and which alerts reached nobody, with the reason of each.

    With --replay, put the records back where they came from, each once: in the same partition, under the same key,
    with the same times. What cannot go back is counted, with the reason. Without it nothing is changed in Kafka.
    Times are UTC. Exit code 1: nothing was found, or nothing was put back.
    """
    from models.clock import SystemClock
    from streams.cli.kafka import on_kafka
    from streams.cli.past import UNHEARD, known_brand, used_settings, went_through
    from streams.history import History

    if (dry_run or again) and not replay:
        raise click.UsageError(f"{'--dry-run' if dry_run else '--again'} is for --replay")
    settings = used_settings(path, broker)
    clock = SystemClock()
    begin, end = span(since, until, clock.now())
    history, found = History(settings, clock), list[AnyRecord]()
    on_kafka(went_through(history, settings, (Topic.DEAD,), begin, found.append), settings, path)
    every, done = letters(found), replayed(found)
    times = None if history.replayed else (begin, None if until is None else end)
    asked = Asked(times, reason, topic)
    wanted = [each for each in every if each in asked]
    if brand is not None:
        brands = [brand_of(each) for each in wanted]
        wanted = [each for each, its in zip(wanted, brands, strict=True) if its == brand]
        if unknown := brands.count(None):
            click.echo(f"{unknown:,} more left out: what brand they are about is not known", err=True)
    if not wanted:
        if brand is not None:
            known_brand(brand, [each.name for each in settings.brands], UNHEARD)
        click.echo(_none_of(every), err=True)
        sys.exit(1)
    if not replay:
        _tell(wanted, done, as_json=as_json)
        return
    planned = plan(
        wanted,
        done,
        clock.now(),
        partitions=settings.kafka.partitions,
        fresh_min=settings.delivery.give_up_after_min,
        sources=[source.name for source in settings.sources],
        again=again,
    )
    if planned.back and not dry_run:
        on_kafka(put_back(planned, settings), settings, path)
    if as_json:
        click.echo("\n".join(json_lines(planned, dry_run=dry_run)))
    click.echo("\n".join(summary(planned, None if times is None else begin, dry_run=dry_run)), err=as_json)
    sys.exit(0 if planned.back else 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which letters are asked for; None: whichever. `times`: from when, and until when, both included."""

    times: tuple[datetime, datetime | None] | None
    reason: str | None
    topic: str | None

    def __contains__(self, letter: Dead) -> bool:
        if self.times is not None:
            begin, last = self.times
            if letter.at < begin or (last is not None and letter.at > last):
                return False
        return self.reason in (None, letter.reason) and self.topic in (None, _from(letter))


def _none_of(every: Sequence[Dead]) -> str:
    others = sorted({f"{clean(each.reason, 60)} from {clean(_from(each), 60)}" for each in every})
    return "no dead letters were found" + (f"; others there are: {', '.join(others)}" if others else "")


def _from(letter: Dead) -> str:
    """The topic, source or stage that a letter comes from."""
    return letter.origin.partition("/")[0]


def _tell(wanted: Sequence[Dead], done: Mapping[str, datetime], *, as_json: bool) -> None:
    for letter in wanted:
        at = done.get(letter.origin)
        click.echo(json.dumps(fields(letter, at), ensure_ascii=False) if as_json else text(letter, at))


def json_lines(planned: Plan, *, dry_run: bool) -> list[str]:
    """For programs: each letter, and what was done with its record, or why nothing."""
    sent = "would-send" if dry_run else "sent"
    told = [(letter, sent) for _, letter in planned.back]
    told += [(letter, why.name.lower().replace("_", "-")) for letter, why in planned.stays]
    return [json.dumps({**fields(letter), "replay": what}, ensure_ascii=False) for letter, what in told]


def letters(records: Iterable[AnyRecord]) -> list[Dead]:
    """Each dead letter once, oldest first."""
    return sorted({each.id: each for each in records if isinstance(each, Dead)}.values(), key=lambda d: (d.at, d.id))


def text(letter: Dead, back_at: datetime | None = None) -> str:
    """A letter for people: when, why and where from, the details, and the beginning of what it holds.

    `back_at`: when its record was put back.

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
    if back_at is not None:
        lines.append(f"    put back {back_at:%Y-%m-%d %H:%M:%S}")
    return "\n".join(lines)


def fields(letter: Dead, back_at: datetime | None = None) -> Mapping[str, Any]:
    """A letter for programs: its bytes as `text`, or as `base64` where they are no UTF-8."""
    told = {"at": letter.at.isoformat(), "reason": letter.reason, "detail": letter.detail, "origin": letter.origin}
    try:
        held = {"text": letter.payload.decode("utf-8")}
    except UnicodeDecodeError:
        held = {"base64": base64.b64encode(letter.payload).decode("ascii")}
    returned = {} if back_at is None else {"replayed": back_at.isoformat()}
    return {**told, "key": letter.key, "size": letter.size, **held, **returned}

"""`tocsin dead --replay`: puts records back where they came from, and says what it has done with each dead letter."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from alerts.render.safety import clean
from models.records import Dead, Topic
from models.stage import Emit
from streams.publish import Outgoing
from streams.redrive import Place, Plan, note
from streams.settings.schema import Settings

_AT_ONCE: Final = 200
"""So many go back before it is written down: what a crash in between puts back twice is recognised by its ids."""
_NAMED: Final = 3


async def put_back(plan: Plan, settings: Settings) -> None:
    """Publishes the records of a plan, and after each few of them, that it was done."""
    from models.clock import SystemClock
    from streams.brokers.kafka import Access, topic_name
    from streams.brokers.publisher import KafkaPublisher, Raw
    from streams.brokers.topics import ensure_topics, source_plans

    access, clock = Access(settings.kafka), SystemClock()
    await ensure_topics(access, source_plans(settings.kafka))
    async with KafkaPublisher(access, clock, stage="replay") as publisher:
        for start in range(0, len(plan.back), _AT_ONCE):
            few = plan.back[start : start + _AT_ONCE]
            for (topic, partition), group in groupby(few, key=lambda each: (each[0].topic, each[0].partition)):
                raws = [Raw(letter.key.encode(), letter.payload) for _, letter in group]
                await publisher.deliver(topic_name(settings.kafka, topic), partition, raws)
            at = clock.now()
            notes = [Outgoing(Emit(Topic.DEAD, letter.origin, note(letter, at))) for _, letter in few]
            await publisher.publish(notes)


def summary(plan: Plan, since: datetime | None, *, dry_run: bool) -> list[str]:
    """One line with what went back where, and one for each reason why others did not, with the first of them.

    >>> from datetime import UTC
    >>> summary(Plan((), ()), datetime(2026, 11, 22, 14, tzinfo=UTC), dry_run=True)
    ['would put back 0 of 0 dead letters since 2026-11-22 14:00 UTC']
    """
    total = len(plan.back) + len(plan.stays)
    letters = "1 dead letter" if total == 1 else f"{total:,} dead letters"
    said = f"{'would put back' if dry_run else 'put back'} {len(plan.back):,} of {letters}"
    span = "" if since is None else f" since {since:%Y-%m-%d %H:%M} UTC"
    lines = [f"{said}{span}{_where(plan.back)}"]
    for reason, number in Counter(reason for _, reason in plan.stays).most_common():
        first = [clean(letter.origin, 120) for letter, other in plan.stays if other is reason][:_NAMED]
        more = ", …" if number > _NAMED else ""
        lines.append(f"  left {number:,}: {reason.value} [{', '.join(first)}{more}]")
    return lines


def _where(back: Sequence[tuple[Place, Dead]]) -> str:
    counts: Iterable[tuple[Topic, int]] = Counter(where.topic for where, _ in back).items()
    told = ", ".join(f"{number:,} to {topic}" for topic, number in counts)
    return f": {told}" if told else ""

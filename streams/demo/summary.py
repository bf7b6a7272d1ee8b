"""What the demo says at its end: a fold over the records that went through the topics."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from models.records import AnyRecord, Dead, Delivery, Mention, Notification, Outcome, Signal, SignalKind, Why
from streams.demo.story import Plot


class StageRate(msgspec.Struct, frozen=True):
    """What one agent did: records taken in, seconds it spent deciding on them, and the rate that makes."""

    stage: str
    records: int
    step_s: float

    @property
    def per_second(self) -> float:
        return self.records / self.step_s if self.step_s > 0 else 0.0


@dataclass(slots=True)
class Tally:
    """Counts what passes by. Records may come more than once; ids make them count once."""

    plot: Plot
    mentions: set[str] = field(default_factory=set)
    adverse: set[str] = field(default_factory=set)
    signals: dict[str, Signal] = field(default_factory=dict)
    notifications: dict[str, Notification] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    dead: dict[str, Dead] = field(default_factory=dict)

    def take(self, records: Iterable[AnyRecord]) -> None:
        for record in records:
            match record:
                case Mention():
                    self.mentions.add(record.id)
                    if record.adverse:
                        self.adverse.add(record.id)
                case Signal():
                    self.signals.setdefault(record.id, record)
                case Notification():
                    self.notifications.setdefault(record.id, record)
                case Delivery():
                    self.deliveries[record.id] = record
                case Dead():
                    self.dead[record.id] = record
                case _:
                    pass

    def owing(self) -> list[Notification]:
        """Notifications that have not reached the end of their way on every channel."""
        done = Counter(d.notification for d in self.deliveries.values() if d.outcome is not Outcome.WITHHELD)
        return [n for n in self.notifications.values() if done[n.id] < len(n.channels)]

    def owed(self) -> int:
        """How many they are."""
        return len(self.owing())

    def first_alert(self, *kinds: SignalKind) -> datetime | None:
        """When a human was first told of a signal of one of these kinds, in event time."""
        return min(
            (n.at for n in self.notifications.values() if any(s.kind in kinds for s in n.incident.signals)),
            default=None,
        )


class Summary(msgspec.Struct, frozen=True):
    """The demo's last word. Times to alert are in event time: minutes of the story, not of the machine."""

    seed: int
    crisis: str
    posts: int
    shares: int
    mentions: int
    adverse: int
    complaint_to_alert_s: float | None
    viral_post_to_alert_s: float | None
    sent: dict[str, int]
    withheld: dict[str, int]
    failed: int
    dead: int
    spike_alerts: int
    viral_alerts: int
    resolutions: int
    wall_s: float
    rates: tuple[StageRate, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the story was told to its end: a spike, a viral post, a resolution, nothing lost."""
        told = min(self.spike_alerts, self.viral_alerts, self.resolutions)
        return told > 0 and self.dead == 0 and self.failed == 0


def summarise(tally: Tally, *, posts: int, shares: int, wall_s: float, rates: tuple[StageRate, ...] = ()) -> Summary:
    """Boils the tally down."""
    sent = [d for d in tally.deliveries.values() if d.outcome is Outcome.SENT]
    kinds = {s.kind for n in tally.notifications.values() for s in n.incident.signals}
    spike = tally.first_alert(SignalKind.SPIKE)
    viral = tally.first_alert(SignalKind.VIRAL_THREAT)
    return Summary(
        seed=tally.plot.seed,
        crisis=tally.plot.crisis.name,
        posts=posts,
        shares=shares,
        mentions=len(tally.mentions),
        adverse=len(tally.adverse),
        complaint_to_alert_s=_seconds(tally.plot.onset, spike),
        viral_post_to_alert_s=_seconds(tally.plot.viral_at, viral),
        sent=dict(Counter(str(d.why) for d in sent).most_common()),
        withheld=dict(
            Counter(str(d.why) for d in tally.deliveries.values() if d.outcome is Outcome.WITHHELD).most_common()
        ),
        failed=sum(1 for d in tally.deliveries.values() if d.outcome in (Outcome.REJECTED, Outcome.EXPIRED)),
        dead=len(tally.dead),
        spike_alerts=int(SignalKind.SPIKE in kinds),
        viral_alerts=len(kinds & {SignalKind.VIRAL_THREAT, SignalKind.VIRAL_OPPORTUNITY}),
        resolutions=sum(1 for d in sent if d.why in (Why.ENDED, Why.RESOLVED_BY_HUMAN)),
        wall_s=round(wall_s, 1),
        rates=rates,
    )


def _seconds(since: datetime, until: datetime | None) -> float | None:
    return None if until is None else (until - since).total_seconds()


def told(summary: Summary) -> str:
    """The summary for people."""
    lines = [
        f"Story {summary.seed} ({summary.crisis}): {summary.posts} posts and {summary.shares} shares; "
        f"{summary.mentions} named the brand, {summary.adverse} of them adverse.",
        f"First complaint to first alert: {_span(summary.complaint_to_alert_s)} of the story; "
        f"viral post to its alert: {_span(summary.viral_post_to_alert_s)}.",
        f"Told to humans: {_counts(summary.sent)}. Withheld: {_counts(summary.withheld)}.",
        f"Failed deliveries: {summary.failed}. Dead letters: {summary.dead}. Took {summary.wall_s:.0f} s.",
    ]
    if summary.rates:
        rates = ", ".join(f"{r.stage} {r.per_second:,.0f}/s" for r in summary.rates)
        lines.append(f"Records per second of each stage's own work: {rates}.")
    return "\n".join(lines)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} × {why}" for why, n in counts.items()) or "nothing"


def _span(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    span = timedelta(seconds=round(seconds))
    return f"{span.seconds // 60 + span.days * 1440} min {span.seconds % 60:02d} s"

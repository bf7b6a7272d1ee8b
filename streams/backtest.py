"""The past, judged again: count series by the detector's core, mentions by the pipeline in simulated time."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

import msgspec

from alerts.severity import principal
from models.clock import ManualClock
from models.records import Dead, Notification, Post, Share, Signal, SignalPhase, Tick, Topic, Why
from models.spikes.budget import Budget
from models.spikes.tracked import SpikeParams, Tracked, Verdict
from models.spikes.wave import SpikeDetector
from streams.engines.local import LocalRunner
from streams.parts import Parts
from streams.settings.channels import TerminalSettings
from streams.settings.schema import BrandSettings, Settings, SpikeSettings
from streams.topology import PIPELINE, Stage
from streams.trace import Trace, Watched

SIMULATED: Final = PIPELINE[:4]
"""All stages but the delivery: a backtest calls nobody."""

_TOLD: Final = (Why.FIRST, Why.WORSE, Why.REOPENED)
_AFTER: Final = timedelta(hours=24)
"""How long time goes on after the last mention, so that waves can end."""

_GAP_STEPS: Final = 3
_MIN_COUNT: Final = 3
Progress = Callable[[float], None]
"""Told the share of the work that is done, 0 to 1."""


class Alert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One alert as it would have been. Times are UTC, `interval` is the 90 % range of what was expected."""

    at: datetime
    onset: datetime
    ended: datetime | msgspec.UnsetType | None
    observed: float
    expected: float
    interval: tuple[float, float]
    surprise: float
    window_s: int
    reason: str
    brand: str | msgspec.UnsetType = msgspec.UNSET
    kind: str | msgspec.UnsetType = msgspec.UNSET
    severity: str | msgspec.UnsetType | None = msgspec.UNSET
    incident: str | msgspec.UnsetType | None = msgspec.UNSET
    why: str | msgspec.UnsetType = msgspec.UNSET
    settings: str | msgspec.UnsetType = msgspec.UNSET
    """In a comparison: under which of the two it was given."""


class Backtest(msgspec.Struct, frozen=True, kw_only=True):
    """What a run through the pipeline led to: the alerts, and how many records it could not process, by reason."""

    alerts: list[Alert]
    dead: dict[str, int]


def step_minutes(times: Sequence[datetime]) -> int:
    """The step of a series: the median gap, in whole minutes, 1 at least."""
    gaps = [(b - a).total_seconds() for a, b in pairwise(times) if b > a]
    return max(1, round(median(gaps) / 60)) if gaps else 1


def run_series(
    points: Sequence[tuple[datetime, float]],
    budget: Budget,
    progress: Progress | None = None,
    *,
    trace: Trace | None = None,
    name: str = "",
) -> list[Alert]:
    """Judges a regular count series of any step. A gap is no silence: nothing is learned from it.

    `trace` takes down its course, under `name`.
    """
    step = step_minutes([at for at, _ in points])
    detector = SpikeDetector(SpikeParams(budget=budget, min_authors=_MIN_COUNT, lateness_min=0, bin_min=step))
    tracked: Tracked | None = None
    alerts: list[Alert] = []
    last = 0
    for done, (at, count) in enumerate(points):
        minute = int(at.timestamp() // 60)
        tracked = tracked or detector.initial(minute)
        if last and minute - last > _GAP_STEPS * step:
            detector.skip(tracked, minute // step)
        last = minute
        if trace is not None:
            trace.count(trace.expect(name, detector, tracked, minute), minute, count)
        _note(alerts, detector.observe(tracked, minute, count), at, step)
        if progress is not None and done % 1_000 == 0:
            progress(done / len(points))
    return alerts


def _note(alerts: list[Alert], verdict: Verdict | None, at: datetime, step: int) -> None:
    if verdict is None:
        return
    if verdict.phase is SignalPhase.ENDED:
        alerts[-1] = msgspec.structs.replace(alerts[-1], ended=at)
    elif verdict.phase is SignalPhase.RAISED:
        alerts.append(_series_alert(verdict, at, step))


def _series_alert(verdict: Verdict, at: datetime, step: int) -> Alert:
    judged = verdict.judgement
    onset = datetime.fromtimestamp(verdict.onset * step * 60, UTC)
    minutes = judged.window * step
    return Alert(
        at=at,
        onset=min(onset, at),
        ended=None,
        observed=judged.observed,
        expected=round(judged.expected, 3),
        interval=judged.interval,
        surprise=round(judged.surprise, 3),
        window_s=minutes * 60,
        reason=f"{judged.observed:.12g} in {minutes} min, where {judged.expected:.1f} were expected "
        f"(95 %: up to {judged.interval[1]:.0f}); below {verdict.silent_below} there would be no alarm",
    )


def brands_of(records: Sequence[Post | Share]) -> list[str]:
    """The brands that posts are known to be on, sorted."""
    return sorted({brand for post in records if isinstance(post, Post) for brand in post.known_brands or ()})


def settings_for(records: Sequence[Post | Share], false_alarms: str) -> Settings:
    """Settings that watch the brands of a file, and tell everything."""
    brands = tuple(
        BrandSettings(name=name, query='"' + name.replace('"', " ") + '"', channels=("backtest",), notify_from="P4")
        for name in brands_of(records)
    )
    return Settings(
        brands=brands, channels={"backtest": TerminalSettings()}, spikes=SpikeSettings(false_alarms=false_alarms)
    )


async def run_mentions(
    posts: Sequence[Post | Share],
    settings: Settings,
    *,
    stages: Sequence[Stage] = SIMULATED,
    progress: Progress | None = None,
    trace: Trace | None = None,
) -> Backtest:
    """What a past would have led to (see `play`). `trace` takes down the course of what is counted as a spike."""
    if not posts:
        return Backtest(alerts=[], dead={})
    watched = stages if trace is None else [_watched(stage, trace) for stage in stages]
    runner = await play(posts, settings, stages=watched, progress=progress)
    return Backtest(alerts=_alerts(runner), dead=unprocessed(runner))


async def play(
    posts: Sequence[Post | Share],
    settings: Settings,
    *,
    stages: Sequence[Stage] = SIMULATED,
    progress: Progress | None = None,
    after: timedelta = _AFTER,
) -> LocalRunner:
    """Sends posts and shares (one at least, in the order they were seen) through the pipeline, with a tick a minute
    wherever a tick can matter, until so long `after` the last of them. The runner's topics then hold what came of it.
    """
    clock = ManualClock(posts[0].seen_at)
    runner = LocalRunner(Parts(settings, clock=clock), stages=stages, durable=False)
    sent, end = 0, _whole_minute(posts[-1].seen_at) + after
    at: datetime | None = _whole_minute(posts[0].seen_at)
    while at is not None and at <= end:
        due = sent
        while due < len(posts) and posts[due].seen_at <= at:
            due += 1
        await runner.load(posts[sent:due])
        sent = due
        clock.advance((at - clock.now()).total_seconds())
        await runner.feed(Tick(now=at))
        if progress is not None:
            progress(sent / len(posts))
        at = _next(runner, at, posts[sent] if sent < len(posts) else None)
    return runner


def unprocessed(runner: LocalRunner) -> dict[str, int]:
    """How many records could not be processed, by reason."""
    return dict(Counter(f"{d.reason}: {d.detail}" for d in runner.records(Topic.DEAD) if isinstance(d, Dead)))


def _watched(stage: Stage, trace: Trace) -> Stage:
    if stage.name != "spikes":
        return stage
    return replace(stage, build=lambda parts: Watched(stage.build(parts), trace))


def _whole_minute(at: datetime) -> datetime:
    """The first whole minute that is not earlier."""
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + timedelta(minutes=1)


def _next(runner: LocalRunner, at: datetime, post: Post | Share | None) -> datetime | None:
    wake = runner.next_wake()
    times = [] if wake is None else [max(_whole_minute(wake), at + timedelta(minutes=1))]
    if post is not None:
        times.append(_whole_minute(post.seen_at))
    return min(times, default=None)


def _alerts(runner: LocalRunner) -> list[Alert]:
    """What humans would have been told; the raised signals, where the pipeline ends before the incidents."""
    signals = [record for record in runner.records(Topic.INCIDENT_EVENTS) if isinstance(record, Signal)]
    ends = [signal for signal in signals if signal.phase is SignalPhase.ENDED]
    told = [record for record in runner.records(Topic.NOTIFICATIONS) if isinstance(record, Notification)]
    if told:
        return [_told(each, ends) for each in told if each.why in _TOLD and each.incident.signals]
    return [_alert(signal, ends) for signal in signals if signal.phase is SignalPhase.RAISED]


def _told(notification: Notification, ends: Sequence[Signal]) -> Alert:
    incident = notification.incident
    behind = principal(incident)
    assert behind is not None, "an incident is opened by a signal"
    return msgspec.structs.replace(
        _alert(behind, ends),
        at=notification.at,
        severity=incident.severity.value,
        incident=incident.id,
        why=notification.why.value,
    )


def _alert(signal: Signal, ends: Sequence[Signal]) -> Alert:
    over = [e.at for e in ends if (e.brand, e.kind, e.story) == (signal.brand, signal.kind, signal.story)]
    return Alert(
        at=signal.at,
        onset=signal.onset,
        ended=min((at for at in over if at >= signal.at), default=None),
        observed=signal.observed,
        expected=signal.expected,
        interval=signal.interval,
        surprise=signal.surprise,
        window_s=signal.window_s,
        reason=signal.reason,
        brand=signal.brand,
        kind=signal.kind.value,
        severity=None,
        incident=None,
    )

"""Negative spikes: mentions of a brand in, signals of rising, growing and ending waves out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from models.coordination import judge
from models.records import (
    AlarmJudged,
    Evidence,
    Mention,
    Past,
    Point,
    Signal,
    SignalKind,
    SignalPhase,
    Topic,
    UsualShare,
    digest,
)
from models.spikes.counting import begin_wave, end_wave, is_forgotten, settle, told, wake
from models.spikes.explain import own_first, sentence
from models.spikes.memory import BrandState, minute_of, queued, time_of
from models.spikes.past import taken_in
from models.spikes.tracked import SpikeParams, Tracked, Verdict
from models.spikes.wave import SpikeDetector
from models.stage import Emit, Stepped

_CHART_STEP: Final = 5
_CHART_POINTS: Final = 72
_AFTERSHOCK_MIN: Final = 360
"""A wave that rises so soon after the last one ended continues its story."""

Watch = Callable[[str, tuple[str, ...], bool | None], None]
"""Told the brand, which of its sources are silent now that should not be, and whether it is known well enough to be
judged (None: it is forgotten)."""


class SpikeStep:
    """The stage: records only wait in the state; ticks have them counted and judged, so that replays agree.

    A mention counts in the minute it was written; one that reached us more than the lateness after that is counted
    as late and judged no more: a backfill is no spike. Alarms rise on new voices alone, at the tick that brings them,
    the running minute included: counts within a window only grow, and waiting for its end would lose time. While one
    of the brand's sources is silent, the others are judged as ever, but no hour is learned. A brand that is not known
    yet may be told its past (`past.py`).
    """

    state_type = BrandState

    def __init__(
        self,
        default: SpikeParams,
        by_brand: Mapping[str, SpikeParams] | None = None,
        watch: Watch | None = None,
    ) -> None:
        """`watch` is told after every look at a brand; to be told the same again changes nothing."""
        self._watch = watch
        self._default = SpikeDetector(default)
        self._by_brand = {brand: SpikeDetector(params) for brand, params in (by_brand or {}).items()}

    def initial(self, key: str) -> BrandState:
        return BrandState(brand=key)

    def detector(self, brand: str) -> SpikeDetector:
        """The core that judges a brand."""
        return self._by_brand.get(brand, self._default)

    def __call__(
        self, state: BrandState, records: Sequence[Mention | AlarmJudged | Past], now: datetime
    ) -> Stepped[BrandState]:
        detector = self.detector(state.brand)
        if records:
            heard: list[Mention | AlarmJudged] = []
            for record in records:
                if isinstance(record, Past):
                    state = taken_in(state, record, detector)
                else:
                    heard.append(record)
            waiting = queued(state, heard, detector.params.lateness_min)
            return Stepped(waiting, wake_at=wake(waiting, now))
        fresh = state.copy()
        judged = settle(fresh, detector, now)
        gone = is_forgotten(fresh, now)
        if self._watch is not None:
            known = fresh.tracked is not None and detector.knows(fresh.tracked, minute_of(now))
            self._watch(state.brand, () if gone else fresh.sources.silent(), None if gone else known)
        if gone:
            return Stepped(None)
        emits: tuple[Emit, ...] = ()
        if fresh.tracked is not None and (judged or fresh.tracked.wave is not None):
            emits = _judge(fresh, fresh.tracked, detector, now)
        return Stepped(fresh, emits, wake(fresh, now))


def _judge(state: BrandState, tracked: Tracked, detector: SpikeDetector, now: datetime) -> tuple[Emit, ...]:
    minute = minute_of(now)
    ended = tracked.rearmed
    tracked.budget_share = state.feedback.budget_share(minute)
    verdict = detector.judge(tracked, minute, state.authors.since)
    if verdict is None:
        return ()
    if verdict.phase is SignalPhase.RAISED and not (ended and minute - ended <= _AFTERSHOCK_MIN):
        state.story = digest("spike", state.brand, verdict.raised)
    signal = _signal(state, tracked, detector, verdict, now)
    if verdict.phase is SignalPhase.RAISED:
        begin_wave(state)
    elif verdict.phase is SignalPhase.ENDED:
        end_wave(state, minute)
    return (Emit(Topic.INCIDENT_EVENTS, state.brand, signal),)


def _signal(state: BrandState, tracked: Tracked, detector: SpikeDetector, verdict: Verdict, now: datetime) -> Signal:
    judgement = verdict.judgement
    minute = minute_of(now)
    since = minute - judgement.window + 1
    evidence = _evidence(state, tracked, detector, verdict, since=since, now=minute)
    onset = time_of(verdict.onset)
    reason = sentence(
        int(judgement.observed),
        evidence.authors,
        judgement.window,
        expected=judgement.expected,
        upper=judgement.interval[1],
        onset=onset,
        caution=evidence.caution,
    )
    return Signal(
        id=digest("spike", state.brand, verdict.raised, verdict.phase, verdict.level),
        brand=state.brand,
        kind=SignalKind.SPIKE,
        phase=verdict.phase,
        story=state.story,
        at=now,
        onset=onset,
        observed=judgement.observed,
        expected=round(judgement.expected, 3),
        interval=judgement.interval,
        surprise=round(judgement.surprise, 3),
        window_s=judgement.window * 60,
        reason=reason,
        evidence=evidence,
        published_at=state.published_at,
    )


def _evidence(
    state: BrandState, tracked: Tracked, detector: SpikeDetector, verdict: Verdict, *, since: int, now: int
) -> Evidence:
    tally = state.previous.merged(state.current)
    silent = None if verdict.phase is SignalPhase.ENDED else verdict.silent_below
    adverse = int(tracked.counts.total(since, verdict.bin)) + told(state.echoes, since, verdict.bin)
    # Authors and stories are kept by five minutes, voices by the minute: no more may be told of those than of these.
    authors = min(adverse, state.authors.since(since))
    mentions = told(state.mentions, since, verdict.bin)
    usual = state.share.usual(mentions)
    return Evidence(
        mentions=mentions,
        adverse=adverse,
        authors=authors,
        stories=min(authors, state.stories.different_since(since)),
        networks=tally.top_networks(),
        languages=tally.top_languages(),
        series=_chart(tracked, detector, verdict.bin),
        drivers=own_first(tally.drivers, time_of(min(since, verdict.onset))),
        words=tally.new_words(state.usual),
        amplifiers=tally.top_amplifiers(),
        reach=tally.reach,
        silent_below=silent,
        coordination=judge(state.company.signs, mentions=True),
        advocates=state.company.friends(),
        risk=tally.dominating_risk(),
        caution=state.feedback.caution(now) if verdict.phase is SignalPhase.RAISED else None,
        usual_share=None if usual is None else UsualShare(share=usual[0], low=usual[1], high=usual[2]),
    )


def _chart(tracked: Tracked, detector: SpikeDetector, now: int) -> tuple[Point, ...]:
    """The last six hours in steps of five minutes, ending with the running minute."""
    points = []
    for index in range(_CHART_POINTS):
        last = now - (_CHART_POINTS - 1 - index) * _CHART_STEP
        first = last - _CHART_STEP + 1
        expected = detector.expected(tracked, first, last)
        upper = detector.upper(tracked, expected)
        observed = float(tracked.counts.total(first, last))
        points.append(Point(at=time_of(first), observed=observed, expected=round(expected, 3), upper=upper))
    return tuple(points)

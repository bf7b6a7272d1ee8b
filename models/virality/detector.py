"""Judges cascades: is this post going viral, for better or worse, and where is it heading?

One key per root post, over `Mention` (the root, once per brand that it names) and `Share`. Decides only when it is
woken by a tick, on what had been seen by then; see `docs/virality.md`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final

from models.records import (
    Forecast,
    Mention,
    Share,
    Signal,
    SignalKind,
    SignalPhase,
    Topic,
    digest,
)
from models.stage import Emit, Stepped
from models.stories import story_of_post
from models.virality.accuracy import judged, noted
from models.virality.cascade import Cascade, Root, Stake, utc
from models.virality.expected import Usual
from models.virality.explain import INTERVAL, evidence, reason
from models.virality.features import Seen
from models.virality.forecast import forecast
from models.virality.together import told

EARLY: Final = 10
"""With fewer shares than this a forecast is not trusted to raise an alert."""
REVIEW_S: Final = 300.0
QUIET_S: Final = 3_600.0
QUIET_PART: Final = 0.02
TOLD: Final = 8
"""How many forecasts of one cascade are kept to be judged: the first ones, up to some 3,000 times the mark."""


@dataclass(frozen=True, slots=True)
class ViralityParams:
    """`marks`: per brand, from how many shares a post is viral; brands without one use the author's usual reach.

    `zones`: per brand, by which clock its public lives, where that is known. A cascade that has not moved for
    `forget_after_s` is forgotten.
    """

    marks: Mapping[str, int] = field(default_factory=dict)
    zones: Mapping[str, tzinfo] = field(default_factory=dict)
    forget_after_s: float = 86_400.0


@dataclass(frozen=True, slots=True)
class _Picture:
    """A cascade as it stands at `now`."""

    now: datetime
    cascade: Cascade
    root: Root
    shares: int
    seen: Seen
    heading: Forecast
    usual: Usual
    over: bool


class ViralityStep:
    """Implements `models.stage.Step` over `Mention | Share`, keyed by root post id.

    >>> ViralityStep(ViralityParams()).initial("post:1").root is None
    True
    """

    state_type = Cascade

    def __init__(self, params: ViralityParams) -> None:
        self._params = params

    def initial(self, key: str) -> Cascade:  # noqa: ARG002 - the key is the root's id, which its mention tells
        return Cascade()

    def __call__(self, state: Cascade, records: Sequence[Mention | Share], now: datetime) -> Stepped[Cascade]:
        cascade = state.copy()
        cascade.take(records)
        if records:
            return Stepped(cascade, (), wake_at(cascade))
        return self._woken(cascade, now)

    def _woken(self, cascade: Cascade, now: datetime) -> Stepped[Cascade]:
        now_s = now.timestamp()
        moved = cascade.settle(now_s)
        root = cascade.root
        if root is None:
            # Whatever was seen by now has been understood by now: without a mention, the root names no brand.
            return Stepped(cascade if cascade.waiting else None, (), wake_at(cascade))
        if root.seen_at > now:
            return Stepped(cascade, (), wake_at(cascade))
        emits = self._told(cascade, root, now)
        if moved or cascade.review_s <= now_s:
            emits += self._judge(cascade, root, now)
        forget_s = cascade.last_seen_s + self._params.forget_after_s
        raised = any(stake.raised for stake in cascade.stakes)
        if now_s >= forget_s and not cascade.waiting and not raised:
            return Stepped(None, (*emits, *judged(cascade, root, now)))
        cascade.review_s = now_s + REVIEW_S if raised else max(forget_s, now_s)
        if root.counted_at is not None and root.counted_at > now:
            cascade.review_s = min(cascade.review_s, root.counted_at.timestamp())
        if cascade.ahead_s > now_s:
            cascade.review_s = now_s
        return Stepped(cascade, emits, wake_at(cascade))

    def _told(self, cascade: Cascade, root: Root, now: datetime) -> list[Emit]:
        brands = [stake.brand for stake in cascade.stakes]
        shares, _ = cascade.counted(now.timestamp())
        return told(cascade.together, cascade.history, brands=brands, post_id=root.post_id, shares=shares, now=now)

    def _judge(self, cascade: Cascade, root: Root, now: datetime) -> list[Emit]:
        usual = Usual(root.followers)
        shares, unseen = cascade.counted(now.timestamp())
        age_s = max(now - root.created_at, timedelta(0)).total_seconds()
        over = is_over(cascade, shares, age_s, now.timestamp())
        marks = [self._mark(stake, usual) for stake in cascade.stakes]
        open_stakes = [
            (stake, mark)
            for stake, mark in zip(cascade.stakes, marks, strict=True)
            if level(2 * shares, mark) > stake.level or (stake.raised and over)
        ]
        first = cascade.untold is None and shares >= EARLY
        if not open_stakes and not first:
            return []  # no forecast could change anything: most posts end here, before the costly part
        zone = next((self._params.zones[s.brand] for s in cascade.stakes if s.brand in self._params.zones), None)
        seen = Seen(cascade.history, age_s, root.followers, unseen, local_s=local_s(now, zone))
        heading = forecast(seen, min((mark for _, mark in open_stakes), default=None))
        if first:
            cascade.untold = noted(now, shares, heading)
        picture = _Picture(now, cascade, root, shares, seen, heading, usual, over)
        return [emit for stake, mark in open_stakes for emit in self._stake(picture, stake, mark)]

    def _stake(self, picture: _Picture, stake: Stake, mark: int) -> list[Emit]:
        reached = level(picture.shares, mark)
        ahead = 0
        if picture.shares >= EARLY:
            ahead = min(level(picture.heading.interval[0], mark), level(2 * picture.shares, mark))
        highest = max(reached, ahead)
        if highest > stake.level:
            phase = SignalPhase.WORSENED if stake.raised else SignalPhase.RAISED
            stake.level, stake.raised = highest, True
            stake.told = (*stake.told, noted(picture.now, picture.shares, picture.heading))[:TOLD]
            # What would have been silence is below the lowest level, however far the first alert goes beyond it.
            needed = threshold(1 if phase is SignalPhase.RAISED else highest, mark)
            return [_say(picture, stake, phase, needed if reached == highest else max(EARLY, math.ceil(needed / 2)))]
        if stake.raised and picture.over:
            stake.raised = False
            return [_say(picture, stake, SignalPhase.ENDED, threshold(stake.level, mark))]
        return []

    def _mark(self, stake: Stake, usual: Usual) -> int:
        mark = self._params.marks.get(stake.brand)
        return usual.mark() if mark is None else max(mark, 1)


def threshold(at_level: int, mark: int) -> int:
    """How many shares a level stands for: 1, 3, 10, 30, 100 … times the mark.

    >>> [threshold(n, 50) for n in (1, 2, 3, 4)]
    [50, 150, 500, 1500]
    """
    tens, odd = divmod(at_level - 1, 2)
    return int(mark * 10**tens * (3 if odd else 1))


def level(shares: float, mark: int) -> int:
    """The highest level that `shares` reach; 0 is below the mark.

    >>> [level(n, 50) for n in (49, 50, 149, 150, 5_000)]
    [0, 1, 1, 2, 5]
    """
    reached = 0
    while shares >= threshold(reached + 1, mark):
        reached += 1
    return reached


def is_over(cascade: Cascade, shares: int, age_s: float, now_s: float) -> bool:
    """Over: at most 2 % of the shares (or two of them) came in the last hour, or quarter of the cascade's age."""
    window_s = max(QUIET_S, age_s / 4)
    if age_s < window_s:
        return False
    recent = cascade.history.since(now_s - window_s)
    public = None if cascade.root is None else cascade.root.count_at(now_s)
    if public is not None and public[1] > now_s - window_s:
        # Nobody saw when these came: they are as new as the count that tells of them.
        recent += cascade.counted(now_s)[1]
    return recent <= max(2.0, QUIET_PART * shares)


def local_s(now: datetime, zone: tzinfo | None) -> float | None:
    """Seconds since midnight by the public's clock; None where nobody knows where it lives."""
    if zone is None:
        return None
    local = now.astimezone(zone)
    return float(local.hour * 3_600 + local.minute * 60 + local.second)


def wake_at(cascade: Cascade) -> datetime | None:
    """When there will be something to judge: the next share's time, or the next review of a known root.

    Shares may run hours of the log ahead of the clock (a replay): what waits longest decides, never what came last.
    """
    waits = [cascade.waiting[0].seen_s] if cascade.waiting else []
    if cascade.root is not None:
        waits.append(cascade.review_s)
    return utc(min(waits)) if waits else None


def _say(picture: _Picture, stake: Stake, phase: SignalPhase, silent_below: int) -> Emit:
    now_s, root = picture.now.timestamp(), picture.root
    age_s = picture.seen.age_s
    kind = SignalKind.VIRAL_THREAT if stake.adverse else SignalKind.VIRAL_OPPORTUNITY
    published_s = picture.cascade.published_s
    signal = Signal(
        id=digest("signal", stake.brand, root.post_id, kind, phase, stake.level),
        brand=stake.brand,
        kind=kind,
        phase=phase,
        story=stake.story,
        at=picture.now,
        onset=root.created_at,
        observed=float(picture.shares),
        expected=picture.usual.expected(age_s),
        interval=(picture.usual.quantile(INTERVAL[0], age_s), picture.usual.quantile(INTERVAL[1], age_s)),
        surprise=picture.usual.surprise(picture.shares, age_s),
        window_s=int(age_s),
        reason=reason(picture.shares, age_s, picture.usual.expected(age_s), picture.heading),
        evidence=evidence(
            picture.cascade, root, stake, now_s=now_s, heading=picture.heading, silent_below=silent_below
        ),
        published_at=root.published_at if published_s is None else utc(published_s),
        also=(*stake.also, *{story_of_post(root.post_id)} - {stake.story}),
    )
    return Emit(Topic.INCIDENT_EVENTS, stake.brand, signal)

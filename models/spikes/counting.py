"""How the mentions that wait are counted when their time has come: by whom, of what, and whether that is news."""

from datetime import UTC, datetime, timedelta
from typing import Final

from models.counts import BinCounts
from models.signs import Signs
from models.spikes.explain import Tally
from models.spikes.learning import TOO_OLD_MIN
from models.spikes.memory import BrandState, Heard, minute_of, time_of
from models.spikes.tracked import Tracked
from models.spikes.wave import SpikeDetector

_VOICE_MIN: Final = 360
"""An author has one voice in so many minutes, and a story five: a joke copied 200 times is no 200 complaints."""

_SLICE_MIN: Final = 30
"""What is told of an alarm is at most an hour older than it: two such slices, and the wave since."""

_STORY_VOICES: Final = 5
_AUTHORS: Final = 256
_STORIES: Final = 128
_IDS: Final = 192
_AHEAD: Final = timedelta(days=7)
"""What claims to have been seen later than this from now has a wrong clock. Partitions that replay may be ahead."""

FORGOTTEN_MIN: Final = TOO_OLD_MIN
"""A brand of which nothing was heard for so long is forgotten: it may have been taken out of the settings, and nothing
that was learned of it would count."""

_STEP_MIN: Final = 5
"""Figures that are only told, not judged by, are kept by five minutes."""


def wake(state: BrandState, now: datetime) -> datetime:
    """When the next mention is due; during a wave, at the next minute too, since waves end by silence; else when the
    brand is forgotten."""
    wakes = [item.seen_at for item in state.pending[:1]]
    if state.pending and state.pending[-1].seen_at - now > _AHEAD:
        wakes.append(now + timedelta(minutes=1))  # to drop it
    if state.crowd:
        wakes.append(datetime.fromtimestamp(state.crowd[0][0], UTC))
    if state.tracked is not None and state.tracked.wave is not None:
        wakes.append(max(time_of(minute_of(now) + 1), time_of(state.tracked.wave.raised + 1)))
    heard = _heard_last(state)
    return min(wakes, default=time_of((minute_of(now) if heard is None else heard) + FORGOTTEN_MIN))


def is_forgotten(state: BrandState, now: datetime) -> bool:
    """Whether nothing waits, and nothing that is remembered of a brand counts any more."""
    if state.pending or state.crowd or (state.tracked is not None and state.tracked.wave is not None):
        return False
    heard = _heard_last(state)
    return heard is None or minute_of(now) >= heard + FORGOTTEN_MIN


def _heard_last(state: BrandState) -> int | None:
    """When something last came that counts: a verdict, or the end of the hour of a mention; None: nothing did."""
    minutes = [minute for _, minute, _ in state.feedback.verdicts]
    if state.tracked is not None:
        baseline = state.tracked.baseline
        minutes += [baseline.born, (baseline.heard_last + 1) * 60]
    return max(minutes, default=None)


def settle(state: BrandState, detector: SpikeDetector, now: datetime) -> bool:
    """Counts what is due; whether there was a new voice."""
    due = [item for item in state.pending if item.seen_at <= now]
    near = [item for item in state.pending[len(due) :] if item.seen_at - now <= _AHEAD]
    state.ahead += len(state.pending) - len(due) - len(near)
    state.pending = near
    voices, adverse = 0, 0
    for item in due:
        voice = _count(state, detector, item)
        adverse += item.adverse
        voices += voice
    voices += _count_crowd(state, detector, now, voices / adverse if adverse else 1.0)
    minute = minute_of(now)
    if state.tracked is not None:
        _advance(state, state.tracked, detector, minute)
        state.ids.forget(state.tracked.learned)  # a repeat of what is older would be too late anyway
    state.authors.forget(minute - _VOICE_MIN)
    state.stories.forget(minute - _VOICE_MIN)
    state.mentions.forget((minute - _VOICE_MIN) // _STEP_MIN)
    state.echoes.forget((minute - _VOICE_MIN) // _STEP_MIN)
    state.company.forget(minute)
    _turn_slice(state, minute)
    return voices > 0


def begin_wave(state: BrandState) -> None:
    """The tallies of the last two slices become that of the wave, until it ends."""
    both = state.previous.merged(state.current)
    both.words = both.words.bounded()
    state.current, state.previous = both, Tally()


def end_wave(state: BrandState, minute: int) -> None:
    state.previous, state.current, state.slice = Tally(), Tally(), minute // _SLICE_MIN
    state.company.signs = Signs()


def _track(state: BrandState, detector: SpikeDetector, created: int, seen: int) -> Tracked:
    if state.tracked is None:
        state.tracked = detector.initial(max(created, seen - detector.params.lateness_min))
    _advance(state, state.tracked, detector, seen)
    return state.tracked


def _advance(state: BrandState, tracked: Tracked, detector: SpikeDetector, minute: int) -> None:
    """Lets time pass. While a source is silent, what the others bring is judged, but not learned."""
    if minute > state.sources.at:
        state.sources.pass_to(minute, lambda at: detector.pace(tracked, at))
        if state.sources.silent():
            tracked.resume = minute + 1
    _learn_share(state, tracked, detector, minute)
    detector.advance(tracked, minute)


def _learn_share(state: BrandState, tracked: Tracked, detector: SpikeDetector, minute: int) -> None:
    """Takes in the ordinary hours that are closed by now."""
    for first, last in detector.ordinary(tracked, minute):
        mentions = told(state.mentions, first, last)
        adverse = int(tracked.counts.total(first, last)) + told(state.echoes, first, last)
        state.share.learn(min(mentions, adverse), mentions)


def told(counts: BinCounts, first: int, last: int) -> int:
    """The count of the minutes from `first` to `last`, of one that is kept by five minutes."""
    return int(counts.total(first // _STEP_MIN, last // _STEP_MIN))


def _note(counts: BinCounts, minute: int, count: int, detector: SpikeDetector) -> None:
    counts.add(minute // _STEP_MIN, count, keep=detector.params.keep // _STEP_MIN)


def _count(state: BrandState, detector: SpikeDetector, item: Heard) -> bool:
    """Takes in one mention; whether it was a new voice against the brand."""
    created, seen = minute_of(item.created_at), minute_of(item.seen_at)
    if state.ids.count(item.id):
        return False
    tracked = _track(state, detector, created, seen)
    if seen - created > detector.params.lateness_min or created <= tracked.learned:
        state.late += 1
        return False
    state.ids.add(item.id, created, cap=_IDS)
    state.sources.hear(item.source)
    _note(state.mentions, created, 1, detector)
    detector.hear(tracked, created)
    if item.driver is not None:
        _turn_slice(state, seen)
    if item.voice is not None:
        state.company.hear(item.voice, item.author, int(item.created_at.timestamp()), adverse=item.adverse)
    if item.driver is None:
        return False
    if item.published_at is not None:
        state.published_at = max(item.published_at, state.published_at or item.published_at)
    if not _is_voice(state, item, created):
        _note(state.echoes, created, 1, detector)
        return False
    state.current.add(item.driver, item.language, item.risk)
    return detector.add(tracked, created, 1)


def _is_voice(state: BrandState, item: Heard, created: int) -> bool:
    """Whether this author, and enough of this story, was not heard within the last hours."""
    known = state.authors.touch(item.author, created, cap=_AUTHORS)
    if known or state.stories.count(item.story) >= _STORY_VOICES:
        return False
    state.stories.add(item.story, created, cap=_STORIES)
    return True


def _count_crowd(state: BrandState, detector: SpikeDetector, now: datetime, share: float) -> int:
    """Takes in the counts of what did not fit, with as many voices per adverse mention as in the sample."""
    voices = 0
    horizon = (now + _AHEAD).timestamp()
    state.ahead += sum(mentions for seen_s, _, mentions, _ in state.crowd if seen_s > horizon)
    state.crowd = [each for each in state.crowd if each[0] <= horizon]
    while state.crowd and state.crowd[0][0] <= now.timestamp():
        seen_s, created, mentions, adverse = state.crowd[0]
        state.crowd = state.crowd[1:]
        tracked = _track(state, detector, created, seen_s // 60)
        if seen_s // 60 - created > detector.params.lateness_min or created <= tracked.learned:
            state.late += mentions
            continue
        new = min(adverse, round(adverse * share))
        _note(state.mentions, created, mentions, detector)
        detector.hear(tracked, created)
        _note(state.echoes, created, adverse - new, detector)
        voices += new if detector.add(tracked, created, new) else 0
    return voices


def _turn_slice(state: BrandState, minute: int) -> None:
    """Lets the tallies of ordinary half-hours go; those of a wave stay until it ends."""
    now = minute // _SLICE_MIN
    if now <= state.slice or (state.tracked is not None and state.tracked.wave is not None):
        return
    state.usual.absorb(state.previous.words)
    if now > state.slice + 1:
        state.usual.absorb(state.current.words)
    state.previous = state.current if now == state.slice + 1 else Tally()
    state.current = Tally()
    if now * _SLICE_MIN // 60 > state.slice * _SLICE_MIN // 60:
        state.company.signs = Signs()
    state.slice = now

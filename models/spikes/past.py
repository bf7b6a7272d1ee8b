"""What a brand's past teaches, so that it is watched from the first hour on (`tocsin learn`)."""

import math
from collections.abc import Iterable
from typing import Final

import msgspec

from models.records import Past
from models.spikes.baseline import Baseline
from models.spikes.extremes import Extremes
from models.spikes.learning import TOO_OLD_MIN
from models.spikes.memory import BrandState, minute_of
from models.spikes.share import Share
from models.spikes.surprise import Noise
from models.spikes.tracked import Tracked
from models.spikes.usual import Usual
from models.spikes.wave import SpikeDetector
from models.stage import Unfit

_NEVER: Final = -math.inf


class BadPast(Unfit):
    """The bytes are nothing that a detector of this build could go on with."""

    reason = "bad-past"


class Learned(msgspec.Struct, array_like=True, frozen=True):
    """What stays of a past: what is usual. Who said what, and the counts of the last hours, are of their time only."""

    baseline: Baseline
    noise: list[Noise]
    extremes: Extremes
    share: Share
    usual: Usual


def learned(state: BrandState, detector: SpikeDetector, until: int) -> bytes | None:
    """What was learned of a brand by the minute `until`; None where that is not enough to judge by."""
    tracked = state.tracked
    if tracked is None or not detector.knows(tracked, until):
        return None
    extremes = tracked.extremes.copy()
    extremes.close(max(until, extremes.until))
    return msgspec.msgpack.encode(Learned(tracked.baseline, tracked.noise, extremes, state.share, state.usual))


def taken_in(state: BrandState, past: Past, detector: SpikeDetector) -> BrandState:
    """The state of a brand with the past that it did not have. Raises `BadPast`.

    What the detector has found out for itself is never replaced: as soon as it knows the brand, a past is no news.
    Counts of the last hours and who spoke stay as they are; the time between the past and now is neither learned nor
    judged, since nobody listened.
    """
    minute = minute_of(past.at)
    if state.tracked is not None and detector.knows(state.tracked, minute):
        return state
    told = _read(past.learned, detector)
    if minute - (told.baseline.heard_last + 1) * 60 >= TOO_OLD_MIN:
        return state
    fresh = state.copy()
    tracked = fresh.tracked
    if tracked is None:
        tracked = detector.initial(minute - detector.params.lateness_min)
    fresh.tracked = msgspec.structs.replace(
        tracked,
        baseline=told.baseline,
        noise=told.noise,
        extremes=told.extremes,
        blocks=[[0.0, 0.0, _NEVER] for _ in tracked.blocks],
        gate_until=0,
    )
    fresh.share, fresh.usual = told.share, told.usual
    return fresh if detector.knows(fresh.tracked, minute) else state


def _read(payload: bytes, detector: SpikeDetector) -> Learned:
    try:
        told = msgspec.msgpack.decode(payload, type=Learned)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadPast(f"this past cannot be read: {error}") from error
    blank = detector.initial(0)
    if not _alike(told, blank) or not all(math.isfinite(number) for number in _numbers(msgspec.to_builtins(told))):
        raise BadPast("this past was learned by another build: learn it again")
    return told


def _alike(told: Learned, blank: Tracked) -> bool:
    """Whether every list is as long as this build's."""
    ours, theirs = blank.baseline, told.baseline
    lists = (
        (ours.hours, theirs.hours),
        (ours.hours_known, theirs.hours_known),
        (ours.days, theirs.days),
        (ours.days_known, theirs.days_known),
        (blank.noise, told.noise),
        (blank.extremes.excess, told.extremes.excess),
        (blank.extremes.log_odds, told.extremes.log_odds),
    )
    return all(len(one) == len(other) for one, other in lists) and told.usual.is_whole


def _numbers(value: object) -> Iterable[float]:
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _numbers(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _numbers(each)

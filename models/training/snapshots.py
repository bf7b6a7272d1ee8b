"""What the forecaster learns from: public cascades as they stood at many ages, and what became of them.

Nothing imports this at run time.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.training.cascades import Cascade
from models.virality.features import Counts, Seen, table
from models.virality.history import Floats, History

FIXED_S: Final = (600.0, 3_600.0, 21_600.0)
AT_SHARES: Final = (5, 10, 25, 50, 100, 200)
YOUNG_S: Final = 60.0
OLD_S: Final = 7 * 86_400.0
RANDOM_AGES: Final = {"weibo": 10, "auspol": 4}
BREAKOUT_SHOTS: Final = 8
CROWDED: Final = 300
"""From this many shares on, what the crawl saw of a cascade is bent by where it stopped."""
_ORIGIN_S: Final = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A cascade at one age, how much it counts in training, and what became of it. `cascade` numbers the whole set."""

    cascade: int
    seen: Seen
    final: int
    weight: float = 1.0

    @property
    def growth(self) -> float:
        return math.log((self.final + 1) / (self.seen.observed + 1))


def at_ages(cascade: Cascade, ages_s: Iterable[float], *, ordinary: bool) -> list[Seen]:
    """A finished cascade as it stood at each of the ages, in the order of the ages."""
    history, at, found = History(origin_s=_ORIGIN_S), 0, []
    for age in sorted(ages_s):
        while at < len(cascade.delays_s) and cascade.delays_s[at] <= age:
            history.add(_ORIGIN_S + cascade.delays_s[at], cascade.followers_of[at] if cascade.followers_of else None)
            at += 1
        local = None if cascade.root_local_s is None else (cascade.root_local_s + age) % 86_400
        found.append(Seen(history.copy(), age, cascade.followers, ordinary=ordinary, local_s=local))
    return found


def ages(cascade: Cascade, chance: np.random.Generator, count: int) -> list[float]:
    """The ages at which a cascade teaches: the fixed ones, random ones, and when it had a round number of shares."""
    drawn = np.exp(chance.uniform(math.log(YOUNG_S), math.log(OLD_S), count))
    reached = [cascade.delays_s[k - 1] for k in AT_SHARES if k <= len(cascade.delays_s)]
    return [*FIXED_S, *(float(age) for age in drawn), *reached]


def chosen_set(breakouts: Sequence[Cascade], seed: int) -> list[Snapshot]:
    """What is learned of posts that somebody chose because they went far; a number is a place in `breakouts`."""
    chance = np.random.default_rng(seed)
    found = []
    for number, cascade in enumerate(breakouts):
        seen = at_ages(cascade, ages(cascade, chance, RANDOM_AGES["weibo"]), ordinary=False)
        for each in seen:
            if each.observed >= 3:
                one = _forgetful(Snapshot(number, each, len(cascade.delays_s)), chance)
                # Few tell the clock: what is learned with it is learned without it, too.
                found.append(one)
                if one.seen.local_s is not None:
                    found.append(replace(one, seen=replace(one.seen, local_s=None)))
    return found


def ordinary_set(breakouts: Sequence[Cascade], ordinary: Sequence[Cascade], seed: int) -> list[Snapshot]:
    """What is learned of any posts; cascades are numbered breakouts first.

    Breakouts stand among them with the weight at which they happen, so that from some count on they are what there
    is to learn from. Large ones are scaled up, with counts times up to 300: the crawl stopped near 1,000 shares,
    and a forecaster that has never seen more would call every large cascade finished.
    """
    chance = np.random.default_rng(seed)
    followers = [f for each in ordinary for f in each.followers_of]
    found = []
    for number, cascade in enumerate(breakouts):
        drawn = ages(cascade, chance, RANDOM_AGES["weibo"])
        shot = [Snapshot(number, each, len(cascade.delays_s)) for each in at_ages(cascade, drawn, ordinary=True)]
        some = [each for each in shot if each.seen.observed >= 3]
        for i in chance.choice(len(some), BREAKOUT_SHOTS):
            large = some[i].seen.observed >= CROWDED or chance.random() < 0.5
            one = _scaled(some[i], chance) if large else some[i]
            found.append(_forgetful(_among_ordinary(one, followers, chance), chance))
    for number, cascade in enumerate(ordinary, start=len(breakouts)):
        drawn = ages(cascade, chance, RANDOM_AGES["auspol"])
        whole = _with_root(cascade) if chance.random() < 0.3 else cascade
        for each in at_ages(whole, drawn, ordinary=True):
            # Nobody wrote down when these were posted. A drawn clock keeps a known one from telling the sets apart.
            clocked = replace(each, local_s=float(chance.uniform(0, 86_400)))
            shot_weight = min(_emphasis(each.observed), 10.0)
            found.append(_forgetful(Snapshot(number, clocked, len(whole.delays_s), shot_weight), chance))
    return found


def matrix(snapshots: Sequence[Snapshot], chunk: int = 4_096) -> Floats:
    """The features of the snapshots, row by row."""
    parts = []
    for start in range(0, len(snapshots), chunk):
        seen = [each.seen for each in snapshots[start : start + chunk]]
        counts = Counts(seen)
        parts.append(table(seen, counts, [counts.excitation(row) for row in range(len(seen))]))
    return np.concatenate(parts)


_BREAKOUTS: Final = 1 / 400
"""How often an ordinary post breaks out, by the share of auspol's posts that reach a hundred, over Weibo's number."""


def _emphasis(observed: int) -> float:
    """Grown cascades are rare, and must be learned all the same.

    A weight that depends on the features alone leaves the distribution of what follows from them as it is.
    """
    return min((1 + observed / 5) ** 2, 1 / _BREAKOUTS)


def _among_ordinary(snapshot: Snapshot, followers: Sequence[int], chance: np.random.Generator) -> Snapshot:
    """A breakout among ordinary posts; in two of three cases with the followers of its sharers, drawn from others'."""
    history = snapshot.seen.history.copy()
    total = history.total()
    if followers and chance.random() < 2 / 3:
        drawn = chance.choice(np.asarray(followers), min(total, 400))
        part = total / max(len(drawn), 1)
        history.known = total
        history.log_followers = round(1_000 * float(np.log1p(drawn).sum() * part))
        history.reach, history.most_followers = int(drawn.sum() * part), int(drawn.max(initial=0))
    seen = replace(snapshot.seen, history=history)
    return Snapshot(snapshot.cascade, seen, snapshot.final, _BREAKOUTS * _emphasis(seen.observed))


def _scaled(snapshot: Snapshot, chance: np.random.Generator) -> Snapshot:
    """The same course with so many times the shares that nothing of the crawl's limit is left."""
    history = snapshot.seen.history
    least = max(CROWDED / max(history.total(), 1), 2.0)
    times = int(math.exp(chance.uniform(math.log(least), math.log(max(300.0, 2 * least)))))
    grown = history.copy()
    grown.counts = [count * times for count in history.counts]
    # Among more shares the first came earlier, and the latest lie closer together.
    grown.first_s = history.first_s // times
    if history.latest:
        end = int(snapshot.seen.age_s)
        grown.latest = [max(end - (end - age) // times, 0) for age in history.latest]
    return Snapshot(snapshot.cascade, replace(snapshot.seen, history=grown), snapshot.final * times)


def _with_root(cascade: Cascade) -> Cascade:
    """Some tell the post itself as its first event."""
    return replace(cascade, delays_s=(0.0, *cascade.delays_s), followers_of=(cascade.followers, *cascade.followers_of))


def _forgetful(snapshot: Snapshot, chance: np.random.Generator) -> Snapshot:
    """Sources do not tell everything: half the snapshots learn without the clock, a tenth without the root's reach."""
    seen = snapshot.seen
    if chance.random() < 0.5:
        seen = replace(seen, local_s=None)
    if chance.random() < 0.1:
        seen = replace(seen, root_followers=None)
    return replace(snapshot, seen=seen)

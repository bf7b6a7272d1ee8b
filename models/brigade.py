"""Accounts that move together: who shares the same posts on a brand within seconds of one another, again and again.

Two people who follow one account may share one of its posts in the same ten seconds, and where a crowd shares at once
they must. So a pair counts once it has met on three posts, and more often than the pace of these posts explains.
"""

import math
from array import array
from bisect import insort
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import Final

import msgspec

from models.coordination import Sign
from models.counts import key32
from models.records import SharedTogether

WITHIN_S: Final = 10
"""Shares of one post within this time count as made together (Pacheco et al. 2021; CooRTweet's `time_window`)."""
POSTS: Final = 3
"""On fewer posts than this nobody has moved together."""
CHANCE: Final = 1e-4
"""A pair that met so often by chance would be rarer than this."""
KEPT: Final = 12_000
"""How many bytes of shares that were made together are remembered of a brand: the last ones."""
_BESIDE: Final = 28
"""What a huddle takes beside its shares, at most."""
_PARTS: Final = 100_000


class Huddle(msgspec.Struct, array_like=True, frozen=True, order=True):
    """Some shares of one post, each made within seconds of the one before or after it.

    `post` is a hash; `shares`: how many the post had by `at_s`; `chance`, in hundred-thousandths: how likely two of
    them come within ten seconds of each other at the post's pace; `made`: (Unix time, account's hash), flat, packed.
    """

    at_s: float
    post: int
    shares: int
    chance: int
    made: bytes

    @property
    def size(self) -> int:
        """In bytes, at most."""
        return len(self.made) + _BESIDE


class Brigade(msgspec.Struct, array_like=True, frozen=True):
    """What is remembered of one brand's posts, oldest first.

    What the log's time has not reached is kept beside the last `KEPT`, and looked at by nobody before its time: so it
    does not matter which detector is ahead of the other.
    """

    brand: str
    huddles: tuple[Huddle, ...] = ()

    @property
    def last_s(self) -> float:
        return self.huddles[-1].at_s if self.huddles else 0.0

    def hear(self, record: SharedTogether, now_s: float) -> "Brigade":
        """With one record more; a repeat changes nothing."""
        huddle = _huddle(record)
        if huddle in self.huddles:
            return self
        huddles = list(self.huddles)
        insort(huddles, huddle)
        ahead = [each for each in huddles if each.at_s > now_s]
        by_now = [each for each in huddles if each.at_s <= now_s]
        # Of too much that runs ahead the first joins early, as everywhere.
        return Brigade(self.brand, (*_newest(by_now), *_newest(ahead)))

    def sign(self, post_id: str, at: datetime, shares: int) -> Sign:
        """Of the `shares` of a post, those by accounts that move together, by what was known at `at`.

        `beside`: on how many of the brand's posts they did.
        """
        accounts, posts = self.marchers(post_id, at)
        # Each of them shared it at least once.
        return Sign("moved-together", len(accounts), max(shares, len(accounts), 1), 0.05, 0.3, 0.9, (posts,))

    def marchers(self, post_id: str, at: datetime) -> tuple[set[int], int]:
        """(the accounts that shared a post and move together, on how many posts of the brand they did)."""
        seen = _newest([each for each in self.huddles if each.at_s <= at.timestamp()])
        posts = _posts(seen, key32(post_id))
        marching = [pair for pair, tries in _tries(posts).items() if _is_march(tries)]
        return {account for pair in marching for account in pair}, sum(
            not post.met.isdisjoint(marching) for post in posts
        )


class _Post(msgspec.Struct):
    """Who of the accounts in question shared one post, the pairs of them that met there, and the chance of that."""

    accounts: set[int]
    met: set[tuple[int, int]]
    chance: float


def odds(n: int, met: int, chance: float) -> float:
    """How likely `met` or more meetings in `n` tries are: a binomial tail with the mean chance of the tries, which is
    never below the truth for unequal ones (Hoeffding 1956).

    >>> round(odds(3, 3, 0.02) * 1e6), round(odds(14, 3, 0.17), 2), odds(2, 3, 0.5)
    (8, 0.43, 0)
    """
    return sum(math.comb(n, k) * chance**k * (1.0 - chance) ** (n - k) for k in range(met, n + 1))


def _huddle(record: SharedTogether) -> Huddle:
    made = array("I", (number & 0xFFFFFFFF for each in record.made for number in each))
    chance = min(max(math.ceil(record.chance * _PARTS), 1), _PARTS)
    return Huddle(record.at.timestamp(), key32(record.post_id), record.shares, chance, made.tobytes())


def _newest(huddles: Sequence[Huddle]) -> list[Huddle]:
    """The last of them, in at most `KEPT` bytes."""
    left, kept = KEPT, len(huddles)
    while kept and (left := left - huddles[kept - 1].size) >= 0:
        kept -= 1
    return list(huddles[kept:])


def _posts(huddles: Sequence[Huddle], about: int) -> list[_Post]:
    """Per post that two or more of those shared who shared the post `about`: who, and who met whom there."""
    suspects = {account for each in huddles if each.post == about for _, account in _made(each)}
    shares: dict[int, set[tuple[int, int]]] = {}
    chances: dict[int, float] = {}
    for each in huddles:
        theirs = {share for share in _made(each) if share[1] in suspects}
        shares[each.post] = shares.get(each.post, set()) | theirs
        chances[each.post] = each.chance / _PARTS
    return [
        _Post({account for _, account in made}, _met(sorted(made)), chances[post])
        for post, made in shares.items()
        if len(made) > 1
    ]


def _made(huddle: Huddle) -> list[tuple[int, int]]:
    flat = array("I", huddle.made)
    return list(zip(flat[::2], flat[1::2], strict=True))


def _met(made: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The pairs of accounts within ten seconds of each other; `made` in order of time."""
    met = set()
    for first, (at_s, account) in enumerate(made):
        for then_s, other in made[first + 1 :]:
            if then_s - at_s > WITHIN_S:
                break
            if other != account:
                met.add((min(account, other), max(account, other)))
    return met


def _tries(posts: Sequence[_Post]) -> dict[tuple[int, int], tuple[int, int, float]]:
    """Per pair that met: (on how many posts both were, on how many they met, the chances of that summed)."""
    found = {pair: (0, 0, 0.0) for post in posts for pair in post.met}
    for post in posts:
        for pair in combinations(sorted(post.accounts), 2):
            if pair in found:
                n, met, chance = found[pair]
                found[pair] = (n + 1, met + (pair in post.met), chance + post.chance)
    return found


def _is_march(tries: tuple[int, int, float]) -> bool:
    n, met, chance = tries
    return met >= POSTS and odds(n, met, min(chance / n, 1.0)) <= CHANCE

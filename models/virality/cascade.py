"""What is remembered of one cascade: the root, the shares over time, who spreads it. Bounded, whatever its size.

Shares wait in `waiting` until the log's time has reached their `seen_at`; only then are they part of the picture.
"""

from bisect import insort
from collections.abc import Iterable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final

import msgspec

from models.counts import key32, triple, triples
from models.phrases import KEPT
from models.records import Counters, Mention, Risk, Share, ShareKind, digest
from models.signs import Signs, stem
from models.stories import Told, story_of_post
from models.virality.branches import Branches
from models.virality.history import History
from models.virality.together import Together

WAITING: Final = 2_048
"""How many shares may wait. In life it is what comes within seconds; a replay, or an `understand` that was away for a
while, lets shares run far ahead of the clock. Of more than this the one seen first joins early, at its own time."""
RECENT: Final = 64
"""How many share ids are remembered, as 24-bit hashes, so that a repeat counts once."""
AMPLIFIERS: Final = 3
BRANDS: Final = 8
NETWORKS: Final = 4
_EXCERPT: Final = 600
_NAME: Final = 48
_NETWORK: Final = 24
_URL: Final = 300
_STORY: Final = 64
_MOST: Final = 10**10
OLD_S: Final = 3 * 86_400
"""The public counter of a post that was this old when it was counted says nothing about today."""


class Root(msgspec.Struct, array_like=True, frozen=True):
    """The post that is spread, as much of it as an alert shows.

    At `counted_at` its public counter stood at `shares`; None: nobody knows of any number when it was true.
    """

    post_id: str
    author: str
    excerpt: str
    created_at: datetime
    network: str
    url: str | None
    followers: int | None
    shares: int
    counted_at: datetime | None
    seen_at: datetime
    published_at: datetime | None

    def count_at(self, now_s: float) -> tuple[int, float] | None:
        """The last public count by `now_s` and its time; None before there was one."""
        if self.counted_at is None or self.counted_at.timestamp() > now_s:
            return None
        return self.shares, self.counted_at.timestamp()


class Noted(msgspec.Struct, array_like=True, frozen=True):
    """A forecast, kept small until it can be judged: Unix seconds and whole shares."""

    at_s: int
    observed: int
    expected: int
    low: int
    high: int


class Stake(msgspec.Struct, array_like=True):
    """What the cascade is to one brand. `level` counts the alerts so far: the next one needs a higher level."""

    brand: str
    story: str
    label: str
    language: str
    risk: Risk | None = None
    level: int = 0
    raised: bool = False
    onset: datetime | None = None
    also: tuple[str, ...] = ()
    """Other stories that the post tells (`Told.stories`), but for that of its quotes, whose name is the post's."""
    told: tuple[Noted, ...] = ()
    """The forecasts that stood in its alerts, the first of them."""

    @property
    def adverse(self) -> bool:
        return self.risk is not None or self.label == "negative"


class Waiting(msgspec.Struct, array_like=True, frozen=True):
    """One share, small. `account` and `stem` are hashes; times are Unix seconds."""

    seen_s: float
    created_s: int
    account: int
    kind: int
    followers: int | None
    stem: int | None
    age_s: int | None
    handle: str
    network: str
    published_s: float | None
    key: int = 0
    parent: int | None = None
    phrases: tuple[int, ...] = ()


class Cascade(msgspec.Struct, array_like=True):
    """The state of one root post."""

    root: Root | None = None
    stakes: list[Stake] = []
    history: History = msgspec.field(default_factory=History)
    signs: Signs = msgspec.field(default_factory=Signs)
    likes: int = 0
    replies: int = 0
    reach: int = 0
    reach_known: int = 0
    amplifiers: list[tuple[int, str]] = []
    networks: dict[str, int] = {}
    recent: bytes = b""
    waiting: list[Waiting] = []
    ahead_s: int | float = 0
    """When the last share that joined early was seen: until then there may be news at every tick."""
    review_s: float = 0.0
    last_seen_s: float = 0.0
    published_s: float | None = None
    branches: Branches = msgspec.field(default_factory=Branches)
    untold: Noted | None = None
    """The forecast that was made when there were enough shares for one: judged where no alert told any."""
    together: Together = msgspec.field(default_factory=Together)

    def copy(self) -> "Cascade":
        """A copy that shares nothing mutable: a step never changes the state that it was given."""
        fresh = Cascade(*(getattr(self, name) for name in self.__struct_fields__))
        fresh.stakes = [Stake(*(getattr(stake, name) for name in stake.__struct_fields__)) for stake in self.stakes]
        fresh.history, fresh.signs = self.history.copy(), self.signs.copy()
        fresh.amplifiers, fresh.networks = list(self.amplifiers), dict(self.networks)
        fresh.waiting, fresh.branches = list(self.waiting), self.branches.copy()
        fresh.together = self.together.copy()
        return fresh

    def take(self, records: Iterable[Mention | Share]) -> None:
        """Takes in records; a repeat changes nothing."""
        recent = triples(self.recent)
        known = set(recent)
        for record in records:
            if isinstance(record, Mention):
                self._root(record)
                continue
            hashed = key32(record.id)
            short = triple(hashed)
            if short in known:
                continue
            recent.append(short)
            known.add(short)
            if len(recent) > RECENT:
                known.discard(recent.pop(0))
            self._wait(record, hashed)
        self.recent = b"".join(recent)

    def settle(self, now_s: float) -> bool:
        """Counts the shares that the log's time has reached; True where there were any."""
        due = sum(1 for share in self.waiting if share.seen_s <= now_s)
        for share in self.waiting[:due]:
            self._count(share)
        del self.waiting[:due]
        return due > 0

    def counted(self, now_s: float) -> tuple[int, int]:
        """(all shares by `now_s`, how many of them only the post's public counter knows of)."""
        seen = self.history.total(now_s)
        public = None if self.root is None else self.root.count_at(now_s)
        if public is None:
            return seen, 0
        shares, counted_s = public
        unseen = max(shares - self.history.total(counted_s), 0)
        return seen + unseen, unseen

    def _root(self, mention: Mention) -> None:
        post = mention.post
        known = sighted(self.root, root(mention))
        if known != self.root:
            self.root = known
            self.history.rebase(known.created_at.timestamp())
            self.review_s = min(self.review_s, post.seen_at.timestamp())
            counted_at = post.seen_at if known.counted_at is None else known.counted_at
            self.last_seen_s = max(self.last_seen_s, post.seen_at.timestamp(), counted_at.timestamp())
        if len(self.stakes) < BRANDS and all(stake.brand != mention.brand for stake in self.stakes):
            # Stories are short hashes; should one be long, any other name for it does as well.
            story = mention.story if len(mention.story) <= _STORY else digest("story", mention.story)
            also = tuple(name for name in Told(post).stories if name not in (story, story_of_post(post.id)))
            label, language = mention.sentiment.label, clip(mention.language, _NETWORK)
            self.stakes.append(Stake(mention.brand, story, label, language, mention.risk, also=also))
            self.review_s = min(self.review_s, post.seen_at.timestamp())

    def _wait(self, share: Share, key: int) -> None:
        seen_s = share.seen_at.timestamp()
        created_s = int(share.created_at.timestamp())
        account = share.author
        handle_stem = stem(clip(account.handle, _NAME))
        born = account.created_at
        waiting = Waiting(
            seen_s=seen_s,
            created_s=created_s,
            account=key32(account.id),
            kind=_KINDS.index(share.kind),
            followers=_bounded(account.followers),
            stem=None if handle_stem is None else key32(handle_stem),
            age_s=None if born is None else max(created_s - int(born.timestamp()), 0),
            handle=clip(account.handle or account.name, _NAME),
            network=clip(share.network, _NETWORK),
            published_s=None if share.published_at is None else share.published_at.timestamp(),
            key=key,
            parent=None if share.parent_id is None else key32(share.parent_id),
            phrases=share.phrases[:KEPT],
        )
        if not self.waiting or seen_s >= self.waiting[-1].seen_s:
            self.waiting.append(waiting)
        else:
            insort(self.waiting, waiting, key=_seen_s)
        if len(self.waiting) > WAITING:
            early = self.waiting.pop(0)
            self.ahead_s = max(self.ahead_s, early.seen_s)
            self.review_s = min(self.review_s, early.seen_s)
            self._count(early)

    def _count(self, share: Waiting) -> None:
        self.last_seen_s = max(self.last_seen_s, share.seen_s)
        if share.published_s is not None:
            self.published_s = max(share.published_s, self.published_s or 0.0)
        kind = _KINDS[share.kind]
        copied = self.signs.say(share.phrases)
        if kind is ShareKind.LIKE:
            self.likes += 1
            return
        if kind is ShareKind.REPLY:
            self.replies += 1
            return
        self.history.add(self._when(share), share.followers)
        # An account that is known to have shared it before brings it to nobody new.
        first = not self.signs.add(
            share.created_s, share.account, share.stem, share.followers, share.age_s, copied=copied
        )
        self.together.add(share.created_s, share.account)
        if share.network in self.networks or len(self.networks) < NETWORKS:
            self.networks[share.network] = self.networks.get(share.network, 0) + 1
        if share.parent is not None:
            self.branches.add(share.key, share.parent, share.handle)
        if share.followers is not None and first:
            self._amplified(share.followers, share.handle)

    def _when(self, share: Waiting) -> float:
        """When the share counts: never before its root, and never after it was seen."""
        earliest = share.seen_s - 86_400 if self.root is None else self.root.created_at.timestamp()
        return max(min(float(share.created_s), share.seen_s), earliest)

    def _amplified(self, followers: int, handle: str) -> None:
        self.reach += followers
        self.reach_known += 1
        least = self.amplifiers[-1] if len(self.amplifiers) == AMPLIFIERS else None
        if not handle or (least is not None and (followers, handle) <= least):
            return
        if all(handle != known for _, known in self.amplifiers):
            self.amplifiers = sorted([*self.amplifiers, (followers, handle)], reverse=True)[:AMPLIFIERS]


def root(mention: Mention) -> Root:
    """What is kept of the post that a mention is about."""
    post = mention.post
    counters = Counters() if post.counters is None else post.counters
    shares, counted_at = _bounded(counters.shares), counters.at
    if shares is None or counted_at is None or (counted_at - post.created_at).total_seconds() > OLD_S:
        shares, counted_at = 0, None
    return Root(
        post_id=clip(post.id, _URL),
        author=clip(post.author.shown, _NAME),
        excerpt=clip(post.text, _EXCERPT),
        created_at=post.created_at,
        network=clip(post.network, _NETWORK),
        url=None if post.url is None or len(post.url) > _URL else post.url,
        followers=_bounded(post.author.followers),
        shares=shares,
        counted_at=counted_at,
        seen_at=post.seen_at,
        published_at=post.published_at,
    )


def sighted(known: Root | None, again: Root) -> Root:
    """What is known of a root that was found again, in either order: the newer sighting, and the newer count."""
    if known is None or known == again:
        return again
    newer = again if known.seen_at < again.seen_at else known
    counted = max(
        (each for each in (known, again) if each.counted_at is not None),
        key=lambda each: (each.counted_at, each.shares),
        default=newer,
    )
    return msgspec.structs.replace(newer, shares=counted.shares, counted_at=counted.counted_at)


def clip(text: str, most: int) -> str:
    """`text` in at most `most` bytes of UTF-8, whole characters only.

    >>> clip("déjà vu", 5)
    'déj'
    """
    if len(text) <= most and text.isascii():
        return text
    return text.encode("utf-8", "ignore")[:most].decode("utf-8", "ignore")


def _bounded(count: int | None) -> int | None:
    """A count that no source can make overflow a sum of millions of them."""
    return None if count is None else min(max(count, 0), _MOST)


_seen_s = attrgetter("seen_s")
_KINDS: Final = (ShareKind.RESHARE, ShareKind.QUOTE, ShareKind.REPLY, ShareKind.LIKE)


def utc(seconds: float) -> datetime:
    """Unix seconds as a time."""
    return datetime.fromtimestamp(seconds, UTC)

"""What the spike detector remembers of a brand, and the mentions that wait to be counted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from models.counts import BinCounts, key32
from models.recent import Recent
from models.records import AlarmJudged, Driver, Mention, Risk
from models.spikes.company import Company, Voice, voice_of
from models.spikes.explain import Tally, excerpt
from models.spikes.feedback import Feedback
from models.spikes.share import Share
from models.spikes.sources import Sources
from models.spikes.tracked import Tracked
from models.spikes.usual import Usual

_PENDING: Final = 1_024
_SHORT: Final = 80
_LONG: Final = 500
"""Names and addresses are cut to these, so that hostile ones cannot swell a state."""


class Heard(msgspec.Struct, array_like=True, frozen=True):
    """What the detector needs of a mention, until the log's time has reached it."""

    seen_at: datetime
    created_at: datetime
    id: int
    author: int
    story: int
    adverse: bool
    language: str = ""
    driver: Driver | None = None
    risk: Risk | None = None
    published_at: datetime | None = None
    voice: Voice | None = None
    source: str = ""

    @property
    def order(self) -> tuple[datetime, datetime, int]:
        return self.seen_at, self.created_at, self.id


class BrandState(msgspec.Struct, array_like=True):
    """All that is remembered of a brand.

    At most 6 KB as it is stored, in calm and in a storm of posts of ordinary length, but for `pending`: what came since
    the last tick, at most 1,024 mentions; beyond that, only counts.
    """

    brand: str
    tracked: Tracked | None = None
    mentions: BinCounts = msgspec.field(default_factory=BinCounts)
    echoes: BinCounts = msgspec.field(default_factory=BinCounts)
    """Adverse mentions that brought no new voice; those that did are in `tracked`. Both by five minutes."""
    authors: Recent = msgspec.field(default_factory=Recent)
    """Who was adverse, and when last."""
    stories: Recent = msgspec.field(default_factory=Recent)
    """What was told: one entry for each of its voices."""
    ids: Recent = msgspec.field(default_factory=lambda: Recent(code="I"))
    pending: list[Heard] = []
    crowd: list[list[int]] = []
    """What did not fit into `pending`: second seen, minute created, mentions, adverse ones."""
    slice: int = 0
    """The half-hour, since the epoch, of which `current` tells; `previous` tells of the one before, but in a wave."""
    current: Tally = msgspec.field(default_factory=Tally)
    previous: Tally = msgspec.field(default_factory=Tally)
    usual: Usual = msgspec.field(default_factory=Usual)
    story: str = ""
    late: int = 0
    """Mentions that came too late to be judged."""
    ahead: int = 0
    """Mentions that said they were seen in a far future."""
    published_at: datetime | None = None
    company: Company = msgspec.field(default_factory=Company)
    sources: Sources = msgspec.field(default_factory=Sources)
    feedback: Feedback = Feedback()
    share: Share = msgspec.field(default_factory=Share)

    def copy(self) -> "BrandState":
        """A copy that can be changed: steps never touch the state they were given."""
        return msgspec.structs.replace(
            self,
            tracked=None if self.tracked is None else self.tracked.copy(),
            mentions=self.mentions.copy(),
            echoes=self.echoes.copy(),
            authors=self.authors.copy(),
            stories=self.stories.copy(),
            ids=self.ids.copy(),
            current=self.current.copy(),
            previous=self.previous.copy(),
            company=self.company.copy(),
            sources=self.sources.copy(),
            usual=self.usual.copy(),
            share=self.share.copy(),
        )


def minute_of(at: datetime) -> int:
    return int(at.timestamp() // 60)


def time_of(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def heard(mention: Mention) -> Heard:
    """What is kept of a mention. An author or story that is not known is taken to be the post's own."""
    post = mention.post
    adverse = mention.adverse
    driver = None
    if adverse:
        driver = Driver(
            post_id=post.id[:_LONG],
            author=post.author.shown[:_SHORT],
            excerpt=excerpt(post.text),
            created_at=post.created_at,
            url=post.url if post.url is not None and len(post.url) <= _LONG else None,
            network=post.network[:_SHORT],
            followers=post.author.followers,
            shares=None if post.counters is None else post.counters.shares,
            sentiment=mention.sentiment.label,
        )
    return Heard(
        seen_at=post.seen_at,
        created_at=min(post.created_at, post.seen_at),
        id=key32(mention.id),
        author=key32(f"{post.network}:{post.author.id}" if post.author.id else mention.id),
        story=key32(mention.wording or mention.story or mention.id),
        adverse=adverse,
        language=mention.language[:_SHORT] if adverse else "",
        driver=driver,
        risk=None if mention.risk is None else Risk(topic=mention.risk.topic[:_SHORT], score=mention.risk.score),
        published_at=post.published_at,
        voice=voice_of(mention),
        source=post.source[:_SHORT],
    )


def queued(state: BrandState, records: Sequence[Mention | AlarmJudged], lateness_min: int) -> BrandState:
    """The state with these mentions waiting for the log's time; one that is too late to be judged is only counted.

    What humans thought of alarms counts from now on.
    """
    feedback, late = state.feedback, state.late
    known = {item.id for item in state.pending}
    pending = list(state.pending)
    for record in records:
        if isinstance(record, AlarmJudged):
            feedback = feedback.hear(record)
            continue
        if minute_of(record.post.seen_at) - minute_of(record.post.created_at) > lateness_min:
            late += 1
            continue
        item = heard(record)
        if item.id not in known:
            known.add(item.id)
            pending.append(item)
    pending.sort(key=lambda item: item.order)
    crowd = state.crowd
    if len(pending) > _PENDING:
        pending, crowd = _crowded(pending, crowd)
    return msgspec.structs.replace(state, pending=pending, crowd=crowd, late=late, feedback=feedback)


def _crowded(pending: list[Heard], crowd: list[list[int]]) -> tuple[list[Heard], list[list[int]]]:
    """Keeps a sample (the smallest hashes) whole, and of the others the counts."""
    chosen = {item.id for item in sorted(pending, key=lambda item: item.id)[:_PENDING]}
    merged = {(seen, created): [mentions, adverse] for seen, created, mentions, adverse in crowd}
    for item in pending:
        if item.id not in chosen:
            place = (int(item.seen_at.timestamp()) + 1, minute_of(item.created_at))
            counts = merged.setdefault(place, [0, 0])
            counts[0] += 1
            counts[1] += item.adverse
    return [item for item in pending if item.id in chosen], [[*k, *v] for k, v in sorted(merged.items())]

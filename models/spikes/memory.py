"""What the spike detector remembers of a brand, and how mentions get into that memory."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from models.coordination import Signs
from models.counts import BinCounts, expire, key32, remember
from models.records import AlarmJudged, Driver, Mention, Risk
from models.spikes.company import Company, Voice, voice_of
from models.spikes.explain import Tally, excerpt
from models.spikes.feedback import Feedback
from models.spikes.tracked import Tracked
from models.spikes.usual import Usual
from models.spikes.wave import SpikeDetector

_VOICE_MIN: Final = 360
"""An author has one voice in so many minutes, and a story five: a joke copied 200 times is no 200 complaints."""

SLICE_MIN: Final = 30
"""What is told of an alarm is at most an hour older than it: two such slices, and the wave since."""

_STORY_VOICES: Final = 5
_AUTHORS: Final = 256
_STORIES: Final = 128
_IDS: Final = 256
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

    @property
    def order(self) -> tuple[datetime, datetime, int]:
        return self.seen_at, self.created_at, self.id


class BrandState(msgspec.Struct, array_like=True):
    """All that is remembered of a brand.

    Encoded at most 6 KB in calm (twenty mentions an hour), and 12 KB in the worst of waves, but for `pending`: what
    came since the last tick, at most 1,024 mentions; beyond that, only counts.
    """

    brand: str
    tracked: Tracked | None = None
    mentions: BinCounts = msgspec.field(default_factory=BinCounts)
    echoes: BinCounts = msgspec.field(default_factory=BinCounts)
    """Adverse mentions that brought no new voice; those that did are in `tracked`."""
    authors: dict[int, int] = {}
    """Who was adverse, by hash, and in which minute last."""
    stories: dict[int, int] = {}
    """What was told, by hash: 16 × the minute of its last voice + its voices."""
    ids: dict[int, int] = {}
    pending: list[Heard] = []
    crowd: list[list[int]] = []
    """What did not fit into `pending`: second seen, minute created, mentions, adverse ones."""
    slice: int = 0
    """The half-hour, since the epoch, of which `current` tells; `previous` tells of the one before."""
    current: Tally = msgspec.field(default_factory=Tally)
    previous: Tally = msgspec.field(default_factory=Tally)
    usual: Usual = msgspec.field(default_factory=Usual)
    story: str = ""
    late: int = 0
    """Mentions that came too late to be judged."""
    published_at: datetime | None = None
    company: Company = msgspec.field(default_factory=Company)
    feedback: Feedback = Feedback()

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
            usual=self.usual.copy(),
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
    )


def queued(state: BrandState, records: Sequence[Mention | AlarmJudged]) -> BrandState:
    """Mentions wait for the log's time; what humans thought counts from now on."""
    feedback = state.feedback
    known = {item.id for item in state.pending}
    pending = list(state.pending)
    for record in records:
        if isinstance(record, AlarmJudged):
            feedback = feedback.hear(record)
            continue
        item = heard(record)
        if item.id not in known:
            known.add(item.id)
            pending.append(item)
    pending.sort(key=lambda item: item.order)
    crowd = state.crowd
    if len(pending) > _PENDING:
        pending, crowd = _crowded(pending, crowd)
    return msgspec.structs.replace(state, pending=pending, crowd=crowd, feedback=feedback)


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


def wake(state: BrandState, now: datetime) -> datetime | None:
    """When the next mention is due; during a wave, at the next minute too, since waves end by silence."""
    wakes = [item.seen_at for item in state.pending[:1]]
    if state.crowd:
        wakes.append(datetime.fromtimestamp(state.crowd[0][0], UTC))
    if state.tracked is not None and state.tracked.wave is not None:
        wakes.append(max(time_of(minute_of(now) + 1), time_of(state.tracked.wave.raised + 1)))
    return min(wakes, default=None)


def settle(state: BrandState, detector: SpikeDetector, now: datetime) -> bool:
    """Counts what is due; whether there was a new voice."""
    due = [item for item in state.pending if item.seen_at <= now]
    state.pending = state.pending[len(due) :]
    voices, adverse = 0, 0
    for item in due:
        voice = _count(state, detector, item)
        adverse += item.adverse
        voices += voice
    voices += _count_crowd(state, detector, now, voices / adverse if adverse else 1.0)
    minute = minute_of(now)
    if state.tracked is not None:
        detector.advance(state.tracked, minute)
    # What is older is learned, and a repeat of it would be too late anyway.
    expire(state.ids, minute - detector.params.lateness_min - 1)
    expire(state.authors, minute - _VOICE_MIN)
    expire(state.stories, 16 * (minute - _VOICE_MIN))
    state.mentions.forget(minute - _VOICE_MIN)
    state.echoes.forget(minute - _VOICE_MIN)
    state.company.forget(minute)
    _turn_slice(state, minute)
    return voices > 0


def _track(state: BrandState, detector: SpikeDetector, created: int, seen: int) -> Tracked:
    if state.tracked is None:
        state.tracked = detector.initial(max(created, seen - detector.params.lateness_min))
    detector.advance(state.tracked, seen)
    return state.tracked


def _count(state: BrandState, detector: SpikeDetector, item: Heard) -> bool:
    """Takes in one mention; whether it was a new voice against the brand."""
    created, seen = minute_of(item.created_at), minute_of(item.seen_at)
    if item.id in state.ids:
        return False
    tracked = _track(state, detector, created, seen)
    if seen - created > detector.params.lateness_min or created <= tracked.learned:
        state.late += 1
        return False
    remember(state.ids, item.id, created, cap=_IDS)
    state.mentions.add(created, 1, keep=detector.params.keep)
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
        state.echoes.add(created, 1, keep=detector.params.keep)
        return False
    state.current.add(item.driver, item.language, item.risk)
    return detector.add(tracked, created, 1)


def _is_voice(state: BrandState, item: Heard, created: int) -> bool:
    """Whether this author, and enough of this story, was not heard within the last hours."""
    new_author = item.author not in state.authors
    told = state.stories.get(item.story, 0) % 16
    remember(state.authors, item.author, created, cap=_AUTHORS)
    if not new_author or told >= _STORY_VOICES:
        return False
    remember(state.stories, item.story, 16 * created + told + 1, cap=_STORIES)
    return True


def _count_crowd(state: BrandState, detector: SpikeDetector, now: datetime, share: float) -> int:
    """Takes in the counts of what did not fit, with as many voices per adverse mention as in the sample."""
    voices = 0
    while state.crowd and state.crowd[0][0] <= now.timestamp():
        seen_s, created, mentions, adverse = state.crowd[0]
        state.crowd = state.crowd[1:]
        tracked = _track(state, detector, created, seen_s // 60)
        if seen_s // 60 - created > detector.params.lateness_min or created <= tracked.learned:
            state.late += mentions
            continue
        new = min(adverse, round(adverse * share))
        state.mentions.add(created, mentions, keep=detector.params.keep)
        detector.hear(tracked, created)
        state.echoes.add(created, adverse - new, keep=detector.params.keep)
        voices += new if detector.add(tracked, created, new) else 0
    return voices


def _turn_slice(state: BrandState, minute: int) -> None:
    """Lets the tallies of ordinary half-hours go; those of a wave stay until it ends."""
    now = minute // SLICE_MIN
    if now <= state.slice or (state.tracked is not None and state.tracked.wave is not None):
        return
    state.usual.absorb(state.previous.words)
    if now > state.slice + 1:
        state.usual.absorb(state.current.words)
    state.previous = state.current if now == state.slice + 1 else Tally()
    state.current = Tally()
    if now * SLICE_MIN // 60 > state.slice * SLICE_MIN // 60:
        state.company.signs = Signs()
    state.slice = now

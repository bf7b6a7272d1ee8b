"""What the spike detector remembers of a brand, and how mentions get into that memory."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from models.coordination import Signs
from models.counts import BinCounts, key32
from models.recent import Recent
from models.records import Driver, Mention, Risk
from models.spikes.company import Company, Voice, voice_of
from models.spikes.explain import WORDS_KEPT, Tally, Usual, excerpt
from models.spikes.sources import Sources
from models.spikes.tracked import Tracked
from models.spikes.wave import SpikeDetector

_VOICE_MIN: Final = 360
"""An author has one voice in so many minutes, and a story five: a joke copied 200 times is no 200 complaints."""

_STORY_VOICES: Final = 5
_AUTHORS: Final = 256
_STORIES: Final = 128
_IDS: Final = 192
_PENDING: Final = 1_024
_AHEAD: Final = timedelta(days=7)
"""What claims to have been seen later than this from now has a wrong clock. Partitions that replay may be ahead."""

_STEP_MIN: Final = 5
"""Figures that are only told, not judged by, are kept by five minutes."""

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

    Encoded at most 6 KB, in calm and in a storm, but for `pending`: what came since the last tick, at most 1,024
    mentions; beyond that, only counts.
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
    hour: int = 0
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
            usual=Usual(self.usual.counts.copy(), self.usual.total, self.usual.hours),
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


def queued(state: BrandState, records: Sequence[Mention], lateness_min: int) -> BrandState:
    """The state with these mentions waiting; what is too late to be judged is only counted."""
    known = {item.id for item in state.pending}
    pending, late = list(state.pending), state.late
    for mention in records:
        if minute_of(mention.post.seen_at) - minute_of(mention.post.created_at) > lateness_min:
            late += 1
            continue
        item = heard(mention)
        if item.id not in known:
            known.add(item.id)
            pending.append(item)
    pending.sort(key=lambda item: item.order)
    crowd = state.crowd
    if len(pending) > _PENDING:
        pending, crowd = _crowded(pending, crowd)
    return msgspec.structs.replace(state, pending=pending, crowd=crowd, late=late)


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
    if state.pending and state.pending[-1].seen_at - now > _AHEAD:
        wakes.append(now + timedelta(minutes=1))  # to drop it
    if state.crowd:
        wakes.append(datetime.fromtimestamp(state.crowd[0][0], UTC))
    if state.tracked is not None and state.tracked.wave is not None:
        wakes.append(max(time_of(minute_of(now) + 1), time_of(state.tracked.wave.raised + 1)))
    return min(wakes, default=None)


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
    # What is older is learned, and a repeat of it would be too late anyway.
    state.ids.forget(minute - detector.params.lateness_min - 1)
    state.authors.forget(minute - _VOICE_MIN)
    state.stories.forget(minute - _VOICE_MIN)
    state.mentions.forget((minute - _VOICE_MIN) // _STEP_MIN)
    state.echoes.forget((minute - _VOICE_MIN) // _STEP_MIN)
    state.company.forget(minute)
    _turn_hour(state, minute)
    return voices > 0


def begin_wave(state: BrandState) -> None:
    """The tallies of the last two hours become that of the wave, until it ends."""
    both = state.previous.merged(state.current)
    both.words = dict(sorted(both.words.items(), key=lambda item: (-item[1], item[0]))[:WORDS_KEPT])
    state.current, state.previous = both, Tally()


def end_wave(state: BrandState, minute: int) -> None:
    state.previous, state.current, state.hour = Tally(), Tally(), minute // 60
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
    detector.advance(tracked, minute)


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
        _turn_hour(state, seen)
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


def _turn_hour(state: BrandState, minute: int) -> None:
    """Lets the tallies of ordinary hours go; those of a wave stay until it ends."""
    hour = minute // 60
    if hour <= state.hour or (state.tracked is not None and state.tracked.wave is not None):
        return
    state.usual.absorb(state.previous.words)
    if hour > state.hour + 1:
        state.usual.absorb(state.current.words)
    state.previous = state.current if hour == state.hour + 1 else Tally()
    state.current = Tally()
    state.company.signs = Signs()
    state.hour = hour

"""Every record that crosses a topic, declared once: frozen, typed facts with UTC times and deterministic ids.

A record's wire tag is `name/version` (see `streams/wire.py`). Adding a field with a default keeps the version;
anything else is a new version and a new class.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec


def digest(*parts: object) -> str:
    """A deterministic 128-bit id of what `parts` say, as 32 hex digits (BLAKE2b, RFC 7693).

    Parts are length-prefixed, so `("a", "bc")` and `("ab", "c")` differ.

    >>> digest("mention", "post:1", "acme") == digest("mention", "post:1", "acme")
    True
    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    h = hashlib.blake2b(digest_size=16)
    for part in parts:
        # `surrogatepass`: ids may be built from hostile text that holds lone surrogates.
        raw = str(part).encode("utf-8", "surrogatepass")
        h.update(len(raw).to_bytes(4, "big"))
        h.update(raw)
    return h.hexdigest()


class Topic(StrEnum):
    """The topics of the pipeline; the wire name is prefixed (see `streams/topology.py`)."""

    POSTS = "posts"
    MENTIONS = "mentions"
    SPREAD = "spread"
    INCIDENT_EVENTS = "incident-events"
    NOTIFICATIONS = "notifications"
    CALLS = "calls"
    OUTBOX = "outbox"
    DELIVERIES = "deliveries"
    DEAD = "dead"


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all records: frozen, compared by value."""


# ── what the public says ──────────────────────────────────────────────────────────────────────────────────────


UNKNOWN: Final = "unknown:"
"""Begins the id of an author whom the source does not name: a stranger of that post's own."""


class Author(Record, frozen=True, kw_only=True):
    """Who wrote or reshared. `followers` is None where the source does not tell."""

    id: str
    handle: str = ""
    name: str = ""
    followers: int | None = None
    created_at: datetime | None = None

    @property
    def shown(self) -> str:
        """What people call the author; empty where the source names none (its id is then made up).

        >>> Author(id="did:plc:1", handle="lea").shown, Author(id="unknown:post:1").shown
        ('lea', '')
        """
        return self.handle or self.name or ("" if self.id.startswith(UNKNOWN) else self.id)


class Counters(Record, frozen=True, kw_only=True):
    """A snapshot of a post's public counters; None where the source does not tell.

    `at` is when it was taken. None: unknown, so it says nothing about any moment: the numbers in an old file are mostly
    final ones, and whoever took them for those of the beginning would look ahead. They may be shown, never judged.
    """

    shares: int | None = None
    likes: int | None = None
    replies: int | None = None
    views: int | None = None
    at: datetime | None = None


class Sentiment(Record, frozen=True, kw_only=True):
    """Probabilities of the three classes; they sum to 1.

    >>> Sentiment(negative=0.7, neutral=0.2, positive=0.1).label
    'negative'
    """

    negative: float
    neutral: float
    positive: float

    @property
    def label(self) -> str:
        """The most probable class; a tie goes to the worse one, since a missed negative costs more."""
        best = max(self.negative, self.neutral, self.positive)
        if self.negative == best:
            return "negative"
        return "neutral" if self.neutral == best else "positive"


class PostKind(StrEnum):
    POST = "post"
    REPLY = "reply"
    QUOTE = "quote"
    ARTICLE = "article"
    REVIEW = "review"


class Post(Record, frozen=True, kw_only=True, tag="post/1", tag_field="type"):
    """One thing said in public.

    `created_at` is the event time the source claims; `seen_at` is when the source had it, and never earlier than
    `created_at` (see `streams/ingest.py`): detectors count a post in its `created_at` minute, and may know of it
    from `seen_at` on. `published_at` is the wall-clock time of publishing, for latency figures only: no decision
    reads it. `known_brands` and `known_sentiment` are what the source already knows; they replace matching and
    classification.
    """

    id: str
    source: str
    network: str
    author: Author
    text: str
    created_at: datetime
    seen_at: datetime
    published_at: datetime | None = None
    kind: PostKind = PostKind.POST
    url: str | None = None
    language: str | None = None
    parent_id: str | None = None
    root_id: str | None = None
    counters: Counters | None = None
    known_brands: tuple[str, ...] | None = None
    known_sentiment: Sentiment | None = None
    notes: tuple[str, ...] = ()
    """What admission changed: `truncated`, `future-clamped`, `control-characters`."""


class Risk(Record, frozen=True, kw_only=True):
    """Bad news, whatever its tone: a crisis topic and how sure we are, 0 to 1."""

    topic: str
    score: float


class Mention(Record, frozen=True, kw_only=True, tag="mention/1", tag_field="type"):
    """A post that names a brand, understood. `model` names the classifier.

    `sentiment` is towards the brand. Where that is not the whole post's (“Acme saved my awful day”), `post_sentiment`
    is the latter.

    `story` groups what passes on one link, quotes one post or copies one text; `wording` groups only copies of a text
    (empty: as `story`).
    """

    id: str
    post: Post
    brand: str
    sentiment: Sentiment
    language: str
    story: str
    model: str
    risk: Risk | None = None
    wording: str = ""
    post_sentiment: Sentiment | None = None

    @property
    def adverse(self) -> bool:
        """Counts against the brand: negative, or at risk."""
        return self.risk is not None or self.sentiment.label == "negative"

    @property
    def against_others(self) -> bool:
        """Negative as a post, and yet nothing against the brand."""
        return not self.adverse and self.post_sentiment is not None and self.post_sentiment.label == "negative"


class ShareKind(StrEnum):
    RESHARE = "reshare"
    LIKE = "like"
    QUOTE = "quote"
    REPLY = "reply"


class Share(Record, frozen=True, kw_only=True, tag="share/1", tag_field="type"):
    """One act of spreading the post `root_id`. Times as in `Post`."""

    id: str
    root_id: str
    author: Author
    created_at: datetime
    seen_at: datetime
    kind: ShareKind = ShareKind.RESHARE
    network: str = ""
    source: str = ""
    parent_id: str | None = None
    published_at: datetime | None = None
    phrases: tuple[int, ...] = ()
    """What a quote or reply says, as hashes of a few of its phrases (see `models/phrases.py`)."""


class Tick(Record, frozen=True, kw_only=True, tag="tick/1", tag_field="type"):
    """Time as a record: everything seen up to `now` has been published by `origin`.

    `origin` is `ticker` (wall clock), or `topic/partition` of the partition whose stage passed the tick on: a
    stage's clock is the minimum over the partitions that feed it, so it never runs ahead of a slow one.
    """

    now: datetime
    origin: str = "ticker"


# ── what a detector concludes ─────────────────────────────────────────────────────────────────────────────────


class SignalKind(StrEnum):
    SPIKE = "spike"
    VIRAL_THREAT = "viral-threat"
    VIRAL_OPPORTUNITY = "viral-opportunity"


class SignalPhase(StrEnum):
    RAISED = "raised"
    WORSENED = "worsened"
    ENDED = "ended"


class Point(Record, frozen=True, kw_only=True, array_like=True):
    """One step of the chart: what was seen, what was expected, and the upper end of what was expected."""

    at: datetime
    observed: float
    expected: float
    upper: float


class Driver(Record, frozen=True, kw_only=True):
    """A post that drives the alert, short enough to show. `excerpt` is raw hostile text: escape it."""

    post_id: str
    author: str
    excerpt: str
    created_at: datetime
    url: str | None = None
    network: str = ""
    followers: int | None = None
    shares: int | None = None
    sentiment: str = "neutral"


class Forecast(Record, frozen=True, kw_only=True):
    """Where a cascade is heading: final size with a 90 % interval, and how fast it grows.

    `acceleration` is the change of `shares_per_hour` in an hour; in `half_life_s` seconds the speed halves, None while
    it does not fall. `p_viral` is the probability to reach the brand's mark.
    """

    expected_final: float
    interval: tuple[float, float]
    p_double: float
    shares_per_hour: float
    reproduction: float | None = None
    interval_50: tuple[float, float] | None = None
    p_viral: float | None = None
    acceleration: float | None = None
    half_life_s: float | None = None


class Accuracy(Record, frozen=True, kw_only=True):
    """How far off the last forecasts for a brand were: of `forecasts`, `held` within their 90 % interval.

    `median_error` is |expected - final| / final. `told` of them stood in an alert; the others are of posts that never
    rang, made for this record when they had ten shares.
    """

    forecasts: int
    told: int
    held: int
    median_error: float


class Coordination(Record, frozen=True, kw_only=True):
    """How much of the amplification looks coordinated, 0 to 1, with its reasons (`code`, figures as text)."""

    score: float
    reasons: tuple[tuple[str, str], ...] = ()


class Caution(Record, frozen=True, kw_only=True):
    """A brand is less sensitive than its budget says: humans called so many of its alarms false, and until when."""

    false_alarms: int
    until: datetime


class UsualShare(Record, frozen=True, kw_only=True):
    """The share of a brand's mentions that is usually adverse, and the 90 % range of so many mentions, 0 to 1."""

    share: float
    low: float
    high: float

    def holds(self, share: float) -> bool:
        """Whether a share is as usual, or lower: at most a quarter more.

        That it lies within the range is not enough: of few mentions the range is so wide that it says nothing.
        """
        return share <= 1.25 * self.share


class Evidence(Record, frozen=True, kw_only=True):
    """What a human needs to believe or dismiss a signal."""

    mentions: int = 0
    adverse: int = 0
    authors: int = 0
    stories: int = 0
    networks: tuple[tuple[str, int], ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    series: tuple[Point, ...] = ()
    drivers: tuple[Driver, ...] = ()
    words: tuple[str, ...] = ()
    amplifiers: tuple[tuple[str, int | None], ...] = ()
    """Handles of those who spread it most, with their followers: of a post, those who first brought it to them."""
    bridges: tuple[tuple[str, int], ...] = ()
    """Handles of those whose reshares brought the most further ones, and how many, where parents are known."""
    advocates: tuple[tuple[str, int | None], ...] = ()
    """Handles of the brand's best-known friends of the last day, with their followers."""
    reach: int | None = None
    """Sum of the followers of all who posted or reshared, where known."""
    forecast: Forecast | None = None
    accuracy: Accuracy | None = None
    """Of past forecasts for the brand; known to its desk only, and so in incidents only."""
    coordination: Coordination | None = None
    silent_below: int | None = None
    """The counterfactual: with fewer than this many observed there would have been no signal."""
    risk: Risk | None = None
    caution: Caution | None = None
    usual_share: UsualShare | None = None


class Signal(Record, frozen=True, kw_only=True, tag="signal/1", tag_field="type"):
    """A detector's conclusion about one brand and story.

    `surprise` is minus log10 of the tail probability of what was seen. `interval` is the 90 % range of the
    expected count over `window_s` seconds. `story` is what incidents fold on.
    """

    id: str
    brand: str
    kind: SignalKind
    phase: SignalPhase
    story: str
    at: datetime
    onset: datetime
    observed: float
    expected: float
    interval: tuple[float, float]
    surprise: float
    window_s: int
    reason: str
    evidence: Evidence = Evidence()
    published_at: datetime | None = None
    """Wall-clock time of publishing of the newest post behind the signal; for latency figures only."""
    also: tuple[str, ...] = ()
    """Other names of the story: under these, too, posts and signals tell it."""


class PastForecast(Record, frozen=True, kw_only=True, array_like=True):
    """A forecast as it was made at `at`, with `observed` shares. `told`: it stood in an alert."""

    at: datetime
    observed: int
    expected: float
    interval: tuple[float, float]
    told: bool

    def error(self, final: int) -> float:
        """How far off it was, as a part of the truth.

        >>> at = datetime(2026, 3, 2)
        >>> past = PastForecast(at=at, observed=12, expected=60, interval=(20, 90), told=True)
        >>> past.error(50), past.holds(50), past.holds(91)
        (0.2, True, False)
        """
        return abs(self.expected - final) / max(final, 1)

    def holds(self, final: int) -> bool:
        return self.interval[0] <= final <= self.interval[1]


class CascadeOver(Record, frozen=True, kw_only=True, tag="cascade-over/1", tag_field="type"):
    """What became of a cascade, once it has been quiet for so long that it is forgotten: `final` shares.

    `forecasts` are those that stood in this brand's alerts; of a cascade that never rang the one that was made when it
    had ten shares.
    """

    id: str
    brand: str
    post_id: str
    at: datetime
    final: int
    forecasts: tuple[PastForecast, ...]


class SharedTogether(Record, frozen=True, kw_only=True, tag="shared-together/1", tag_field="type"):
    """Shares of one post that were made within seconds of one another: who moves together shows across posts.

    `made` are (Unix time, hash of the account); `shares`: how many the post had by `at`; `chance`: how likely two of
    them come within ten seconds of each other at the post's own pace.
    """

    id: str
    brand: str
    post_id: str
    at: datetime
    shares: int
    chance: float
    made: tuple[tuple[int, int], ...]


class Severity(StrEnum):
    """P1 wakes people; P4 is for the morning."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


# ── what humans say ───────────────────────────────────────────────────────────────────────────────────────────


class HumanAction(Record, frozen=True, kw_only=True):
    """Base of what a human did to an incident, and through which channel (`via`)."""

    id: str
    brand: str
    incident: str
    by: str
    via: str
    at: datetime
    note: str = ""


class Ack(HumanAction, frozen=True, kw_only=True, tag="ack/1", tag_field="type"):
    """A human has taken charge."""


class Snooze(HumanAction, frozen=True, kw_only=True, tag="snooze/1", tag_field="type"):
    """A human asks for quiet until a time."""

    until: datetime


class FalseAlarm(HumanAction, frozen=True, kw_only=True, tag="false-alarm/1", tag_field="type"):
    """A human says there was nothing."""


class Resolve(HumanAction, frozen=True, kw_only=True, tag="resolve/1", tag_field="type"):
    """A human says it is over."""


class Silence(HumanAction, frozen=True, kw_only=True, tag="silence/1", tag_field="type"):
    """A human asks not to be told of what matches, until a time; `note` is the reason, `incident` is empty.

    It matches signals of the brand, of `kinds` (all where empty) and `story` (any where empty); what is more severe
    than `up_to` is told all the same.
    """

    until: datetime
    kinds: tuple[SignalKind, ...] = ()
    story: str = ""
    up_to: Severity = Severity.P2


class Unsilence(HumanAction, frozen=True, kw_only=True, tag="unsilence/1", tag_field="type"):
    """A human ends a silence early; `incident` is empty."""

    silence: str


class JudgedAs(StrEnum):
    """What a human thought of an alarm."""

    REAL = "real"
    FALSE = "false-alarm"


class AlarmJudged(Record, frozen=True, kw_only=True, tag="alarm-judged/1", tag_field="type"):
    """A human's verdict on an incident in which a brand's spike alarm was: back to that brand's detector.

    `at` is the log's time. Taking charge, or resolving with a note, says that the alarm was real.
    """

    id: str
    brand: str
    incident: str
    verdict: JudgedAs
    at: datetime


class Past(Record, frozen=True, kw_only=True, tag="past/1", tag_field="type"):
    """What a file of the past has taught about a brand's usual mentions, for a detector that does not know it yet.

    `at` is when that was sent, `until` the end of the past, both UTC; `learned` is read by `models.spikes.past`, 6 KB.
    """

    id: str
    brand: str
    at: datetime
    until: datetime
    learned: bytes


# ── what humans are told ──────────────────────────────────────────────────────────────────────────────────────


class Phase(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Why(StrEnum):
    """Why a human is told, or is not: drives the branch, the log, the metric, the footer and the test."""

    FIRST = "first"
    WORSE = "worse"
    REPEAT_DUE = "repeat-due"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"
    RESOLVED_BY_HUMAN = "resolved-by-human"
    FALSE_ALARM = "false-alarm"
    MERGED = "merged"
    """It has become a part of a sector-wide wave, which is told instead."""
    ESCALATED = "escalated"
    """Nobody has answered, and the next step of the escalation policy is due."""
    UNANSWERED = "unanswered"
    """The escalation policy has come to its end, and still nobody has answered."""
    DIGEST = "digest"
    """What was not urgent, told together."""
    # Reasons to stay silent.
    SAME = "same"
    SNOOZED = "snoozed"
    ALREADY_ACKNOWLEDGED = "already-acknowledged"
    BELOW_SEVERITY = "below-severity"
    NOTHING_OPEN = "nothing-open"
    DUPLICATE = "duplicate"
    SILENCED = "silenced"
    """A silence of the settings (planned maintenance) or of a human matches."""
    INHIBITED = "inhibited"
    """Something more severe on the same brand is being told already."""
    QUIET_HOURS = "quiet-hours"
    BUDGET = "budget"
    """This human has had as many messages below P1 tonight as they want."""
    MUTED = "muted"
    """This human does not want to hear of this incident any more."""
    UNREACHABLE = "unreachable"
    """An escalation step found nobody to call."""
    UNDELIVERED = "undelivered"
    """An alert reached its recipient by no channel: told to the operator."""


class Reason(Record, frozen=True, kw_only=True):
    """What there is to say of a `Why`, or of a failure, as data: people read it in their language and time zone.

    `key` names a sentence (`alerts/render/reason_words.py`); `args` and `times` (UTC) fill its placeholders. Made by
    `alerts.why.because`, which keeps the arguments short.
    """

    key: str
    args: tuple[tuple[str, str | int], ...] = ()
    times: tuple[tuple[str, datetime], ...] = ()


class Called(Record, frozen=True, kw_only=True, array_like=True):
    """One step of an escalation that was carried out; `step` counts from 1, `round` from 1."""

    at: datetime
    step: int
    round: int
    recipients: tuple[str, ...]


class Incident(Record, frozen=True, kw_only=True):
    """A snapshot of one incident: the signals of one brand and story, folded. `signals` has the latest per kind."""

    id: str
    brand: str
    story: str
    phase: Phase
    severity: Severity
    opened_at: datetime
    updated_at: datetime
    revision: int
    signals: tuple[Signal, ...]
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    notified: int = 0
    """How often humans have been told so far."""
    brands: tuple[str, ...] = ()
    """The other brands of a sector-wide wave."""
    resolved_by: str | None = None
    false_alarm: bool = False
    called: tuple[Called, ...] = ()
    """Whom the escalation has called since the incident was last opened, oldest first; the last few."""
    next_call_at: datetime | None = None
    """When the next step of the escalation is due, unless somebody takes charge."""
    next_called: tuple[str, ...] = ()
    """Whom it will call then: recipients."""
    merged_into: str | None = None
    """The incident of the sector-wide wave that this one has become a part of."""


class Outcome(StrEnum):
    SENT = "sent"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHHELD = "withheld"
    SUPERSEDED = "superseded"
    """A quiet change that had not gone out when a newer one on the same incident came."""


class Tried(Record, frozen=True, kw_only=True):
    """How one channel failed to tell somebody; `channel` is empty where there is none."""

    channel: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


class Unreached(Record, frozen=True, kw_only=True):
    """Whom an alert has not reached by any channel, and why not by the first ten."""

    recipient: str
    tried: tuple[Tried, ...] = ()


class Notification(Record, frozen=True, kw_only=True, tag="notification/1", tag_field="type"):
    """Something a human must be told. `id` is a hash of incident, revision and why, so a repeat is recognised."""

    id: str
    incident: Incident
    why: Why
    at: datetime
    channels: tuple[str, ...] = ()
    """By which channels, once it is addressed to a recipient."""
    recipients: tuple[str, ...] = ()
    """Whom it concerns, before it is addressed: `person:NAME`, `channel:NAME`."""
    quiet: bool = False
    """Tell it without calling anybody: an edit or a thread reply, no broadcast."""
    published_at: datetime | None = None
    recipient: str = ""
    """To whom it is addressed, once `attention` has let it through; empty before."""
    also: tuple[Incident, ...] = ()
    """In a digest: the incidents beside `incident`."""
    note: str = ""
    """What else there is to say, in English: to the operator, who was not reached, and a line for each cause."""
    unreached: Unreached | None = None
    """The same as data, for those who read another language."""


class Call(Record, frozen=True, kw_only=True, tag="call/1", tag_field="type"):
    """A wish to tell one recipient (`person:NAME` or `channel:NAME`) of something.

    `urgent`: the recipient is on duty and is called by an escalation, so that quiet hours do not hold it back.
    """

    id: str
    recipient: str
    notification: Notification
    urgent: bool = False
    digest: bool = False
    """It is below the brand's `notify_from`: for a digest alone, where the recipient wants that."""
    at: datetime | None = None
    """The log's time when it was made: later than the notification's where nothing ran for a while. None: the same."""


class Mute(Record, frozen=True, kw_only=True, tag="mute/1", tag_field="type"):
    """A recipient does not want to hear of an incident any more, until a time; keyed by recipient."""

    id: str
    recipient: str
    brand: str
    incident: str
    via: str
    at: datetime
    until: datetime


class Delivery(Record, frozen=True, kw_only=True, tag="delivery/1", tag_field="type"):
    """What became of a notification on one channel; written after the send. Withheld ones have no channel.

    `reasons` says more than `why` and `outcome`, where there is more to say, clause by clause.
    """

    id: str
    notification: str
    incident: str
    brand: str
    channel: str
    outcome: Outcome
    why: Why
    at: datetime
    attempts: int = 0
    receipt: str = ""
    reason: str = ""
    """In English: only of records that were written before there were `reasons`."""
    recipient: str = ""
    quiet: bool = False
    """It was told without calling anybody, so that it does not stand for a call."""
    signal: str = ""
    """The signal of which nothing was told, by its id, where there was one: no notification shows it."""
    reasons: tuple[Reason, ...] = ()


class Dead(Record, frozen=True, kw_only=True, tag="dead/1", tag_field="type"):
    """A record that could not be processed: its bytes (the first 64 KiB), why, and where it came from."""

    id: str
    reason: str
    detail: str
    origin: str
    """`topic/partition/offset`, or `source/position` for what never reached a topic."""
    at: datetime
    key: str = ""
    size: int = 0
    payload: bytes = b""
    headers: Mapping[str, str] = {}
    unreached: Unreached | None = None
    """Of an alert that has reached nobody: what `detail` says, as data."""


class Replayed(Record, frozen=True, kw_only=True, tag="replayed/1", tag_field="type"):
    """The record of a dead letter was put back where it came from; stands behind the letter, in the same topic."""

    id: str
    origin: str
    """The letter's: `topic/partition/offset`."""
    at: datetime


IncidentEvent = Signal | CascadeOver | SharedTogether | Ack | Snooze | FalseAlarm | Resolve | Silence | Unsilence
AnyRecord = (
    Post
    | Mention
    | Share
    | Tick
    | IncidentEvent
    | AlarmJudged
    | Past
    | Notification
    | Call
    | Mute
    | Delivery
    | Dead
    | Replayed
)

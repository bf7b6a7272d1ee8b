"""A small world in simulated time: cascades and incidents as they happen, and what humans are told of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from alerts.incident import IncidentStep
from alerts.render.reasons import english
from models.records import (
    Ack,
    AnyRecord,
    Author,
    Call,
    CascadeOver,
    Counters,
    Delivery,
    Driver,
    Evidence,
    FalseAlarm,
    Mention,
    Notification,
    Post,
    Resolve,
    Risk,
    Sentiment,
    Severity,
    Share,
    SharedTogether,
    ShareKind,
    Signal,
    SignalKind,
    SignalPhase,
    Silence,
    Snooze,
    Tick,
    Topic,
    Unsilence,
    Why,
    digest,
)
from models.stage import Emit
from streams.engines.local import Crash, LocalRunner
from streams.parts import Parts
from streams.settings.schema import BrandSettings, IncidentSettings, Settings
from streams.topology import PIPELINE

START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEGATIVE: Final = Sentiment(negative=0.9, neutral=0.08, positive=0.02)
NEUTRAL: Final = Sentiment(negative=0.05, neutral=0.9, positive=0.05)
POSITIVE: Final = Sentiment(negative=0.02, neutral=0.08, positive=0.9)


def mention(
    post_id: str = "root",
    *,
    brand: str = "acme",
    at: datetime = START,
    sentiment: Sentiment = NEGATIVE,
    followers: int | None = 1_000,
    risk: Risk | None = None,
    story: str | None = None,
    counters: Counters | None = None,
    seen_at: datetime | None = None,
) -> Mention:
    """A post that names a brand."""
    post = Post(
        id=post_id,
        source="toy",
        network="toy",
        author=Author(id=f"author-{post_id}", handle=f"author_{post_id}", followers=followers),
        text=f"on {brand}: {post_id}",
        created_at=at,
        seen_at=at if seen_at is None else seen_at,
        counters=counters,
    )
    return Mention(
        id=digest("mention", post_id, brand),
        post=post,
        brand=brand,
        sentiment=sentiment,
        language="en",
        story=f"story-{post_id}" if story is None else story,
        model="toy",
        risk=risk,
    )


def share(
    n: int,
    at: datetime,
    *,
    root: str = "root",
    kind: ShareKind = ShareKind.RESHARE,
    followers: int | None = 200,
    handle: str | None = None,
    author: str | None = None,
    seen_at: datetime | None = None,
) -> Share:
    """The n-th share of a post."""
    return Share(
        id=f"share:{root}:{n}",
        root_id=root,
        author=Author(id=author or f"fan-{n}", handle=handle or f"fan_{chr(97 + n % 26)}", followers=followers),
        created_at=at,
        seen_at=at if seen_at is None else seen_at,
        kind=kind,
        network="toy",
    )


def signal(
    *,
    brand: str = "acme",
    kind: SignalKind = SignalKind.SPIKE,
    phase: SignalPhase = SignalPhase.RAISED,
    story: str = "wave",
    at: datetime = START,
    observed: float = 40,
    surprise: float = 8.0,
    drivers: Sequence[str] = (),
    nonce: str = "",
    also: Sequence[str] = (),
    reach: int | None = 1_000,
) -> Signal:
    """A detector's conclusion, P2 unless figures say otherwise."""
    tone = "positive" if kind is SignalKind.VIRAL_OPPORTUNITY else "negative"
    posts = tuple(Driver(post_id=d, author="a", excerpt="…", created_at=at, sentiment=tone) for d in drivers)
    return Signal(
        id=digest("signal", brand, kind, phase, story, at, nonce),
        brand=brand,
        kind=kind,
        phase=phase,
        story=story,
        at=at,
        onset=at,
        observed=observed,
        expected=2,
        interval=(0, 5),
        surprise=surprise,
        window_s=900,
        reason="toy",
        evidence=Evidence(mentions=int(observed), adverse=int(observed), drivers=posts, reach=reach),
        also=tuple(also),
    )


class World:
    """Runs the virality and incident stages in memory; time stands still until it is told to pass."""

    def __init__(
        self,
        *,
        viral_shares: int | None = None,
        notify_from: str = "P3",
        incidents: IncidentSettings | None = None,
        tick_s: float = 60.0,
        brands: Sequence[str] = ("acme",),
        step: IncidentStep | None = None,
    ) -> None:
        """Several `brands` are one sector. `step` judges incidents in place of the one that the settings would make."""
        watched = tuple(
            BrandSettings(
                name=brand,
                query=brand,
                channels=("chat",),
                viral_shares=viral_shares,
                notify_from=notify_from,  # type: ignore[arg-type]
                sector="telecom" if len(brands) > 1 else "",
            )
            for brand in brands
        )
        settings = Settings(brands=watched, incidents=incidents or IncidentSettings())
        stages = [stage for stage in PIPELINE if stage.name in {"virality", "incidents"}]
        if step is not None:
            stages[1] = replace(stages[1], build=lambda _: step)
        self.runner = LocalRunner(Parts(settings), stages=stages)
        self.now = START
        self._tick_s = tick_s
        self._read = 0
        self._rung = 0
        self._begun = False

    async def feed(self, *items: AnyRecord | Crash) -> None:
        for item in items:
            if isinstance(item, Mention):
                await self.runner.feed(Emit(Topic.SPREAD, item.post.id, item))
            else:
                await self.runner.feed(item)

    async def signal(self, **given: object) -> Signal:
        """A signal of this moment."""
        said = signal(**{"at": self.now, **given})  # type: ignore[arg-type]
        if not self._begun:
            await self._tick()
        await self.feed(said)
        return said

    async def advance(self, *, minutes: float) -> None:
        """Lets time pass, tick by tick."""
        until = self.now + timedelta(minutes=minutes)
        while self.now < until:
            self.now = min(self.now + timedelta(seconds=self._tick_s), until)
            await self._tick()

    async def _tick(self) -> None:
        self._begun = True
        for topic in (Topic.SPREAD, Topic.INCIDENT_EVENTS):
            await self.runner.feed(Emit(topic, "", Tick(now=self.now)))

    async def ack(self, incident: str, by: str = "zoe") -> None:
        await self.feed(Ack(**self._action("ack", incident, by)))

    async def snooze(self, incident: str, *, minutes: float, by: str = "zoe") -> None:
        until = self.now + timedelta(minutes=minutes)
        await self.feed(Snooze(**self._action("snooze", incident, by), until=until))

    async def false_alarm(self, incident: str, by: str = "zoe") -> None:
        await self.feed(FalseAlarm(**self._action("false-alarm", incident, by)))

    async def resolve(self, incident: str, by: str = "zoe") -> None:
        await self.feed(Resolve(**self._action("resolve", incident, by)))

    async def silence(
        self,
        *,
        minutes: float,
        by: str = "zoe",
        note: str = "maintenance",
        brand: str = "acme",
        kinds: Sequence[SignalKind] = (),
        up_to: Severity = Severity.P2,
    ) -> str:
        """A human asks for quiet; returns the silence's id."""
        until = self.now + timedelta(minutes=minutes)
        said = {**self._action("silence", "", by), "brand": brand}
        await self.feed(Silence(**said, note=note, until=until, kinds=tuple(kinds), up_to=up_to))
        return str(said["id"])

    async def unsilence(self, silence: str, by: str = "zoe") -> None:
        await self.feed(Unsilence(**self._action("unsilence", "", by), silence=silence))

    def signals(self) -> list[Signal]:
        return [r for r in self.runner.records(Topic.INCIDENT_EVENTS) if isinstance(r, Signal)]

    def judged(self) -> list[CascadeOver]:
        return [r for r in self.runner.records(Topic.INCIDENT_EVENTS) if isinstance(r, CascadeOver)]

    def together(self) -> list[SharedTogether]:
        return [r for r in self.runner.records(Topic.INCIDENT_EVENTS) if isinstance(r, SharedTogether)]

    def told(self) -> list[Notification]:
        return [r for r in self.runner.records(Topic.NOTIFICATIONS) if isinstance(r, Notification)]

    def withheld(self) -> list[Why]:
        return [r.why for r in self.runner.records(Topic.DELIVERIES) if isinstance(r, Delivery)]

    def reasons(self) -> list[str]:
        """Why something was withheld, in words."""
        return [english(r.reasons) for r in self.runner.records(Topic.DELIVERIES) if isinstance(r, Delivery)]

    def rung(self) -> dict[str, bool]:
        """Since the last call: who was to be told loudly, and whether urgently, as being on duty."""
        calls = [r for r in self.runner.records(Topic.CALLS) if isinstance(r, Call)]
        fresh, self._rung = calls[self._rung :], len(calls)
        return {call.recipient: call.urgent for call in fresh if not call.notification.quiet}

    def expects(self, *whys: Why) -> Notification | None:
        """Since the last call humans were told exactly this, in this order; returns the last notification."""
        fresh = self.told()[self._read :]
        self._read += len(fresh)
        assert [n.why for n in fresh] == list(whys)
        return fresh[-1] if fresh else None

    def expects_one(self, why: Why) -> Notification:
        """Since the last call humans were told this, once."""
        told = self.expects(why)
        assert told is not None
        return told

    def expects_silence(self) -> None:
        """Since the last call humans were told nothing."""
        assert self.expects() is None

    def _action(self, name: str, incident: str, by: str) -> dict[str, object]:
        unique = digest(name, incident, by, self.now, len(self.runner.log[Topic.INCIDENT_EVENTS]))
        return {"id": unique, "brand": "acme", "incident": incident, "by": by, "via": "test", "at": self.now}

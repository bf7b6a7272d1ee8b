"""Random worlds: settings, and what then happens to the alerting half of the pipeline, from the signal to the phone.

A `Town` is the settings; an event is what a detector says, what a human does, weather on a channel, a crash, or time.
`RandomWorld` plays them through the real steps in simulated time, and shows each moment to whoever watches.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from hypothesis import strategies as st

from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.why import because
from models.records import (
    Ack,
    AnyRecord,
    FalseAlarm,
    Incident,
    Mute,
    Notification,
    Resolve,
    Severity,
    Signal,
    SignalKind,
    SignalPhase,
    Silence,
    Snooze,
    Tick,
    Topic,
    Unsilence,
)
from models.stage import Emit
from streams.engines.local import Crash, Entry, LocalRunner
from streams.parts import Parts, delivery
from streams.settings.channels import DeliverySettings, TerminalSettings
from streams.settings.people import (
    AttentionSettings,
    EscalationSettings,
    LayerSettings,
    PersonSettings,
    ScheduleSettings,
    SilenceSettings,
    StepSettings,
)
from streams.settings.schema import BrandSettings, Settings
from streams.topology import PIPELINE
from tests.contracts.fake_channel import Died
from tests.scenarios.world import signal
from tests.simulated import SimulatedClock

LAG_S: Final = 1.0
"""How far the log's time is behind the clock, as in production."""
TICK_S: Final = 2.0
BRANDS: Final = ("acme", "beta", "gamma", "delta")
CHANNELS: Final = ("chat", "desk", "mail", "sms", "ops")
PEOPLE: Final = ("ann", "ben", "boss", "ghost")
BLIND: Final = ("mail", "sms")
"""Channels that cannot look back whether something went out."""

# ── settings ──────────────────────────────────────────────────────────────────────────────────────────────────

TARGETS: Final = ("schedule:care", "person:ann", "person:ben", "person:boss", "person:ghost", "channel:sms")
ZONES: Final = ("UTC", "Europe/Paris", "America/New_York")
HOURS: Final = ("22:00-07:00", "19:00-09:00", "09:00-17:00", "12:00-13:00")
LEVELS: Final = ("P1", "P2", "P3", "P4")
STARTS: Final = (
    datetime(2026, 3, 2, 9, tzinfo=UTC),
    datetime(2026, 3, 2, 20, 30, tzinfo=UTC),
    datetime(2026, 3, 28, 21, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
)


@dataclass(frozen=True)
class Town:
    """Who lives where, and how they want to be told."""

    settings: Settings
    start: datetime


steps = st.builds(
    StepSettings,
    call=st.lists(st.sampled_from(TARGETS), min_size=1, max_size=2, unique=True).map(tuple),
    after_min=st.sampled_from([0.0, 1.0, 5.0, 15.0, 60.0]),
)
escalations = st.builds(
    EscalationSettings,
    steps=st.lists(steps, min_size=1, max_size=3).map(tuple),
    rounds=st.integers(1, 3),
    fallback=st.sampled_from([(), ("person:boss",), ("channel:ops", "person:boss"), ("person:ghost",)]),
)
wishes = st.builds(
    AttentionSettings,
    timezone=st.sampled_from(["", *ZONES]),
    quiet_hours=st.sampled_from(["", *HOURS]),
    breaks_from=st.sampled_from(LEVELS),
    night=st.sampled_from(["22:00-07:00", "00:00-00:00"]),
    night_budget=st.sampled_from([None, None, 0, 1, 2]),
    digest_at=st.sampled_from(["09:00", "18:00", "21:59"]),
    digest=st.booleans(),
)
some_channels = st.lists(st.sampled_from(CHANNELS), min_size=0, max_size=2, unique=True).map(tuple)
people = st.builds(
    PersonSettings,
    channels=st.sampled_from([("mail",), ("sms",), ("chat",), ("mail", "chat"), ()]),
    urgent=st.sampled_from([(), ("sms",), ("sms", "desk")]),
    timezone=st.sampled_from(["", *ZONES]),
)
schedules = st.builds(
    ScheduleSettings,
    timezone=st.sampled_from(ZONES),
    layers=st.builds(
        lambda members, hours: (
            LayerSettings(people=members, start="2026-01-05", rotation="daily", handoff="09:00", hours=hours),
        ),
        st.sampled_from([("ann",), ("ann", "ben"), ("ben", "ghost", "ann")]),
        st.sampled_from(["", "", "08:00-20:00", "20:00-08:00"]),
    ),
)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Four brands, with or without a sector, two escalation policies, a schedule, four people, five channels."""
    sector = draw(st.sampled_from(["", "telecom"]))
    brands = tuple(
        BrandSettings(
            name=name,
            query=name,
            channels=draw(some_channels),
            notify_from=draw(st.sampled_from(["P3", "P3", "P2", "P4"])),
            sector=sector,
            escalation=draw(st.sampled_from(["crisis", "crisis", "other", ""])),
            escalate_from=draw(st.sampled_from(["P2", "P2", "P1", "P3"])),
        )
        for name in BRANDS
    )
    start = draw(st.sampled_from(STARTS))
    failover = {name: draw(st.sampled_from(["", "", "ops", "chat"])) for name in CHANNELS}
    wanting = draw(st.lists(st.sampled_from(["ann", "ben", "boss", "chat", "desk", "default"]), unique=True))
    planned = ()
    if draw(st.booleans()):
        begins = start + timedelta(minutes=draw(st.integers(1, 300)))
        planned = (
            SilenceSettings(
                reason="works",
                starts=f"{begins:%Y-%m-%dT%H:%M}+00:00",
                ends=f"{begins + timedelta(minutes=draw(st.integers(1, 200))):%Y-%m-%dT%H:%M}+00:00",
                brands=draw(st.sampled_from([(), ("acme",), ("acme", "beta")])),
                up_to=draw(st.sampled_from(["P2", "P1"])),
            ),
        )
    return Town(
        Settings(
            brands=brands,
            channels={
                name: TerminalSettings(failover=other if other != name else "") for name, other in failover.items()
            },
            people={name: draw(people) if name != "ghost" else PersonSettings() for name in PEOPLE},
            schedules={"care": draw(schedules)},
            escalations={"crisis": draw(escalations), "other": draw(escalations)},
            attention={name: draw(wishes) for name in wanting},
            silences=planned,
            delivery=DeliverySettings(operator=draw(st.sampled_from(["", "ops"]))),
        ),
        start,
    )


# ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

SIZES: Final = {
    Severity.P4: (3.0, 1.0, 0),
    Severity.P3: (15.0, 4.0, 0),
    Severity.P2: (40.0, 8.0, 1_000),
    Severity.P1: (5_000.0, 30.0, 1_000),
}
"""Observed, surprise and reach of a threat in the middle of a severity, by the formula of `docs/alerting.md`."""


@dataclass(frozen=True)
class Says:
    """A detector's conclusion; `off_s`: how much it is ahead of the clock, or behind."""

    brand: str
    story: str
    phase: SignalPhase
    level: Severity
    kind: SignalKind = SignalKind.SPIKE
    off_s: int = 0


@dataclass(frozen=True)
class Does:
    """A human's answer to an incident, `late_s` by the human's own clock; `which`: 0 the last one, 1 the one before it,
    and so on; -1 one that nobody knows.
    """

    what: str
    which: int
    by: str = "ann"
    minutes: int = 60
    twice: bool = False
    late_s: int = 0


@dataclass(frozen=True)
class Quiets:
    """A human sets a silence; or ends the one number `which`, where `minutes` is 0."""

    brand: str
    minutes: int
    up_to: Severity = Severity.P2
    kinds: tuple[SignalKind, ...] = ()
    which: int = 0


@dataclass(frozen=True)
class Mutes:
    who: str
    which: int
    minutes: int


@dataclass(frozen=True)
class Passes:
    """Minutes go by, with a tick every `tick_s` where there is something to do; `out`: no process runs meanwhile."""

    minutes: float
    tick_s: float = TICK_S
    out: bool = False


@dataclass(frozen=True)
class Weather:
    """How a channel answers from now on."""

    channel: str
    how: str


@dataclass(frozen=True)
class Crashes:
    """All agents die: around their next batch, or at once."""

    how: Crash | None


Happening = Says | Does | Quiets | Mutes | Passes | Weather | Crashes

WEATHERS: Final = (
    "fine",
    "fine",
    "fine",
    "refuses",
    "busy",
    "asks for patience",
    "hangs",
    "slow",
    "loses answers",
    "swallows",
    "flaps",
)
DEADLY: Final = ("dies before", "dies after")

says = st.builds(
    Says,
    brand=st.sampled_from(("acme", "acme", *BRANDS)),
    story=st.sampled_from(["wave", "wave", "recall"]),
    phase=st.sampled_from([SignalPhase.RAISED, SignalPhase.RAISED, SignalPhase.WORSENED, SignalPhase.ENDED]),
    level=st.sampled_from([Severity.P1, Severity.P2, Severity.P2, Severity.P3, Severity.P4]),
    kind=st.sampled_from([SignalKind.SPIKE, SignalKind.SPIKE, SignalKind.VIRAL_THREAT]),
    off_s=st.sampled_from([0, 0, 0, -300, 90]),
)
does = st.builds(
    Does,
    what=st.sampled_from(["ack", "ack", "snooze", "false", "resolve"]),
    which=st.sampled_from([0, 0, 0, 1, 2, 3, -1]),
    by=st.sampled_from(["ann", "ben", "zoe"]),
    minutes=st.sampled_from([1, 20, 60, 20_000]),
    twice=st.booleans(),
    late_s=st.sampled_from([0, 0, 600]),
)
quiets = st.builds(
    Quiets,
    brand=st.sampled_from(BRANDS),
    minutes=st.sampled_from([0, 3, 30, 300]),
    up_to=st.sampled_from([Severity.P2, Severity.P2, Severity.P1, Severity.P3]),
    kinds=st.sampled_from([(), (), (SignalKind.SPIKE,)]),
    which=st.integers(0, 3),
)
mutes = st.builds(
    Mutes,
    who=st.sampled_from(["person:ann", "person:ben", "channel:chat"]),
    which=st.sampled_from([0, 0, 0, 1, 2, 3, -1]),
    minutes=st.sampled_from([10, 120, 20_000]),
)
passes = st.builds(
    Passes,
    minutes=st.sampled_from([0.1, 1, 2, 5, 6, 15, 30, 61, 180, 600]),
    tick_s=st.sampled_from([TICK_S, TICK_S, 60.0]),
    out=st.sampled_from([False, False, False, False, True]),
)
weathers = st.builds(Weather, channel=st.sampled_from(CHANNELS), how=st.sampled_from(WEATHERS))
deaths = st.builds(Weather, channel=st.sampled_from(CHANNELS), how=st.sampled_from(DEADLY))
crashes = st.one_of(st.builds(Crashes, how=st.sampled_from([None, *Crash])), deaths)
levels = st.sampled_from([Severity.P1, Severity.P2, Severity.P2, Severity.P3])


def _several(brands: Sequence[str], level: Severity) -> list[Happening]:
    """Brands that are hit within minutes: a wave, where they are of one sector."""
    return [each for brand in brands for each in (Says(brand, "wave", SignalPhase.RAISED, level), Passes(2))]


def _growing(brand: str, steps: Sequence[Severity], between: Passes) -> list[Happening]:
    """One story that is told again and again, in time with something else."""
    return [each for level in steps for each in (Says(brand, "wave", SignalPhase.RAISED, level), between)]


def _beside(brand: str, level: Severity, small: Severity) -> list[Happening]:
    """Something small beside something grave."""
    grave = Says(brand, "wave", SignalPhase.RAISED, level)
    return [grave, Passes(1), Says(brand, "recall", SignalPhase.RAISED, small), Passes(1)]


several = st.builds(_several, st.permutations(BRANDS).map(lambda order: order[:3]), levels)
growing = st.builds(_growing, st.just("acme"), st.lists(levels, min_size=2, max_size=3), passes)
beside = st.builds(_beside, st.just("acme"), levels, st.sampled_from([Severity.P2, Severity.P3, Severity.P4]))


def _lives(*what: st.SearchStrategy[Happening]) -> st.SearchStrategy[list[Happening]]:
    """One thing after the other, of which some come together."""
    one = st.one_of(*what).map(lambda happening: [happening])
    parts = st.one_of(one, one, one, one, several, growing, beside)
    return st.lists(parts, min_size=4, max_size=24).map(lambda found: [each for part in found for each in part])


calm_lives = _lives(says, passes, does, says, passes, does, quiets, mutes, crashes)
lives = _lives(says, passes, does, says, passes, does, quiets, mutes, weathers, crashes)


# ── the world ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Heard:
    """What came out of a channel, at the end where people are. A quiet one has an id of its own."""

    at: datetime
    channel: str
    told: Notification


@dataclass(frozen=True)
class Written:
    """A record that a stage wrote to a topic."""

    at: datetime
    topic: Topic
    record: AnyRecord


Trace = list[Heard | Written]


class _Trail(list[Entry]):
    """A topic whose entries are also written down in one list with those of the others, in order."""

    def __init__(self, topic: Topic, trace: Trace, clock: SimulatedClock) -> None:
        super().__init__()
        self._topic, self._trace, self._clock = topic, trace, clock

    def append(self, entry: Entry) -> None:
        super().append(entry)
        if entry.record is not None and not isinstance(entry.record, Tick):
            self._trace.append(Written(self._clock.now(), self._topic, entry.record))


class Line:
    """A channel in all weathers."""

    def __init__(self, name: str, clock: SimulatedClock, trace: Trace) -> None:
        self.name = name
        self.weather = "fine"
        self.fine_since = clock.now()
        self.worked_at: datetime | None = None
        self.started_at = clock.now()
        """When the process began that uses it now."""
        self._clock = clock
        self._trace = trace
        self._sent: set[str] = set()
        self._tries = 0

    @property
    def now(self) -> datetime:
        return self._clock.now()

    def becomes(self, how: str) -> None:
        self.weather = how
        self.fine_since = self._clock.now()

    async def send(self, notification: Notification, previous: Receipt | None) -> Receipt:
        self._tries += 1
        match self.weather:
            case "refuses":
                raise Rejected(because("refused", service="Weather", said="ask nicely"))
            case "busy":
                raise Retryable(because("busy", service="Weather"))
            case "asks for patience":
                raise Retryable(because("busy", service="Weather"), after_s=120.0)
            case "flaps" if self._tries % 3:
                raise Retryable(because("failed", service="Weather", status=503), maybe_sent=self._tries % 3 == 1)
            case "hangs":
                await self._clock.sleep(3_600)
            case "slow":
                await self._clock.sleep(10)
            case "loses answers":
                self._hear(notification)
                self.becomes("busy")
                raise Retryable(because("no-answer", service="Weather", error="TimeoutError"), maybe_sent=True)
            case "swallows":
                self._hear(notification)
                await self._clock.sleep(3_600)
            case "dies before":
                self.becomes("fine")
                raise Died
            case "dies after":
                self.becomes("fine")
                self._hear(notification)
                raise Died
        self._hear(notification)
        return self._receipt(notification.id)

    async def find(self, notification_id: str, previous: Receipt | None) -> Receipt | None:
        if self.name in BLIND:
            return None
        if self.weather in {"busy", "asks for patience"}:
            raise Retryable(because("busy", service="Weather"))
        return self._receipt(notification_id) if notification_id in self._sent else None

    async def close(self) -> None:
        """Nothing is open."""

    def _hear(self, notification: Notification) -> None:
        self._sent.add(notification.id)
        self._trace.append(Heard(self._clock.now(), self.name, notification))

    def _receipt(self, notification_id: str) -> Receipt:
        self.worked_at = self._clock.now()
        return Receipt(reference=f"{self.name}/{notification_id}")


class Watcher(Protocol):
    """Is shown every moment: what was fed (None: a tick), what came of it, and the incidents before and after."""

    def see(self, moment: "Moment") -> None: ...


@dataclass(frozen=True)
class Moment:
    now: datetime
    """The log's time."""
    fed: tuple[AnyRecord, ...]
    came: Trace
    before: dict[str, Incident]
    after: dict[str, Incident]


@dataclass
class RandomWorld:
    """To be made and played within `simulate`."""

    town: Town
    watcher: Watcher
    batch: int = 512
    trace: Trace = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SimulatedClock(self.town.start)
        self.lines = {name: Line(name, self.clock, self.trace) for name in CHANNELS}
        stages = [stage for stage in PIPELINE if stage.name in {"incidents", "attention"}]
        stages += [replace(stage, build=self._started) for stage in PIPELINE if stage.name == "delivery"]
        parts = Parts(self.town.settings, clock=self.clock, channels=self.lines)
        self.runner = LocalRunner(parts, stages=stages, batch=self.batch)
        self.runner.log = {topic: _Trail(topic, self.trace, self.clock) for topic in Topic}
        self.known: list[str] = []
        self.silences: list[tuple[str, str]] = [(BRANDS[0], "unknown")]
        self.incidents: dict[str, Incident] = {}
        self.log_now = self.town.start - timedelta(seconds=LAG_S)
        self._count = 0
        self._shown = 0

    def _started(self, parts: Parts) -> Any:
        for line in self.lines.values():
            line.started_at = self.clock.now()
        return delivery(parts)

    async def play(self, happenings: Sequence[Happening]) -> None:
        await self.tick()
        for happening in happenings:
            await self.happen(happening)

    async def happen(self, happening: Happening) -> None:
        match happening:
            case Passes():
                await self.passes(happening)
            case Weather():
                self.lines[happening.channel].becomes(happening.how)
            case Crashes(how=None):
                await self.restart()
            case Crashes(how=how):
                assert how is not None
                await self.runner.feed(how)
            case _:
                await self.feed(*self.made(happening))

    async def passes(self, time: Passes) -> None:
        """Time goes by; ticks that would change nothing are left out."""
        until = self.clock.now() + timedelta(minutes=time.minutes)
        if time.out:
            await self.restart()
            await self.clock.sleep((until - self.clock.now()).total_seconds())
            await self.restart()
        while self.clock.now() < until:
            now, wake = self.clock.now(), self.runner.next_wake()
            due = until if wake is None else self._tick_after(max(wake + timedelta(seconds=LAG_S), now), time.tick_s)
            await self.clock.sleep((min(due, until) - now).total_seconds())
            await self.tick()
        await self.tick()

    def _tick_after(self, at: datetime, tick_s: float) -> datetime:
        """Ticks come at the same times whatever else happens, so that worlds can be compared."""
        passed = (at - self.town.start) // timedelta(seconds=tick_s)
        return self.town.start + (passed + 1) * timedelta(seconds=tick_s)

    async def tick(self) -> None:
        self.log_now = max(self.log_now, self.clock.now() - timedelta(seconds=LAG_S))
        await self.feed(Tick(now=self.log_now))

    async def feed(self, *records: AnyRecord) -> None:
        """Publishes records, whoever dies of it, and shows what came of each."""
        for record in records:
            before = self.incidents
            item: Any = record
            if isinstance(record, Tick):
                item = Emit(Topic.INCIDENT_EVENTS, "", record)
            elif isinstance(record, Mute):
                item = Emit(Topic.CALLS, record.recipient, record)
            try:
                await self.runner.feed(item)
            except Died:
                await self.recover()
            desks = self.runner.states("incidents")
            cases = [c for key, d in desks.items() if not key.startswith("\x00") for c in d.value.cases]
            self.incidents = {case.incident.id: case.incident for case in cases}
            self.known += [ident for ident in self.incidents if ident not in self.known]
            came, self._shown = self.trace[self._shown :], len(self.trace)
            fed = () if isinstance(record, Tick) else (record,)
            self.watcher.see(Moment(self.log_now, fed, came, before, self.incidents))

    async def restart(self) -> None:
        """The processes are killed and started again, with nothing but what was written down."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.runner.restart()

    async def recover(self) -> None:
        while True:
            await self.restart()
            try:
                await self.runner.drain()
            except Died:
                continue
            return

    def made(self, happening: Happening) -> list[AnyRecord]:
        """The records of what somebody says or does."""
        self._count += 1
        now = self.clock.now()
        match happening:
            case Says():
                return [self._said(happening, now)]
            case Does():
                incident = self._named(happening.which)
                of = self.incidents.get(incident)
                given = {
                    "id": f"{happening.what}/{self._count}",
                    "brand": of.brand if of is not None else BRANDS[0],
                    "incident": incident,
                    "by": happening.by,
                    "via": "test",
                    "at": now - timedelta(seconds=happening.late_s),
                }
                return [_answer(happening, given, now)] * (2 if happening.twice else 1)
            case Quiets(minutes=0):
                brand, ends = self.silences[happening.which % len(self.silences)]
                return [
                    Unsilence(
                        id=f"unsilence/{self._count}", brand=brand, incident="", by="ann", via="test", at=now,
                        silence=ends,
                    )
                ]  # fmt: skip
            case Quiets():
                self.silences.append((happening.brand, f"silence/{self._count}"))
                return [
                    Silence(
                        id=f"silence/{self._count}", brand=happening.brand, incident="", by="ann", via="test", at=now,
                        until=now + timedelta(minutes=happening.minutes), kinds=happening.kinds, up_to=happening.up_to,
                    )
                ]  # fmt: skip
            case Mutes():
                incident = self._named(happening.which)
                until = now + timedelta(minutes=happening.minutes)
                return [
                    Mute(
                        id=f"mute/{self._count}", recipient=happening.who, brand="acme", incident=incident, via="test",
                        at=now, until=until,
                    )
                ]  # fmt: skip
        raise AssertionError(happening)

    def _named(self, which: int) -> str:
        return self.known[-1 - which % len(self.known)] if self.known and which >= 0 else "nobody knows it"

    def _said(self, says: Says, now: datetime) -> Signal:
        observed, surprise, reach = SIZES[says.level]
        return signal(
            brand=says.brand,
            kind=says.kind,
            phase=says.phase,
            story=says.story,
            at=now + timedelta(seconds=says.off_s),
            observed=observed,
            surprise=surprise,
            reach=reach,
            nonce=str(self._count),
        )


def _answer(does: Does, given: dict[str, Any], now: datetime) -> AnyRecord:
    match does.what:
        case "ack":
            return Ack(**given)
        case "false":
            return FalseAlarm(**given)
        case "resolve":
            return Resolve(**given, note="looked into it")
    return Snooze(**given, until=now + timedelta(minutes=does.minutes))

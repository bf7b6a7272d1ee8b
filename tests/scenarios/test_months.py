"""Months of operation: what the stages remember levels off, whatever happens again, and goes when it is over."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from models.clock import ManualClock
from models.records import (
    Ack,
    Author,
    Mute,
    Notification,
    Post,
    Share,
    ShareKind,
    Silence,
    Snooze,
    Tick,
    Topic,
    Why,
    digest,
)
from models.stage import Emit
from streams.engines.local import LocalRunner
from streams.engines.task import StateCodec
from streams.parts import Parts
from streams.settings.channels import TerminalSettings
from streams.settings.people import AttentionSettings, EscalationSettings, PersonSettings, StepSettings
from streams.settings.schema import BrandSettings, Settings
from streams.topology import PIPELINE, Stage
from tests.contracts.fake_channel import FakeChannel
from tests.scenarios.neighbours import NEGATIVE, NEUTRAL, KnownUnderstand

START: Final = datetime(2026, 1, 5, tzinfo=UTC)
BRANDS: Final = ("acme", "globex")
RETIRED: Final = "initech"
"""Nobody speaks of it any more after the first days: it was taken out of the settings."""
BUSY_DAYS: Final = 72
LOOK_EVERY: Final = 4
SETTLED: Final = 40
"""Days after which nothing may grow any more: a month, which is the longest that the outbox remembers, and some."""

CAPPED: Final = 40_000
"""Bytes of a desk's or a recipient's state: they remember the last so many ids and incidents, however old."""

Sizes = dict[str, tuple[int, int]]
"""By stage: how many states it keeps, and their bytes as they are stored."""


def settings() -> Settings:
    """Two brands and one that is given up, people who sleep, get digests and are called."""
    brands = tuple(
        BrandSettings(name=name, query=name, channels=("chat",), escalation="night", viral_shares=60, notify_from="P4")
        for name in (*BRANDS, RETIRED)
    )
    return Settings(
        brands=brands,
        channels={"chat": TerminalSettings(), "phone": TerminalSettings()},
        people={"lea": PersonSettings(channels=("phone",))},
        escalations={"night": EscalationSettings(steps=(StepSettings(call=("person:lea",)),))},
        attention={"chat": AttentionSettings(quiet_hours="20:00-08:00", digest=True)},
    )


def stages() -> tuple[Stage, ...]:
    """The pipeline, with sentiment and brands as given."""
    understand: Any = lambda parts: KnownUnderstand()  # noqa: E731
    return (Stage("understand", Topic.POSTS, (Topic.MENTIONS, Topic.SPREAD), understand, keyed=False), *PIPELINE[1:])


@dataclass
class Months:
    """A public that never says the same, a crisis every third day, and humans who answer some of what they are told."""

    now: datetime = START
    rng: random.Random = field(default_factory=lambda: random.Random(3))
    told: int = 0
    posts: int = 0

    def __post_init__(self) -> None:
        self.clock = ManualClock(self.now)
        channels = {name: FakeChannel(name) for name in ("chat", "phone")}
        self.runner = LocalRunner(Parts(settings(), clock=self.clock, channels=channels), stages=stages())

    def sizes(self) -> Sizes:
        found = {}
        for stage in PIPELINE[1:]:
            states = {key: state for key, state in self.runner.states(stage.name).items() if not key.startswith("\0")}
            codec = StateCodec(type(next(iter(states.values())).value) if states else object)
            found[stage.name] = (len(states), sum(len(codec.encode(state)) for state in states.values()))
        return found

    async def day(self, number: int) -> None:
        """One day, in the order of its moments."""
        brands = (*BRANDS, RETIRED) if number < 5 else BRANDS
        day = START + timedelta(days=number)
        times = [(brand, day + timedelta(seconds=self.rng.randrange(86_400))) for brand in brands for _ in range(12)]
        moments: list[Post | Share] = [self._post(*each, adverse=self.rng.random() < 0.2) for each in times]
        if number % 3 == 2:
            moments += self._crisis(brands[number // 3 % len(brands)], day + timedelta(hours=self.rng.randrange(1, 20)))
        for record in sorted(moments, key=lambda each: each.seen_at):
            await self.pass_to(record.seen_at)
            await self.runner.feed(record)
        await self.pass_to(day + timedelta(days=1))

    async def pass_to(self, until: datetime) -> None:
        """Lets time pass, with a tick wherever one can matter, and humans answer."""
        while self.now < until:
            wake = self.runner.next_wake()
            due = until if wake is None else min(max(wake, self.now + timedelta(seconds=30)), until)
            self.clock.advance((due - self.now).total_seconds())
            self.now = due
            await self.runner.feed(Tick(now=due))
            await self._answer()

    async def _answer(self) -> None:
        """Of four incidents one is acknowledged, one muted, one snoozed, and one silences its brand."""
        notes = [n for n in self.runner.records(Topic.NOTIFICATIONS)[self.told :] if isinstance(n, Notification)]
        self.told += len(notes)
        for note in notes:
            if note.why is not Why.FIRST:
                continue
            at, incident, brand = self.now, note.incident.id, note.incident.brand
            said = {"id": digest("answer", incident), "brand": brand, "incident": incident, "via": "test", "at": at}
            match self.rng.randrange(4):
                case 0:
                    await self.runner.feed(Ack(by="lea", **said))
                case 1:
                    for who in ("channel:chat", "person:lea"):
                        mute = Mute(recipient=who, until=at + timedelta(days=7), **said)
                        await self.runner.feed(Emit(Topic.CALLS, who, mute))
                case 2:
                    await self.runner.feed(Snooze(by="lea", until=at + timedelta(hours=5), **said))
                case _:
                    until = at + timedelta(hours=3)
                    await self.runner.feed(Silence(by="lea", note="we know", until=until, **{**said, "incident": ""}))

    def _post(self, brand: str, at: datetime, *, adverse: bool) -> Post:
        self.posts += 1
        n = self.posts
        return Post(
            id=f"p{n}",
            source="test",
            network=self.rng.choice(("bluesky", "mastodon")),
            author=Author(id=f"a{n}", handle=f"somebody_{n}", followers=n % 3_000),
            text=f"{brand}: {digest('words', n)} {digest('more', n)[:9]}",
            created_at=at,
            seen_at=at,
            language=self.rng.choice(("en", "fr")),
            known_brands=(brand,),
            known_sentiment=NEGATIVE if adverse else NEUTRAL,
        )

    def _crisis(self, brand: str, at: datetime) -> list[Post | Share]:
        """Half an hour of complaints, one of which is shared a hundred times and more."""
        wave: list[Post | Share] = [self._post(brand, at + timedelta(seconds=60 * n), adverse=True) for n in range(30)]
        root = wave[0].id
        for n in range(90):
            seen_at = at + timedelta(seconds=90 + 60 * n)
            author = Author(id=f"{root}/{n}", handle=f"fan {root} {n}", followers=n)
            wave.append(Share(id=f"{root}/{n}", root_id=root, author=author, created_at=seen_at, seen_at=seen_at,
                              kind=ShareKind.RESHARE, network="bluesky"))  # fmt: skip
        return wave


async def test_what_is_remembered_levels_off_and_goes() -> None:
    """Ten weeks of crises, then as long a silence: after a month no stage keeps more, and no key outlives its use."""
    months, looks = Months(), dict[int, Sizes]()
    for number in range(BUSY_DAYS):
        await months.day(number)
        if number % LOOK_EVERY == 0:
            looks[number] = months.sizes()
    incidents = {n.incident.id for n in months.runner.records(Topic.NOTIFICATIONS) if isinstance(n, Notification)}
    assert len(incidents) > 20, "the world was too calm to tell anything"
    for stage in ("spikes", "virality", "delivery"):
        before, after = _most(looks, stage, 0, SETTLED), _most(looks, stage, SETTLED, BUSY_DAYS)
        assert after[0] <= before[0] * 1.2 + 1, (stage, looks)
        assert after[1] <= before[1] * 1.2 + 500, (stage, looks)
    for stage in ("incidents", "attention"):
        keys, size = _most(looks, stage, 0, BUSY_DAYS)
        assert keys <= len((*BRANDS, RETIRED))
        assert size <= keys * CAPPED
    assert RETIRED in months.runner.states("spikes")
    await months.pass_to(months.now + timedelta(days=10))
    assert RETIRED not in months.runner.states("spikes")
    assert set(BRANDS) <= months.runner.states("spikes").keys()
    assert months.runner.states("incidents").keys() >= set(BRANDS)
    assert months.runner.states("attention")
    await months.pass_to(months.now + timedelta(days=65))
    assert {stage: keys for stage, (keys, _) in months.sizes().items() if keys} == {}


def _most(looks: Mapping[int, Sizes], stage: str, since: int, until: int) -> tuple[int, int]:
    """The most states and bytes of a stage within these days."""
    seen = [sizes[stage] for day, sizes in looks.items() if since <= day < until]
    return max(keys for keys, _ in seen), max(size for _, size in seen)

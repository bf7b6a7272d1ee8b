"""Crises as a brand lives them, in simulated time: through understanding as given and the real spike detector."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from prometheus_client import REGISTRY

from models.records import Author, Counters, Past, Post, Sentiment, Signal, SignalPhase, Tick, Topic
from models.spikes.detector import SpikeStep
from models.spikes.memory import BrandState, minute_of
from models.spikes.past import learned
from models.spikes.tracked import SpikeParams
from models.stage import Emit
from streams.backtest import run_mentions, settings_for
from streams.engines.local import LocalRunner
from streams.mentions import read_mentions
from streams.parts import Parts
from streams.rows import Complaints
from streams.settings.schema import Settings
from tests.scenarios.neighbours import NEGATIVE, NEUTRAL, known_stages

START = datetime(2026, 3, 2, tzinfo=UTC)
AIRLINE = Path(__file__).parents[3] / "shared/data/airline/tweets.csv"


class World:
    """A brand's public, minute by minute."""

    def __init__(self, seed: int = 7) -> None:
        self.run = LocalRunner(Parts(Settings()), stages=known_stages(), durable=False)
        self.now = START
        self._rng = random.Random(seed)
        self._posts = 0

    async def mentions(
        self,
        brand: str,
        per_hour: float,
        *,
        minutes: int,
        mood: Sentiment = NEGATIVE,
        authors: int = 10_000,
        text: str | None = None,
        delay: timedelta = timedelta(seconds=2),
        source: str = "test",
    ) -> None:
        """Lets time pass, with so many mentions an hour at random moments."""
        for _ in range(minutes):
            count = sum(self._rng.random() < per_hour / 60 / 40 for _ in range(40))
            at = sorted(self.now + timedelta(seconds=self._rng.random() * 57) for _ in range(count))
            made = [self._post(brand, each, mood, authors, text, delay) for each in at]
            await self.run.load([structs.replace(post, source=source) for post in made])
            self.now += timedelta(minutes=1)
            if count or self._is_awake():
                await self.run.feed(Tick(now=self.now))

    def _is_awake(self) -> bool:
        wake = self.run.next_wake()
        return wake is not None and wake <= self.now

    def post(self, at: datetime, *, seen: datetime) -> Post:
        """One complaint about acme by somebody."""
        return self._post("acme", at, NEGATIVE, 10_000, None, seen - at)

    def _post(
        self, brand: str, at: datetime, mood: Sentiment, authors: int, text: str | None, delay: timedelta
    ) -> Post:
        self._posts += 1
        who = self._rng.randrange(authors)
        return Post(
            id=f"p{self._posts}",
            source="test",
            network=self._rng.choice(["bluesky", "mastodon"]),
            author=Author(id=f"a{who}", handle=f"@a{who}", followers=who),
            text=text or f"{brand} is slow today, number {self._posts}",
            created_at=at,
            seen_at=at + delay,
            language="en",
            counters=Counters(shares=self._rng.randrange(5)),
            known_brands=(brand,),
            known_sentiment=mood,
        )

    async def pass_time(self, minutes: int) -> None:
        """Nobody says anything."""
        self.now += timedelta(minutes=minutes)
        await self.run.feed(Tick(now=self.now))

    def state(self, brand: str = "acme") -> BrandState:
        """What the detector remembers."""
        states = self.run.states("spikes")
        value: BrandState = states[brand].value
        return value

    def signals(self, brand: str = "acme") -> list[Signal]:
        found = [record for record in self.run.records(Topic.INCIDENT_EVENTS) if isinstance(record, Signal)]
        return [signal for signal in found if signal.brand == brand]


async def calm(world: World, days: int = 3) -> None:
    """Ordinary days: a few complaints an hour, in other words than the crisis will have."""
    await world.mentions("acme", 5, minutes=days * 1_440)


async def test_a_crisis_is_told_within_minutes_with_its_evidence() -> None:
    """A recall breaks out: raised within a quarter of an hour, with onset, numbers, chart, posts, words and reach."""
    world = World()
    await calm(world)
    began = world.now
    await world.mentions("acme", 90, minutes=40, text=None)
    first = world.signals()[0]
    assert first.phase is SignalPhase.RAISED
    assert first.at - began <= timedelta(minutes=15)
    assert abs(first.onset - began) <= timedelta(minutes=15)
    seen = first.evidence
    assert first.observed > first.interval[1] > first.expected
    assert seen.silent_below is not None
    assert 4 <= seen.silent_below <= first.observed <= seen.adverse <= seen.mentions
    assert len(seen.series) == 72
    assert sum(p.observed for p in seen.series if p.at >= first.onset - timedelta(minutes=5)) >= first.observed * 0.8
    assert len(seen.drivers) == 3
    assert all(len(driver.excerpt) <= 280 and driver.sentiment == "negative" for driver in seen.drivers)
    assert dict(seen.networks).keys() <= {"bluesky", "mastodon"}
    assert seen.languages[0][0] == "en"
    assert seen.reach is not None
    assert seen.reach > 0


@pytest.mark.parametrize(("late_min", "raised"), [(45, True), (150, False)])
async def test_complaints_that_come_again_from_a_repair_count_when_they_were_heard(late_min: int, raised: bool) -> None:
    """Those of the last hour raise the wave that they were, from its true beginning; older ones wake nobody."""
    world = World()
    await calm(world)
    began = world.now
    held = [
        world.post(began + timedelta(seconds=15 * n), seen=began + timedelta(seconds=15 * n + 2)) for n in range(60)
    ]
    await world.mentions("acme", 5, minutes=late_min)
    before = world.signals()
    await world.run.load(held)
    await world.mentions("acme", 5, minutes=30)
    found = world.signals()[len(before) :]
    assert before == [] and bool(found) is raised
    if raised:
        assert found[0].phase is SignalPhase.RAISED
        assert abs(found[0].onset - began) <= timedelta(minutes=15)


async def test_a_brand_with_a_past_is_on_guard_from_its_first_hour() -> None:
    """A brand that is new to the pipeline, and whose past was learned, has its crisis told; without a past it is not.

    Nobody hears of what the past was.
    """
    taught = World()
    await calm(taught, days=5)
    state = taught.state()
    detector = SpikeStep(SpikeParams()).detector("acme")
    lesson = learned(state, detector, minute_of(taught.now))
    assert lesson is not None

    for known in (True, False):
        world = World(seed=8)
        world.now = taught.now + timedelta(days=3)
        if known:
            past = Past(id="p", brand="acme", at=world.now, until=taught.now, learned=lesson)
            await world.run.feed(Emit(Topic.MENTIONS, "acme", past))
        await world.mentions("acme", 5, minutes=60)
        assert world.signals() == []
        began = world.now
        await world.mentions("acme", 90, minutes=40)
        if known:
            first = world.signals()[0]
            assert first.phase is SignalPhase.RAISED
            assert first.at - began <= timedelta(minutes=15)
        else:
            assert world.signals() == []


async def test_new_words_are_named() -> None:
    """The words that the crisis brought are in the evidence; the usual ones are not."""
    world = World()
    await calm(world)
    for index in range(20):
        await world.mentions("acme", 120, minutes=1, text=f"acme recall: glass in the yoghurt, case {index}")
    words = world.signals()[0].evidence.words
    assert "recall" in words or "yoghurt" in words
    assert "slow" not in words
    assert "today" not in words


async def test_a_crisis_ends_and_is_told_once() -> None:
    """One rise, one end when ordinary hours are back; waiting longer adds nothing."""
    world = World()
    await calm(world)
    await world.mentions("acme", 80, minutes=45)
    await world.mentions("acme", 5, minutes=300)
    phases = [signal.phase for signal in world.signals()]
    assert phases[0] is SignalPhase.RAISED
    assert phases[-1] is SignalPhase.ENDED
    assert phases.count(SignalPhase.RAISED) == phases.count(SignalPhase.ENDED) == 1
    assert len({signal.story for signal in world.signals()}) == 1


async def test_one_troll_is_no_crisis() -> None:
    """Two hundred insults by two authors are two voices."""
    world = World()
    await calm(world)
    await world.mentions("acme", 200, minutes=60, authors=2)
    assert world.signals() == []


async def test_one_joke_copied_is_no_crisis() -> None:
    """Two hundred copies of one text are a matter of virality, not two hundred complaints."""
    world = World()
    await calm(world)
    await world.mentions("acme", 200, minutes=60, text="acme, where bags go to retire")
    assert world.signals() == []


async def test_praise_is_no_crisis() -> None:
    """A wave of mentions that are not adverse raises nothing."""
    world = World()
    await calm(world)
    await world.mentions("acme", 300, minutes=60, mood=NEUTRAL)
    assert world.signals() == []


async def test_a_backfill_is_no_crisis() -> None:
    """A source that delivers two hundred old complaints at once does not raise an alarm."""
    world = World()
    await calm(world)
    await world.mentions("acme", 200, minutes=60, delay=timedelta(hours=3))
    await world.mentions("acme", 5, minutes=240)
    assert world.signals() == []


async def test_ten_thousand_old_posts_alarm_nobody() -> None:
    """A backfill of 10,000 posts of the last days, all at once, is counted and neither judged nor learned."""
    world = World()
    await calm(world)
    level = _level(world)
    old = [world.now - timedelta(minutes=35 + index / 3) for index in range(10_000)]
    await world.run.load([world.post(at, seen=world.now) for at in old])
    await world.mentions("acme", 5, minutes=300)
    assert world.signals() == []
    assert world.state().late == 10_000
    assert _level(world) == pytest.approx(level, rel=0.25)


async def test_a_source_dies_over_a_weekend_and_comes_back() -> None:
    """The return of the only source alarms nobody, the level is as it was, and the next crisis is heard."""
    world = World()
    await world.mentions("acme", 20, minutes=5 * 1_440)
    level = _level(world)
    await world.pass_time(60 * 60)
    assert _level(world) == level
    await world.mentions("acme", 20, minutes=12 * 60)
    assert world.signals() == []
    assert _level(world) == pytest.approx(level, rel=0.15)
    began = world.now
    await world.mentions("acme", 150, minutes=40)
    first = world.signals()[0]
    assert first.phase is SignalPhase.RAISED
    assert first.at - began <= timedelta(minutes=20)


async def test_one_of_two_sources_dies_over_a_weekend() -> None:
    """While the larger source is silent the smaller one is judged, and the level is kept; the silence is told."""
    world = World()
    await _two_sources(world, minutes=5 * 1_440)
    level = _level(world)
    await world.mentions("acme", 6, minutes=60 * 60, source="small")
    assert world.state().sources.silent() == ("large",)
    assert REGISTRY.get_sample_value("tocsin_source_silent", {"source": "large", "brand": "acme"}) == 1
    assert _level(world) == pytest.approx(level, rel=0.15)
    assert world.signals() == []
    await _two_sources(world, minutes=600)
    assert world.state().sources.silent() == ()
    assert REGISTRY.get_sample_value("tocsin_source_silent", {"source": "large", "brand": "acme"}) == 0
    assert world.signals() == []
    assert _level(world) == pytest.approx(level, rel=0.15)


async def test_a_crisis_is_heard_while_a_source_is_dead() -> None:
    """What the living source brings can raise an alarm."""
    world = World()
    await _two_sources(world, minutes=5 * 1_440)
    await world.mentions("acme", 6, minutes=24 * 60, source="small")
    await world.mentions("acme", 200, minutes=40, source="small")
    assert [signal.phase for signal in world.signals()][:1] == [SignalPhase.RAISED]


async def test_the_catch_up_of_a_source_is_no_crisis() -> None:
    """A source that was dead for a day delivers all of it within ten minutes, the oldest first: no alarm."""
    world = World()
    await world.mentions("acme", 20, minutes=4 * 1_440)
    level = _level(world)
    died = world.now
    await world.pass_time(24 * 60)
    missed = [died + timedelta(minutes=3 * index) for index in range(480)]
    for first in range(0, 480, 48):
        await world.run.load([world.post(at, seen=world.now) for at in missed[first : first + 48]])
        await world.mentions("acme", 20, minutes=1)
    await world.mentions("acme", 20, minutes=12 * 60)
    assert world.signals() == []
    assert _level(world) == pytest.approx(level, rel=0.2)


async def test_posts_from_the_year_9999_block_nothing() -> None:
    """Mentions that claim to come from a far future are counted and dropped; a crisis is heard as ever."""
    world = World()
    await calm(world)
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    await world.run.load([world.post(far, seen=far) for _ in range(3_000)])
    await world.run.load([world.post(far, seen=world.now)])
    await world.mentions("acme", 5, minutes=30)
    state = world.state()
    assert (state.pending, state.crowd, state.ahead) == ([], [], 3_000)
    await world.mentions("acme", 100, minutes=30)
    assert world.signals()[0].phase is SignalPhase.RAISED


async def _two_sources(world: World, *, minutes: int) -> None:
    for _ in range(minutes // 30):
        await world.mentions("acme", 20, minutes=15, source="large")
        await world.mentions("acme", 8, minutes=15, source="small")


def _level(world: World) -> float:
    tracked = world.state().tracked
    assert tracked is not None
    return tracked.baseline.level


async def test_a_source_some_minutes_late_is_heard() -> None:
    """Feeds that are polled every few minutes are late, but news."""
    world = World()
    await calm(world)
    await world.mentions("acme", 120, minutes=60, delay=timedelta(minutes=8))
    await world.mentions("acme", 5, minutes=30)
    assert world.signals()[0].phase is SignalPhase.RAISED


async def test_other_brands_stay_calm() -> None:
    """The crisis of one brand says nothing about another."""
    world = World()
    await calm(world, days=2)
    await world.mentions("zenith", 5, minutes=2 * 1_440)
    await world.mentions("acme", 100, minutes=30)
    assert world.signals("zenith") == []


@pytest.mark.skipif(not AIRLINE.exists(), reason="needs ../shared/data/airline")
async def test_the_airlines_week() -> None:
    """Delta's Sunday is told within the hour, American's start is not, and the budget holds for all."""
    posts = read_mentions(AIRLINE, {}, Complaints())
    found = await run_mentions(posts, settings_for(posts, "1/week"), stages=known_stages())
    assert found.dead == {}
    sunday = [a for a in found.alerts if a.brand == "Delta" and a.at.date().isoformat() == "2015-02-22"]
    assert sunday
    assert sunday[0].at <= datetime(2015, 2, 22, 16, 45, tzinfo=UTC)
    assert sunday[0].at - sunday[0].onset <= timedelta(minutes=60)
    assert not [a for a in found.alerts if a.brand == "American"]
    assert len(found.alerts) <= 4  # one a week for each of the four


@pytest.mark.skipif(not AIRLINE.exists(), reason="needs ../shared/data/airline")
async def test_final_retweet_counts_of_the_past_call_nobody() -> None:
    """The file holds what became of each tweet in the end; through the whole pipeline no alarm is made of that."""
    posts = read_mentions(AIRLINE, {}, Complaints())
    assert any(isinstance(post, Post) and post.counters and (post.counters.shares or 0) > 30 for post in posts)
    found = await run_mentions(posts, settings_for(posts, "1/week"))
    assert {(alert.brand, alert.kind) for alert in found.alerts} == {("Delta", "spike")}

"""Cascades as they happen: what is called viral, when, and what is not."""

import math
import random
from datetime import datetime, timedelta
from statistics import median

import msgspec
import pytest

from models.records import Counters, Mention, Phase, Risk, Share, ShareKind, SignalKind, SignalPhase, Why
from streams.engines.local import Crash
from tests.scenarios.world import NEUTRAL, POSITIVE, START, World, mention, share


def cascade(shares: int, *, minutes: float = 60, start: datetime = START) -> list[Share]:
    """`shares` reshares, fast at first and slower later, over `minutes`."""
    chance = random.Random(7)
    spread = sorted(minutes * 60 * math.expm1(3 * chance.random()) / math.expm1(3) for _ in range(shares))
    return [share(n, start + timedelta(seconds=s)) for n, s in enumerate(spread)]


async def live(world: World, root: Mention | None, shares: list[Share], *, minutes: int) -> None:
    """Lets shares arrive as they are made, minute by minute."""
    if root is not None:
        await world.feed(root)
    waiting = sorted(shares, key=lambda s: s.seen_at)
    for _ in range(minutes):
        until = world.now + timedelta(minutes=1)
        due = [s for s in waiting if s.seen_at < until]
        waiting = waiting[len(due) :]
        await world.feed(*due)
        await world.advance(minutes=1)


async def test_a_complaint_that_is_shared_far_beyond_its_author_is_a_threat_and_has_an_end() -> None:
    """200 reshares in an hour of an unknown author's complaint: raised, worsened at three times, ended when quiet."""
    world = World()
    await live(world, mention(), cascade(200), minutes=240)
    phases = [s.phase for s in world.signals()]
    assert phases == [SignalPhase.RAISED, SignalPhase.WORSENED, SignalPhase.ENDED]
    assert {s.kind for s in world.signals()} == {SignalKind.VIRAL_THREAT}
    raised = world.signals()[0]
    assert raised.at - START <= timedelta(minutes=20)
    assert raised.observed < 60
    assert raised.story == "story-root"
    assert raised.evidence.drivers[0].post_id == "root"
    assert raised.evidence.silent_below is not None
    assert raised.evidence.silent_below <= raised.observed
    assert world.told()[0].why is Why.FIRST
    assert world.told()[-1].incident.phase is Phase.RESOLVED


async def test_praise_that_spreads_is_an_opportunity() -> None:
    """Positive and neutral posts that go viral are chances; a neutral one on a recall is a threat."""
    for sentiment, risk, kind in (
        (POSITIVE, None, SignalKind.VIRAL_OPPORTUNITY),
        (NEUTRAL, None, SignalKind.VIRAL_OPPORTUNITY),
        (NEUTRAL, Risk(topic="recall", score=0.9), SignalKind.VIRAL_THREAT),
    ):
        world = World()
        await live(world, mention(sentiment=sentiment, risk=risk), cascade(100), minutes=60)
        assert {s.kind for s in world.signals()} == {kind}


async def test_what_is_usual_for_a_star_is_not_news() -> None:
    """The same 120 shares are viral for an author of 300 followers, and an ordinary day for one of ten million."""
    unknown, star = World(), World()
    await live(unknown, mention(followers=300), cascade(120), minutes=60)
    await live(star, mention(followers=10_000_000), cascade(120, minutes=600), minutes=60)
    assert unknown.signals()
    assert not star.signals()


async def test_a_final_count_is_no_count_of_the_beginning() -> None:
    """A file says 5,000 shares without saying when: nobody is called, neither at once nor later."""
    world = World()
    await world.feed(mention(counters=Counters(shares=5_000)))
    await world.advance(minutes=120)
    assert world.signals() == []


async def test_a_count_of_the_moment_counts_at_that_moment() -> None:
    """A post that comes in with 5,000 shares, counted as it came, is viral, and the alert shows them."""
    world = World()
    await world.feed(mention(counters=Counters(shares=5_000, at=START)))
    await world.advance(minutes=1)
    (raised,) = world.signals()
    assert (raised.at, raised.observed) == (START + timedelta(minutes=1), 5_000)
    assert raised.evidence.drivers[0].shares == 5_000


async def test_a_count_that_was_taken_later_counts_from_then_on() -> None:
    """A row collected a day and a half after its post calls nobody before, and is not forgotten until then."""
    world = World(tick_s=600)
    await world.feed(mention(counters=Counters(shares=5_000, at=START + timedelta(hours=36))))
    await world.advance(minutes=36 * 60 - 10)
    assert world.signals() == []
    await world.advance(minutes=20)
    assert world.signals()[0].phase is SignalPhase.RAISED
    assert world.signals()[0].at == START + timedelta(hours=36)


async def test_what_only_a_count_tells_of_is_not_over_at_once() -> None:
    """Of 5,000 shares counted three hours after the post nobody saw when they came: they are as new as the count is."""
    world = World()
    counted = START + timedelta(hours=3)
    await world.advance(minutes=180)
    await world.feed(mention(counters=Counters(shares=5_000, at=counted), seen_at=counted))
    await world.advance(minutes=50)
    assert [signal.phase for signal in world.signals()] == [SignalPhase.RAISED]
    await world.advance(minutes=50)
    assert [signal.phase for signal in world.signals()] == [SignalPhase.RAISED, SignalPhase.ENDED]


async def test_a_count_long_after_the_post_says_nothing() -> None:
    """What was counted four days after the post says nothing about how fast it spreads."""
    world = World(tick_s=3_600)
    late = START + timedelta(days=4)
    await world.feed(mention(counters=Counters(shares=5_000, at=late), seen_at=late))
    await world.advance(minutes=5 * 24 * 60)
    assert world.signals() == []


async def test_three_shares_are_never_viral() -> None:
    """However rare three shares may be for an author without followers, nobody is called for them."""
    world = World()
    await live(world, mention(followers=0), cascade(3, minutes=2), minutes=30)
    assert not world.signals()


async def test_a_wave_of_likes_is_not_a_cascade() -> None:
    """A thousand likes and replies without reshares call nobody."""
    world = World()
    acts = [
        share(n, START + timedelta(seconds=n), kind=ShareKind.LIKE if n % 2 else ShareKind.REPLY) for n in range(1_000)
    ]
    await live(world, mention(), acts, minutes=30)
    assert not world.signals()


async def test_the_brands_own_mark_is_obeyed() -> None:
    """With `viral_shares = 5`, five shares are viral for this brand, and four are not."""
    few, enough = World(viral_shares=5), World(viral_shares=5)
    await live(few, mention(), cascade(4, minutes=10), minutes=20)
    await live(enough, mention(), cascade(5, minutes=10), minutes=20)
    assert not few.signals()
    assert [s.phase for s in enough.signals()] == [SignalPhase.RAISED]


async def test_shares_may_come_before_their_root() -> None:
    """Whether the root's mention comes before its shares or after them, the same is said of the cascade."""
    shares = cascade(80, minutes=5)
    before, after = World(tick_s=600), World(tick_s=600)
    await before.feed(mention(), *shares)
    await before.advance(minutes=10)
    await after.feed(*shares[:30], mention(), *shares[30:])
    await after.advance(minutes=10)
    assert before.signals()
    assert before.signals() == after.signals()


async def test_shares_that_run_ahead_of_the_clock_change_nothing() -> None:
    """Shares that reach the detector minutes before the time that they were seen at lead to the very same alerts."""
    shares = cascade(150, minutes=120)
    on_time, early = World(), World()
    await live(on_time, mention(), shares, minutes=180)
    await early.feed(mention())
    for minute in range(180):
        low, high = (START + timedelta(minutes=minute + ahead) for ahead in (3, 4))
        await early.feed(*[s for s in shares if (low <= s.seen_at or minute == 0) and s.seen_at < high])
        await early.advance(minutes=1)
    assert on_time.signals()
    assert early.signals() == on_time.signals()
    assert early.told() == on_time.told()


async def test_shares_of_what_names_no_brand_are_forgotten() -> None:
    """Once time has passed them and no mention has come, nothing is kept of them."""
    world = World()
    await live(world, None, cascade(100, minutes=5), minutes=10)
    assert not world.signals()
    assert not [key for key, _ in world.runner._agents[0].states.items() if not key.startswith("\x00")]


async def test_one_post_may_concern_two_brands() -> None:
    """Each brand that the root names is alerted on its own."""
    world = World()
    await world.feed(mention(brand="rival"))
    await live(world, mention(), cascade(100), minutes=60)
    assert {s.brand for s in world.signals()} == {"acme", "rival"}


async def test_bots_are_said_and_not_filtered() -> None:
    """Numbered accounts at regular intervals: the alert comes, less severe, and says why it looks coordinated."""
    people, bots = World(), World()
    await live(people, mention(), cascade(100), minutes=60)
    robotic = [
        share(n, START + timedelta(seconds=30 * n), handle=f"patriot_{10_000 + n}", followers=1) for n in range(100)
    ]
    await live(bots, mention(), robotic, minutes=60)
    human, robot = people.signals()[-1].evidence.coordination, bots.signals()[-1].evidence.coordination
    assert human is not None
    assert robot is not None
    assert human.score < 0.2
    assert robot.score > 0.8
    assert {code for code, _ in robot.reasons} >= {"serial-handles", "machine-timing", "no-followers"}


@pytest.mark.parametrize("crash", list(Crash))
async def test_a_crash_says_nothing_twice(crash: Crash) -> None:
    """An agent that dies in the middle of a cascade says the same afterwards, with the same ids."""
    shares = cascade(90, minutes=10)

    async def run(crash_at: int | None) -> dict[str, object]:
        world = World()
        await world.feed(mention())
        for minute in range(15):
            if minute == crash_at:
                await world.feed(crash)
            low, high = (START + timedelta(minutes=m) for m in (minute, minute + 1))
            await world.feed(*[s for s in shares if low <= s.seen_at < high])
            await world.advance(minutes=1)
        return {s.id: s for s in world.signals()}

    calm = await run(None)
    assert calm
    for crash_at in range(0, 15, 3):
        assert await run(crash_at) == calm


async def test_every_forecast_is_judged_once_the_post_is_forgotten() -> None:
    """A day after the last share it is said what came: of a post that rang for the forecasts in its alerts, of one that
    had ten shares and never rang for the one made then, of a smaller one for none."""
    world = World(tick_s=600)
    for root, count in (("loud", 200), ("quiet", 20), ("small", 5)):
        sent = [msgspec.structs.replace(s, id=f"{root}/{s.id}", root_id=root) for s in cascade(count)]
        await world.feed(mention(root), *sent)
    await world.advance(minutes=23 * 60)
    assert world.judged() == []
    await world.advance(minutes=5 * 60)
    loud, quiet = sorted(world.judged(), key=lambda each: each.post_id)
    assert (loud.post_id, loud.brand, loud.final) == ("loud", "acme", 200)
    alerts = [s for s in world.signals() if s.phase is not SignalPhase.ENDED]
    assert [(f.at, f.observed, f.told) for f in loud.forecasts] == [(s.at, s.observed, True) for s in alerts]
    for made, alert in zip(loud.forecasts, alerts, strict=True):
        assert alert.evidence.forecast is not None
        assert made.interval == alert.evidence.forecast.interval
        assert made.expected == pytest.approx(alert.evidence.forecast.expected_final, abs=0.5)
    assert (quiet.post_id, quiet.final) == ("quiet", 20)
    (made,) = quiet.forecasts
    assert (made.told, made.observed >= 10) == (False, True)


async def test_an_alert_says_how_far_off_the_last_ones_were() -> None:
    """After five posts of the brand that are over, the next alert has their errors; and has no more of a later one."""
    world = World(tick_s=600)
    for n in range(6):
        root = f"post-{n}"
        start = START + timedelta(days=2 * n)
        sent = [
            msgspec.structs.replace(s, id=f"{root}/{s.id}", root_id=root) for s in cascade(60 + 20 * n, start=start)
        ]
        await world.feed(mention(root, at=start), *sent)
        await world.advance(minutes=2 * 24 * 60)
    past = [
        (f.error(j.final), f.holds(j.final))
        for j in sorted(world.judged(), key=lambda each: each.at)[:5]
        for f in j.forecasts
    ]
    signals = [s for n in world.told() for s in n.incident.signals if s.evidence.drivers[0].post_id == "post-5"]
    known = signals[0].evidence.accuracy
    assert known is not None
    assert (known.forecasts, known.told) == (len(past), len(past))
    assert known.held == sum(held for _, held in past)
    assert known.median_error == pytest.approx(median(error for error, _ in past), abs=0.001)
    first = world.told()[0].incident.signals[0]
    assert first.evidence.accuracy is None

"""A brand's position: counted once, in any order, with honest comparisons and bounded memory."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.position import reading as module
from models.position import tallies
from models.position.figures import Change, Part, Period, Position
from models.position.reading import Reading, changed
from models.records import Mention
from tests.unit.models.position.cases import PERIOD, mention, mentions

LABELS = ("negative", "neutral", "positive")
ENOUGH = PERIOD.before.since


def read(said: Iterable[Mention], *, rivals: Sequence[str] = (), heard: datetime | None = ENOUGH) -> Position:
    found = Reading("acme", PERIOD, UTC, rivals)
    if heard is not None:
        found.heard(heard)
    for each in said:
        found.add(each)
    return found.position()


def any_mention(seed: int) -> Mention:
    """One of many, of whatever kind: drawn from one number, so that a list of them is drawn quickly."""
    chance = random.Random(seed)
    return mention(
        seed,
        chance.choice(LABELS),
        brand=chance.choice(("acme", "acme", "nord", "halo")),
        day=chance.uniform(-8, 8),
        author=chance.choice(("lea", "tom", "zoé", "unknown:7")),
        followers=chance.choice((None, 0, 12, 10**7)),
        story=chance.choice(("s1", "s2", "s3")),
        wording=chance.choice(("", "w1", "w2")),
        topic=chance.choice((None, "fraud", "injury")),
        network=chance.choice(("bluesky", "press")),
        language=chance.choice(("en", "fr")),
    )


MENTIONS = st.lists(st.integers(0, 10**6), max_size=40, unique=True).map(lambda seeds: [any_mention(s) for s in seeds])


@given(MENTIONS, st.randoms())
def test_order_and_repeats_do_not_matter(said: list[Mention], chance: random.Random) -> None:
    """Mentions come in any order, and some twice: the position is the same."""
    shuffled = chance.sample(said + said[::2], len(said) + len(said[::2]))
    assert read(shuffled, rivals=("nord", "halo")) == read(said, rivals=("nord", "halo"))


@given(MENTIONS)
def test_the_parts_add_up(said: list[Mention]) -> None:
    """Sentiments, days, networks, languages and brands each add up to the whole."""
    position = read(said, rivals=("nord", "halo"))
    now = position.now
    assert now.mentions == now.negative.count + now.neutral.count + now.positive.count
    assert now.mentions == sum(each.mentions for each in position.series)
    assert now.adverse.count == sum(each.adverse for each in position.series)
    assert now.mentions == sum(each.mentions for each in position.networks)
    assert now.mentions == sum(each.mentions for each in position.languages)
    assert now.at_risk.count == sum(each.mentions for each in position.topics)
    assert max(now.authors, now.stories, now.texts) <= now.mentions
    if now.mentions:
        assert sum(part.share or 0 for part in (now.negative, now.neutral, now.positive)) == pytest.approx(1, abs=2e-4)
    voices = [each.share_of_voice for each in position.rivals if each.share_of_voice is not None]
    assert not voices or sum(voices) == pytest.approx(1, abs=2e-4)


def test_a_clear_change_is_told_and_an_unclear_one_is_not() -> None:
    """A quarter after a tenth of two hundred is clear; of twenty it is not; and without a past nothing is compared."""
    clear = read([*mentions(200, 50), *mentions(200, 20, day=-1, first=1_000)])
    assert clear.change is Change.MORE
    assert (clear.now.negative.share, clear.growth) == (0.25, 0.0)
    unclear = read([*mentions(20, 5), *mentions(20, 2, day=-1, first=1_000)])
    assert unclear.change is Change.UNCLEAR
    fewer = read([*mentions(200, 20), *mentions(200, 50, day=-1, first=1_000)])
    assert fewer.change is Change.LESS
    assert read(mentions(200, 50)).change is Change.UNKNOWN


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_change_has_two_sides(now: int, before: int, data: st.DataObject) -> None:
    """What is clearly more one way is clearly less the other way."""
    first, second = (read(mentions(whole, data.draw(st.integers(0, whole)))).now.negative for whole in (now, before))
    opposite = {Change.MORE: Change.LESS, Change.LESS: Change.MORE}
    assert changed(second, first) is opposite.get(changed(first, second), changed(first, second))
    assert changed(Part(0), first) is Change.UNKNOWN


def test_copies_of_a_text_prove_no_more_than_one() -> None:
    """A hundred copies of one complaint move the share, and leave the interval wide."""
    copies = [mention(n, "negative", story="rumour", wording="copy") for n in range(100)]
    others = mentions(100, 0, first=1_000)
    copied, own = read([*copies, *others]).now, read(mentions(200, 100)).now
    assert copied.negative.share == own.negative.share == 0.5
    assert copied.texts == 101
    assert copied.negative.interval is not None
    assert own.negative.interval is not None
    assert copied.negative.interval[0] < own.negative.interval[0]


def test_a_past_that_was_not_heard_is_not_compared() -> None:
    """Where listening began after the period before did, its few mentions are no measure; a small gap does no harm."""
    said = [*mentions(50, 5), *mentions(3, 0, day=-0.5, first=1_000)]
    late = read(said, heard=PERIOD.since - timedelta(days=1))
    assert (late.before, late.growth, late.change, late.heard_from) == (None, None, Change.UNKNOWN, None)
    assert read(said, heard=PERIOD.before.since + timedelta(hours=12)).before is not None
    partly = read(mentions(50, 5, day=3), heard=None)
    assert partly.listened
    assert partly.heard_from == PERIOD.since + timedelta(days=3)
    assert not read([], heard=None).listened
    assert not read([], heard=PERIOD.until).listened


def test_hours_in_which_nothing_listened_are_counted() -> None:
    """Time passes through the log every few seconds: an hour without any was not heard, and too many compare badly."""

    def listened(*deaf: range) -> Position:
        found = Reading("acme", PERIOD)
        for hour in range(-8 * 24, 8 * 24):
            if not any(hour in each for each in deaf):
                found.ticked(PERIOD.since + timedelta(hours=hour, minutes=20))
        return found.position()

    assert listened().deaf_hours == 0
    assert listened(range(24, 29)).deaf_hours == 5
    assert listened(range(-30, -20)).before is not None
    assert listened(range(-60, -20)).before is None
    assert read(mentions(3, 0)).deaf_hours is None


def test_the_edges_of_a_period_belong_to_one_of_two() -> None:
    """The beginning is in the period, its end is not, and what lies before the period before is in neither."""
    position = read([mention(1, day=0), mention(2, day=7), mention(3, day=-7), mention(4, day=-7.01)])
    assert position.before is not None
    assert (position.now.mentions, position.before.mentions) == (1, 1)


def test_growth_is_not_told_of_next_to_nothing() -> None:
    """Three after one is not “200% more”."""
    position = read([*mentions(3, 0), *mentions(1, 0, day=-1, first=1_000)])
    assert position.before is not None
    assert position.growth is None


def test_days_are_those_of_the_brand() -> None:
    """A post at 23:30 UTC is the next day's in Paris; the days cover the period without a gap, cut ones are marked."""
    paris = ZoneInfo("Europe/Paris")
    found = Reading("acme", PERIOD, paris)
    found.add(mention(1, day=2 + 23.5 / 24))
    series = found.position().series
    assert [each.at.day for each in series] == [9, 10, 11, 12, 13, 14, 15, 16]
    assert [each.mentions for each in series] == [0, 0, 0, 1, 0, 0, 0, 0]
    assert [each.partial for each in series] == [True, *[False] * 6, True]


@pytest.mark.parametrize(("day", "hours"), [((3, 29), 23), ((10, 25), 25)])
def test_days_with_a_change_of_clocks_have_all_their_hours(day: tuple[int, int], hours: int) -> None:
    """In hours, a spring day of Paris has 23 bars and an autumn day 25, and every post falls into its own."""
    paris = ZoneInfo("Europe/Paris")
    month, first = day
    since, until = (datetime(2026, month, each, tzinfo=paris).astimezone(UTC) for each in (first, first + 1))
    found = Reading("acme", Period(since, until), paris)
    for hour in range(hours):
        found.add(mention(hour, day=(since + timedelta(hours=hour, minutes=30) - PERIOD.since) / timedelta(days=1)))
    position = found.position()
    assert position.step == "hour"
    assert [each.mentions for each in position.series] == [1] * hours
    assert not any(each.partial for each in position.series)


def test_people_without_names_are_counted_apart() -> None:
    """Somebody unnamed may be anybody: counted as one each, told as such, never as a critic."""
    said = [mention(n, "negative", author=f"unknown:post:{n}", followers=10) for n in range(3)]
    position = read([*said, mention(9, "negative", author="lea", followers=5)])
    assert (position.now.authors, position.now.unnamed, position.now.reach) == (4, 3, 35)
    assert [each.author for each in position.critics] == ["lea"]


def test_reach_counts_a_person_once_and_nobody_knows_where_nothing_is_told() -> None:
    """The followers of somebody who writes twice count once; where none are told the reach is unknown, not zero."""
    twice = [mention(1, author="lea", followers=500), mention(2, author="lea", followers=510)]
    assert read(twice).now.reach == 510
    assert read([mention(1, followers=None)]).now.reach is None
    assert read([mention(1, followers=0)]).now.reach == 0


def test_critics_and_advocates_are_those_who_mostly_are() -> None:
    """By number and audience; whoever does both is what they do more, and a neutral one is neither."""
    said = [mention(n, "negative", author="often", followers=50) for n in range(4)]
    said += [mention(10, "negative", author="star", followers=2_000_000), mention(11, author="calm")]
    said += [mention(12, "positive", author="friend"), mention(13, "positive", author="torn")]
    said += [mention(14, "negative", author="torn")]
    position = read(said)
    assert [each.author for each in position.critics] == ["star", "often"]
    assert [each.author for each in position.advocates] == ["friend"]


def test_stories_go_by_voices_and_show_their_most_seen_post() -> None:
    """One chatterbox makes no story loud; the excerpt is the post with the largest audience."""
    loud = [mention(n, "negative", story="loud", followers=n, text=f"text {n}", topic="fraud") for n in range(5)]
    chatter = [mention(100 + n, story="chatter", author="one") for n in range(20)]
    first, second = read([*chatter, *loud]).stories
    assert (first.story, first.voices, first.excerpt, first.topic) == ("loud", 5, "text 4", "fraud")
    assert (second.voices, second.mentions) == (1, 20)


def test_rivals_are_compared_with_the_brand_first() -> None:
    """Share of voice over all brands asked for; a brand that nobody asked for is not in it."""
    said = [*mentions(30, 3), *mentions(60, 30, brand="nord", first=1_000), *mentions(9, 0, brand="else", first=2_000)]
    said += mentions(60, 0, brand="nord", day=-1, first=3_000)
    acme, nord = read(said, rivals=("nord", "acme", "nord")).rivals
    assert (acme.brand, acme.share_of_voice, acme.share_of_voice_before) == ("acme", 0.3333, 0.0)
    assert (nord.brand, nord.share_of_voice, nord.change) == ("nord", 0.6667, Change.MORE)
    assert read(said).rivals == ()


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its bounds it keeps who and what matters most, and still counts everybody."""
    monkeypatch.setattr(tallies, "AUTHORS", 20)
    monkeypatch.setattr(module, "STORIES", 20)
    monkeypatch.setattr(module, "IDS", 50)
    monkeypatch.setattr(module, "PLACES", 3)
    said = [mention(n, "negative", network=f"n{n % 9}") for n in range(200)]
    star = [mention(1_000 + n, "negative", author="star", followers=10**6, story="big") for n in range(3)]
    also = [mention(2_000 + n, "negative", story="big") for n in range(3)]
    found = Reading("acme", PERIOD)
    for each in [*star, *also, *said]:
        found.add(each)
    assert len(found._seen) == 50
    assert len(found._stories) <= 20
    position = found.position()
    assert (position.now.mentions, position.now.authors) == (206, 204)
    assert position.now.reach == 10**6 + 203 * 100
    assert position.critics[0].author == "star"
    assert (position.stories[0].story, position.stories[0].voices) == ("big", 4)
    assert {each.name for each in position.networks} == {"bluesky", "n0", "n1", ""}

"""A drill: marked wherever one looks, large enough to be noticed, apart from the brand, and timed to a human."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from models.records import Ack, AnyRecord, Delivery, Notification, Outcome, Post, Share, Signal, Tick, Topic, Why
from streams.desks import desk_of
from streams.drill import Stopwatch, closing, drill
from streams.engines.local import LocalRunner
from streams.parts import Parts
from streams.settings.kinds import Locale
from streams.settings.schema import BrandSettings, ClassifierSettings, Settings
from streams.topology import PIPELINE

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
BRAND = BrandSettings(name="acme", query="acme", label="Acme", channels=("team",), sector="telecom")


@pytest.mark.parametrize(("locale", "mark"), [("en", "[EXERCISE"), ("fr", "[EXERCICE")])
def test_every_post_says_that_it_is_an_exercise(locale: Locale, mark: str) -> None:
    """Whoever meets one of its posts anywhere knows what it is."""
    brand = BrandSettings(name="acme", query="acme", locale=locale)
    posts = [record for record in drill(brand, "1", NOW, shares=50).records if isinstance(record, Post)]
    assert posts
    assert all(post.text.startswith(mark) and post.network == "drill" for post in posts)


def test_it_is_the_same_for_the_same_run_and_another_for_another() -> None:
    """Ids and times come from the run alone: what is published twice counts once."""
    once, again, other = (drill(BRAND, run, NOW, shares=200) for run in ("1", "1", "2"))
    assert once == again
    assert not {r.id for r in once.records} & {r.id for r in other.records}
    shares = [record for record in once.records if isinstance(record, Share)]
    assert len(shares) == 200
    assert all(NOW - timedelta(minutes=10) <= share.created_at <= share.seen_at == NOW for share in shares)


async def test_detectors_notice_it_under_a_name_of_its_own() -> None:
    """It goes the whole way to a notification, and nothing of it is judged as the brand's."""
    settings = Settings(brands=(BRAND,), classifier=ClassifierSettings(backend="lexicon"))
    runner = LocalRunner(Parts(settings), stages=PIPELINE[:4])
    practised = drill(BRAND, "1", NOW, shares=400)
    said: list[str] = []
    watch = Stopwatch(practised, NOW, lambda milestone, name, after_s: said.append(milestone))
    await runner.load([*practised.records, Tick(now=NOW), Tick(now=NOW + timedelta(seconds=2))])
    await runner.feed(Tick(now=NOW + timedelta(seconds=4)))
    published: list[AnyRecord] = [r for topic in Topic for r in runner.records(topic)]
    for record in published:
        watch.take(record, NOW + timedelta(seconds=5))
    signals = [record for record in published if isinstance(record, Signal)]
    assert {signal.brand for signal in signals} == {"drill:acme"}
    assert {desk_of(settings)(signal.brand) for signal in signals} == {"drill:acme"}
    (incident,) = {record.incident.id for record in published if isinstance(record, Notification)}
    assert watch.incident == incident
    assert said == ["understood", "noticed", "decided"]


def test_the_stopwatch_stops_at_the_first_human_and_the_drill_is_closed() -> None:
    """Only who answers this drill's incident counts; the end is a human action like any other."""
    practised = drill(BRAND, "1", NOW, shares=50)
    times: dict[str, float] = {}
    watch = Stopwatch(practised, NOW, lambda milestone, name, after_s: times.setdefault(milestone, after_s))
    watch.take(Ack(id="x", brand="acme", incident="other", by="Zoé", via="slack", at=NOW), NOW)
    watch.incident = "i1"
    assert watch.acknowledged_s is None
    for after_s in (7, 9):
        ack = Ack(id=f"a{after_s}", brand="drill:acme", incident="i1", by="Léa", via="slack", at=NOW)
        watch.take(ack, NOW + timedelta(seconds=after_s))
    assert watch.acknowledged_s == times["acknowledged"] == 7
    over = closing(practised, "i1", NOW)
    assert (over.brand, over.incident, over.note) == ("drill:acme", "i1", "end of the exercise")


async def test_an_answer_that_is_read_before_the_alert_counts() -> None:
    """Topics are read side by side: the human's answer may be seen first."""
    practised = drill(BRAND, "1", NOW, shares=400)
    settings = Settings(brands=(BRAND,), classifier=ClassifierSettings(backend="lexicon"))
    runner = LocalRunner(Parts(settings), stages=PIPELINE[:4])
    await runner.load([*practised.records, Tick(now=NOW), Tick(now=NOW + timedelta(seconds=4))])
    alert = next(r for r in runner.records(Topic.NOTIFICATIONS) if isinstance(r, Notification))
    watch = Stopwatch(practised, NOW, lambda milestone, name, after_s: None)
    ack = Ack(id="a", brand="drill:acme", incident=alert.incident.id, by="Léa", via="slack", at=NOW)
    for record in (ack, alert):
        watch.take(record, NOW + timedelta(seconds=5))
    assert watch.acknowledged_s == 5


def test_what_a_newer_message_replaced_is_no_failure() -> None:
    """A quiet change that was overtaken leaves nobody uninformed: the drill does not say that it could not be told."""
    said: list[str] = []
    watch = Stopwatch(drill(BRAND, "1", NOW, shares=50), NOW, lambda milestone, name, after_s: said.append(milestone))
    watch.incident = "i"
    late = Delivery(
        id="d", notification="n", incident="i", brand="drill:acme", channel="team",
        outcome=Outcome.SUPERSEDED, why=Why.ACKNOWLEDGED, at=NOW,
    )  # fmt: skip
    watch.take(late, NOW)
    watch.take(msgspec.structs.replace(late, id="e", outcome=Outcome.REJECTED), NOW)
    assert said == ["failed"]

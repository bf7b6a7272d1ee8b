"""The sink: deduplicated, stamped, acknowledged."""

import asyncio
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from models.clock import ManualClock
from models.records import Author, Post, Tick, Topic
from streams.ingest import Refusal
from streams.sources import sink as room
from streams.sources.protocol import Backoff, Pulse, Stopped, pause, until
from streams.sources.sink import Counts, Recent, Sink, Unpublished
from tests.unit.streams.sources.doubles import NOW, FlakyPublisher, dead, eventually, posts


def post(n: int) -> Post:
    at = NOW - timedelta(seconds=60 - n)
    return Post(id=f"n:{n}", source="s", network="n", author=Author(id="n:a"), text="x", created_at=at, seen_at=at)


def sink(publisher: FlakyPublisher, *, remember: int = 100, stop: asyncio.Event | None = None) -> Sink:
    return Sink(Pulse("sink-test"), publisher, ManualClock(NOW), stop or asyncio.Event(), remember=remember)


async def test_a_record_is_published_once_within_memory() -> None:
    """Repeats in a batch and across batches are dropped, as far back as the sink remembers."""
    publisher = FlakyPublisher()
    under_test = sink(publisher, remember=3)
    assert await under_test.put([post(1), post(1), post(2)]) == Counts(2, 0, 1)
    assert await under_test.put([post(2), post(3)]) == Counts(1, 0, 1)
    await under_test.put([post(n) for n in range(4, 9)])
    assert await under_test.put([post(1)]) == Counts(1, 0, 0)
    assert all(p.published_at == NOW for p in posts(publisher))


async def test_a_failed_batch_is_not_remembered_as_published() -> None:
    """What was offered in vain is published when it comes again."""
    publisher = FlakyPublisher(broken=True)
    under_test = sink(publisher)
    with pytest.raises(Unpublished):
        await under_test.offer([post(1)])
    publisher.broken = False
    assert await under_test.offer([post(1)]) == Counts(1, 0, 0)


async def test_an_offer_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher that hangs is given a deadline; the caller is told."""
    monkeypatch.setattr(room, "DEADLINE_S", 0.01)
    with pytest.raises(Unpublished):
        await sink(FlakyPublisher(stuck=True)).offer([post(1)])


async def test_a_hanging_publisher_does_not_hold_up_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the source is to stop, a batch has a grace to be acknowledged, and then counts as not taken."""
    monkeypatch.setattr(room, "GRACE_S", 0.01)
    stop = asyncio.Event()
    under_test = sink(FlakyPublisher(stuck=True), stop=stop)
    putting = asyncio.ensure_future(under_test.put([post(1)]))
    stop.set()
    with pytest.raises(Stopped):
        await putting


async def test_health_tells_of_a_publisher_that_insists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher that repeats by itself and never raises is overdue after a while, and health says so."""
    monkeypatch.setattr(room, "DEADLINE_S", 0.01)
    monkeypatch.setattr(room, "GRACE_S", 0.01)
    stop, pulse = asyncio.Event(), Pulse("insisting")
    pulse.up()
    under_test = Sink(pulse, FlakyPublisher(stuck=True), ManualClock(NOW), stop)
    putting = asyncio.ensure_future(under_test.put([post(1)]))
    await eventually(lambda: not pulse.health(NOW).up)
    assert pulse.health(NOW).last_error == "publish: no answer in time"
    stop.set()
    with pytest.raises(Stopped):
        await putting


async def test_a_batch_under_way_is_finished_on_stop() -> None:
    """A stop does not tear a publishing apart that succeeds within its grace."""
    stop = asyncio.Event()
    stop.set()
    publisher = FlakyPublisher()
    assert await sink(publisher, stop=stop).put([post(1)]) == Counts(1, 0, 0)
    assert len(posts(publisher)) == 1


async def test_refusals_become_dead_letters_once() -> None:
    """A refusal carries its reason, origin and bytes to the dead letters, and is not buried twice."""
    publisher = FlakyPublisher()
    under_test = sink(publisher)
    refusal = Refusal(reason="empty", detail="nothing", origin="s/1", payload=b"raw")
    assert await under_test.put([refusal]) == Counts(0, 1, 0)
    assert await under_test.put([refusal]) == Counts(0, 0, 1)
    (letter,) = dead(publisher)
    assert (letter.reason, letter.origin, letter.payload) == ("empty", "s/1", b"raw")


async def test_ticks_go_to_every_partition() -> None:
    """The time of the log is told to all partitions of the topic of posts."""
    publisher = FlakyPublisher()
    await sink(publisher).tick([NOW], 3)
    assert [o.partition for o in publisher.outgoing] == [0, 1, 2]
    assert publisher.records(Topic.POSTS) == [Tick(now=NOW)] * 3


async def test_until_prefers_a_result_and_cancels_what_it_leaves() -> None:
    """`until` gives the result, raises what the work raises, and leaves no task behind when stopped."""
    stop = asyncio.Event()
    assert await until(stop, asyncio.sleep(0, "done")) == "done"  # noqa: TID251
    stop.set()
    with pytest.raises(Stopped):
        await until(stop, asyncio.Event().wait())
    with pytest.raises(Stopped):
        await pause(ManualClock(NOW), 5, stop)
    assert len(asyncio.all_tasks()) == 1


def test_memory_is_bounded() -> None:
    """However much is heard, only the newest keys are remembered, and a repeat makes a key new."""
    recent = Recent(100)
    for n in range(10_000):
        recent.add(str(n))
        recent.add("often")
    assert len(recent.newest(1_000)) == 100
    assert "often" in recent
    assert "9000" not in recent


def test_backoff_grows_within_bounds_and_starts_over() -> None:
    """Waits double up to the most, and are short again after a success."""
    import random

    backoff = Backoff(random.Random(0), first_s=1, most_s=60)
    waits = [backoff.next_s() for _ in range(50)]
    assert all(0.5 * min(60, 2**n) <= wait <= min(60, 2**n) for n, wait in enumerate(waits))
    backoff.reset()
    assert backoff.next_s() <= 1


def test_a_source_that_never_brought_anything_is_late_too() -> None:
    """The metric counts from when it was first looked at, so that its silence rings; health knows of no record."""
    pulse = Pulse("never")
    pulse.up()
    pulse.health(NOW)
    assert pulse.health(NOW + timedelta(hours=7)).lag_s is None
    assert REGISTRY.get_sample_value("tocsin_source_lag_seconds", {"source": "never"}) == 7 * 3600
    pulse.heard(NOW + timedelta(hours=6))
    pulse.health(NOW + timedelta(hours=7))
    assert REGISTRY.get_sample_value("tocsin_source_lag_seconds", {"source": "never"}) == 3600


def test_health_tells_lag_and_the_last_error() -> None:
    """A source is up when it hears and its records are taken; lag is the age of its newest record."""
    pulse = Pulse("pulse-test")
    assert not pulse.health(NOW).up
    pulse.up()
    pulse.heard(NOW - timedelta(seconds=30))
    pulse.heard(NOW - timedelta(seconds=90))
    assert (pulse.health(NOW).up, pulse.health(NOW).lag_s) == (True, 30.0)
    pulse.down("connect", "refused")
    assert pulse.health(NOW).last_error == "connect: refused"
    pulse.up("one of two feeds is broken")
    assert (pulse.health(NOW).up, pulse.health(NOW).last_error) == (True, "one of two feeds is broken")

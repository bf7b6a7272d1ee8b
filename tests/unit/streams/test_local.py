"""The local runner: order, time, crashes and poison in memory."""

from datetime import timedelta

import pytest

from models.records import Dead, Signal, Tick, Topic
from streams import wire
from streams.engines.local import Crash, LocalRunner
from streams.parts import Parts
from streams.settings.schema import Settings
from tests.contracts.toy import START, post, toy_stages


def runner() -> LocalRunner:
    return LocalRunner(Parts(Settings()), stages=toy_stages())


def totals(run: LocalRunner) -> list[tuple[str, float]]:
    return [(s.brand, s.observed) for s in run.records(Topic.INCIDENT_EVENTS) if isinstance(s, Signal)]


async def test_nothing_is_said_before_the_log_has_reached_it() -> None:
    """A mention is judged when a tick passes the time it was seen at, not before."""
    run = runner()
    await run.feed(post(1), post(30), Tick(now=START + timedelta(seconds=10)))
    assert totals(run) == [("acme", 1)]
    await run.feed(Tick(now=START + timedelta(seconds=60)))
    assert totals(run) == [("acme", 1), ("acme", 2)]


@pytest.mark.parametrize("crash", list(Crash))
async def test_a_crash_changes_nothing(crash: Crash) -> None:
    """An agent that dies at any point and comes back says the same, and says it once."""
    feed = [post(1), post(2), Tick(now=START + timedelta(seconds=3)), post(4), Tick(now=START + timedelta(seconds=5))]
    calm = runner()
    await calm.feed(*feed)
    for position in range(len(feed)):
        crashed = runner()
        await crashed.feed(*feed[:position], crash, *feed[position:])
        said = {s.id: s for s in crashed.records(Topic.INCIDENT_EVENTS) if isinstance(s, Signal)}
        assert list(said.values()) == calm.records(Topic.INCIDENT_EVENTS)


async def test_poison_is_buried_and_its_neighbours_pass() -> None:
    """What a step refuses, fails on, or cannot decode goes to `dead`, with reason and origin."""
    run = runner()
    await run.load([post(1), post(2, text="raise"), post(3, text="refuse"), post(4, text="poison-step"), post(5)])
    await run.feed(b"{not json", wire.encode(post(6)), Tick(now=START + timedelta(seconds=60)))
    assert totals(run) == [("acme", 3)]
    letters = [d for d in run.records(Topic.DEAD) if isinstance(d, Dead)]
    assert sorted(d.reason for d in letters) == ["malformed", "refused", "step-failed", "step-failed"]
    assert {d.origin for d in letters} == {"posts/0/1", "posts/0/2", "posts/0/5", "mentions/0/1"}

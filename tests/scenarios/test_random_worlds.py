"""Nobody is paged for nothing or left asleep in a firestorm, in whatever world: histories nobody would think of.

By default some; `WORLDS=10000` plays that many of each kind.
"""

import os
from collections.abc import Sequence
from typing import Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from alerts.attention_state import Attention
from alerts.incident import Desk
from alerts.ledger import Ledger
from models.records import AnyRecord, Delivery, Topic
from tests.scenarios.promises import Promises
from tests.scenarios.random_worlds import (
    CHANNELS,
    DEADLY,
    Crashes,
    Happening,
    Heard,
    Passes,
    RandomWorld,
    Town,
    Weather,
    calm_lives,
    lives,
    towns,
)
from tests.simulated import simulate

WORLDS: Final = int(os.environ.get("WORLDS", "150"))
CLOCK: Final = "\x00"
"""Begins the keys under which the engine keeps its clocks."""
SEARCH: Final = settings(
    max_examples=WORLDS,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize="WORLDS" not in os.environ,
)


async def played(town: Town, happenings: Sequence[Happening]) -> RandomWorld:
    """The world when it is all over: days in which nothing happens, then months."""
    promises = Promises(town)
    world = RandomWorld(town, promises)
    promises.lines = world.lines
    await world.play(happenings)
    check_states(world)
    await world.passes(Passes(minutes=4 * 24 * 60, tick_s=60))
    for name in CHANNELS:
        await world.happen(Weather(name, "fine"))
    await world.passes(Passes(minutes=60))
    promises.at_the_end()
    return world


def check_states(world: RandomWorld) -> None:
    """What is remembered survives encoding, and is small."""
    for stage, kind in (("incidents", Desk), ("attention", Attention), ("delivery", Ledger)):
        for key, state in world.runner.states(stage).items():
            if not key.startswith(CLOCK):
                raw = msgspec.msgpack.encode(state.value)
                assert msgspec.msgpack.decode(raw, type=kind) == state.value
                assert len(raw) < 256 * 1024


async def outlived(town: Town, happenings: Sequence[Happening]) -> list[str]:
    """What is still remembered months after the last word; every promise was watched until then."""
    world = await played(town, happenings)
    await world.passes(Passes(minutes=11 * 7 * 24 * 60, tick_s=60))
    states = (world.runner.states(stage) for stage in ("incidents", "attention", "delivery"))
    return [key for keys in states for key in keys if not key.startswith(CLOCK)]


def is_crash(happening: Happening) -> bool:
    return isinstance(happening, Crashes) or (isinstance(happening, Weather) and happening.how in DEADLY)


def said_to(record: AnyRecord) -> tuple[object, ...]:
    """What identifies a record to people: the same thing, to the same one, as loudly."""
    parts = ("id", "recipient", "urgent", "quiet", "channels", "why", "verdict")
    return tuple(getattr(record, part, None) for part in parts)


def check_replays(town: Town, happenings: Sequence[Happening]) -> None:
    """With crashes and without, the same is decided, written down and heard."""
    crashed = simulate(played(town, happenings))
    calm = simulate(played(town, [each for each in happenings if not is_crash(each)]))
    # A tick may come a little earlier or later: what is compared is what is said to whom, not to the second when.
    for topic in (Topic.MENTIONS, Topic.NOTIFICATIONS, Topic.CALLS, Topic.OUTBOX):
        ours, theirs = ({said_to(record) for record in world.runner.records(topic)} for world in (crashed, calm))
        assert ours == theirs, topic
    ends, others = (
        {(d.id, d.outcome) for d in world.runner.records(Topic.DELIVERIES) if isinstance(d, Delivery)}
        for world in (crashed, calm)
    )
    assert ends == others
    heard, told = ({(h.channel, h.told.id) for h in world.trace if isinstance(h, Heard)} for world in (crashed, calm))
    assert heard == told


@pytest.mark.timeout(60 + WORLDS)
@SEARCH
@given(towns(), lives)
def test_promises_are_kept_whatever_happens(town: Town, happenings: list[Happening]) -> None:
    """Whatever comes, in whatever order, through whatever weather and crashes: the promises are kept, and forgotten."""
    assert simulate(outlived(town, happenings)) == []


@pytest.mark.timeout(60 + WORLDS)
@SEARCH
@given(towns(), calm_lives)
def test_who_dies_on_the_way_tells_the_same(town: Town, happenings: list[Happening]) -> None:
    """A world with crashes tells the same people the same things as the same world without them."""
    check_replays(town, happenings)

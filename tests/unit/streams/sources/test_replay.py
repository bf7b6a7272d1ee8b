"""Replays: event order, pace, and the time of the log."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import ManualClock
from models.records import Post, Share, Tick, Topic
from streams.publish import MemoryPublisher, Outgoing
from streams.settings.schema import ReplaySourceSettings
from streams.sources.playback import COARSE_GAP, FINE_GAP, Ticking, floor, steps_between
from streams.sources.protocol import Misconfigured
from streams.sources.replay import ReplaySource
from tests.unit.streams.sources.doubles import NOW, FlakyPublisher, dead, eventually, posts, running, shares

START = datetime(2015, 2, 22, 9, 0, tzinfo=UTC)


def write(folder: Path, *offsets_s: float, extra: str = "") -> Path:
    path = folder / "posts.jsonl"
    rows = [
        {"id": f"p{n}", "text": f"at {s}", "created_at": (START + timedelta(seconds=s)).isoformat()}
        for n, s in enumerate(offsets_s)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + extra)
    return path


async def played(path: Path, *, speed: float = 0, ticking: Ticking | None = None, look_ahead: int = 100):
    publisher = FlakyPublisher()
    source = ReplaySource(
        ReplaySourceSettings(name="file", path=str(path), speed=speed),
        ticking=ticking,
        clock_from=lambda start, speed: ManualClock(start),
        look_ahead=look_ahead,
    )
    async with running(source, publisher) as (task, _):
        await task
    return source, publisher


def log(publisher: MemoryPublisher, partition: int = 0) -> list[Post | Tick]:
    """One partition's view of the topic of posts (posts go to all of them, to be sure)."""
    return [
        o.emit.record
        for o in publisher.outgoing
        if o.emit.topic is Topic.POSTS and o.partition in {None, partition} and isinstance(o.emit.record, Post | Tick)
    ]


def assert_time_tells_the_truth(records: list[Post | Tick]) -> None:
    """No post comes after a tick that is later than it was seen; ticks only grow."""
    now = datetime.min.replace(tzinfo=UTC)
    for record in records:
        if isinstance(record, Tick):
            assert record.now > now
            now = record.now
        else:
            assert record.seen_at > now


@pytest.mark.parametrize("speed", [0, 60])
async def test_time_passes_behind_the_posts(tmp_path: Path, speed: float) -> None:
    """At any speed ticks come at least every step, never before a post that was seen by then, and on to the tail."""
    path = write(tmp_path, 30, 0, 30, 500, 31)
    _, publisher = await played(path, speed=speed, ticking=Ticking(2, 20, 120))
    records = log(publisher)
    assert_time_tells_the_truth(records)
    assert [p.text for p in posts(publisher)] == ["at 0", "at 30", "at 30", "at 31", "at 500"]
    ticks = [r.now for r in records if isinstance(r, Tick)]
    assert all(b - a <= timedelta(seconds=20) for a, b in pairwise(ticks))
    assert ticks[-1] == START + timedelta(seconds=620)
    assert log(publisher, 1) == records


async def test_both_speeds_tell_the_same_story(tmp_path: Path) -> None:
    """Posts and ticks are the same however fast the file is played; only their interleaving may differ."""
    path = write(tmp_path, *range(0, 4_000, 7))
    ticking = Ticking(1, 60, 60)
    _, fast = await played(path, speed=0, ticking=ticking)
    _, slow = await played(path, speed=60, ticking=ticking)
    assert [p.id for p in posts(fast)] == [p.id for p in posts(slow)]
    ticks_of = lambda p: {r.now for r in log(p) if isinstance(r, Tick)}  # noqa: E731
    assert ticks_of(fast) == ticks_of(slow)
    assert_time_tells_the_truth(log(slow))


async def test_a_row_far_out_of_order_is_late_not_lost(tmp_path: Path) -> None:
    """Beyond the look-ahead a row keeps its time of creation, and is seen when it is played."""
    path = write(tmp_path, 10, 20, 30, 40, 0, 50)
    source, publisher = await played(path, ticking=Ticking(1, 5, 60), look_ahead=2)
    assert source.progress.late == 1
    assert_time_tells_the_truth(log(publisher))
    (late,) = [p for p in posts(publisher) if p.seen_at != p.created_at]
    assert late.created_at == START
    assert len(posts(publisher)) == 6


async def test_shares_and_broken_rows(tmp_path: Path) -> None:
    """Shares go to the topic of spread; broken rows to the dead letters, with their line."""
    extra = '{"root_id": "p0", "created_at": 1424595601, "user": "z"}\n{broken\n{"text": "no time"}\n'
    source, publisher = await played(write(tmp_path, 0, extra=extra))
    (share,) = shares(publisher)
    assert isinstance(share, Share)
    assert share.root_id == posts(publisher)[0].id
    assert sorted((d.origin, d.reason) for d in dead(publisher)) == [
        ("file/posts.jsonl:3", "malformed"),
        ("file/posts.jsonl:4", "no-time"),
    ]
    assert source.progress.reasons == {"malformed": 1, "no-time": 1}
    assert not [o for o in publisher.outgoing if isinstance(o.emit.record, Tick)]


async def test_an_empty_file_ends_at_once(tmp_path: Path) -> None:
    """A file without posts publishes nothing, not even time."""
    _, publisher = await played(write(tmp_path), ticking=Ticking(1, 5, 60))
    assert publisher.outgoing == []


async def test_a_missing_file_is_a_users_mistake(tmp_path: Path) -> None:
    """It is told in one line, and not tried again."""
    with pytest.raises(Misconfigured, match="No such file"):
        await played(tmp_path / "nowhere.jsonl")
    with pytest.raises(Misconfigured, match="speed"):
        ReplaySource(ReplaySourceSettings(name="x", path="y", speed=-1))


async def test_a_replay_stops_in_the_middle(tmp_path: Path) -> None:
    """A stop ends a replay between two batches; it says nothing about a time that it has not reached."""
    publisher = FlakyPublisher(broken=True)
    path = write(tmp_path, *range(2_000))
    source = ReplaySource(ReplaySourceSettings(name="f", path=str(path), speed=0), ticking=Ticking(1, 5, 60))
    async with running(source, publisher) as (_, stop):
        while publisher.attempts == 0:
            await asyncio.to_thread(int)
        stop.set()
        publisher.broken = False
    assert len(posts(publisher)) in {0, 500}
    assert_time_tells_the_truth(log(publisher))


class BreaksAfter(FlakyPublisher):
    """A publisher that is away for good once it has taken that many posts."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        self.broken = len(posts(self)) >= self._limit
        await super().publish(outgoing)


async def test_a_replay_that_broke_off_goes_on(tmp_path: Path) -> None:
    """Ended in the middle and started again, it repeats at most a batch; time goes on; another log starts afresh."""
    section = ReplaySourceSettings(name="f", path=str(write(tmp_path, *range(1_800))), speed=0)
    published = []
    for name, limit in (("a", 1_000), ("a", 9_999), ("b", 9_999)):
        publisher = BreaksAfter(limit)
        source = ReplaySource(section, ticking=Ticking(1, 5, 60), data_dir=tmp_path, log=name)
        async with running(source, publisher) as (task, stop):
            await eventually(lambda publisher=publisher, task=task: publisher.broken or task.done())  # type: ignore[misc]
            stop.set()
        assert_time_tells_the_truth(log(publisher))
        published.append([p.text for p in posts(publisher)])
    broken_off, resumed, afresh = published
    assert (len(broken_off), len(resumed), len(afresh)) == (1_000, 1_300, 1_800)
    assert list(dict.fromkeys(broken_off + resumed)) == afresh == [f"at {n}" for n in range(1_800)]


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10**6), max_size=20), st.sampled_from([60.0, 3_599.0, 7_200.0]), st.booleans())
def test_ticks_grow_and_stay_behind(moments_s: list[int], step_s: float, far: bool) -> None:
    """Ticks strictly grow, never pass the last moment, and leave no gap longer than a step in lively times."""
    scale = 1_000 if far else 1
    moments = [START + timedelta(seconds=s * scale if far else s % 5_000) for s in moments_s]
    moments.sort()
    ticks = list(steps_between(floor(START, step_s), START, moments, step_s))
    assert all(a < b for a, b in pairwise(ticks))
    assert not ticks or ticks[-1] <= moments[-1]
    if not far:
        assert all(b - a == timedelta(seconds=step_s) for a, b in pairwise(ticks))


def test_a_row_from_another_age_does_not_tick_through_the_centuries() -> None:
    """In a silence of 900 years time passes finely for two days, hourly for about a year, and then at once."""
    end = START + timedelta(days=365 * 900)
    ticks = list(steps_between(START, START, [end], 60))
    assert len(ticks) < FINE_GAP / timedelta(seconds=60) + COARSE_GAP / timedelta(hours=1) + 2
    assert end - ticks[-1] < timedelta(seconds=60)
    assert NOW > START

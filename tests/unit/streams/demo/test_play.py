"""Playing a story: everything is published in order, and time passes behind it."""

from datetime import datetime

from models.clock import ManualClock
from models.records import Post, Share, Tick, Topic
from streams.demo.play import play
from streams.demo.story import MONDAY, plot, story
from streams.publish import MemoryPublisher


async def test_a_story_is_published_whole_and_in_order() -> None:
    """Every event goes out once, and no tick passes an event that had been seen before it."""
    scene = plot(2)
    events = story(scene)
    publisher, heard = MemoryPublisher(), list[datetime]()
    clock = ManualClock(MONDAY)
    await play(publisher, scene, events, partitions=3, speed=1800, clock=clock, told=heard.append)
    now = MONDAY
    seen = []
    for out in publisher.outgoing:
        record = out.emit.record
        if isinstance(record, Tick):
            assert record.now >= now
            now = record.now
        else:
            assert isinstance(record, Post | Share)
            assert record.seen_at > now or record.seen_at == MONDAY
            seen.append(record.id)
    assert seen == [event.id for event in events]
    assert heard[-1] >= scene.end


async def test_the_crisis_is_played_at_the_speed_asked_for() -> None:
    """Fourteen and a half hours at 1,800 times take 29 seconds, however fast the ordinary days went by."""
    scene = plot(2)
    clock = ManualClock(MONDAY)
    await play(MemoryPublisher(), scene, story(scene), partitions=1, speed=1800, clock=clock, told=lambda _: None)
    assert 28 <= clock.monotonic() <= 30


async def test_every_partition_hears_the_time() -> None:
    """A tick goes to each partition, so that none holds up the others."""
    scene = plot(4)
    publisher = MemoryPublisher()
    clock = ManualClock(MONDAY)
    await play(publisher, scene, [], partitions=3, speed=0, clock=clock, told=lambda _: None)
    told = [(o.partition, o.emit.record) for o in publisher.outgoing if o.emit.topic is Topic.POSTS]
    assert {partition for partition, _ in told} == {0, 1, 2}
    by_partition = [[r for p, r in told if p == n] for n in range(3)]
    assert by_partition[0] == by_partition[1] == by_partition[2]

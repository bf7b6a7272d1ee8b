"""The demo's story: seeded, varied, and in the order it is seen."""

from itertools import pairwise

import pytest

from models.records import Post, Share
from streams.demo.story import MONDAY, Event, moments, plot, story
from tests.bench.demo import called, cascade, part, peak


def said(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Post)]


def test_the_same_seed_tells_the_same_story() -> None:
    """A seed is a story: posts, shares and their times are equal to the last one."""
    assert story(plot(11)) == story(plot(11))


def test_another_seed_tells_another_story() -> None:
    """Cause, hour and size differ between seeds, and so do the texts: nothing is canned."""
    plots = [plot(seed) for seed in range(12)]
    assert len({p.crisis.name for p in plots}) == 4
    assert len({p.onset for p in plots}) == 12
    first, second = (set(said(story(p))) for p in plots[:2])
    assert len(first & second) < 0.5 * len(first)


@pytest.mark.parametrize("seed", range(5))
def test_a_story_holds_together(seed: int) -> None:
    """Events come in the order they are seen, inside the story's time, each with an id of its own."""
    scene = plot(seed)
    events = story(scene)
    assert [e.seen_at for e in events] == sorted(e.seen_at for e in events)
    assert len({e.id for e in events}) == len(events)
    assert all(MONDAY <= e.created_at <= e.seen_at < scene.end for e in events)
    roots = {e.root_id for e in events if isinstance(e, Share)}
    assert roots <= {e.id for e in events if isinstance(e, Post)}


def test_every_part_of_the_crisis_is_told() -> None:
    """There are complaints, one viral post with hundreds of shares, pasted trolls, and praise."""
    scene = plot(3)
    events = story(scene)
    texts = said(events)
    assert texts.count(scene.crisis.viral) == 1
    assert texts.count(scene.crisis.troll) == scene.trolls * 6
    assert sum(isinstance(e, Share) for e in events) > 300
    assert not any("{" in text for text in texts)


def test_time_goes_finer_when_it_gets_serious() -> None:
    """Ticks grow to the end of the story, and come each half minute during the wave."""
    scene = plot(1)
    ticks = list(moments(scene))
    gaps = [(b - a).total_seconds() for a, b in pairwise(ticks)]
    assert min(gaps) > 0
    assert ticks[-1] >= scene.end
    assert {g for t, g in zip(ticks, gaps, strict=False) if t > scene.onset} == {30.0}


def test_the_viral_post_is_called_before_it_peaks() -> None:
    """Of twenty stories at least eighteen: before the middle of the ten busiest minutes, and all in the first third."""
    early = []
    for seed in range(20):
        scene = plot(seed)
        root, shares = cascade(scene)
        at = called(scene, root, shares)
        assert at is not None
        assert part(shares, at) < 1 / 3
        early.append(at < peak(shares))
    assert sum(early) >= 18

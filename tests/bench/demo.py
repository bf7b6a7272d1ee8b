"""Is the demo's viral post called before it peaks? `python -m tests.bench.demo`, over 200 seeds.

The post and its shares go through the virality step with the demo's own ticks. The peak is the middle of the ten
minutes with the most shares. Prints one JSON line.
"""

import json
import sys
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from models.records import Mention, Post, Sentiment, Share, ShareKind
from models.virality.cascade import Cascade
from models.virality.detector import ViralityParams, ViralityStep
from streams.demo.story import Plot, moments, plot, story

SEEDS: Final = 200
WINDOW: Final = timedelta(minutes=10)


def cascade(scene: Plot) -> tuple[Mention, list[Share]]:
    """The viral post as it is understood, and what spreads it."""
    events = story(scene)
    (root,) = (e for e in events if isinstance(e, Post) and e.text == scene.crisis.viral)
    hostile = Sentiment(negative=0.9, neutral=0.1, positive=0.0)
    mention = Mention(
        id="viral", post=root, brand="velorine", sentiment=hostile, language="fr", story="viral", model="none"
    )
    return mention, [e for e in events if isinstance(e, Share) and e.root_id == root.id]


def called(scene: Plot, mention: Mention, shares: list[Share]) -> datetime | None:
    """When the step first says that the post goes viral."""
    step = ViralityStep(ViralityParams())
    state: Cascade | None = step(step.initial("root"), [mention], mention.post.seen_at).state
    at = 0
    for moment in moments(scene):
        if moment < mention.post.seen_at:
            continue
        first = at
        while at < len(shares) and shares[at].seen_at <= moment:
            at += 1
        assert state is not None, "forgotten within hours"
        state = step(state, shares[first:at], moment).state if at > first else state
        assert state is not None, "forgotten by shares"
        stepped = step(state, (), moment)
        if stepped.emits:
            return moment
        state = stepped.state
    return None


def peak(shares: list[Share]) -> datetime:
    """The middle of the window in which most was shared."""
    times = np.array([s.created_at.timestamp() for s in shares if s.kind is ShareKind.RESHARE])
    ends = np.searchsorted(times, times + WINDOW.total_seconds(), side="right")
    busiest = int(np.argmax(ends - np.arange(len(times))))
    middle = float(times[busiest : ends[busiest]].mean())
    return datetime.fromtimestamp(middle, shares[0].created_at.tzinfo)


def part(shares: list[Share], at: datetime) -> float:
    """Which part of all reshares there was."""
    reshares = [s for s in shares if s.kind is ShareKind.RESHARE]
    return sum(s.created_at <= at for s in reshares) / len(reshares)


def main(seeds: int = SEEDS) -> None:
    early, minutes_after, parts, missed = 0, [], [], []
    for seed in range(seeds):
        scene = plot(seed)
        mention, shares = cascade(scene)
        at = called(scene, mention, shares)
        if at is None:
            missed.append(seed)
            continue
        early += at < peak(shares)
        minutes_after.append((at - scene.viral_at).total_seconds() / 60)
        parts.append(part(shares, at))
    figures = {
        "seeds": seeds,
        "called": seeds - len(missed),
        "before_the_peak": early,
        "minutes_after_the_post": [round(float(q), 1) for q in np.quantile(minutes_after, [0.0, 0.5, 1.0])],
        "part_of_final": [round(float(q), 3) for q in np.quantile(parts, [0.0, 0.5, 1.0])],
    }
    sys.stdout.write(json.dumps({"bench": "demo", **figures}) + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))

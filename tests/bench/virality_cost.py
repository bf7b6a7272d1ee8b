"""How early alerts on cascades come, and what the stage costs: parts of `tests/bench/virality.py`."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time
from typing import Any

import msgspec
import numpy as np

from models.phrases import KEPT
from models.records import CascadeOver, Share, Signal
from models.training.cascades import Cascade
from models.training.snapshots import at_ages
from models.virality.cascade import Cascade as State
from models.virality.detector import EARLY, ViralityParams, ViralityStep
from models.virality.expected import Usual
from models.virality.forecast import forecast, outlooks
from tests.scenarios.world import START, mention, share


def raised(cascade: Cascade) -> int | None:
    """With how many shares the detector rings for a negative post, checked at every share; None: it does not."""
    step = ViralityStep(ViralityParams())
    state: State | None = step(step.initial("root"), [mention(followers=cascade.followers)], START).state
    for n, delay in enumerate(cascade.delays_s):
        at = START + timedelta(seconds=delay)
        if state is None or delay > 86_400:
            return None
        state = step(state, [share(n, at)], at).state
        assert state is not None
        stepped = step(state, (), at)
        # What accounts did together is told to the desk without any alarm.
        if any(isinstance(emit.record, Signal) for emit in stepped.emits):
            return n + 1
        state = stepped.state
    return None


def ringing(breakouts: Sequence[Cascade], ordinary: Sequence[Cascade]) -> dict[str, Any]:
    """How often, and how early, the detector rings within a day: on all ordinary posts, and on 150 breakouts."""
    rung = [c for c in ordinary if raised(c) is not None]
    parts = [n / len(c.delays_s) for c in breakouts[:150] if (n := raised(c)) is not None]
    return {
        "ordinary_posts": len(ordinary),
        "ordinary_rung": len(rung),
        "ordinary_with_50_shares": sum(len(c.delays_s) >= 50 for c in ordinary),
        "weibo_rung_of_150": len(parts),
        "weibo_median_part_of_final": round(float(np.median(parts)), 3),
    }


def marks(ordinary: Sequence[Cascade]) -> dict[str, Any]:
    """Were the mark the 99th percentile of a brand's posts: what it would be, how sure from 200, who would ring."""
    sizes = np.array([len(c.delays_s) for c in ordinary])
    percentile = int(np.quantile(sizes, 0.99, method="higher"))
    chance = np.random.default_rng(1)
    learned = [np.quantile(chance.choice(sizes, 200), 0.99, method="higher") for _ in range(1_000)]
    return {
        "percentile_99": percentile,
        "from_200_posts": [int(each) for each in np.quantile(learned, [0.05, 0.5, 0.95])],
        "posts_that_reach_it": int((sizes >= percentile).sum()),
        "posts_that_reach_their_authors_mark": sum(len(c.delays_s) >= Usual(c.followers).mark() for c in ordinary),
        "posts_below_ten": round(float((sizes < EARLY).mean()), 3),
    }


def track_record(cascades: Sequence[Cascade]) -> dict[str, Any]:
    """What the record of past forecasts says, were these a brand's posts: those with ten shares or more within a day,
    judged at every share and at the end."""
    step = ViralityStep(ViralityParams())
    found: list[tuple[float, bool, bool]] = []
    for cascade in cascades:
        delays = [delay for delay in cascade.delays_s if delay < 86_400]
        if len(delays) < EARLY:
            continue
        state: State | None = step(step.initial("root"), [mention(followers=cascade.followers)], START).state
        now = START
        for n, delay in enumerate(delays):
            now = START + timedelta(seconds=delay)
            assert state is not None
            state = step(step(state, [share(n, now)], now).state, (), now).state  # type: ignore[arg-type]
        while state is not None:
            now += timedelta(hours=1)
            stepped = step(state, (), now)
            state = stepped.state
            judged = [emit.record for emit in stepped.emits if isinstance(emit.record, CascadeOver)]
            found += [(f.error(j.final), f.holds(j.final), f.told) for j in judged for f in j.forecasts]
    return {
        name: {
            "forecasts": len(part),
            "median_error": round(float(np.median([error for error, _, _ in part])), 3),
            "held": round(float(np.mean([held for _, held, _ in part])), 3),
        }
        for name, part in (("told", [f for f in found if f[2]]), ("untold", [f for f in found if not f[2]]))
        if part
    }


def throughput(shares: int, batch: int, posts: int) -> int:
    """Shares per second through the step, state encoded and decoded around every batch, a tick after each."""
    step = ViralityStep(ViralityParams())
    records = [share(n, START + timedelta(seconds=n / posts)) for n in range(shares // posts)]
    encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(State)
    early = datetime.fromtimestamp(0, UTC)
    state = step(step.initial("root"), [mention()], early).state
    began = process_time()
    for _ in range(posts):
        encoded = encoder.encode(state)
        for at in range(0, len(records), batch):
            last = records[min(at + batch, len(records)) - 1].seen_at
            for part, now in ((records[at : at + batch], early), ([], last)):
                encoded = encoder.encode(step(decoder.decode(encoded), part, now).state)
    return round(posts * len(records) / (process_time() - began))


def state_bytes(cascade: Cascade, *, rich: bool) -> int:
    """The encoded state of a post of 280 characters after a day of these shares.

    `rich`: with what these cascades do not tell and some networks do, handles of 18 letters, what 40 % of the shares
    were reshared from, and the phrases of 15 % that say something of their own.
    """
    step, chance = ViralityStep(ViralityParams(marks={"acme": 10**9})), Random(1)
    root = mention(followers=cascade.followers, story="a" * 32)
    post = msgspec.structs.replace(root.post, text="x" * 280, url="https://social.example/status/123456789012345")
    shares = [share(n, START + timedelta(seconds=t)) for n, t in enumerate(cascade.delays_s) if t < 86_400]
    if rich:
        shares = [_rich(each, n, chance) for n, each in enumerate(shares)]
    state = step(step.initial("root"), [msgspec.structs.replace(root, post=post), *shares], START).state
    assert state is not None
    return len(msgspec.msgpack.encode(step(state, (), START + timedelta(days=1)).state))


def _rich(plain: Share, n: int, chance: Random) -> Share:
    parent = f"share:root:{chance.randrange(n)}" if n and chance.random() < 0.4 else None
    said = tuple(chance.randrange(2**32) for _ in range(KEPT)) if chance.random() < 0.15 else ()
    handle = chance.choice("abcdefgh") * 6 + ".bsky.social"
    author = msgspec.structs.replace(plain.author, handle=handle, followers=int(chance.lognormvariate(5, 1.6)))
    return msgspec.structs.replace(plain, author=author, parent_id=parent, phrases=said)


def cost(cascades: Sequence[Cascade]) -> dict[str, Any]:
    """Processor time of this process, so that busy neighbours do not count."""
    seen = [at_ages(c, [3_600.0], ordinary=False)[0] for c in cascades[:512]]
    forecast(seen[0])  # loads the models
    began = process_time()
    for each in seen[:100]:
        forecast(each)
    alone = (process_time() - began) / 100
    began = process_time()
    outlooks(seen)
    together = (process_time() - began) / len(seen)
    histories = [len(msgspec.msgpack.encode(at_ages(c, [1e9], ordinary=False)[0].history)) for c in cascades]
    return {
        "shares_per_s_one_hot_cascade": throughput(40_000, 512, 1),
        "shares_per_s_100_cascades": throughput(40_000, 512, 100),
        "forecast_ms": round(alone * 1_000, 2),
        "forecast_ms_in_batch": round(together * 1_000, 3),
        "history_bytes_median": int(np.median(histories)),
        "history_bytes_most": max(histories),
        "state_bytes_most": max(state_bytes(c, rich=False) for c in cascades[:100]),
        "state_bytes_most_with_handles_parents_texts": max(state_bytes(c, rich=True) for c in cascades[:100]),
    }

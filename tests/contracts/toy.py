"""A small pipeline with the real topics, for the engines' contract suite: it counts, and says so at each tick."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from models.records import Author, Mention, Post, Sentiment, Share, Signal, SignalKind, SignalPhase, Topic, digest
from models.stage import Emit, Refused, Stepped, Transformed, mentioned
from streams.topology import Stage

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MENDED = "TOY_MENDED"
"""An environment variable: set in a process, its steps can do what they fail on else."""


def post(n: int, *, brand: str = "acme", text: str = "bad", at_s: float | None = None) -> Post:
    """The n-th post on a brand, n seconds after START."""
    at = START + timedelta(seconds=n if at_s is None else at_s)
    return Post(
        id=f"toy:{brand}:{n}",
        source="toy",
        network="toy",
        author=Author(id=f"a{n}"),
        text=text,
        created_at=at,
        seen_at=at,
        known_brands=(brand,),
    )


class ToyUnderstand:
    """Every post is a negative mention of its known brand; the text decides who is poison."""

    def __call__(self, records: Sequence[Post], now: datetime) -> Transformed:
        outputs: list[Sequence[Emit]] = []
        refused = []
        for index, each in enumerate(records):
            if each.text == "refuse":
                refused.append(Refused(index, "refused", "the toy refuses this"))
                outputs.append(())
            elif each.text == "raise" and MENDED not in os.environ:
                raise ValueError("poison")
            else:
                outputs.append(mentioned(self._mention(each)))
        return Transformed(outputs, refused)

    def _mention(self, each: Post) -> Mention:
        brand = (each.known_brands or ("none",))[0]
        return Mention(
            id=digest("mention", each.id, brand),
            post=each,
            brand=brand,
            sentiment=Sentiment(negative=1.0, neutral=0.0, positive=0.0),
            language="en",
            story=each.text,
            model="toy",
        )


class Count(msgspec.Struct):
    brand: str
    seen: list[str] = []
    said: int = 0


class ToyCount:
    """Counts distinct mentions of a brand by event time, and says the total once the log's time has reached them."""

    state_type = Count

    def initial(self, key: str) -> Count:
        return Count(brand=key)

    def __call__(self, state: Count, records: Sequence[Mention], now: datetime) -> Stepped[Count]:
        for each in records:
            if each.post.text == "poison-step" and MENDED not in os.environ:
                raise ValueError("poison")
        seen = sorted({*state.seen, *(f"{m.post.seen_at.isoformat()}|{m.id}" for m in records)})
        due = sum(1 for entry in seen if datetime.fromisoformat(entry.split("|")[0]) <= now)
        waiting = seen[due:]
        wake_at = datetime.fromisoformat(waiting[0].split("|")[0]) if waiting else None
        fresh = Count(brand=state.brand, seen=seen, said=max(due, state.said))
        if records or due <= state.said:
            return Stepped(
                Count(brand=state.brand, seen=seen, said=state.said), wake_at=wake_at or self._soon(due, state)
            )
        return Stepped(fresh, (self._say(state.brand, due, now),), wake_at)

    def _soon(self, due: int, state: Count) -> datetime | None:
        return START if due > state.said else None

    def _say(self, brand: str, total: int, now: datetime) -> Emit:
        return Emit(Topic.INCIDENT_EVENTS, brand, signal(brand, total, now))


class Line(msgspec.Struct):
    root: str
    ids: list[str] = []
    told: int = 0


class ToyOrder:
    """Writes down the shares of a root as they come, and tells their order at the next tick."""

    state_type = Line

    def initial(self, key: str) -> Line:
        return Line(root=key)

    def __call__(self, state: Line, records: Sequence[Mention | Share], now: datetime) -> Stepped[Line]:
        ids = [*state.ids, *(r.id for r in records if isinstance(r, Share) and r.id not in state.ids)]
        line = Line(root=state.root, ids=ids, told=state.told)
        if records or len(ids) == state.told:
            return Stepped(line, wake_at=START if len(ids) > state.told else None)
        order = signal(state.root, len(ids), now, kind=SignalKind.VIRAL_THREAT, reason=",".join(ids))
        return Stepped(Line(root=state.root, ids=ids, told=len(ids)), (Emit(Topic.INCIDENT_EVENTS, "order", order),))


def share(n: int, *, root: str) -> Share:
    """The n-th share of a root."""
    at = START + timedelta(seconds=n)
    return Share(id=f"{root}/share/{n}", root_id=root, author=Author(id=f"s{n}"), created_at=at, seen_at=at)


def signal(
    brand: str, total: int, now: datetime, *, kind: SignalKind = SignalKind.SPIKE, reason: str = "toy"
) -> Signal:
    """A signal that says a number."""
    return Signal(
        id=digest("signal", kind, brand, total),
        brand=brand,
        kind=kind,
        phase=SignalPhase.RAISED,
        story="toy",
        at=now,
        onset=now,
        observed=total,
        expected=0,
        interval=(0, 0),
        surprise=1.0,
        window_s=60,
        reason=reason,
    )


def toy_stages() -> tuple[Stage, ...]:
    """A fresh copy of the toy pipeline."""
    understand: Any = lambda parts: ToyUnderstand()  # noqa: E731
    count: Any = lambda parts: ToyCount()  # noqa: E731
    order: Any = lambda parts: ToyOrder()  # noqa: E731
    return (
        Stage("understand", Topic.POSTS, (Topic.MENTIONS, Topic.SPREAD), understand),
        Stage("spikes", Topic.MENTIONS, (Topic.INCIDENT_EVENTS,), count),
        Stage("virality", Topic.SPREAD, (Topic.INCIDENT_EVENTS,), order),
    )

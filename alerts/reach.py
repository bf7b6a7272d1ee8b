"""One story, one reach: what the posts of a story have reached together, in one incident."""

from typing import Final

import msgspec

from models.records import Signal, SignalKind, digest

REACHES: Final = 32
"""Of how many posts the reach is remembered, the last ones."""


class Reach(msgspec.Struct, array_like=True, frozen=True):
    """How many followers one viral post reached at most, by the last signal on it. `source` as of the signal."""

    source: str
    brand: str
    people: int


def root_post(viral: Signal) -> str | None:
    """The post that is spread."""
    return viral.evidence.drivers[0].post_id if viral.evidence.drivers else None


def source(signal: Signal) -> str:
    """Whose raising and ending belong together: the wave of a story, or the cascade of a post."""
    about = signal.story if signal.kind is SignalKind.SPIKE else root_post(signal) or signal.story
    return digest(signal.brand, signal.kind, about)[:16]


def reached(reaches: tuple[Reach, ...], signal: Signal) -> tuple[Reach, ...]:
    """What is known of the reach of each post after a signal. A spike is of posts, and has no reach of its own."""
    people = signal.evidence.reach
    if signal.kind is SignalKind.SPIKE or people is None:
        return reaches
    others = (each for each in reaches if each.source != source(signal))
    return (*others, Reach(source(signal), signal.brand, people))[-REACHES:]


def whole(reaches: tuple[Reach, ...], signal: Signal) -> Signal:
    """A signal on a viral post, with the reach of the story: of all its posts that went viral for the brand.

    An incident shows one signal of each kind: without this, a small copy on another network would hide the reach of the
    first. How audiences overlap is not known, as within one post: the sum is what was reached at most.
    """
    told = sum(each.people for each in reaches if each.brand == signal.brand and each.source != source(signal))
    if signal.kind is SignalKind.SPIKE or told == 0:
        return signal
    together = msgspec.structs.replace(signal.evidence, reach=told + (signal.evidence.reach or 0))
    return msgspec.structs.replace(signal, evidence=together)

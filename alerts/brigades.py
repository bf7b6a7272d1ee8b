"""Who shares a brand's posts together, post after post: only its desk sees them all, and discounts viral alerts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from alerts.reach import root_post
from models.brigade import Brigade
from models.coordination import with_sign
from models.records import SharedTogether, Signal, SignalKind

TRACKED: Final = 16
"""Of how many brands of a desk it is remembered; beyond it, the one that was heard of longest ago is forgotten."""


def heard(brigades: Sequence[Brigade], record: SharedTogether, now: datetime) -> tuple[Brigade, ...]:
    """With one record more, which may be of a time to come."""
    mine = next((each for each in brigades if each.brand == record.brand), Brigade(record.brand))
    others = [each for each in brigades if each.brand != record.brand]
    every = sorted([*others, mine.hear(record, now.timestamp())], key=lambda each: (each.last_s, each.brand))
    return tuple(every[-TRACKED:])


def marched(signal: Signal, brigades: Sequence[Brigade]) -> Signal:
    """A viral signal whose coordination knows, too, of accounts that move together across posts."""
    brigade = next((each for each in brigades if each.brand == signal.brand), None)
    post, known = root_post(signal), signal.evidence.coordination
    if brigade is None or post is None or known is None or signal.kind is SignalKind.SPIKE:
        return signal
    sign = brigade.sign(post, signal.at, int(signal.observed))
    evidence = msgspec.structs.replace(signal.evidence, coordination=with_sign(known, sign))
    return msgspec.structs.replace(signal, evidence=evidence)

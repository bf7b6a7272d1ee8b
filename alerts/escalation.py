"""Escalation policies: whom to call, in which order and after which waits (`docs/alerting.md`)."""

from collections.abc import Callable
from datetime import datetime

import msgspec

Resolve = Callable[[str, datetime], tuple[str, ...]]
"""Who a target (`person:NAME`, `schedule:NAME`, `channel:NAME`) means at a moment: recipients, none where nobody is on
duty or can be reached."""


class Step(msgspec.Struct, frozen=True, array_like=True):
    """Call these targets, `after_s` seconds after the step before; the first one after the alert."""

    call: tuple[str, ...]
    after_s: float


class EscalationPolicy(msgspec.Struct, frozen=True, array_like=True):
    """Steps, gone through `rounds` times; then `fallback` (targets) is told that nobody has answered."""

    name: str
    steps: tuple[Step, ...]
    rounds: int = 1
    fallback: tuple[str, ...] = ()

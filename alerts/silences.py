"""What keeps an incident quiet: silences that humans set, and something more severe (`docs/alerting.md`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.case import Case, brands
from alerts.policy import DRILL
from alerts.severity import RANK
from alerts.why import because
from models.records import Incident, Reason, Severity, Signal, SignalKind, SignalPhase, Silence, Why

LONGEST_SILENCE: Final = timedelta(days=30)
"""Of one that a human sets while the system runs; those of the settings last as long as they say."""
SILENCES: Final = 32
"""How many humans can have set on one desk; beyond it, new ones are refused, and that is written down."""


class SilenceRule(msgspec.Struct, frozen=True, array_like=True):
    """A silence from `starts` (inclusive) to `ends` (exclusive), both in UTC.

    Empty `brands` means all but exercises, empty `kinds` all, empty `story` any. What is more severe than `up_to` is
    told all the same.
    """

    author: str
    reason: str
    starts: datetime
    ends: datetime
    brands: tuple[str, ...] = ()
    kinds: tuple[SignalKind, ...] = ()
    story: str = ""
    up_to: Severity = Severity.P2
    id: str = ""
    """Of the record that set it; empty where the settings did."""

    def is_in_force(self, at: datetime) -> bool:
        return self.starts <= at < self.ends

    def names(self, brand: str) -> bool:
        """Whether it is about this brand."""
        return brand in self.brands if self.brands else not brand.startswith(DRILL)

    def matches(self, signal: Signal) -> bool:
        """Whether it is about this signal, whatever the time and the severity."""
        is_kind = not self.kinds or signal.kind in self.kinds
        return self.names(signal.brand) and is_kind and self.story in {"", signal.story}

    @property
    def told(self) -> Reason:
        """Who, why and until when.

        >>> from datetime import UTC
        >>> at = datetime(2026, 12, 2, 2, tzinfo=UTC)
        >>> dict(SilenceRule("Léa", "maintenance", at - timedelta(hours=4), at).told.args)
        {'who': 'Léa', 'said': 'maintenance'}
        """
        if self.author:
            if not self.reason:
                return because("silence-by.unsaid", who=self.author, until=self.ends)
            return because("silence-by", who=self.author, until=self.ends, said=self.reason)
        if not self.reason:
            return because("silence.unsaid", until=self.ends)
        return because("silence", until=self.ends, said=self.reason)


@dataclass(frozen=True, slots=True)
class Covered:
    """An incident is silenced: until when at least, and by which silence."""

    until: datetime
    reason: Reason


def set_by(silence: Silence, at: datetime) -> SilenceRule:
    """What a human asked for, from `at` on; 30 days at most, by the later of the log's time and the human's."""
    return SilenceRule(
        author=silence.by,
        reason=silence.note,
        starts=at,
        ends=min(silence.until, max(at, silence.at) + LONGEST_SILENCE),
        brands=(silence.brand,),
        kinds=silence.kinds,
        story=silence.story,
        up_to=silence.up_to,
        id=silence.id,
    )


def covered(incident: Incident, silences: Sequence[SilenceRule], at: datetime) -> Covered | None:
    """Which silence keeps an incident quiet; None where a part of it is not silenced. What has ended needs none."""
    in_force = [s for s in silences if s.is_in_force(at) and RANK[incident.severity] <= RANK[s.up_to]]
    going_on = [signal for signal in incident.signals if signal.phase is not SignalPhase.ENDED] or incident.signals
    # A wave names brands of which it holds no signal any more: they must be silenced, too.
    parts = [[silence for silence in in_force if silence.names(brand)] for brand in brands(incident)]
    parts += [[silence for silence in in_force if silence.matches(signal)] for signal in going_on]
    if not going_on or not all(parts):
        return None
    longest = [max(part, key=lambda silence: silence.ends) for part in parts]
    first = min(longest, key=lambda silence: silence.ends)
    return Covered(first.ends, first.told)


@dataclass(frozen=True, slots=True)
class Hush:
    """What keeps an incident quiet for now. `until`: when to ask again; None: when another incident changes."""

    why: Why
    reason: Reason
    until: datetime | None = None


def hush(case: Case, cases: Sequence[Case], silences: Sequence[SilenceRule], at: datetime) -> Hush | None:
    """A silence that covers an incident, or the P1 beside which it does not count; None: it may be told."""
    silence = covered(case.incident, silences, at)
    if silence is not None:
        return Hush(Why.SILENCED, silence.reason, silence.until)
    above = _inhibitor(case.incident, cases)
    if above is not None:
        return Hush(Why.INHIBITED, because("inhibited", brand=above.brand, incident=above.id))
    return None


def _inhibitor(incident: Incident, cases: Sequence[Case]) -> Incident | None:
    if RANK[incident.severity] > RANK[Severity.P3] or incident.brand.startswith(DRILL):
        return None
    mine = set(brands(incident))
    above = (
        case.incident
        for case in cases
        if case.is_open and case.incident.severity is Severity.P1 and case.incident.notified > 0
    )
    return next((each for each in above if mine <= set(brands(each))), None)

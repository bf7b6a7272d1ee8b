"""How a brand wants to be told of its incidents: who, from which severity on, how often, and who is called next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from alerts.escalation import EscalationPolicy
from alerts.severity import RANK, mildest
from models.records import Incident, Severity

DRILL: Final = "drill:"
"""Begins the name under which a brand has an exercise: the brand's policy, and incidents of its own."""
FORGOTTEN: Final = timedelta(weeks=10)
"""A desk or a recipient of which nothing was heard for so long is forgotten, as detectors forget a brand: it may have
been taken out of the settings. Silences, mutes and incidents that nobody hears of end before."""


@dataclass(frozen=True, slots=True)
class IncidentPolicy:
    """How a brand wants to be told.

    `recipients`: its team (`channel:NAME`, `person:NAME`), told of everything from `notify_from` on. `escalation`:
    called in turn from `escalate_from` on, until somebody has taken charge. Repeats double from `repeat` to
    `repeat_max`. Silence of the detectors, who also say when it is over, closes after `close_after`. `tier`: 1 raises
    severities a little, 3 lowers them. `digest`: who wants what is below `notify_from` in their digest.
    """

    recipients: tuple[str, ...] = ()
    notify_from: Severity = Severity.P3
    repeat: timedelta = timedelta(minutes=30)
    repeat_max: timedelta = timedelta(minutes=240)
    close_after: timedelta = timedelta(hours=24)
    escalation: EscalationPolicy | None = None
    escalate_from: Severity = Severity.P2
    tier: int = 2
    digest: tuple[str, ...] = ()

    def pause(self, severity: Severity, repeats: int) -> timedelta | None:
        """How long to wait for an answer after the last of `repeats` repeats; None: it is not told again.

        P1 and P2 are repeated until somebody answers; P3 once, late; P4 never.

        >>> policy = IncidentPolicy()
        >>> [policy.pause(Severity.P2, n).total_seconds() / 60 for n in (0, 1, 2, 3, 9)]
        [30.0, 60.0, 120.0, 240.0, 240.0]
        >>> [policy.pause(Severity.P3, n) == policy.repeat_max for n in (0, 1)], policy.pause(Severity.P4, 0)
        ([True, False], None)
        """
        if severity is Severity.P4 or (severity is Severity.P3 and repeats > 0):
            return None
        if severity is Severity.P3:
            return self.repeat_max
        # 2^20 repeats of any pause are beyond every maximum; this keeps the arithmetic small.
        return min(self.repeat * (1 << min(repeats, 20)), self.repeat_max)

    def escalates(self, severity: Severity) -> EscalationPolicy | None:
        """By which policy an incident is escalated; None where it is not severe enough, or there is nobody to call."""
        if self.escalation is None or not self.escalation.steps or RANK[severity] < RANK[self.escalate_from]:
            return None
        return self.escalation


class Policies:
    """Every brand's policy. An exercise has its brand's; a sector-wide wave, all of its brands' together."""

    def __init__(self, by_brand: Mapping[str, IncidentPolicy], default: IncidentPolicy) -> None:
        self._by_brand = by_brand
        self._default = default

    def of_brand(self, brand: str) -> IncidentPolicy:
        return self._by_brand.get(brand.removeprefix(DRILL), self._default)

    def of(self, incident: Incident) -> IncidentPolicy:
        first = self.of_brand(incident.brand)
        return together(first, [self.of_brand(brand) for brand in incident.brands]) if incident.brands else first


def together(first: IncidentPolicy, others: Sequence[IncidentPolicy]) -> IncidentPolicy:
    """What several brands want of one incident: everybody's recipients, from the mildest severity that one of them
    wants to hear of; escalated by the first policy that there is; closed after the longest silence.

    >>> team, care = IncidentPolicy(recipients=("channel:team",)), IncidentPolicy(recipients=("channel:care",))
    >>> together(team, [care, team]).recipients
    ('channel:team', 'channel:care')
    """
    every = (first, *others)
    escalating = next((policy for policy in every if policy.escalation is not None), first)
    return replace(
        first,
        recipients=tuple(dict.fromkeys(recipient for policy in every for recipient in policy.recipients)),
        digest=tuple(dict.fromkeys(recipient for policy in every for recipient in policy.digest)),
        notify_from=mildest([policy.notify_from for policy in every]),
        close_after=max(policy.close_after for policy in every),
        escalation=escalating.escalation,
        escalate_from=escalating.escalate_from,
    )

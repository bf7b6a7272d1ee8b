"""Sector-wide waves: incidents of several brands that begin within the hour are one (`docs/alerting.md`)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from alerts.case import ACTIVE, STORIES, Case, brands, folded, latest
from alerts.policy import DRILL
from alerts.reach import REACHES
from alerts.severity import worst
from alerts.transitions import Event
from models.records import Phase, Signal, SignalKind, SignalPhase

WAVE_BRANDS: Final = 3
"""Two competitors in trouble at once happens by chance, or because one story compares them; three have one cause."""
WAVE_WITHIN: Final = timedelta(minutes=60)
WAVE_MOST: Final = 32
"""How many brands one wave may take in; a further one stands alone."""
AUDIENCE: Final = 64
"""How many recipients are remembered as having been called for one incident: the first ones."""
_ADVERSE: Final = {SignalKind.SPIKE, SignalKind.VIRAL_THREAT}
_PHASES: Final = (Phase.OPEN, Phase.ACKNOWLEDGED, Phase.SNOOZED)


def gathered(cases: Sequence[Case], signal: Signal, at: datetime) -> tuple[Case, ...]:
    """The incidents that make one wave with a signal that would begin or reopen another; none where there is no wave.

    The first is the one that the others become a part of: a wave that runs already, else the oldest that people know
    of and nobody has taken charge of, so that one brand's answer does not end the calls for another.
    """
    if signal.kind not in _ADVERSE or signal.phase is SignalPhase.ENDED or signal.brand.startswith(DRILL):
        return ()
    hit = [case for case in cases if _is_hit(case, at)]
    hit_brands = {signal.brand, *(brand for case in hit for brand in brands(case.incident))}
    if not WAVE_BRANDS <= len(hit_brands) <= WAVE_MOST:
        return ()
    wave = sorted(hit, key=_precedence)
    # A snooze is for what was known then: what hits a further brand is told on its own.
    return () if wave[0].incident.phase is Phase.SNOOZED else tuple(wave)


def joined(wave: Sequence[Case], signal: Signal, at: datetime, tier: int) -> Case:
    """One incident of several and a signal that shows that they are one: the worst severity, everybody's audience."""
    first = wave[0]
    everything = sorted((s for case in wave for s in case.incident.signals), key=lambda s: (s.at, s.id))
    named = [*(brand for case in wave for brand in brands(case.incident)), signal.brand]
    incident = msgspec.structs.replace(
        first.incident,
        signals=latest(everything),
        severity=worst([case.incident.severity for case in wave]),
        brands=tuple(brand for brand in dict.fromkeys(named) if brand != first.incident.brand),
    )
    united = msgspec.structs.replace(
        first,
        incident=incident,
        stories=_union([case.stories for case in wave])[-STORIES:],
        active=_union([case.active for case in wave])[-ACTIVE:],
        reaches=tuple(each for case in wave for each in case.reaches)[-REACHES:],
        audience=_union([case.audience for case in wave])[:AUDIENCE],
        hit_at=at,
    )
    return folded(united, signal, Event.WORSE, at, tier)


def merged(part: Case, wave: Case) -> Case:
    """An incident that has become a part of a wave: it points there, and its stories and audience are the wave's."""
    incident = msgspec.structs.replace(part.incident, merged_into=wave.incident.id)
    return msgspec.structs.replace(part, incident=incident, stories=(), active=(), reaches=())


def _is_hit(case: Case, at: datetime) -> bool:
    """Open, by bad news, for less than an hour, and no exercise."""
    adverse = any(s.kind in _ADVERSE and s.phase is not SignalPhase.ENDED for s in case.incident.signals)
    is_fresh = at - (case.hit_at or case.incident.opened_at) <= WAVE_WITHIN
    return case.is_open and adverse and is_fresh and not case.incident.brand.startswith(DRILL)


def _precedence(case: Case) -> tuple[bool, bool, int, datetime, str]:
    incident = case.incident
    known = incident.notified > 0
    return not incident.brands, not known, _PHASES.index(incident.phase), incident.opened_at, incident.id


def _union(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))

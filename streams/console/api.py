"""What programs read at `/api/incidents`: the board as typed JSON."""

from datetime import datetime

import msgspec

from models.records import Delivery, Incident, Phase, Severity, Why
from streams.console.board import Board, Case, Told, Withheld


class ToldView(msgspec.Struct, frozen=True, tag="told", tag_field="type"):
    """One notification, and what became of it on each channel."""

    id: str
    at: datetime
    why: Why
    severity: Severity
    phase: Phase
    quiet: bool
    channels: tuple[str, ...]
    deliveries: tuple[Delivery, ...]


class WithheldView(msgspec.Struct, frozen=True, tag="withheld", tag_field="type"):
    """Something that nobody was told, and why."""

    id: str
    at: datetime
    brand: str
    why: Why
    reason: str


class CaseView(msgspec.Struct, frozen=True):
    """One incident: the latest snapshot, and its timeline, the newest first."""

    incident: Incident
    timeline: list[ToldView | WithheldView]


class IncidentsView(msgspec.Struct, frozen=True):
    """All that the board knows. `caught_up` is false while the past is still being read."""

    caught_up: bool
    open: list[CaseView]
    recent: list[CaseView]
    withheld: list[WithheldView]


def incidents(board: Board, *, caught_up: bool) -> IncidentsView:
    return IncidentsView(
        caught_up=caught_up,
        open=_cases(board.open()),
        recent=_cases(board.recent()),
        withheld=[_withheld(event) for event in board.withheld()],
    )


def _cases(cases: list[Case]) -> list[CaseView]:
    return [
        CaseView(case.incident, [_event(event) for event in case.timeline()])
        for case in cases
        if case.incident is not None
    ]


def _event(event: Told | Withheld) -> ToldView | WithheldView:
    if isinstance(event, Withheld):
        return _withheld(event)
    return ToldView(
        event.id,
        event.at,
        event.why,
        event.severity,
        event.phase,
        event.quiet,
        event.channels,
        event.deliveries,
    )


def _withheld(event: Withheld) -> WithheldView:
    return WithheldView(event.id, event.at, event.brand, event.why, event.reason)

"""What programs read at `/api/incidents`: the board as typed JSON."""

from datetime import datetime

import msgspec

from models.records import Incident, Silence
from streams.console.board import Board, Case, Did, Told, Withheld


class CaseView(msgspec.Struct, frozen=True):
    """One incident: the latest snapshot, and its timeline, the newest first."""

    incident: Incident
    timeline: list[Told | Withheld | Did]


class IncidentsView(msgspec.Struct, frozen=True):
    """All that the board knows. `caught_up` is false while the past is still being read."""

    caught_up: bool
    open: list[CaseView]
    recent: list[CaseView]
    withheld: list[Withheld]
    silences: list[Silence]


def incidents(board: Board, now: datetime, *, caught_up: bool) -> IncidentsView:
    return IncidentsView(
        caught_up=caught_up,
        open=_cases(board.open()),
        recent=_cases(board.recent()),
        withheld=board.withheld(),
        silences=board.silences(now),
    )


def _cases(cases: list[Case]) -> list[CaseView]:
    return [CaseView(case.incident, case.timeline()) for case in cases if case.incident is not None]

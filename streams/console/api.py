"""What programs read at `/api/incidents`: the board as typed JSON."""

from datetime import datetime

import msgspec

from alerts.render.reasons import english
from models.records import Delivery, Incident, Silence
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
    return [CaseView(case.incident, _said(case.timeline())) for case in cases if case.incident is not None]


def _said(events: list[Told | Withheld | Did]) -> list[Told | Withheld | Did]:
    """With an English text beside each reason, for programs that show it as it is."""
    return [
        msgspec.structs.replace(event, deliveries=tuple(map(_in_english, event.deliveries)))
        if isinstance(event, Told)
        else event
        for event in events
    ]


def _in_english(delivery: Delivery) -> Delivery:
    return msgspec.structs.replace(delivery, reason=english(delivery.reasons) or delivery.reason)

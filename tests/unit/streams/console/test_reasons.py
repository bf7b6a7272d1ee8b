"""Reasons are told in the reader's language."""

from datetime import timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.attention_rules import Rule
from alerts.attention_verdict import muted_reason
from alerts.silences import SilenceRule
from alerts.telling import _reason
from models.records import Phase, Why
from streams.console.board import Board
from streams.console.pages import View, incident
from streams.console.reasons import reason
from streams.console.speech import Speech
from tests.unit.streams.console import cases
from tests.unit.streams.console.cases import NOW, notification, withheld

TAKEN = cases.incident(phase=Phase.ACKNOWLEDGED, acknowledged_by="Léa")


@pytest.mark.parametrize(
    ("why", "said", "french"),
    [
        (Why.ALREADY_ACKNOWLEDGED, _reason(TAKEN, Why.ALREADY_ACKNOWLEDGED), "Léa s’en charge déjà"),
        (
            Why.SNOOZED,
            _reason(msgspec.structs.replace(TAKEN, snoozed_until=NOW), Why.SNOOZED),
            f"un humain a demandé le silence jusqu’au {NOW:%Y-%m-%d %H:%M} UTC",
        ),
        (Why.SAME, _reason(TAKEN, Why.SAME), "rien de pire que ce qui a déjà été dit"),
        (
            Why.SILENCED,
            SilenceRule("Léa", "{panne}", NOW, NOW + timedelta(hours=1)).words,
            f"silence de Léa jusqu’au {NOW + timedelta(hours=1):%Y-%m-%d %H:%M} UTC\u00a0: {{panne}}",
        ),
        (
            Why.MUTED,
            muted_reason(NOW, Rule(zone=ZoneInfo("UTC"))),
            f"a demandé à ne rien savoir de cet incident jusqu’au {NOW:%Y-%m-%d %H:%M} (UTC), sauf s’il s’aggrave",
        ),
        (
            Why.QUIET_HOURS,
            "quiet hours until X; it comes in the digest at Y",
            "heures calmes jusqu’au X\u00a0; à lire dans le récapitulatif du Y",
        ),
    ],
)
def test_reasons_are_told_in_french(why: Why, said: str, french: str) -> None:
    """What the rules write down in English is French on a French page, with the names and times that it holds."""
    assert reason(why, said, "fr") == french
    assert reason(why, said, "en") == said


@given(st.sampled_from(list(Why)), st.text())
def test_what_is_not_known_stands_as_it_is(why: Why, said: str) -> None:
    """No text makes it fail."""
    assert reason(why, f"~{said}", "fr") == f"~{said}"


def test_a_french_timeline_says_who_has_taken_charge_in_french() -> None:
    """Nobody has to read English in a French incident."""
    board = Board()
    for record in (
        notification(TAKEN),
        withheld(TAKEN.id, Why.ALREADY_ACKNOWLEDGED, reason="Léa has already taken charge"),
    ):
        board.take(record)
    case = board.find(TAKEN.id)
    assert case is not None
    page = incident(View(Speech("fr"), NOW, MappingProxyType({}), None, can_log_in=True), case).decode()
    assert "Léa s’en charge déjà" in page
    assert "taken charge" not in page

"""Whatever the console has to say has its words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.audit import DONE
from alerts.interactions import slack
from models.records import Outcome, Phase, SignalKind, Why
from streams.console import links, routes
from streams.console.speech import best_language
from streams.console.words import TEXTS


def test_every_reason_has_words() -> None:
    """Whatever a record can say has its words: no page fails on a rare reason."""
    keys = {
        *(f"why.{why}" for why in Why),
        *(f"phase.{phase}" for phase in Phase),
        *(f"outcome.{outcome}" for outcome in Outcome),
        *(kind.value for kind in SignalKind),
        *(f"act.{act}" for act in DONE.values()),
        *(f"via.{via}" for via in (slack.VIA, links.VIA, routes.VIA)),
    }
    assert keys <= set(TEXTS["en"])


@given(st.text())
def test_any_header_is_a_language(header: str) -> None:
    """Whatever a browser sends as Accept-Language, it gets English or French."""
    assert best_language(header) in ("en", "fr")


@pytest.mark.parametrize("key", sorted(TEXTS["fr"]))
def test_french_typography(key: str) -> None:
    """An unbreakable space before `:;!?»` and after `«`, and no straight apostrophe."""
    assert not re.search(r"[^\u00a0][:;!?%»]|«[^\u00a0]|'", TEXTS["fr"][key])

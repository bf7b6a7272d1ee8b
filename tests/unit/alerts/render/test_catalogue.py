"""The sentences: one for whatever a notification says, and typeset as each language wants it."""

import re

import pytest

from alerts.render.catalogue import EN, FR
from models.records import Severity, SignalKind, Why


def test_every_reason_kind_and_severity_has_its_words() -> None:
    """Whatever a notification says, there is a sentence for it."""
    wanted = {f"why.{w.value}" for w in Why} | {f"headline.{k.value}" for k in SignalKind}
    wanted |= {f"severity.{s.value}" for s in Severity}
    assert wanted <= EN.keys()


@pytest.mark.parametrize("key", FR)
def test_french_spaces_do_not_break(key: str) -> None:
    """Before `:;!?%»` and after `«` French has a space that does not break; apostrophes are typographic."""
    assert not re.search(r"[^\u00a0][:;!?%»]|«[^\u00a0]|'", FR[key])

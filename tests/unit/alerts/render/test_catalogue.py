"""The sentences: the same ones in both languages, and typeset as each language wants it."""

import re
from string import Formatter

import pytest

from alerts.render.catalogue import EN, FR
from models.records import Severity, SignalKind, Why


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_say_the_same_things() -> None:
    """No sentence exists in one language only."""
    assert EN.keys() == FR.keys()


@pytest.mark.parametrize("key", EN)
def test_both_languages_fill_the_same_places(key: str) -> None:
    """A placeholder of the one is a placeholder of the other; plural forms may leave the number out."""
    assert placeholders(EN[key]) == placeholders(FR[key])


def test_every_reason_kind_and_severity_has_its_words() -> None:
    """Whatever a notification says, there is a sentence for it."""
    wanted = {f"why.{w.value}" for w in Why} | {f"headline.{k.value}" for k in SignalKind}
    wanted |= {f"severity.{s.value}" for s in Severity}
    assert wanted <= EN.keys()


@pytest.mark.parametrize("key", FR)
def test_french_spaces_do_not_break(key: str) -> None:
    """Before `:;!?%»` and after `«` French has a space that does not break; apostrophes are typographic."""
    assert not re.search(r"[^\u00a0][:;!?%»]|«[^\u00a0]|'", FR[key])

"""The digest: what could wait, at a glance."""

import msgspec
import pytest

from alerts.render import mail_html, terminal
from alerts.render.context import RenderContext
from alerts.render.digest import SHOWN
from alerts.render.facts import facts
from models.records import Phase
from tests import samples


def test_each_line_says_which_brand_what_when_and_how_it_stands() -> None:
    """What is not over comes first, the worst before the others."""
    told = facts(samples.digest_of(5), samples.EN)
    assert told.headline == "Digest: 5 incidents that could wait"
    assert told.lead == "Nobody is in charge of 2 of them, and they are not over."
    assert [f"{fact.label} | {fact.text}" for fact in told.details] == [
        "P1 · Maison Lumière | surge of negative mentions · since Sunday 20:40 · in charge: Camille Roche",
        "P3 · Nord Éclairage | hostile post going viral · since Sunday 20:40 · NOBODY in charge",
        "P4 · Halo & Fils | favourable post taking off · since Sunday 20:40 · NOBODY in charge",
        "P1 · Maison Lumière | surge of negative mentions · Sunday 20:40 to 22:50 · closed by Camille Roche",
        "P1 · Maison Lumière | surge of negative mentions · Sunday 20:40 to 22:50 · ended by itself",
    ]


@pytest.mark.parametrize("context", [samples.EN, samples.FR], ids=["en", "fr"])
@pytest.mark.parametrize("count", [1, 2, SHOWN, SHOWN + 1, 300])
def test_a_digest_stays_short(count: int, context: RenderContext) -> None:
    """Twenty lines; the rest is counted."""
    told = facts(samples.digest_of(count), context)
    more = [fact for fact in told.details if fact.label == "…"]
    assert len(told.details) - len(more) == min(count, SHOWN)
    assert [str(count - SHOWN) in fact.text for fact in more] == [True] * (count > SHOWN)
    assert str(count) in told.headline


def test_what_needs_nobody_says_so() -> None:
    """All over: nothing to do."""
    over = samples.resolved().incident
    quiet = msgspec.structs.replace(samples.digest_of(1), incident=over, also=(over,))
    assert facts(quiet, samples.EN).lead == "Nothing to do now: all are over or in somebody’s hands."


@pytest.mark.parametrize("phase", Phase)
def test_every_end_has_its_words(phase: Phase) -> None:
    """Whatever became of it."""
    base = msgspec.structs.replace(samples.acknowledged().incident, phase=phase)
    for change in ({}, {"false_alarm": True}, {"merged_into": "x"}, {"resolved_by": "Léa"}, {"brands": ("nord",)}):
        told = msgspec.structs.replace(samples.digest_of(1), incident=msgspec.structs.replace(base, **change))
        assert facts(told, samples.FR).details[0].text.count(" · ") == 2


def test_an_exercise_in_a_digest_is_marked_on_its_line() -> None:
    """The digest itself is none."""
    mixed = msgspec.structs.replace(samples.digest_of(1), also=(samples.exercise().incident,))
    told = facts(mixed, samples.EN)
    assert not told.headline.startswith("EXERCISE")
    assert any(fact.label.startswith("EXERCISE · P1 · Maison Lumière") for fact in told.details)


def test_each_line_leads_to_its_incident() -> None:
    """By a link in mail; on a terminal the lines stand alone."""
    sample = samples.digest_of(3)
    page = mail_html.html(facts(sample, samples.EN), samples.EN, "", "")
    assert [f"/incidents/digest-{n}" in page for n in range(3)] == [True, True, True]
    assert "hostile post going viral" in terminal.block(sample, samples.EN)

"""The playbook on an incident's page: the right one, in the reader's language, and harmless."""

import re

import msgspec
import pytest

from alerts.render.playbook import Playbook
from models.records import Incident, Phase, Risk, SignalKind
from streams.console.board import Board
from streams.console.pages import incident, index
from streams.console.speech import Speech
from streams.console.view import View
from streams.settings.kinds import Locale
from tests.unit.streams.console import cases
from tests.unit.streams.console.cases import HOSTILE, NOW, notification, signal

RECALL = Playbook(steps=("Stop the sale.",), statement={"en": "We take it back.", "fr": "Nous le reprenons."})
BOOK = Playbook(
    steps=("Read the posts.", "Ask the factory."),
    call=("Zoé, 0600",),
    do=("Answer.",),
    dont=("Delete posts.",),
    statement={"en": "We look into it.\nMore at noon."},
    topics={"safety-recall": RECALL},
)


def page(about: Incident, book: Playbook = BOOK, locale: Locale = "en", brand: str = "nuage") -> str:
    board = Board()
    board.take(notification(about))
    case = board.find(about.id)
    assert case is not None
    return incident(View(Speech(locale), NOW, {}, playbooks={brand: book}), case).decode()


def test_the_steps_stand_before_the_evidence_and_the_statement_after_it() -> None:
    """First what to do and whom to call; what may be said is for who has read what it is about."""
    shown = page(cases.incident())
    order = [
        "First steps",
        "Read the posts.",
        "Call",
        "Zoé, 0600",
        "<dl>",
        "We look into it.\nMore at noon.",
        "Answer.",
    ]
    assert sorted(order, key=shown.index) == order
    assert re.search(r"<ol class=\"card\"><li dir=\"auto\">Read the posts\.</li><li", shown)
    assert shown.index("Delete posts.") < shown.index('class="card timeline"')


def test_it_is_in_the_reader_s_language() -> None:
    """The browser's, not the brand's; a statement in another language is better than none."""
    shown = page(cases.incident(), locale="fr")
    assert "Premiers gestes" in shown
    assert "We look into it." in shown
    assert "Nous le reprenons." in page(cases.incident(), RECALL, "fr")


def test_a_topic_has_its_own() -> None:
    """What is at risk decides which playbook is shown."""
    wave = signal()
    evidence = msgspec.structs.replace(wave.evidence, risk=Risk(topic="safety-recall", score=0.9))
    told = cases.incident(signals=(msgspec.structs.replace(wave, evidence=evidence),))
    assert "Stop the sale." in page(told)
    assert "Read the posts." not in page(told)


def test_an_exercise_has_its_brand_s() -> None:
    """Whoever practises practises with the steps that will be theirs."""
    assert "Read the posts." in page(cases.incident(brand="drill:nuage"))


@pytest.mark.parametrize(
    "about",
    [
        cases.incident(phase=Phase.RESOLVED),
        cases.incident(signals=(signal(SignalKind.VIRAL_OPPORTUNITY),)),
        cases.incident(brand="another"),
    ],
    ids=["resolved", "good news", "another brand"],
)
def test_nothing_is_shown_where_there_is_nothing_to_do(about: Incident) -> None:
    """An incident that is over, good news, and a brand without a playbook have no section for it."""
    assert 'class="guide"' not in page(about)


def test_the_front_page_has_none() -> None:
    """The list of incidents stays a list."""
    board = Board()
    board.take(notification(cases.incident()))
    assert "Read the posts." not in index(View(Speech("en"), NOW, {}, playbooks={"nuage": BOOK}), board).decode()


def test_what_somebody_wrote_there_is_text() -> None:
    """Settings may be copied from anywhere: no markup, no control characters."""
    hostile = Playbook((HOSTILE,), (HOSTILE,), (HOSTILE,), (HOSTILE,), {"en": f"{HOSTILE}\x1b[2J"})
    shown = page(cases.incident(), hostile)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "\x1b" not in shown
    assert shown.count("&lt;script&gt;") == 5

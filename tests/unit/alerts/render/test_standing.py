"""Who was called, who is in charge, who comes next: by their names, and by the reader's clock."""

import re
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from alerts.render.context import RenderContext, for_reader
from alerts.render.facts import facts
from alerts.render.standing import joined, people
from alerts.why import TOLD
from models.records import Called, Notification, Phase, SignalKind, Why
from tests import samples


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("context", [samples.EN, samples.FR], ids=["en", "fr"])
@pytest.mark.parametrize("kind", SignalKind)
@pytest.mark.parametrize("why", TOLD)
@pytest.mark.parametrize("phase", Phase)
def test_every_reason_of_every_kind_can_be_said(
    why: Why, kind: SignalKind, phase: Phase, context: RenderContext
) -> None:
    """Whatever reaches people has a headline, a sentence and a reason, with no hole where a name or a time belongs."""
    signal = samples.spike() if kind is SignalKind.SPIKE else samples.viral(kind)
    told = facts(samples.notification(samples.incident(signal, phase=phase), why), context)
    for text in (told.headline, told.lead, told.why, told.subject):
        assert text.strip()
        assert not re.search(r"\bNone\b(?! of)", text)
        assert "{" not in text


def test_whoever_is_called_learns_that_it_is_their_turn_and_who_has_not_answered() -> None:
    """The reader is told as "you"; the others are told a name."""
    own, others = (facts(samples.escalated(who), samples.EN) for who in ("person:tom", "channel:team"))
    assert own.call == "Léa Martin was called at 21:17 and has not answered. You are called now."
    assert "your turn" in own.subject
    assert others.call == "Léa Martin was called at 21:17 and has not answered. Called now: Tom Weber."
    assert "no answer yet" in others.subject
    assert own.next == others.next == "Next call: direction, at 21:30."


def test_whoever_has_not_answered_is_not_told_of_themself_by_name() -> None:
    """Léa reads that she was called, not that Léa was."""
    told = facts(samples.escalated("person:lea"), samples.FR)
    assert plain(told.call) == (
        "Vous avez eu un appel à 21 h 17, et personne n’a répondu. On appelle maintenant : Tom Weber."
    )


def test_several_who_have_not_answered_are_told_together() -> None:
    """With the time of the last call."""
    third = samples.called_for((2, "person:lea"), (5, "person:tom"), (9, "person:zoe"))
    told = facts(samples.notification(third, Why.ESCALATED), samples.EN)
    assert told.call == ("Léa Martin and Tom Weber were called, last at 21:20, and have not answered. Called now: zoe.")


def test_the_first_call_is_a_call_too() -> None:
    """Where the alert itself calls somebody, they are told so."""
    first = samples.called_for((0, "person:lea"))
    told = msgspec.structs.replace(samples.notification(first), recipient="person:lea")
    assert facts(told, samples.EN).call == "You are called now."
    assert facts(samples.notification(first), samples.EN).call == ""
    step = samples.notification(first, Why.ESCALATED)
    assert facts(step, samples.EN).call == "Nobody has taken charge yet. Called now: Léa Martin."


def test_that_nobody_has_answered_is_said_loudly() -> None:
    """In the subject and in the first line, with their names."""
    told = facts(samples.unanswered(), samples.EN)
    assert told.subject.startswith("[P1 · act now · NOBODY HAS ANSWERED]")
    assert told.call == "NOBODY has answered: Léa Martin and Tom Weber. Somebody must take charge."
    french = facts(samples.unanswered(), samples.FR)
    assert french.call == "PERSONNE n’a répondu\u00a0: Léa Martin et Tom Weber. Il faut que quelqu’un s’en charge."
    bare = samples.notification(samples.incident(samples.spike()), Why.UNANSWERED)
    assert facts(bare, samples.EN).call == "NOBODY has answered. Somebody must take charge."


def test_the_next_step_names_the_reader_as_you() -> None:
    """Nobody looks for their own name in a list."""
    assert facts(samples.waiting("person:lea"), samples.EN).next.endswith("Next call: you, at 21:17.")
    assert plain(facts(samples.waiting("person:lea"), samples.FR).next).endswith("Prochain appel : vous, à 21 h 17.")


def test_times_are_by_the_reader_s_clock_and_in_their_language() -> None:
    """A person's language and time zone go before the brand's."""
    reader = for_reader(samples.EN, "fr", "America/Montreal")
    assert plain(facts(samples.waiting(), reader).next).endswith("Prochain appel : Léa Martin, à 15 h 17.")
    assert for_reader(samples.EN, None) == samples.EN


def test_snoozed_says_until_when_and_by_whom() -> None:
    """Whoever asked for quiet is in charge."""
    told = facts(samples.snoozed(), samples.EN)
    assert told.headline == "Maison Lumière: quiet until 22:21"
    assert told.lead.startswith("Camille Roche is in charge")
    alone = msgspec.structs.replace(samples.snoozed().incident, acknowledged_by=None)
    assert facts(samples.notification(alone, Why.SNOOZED), samples.EN).lead.startswith("Asked for while the surge")


def test_who_closed_it_is_named() -> None:
    """By hand or as a false alarm; without a name it is still said."""
    assert "Closed by Camille Roche at 22:50" in facts(samples.closed_by_hand(), samples.EN).lead
    false = facts(samples.closed_by_hand(Why.FALSE_ALARM), samples.EN)
    assert false.lead.startswith("Camille Roche closed it at 22:50 as a false alarm.")
    nameless = msgspec.structs.replace(samples.closed_by_hand().incident, resolved_by=None)
    assert "Closed by a person" in facts(samples.notification(nameless, Why.RESOLVED_BY_HUMAN), samples.EN).lead


def test_good_news_does_not_nag() -> None:
    """That nobody has taken charge is said of bad news only."""
    assert facts(samples.opportunity_alert(), samples.EN).next == ""
    assert facts(samples.threat_alert(), samples.EN).next == "Nobody has taken charge yet."


def test_a_wave_across_brands_names_them() -> None:
    """In the headline; each brand has its own line."""
    told = facts(samples.sector(), samples.EN)
    assert told.headline == "Three brands at once: Maison Lumière, Nord Éclairage, Halo & Fils"
    assert told.lead.startswith("Maison Lumière – 212 negative mentions")
    assert {fact.label: fact.text for fact in told.details}["Nord Éclairage"].startswith("84 negative mentions")
    many = msgspec.structs.replace(samples.sector().incident, brands=tuple("abcdefgh"))
    wide = facts(samples.notification(many), samples.FR).headline
    assert plain(wide) == "9 marques à la fois : Maison Lumière, a, b, c et 5 autres"


@pytest.mark.parametrize(("context", "word"), [(samples.EN, "EXERCISE"), (samples.FR, "EXERCICE")])
@pytest.mark.parametrize("why", TOLD)
def test_an_exercise_cannot_be_taken_for_real(why: Why, context: RenderContext, word: str) -> None:
    """Every title begins with the word, and the first sentence says that nothing has happened."""
    told = facts(msgspec.structs.replace(samples.exercise(), why=why), context)
    for text in (told.subject, told.headline, told.summary):
        assert text.startswith(f"{word} · ")
    assert told.subject.count(word) == 1
    assert told.lead.startswith(("This is an exercise", "Ceci est un exercice"))


def test_recipients_without_a_name_go_by_that_of_the_settings() -> None:
    """And a long list ends in an ellipsis."""
    assert people(("person:zoe", "channel:care", "schedule:night", "person:zoe"), samples.EN) == "zoe, care and night"
    assert joined(list("abcdefg"), samples.EN) == "a, b, c, d, e, …"
    assert people((), replace(samples.EN, names={})) == ""


def test_a_second_round_says_you_again() -> None:
    """Whoever is called a second time hears of their first call, if nobody else was called."""
    twice = samples.called_for((2, "person:lea"), (12, "person:lea"))
    told: Notification = msgspec.structs.replace(samples.notification(twice, Why.ESCALATED), recipient="person:lea")
    assert facts(told, samples.EN).call == "You were called at 21:17, and nobody has answered. You are called now."


def test_calls_of_another_day_have_their_day() -> None:
    """A call of three days ago was not at 21:17 of today."""
    old = samples.called_for((2, "person:lea"), (5, "person:tom"))
    calls = (Called(at=samples.NOW - timedelta(days=3), step=1, round=1, recipients=("person:lea",)), old.called[-1])
    told = samples.notification(msgspec.structs.replace(old, called=calls), Why.ESCALATED)
    assert "was called at Thursday 21:15" in facts(told, samples.EN).call

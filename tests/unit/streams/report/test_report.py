"""What a report says in JSON and in its sentences: the figures, honestly, and nothing that could do harm."""

import json
from datetime import timedelta

import msgspec
import pytest

from models.records import Ack, AnyRecord
from streams.report.report import Report
from streams.settings.kinds import Locale
from tests import samples
from tests.unit.models.position.cases import PERIOD, mention, mentions
from tests.unit.streams.report.cases import HOSTILE, crisis, report


def summary(found: Report) -> str:
    return "\n".join(found.summary).replace("\u00a0", " ").replace("\u202f", " ")


def alerts(answered: float | None = 6.0) -> list[AnyRecord]:
    """One alert in the period on the brand, answered after so many minutes."""
    first = samples.spike_alert()
    opened = PERIOD.since + timedelta(days=3)
    incident = msgspec.structs.replace(first.incident, brand="acme", opened_at=opened)
    told = msgspec.structs.replace(first, incident=incident, at=opened)
    if answered is None:
        return [told]
    at = opened + timedelta(minutes=answered)
    return [told, Ack(id="a", brand="acme", incident=incident.id, by="Zoé\x1b[2J", via="slack", at=at)]


def test_the_sentences_say_what_matters() -> None:
    """How many, how negative and whether that is new, what about, and what was told."""
    said = summary(report(crisis(), alerts()))
    assert "99 mentions, by 99 people: 41% more than in the period before (70)." in said
    assert "23% are negative (90% interval: 17% to 31%), clearly more than in the period before (6%)." in said
    assert "Bad news, whatever the tone: 13 mentions (most often: dangerous or recalled product)." in said
    assert "The loudest story, with 13 voices: “" in said
    assert "1 alert (1 P1), 1 answered by a human, after 6 minutes (median)." in said


def test_the_sentences_in_french() -> None:
    """The same figures, as French writes them."""
    said = summary(report(crisis(), alerts(), locale="fr"))
    assert "99 mentions, de 99 personnes : 41 % de plus que pendant la période précédente (70)." in said
    assert "23 % sont négatives (intervalle à 90 % : 17 % à 31 %), nettement plus" in said
    assert "1 alerte (1 P1), 1 avec une réponse humaine, après 6 minutes (médiane)." in said


def test_small_counts_are_not_oversold() -> None:
    """Of three mentions no share is told; twice as many as two is no growth; a story of two is not loud."""
    said = summary(report([*mentions(3, 2), *mentions(2, 0, day=-1, first=100)]))
    assert "3 mentions, by 3 people. In the period before: 2." in said
    assert "Negative: 2 of 3, too few for a share." in said
    assert "%" not in said
    assert "loudest" not in said


@pytest.mark.parametrize(
    ("listened", "expected"),
    [(True, "Nobody mentioned Acme <b>& Co</b> in this period."), (False, "Nothing is known of this period")],
)
def test_silence_and_deafness_are_told_apart(listened: bool, expected: str) -> None:
    """Nobody spoke, or nobody listened: an empty report says which."""
    found = report(listened=listened)
    assert found.summary[0].startswith(expected)
    assert found.position.now.negative.share is None


def test_what_is_simulated_is_called_so() -> None:
    """Alerts from a file would have been told; nobody answered them, and no console shows them."""
    found = report(crisis(), alerts(None), file=True)
    assert "What would have been told: 1 alert (1 P1)." in summary(found)
    assert found.handling.incidents[0].url is None


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_the_public_cannot_speak_through_it(locale: Locale) -> None:
    """Controls, escapes and what turns text around are gone; an address that is none of the web's is none."""
    found = report(crisis(), alerts(), locale=locale)
    text = msgspec.json.encode(found).decode()
    assert not any(bad in text for bad in ("\u202e", "\\u001b", "\x1b", "javascript:alert"))
    assert found.position.stories[0].url is None
    assert found.position.stories[0].excerpt.startswith("<script>")


def test_json_reads_back_with_its_types() -> None:
    """What is printed is the typed report: another program can decode it, and times carry their zone."""
    found = report(crisis(), alerts())
    raw = msgspec.json.encode(found)
    assert msgspec.json.encode(msgspec.json.decode(raw, type=Report)) == raw
    told = json.loads(raw)
    assert told["position"]["period"] == {"since": "2026-03-09T00:00:00Z", "until": "2026-03-16T00:00:00Z"}
    assert told["handling"]["incidents"][0]["url"].startswith("https://tocsin.example/incidents/")


def test_half_names_are_told_as_at_most() -> None:
    """Where some have no name it says at most; where nobody has one it does not speak of people."""
    some = summary(report([*mentions(12, 0), mention(90, author="unknown:1")]))
    assert "13 mentions, by at most 13 people" in some
    nobody = summary(report([mention(n, author=f"unknown:{n}") for n in range(12)], before=False))
    assert nobody.startswith("12 mentions.")
    assert HOSTILE not in nobody

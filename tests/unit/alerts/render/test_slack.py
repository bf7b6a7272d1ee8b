"""What Slack's message says and offers: who is in charge, whom it calls next, and which buttons make sense."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.interactions.buttons import OFFERED, Target, pressed, target
from alerts.render.context import RenderContext
from alerts.render.slack import HEADER_LIMIT, message, reply
from alerts.render.slack_digest import digest
from models.records import Called, Incident, Notification, Phase, Why
from tests import samples
from tests.contracts.block_kit import problems

CONTEXTS = {"en": samples.EN, "fr": samples.FR}


def in_phase(phase: Phase) -> Notification:
    told = samples.acknowledged() if phase is not Phase.OPEN else samples.waiting()
    incident = msgspec.structs.replace(
        told.incident,
        phase=phase,
        snoozed_until=samples.NOW + timedelta(hours=1),
        resolved_at=samples.NOW if phase is Phase.RESOLVED else None,
    )
    why = Why.ENDED if phase is Phase.RESOLVED else told.why
    return msgspec.structs.replace(told, incident=incident, why=why)


def shown(blocks: list[dict[str, Any]]) -> str:
    return "\n".join(b["text"]["text"] for b in blocks if "text" in b)


def buttons(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


@pytest.mark.parametrize("locale", CONTEXTS)
@pytest.mark.parametrize("phase", Phase)
def test_a_message_offers_what_its_phase_allows(phase: Phase, locale: str) -> None:
    """The right buttons, in Slack's form, each naming its incident; none for what is over."""
    told = in_phase(phase)
    _, blocks = message(told, CONTEXTS[locale], interactive=True)
    assert problems(blocks) == []
    found = buttons(blocks)
    assert tuple(pressed(each["action_id"]) for each in found) == OFFERED[phase]
    assert {target(each["value"]) for each in found} <= {Target(told.incident.id, "lumiere")}
    closing = {"tocsin.false-alarm", "tocsin.resolve"}
    assert {each["action_id"] for each in found if "confirm" in each} == ({*closing} if found else set())


def test_without_a_door_for_clicks_there_are_no_buttons() -> None:
    """A button that Slack cannot deliver only shows people an error."""
    assert buttons(message(samples.waiting(), samples.EN)[1]) == []


@pytest.mark.parametrize("sample", [*samples.every_kind(), samples.escalated()], ids=lambda n: n.why)
def test_the_thread_has_no_buttons(sample: Notification) -> None:
    """Replies stay as they were posted: their buttons would soon be wrong."""
    _, blocks = reply(sample, samples.FR)
    assert problems(blocks) == []
    assert buttons(blocks) == []


@pytest.mark.parametrize(
    ("sample", "en", "fr"),
    [
        (
            samples.waiting(),
            "Nobody has taken charge yet. Next call: Léa Martin, at 21:17.",
            "Personne ne s’en charge encore. Prochain appel : Léa Martin, à 21 h 17.",
        ),
        (
            samples.acknowledged(),
            "In charge: Camille Roche, since 21:21.",
            "Pris en charge par Camille Roche depuis 21 h 21.",
        ),
        (samples.closed_by_hand(), "Closed by Camille Roche at 22:50", "Clos par Camille Roche à 22 h 50"),
        (samples.spike_alert(), "Nobody has taken charge yet.", "Personne ne s’en charge encore."),
    ],
    ids=["waiting", "acknowledged", "closed", "open"],
)
def test_a_message_says_who_is_in_charge_and_what_comes_next(sample: Notification, en: str, fr: str) -> None:
    """In the brand's language and time zone, people by their names."""
    assert en in shown(message(sample, samples.EN)[1])
    assert fr in shown(message(sample, samples.FR)[1]).replace("\u00a0", " ")


def test_the_thread_says_whom_an_escalation_calls() -> None:
    """By name; a channel by its own."""
    text = shown(reply(samples.escalated(), samples.EN)[1])
    assert "Léa Martin was called at 21:17 and has not answered. Called now: Tom Weber." in text
    assert "Next call: direction, at 21:30." in text


def test_a_snooze_says_until_when_and_who_is_in_charge() -> None:
    """A time of another day has its date."""
    told = in_phase(Phase.SNOOZED)
    assert "Quiet until 22:15. In charge: Camille Roche, since 21:21." in shown(message(told, samples.EN)[1])
    far = msgspec.structs.replace(told.incident, snoozed_until=samples.NOW + timedelta(days=3))
    later = shown(message(msgspec.structs.replace(told, incident=far), samples.EN)[1])
    assert "Quiet until Wednesday 21:15." in later


def test_a_long_headline_is_cut_at_its_end_whatever_signs_are_in_it() -> None:
    """A header is plain text: an ampersand in a brand's name begins no entity."""
    names = {f"brand:b{n}": f"Halo & Sons {'x' * 40} {n}" for n in range(4)}
    incident = msgspec.structs.replace(samples.spike_alert().incident, brands=tuple(f"b{n}" for n in range(4)))
    told = msgspec.structs.replace(samples.spike_alert(), incident=incident)
    _, blocks = message(told, RenderContext("Marks & Spencer", names=names))
    assert len(blocks[0]["text"]["text"]) == HEADER_LIMIT


@pytest.mark.parametrize("locale", CONTEXTS)
@pytest.mark.parametrize("count", [1, 2, 20, 21, 300])
def test_a_digest_is_a_short_list(count: int, locale: str) -> None:
    """A line for each, up to twenty; the rest is counted. No buttons."""
    text, blocks = digest(samples.digest_of(count), lambda _: CONTEXTS[locale])
    assert problems(blocks) == []
    assert buttons(blocks) == []
    lines = [line for line in shown(blocks).splitlines() if line.startswith("*P")]
    assert len(lines) == min(count, 20)
    assert (f"*…*  {'et' if locale == 'fr' else 'and'} {count - 20} " in shown(blocks)) is (count > 20)
    assert str(count) in text


@given(name=st.text(max_size=80), brand=st.text(max_size=80), recipient=st.text(max_size=80))
def test_hostile_names_stay_text(name: str, brand: str, recipient: str) -> None:
    """Whoever is in charge, called, or named in the settings: no mention, no link, and within Slack's limits."""
    evil = f"<!channel> <@U1> *x* {name}"
    context = RenderContext(brand or "x", "fr", "", "UTC", {"person:lea": evil})
    for sample in (samples.waiting(), samples.escalated(), samples.acknowledged(), samples.closed_by_hand()):
        incident = hostile(sample.incident, evil, recipient)
        told = msgspec.structs.replace(sample, incident=incident, also=(incident,))
        for text, blocks in (message(told, context, interactive=True), reply(told, context)):
            assert problems(blocks) == []
            assert "<" not in text
            assert "<" not in parsed(blocks)
        assert "<" not in parsed(digest(told, lambda _: context)[1])


def parsed(blocks: list[dict[str, Any]]) -> str:
    """What Slack looks for mentions and links in: not the header, which is plain text."""
    return shown([b for b in blocks if b.get("text", {}).get("type") == "mrkdwn"])


def hostile(incident: Incident, name: str, recipient: str) -> Incident:
    return msgspec.structs.replace(
        incident,
        acknowledged_by=incident.acknowledged_by and name,
        resolved_by=incident.resolved_by and name,
        next_called=("person:lea", recipient),
        called=(Called(at=samples.NOW, step=1, round=1, recipients=("person:lea", recipient)),),
    )


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize("phase", Phase)
def test_every_why_in_every_phase_is_a_message(why: Why, phase: Phase) -> None:
    """Whatever reaches people has a form that Slack takes."""
    told = msgspec.structs.replace(in_phase(phase), why=why)
    assert problems(message(told, samples.FR, interactive=True)[1]) == []
    assert problems(reply(told, samples.FR)[1]) == []

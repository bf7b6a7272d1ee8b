"""The timeline of what was noticed, told, withheld and done: complete, once each, and in order."""

import re
from datetime import UTC, datetime, timedelta
from itertools import permutations

import msgspec
import pytest

from alerts.audit import Act, Query, What, timeline
from alerts.channels.protocol import PASSED_OVER
from alerts.ledger import SAME_MESSAGE
from alerts.render.account import _TEXTS, Heard, Reader, account, markdown, sentence
from alerts.render.context import Locale
from alerts.why import because, words
from models.records import Ack, AnyRecord, Delivery, Outcome, Reason, Silence, Why
from tests import samples

AT = samples.NOW
ALERT = msgspec.structs.replace(samples.spike_alert(), recipients=("channel:team", "person:lea"))
INCIDENT = ALERT.incident
ACK = Ack(id="a1", brand=INCIDENT.brand, incident=INCIDENT.id, by="Léa", via="slack", at=AT + timedelta(seconds=40))
ANSWERED = msgspec.structs.replace(
    ALERT, id="n2", why=Why.ACKNOWLEDGED, quiet=True, at=AT + timedelta(seconds=38)
)  # decided at the log's time, which lags behind the human's clock


def delivery(
    n: int,
    outcome: Outcome,
    *,
    who: str = "channel:team",
    why: Why = Why.FIRST,
    reason: str = "",
    reasons: tuple[Reason, ...] = (),
) -> Delivery:
    return Delivery(
        id=f"d{n}",
        notification=ALERT.id,
        incident=INCIDENT.id,
        brand=INCIDENT.brand,
        channel="team" if outcome is not Outcome.WITHHELD else "",
        outcome=outcome,
        why=why,
        at=AT + timedelta(seconds=n),
        recipient=who,
        reason=reason,
        reasons=reasons,
    )


RECORDS: tuple[AnyRecord, ...] = (
    INCIDENT.signals[0],
    ALERT,
    delivery(1, Outcome.SENT),
    delivery(2, Outcome.WITHHELD, who="person:lea", why=Why.QUIET_HOURS, reason="until 07:00"),
    ACK,
)


def test_the_order_of_arrival_does_not_matter_and_repeats_count_once() -> None:
    """Records come from three topics, in any order, and may come twice."""
    expected = timeline(RECORDS, Query())
    assert [e.what for e in expected] == [What.SIGNAL, What.DECISION, What.SENT, What.WITHHELD, What.ACTION]
    for shuffled in permutations(RECORDS):
        assert timeline([*shuffled, *shuffled], Query()) == expected


def test_a_signal_belongs_to_the_incident_that_holds_it() -> None:
    """A signal names no incident; the notification that carries it does, or what was written of it instead."""
    signal = next(e for e in timeline(RECORDS, Query()) if e.what is What.SIGNAL)
    assert signal.incident == INCIDENT.id
    assert timeline(RECORDS[:1], Query())[0].incident == ""


def test_a_signal_of_which_nothing_was_told_stands_under_its_incident() -> None:
    """News of what somebody has taken charge of calls nobody: it stands under its incident, with what became of it."""
    news = msgspec.structs.replace(INCIDENT.signals[0], id="s2", at=AT + timedelta(seconds=299))
    quiet = msgspec.structs.replace(
        delivery(300, Outcome.WITHHELD, who="", why=Why.ALREADY_ACKNOWLEDGED, reason="Léa has already taken charge"),
        signal=news.id,
    )
    span = (AT, AT + timedelta(hours=1))
    entries = timeline([*RECORDS, ANSWERED, news, quiet], Query())
    assert {e.incident for e in entries} == {INCIDENT.id}
    told = account("Acme", entries, None, span, Reader())
    assert "noticed: a surge" in told[-2]
    assert told[-1].endswith("did not tell anybody: somebody has already taken charge (Léa has already taken charge)")

    # It was acknowledged before the time that is asked for: which incident it is can be said, how it stands cannot.
    assert account("Acme", timeline([news, quiet], Query()), None, span, Reader())[2] == f"Incident {INCIDENT.id[:12]}"


def test_what_a_human_set_off_stands_after_what_the_human_did() -> None:
    """The log's clock may lag; the account still reads in the order of cause and effect."""
    acts = [e for e in timeline([*RECORDS, ANSWERED], Query()) if e.what in (What.ACTION, What.DECISION)]
    assert [(e.act, e.why) for e in acts] == [(None, Why.FIRST), (Act.ACK, None), (None, Why.ACKNOWLEDGED)]


def test_a_query_narrows() -> None:
    """By brand, incident and time; a sector-wide incident counts for each brand that it names."""
    assert timeline(RECORDS, Query(brand="other")) == []
    assert timeline(RECORDS, Query(incident="other")) == []
    assert [e.what for e in timeline(RECORDS, Query(since=AT + timedelta(seconds=2)))] == [What.WITHHELD, What.ACTION]
    assert len(timeline(RECORDS, Query(until=AT + timedelta(seconds=1)))) == 3
    shared = msgspec.structs.replace(ALERT, incident=msgspec.structs.replace(INCIDENT, brands=("other",)))
    assert [e.what for e in timeline([shared], Query(brand="other"))] == [What.DECISION]


def test_every_entry_is_said_in_both_languages() -> None:
    """Whom, by what and why are in the sentence; names of people stand for recipients."""
    silence = Silence(id="s", brand="b", incident="", by="Tom", via="console", at=AT, until=AT, note="known")
    entries = timeline([*RECORDS, ANSWERED, delivery(3, Outcome.EXPIRED, reason="no answer"), silence], Query())
    names = {"person:lea": "Léa Martin"}
    english = [sentence(e, Reader("en", UTC, names)) for e in entries]
    french = [sentence(e, Reader("fr", UTC, names)) for e in entries]
    assert "did not tell Léa Martin: quiet hours; it comes in the digest (until 07:00)" in english
    assert "told team (by team): first alert" in english
    assert "could NOT tell team (by team): no answer" in english
    assert any(line.startswith("Léa took charge (by slack)") for line in english)
    assert any("pas prévenu\u00a0: Léa Martin" in line for line in french)
    assert len(set(english)) == len(english)


def test_a_decision_for_nobody_is_said_loudly() -> None:
    """An incident whose brand names no channel is the answer to "why was I not told?"."""
    (entry,) = timeline([msgspec.structs.replace(ALERT, recipients=())], Query())
    assert "NOBODY is set to be told" in sentence(entry, Reader())


def test_the_account_names_each_incident_and_how_it_stands() -> None:
    """A heading, what was heard, then every incident with its lines; calm is an answer too."""
    span = (AT - timedelta(hours=24), AT)
    heard = Heard(1204, 83, AT.replace(minute=0), 40)
    lines = account("Acme", timeline(RECORDS, Query()), heard, span, Reader())
    assert lines[1].startswith("Heard: 1,204 mentions, of them 83 against the brand")
    assert "others were" not in lines[1]
    assert f"{INCIDENT.severity} incident {INCIDENT.id[:12]}: open, and nobody has taken charge" in lines
    assert account("Acme", [], Heard(), span, Reader())[-1] == "Nothing was noticed, so nobody was told."
    assert "pas une mention" in account("Acme", [], Heard(), span, Reader("fr"))[1]


@pytest.mark.parametrize(
    ("count", "locale", "said"),
    [
        (1, "en", "1 other was negative as a post, but not towards the brand."),
        (1_200, "en", "1,200 others were negative as posts, but not towards the brand."),
        (1, "fr", "1 autre était négative en soi, mais pas envers la marque."),
        (12, "fr", "12 autres étaient négatives en soi, mais pas envers la marque."),
    ],
)
def test_what_was_negative_about_others_is_told(count: int, locale: Locale, said: str) -> None:
    """Whoever counts angry posts by hand learns why they alarmed nobody."""
    heard = Heard(2_000, 83, AT.replace(minute=0), 40, elsewhere=count)
    assert account("Acme", [], heard, (AT - timedelta(hours=24), AT), Reader(locale))[1].endswith(f"). {said}")


def test_hostile_notes_stay_text_in_a_post_mortem() -> None:
    """What a human or the public wrote cannot break the table, or turn a line around."""
    note = "| # <script> [x](http://evil.example)\n\u202e"
    entries = timeline([msgspec.structs.replace(ACK, note=note)], Query())
    row = markdown("Acme | Fils", entries, Reader()).splitlines()[-1]
    assert row.count("|") - row.count("\\|") == 4
    assert "\u202e" not in row
    assert "<script>" not in row.replace("\\<", "")
    assert datetime(2026, 11, 22, tzinfo=UTC).strftime("%Y-%m-%d") in row


def test_what_a_newer_message_replaced_is_no_failure() -> None:
    """Nobody was left uninformed: the newer message was told in its place, and the account does not cry over it."""
    late = delivery(3, Outcome.SUPERSEDED, why=Why.ACKNOWLEDGED, reasons=(because("superseded"),))
    (entry,) = timeline([late], Query())
    assert entry.what is What.SUPERSEDED
    assert sentence(entry, Reader()) == (
        "did not tell team (by team): somebody has taken charge; a newer message says more"
    )


def test_why_a_message_was_shared_is_said_in_the_language_of_the_reader() -> None:
    """What Tocsin notes for itself is not left in English."""
    shared = delivery(3, Outcome.SENT, reasons=(SAME_MESSAGE,))
    (entry,) = timeline([shared], Query())
    assert sentence(entry, Reader()).endswith("(by the same message)")
    assert sentence(entry, Reader("fr")).endswith("(par le même message)")


def test_a_change_that_a_channel_does_not_tell_is_not_told() -> None:
    """Whoever reads the account at night must not think that the team's mailbox has it; in both languages."""
    passed = delivery(3, Outcome.SENT, why=Why.ESCALATED, reasons=(PASSED_OVER,))
    (entry,) = timeline([passed], Query())
    assert sentence(entry, Reader()) == (
        "did not tell team (by team): nobody has answered, so the next in line is called; "
        "this channel tells no quiet changes"
    )
    french = sentence(entry, Reader("fr"))
    assert french.startswith("pas prévenu") and french.endswith("ce canal n’annonce pas les changements discrets")


@pytest.mark.parametrize("text", [*_TEXTS["fr"].values(), *(words(why, "fr").replace("\u00a0", "~") for why in Why)])
def test_french_typography(text: str) -> None:
    """An unbreakable space before `:;!?»` and after `«`, and no straight apostrophe."""
    assert not re.search(r"[^~][:;!?%»]|«[^~]|'", text)

"""Reasons are data on the wire, and sentences in two languages where people read them."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.audit import Query, timeline
from alerts.render import speech
from alerts.render.account import Reader, sentence
from alerts.render.catalogue import EN, known, placeholders
from alerts.render.reasons import clause, detail, told, utc
from alerts.why import LONGEST, Locale, because, words
from models.records import Delivery, Outcome, Reason, Why

ROOT: Final = Path(__file__).parents[4]
AT: Final = datetime(2026, 12, 2, 2, tzinfo=UTC)
PRODUCERS: Final = ("alerts", "streams", "models")


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of `name`, or of something's `name`, in the product."""
    for folder in PRODUCERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    called = node.func
                    found = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                    if found == name:
                        yield path, node


def faults(node: ast.Call) -> str:
    """What is wrong with a `because(...)`; empty where nothing is."""
    if not node.args or not isinstance(node.args[0], ast.Constant):
        return "its key is no literal"
    key = f"because.{node.args[0].value}"
    forms = [form for form in (key, f"{key}.one", f"{key}.other") if known(form)]
    if not forms:
        return f"there are no words for {key}"
    given_ = {keyword.arg for keyword in node.keywords}
    wanted = set().union(*map(placeholders, forms))
    return "" if given_ == wanted else f"{key} wants {sorted(wanted)} and gets {sorted(map(str, given_))}"


def test_every_reason_that_is_given_has_its_words_and_figures() -> None:
    """Whoever gives a new reason, or one with other figures, is told here to say it in both languages."""
    found = list(calls("because"))
    assert len(found) > 80
    assert [f"{path.name}:{node.lineno}: {fault}" for path, node in found if (fault := faults(node))] == []


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("because(key)", "no literal"),
        ("because('never-heard-of')", "no words"),
        ("because('muted')", "wants ['until'] and gets []"),
        ("because('muted', until=at, who=who)", "wants ['until'] and gets ['until', 'who']"),
        ("because('given-up', tries=3)", ""),
    ],
)
def test_a_reason_without_words_is_found(code: str, fault: str) -> None:
    """The check itself can fail."""
    node = ast.parse(code, mode="eval").body
    assert isinstance(node, ast.Call)
    assert fault in faults(node)
    assert bool(faults(node)) is bool(fault)


def test_every_word_has_its_reason() -> None:
    """No sentence outlives what it was written for."""
    given_ = {f"because.{node.args[0].value}" for _, node in calls("because") if isinstance(node.args[0], ast.Constant)}
    said = {key.removesuffix(".one").removesuffix(".other") for key in EN if key.startswith("because.")}
    assert said - given_ == set()


def test_nobody_gives_a_reason_in_free_text() -> None:
    """A delivery's English `reason` is only read; reasons are made by `because` alone."""
    texts = [
        f"{path.name}:{node.lineno}" for path, node in calls("Delivery") if "reason" in {k.arg for k in node.keywords}
    ]
    assert texts == []
    assert {path.name for path, _ in calls("Reason")} == {"why.py"}
    assert len(list(calls("Delivery"))) >= 3


def delivery(*given_: Reason, reason: str = "", why: Why = Why.SILENCED) -> Delivery:
    return Delivery(
        id="d",
        notification="n",
        incident="i",
        brand="acme",
        channel="",
        outcome=Outcome.WITHHELD,
        why=why,
        at=AT,
        reasons=given_,
        reason=reason,
    )


def in_paris(at: datetime) -> str:
    return speech.clock_time(at.astimezone(ZoneInfo("Europe/Paris")), "fr")


def test_a_reason_is_told_in_the_language_and_time_of_the_reader() -> None:
    """The record knows neither: both are the reader's."""
    silent = delivery(because("silence-by", who="Léa", until=AT, said="{panne}"))
    assert detail(silent, "en", utc) == "silence by Léa until 2026-12-02 02:00 UTC: {panne}"
    assert detail(silent, "fr", in_paris) == "silence de Léa jusqu’au 3\u00a0h\u00a000\u00a0: {panne}"


def test_reasons_are_clauses_and_what_to_do_is_a_sentence() -> None:
    """Several are put together; French has its unbreakable spaces and its plurals."""
    failed = (
        because("in-place-of", channel="slack"),
        because("given-up", tries=1),
        because("refused", service="PagerDuty", said="400 bad key"),
        because("remedy.urls"),
    )
    assert told(failed, "en", utc) == (
        "in place of slack; given up after 1 try; PagerDuty refused: 400 bad key. Remedy: check `urls`"
    )
    assert told(failed, "fr", utc) == (
        "à la place de slack\u00a0; abandonné après 1 essai\u00a0; PagerDuty a refusé\u00a0: 400 bad key. "
        "Remède\u00a0: vérifier `urls`"
    )
    assert "abandonné après 12 essais" in told((because("given-up", tries=12),), "fr", utc)


def test_what_an_older_build_wrote_stands_as_it_is() -> None:
    """English text and no data, from before there were reasons: it is read, and shown; the plain words need no echo."""
    raw = msgspec.json.encode({**msgspec.to_builtins(delivery()), "type": "delivery/1", "reason": "until 07:00"})
    old = msgspec.json.decode(raw, type=Delivery)
    assert detail(old, "en", utc) == detail(old, "fr", utc) == "until 07:00"
    assert detail(delivery(reason=words(Why.SILENCED, "en")), "fr", utc) == ""


def test_what_a_newer_build_wrote_is_told_as_far_as_it_is_known() -> None:
    """No page fails on a key of tomorrow, nor on a known one with other figures."""
    assert clause(Reason(key="of-tomorrow", args=(("who", "Léa"),), times=(("at", AT),)), "fr", utc) == (
        "of-tomorrow (Léa, 2026-12-02 02:00 UTC)"
    )
    assert clause(Reason(key="muted"), "en", utc) == "muted"


def test_exports_have_an_english_text_made_from_the_data() -> None:
    """Programs that read `note` need not know the catalogue; people read it in their language."""
    (entry,) = timeline([delivery(because("handled", who="Léa"))], Query())
    assert entry.note == "Léa has already taken charge"
    assert sentence(entry, Reader("fr")).endswith("(Léa s’en charge déjà)")
    (plain,) = timeline([delivery(why=Why.SAME)], Query())
    assert plain.note == words(Why.SAME, "en")
    assert sentence(plain, Reader()) == "did not tell anybody: no worse than what was told already"


VALUES = st.dictionaries(
    st.sampled_from(("who", "said", "until", "count", "at", "tries")),
    st.one_of(st.text(), st.integers(-(2**53), 2**53), st.datetimes(timezones=st.just(UTC))),
)


@given(
    st.one_of(st.text(), st.sampled_from([k.removeprefix("because.") for k in EN if k.startswith("because.")])), VALUES
)
def test_any_reason_is_short_crosses_the_wire_and_can_be_told(
    key: str, values: dict[str, str | int | datetime]
) -> None:
    """Whatever arguments it has: bounded, the same on the other side, and one line in either language."""
    reason = because(key, **values)
    assert all(len(value) <= LONGEST for _, value in reason.args if isinstance(value, str))
    record = delivery(reason)
    assert msgspec.json.decode(msgspec.json.encode(record), type=Delivery) == record
    for locale in get_args(Locale):
        assert "\n" not in told(record.reasons, locale, utc)

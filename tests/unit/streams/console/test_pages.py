"""Pages hold up against any text and any figures."""

import re
from html.parser import HTMLParser
from types import MappingProxyType
from xml.etree.ElementTree import tostring
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.protocol import PASSED_OVER
from alerts.why import because
from models.records import (
    Accuracy,
    AnyRecord,
    Coordination,
    Driver,
    Evidence,
    Forecast,
    Incident,
    Outcome,
    Phase,
    Point,
    Reason,
    Risk,
    Signal,
    Snooze,
    Why,
)
from streams.console.access import Session
from streams.console.board import Board
from streams.console.evidence import evidence, headline
from streams.console.pages import View, incident, index, login
from streams.console.speech import Speech
from tests.unit.streams.console import cases
from tests.unit.streams.console.cases import HOSTILE, NOW, delivery, driver, notification, signal, withheld

NASTY = st.text(max_size=40) | st.sampled_from(
    [HOSTILE, '"><script>', "' onload='x", "&lt;b&gt;", "]]>", "<!--", "{0}"]
)
FIGURES = st.floats(min_value=0, max_value=1e12)


class Tags(HTMLParser):
    """Collects the elements of a page, and the names of their attributes."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def pages(text: str) -> list[bytes]:
    """All pages of an incident in which everything that can come from outside is `text`."""
    one = driver(1, excerpt=text)
    post = Driver(
        post_id=text, author=text, excerpt=text, created_at=one.created_at, url=f"https://x.example/{text}", network="n"
    )
    wave = signal(drivers=(post,))
    evidence = Evidence(
        series=wave.evidence.series,
        drivers=(post,),
        words=(text,),
        networks=((text, 3),),
        amplifiers=((text, 10), (text, None)),
        bridges=((text, 12),),
        advocates=((text, None),),
        coordination=Coordination(score=0.9, reasons=((text, text), ("few-accounts", text))),
    )
    changed = Signal(**{**_fields(wave), "evidence": evidence, "reason": text})
    snapshot = cases.incident(phase=Phase.ACKNOWLEDGED, acknowledged_by=text or "x", signals=(changed,), brand=text)
    told = notification(snapshot)
    board = Board()
    for record in _records(text, snapshot):
        board.take(record)
    session = Session(by=text, csrf="c")
    view = View(Speech("fr"), NOW, MappingProxyType({}), session, can_log_in=True)
    case = board.find(told.incident.id)
    assert case is not None
    return [index(view, board), incident(view, case), login(view, f"/{text}")]


def _records(text: str, snapshot: Incident) -> list[AnyRecord]:
    told = notification(snapshot)
    refused = delivery(told, "team", Outcome.REJECTED, reason=text or "x")
    typed = delivery(told, "care", Outcome.REJECTED, because("refused", service=text, said=text), Reason(key=text))
    silent = withheld(snapshot.id, Why.SAME, reason=text or "x")
    silenced = withheld(snapshot.id, Why.SILENCED, because("silence-by", who=text, until=NOW, said=text))
    return [told, refused, typed, silent, silenced, withheld("other", Why.SAME, reason="y")]


def _fields(struct: Signal) -> dict[str, object]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


PLAIN = [Tags(page).found for page in pages("plain")]


def test_a_crisis_topic_is_told_in_words() -> None:
    """Not by the name that rules know it by, but as alerts tell it; one that has no words, by its name."""
    for topic, shown in (("safety-recall", "produit dangereux ou rappelé"), ("home-made", "home-made")):
        wave = signal()
        seen = msgspec.structs.replace(wave.evidence, risk=Risk(topic=topic, score=0.9))
        said = tostring(evidence(Speech("fr"), msgspec.structs.replace(wave, evidence=seen), titled=False), "unicode")
        assert shown in said
        assert "safety-recall" not in said


@given(NASTY)
def test_no_text_changes_the_structure_of_a_page(text: str) -> None:
    """Whatever posts, names and reasons hold, a page has the elements and attributes that plain words give it."""
    for page, plain in zip(pages(text), PLAIN, strict=True):
        assert Tags(page).found == plain


@given(FIGURES, FIGURES, st.floats(0, 400), st.lists(FIGURES, max_size=5), st.integers(0, 10**6))
def test_any_figures_make_a_page(
    observed: float, expected: float, surprise: float, series: list[float], window_s: int
) -> None:
    """Nothing observed, huge numbers, or a chart without length: a page, and no `nan` in it."""
    points = tuple(Point(at=NOW, observed=value, expected=expected, upper=value) for value in series)
    forecast = Forecast(expected_final=observed, interval=(0, observed), p_double=1, shares_per_hour=0)
    wave = Signal(
        **{
            **_fields(signal()),
            "observed": observed,
            "expected": expected,
            "surprise": surprise,
            "window_s": window_s,
            "evidence": Evidence(series=points, forecast=forecast),
        }
    )
    board = Board()
    board.take(notification(cases.incident(signals=(wave,))))
    (case,) = board.open()
    for locale in ("en", "fr"):
        page = incident(View(Speech(locale), NOW, MappingProxyType({})), case)  # type: ignore[arg-type]
        assert not re.search(rb"[\s,>\"](nan|inf)[\s,<\"]", page)


def test_an_incident_without_signals_has_a_headline() -> None:
    """A snapshot that holds no signal is called by its phase."""
    assert headline(Speech("en"), cases.incident(signals=())) == "open"


def test_who_spreads_it_and_how_far_off_forecasts_were_is_shown() -> None:
    """Amplifiers, bridges, advocates, the reasons for which it looks organised, and the track record."""
    evidence = Evidence(
        amplifiers=(("@relais", 512_000),),
        bridges=(("@veille", 310),),
        advocates=(("@amie", None),),
        forecast=Forecast(expected_final=900, interval=(400, 2_000), p_double=0.3, shares_per_hour=120),
        accuracy=Accuracy(forecasts=12, told=5, held=11, median_error=0.24),
        coordination=Coordination(score=0.7, reasons=(("few-accounts", "62/100/14"),)),
    )
    wave = Signal(**{**_fields(signal()), "evidence": evidence})
    board = Board()
    board.take(notification(cases.incident(signals=(wave,))))
    (case,) = board.open()
    page = incident(View(Speech("en"), NOW, MappingProxyType({})), case).decode()
    assert "@relais (512,000 followers)" in page
    assert "@veille (then 310 shares)" in page
    assert "@amie" in page
    assert "62% of the mentions come from 14 accounts" in page
    assert "half of our last 12 forecasts for this brand (5 of them in alerts) were at most 24% off" in page


def test_nouns_agree_with_their_numbers() -> None:
    """A post of somebody with one follower, shared once, in both languages."""
    lonely = msgspec.structs.replace(driver(1), followers=1, shares=1)
    board = Board()
    board.take(notification(cases.incident(signals=(signal(drivers=(lonely,)),))))
    (case,) = board.open()
    english, french = (incident(View(Speech(locale), NOW, {}), case).decode() for locale in ("en", "fr"))
    assert "1 follower · 1 share<" in english
    assert "1\u00a0abonné · 1\u00a0partage<" in french


def test_an_exercise_is_marked_and_tells_the_time_of_its_brand() -> None:
    """Whoever opens its page in the night sees at once that nothing has happened, in the brand's name and hours."""
    board = Board()
    board.take(notification(cases.incident(brand="drill:nuage")))
    (case,) = board.open()
    view = View(Speech("fr"), NOW, {"nuage": "Nuage"}, zones={"nuage": ZoneInfo("Europe/Paris")})
    page = index(view, board).decode()
    assert "EXERCICE · Nuage" in page and "CET" in page
    page = incident(view, case).decode()
    assert "Ceci est un exercice\u00a0: il n’est rien arrivé à Nuage." in page
    assert "drill:" not in page


def test_what_people_did_is_told_with_their_name() -> None:
    """Whoever looks on reads who took charge, and through which channel, in both languages."""
    asked = Snooze(
        id="s", brand="nuage", incident=cases.incident().id, by="Zoé <b>", via="mail", at=NOW, until=NOW, note="known"
    )
    quiet = cases.incident(phase=Phase.SNOOZED, revision=2, snoozed_until=NOW)
    for records in ([notification(quiet, Why.SNOOZED), asked], [notification(cases.incident()), asked]):
        board = Board()
        for record in records:
            board.take(record)
        (case,) = board.open()
        english, french = (incident(View(Speech(locale), NOW, {}), case).decode() for locale in ("en", "fr"))
        name = "<strong><bdi>Zoé &lt;b&gt;</bdi>"
        assert f"{name} asked for quiet until 2 Mar 14:45 UTC</strong> (<bdi>link in a mail</bdi>)" in english
        assert f"{name} a demandé le silence jusqu’au 2 mars 14:45 UTC</strong> (<bdi>lien d’un mail</bdi>)" in french
        assert '<p class="soft small">known</p>' in english


def test_a_change_that_a_channel_does_not_tell_is_not_shown_as_sent() -> None:
    """The mailbox got nothing; in the reader's language."""
    told = notification(cases.incident(), Why.ESCALATED)
    board = Board()
    board.take(told)
    board.take(delivery(told, "care", Outcome.SENT, PASSED_OVER))
    case = board.find(told.incident.id)
    assert case is not None
    for speech, said in ((Speech("en"), "not told: a quiet change"), (Speech("fr"), "non annoncé, changement discret")):
        view = View(speech, NOW, MappingProxyType({}), Session(by="Anna", csrf="c"), can_log_in=True)
        page = incident(view, case).decode()
        assert said in page
        assert "not told here" not in page and "annoncé ici" not in page

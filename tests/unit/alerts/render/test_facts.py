"""What is said: the sentences that a tired person reads."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from alerts.render.context import RenderContext
from alerts.render.facts import facts, lead
from alerts.render.nouns import counted
from alerts.severity import principal
from models.records import (
    Accuracy,
    Caution,
    Coordination,
    Forecast,
    Notification,
    SignalKind,
    SignalPhase,
    UsualShare,
    Why,
)
from tests import samples


def details(notification: Notification, context: RenderContext) -> dict[str, str]:
    return {fact.label: fact.text for fact in facts(notification, context).details}


def test_the_lead_says_how_much_and_how_unusual() -> None:
    """One sentence: what was counted, in how long, against what is usual at such a time."""
    assert lead(samples.spike(), samples.EN) == (
        "212 negative mentions in 1 hour: about 9 times the usual for a Sunday evening."
    )
    assert lead(samples.spike(), samples.FR) == (
        "212\u00a0mentions négatives en 1\u00a0heure\u00a0: environ 9\u00a0fois le niveau habituel d’un dimanche soir."
    )


@pytest.mark.parametrize(
    ("observed", "expected", "words"),
    [
        (8, 0.0, "8 negative mentions in 1 hour: usually there are almost none on a Sunday evening."),
        (1, 0.2, "1 negative mention in 1 hour: usually there are almost none on a Sunday evening."),
        (100, 0.7, "100 negative mentions in 1 hour: usually at most 1 on a Sunday evening."),
        (100, 2.9, "100 negative mentions in 1 hour: usually at most 6 on a Sunday evening."),
        (30, 20, "30 negative mentions in 1 hour: 50% above the usual for a Sunday evening."),
        (50, 20, "50 negative mentions in 1 hour: about 2.5 times the usual for a Sunday evening."),
        (12_345, 100, "12,345 negative mentions in 1 hour: about 120 times the usual for a Sunday evening."),
        (0, 0, "0 negative mentions in 1 hour: usually there are almost none on a Sunday evening."),
    ],
)
def test_how_unusual_in_human_words(observed: float, expected: float, words: str) -> None:
    """No division by a calm baseline, no false precision, singular where it is one."""
    signal = msgspec.structs.replace(samples.spike(), observed=observed, expected=expected, interval=(0, 2 * expected))
    assert lead(signal, samples.EN) == words


@pytest.mark.parametrize("observed", [20, 40, 40.1])
def test_what_is_not_above_the_usual_is_not_said_to_be(observed: float) -> None:
    """A mark of the settings may be low for a great account: "0% above the usual" would be wrong of half of it."""
    viral = msgspec.structs.replace(samples.viral(), observed=observed, expected=40, interval=(0, 80))
    assert lead(viral, samples.EN).endswith(": no more than the usual for such an account.")
    assert lead(viral, samples.FR).endswith(": pas plus que le niveau habituel d’un tel compte.")
    spike = msgspec.structs.replace(samples.spike(), observed=observed, expected=40, interval=(0, 80))
    assert lead(spike, samples.EN).endswith(": no more than the usual for a Sunday evening.")


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [
        (0, "0 shares", "0 partage"),
        (1, "1 share", "1 partage"),
        (1.04, "1 share", "1 partage"),
        (1.96, "2 shares", "2 partages"),
        (1.5, "1.5 shares", "1,5 partage"),
    ],
)
def test_a_noun_agrees_with_the_number_that_is_shown(value: float, en: str, fr: str) -> None:
    """What is rounded before it is shown is rounded before it is counted."""
    for rough in (False, True):
        if rough or value != 1.5:
            assert counted("shares", value, "en", rough=rough) == en
            assert counted("shares", value, "fr", rough=rough).replace("\u00a0", " ") == fr


def test_a_post_that_was_shared_once_says_so() -> None:
    """Not "shared 1 times"."""
    spike = samples.spike()
    driver = msgspec.structs.replace(spike.evidence.drivers[0], shares=1)
    evidence = msgspec.structs.replace(spike.evidence, drivers=(driver,))
    alert = samples.notification(samples.incident(msgspec.structs.replace(spike, evidence=evidence)))
    assert "shared 1 time" in facts(alert, samples.EN).drivers[0].by
    assert "partagé 1\u00a0fois" in facts(alert, samples.FR).drivers[0].by


def test_the_evidence_is_there() -> None:
    """Risk, onset, people, places, words, amplifiers, reach, coordination, statistics, counterfactual."""
    said = details(samples.spike_alert(), samples.EN)
    assert said["Risk"] == "dangerous or recalled product (92% sure)"
    assert said["Since"] == "20:40 (35 minutes ago)"
    assert said["Who"] == "148 people, 31 different texts"
    assert said["No alert if"] == "fewer than 61 negative mentions"
    assert said["How rare"] == "less than once a year in ordinary times"
    assert said["Organised?"].startswith("Perhaps (42%): 62% of the mentions come from 14 accounts, 59%")
    assert said["Could help"] == "@lea_en_vrac (8,300 followers)"


@pytest.mark.parametrize(
    ("surprise", "english", "french"),
    [
        (2.1, "about once in 2 hours in ordinary times", "environ une fois en 2\u00a0heures en temps ordinaire"),
        (4.76, "about once in 40 days in ordinary times", "environ une fois en 40\u00a0jours en temps ordinaire"),
        (5.8, "less than once a year in ordinary times", "moins d’une fois par an en temps ordinaire"),
    ],
)
def test_how_rare_in_words(surprise: float, english: str, french: str) -> None:
    """A spike's surprise is a rate per minute: 10^4.76 minutes are 40 days. Beyond a year nothing exact is known."""
    alert = with_signal(surprise=surprise)
    assert details(alert, samples.EN)["How rare"] == english
    assert details(alert, samples.FR)["Rareté"] == french


def test_a_brand_that_is_less_sensitive_says_so() -> None:
    """Until when, and because of how many false alarms; nothing is said of a brand as sensitive as ever."""
    caution = Caution(false_alarms=2, until=datetime(2026, 12, 20, 20, tzinfo=UTC))
    alert = with_signal(evidence=msgspec.structs.replace(samples.spike().evidence, caution=caution))
    assert details(alert, samples.EN)["Less sensitive"] == "until Sunday 20 December 2026, because of 2 false alarms"
    french = details(alert, samples.FR)["Moins sensible"].replace("\u00a0", " ")
    assert french == "jusqu’au dimanche 20 décembre 2026, à cause de 2 fausses alertes"
    assert "Less sensitive" not in details(samples.spike_alert(), samples.EN)


@pytest.mark.parametrize(
    ("usual", "english", "french"),
    [
        (
            UsualShare(share=0.12, low=0.08, high=0.17),
            "82% of all mentions, where 12% is usual (8% to 17%)",
            "82 % des mentions, contre 12 % d’habitude (de 8 % à 17 %)",
        ),
        (
            UsualShare(share=0.75, low=0.66, high=0.83),
            "82% of all mentions, as usual (75%): all mentions are up",
            "82 % des mentions, comme d’habitude (75 %) : toutes les mentions augmentent",
        ),
    ],
)
def test_the_share_of_negatives_against_the_usual_one(usual: UsualShare, english: str, french: str) -> None:
    """A crisis, or just much talk? The share is told with what is usual; nothing where that is not known."""
    alert = with_signal(evidence=msgspec.structs.replace(samples.spike().evidence, usual_share=usual))
    assert details(alert, samples.EN)["Share negative"] == english
    assert details(alert, samples.FR)["Part négative"].replace("\u00a0", " ") == french
    unknown = with_signal(evidence=msgspec.structs.replace(samples.spike().evidence, usual_share=None))
    assert "Share negative" not in details(unknown, samples.EN)


def with_signal(**changed: object) -> Notification:
    alert = samples.spike_alert()
    signal = msgspec.structs.replace(samples.spike(), **changed)
    return msgspec.structs.replace(alert, incident=msgspec.structs.replace(alert.incident, signals=(signal,)))


@pytest.mark.parametrize(
    ("code", "figures", "english", "french"),
    [
        (
            "few-accounts",
            "131/212/14",
            "62% of the shares come from 14 accounts",
            "62\u00a0% des partages viennent de 14\u00a0comptes",
        ),
        (
            "few-accounts",
            "90/100/1",
            "90% of the shares come from a single account",
            "90\u00a0% des partages viennent d’un seul compte",
        ),
        (
            "moved-together",
            "9/40/14",
            "22% of the shares come from 9 accounts that shared 14 posts on you within 10 seconds of one another",
            "22\u00a0% des partages viennent de 9\u00a0comptes qui ont partagé 14\u00a0publications sur vous "
            "à moins de 10\u00a0secondes les uns des autres",
        ),
        (
            "rush-no-followers",
            "66/212/1795370700/600",
            "31% of the shares come from accounts without followers, within 10 minutes from 19:05 on",
            "31\u00a0% des partages viennent de comptes sans abonnés, en 10\u00a0minutes à partir de 19\u00a0h\u00a005",
        ),
        (
            "shared-again",
            "45/100",
            "45% of the shares are repeats by the same accounts",
            "45\u00a0% des partages sont des répétitions des mêmes comptes",
        ),
        ("copied-texts", "19/20", "95% of the texts copy one another", "95\u00a0% des textes se copient"),
        ("made-up", "7 of 9", "made-up (7 of 9)", "made-up (7 of 9)"),
        ("few-accounts", "9/0/3", "few-accounts (9/0/3)", "few-accounts (9/0/3)"),
    ],
)
def test_why_it_looks_organised(code: str, figures: str, english: str, french: str) -> None:
    """In words, with the part and the number of accounts; what has no words is shown as it is."""
    viral = samples.viral()
    evidence = msgspec.structs.replace(viral.evidence, coordination=Coordination(score=0.7, reasons=((code, figures),)))
    incident = msgspec.structs.replace(
        samples.threat_alert().incident, signals=(msgspec.structs.replace(viral, evidence=evidence),)
    )
    alert = msgspec.structs.replace(samples.threat_alert(), incident=incident)
    assert details(alert, samples.EN)["Organised?"] == f"Probably (70%): {english}"
    assert details(alert, samples.FR)["Organisé\u00a0?"].endswith(french)


def test_who_passed_it_on() -> None:
    """The bridges of a cascade, with what came through them."""
    assert details(samples.threat_alert(), samples.EN)["Passed on by"] == "@tech_veille (then 310 shares)"
    assert details(samples.threat_alert(), samples.FR)["Relancé par"] == "@tech_veille (puis 310\u00a0partages)"


def test_a_forecast_says_where_it_is_heading() -> None:
    """Final size with its range, chance to double, speed, reproduction, rounded to what is known."""
    assert details(samples.threat_alert(), samples.EN)["Heading for"] == (
        "8,400 shares in all (5,200 to 14,000), 86% likely to double, 1,700 shares an hour, each share brings 1.4 more"
    )


def test_a_forecast_says_whether_it_slows_and_how_far_off_the_last_ones_were() -> None:
    """The chance to pass the mark, the trend of the speed, and the track record, in both languages."""
    viral = samples.viral()
    slowing = Forecast(
        expected_final=900, interval=(400, 2_000), p_double=0.3, shares_per_hour=120, p_viral=0.82, half_life_s=2_700
    )
    rising = msgspec.structs.replace(slowing, p_viral=1.0, acceleration=40.0)
    record = Accuracy(forecasts=12, told=5, held=11, median_error=0.24)

    def said(heading: Forecast, context: RenderContext) -> dict[str, str]:
        evidence = msgspec.structs.replace(viral.evidence, forecast=heading, accuracy=record)
        one = msgspec.structs.replace(viral, evidence=evidence)
        return details(samples.notification(samples.incident(one)), context)

    assert said(slowing, samples.EN)["Heading for"] == (
        "900 shares in all (400 to 2,000), 30% likely to double, 82% likely to pass the viral mark, "
        "120 shares an hour, half of that in 45 minutes"
    )
    assert said(rising, samples.EN)["Heading for"].endswith("likely to double, 120 shares an hour and rising")
    assert said(rising, samples.FR)["Prévision"].endswith("120\u00a0partages par heure, en hausse")
    assert said(slowing, samples.FR)["Prévision"].endswith("par heure, moitié moins dans 45\u00a0minutes")
    assert said(slowing, samples.EN)["Track record"] == (
        "half of our last 12 forecasts for this brand (5 of them in alerts) were at most 24% off; "
        "11 of 12 ended within the range"
    )
    assert said(slowing, samples.FR)["Fiabilité"] == (
        "la moitié de nos 12 dernières prévisions pour cette marque (dont 5 dans des alertes) se trompaient de "
        "24\u00a0% au plus\u00a0; 11 sur 12 sont restées dans la fourchette"
    )


def test_french_millions_take_their_preposition() -> None:
    """« 2,3 millions de personnes », « d’abonnés »."""
    assert details(samples.spike_alert(), samples.FR)["Portée"] == "au plus 2,3\u00a0millions de personnes"


def test_threats_come_before_opportunities_and_what_goes_on_before_what_ended() -> None:
    """A message about several signals is about the most urgent one, and names the others."""
    ended = msgspec.structs.replace(samples.viral(), phase=SignalPhase.ENDED)
    chance = samples.viral(SignalKind.VIRAL_OPPORTUNITY)
    assert principal(samples.incident(ended, chance, samples.spike())) == samples.spike()
    both = samples.notification(samples.incident(samples.spike(), chance))
    assert "a favourable post is taking off" in details(both, samples.EN)["Also"]


@pytest.mark.parametrize("sample", [samples.acknowledged(), samples.resolved()])
def test_calm_messages_are_short(sample: Notification) -> None:
    """Taken charge of, or over: a headline and a sentence, no evidence to read."""
    told = facts(sample, samples.EN)
    assert told.tone == "calm"
    assert told.details == told.drivers == ()
    assert len(told.summary) < 160


def test_what_is_over_or_taken_charge_of_is_named() -> None:
    """Two incidents of one brand that end together can be told apart."""
    assert facts(samples.resolved(), samples.EN).headline == "Maison Lumière: the surge of negative mentions is over"
    assert "Prise en charge de la vague de mentions négatives depuis " in facts(samples.acknowledged(), samples.FR).lead


@pytest.mark.parametrize("why", list(Why))
@pytest.mark.parametrize("context", [samples.EN, samples.FR])
def test_every_reason_can_be_said(why: Why, context: RenderContext) -> None:
    """Whatever the reason, there is a whole message."""
    told = facts(samples.notification(samples.incident(samples.spike()), why), context)
    assert told.headline
    assert told.lead
    assert told.why


def test_an_incident_without_signals_still_says_something() -> None:
    """Nothing is assumed of what another stage sends."""
    bare = samples.notification(msgspec.structs.replace(samples.incident(samples.spike()), signals=()))
    assert facts(bare, samples.EN).headline == "Maison Lumière"


def test_only_safe_addresses_become_links() -> None:
    """A driver's `javascript:` address is dropped; the others stay."""
    urls = [quote.url for quote in facts(samples.spike_alert(), samples.EN).drivers]
    assert urls[2] is None
    assert urls[0] == "https://social.example/julie_mtl/1187"


def test_times_are_in_the_reader_s_zone() -> None:
    """20:15 UTC is 21:15 in Paris in November, and says so."""
    assert facts(samples.spike_alert(), samples.FR).at == "dimanche 22\u00a0novembre 2026, 21\u00a0h\u00a015 CET"
    late = msgspec.structs.replace(samples.spike_alert(), at=samples.NOW + timedelta(hours=4))
    assert facts(late, samples.EN).at == "Monday 23 November 2026, 01:15 CET"


def test_what_would_have_kept_silent_is_said_of_the_alarm_only() -> None:
    """A wave that got worse would have been told with fewer, too: the line is left out then."""
    assert "No alert if" in details(samples.spike_alert(), samples.EN)
    worse = msgspec.structs.replace(samples.spike(), phase=SignalPhase.WORSENED)
    assert "No alert if" not in details(samples.notification(samples.incident(worse), Why.WORSE), samples.EN)


def test_complainers_do_not_spread_and_resharers_do() -> None:
    """In a surge the best-known voices are named as such; of a viral post, those who passed it on."""
    assert "Most followed" in details(samples.spike_alert(), samples.EN)
    assert "Spread by" in details(samples.threat_alert(), samples.EN)


def test_a_reminder_says_that_it_is_one_and_of_when_its_figures_are() -> None:
    """Nobody takes yesterday evening's figures for those of this night."""
    later = samples.notification(samples.incident(samples.spike()), Why.REPEAT_DUE)
    later = msgspec.structs.replace(later, at=samples.spike().at + timedelta(hours=3))
    told = facts(later, samples.EN)
    assert " · reminder] " in told.subject
    assert told.lead.startswith("212 negative mentions in 1 hour, by ")


@pytest.mark.parametrize(("hour", "words"), [(3, "Sunday before dawn"), (9, "Sunday morning"), (23, "Sunday evening")])
def test_the_small_hours_are_not_the_night_before(hour: int, words: str) -> None:
    """Three in the morning of a Sunday is nobody's Sunday night."""
    signal = msgspec.structs.replace(samples.spike(), at=samples.NOW.replace(hour=hour))
    assert f"usual for a {words}." in lead(signal, RenderContext("Acme", "en"))


def test_places_are_shares_and_a_single_one_is_a_name() -> None:
    """`forum 4` reads like a name: percentages, or nothing."""
    for networks, words in (((("forum", 4),), "forum"), ((("forum", 3), ("chirp", 1)), "forum 75%, chirp 25%")):
        evidence = msgspec.structs.replace(samples.spike().evidence, networks=networks)
        signal = msgspec.structs.replace(samples.spike(), evidence=evidence)
        assert details(samples.notification(samples.incident(signal)), samples.EN)["Where"] == words


def test_a_link_to_a_post_is_in_our_words() -> None:
    """Whoever calls himself “Open the incident” gets no link of that name."""
    assert facts(samples.spike_alert(), samples.EN).drivers[0].link_label == "open the post on social.example"

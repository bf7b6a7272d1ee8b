"""The risk signal on a small curated set: bad news of each topic, and posts that only sound like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Risk
from models.risk.context import CONTEXTS
from models.risk.judge import RiskJudge, risk_of
from models.risk.rule import Rule, phrases, written
from models.risk.topics import TAXONOMY
from models.risk.words import en_affairs, en_harm, fr_affairs, fr_harm, others

AT_RISK = [
    ("safety-recall", "fr", "Rappel produit : ces lardons peuvent contenir un corps étranger"),
    ("safety-recall", "fr", "Acme rappelle 12 000 véhicules pour un défaut d'airbag"),
    ("safety-recall", "fr", "Le chargeur Acme de ma fille a pris feu cette nuit, heureusement on était là"),
    ("safety-recall", "fr", "Yaourts Acme retirés de la vente dans toute la France"),
    ("safety-recall", "en", "Acme recalls 40,000 strollers over a choking hazard"),
    ("safety-recall", "en", "My Acme phone exploded in my pocket this morning"),
    ("safety-recall", "en", "Battery of the Acme scooter caught fire while charging"),
    ("injury", "fr", "Trois enfants hospitalisés après avoir mangé une pizza Acme"),
    ("injury", "fr", "Salmonelles dans le chocolat Acme selon l'agence régionale de santé"),
    ("injury", "fr", "Un ouvrier est décédé sur le chantier d'Acme à Lyon"),
    ("injury", "en", "Two passengers injured on an Acme flight after severe turbulence"),
    ("injury", "en", "Listeria found in Acme cheese, says health agency"),
    ("data-leak", "fr", "Fuite de données chez Acme : 3 millions de clients concernés"),
    ("data-leak", "fr", "Acme piraté, les IBAN des abonnés seraient en vente"),
    ("data-leak", "fr", "Cyberattaque contre Acme cette nuit"),
    ("data-leak", "en", "Acme confirms data breach affecting 3M accounts"),
    ("data-leak", "en", "Hackers have stolen the personal data of Acme customers"),
    ("data-leak", "en", "Acme hit by ransomware, systems offline"),
    ("fraud", "fr", "Le PDG d'Acme soupçonné de corruption"),
    ("fraud", "fr", "Acme aurait versé des pots-de-vin au ministère"),
    ("fraud", "en", "Former Acme executive charged with bribery"),
    ("fraud", "en", "Acme accused of money laundering by regulators"),
    ("discrimination", "fr", "La nouvelle pub Acme est clairement sexiste"),
    ("discrimination", "fr", "Refusé à l'entrée d'un magasin Acme, un client dénonce un acte raciste"),
    ("discrimination", "en", "Acme store manager under fire for racist remarks to a customer"),
    ("discrimination", "en", "Applicants say Acme discriminates against women in hiring"),
    ("misconduct", "fr", "Une salariée d'Acme porte des accusations de harcèlement contre son directeur"),
    ("misconduct", "fr", "Agressions sexuelles : des chauffeurs Acme mis en cause"),
    ("misconduct", "en", "Acme CEO accused of sexual harassment by six employees"),
    ("misconduct", "en", "An Acme driver groped me last night and support ignores me"),
    ("labour", "fr", "Les salariés d'Acme en grève depuis ce matin"),
    ("labour", "fr", "Plan social chez Acme : 400 postes menacés"),
    ("labour", "en", "Acme announces layoffs of 10% of staff"),
    ("labour", "en", "Report finds child labour in Acme's supply chain"),
    ("environment", "fr", "L'usine Acme accusée de rejets toxiques dans le Rhône"),
    ("environment", "fr", "Des PFAS retrouvés autour du site d'Acme"),
    ("environment", "en", "Oil spill reported near the Acme terminal"),
    ("environment", "en", "Acme's carbon neutral claim is pure greenwashing"),
    ("legal", "fr", "Acme condamnée à 20 millions d'euros pour clauses abusives"),
    ("legal", "fr", "Perquisition au siège d'Acme ce matin"),
    ("legal", "en", "Class action filed against Acme over hidden fees"),
    ("legal", "en", "Acme fined by the competition authority"),
    ("boycott", "fr", "#BoycottAcme, partagez !"),
    ("boycott", "fr", "N'achetez plus chez Acme tant qu'ils n'auront pas répondu"),
    ("boycott", "en", "Time to boycott Acme for good"),
    ("boycott", "en", "Everyone delete the app, Acme does not deserve us"),
    ("outage", "fr", "Panne générale chez Acme, plus personne n'a internet"),
    ("outage", "fr", "L'appli Acme est en panne depuis 8 h"),
    ("outage", "en", "Acme outage across Europe right now"),
    ("outage", "en", "Is it just me or Acme servers are down"),
    ("rumour", "fr", "Il paraît que Acme va déposer le bilan, faillite imminente"),
    ("rumour", "fr", "Rumeur : Acme fermerait, rachat par un fonds"),
    ("rumour", "en", "Unconfirmed: Acme going bankrupt before Christmas"),
    ("rumour", "en", "Hearing that Acme's CEO resigned, sources say a takeover is close"),
]

HARMLESS = [
    ("en", "This new phone is a killer"),
    ("en", "Just watched Total Recall again, what a film"),
    ("en", "I recall buying my first Acme in 2004, great product"),
    ("en", "I'm dying to try the new Acme burger"),
    ("en", "Acme killed it at the show last night, love these people"),
    ("en", "Sales exploded after the launch, well done Acme"),
    ("en", "My phone died, where do I find an Acme charger?"),
    ("en", "Great life hack with Acme tape"),
    ("en", "The zombies killed all the people in this game, sponsored by Acme"),
    ("en", "Thanks Acme for the quick refund!"),
    ("en", "Acme's fraud protection blocked a weird payment, impressed"),
    ("en", "Leaked photos of the new Acme phone look amazing"),
    ("en", "Feeling down today, Acme ice cream helps"),
    ("en", "Acme stands against racism, proud customer"),
    ("en", "The weather is striking over the Acme tower"),
    ("en", "Acme flight delayed two hours, really annoying"),
    ("en", "Rumor has it the new Acme iPhone case comes in green"),
    ("fr", "Je suis mort de rire devant la pub Acme avec ces gens"),
    ("fr", "Cette nouvelle Acme est une tuerie"),
    ("fr", "Petit rappel : les soldes Acme commencent demain, modèles à -50%"),
    ("fr", "J'ai fait ma piqûre de rappel, sans danger"),
    ("fr", "Acme explose les ventes avec son nouveau téléphone"),
    ("fr", "Ça déchire, Acme a cassé la baraque"),
    ("fr", "Ma voiture est en panne, je vais chez Acme"),
    ("fr", "Fuite d'eau réparée par Acme en une heure, merci"),
    ("fr", "Acme s'engage contre le harcèlement au travail"),
    ("fr", "Rumeur : date de sortie du prochain Acme en mars"),
    ("fr", "Je meurs de faim, un Acme burger ?"),
    ("fr", "Le service client Acme est nul"),
    ("fr", "Merci Acme pour la livraison rapide"),
    ("fr", "On se bat pour avoir des places au concert Acme"),
    ("fr", "Le film raconte la mort d'un homme dans une usine"),
]


@pytest.mark.parametrize(("topic", "language", "text"), AT_RISK)
def test_bad_news_is_seen(topic: str, language: str, text: str) -> None:
    """Bad news of every topic is seen, in its language and where the language is unknown, with a score."""
    for known in (language, "und"):
        risk = risk_of(text, known)
        assert risk is not None and risk.topic == topic, risk
        assert 0.5 <= risk.score <= 1.0


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_what_only_sounds_like_bad_news_is_let_pass(language: str, text: str) -> None:
    """Idioms, films, games, adverts and plain complaints are no risk."""
    assert risk_of(text, language) is None
    assert risk_of(text, "und") is None


def test_every_topic_is_documented_and_tested() -> None:
    """The taxonomy, the rules and the curated set name the same topics."""
    assert {topic for topic, _, _ in AT_RISK} == set(TAXONOMY)


def test_hostile_text_is_judged_quickly_and_quietly() -> None:
    """Huge, broken and empty texts pass without an error."""
    for text in ("", "rappel " * 100_000, "\ud800" * 50_000, "🔥" * 5_000, "\x00\x01 recall " * 9_999, "( " * 99_999):
        found = risk_of(text, "und")
        assert found is None or 0 < found.score <= 1


RULES: tuple[Rule, ...] = (*en_harm.RULES, *en_affairs.RULES, *fr_harm.RULES, *fr_affairs.RULES, *others.RULES)


def test_every_phrase_is_written_as_posts_are_spelled() -> None:
    """A phrase with a capital, an accent or a sign would never be found."""
    for rule in RULES:
        for phrase in phrases("|".join((rule.cue, rule.beside, rule.also, rule.unless))):
            words = phrase.replace("#", "").replace("*", "").split()
            assert all(word in "_~NY" or written(word) == word for word in words), phrase
        assert rule.topic in TAXONOMY
    for context in CONTEXTS:
        assert context.spares <= set(TAXONOMY), context.name


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("No recall of Acme chargers was announced", "en"),
        ("There was no data breach at Acme", "en"),
        ("Acme: sans accident du travail, aucun blessé chez les ouvriers", "fr"),
        ("La panne générale chez Acme est une intox", "fr"),
        ("Join our webinar on data breach prevention by Acme", "en"),
        ("Acme recrute : analyste fuite de données, CDI", "fr"),
        ("Acme recall of 1967, an exhibition at the museum", "en"),
    ],
)
def test_a_denial_a_job_and_the_past_are_let_pass(text: str, language: str) -> None:
    """What did not happen, happened long ago, or is somebody's trade is no bad news."""
    assert risk_of(text, language) is None


def test_evidence_of_one_topic_adds_up() -> None:
    """Two rules that agree are surer than each."""
    one = risk_of("Listeria in Acme cheese", "en")
    two = risk_of("Listeria in Acme cheese, three children hospitalised", "en")
    assert one is not None and two is not None and one.topic == two.topic == "injury"
    assert two.score > one.score


def test_company_stands_near() -> None:
    """A word of the same post, far from the cue, is no company."""
    far = " ".join(["filler"] * 60)
    assert risk_of("exploded, my battery", "en") is not None
    assert risk_of(f"exploded {far} battery", "en") is None


def test_own_words_are_found_in_any_language_and_spelling() -> None:
    """A user's phrase counts in capitals and with accents; a harmless one silences all rules."""
    judge = RiskJudge({"outage": ["Écran ~ bleu"], "safety-recall": ["batterie GONFL*"]}, ["acme crash festival"])
    for text in ("l’écran Acme tout bleu", "ECRAN BLEU"):
        assert judge(text, "en") == judge(text, "und") == judge(text, "fr")
        found = judge(text, "fr")
        assert found is not None and (found.topic, found.score) == ("outage", 0.95)
    swollen = judge("ma Batterie gonflée", "de")
    assert swollen is not None and swollen.topic == "safety-recall"
    assert judge("Acme Crash Festival: data breach on stage", "en") is None
    assert risk_of("écran bleu", "fr") is None


def test_what_a_classifier_read_counts_where_no_rule_fires() -> None:
    """A rule's own answer stands; a silent one gives way, but not beside harmless words."""
    judge = RiskJudge(harmless=["acme crash festival"])
    read = Risk(topic="environment", score=0.7)
    assert judge("the creek behind the plant is orange", "en", read) == read
    assert judge("the creek behind the plant is orange", "en") is None
    news = "Listeria in Acme cheese"
    assert judge(news, "en", read) == judge(news, "en") != read
    assert judge("orange creek at the Acme Crash Festival", "en", read) is None


def test_an_unknown_topic_of_ones_own_is_refused() -> None:
    """The message names the topics."""
    with pytest.raises(ValueError, match=r"'recall' is no topic.*safety-recall"):
        RiskJudge({"recall": ["x"]})


@given(st.text(max_size=300), st.sampled_from(["en", "fr", "und", "nl", ""]))
def test_any_text_has_an_answer(text: str, language: str) -> None:
    """Whatever the text, a risk has a known topic and a score from 0.5 to 1."""
    found = risk_of(text, language)
    assert found is None or (found.topic in TAXONOMY and 0.5 <= found.score <= 1.0)


def test_half_a_word_is_no_word() -> None:
    """Where reading ends in the middle of a word, what is left of it says nothing: “car|nival” is no car."""
    assert risk_of("Acme recalls " + "x" * 105 + " carnival tickets", "en") is None
    assert risk_of("a" * 1_989 + " salmonellax", "en") is None
    assert risk_of("a" * 1_988 + " salmonella x", "en") is not None


def test_each_place_of_a_phrase_is_looked_at() -> None:
    """One that is taken back hides none that stands right behind it."""
    judge = RiskJudge({"outage": ["erreur ~ 42"]})
    assert judge("pas de erreur 42 puis vraie erreur code 42", "fr") is not None
    assert judge("pas de erreur 42", "fr") is None

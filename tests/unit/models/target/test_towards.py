"""What a post says about the brand, apart from its whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Sentiment
from models.target.grounds import Ground
from models.target.towards import may_differ, read

BAD = Sentiment(negative=0.8, neutral=0.15, positive=0.05)
PLAIN = Sentiment(negative=0.1, neutral=0.8, positive=0.1)
GOOD = Sentiment(negative=0.05, neutral=0.15, positive=0.8)


def spans(text: str, name: str) -> list[tuple[int, int]]:
    at = text.find(name)
    return [(at, at + len(name))] if at >= 0 else []


def ground(text: str, brand: str = "Acme", rival: str = "Zeta") -> Ground | None:
    found = read(text, spans(text, brand), spans(text, rival))
    return None if found is None else found.ground


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme saved my awful day", Ground.PRAISED),
        ("Acme nous a tirés d'affaire un jour de grève", Ground.PRAISED),
        ("Not a single complaint about Acme", Ground.PRAISED),
        ("Jamais eu de souci avec Acme", Ground.PRAISED),
        ("Zeta is hell, moving to Acme", Ground.PREFERRED),
        ("Zeta, c'est l'enfer, je passe chez Acme", Ground.PREFERRED),
        ("A fight broke out outside Acme", Ground.ASIDE),
        ("Un accident devant le Acme de Lyon", Ground.ASIDE),
        ("Match minable sponsorisé par Acme", Ground.ASIDE),
        ("Some thief in an Acme jacket hit me", None),
        ("Some guy in an Acme jacket hit me", Ground.ASIDE),
        ("Acme recrute des facteurs", Ground.ASIDE),
        ("@Acme a scammer writes to me, what should I do?", Ground.ASIDE),
        ("Unlike Acme, Zeta answers", Ground.UNLIKE),
        ("Zeta is so much better than Acme", Ground.OUTDONE),
        ("Nothing is better than Acme", None),
        ("Fuyez Acme", Ground.BLAMED),
        ("Horrible weather, but Acme was on time", Ground.CONTRAST),
        ("Zeta m'a planté alors que Acme répond", Ground.CONTRAST),
        ("Contrairement à Zeta qui m'a planté, Acme a été parfait", Ground.CONTRAST),
        ("Zeta lost my bag. Acme answered at once", Ground.RIVAL),
        ("My fridge died. Acme delivered another by noon", Ground.RESCUE),
        ("So sad tonight. Acme sent flowers", Ground.DEED),
        ("Our neighbours hate us, these Acme speakers rock", Ground.CULPRIT),
    ],
)
def test_grounds_to_read_a_post_otherwise(text: str, expected: Ground | None) -> None:
    """Each ground, in both languages, and what only looks like one."""
    assert ground(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "Acme is awful",
        "@Acme three hours late. No water. Nobody answers",
        "Acme was great but the flight was hell",
        "I switched to Acme, but it fails every day",
        "Never had a problem with Acme until today",
        "Queued outside Acme for an hour, rude staff",
        "My bag was late. Thanks Acme",
        "They split up my family. Acme has no shame",
        "Je suis chez Acme. Pas de réseau depuis trois jours",
        "Il pleut. Je déteste Acme, ils ont perdu mon colis",
        "so angry #Acme #Zeta",
    ],
)
def test_a_complaint_about_the_brand_stays_one(text: str) -> None:
    """A negative post stays negative where its brand may be to blame, whatever its clauses are taken for."""
    found = read(text, spans(text, "Acme"), spans(text, "Zeta"))
    if found is not None:
        answers = [BAD for _ in found.asks(BAD)]
        assert found.towards(BAD, answers) is BAD


def test_the_brands_clause_counts_after_a_but() -> None:
    """The clause's own sentiment is taken, if it is not negative and the rest is more so; both ways."""
    found = read("Horrible weather, but Acme was on time", [(22, 26)])
    assert found is not None
    assert found.asks(BAD) == ("but Acme was on time", "Horrible weather")
    assert found.towards(BAD, [PLAIN, BAD]) is PLAIN
    assert found.towards(BAD, [PLAIN, GOOD]) is BAD
    assert found.towards(BAD, [BAD, PLAIN]) is BAD
    assert found.asks(GOOD) == ("but Acme was on time",)
    assert found.towards(GOOD, [BAD]) is BAD
    assert found.towards(GOOD, [PLAIN]) is GOOD


@pytest.mark.parametrize(
    ("text", "whole", "label"),
    [
        ("Acme saved my awful day", BAD, "positive"),
        ("A fight broke out outside Acme", BAD, "neutral"),
        ("Unlike Acme, Zeta answers", GOOD, "negative"),
        ("Unlike Acme, Zeta flies to Rome", PLAIN, "neutral"),
        ("Unlike Acme, Zeta never answers", BAD, "positive"),
        ("Zeta is much better than Acme", GOOD, "negative"),
        ("Zeta is much better than Acme", PLAIN, "neutral"),
        ("Wouldn't recommend Acme to anyone", PLAIN, "negative"),
        ("Acme saved my day", GOOD, "positive"),
    ],
)
def test_words_decide_alone(text: str, whole: Sentiment, label: str) -> None:
    """Where a turn of phrase is plain no clause is classified, and the certainty stays that of the whole."""
    found = read(text, spans(text, "Acme"))
    assert found is not None
    assert found.asks(whole) == ()
    answer = found.towards(whole)
    assert answer.label == label
    assert sorted((answer.negative, answer.neutral, answer.positive)) == sorted(
        (whole.negative, whole.neutral, whole.positive)
    )


def test_who_went_over_to_a_brand_tells_how_they_like_it() -> None:
    """“I switched to Acme” is praise only if what follows is not a complaint."""
    found = read("Zeta is hell. Switched to Acme and it dies every day", [(26, 30)], [(0, 4)])
    assert found is not None
    assert found.asks(BAD) == ("and it dies every day",)
    assert found.towards(BAD, [BAD]) is BAD
    assert found.towards(BAD, [GOOD]) is GOOD


def test_most_posts_are_not_even_looked_at() -> None:
    """A post that is not negative, names one brand and has no turn cannot differ."""
    assert not may_differ("Acme est au top", GOOD, 1)
    assert may_differ("Acme est au top", BAD, 1)
    assert may_differ("Acme est au top", GOOD, 2)
    assert may_differ("Beau magasin MAIS Acme est cher", GOOD, 1)


SIGNS = "Acme Zeta but mais, . ! @#: unlike alors que \n\ue000\ue001\ud800\u200d🙄"
TEXTS = st.lists(st.one_of(st.sampled_from(SIGNS.split(" ")), st.text(max_size=8)), max_size=40).map(" ".join)
SPANS = st.lists(st.tuples(st.integers(-5, 120), st.integers(-5, 120)), max_size=4)


@given(TEXTS, SPANS, SPANS, st.sampled_from([BAD, PLAIN, GOOD]))
def test_no_text_and_no_span_breaks_it(
    text: str, brands: list[tuple[int, int]], rivals: list[tuple[int, int]], whole: Sentiment
) -> None:
    """Hostile text and spans out of bounds get an answer, from probabilities that sum to 1."""
    found = read(text, brands, rivals)
    if found is None:
        return
    asked = found.asks(whole)
    assert len(asked) <= 2
    answer = found.towards(whole, [GOOD for _ in asked])
    assert answer.negative + answer.neutral + answer.positive == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["Acme " * 20_000, "@a " * 40_000, "but " * 30_000, "a" * 100_000, "Acme, " * 20_000])
def test_long_texts_are_read_up_to_what_a_classifier_reads(text: str) -> None:
    """100 kB cost no more than the first thousand characters."""
    places = [(0, 4), (90_000, 90_004)]
    assert read(text, places) == read(text[:1_000], places[:1])

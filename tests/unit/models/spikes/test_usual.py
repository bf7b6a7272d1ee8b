"""New words: what is rarer than it seems is never told, what is truly new is, and filler never appears."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spikes.filler import FILLER, words
from models.spikes.usual import ROWS, WIDTH, Said, Usual, keyness, log_ratio, new_words

WORDS = st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz") | st.text(max_size=3), max_size=200)


def said(*texts: list[str]) -> Said:
    counted = Said()
    for text in texts:
        counted.add(text)
    return counted


def ordinary(seed: int = 1, slices: int = 200, per_slice: int = 8) -> Usual:
    """A past in which two thousand words come as in real texts: the n-th most frequent 1/n as often."""
    rng, usual = random.Random(seed), Usual()
    for _ in range(slices):
        usual.absorb(said(*(zipf(rng) for _ in range(per_slice))))
    return usual


def zipf(rng: random.Random) -> list[str]:
    return list({f"w{int(2_000 ** rng.random())}" for _ in range(10)})


@given(WORDS)
def test_counts_err_within_what_they_say(spoken: list[str]) -> None:
    """Space-Saving: never beyond its places, never too low at the top, and the sure part never too high."""
    counted = said(spoken)
    assert len(counted.counts) <= 40
    assert counted.total == len(spoken)
    for word in set(spoken):
        assert counted.at_least(word) <= spoken.count(word)
        if word in counted.counts:
            assert counted.counts[word][0] >= spoken.count(word)


@given(WORDS, WORDS)
def test_merging_keeps_what_is_sure(first: list[str], second: list[str]) -> None:
    """Both tallies together hold every word that either is sure of."""
    both = said(first).merged(said(second))
    assert both.total == len(first) + len(second)
    assert all(both.at_least(w) == said(first).at_least(w) + said(second).at_least(w) for w in {*first, *second})


@given(WORDS, WORDS, WORDS)
def test_a_merger_can_be_bounded_and_added_to(first: list[str], second: list[str], more: list[str]) -> None:
    """The forty largest stay, no word is forgotten in the total, and what is sure stays sure."""
    both = said(first).merged(said(second)).bounded()
    assert len(both.counts) <= 40
    both.add(more)
    spoken = [*first, *second, *more]
    assert len(both.counts) <= 40
    assert both.total == len(spoken)
    assert all(both.at_least(word) <= spoken.count(word) for word in set(spoken))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(both), type=Said) == both


@given(st.lists(WORDS, max_size=8))
def test_what_is_usual_is_never_undercounted(slices: list[list[str]]) -> None:
    """The sketch errs upwards only, in a fixed number of cells."""
    usual = Usual()
    for spoken in slices:
        usual.absorb(said(spoken))
    everything = [said(spoken) for spoken in slices]
    for word in {w for spoken in slices for w in spoken}:
        assert usual.at_most(word) >= sum(each.at_least(word) for each in everything)
    assert len(usual.cells) in {0, ROWS * WIDTH}
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(usual), type=Usual) == usual


def test_a_new_word_is_told() -> None:
    """A recall that every second critic names stands first; what they always say does not appear."""
    rng = random.Random(9)
    wave = said(*(["recall", *zipf(rng)] if i % 2 else zipf(rng) for i in range(60)))
    assert new_words(wave, ordinary()) == ("recall",)


@pytest.mark.parametrize("texts", [10, 60, 600, 6_000])
def test_more_of_the_same_has_no_new_words(texts: int) -> None:
    """However loud the storm: what is said as ever is no news, and no artefact of the small memory is."""
    rng = random.Random(texts)
    assert new_words(said(*(zipf(rng) for _ in range(texts))), ordinary()) == ()


def test_a_small_difference_is_no_news_however_sure() -> None:
    """A tenth more of a word in very many texts is significant, and does not matter."""
    assert keyness(55_000, 1_000_000, 5_000, 100_000) > 10.83
    assert log_ratio(55_000, 1_000_000, 5_000, 100_000) < 1
    usual = Usual()
    usual.absorb(Said({"late": [5_000, 0], "bag": [95_000, 0]}))
    assert new_words(Said({"late": [55_000, 0], "bag": [945_000, 0]}), usual) == ()


def test_without_a_past_nothing_is_new() -> None:
    """A brand of which nothing was heard before has no usual words to compare with."""
    assert new_words(said(*[["recall"]] * 50), Usual()) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I really can't believe you guys still don't get it, wow", ["believe"]),
        ("Aujourd’hui c’est n’importe quoi, j’attends l’avion depuis 3 heures", ["importe", "attends", "avion"]),
        ("The company's CEO lied; we've been waiting @acme https://t.co/later #RecallNow",
         ["company", "ceo", "lied", "waiting", "recallnow"]),
        ("Qu’est-ce qu’on fait ? est-ce que vous pouvez répondre svp merci", ["répondre"]),
        ("\ud800 \u202e", []),
    ],
)  # fmt: skip
def test_filler_never_appears(text: str, found: list[str]) -> None:
    """Links, handles, numbers, elisions, contractions and what says nothing of the matter are left out."""
    assert words(text) == found
    assert not FILLER.intersection(words(text))

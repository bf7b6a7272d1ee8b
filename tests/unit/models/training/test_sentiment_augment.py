"""Texts made of texts."""

import random
from collections import Counter

from models.training.sentiment.augment import augmented

TEXTS = {
    "english": [f"e{start} e{start + 1} e{start + 2} e{start + 3} e{start + 4}" for start in range(0, 50, 5)],
    "french": [f"f{start} f{start + 1} f{start + 2}" for start in range(0, 30, 3)],
    "german": [],
}


def test_texts_are_made_of_their_own_language() -> None:
    """Every word comes from texts of the same language; English and French in equal shares, German has none."""
    made = augmented(TEXTS, 400, random.Random(1))
    known = {word: language for language, texts in TEXTS.items() for text in texts for word in text.split()}
    kinds = [{known[word] for word in text.split()} for text in made]
    assert Counter(kind.pop() for kind in kinds if len(kind) == 1) == {"english": 200, "french": 200}


def test_texts_are_new_and_of_every_kind() -> None:
    """Pieces of one text, pieces of two, and texts with other words in them."""
    originals = [text.split() for text in TEXTS["english"]]
    made = [text.split() for text in augmented({"english": TEXTS["english"]}, 300, random.Random(2))]
    cut = sum(any(" ".join(words) in " ".join(text) for text in originals) for words in made)
    swapped = sum(
        any(
            len(text) == len(words) and 0 < sum(a != b for a, b in zip(text, words, strict=True)) < 3
            for text in originals
        )
        for words in made
    )
    assert cut > 60 and swapped > 30 and len(made) - cut - swapped > 60
    assert all(len(words) >= 2 for words in made)


def test_the_same_seed_makes_the_same() -> None:
    """A recipe is run again and finds the same texts."""
    first, second, other = (augmented(TEXTS, 50, random.Random(seed)) for seed in (3, 3, 4))
    assert first == second != other


def test_nothing_is_made_of_nothing() -> None:
    """No texts, no error."""
    assert augmented({"french": []}, 10, random.Random(1)) == []

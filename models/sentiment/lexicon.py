"""A word-list classifier for French and English: for machines that cannot run the embedded model, and as a baseline.

It knows about 150 words a language and side, negation and intensifiers. It is quick and plain, not good: see
`docs/models.md` for what it reaches.
"""

import re
from collections.abc import Sequence
from typing import Final

from models.matching.folding import fold
from models.records import Sentiment
from models.sentiment.classifier import NEUTRAL, clean, says_something, sentiment
from models.sentiment.lexicon_words import BAD, BOOST, FUNCTION_WORDS, GOOD, NEGATE, NEGATE_AFTER, SIGNS

_TOKEN: Final = re.compile(r"[^\W\d_]+|[\u2190-\u2bff\U0001f000-\U0001faff]|[:;=]['-]?[()dp/]")
_NOT_CONTRACTED: Final = re.compile(r"n['’]t\b")
_REACH: Final = 3
"""How many words after a negation it still turns."""
_CALM: Final = 0.8
"""The weight of neutral: one plain word outweighs it, half a word does not."""


class LexiconClassifier:
    """Weighs the good against the bad words of a text.

    >>> judge = LexiconClassifier()
    >>> [s.label for s in judge(["service nul, je suis déçue", "pas mal du tout", "not good at all", "le train part"])]
    ['negative', 'positive', 'negative', 'neutral']
    """

    name: Final = "lexicon/1"

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]:
        return [self._one(clean(text)) for text in texts]

    def _one(self, cleaned: str) -> Sentiment:
        if not says_something(cleaned):
            return NEUTRAL
        tokens = _TOKEN.findall(_NOT_CONTRACTED.sub(" not", fold(cleaned)))
        language = _language(tokens)
        bad = good = 0.0
        for index, token in enumerate(tokens):
            weight = _weight(token, language)
            if not weight:
                continue
            weight *= _boost(tokens, index, language)
            if _negated(tokens, index, language):
                weight *= -0.9
            bad, good = bad + max(0.0, -weight), good + max(0.0, weight)
        total = bad + good + _CALM
        return sentiment(bad / total, good / total)


def _language(tokens: Sequence[str]) -> str:
    """The language with more function words; French on a tie with any, since its lists share fewer words."""
    french = sum(token in FUNCTION_WORDS["fr"] for token in tokens)
    english = sum(token in FUNCTION_WORDS["en"] for token in tokens)
    if french == english:
        return "both"
    return "fr" if french > english else "en"


def _weight(token: str, language: str) -> float:
    if token in SIGNS:
        return SIGNS[token]
    languages = ("fr", "en") if language == "both" else (language,)
    bad = any(token in BAD[each] for each in languages)
    good = any(token in GOOD[each] for each in languages)
    return float(good) - float(bad)


def _boost(tokens: Sequence[str], index: int, language: str) -> float:
    boosts = BOOST["fr"] | BOOST["en"] if language == "both" else BOOST[language]
    return 1.5 if index and tokens[index - 1] in boosts else 1.0


def _negated(tokens: Sequence[str], index: int, language: str) -> bool:
    """Whether a negation stands before within reach, or right after, as in “j'aime pas”."""
    negations = NEGATE["fr"] | NEGATE["en"] if language == "both" else NEGATE[language]
    before = tokens[max(0, index - _REACH) : index]
    if any(token in negations for token in before):
        return True
    return language != "en" and index + 1 < len(tokens) and tokens[index + 1] in NEGATE_AFTER

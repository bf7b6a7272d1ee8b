"""What a sentiment classifier is, and how a post's text is made ready for one."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from models.records import Risk, Sentiment

NEUTRAL: Final = Sentiment(negative=0.0, neutral=1.0, positive=0.0)
"""The answer for a text that says nothing."""

MAX_CHARACTERS: Final = 1_000
"""How much of a text is read: about four times what the classifiers' 64 tokens hold."""


class Classifier(Protocol):
    """Texts in, probabilities of negative, neutral and positive out, in the same order.

    Contract (`tests/contracts/test_classifiers.py`): a text's answer does not depend on its neighbours in the batch,
    so that a restart, which cuts batches elsewhere, leads to the same mentions. No text raises. A text without words
    or pictures is neutral.
    """

    @property
    def name(self) -> str:
        """`name/version`: stands in every mention, so that one can tell who judged it."""
        ...

    def __call__(self, texts: Sequence[str]) -> list[Sentiment]: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reading of a text tells. `risk`: a crisis topic that is likely; None: none is, or nobody looked.

    `origin` is who told: the `model`, or, of a model of two networks, the `deep` one.
    """

    sentiment: Sentiment
    risk: Risk | None = None
    origin: str = "model"


@runtime_checkable
class RiskClassifier(Classifier, Protocol):
    """A classifier that may tell crisis topics by the way: `answers` holds to the contract of a call."""

    def answers(self, texts: Sequence[str]) -> list[Answer]: ...


def answers(classifier: Classifier, texts: Sequence[str]) -> list[Answer]:
    """What any classifier tells of texts, each read once; those that know no topics tell of no risk."""
    if isinstance(classifier, RiskClassifier):
        return classifier.answers(texts)
    return [Answer(each) for each in classifier(texts)]


class ClassifierUnavailable(Exception):
    """A classifier that cannot be loaded, with the remedy in its message: for people."""


_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+|\bhttps?\b\S*", re.IGNORECASE)
_NAME: Final = re.compile(r"(?<![\w@])@\w+")
_RESHARED: Final = re.compile(r"^(?:RT\s+@user\s*:?\s*)+")
_PLACEHOLDER: Final = re.compile(r"@user|\bhttp\b")
_SAYS_SOMETHING: Final = re.compile(r"[^\W_]|[\u2190-\u2bff\U0001f000-\U0001faff]")


def clean(text: str) -> str:
    r"""What a classifier reads of a raw text: no markup, names or links, one space between words.

    Names become `@user` and links `http`, as in the data that the embedded model was trained on.

    >>> clean("RT @Acme: caf\\u00e9 &amp; th\u00e9\n https://acme.example/x")
    'café & thé http'
    """
    text = text[: 4 * MAX_CHARACTERS]
    if "\\u" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)
    # Escapes come in pairs for what lies beyond the BMP; halves without their other half are no characters.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if "&" in text:
        text = html.unescape(text)
    text = _NAME.sub("@user", _LINK.sub("http", text))
    return _RESHARED.sub("", " ".join(text.split()))[:MAX_CHARACTERS]


def says_something(cleaned: str) -> bool:
    """Whether a cleaned text has a word or a picture beside names and links.

    >>> [says_something(clean(text)) for text in ("", "...", "@acme https://t.example/x", "🤬", "non")]
    [False, False, False, True, True]
    """
    return _SAYS_SOMETHING.search(_PLACEHOLDER.sub(" ", cleaned)) is not None


def sentiment(negative: float, positive: float) -> Sentiment:
    """Probabilities rounded to four digits (what a mention needs to carry) that still sum to 1."""
    negative, positive = round(negative, 4), round(positive, 4)
    return Sentiment(negative=negative, neutral=max(0.0, round(1.0 - negative - positive, 4)), positive=positive)

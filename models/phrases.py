"""A few phrases that stand for a text, so that copied and rewritten texts are found in bounded memory.

A bottom-k sketch of the text's runs of five words (Broder 1997): of two copies nearly all are the same; of two texts
that one template was filled into, some; of two people who say the same thing in their own words, hardly ever one.
"""

import re
import zlib
from heapq import nsmallest
from typing import Final

from models.sentiment.classifier import clean

RUN: Final = 5
KEPT: Final = 4
_WORD: Final = re.compile(r"[^\W_]+")
_NAMES: Final = re.compile(r"@user|\bhttp\b")
_ATTRIBUTED: Final = re.compile(r"\b(?:RT|MT|HT|via|par|by|cc)\s*:?\s*@|https?://|\bwww\.|[“\"«]\s*@", re.IGNORECASE)


def attributed(text: str) -> bool:
    """Whether a text names its source, and so passes on what it says.

    >>> attributed("RT @lea: look"), attributed("look, via @lea"), attributed("look at @lea")
    (True, True, False)
    """
    return _ATTRIBUTED.search(text) is not None


def phrases(text: str) -> tuple[int, ...]:
    """At most 4 32-bit hashes of runs of five words; none of a shorter text, nor of one that names its source.

    Who writes `RT @…`, `via @…` or a link passes something on, and says so; only who writes it as words of their own
    may be copying.

    >>> words = "the train was late again and nobody told us why"
    >>> phrases(words) == phrases(words.upper() + "!"), len(phrases(words)), phrases("RT @lea " + words)
    (True, 4, ())
    """
    if attributed(text):
        return ()
    words = _WORD.findall(_NAMES.sub(" ", clean(text)).casefold())
    runs = {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    # `surrogatepass` as everywhere: hostile text may hold halves of characters.
    return tuple(nsmallest(KEPT, {zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs}))

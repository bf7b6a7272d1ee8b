"""What does not matter when words are compared: case, accents, and letters of other alphabets that look alike."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# All combining marks of the block but the Greek iota subscript, which is a letter once case is folded.
_ACCENTS: Final = re.compile("[\u0300-\u0344\u0346-\u036f]")
# Letters that Unicode does not take apart.
_LETTERS: Final = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"}
_APART: Final = str.maketrans(_LETTERS | {small.upper(): plain.upper() for small, plain in _LETTERS.items()})
_HAS_LETTER: Final = re.compile("[œæøłđıðþŒÆØŁĐÐÞ]")
"""Translating is slow and rarely needed, searching is not."""


@dataclass(frozen=True, slots=True)
class Folding:
    """What a brand's query takes as the same; accents include ligatures (`œ` = `oe`)."""

    case: bool = True
    accents: bool = True
    confusables: bool = True


ALL_FOLDED: Final = Folding()


def fold(text: str, *, case: bool = True, accents: bool = True) -> str:
    """Without case and accents, or only one of them; keeps spaces where they are.

    >>> fold("L'Œuvre d'ÉTÉ, Straße")
    "l'oeuvre d'ete, strasse"
    >>> fold("L'Œuvre d'ÉTÉ", case=False), fold("L'Œuvre d'ÉTÉ", accents=False)
    ("L'OEuvre d'ETE", "l'œuvre d'été")
    """
    if text.isascii():
        return text.lower() if case else text
    if case:
        text = unicodedata.normalize("NFKD", text.casefold()).casefold()
    if accents:
        text = bare(text)
    return unicodedata.normalize("NFC", text)


def bare(text: str) -> str:
    """Without accents, and with ligatures spelled out; letters of other scripts may be left taken apart."""
    text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return text.translate(_APART) if _HAS_LETTER.search(text) else text

"""Kinds of characters, as the insides of regular expressions' character classes."""

import unicodedata
from typing import Final


def ranges(codes: list[int]) -> str:
    """A regular expression's character class (without brackets) of sorted code points."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in spans)


# Vowel signs of Indic scripts and the like are letters to their readers, but not to `\w`.
MARKS: Final = ranges([c for c in range(0x300, 0xFE00) if unicodedata.category(chr(c)) in ("Mn", "Mc")])
EMOJI: Final = "\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Scripts written without spaces: each character stands alone, so that a name is found inside a run of them.
SPACELESS: Final = "\u0e01-\u0e5b\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"

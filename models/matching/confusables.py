"""Letters that look like others: `Оrange` with a Cyrillic О is read as people read it.

The pairs are those of Unicode's confusables (UTS #39) between a Cyrillic, Greek or Armenian letter and one basic Latin
letter; where its data calls both I and l the same, the pair is by the letter's looks. A word that is Cyrillic
throughout is left alone, even if all its letters look Latin: "рот" is Russian for a mouth, and no pot.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_CYRILLIC: Final = ("АВЕКМНОРСТУХЅІЈѴҮӀԌԜЬаегорсухѕіјѡѵүһҽӏԁԛԝ", "ABEKMHOPCTYXSIJVYIGWbaeropcyxsijwvyheldqw")
_GREEK: Final = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϜϺͿαγινορσυϳ", "ABEZHIKMNOPTYXFMJayivopouj")
_ARMENIAN: Final = ("ՍՏՕագզհոռսցքօ", "USOwqqhnnugfo")
# Latin, but not what keyboards type: small capitals, and two letters of the phonetic alphabet.
_FANCY: Final = ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡ", "abcdefghijklmnoprstuvwyzag")

_LATIN: Final = "A-Za-z\u00c0-\u024f"
_OTHER: Final = "\u0370-\u058f"
_MIXED: Final = re.compile(f"[{_LATIN}][{_OTHER}]|[{_OTHER}][{_LATIN}]")
_RUN: Final = re.compile(f"[{_LATIN}{_OTHER}]+")
_LATIN_LETTER: Final = re.compile(f"[{_LATIN}]")
_OTHER_LETTER: Final = re.compile(f"[{_OTHER}]")
_HAS_FANCY: Final = re.compile(f"[{_FANCY[0]}]")
_PLAIN: Final = str.maketrans(*_FANCY)


def _with_accents(pairs: Mapping[str, str]) -> dict[int, str]:
    """The table, and what Unicode makes of its letters and an accent: ё looks like ë."""
    table = {ord(letter): like for letter, like in pairs.items()}
    for code in range(0x370, 0x590):
        base, *marks = list(unicodedata.normalize("NFD", chr(code)))
        if marks and base in pairs:
            table[code] = unicodedata.normalize("NFC", pairs[base] + "".join(marks))
    return table


_TO_LATIN: Final = _with_accents(
    {letter: like for own, likes in (_CYRILLIC, _GREEK, _ARMENIAN) for letter, like in zip(own, likes, strict=True)}
)
_FROM_LATIN: Final = [
    (re.compile(f"[{script}]"), {ord(like): letter for letter, like in reversed(list(zip(own, likes, strict=True)))})
    for script, (own, likes) in (("\u0400-\u052f", _CYRILLIC), ("\u0370-\u03ff", _GREEK))
]


def without_confusables(text: str) -> str:
    """A text in which words that mix alphabets are spelled in the one that they seem to be in.

    >>> without_confusables("Оrаnge"), without_confusables("Вкoнтакте"), without_confusables("рот")
    ('Orange', 'Вконтакте', 'рот')
    """
    if _HAS_FANCY.search(text):
        text = text.translate(_PLAIN)
    return _RUN.sub(_in_one_alphabet, text) if _MIXED.search(text) else text


def _in_one_alphabet(match: re.Match[str]) -> str:
    """In Latin if each letter can be; else in the alphabet of most letters; else as it is (`iPhoneов`)."""
    word = match.group()
    others = len(_OTHER_LETTER.findall(word))
    if others in (0, len(word)):
        return word
    latin = word.translate(_TO_LATIN)
    if not _OTHER_LETTER.search(latin):
        return latin
    for script, table in _FROM_LATIN:
        if 2 * len(script.findall(word)) > len(word):
            other = word.translate(table)
            return word if _LATIN_LETTER.search(other) else other
    return word

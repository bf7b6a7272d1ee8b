"""How a text becomes words for matching: links dropped, invisible characters gone, case and accents folded.

A text is spelled as one line of words between single spaces, so that ` air france ` is found exactly where these two
words follow each other, whatever stood between them (an apostrophe, a hyphen, a line break). After the line come the
hashtags and handles with their sign, and the parts of hashtags in CamelCase.
"""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

GAP: Final = " \x00 "
"""Stands where words do not follow each other; no word contains it."""


def _ranges(codes: list[int]) -> str:
    """A regular expression's character class (without brackets) of sorted code points."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in spans)


# Vowel signs of Indic scripts and the like are letters to their readers, but not to `\w`.
_MARKS: Final = _ranges([c for c in range(0x300, 0xFE00) if unicodedata.category(chr(c)) in ("Mn", "Mc")])
_EMOJI: Final = "\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Scripts written without spaces: each character stands alone, so that a name is found inside a run of them.
_SPACELESS: Final = "\u0e01-\u0e5b\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(
    rf"[{_SPACELESS}]|[^\W_{_SPACELESS}](?:[^\W_{_SPACELESS}]|[{_MARKS}])*|[{_EMOJI}]",
)
_ASCII_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S*|(?<![\w.+@-])[\w.+-]{1,64}@\w[\w-]{0,64}\.\w[\w.-]*", re.IGNORECASE)
_TAGGED: Final = re.compile(rf"(?<![\w@#&/])[@#](?=\w)(?:\w|[{_MARKS}])+(?:(?<=\w)[.-]\w+)*")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
# Signs that Unicode would spell out as letters (™ → TM) or take for letters (ʼ); letters that it does not take apart.
_SIGNS: Final = str.maketrans({"™": " ", "®": " ", "©": " ", "℠": " ", "ʼ": "'", "ʹ": "'", "＃": "#", "＠": "@"})
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"})
_HAS_SIGN: Final = re.compile("[™®©℠ʼʹ＃＠]")
_HAS_LETTER: Final = re.compile("[œæøłđıðþ]")
"""Translating is slow and rarely needed, searching is not."""


def fold(text: str) -> str:
    """Without case and accents; keeps spaces where they are.

    >>> fold("L'Œuvre d'ÉTÉ, Straße")
    "l'oeuvre d'ete, strasse"
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = unicodedata.normalize("NFC", _ACCENTS.sub("", apart))
    return bare.translate(_LETTERS) if _HAS_LETTER.search(bare) else bare


def plain(text: str) -> str:
    """One spelling for what looks the same: entities read, invisible characters, links and addresses removed."""
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        if _HAS_SIGN.search(text):
            text = text.translate(_SIGNS)
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if "://" in text or "@" in text or "www." in text:
        text = _LINK.sub(" \x00 ", text)
    return text


def words(text: str) -> list[str]:
    """The words of a `plain` text, as written.

    >>> words("L'Oréal, porte-clés 100% aujourd'hui 🍊!")
    ['L', 'Oréal', 'porte', 'clés', '100', 'aujourd', 'hui', '🍊']
    """
    found: list[str] = (_ASCII_WORD if text.isascii() else _WORD).findall(text)
    return found


def tagged(text: str) -> list[str]:
    """The hashtags and handles of a `plain` text, with their sign. A handle with a domain also counts without it."""
    found: list[str] = []
    for match in _TAGGED.finditer(text):
        found += _spellings(match.group())
    return found


def _spellings(tag: str) -> tuple[str, ...]:
    if "." not in tag and "-" not in tag:
        return (tag,)
    short = re.split(r"[.-]", tag, maxsplit=1)[0]
    if tag[0] == "@" and short != tag:
        return (tag, short)
    return (short,)


def camel_parts(word: str) -> list[str]:
    """The words inside a word in CamelCase, or nothing when it is not.

    >>> camel_parts("OrangePanneSNCF2026"), camel_parts("orange")
    (['Orange', 'Panne', 'SNCF', '2026'], [])
    """
    if word.isalpha() and word[1:].islower():
        return []
    cuts = [0]
    for i, (left, right) in enumerate(pairwise(word), start=1):
        following = word[i + 1 : i + 2]
        starts_word = left.islower() and right.isupper()
        ends_acronym = left.isupper() and right.isupper() and following.islower()
        if starts_word or ends_acronym or left.isdigit() != right.isdigit():
            cuts.append(i)
    if len(cuts) == 1:
        return []
    return [word[a:b] for a, b in pairwise([*cuts, len(word)])]


@dataclass(frozen=True)
class Spelled:
    """A text made ready for matching.

    `written` keeps case and accents, `folded` does not; both have the same words between the same spaces.
    """

    source: str = field(repr=False)
    """The `plain` text."""
    written: str
    tail: int
    """Where, in words, hashtags and handles begin."""

    @cached_property
    def folded(self) -> str:
        return fold(self.written)

    def places(self, needle: str, *, as_written: bool = False) -> Iterator[tuple[int, int]]:
        """First and last word (counted in the text) of each place where `needle`, a spelled pattern, stands."""
        line = self.written if as_written else self.folded
        width = len(needle.split()) - 1
        index, counted = 0, 0
        at = line.find(needle)
        while at >= 0:
            index, counted = index + line.count(" ", counted, at), at
            if index < self.tail:
                yield index, index + width
            else:
                place = self._tail_places[index - self.tail]
                yield place, place
            at = line.find(needle, at + 1)

    @cached_property
    def _tail_places(self) -> list[int]:
        """For each word of the tail, the number of the word in the text where its hashtag or handle begins."""
        pattern = _ASCII_WORD if self.source.isascii() else _WORD
        starts = [m.start() for m in pattern.finditer(self.source)]
        places: list[int] = [0]  # the gap
        for match in _TAGGED.finditer(self.source):
            place = bisect_left(starts, match.start())
            places += [place] * len(_spellings(match.group()))
        for match in _TAGGED.finditer(self.source):
            place = bisect_left(starts, match.start())
            for tag in _spellings(match.group()):
                parts = _parts(tag)
                places += [place] * (len(parts) + 1 if parts else 0)
        return places


def _parts(tag: str) -> list[str]:
    return camel_parts(tag[1:]) if tag[0] == "#" else []


def spell(text: str) -> Spelled:
    """Makes a raw text ready for matching.

    >>> spell("L'avis d'Orange ? #OrangePanne @Acme").folded
    ' l avis d orange orangepanne acme \\x00 #orangepanne @acme \\x00 orange panne '
    """
    source = plain(text)
    line = words(source)
    tail = len(line)
    if "#" in source or "@" in source:
        tags = tagged(source)
        if tags:
            line += ["\x00", *tags]
            for tag in tags:
                parts = _parts(tag)
                if parts:
                    line += ["\x00", *parts]
    return Spelled(source, f" {' '.join(line)} ", tail)

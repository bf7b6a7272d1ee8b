"""How a text becomes words for matching: links dropped, invisible characters gone, case and accents folded.

A text is spelled as one line of words between single spaces, so that ` air france ` is found exactly where these two
words follow each other, whatever stood between them (an apostrophe, a hyphen, a line break). After the line come the
hashtags and handles with their sign, and the parts of hashtags in CamelCase; a zero byte stands where words do not
follow each other.
"""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

from models.matching.alphabets import EMOJI, MARKS, SPACELESS, ranges
from models.matching.confusables import without_confusables
from models.matching.folding import bare, fold
from models.matching.hashtags import inner_lines, tag_starts, tagged

_LETTER: Final = rf"[^\W_{SPACELESS}]"
# The two halves of a flag are one sign: else 🇧🇫🇷🇺 would hold 🇫🇷.
WORD: Final = rf"{_LETTER}+(?:[{MARKS}]+{_LETTER}*)*|[{SPACELESS}]|[\U0001f1e6-\U0001f1ff]{{2}}|[{EMOJI}]"
_WORD: Final = re.compile(WORD)
_ASCII_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_FOLDED: Final = bytes(ord(chr(c).lower()) if chr(c).isalnum() and c < 0x80 else ord(" ") for c in range(256))
"""For each byte of an ASCII text what it is in a line of folded words."""
_LINK: Final = re.compile(r"(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ww]{3}\.)\S*")
_HAS_MAIL: Final = re.compile(r"@(?<=[\w.+-]@)\w")
_MAIL: Final = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@\w[\w-]{0,64}\.\w[\w.-]*")
_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff"
)
"""Joiners, direction marks, soft hyphens and the like; and skin tones, which make no other emoji."""
_UNSEEN: Final = re.compile(f"[{_INVISIBLE}]")
# Signs that Unicode would spell out as letters (™ → TM) or take for letters (ʼ).
_SIGNS: Final = str.maketrans({"™": " ", "®": " ", "©": " ", "℠": " ", "ʼ": "'", "ʹ": "'", "＃": "#", "＠": "@"})
_ODD: Final = re.compile(f"[™®©℠ʼʹ＃＠{_INVISIBLE}]")
"""Translating is slow and rarely needed, searching is not."""


def _simple(code: int) -> bool:
    """Whether a character is no letter, or a Latin one that is plain ASCII once case and accents are folded."""
    char = chr(code)
    if _WORD.match(char) is None and not char.isalnum():
        return True
    apart = unicodedata.normalize("NFD", char.casefold())
    return len(apart) == 2 and apart[0].isascii() and "\u0300" <= apart[1] <= "\u036f"


_BEYOND_LATIN: Final = re.compile(
    f"[^\x00-\x7f{ranges([c for c in (*range(0x80, 0x180), *range(0x2010, 0x2060), 0x20AC) if _simple(c)])}]"
)


def normal(text: str) -> str:
    """One spelling for what looks the same: entities read, fancy letters made plain, invisible characters removed."""
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        if _ODD.search(text):
            text = _UNSEEN.sub("", text.translate(_SIGNS))
        text = unicodedata.normalize("NFKC", text)
    return text


def as_long(text: str) -> str:
    """What `normal` makes of a text as far as each character keeps its place: signs and invisible ones as spaces."""
    return _UNSEEN.sub(" ", text.translate(_SIGNS)) if _ODD.search(text) else text


def without_links(text: str) -> str:
    """A text without its links and mail addresses."""
    if "://" in text or "ww." in text or "WW." in text:
        text = _LINK.sub(" ", text)
    if "@" in text and _HAS_MAIL.search(text):
        text = _MAIL.sub(" ", text)
    return text


def plain(text: str, *, confusables: bool = True) -> str:
    """A text as it is read: `normal`, `without_links`, and without confusables if these are folded."""
    text = without_links(normal(text))
    return text if text.isascii() or not confusables else without_confusables(text)


def words(text: str) -> list[str]:
    """The words of a `plain` text, as written.

    >>> words("L'Oréal, porte-clés 100% aujourd'hui 🍊!")
    ['L', 'Oréal', 'porte', 'clés', '100', 'aujourd', 'hui', '🍊']
    """
    found: list[str] = (_ASCII_WORD if text.isascii() else _WORD).findall(text)
    return found


class Spelled:
    """A text made ready for matching: one line of words in which everything is folded, and stricter ones on demand."""

    def __init__(self, source: str, *, latin: bool, mixed: bool = False) -> None:
        self._source = source
        self.mixed: Final = mixed
        """Whether confusables were folded: without that the text would read otherwise."""
        head = _folded_words(source, latin=latin)
        self._tags = tagged(source) if "#" in source or "@" in source else []
        self._tail = _tail(self._tags) if self._tags else ""
        tail = fold(self._tail) if self._tags else ""
        self.tail: Final = head.count(" ") + 1 if head else 0
        """Where, in words, hashtags and handles begin."""
        self.folded: Final = f" {head}{tail if head else tail[1:]} "
        """Without case and accents."""

    @cached_property
    def written(self) -> str:
        """The words as they are written, one for one those of `folded`."""
        head = " ".join(words(self._source))
        return f" {head}{self._tail if head else self._tail[1:]} "

    def line(self, *, case: bool, accents: bool) -> str:
        """The line in which case, accents or neither are folded."""
        if case and accents:
            return self.folded
        if not (case or accents):
            return self.written
        return self._line_without_case if case else self._line_without_accents

    @cached_property
    def _line_without_case(self) -> str:
        return fold(self.written, accents=False)

    @cached_property
    def _line_without_accents(self) -> str:
        return fold(self.written, case=False)

    def places(self, needle: str, *, case: bool = True, accents: bool = True) -> Iterator[tuple[int, int]]:
        """First and last word (counted in the text) of each place where `needle` stands in the `line` so folded."""
        line = self.line(case=case, accents=accents)
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
        starts = [match.start() for match in _WORD.finditer(self._source)]
        tags = [bisect_left(starts, at) for at in tag_starts(self._source)]
        places = [0, *tags]
        for tag, place in zip(self._tags, tags, strict=True):
            for line in inner_lines(tag):
                places += [place] * (len(line) + 1)
        return places


def _tail(tags: list[str]) -> str:
    """The tags, then what each holds; a zero byte stands before them, and before each way to read one."""
    tail = ["", "\x00", *tags]
    for tag in tags:
        for line in inner_lines(tag):
            tail.append("\x00")
            tail += line
    return " ".join(tail)


def _folded_words(source: str, *, latin: bool) -> str:
    """The words of a `plain` text, folded: text in Latin letters by a short cut, which makes it ASCII first."""
    if not latin:
        return fold(" ".join(_WORD.findall(source)))
    if not source.isascii():
        source = bare(source)
    return b" ".join(source.encode("ascii", "replace").translate(_FOLDED).split()).decode("ascii")


def spell(text: str) -> Spelled:
    """Makes a raw text ready for matching.

    >>> spell("L'avis d'Orange ? #OrangePanne @Acme").folded
    ' l avis d orange orangepanne acme \\x00 #orangepanne @acme \\x00 orange panne '
    """
    source = without_links(normal(text))
    if source.isascii() or _BEYOND_LATIN.search(source) is None:
        return Spelled(source, latin=True)
    read = without_confusables(source)
    return Spelled(read, latin=False, mixed=read != source)


def spell_exactly(text: str) -> Spelled:
    """The same where a look-alike is another letter; only of use for a text that is `mixed`."""
    return Spelled(without_links(normal(text)), latin=False)


Spell = Callable[[str], Spelled]
"""`spell`, or one that remembers what it spelled."""

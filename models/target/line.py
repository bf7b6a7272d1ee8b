"""A post as one flat line in which the brand's name and its rivals' are marked, for rules to read."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

Span = tuple[int, int]
"""Start and end (exclusive), in characters."""

BRAND: Final = "\ue000"
"""Stands for each character of the brand's name."""
RIVAL: Final = "\ue001"
"""The same for another brand's name."""


def _flat_letters() -> dict[int, str]:
    """Lower case without accents, one character for one."""
    letters = {ord("’"): "'", ord("‘"): "'", ord("ʼ"): "'", ord("œ"): "o", ord("Œ"): "o", ord("\u00a0"): " "}
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x250)):
        letters[code] = unicodedata.normalize("NFKD", chr(code))[0].lower()[0]
    # The marks are ours alone.
    return letters | {ord(BRAND): " ", ord(RIVAL): " "}


_FLAT: Final = _flat_letters()


def flat(text: str) -> str:
    """Without case and accents, and as long as the text, so that places in one are places in the other.

    >>> flat("L’Été À Nîmes"), len(flat("œuf ﬁn")) == len("œuf ﬁn")
    ("l'ete a nimes", True)
    """
    return text.translate(_FLAT)


def marked(line: str, spans: Sequence[Span], sign: str) -> str:
    """The line with each of the spans overwritten by `sign`.

    >>> marked("ah, acme", [(4, 8)], "x")
    'ah, xxxx'
    """
    letters = list(line)
    for start, end in spans:
        letters[start:end] = sign * (end - start)
    return "".join(letters)


_LEADING: Final = re.compile(r"[\s.\"“']*(?:RT\s+@\w+:?\s*)?(?:@\w+[\s,:]*)+")
_PIECE: Final = re.compile(r"\S+")
_MENTIONS_NOTHING: Final = ("@", "#", "http")


def body(text: str) -> Span:
    """What is left of a post without the handles that it begins with and the tags and links that it ends with.

    Names there say to whom a post goes or under which heading; they have no clause of their own.

    >>> text = "@acme is this a joke @zeta, really? #acme #fail"
    >>> text[slice(*body(text))]
    'is this a joke @zeta, really?'
    """
    leading = _LEADING.match(text)
    start = 0 if leading is None else leading.end()
    end = start
    for piece in _PIECE.finditer(text, start):
        if not piece.group().startswith(_MENTIONS_NOTHING):
            end = piece.end()
    return start, end

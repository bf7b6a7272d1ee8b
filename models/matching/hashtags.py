"""Hashtags and handles: where they stand, and the words inside a hashtag in CamelCase."""

import re
from itertools import pairwise
from typing import Final

from models.matching.alphabets import MARKS

# The sign comes first in the expression, because that is what a search can skip to.
_TAGGED: Final = re.compile(rf"[@#](?<![\w@#&/][@#])(?=\w)\w+(?:[{MARKS}]+\w*)*(?:(?<=\w)[.-]\w+)*")
_DIGITS: Final = re.compile(r"\d+|\D+")


def tagged(text: str) -> list[str]:
    """The hashtags and handles of a `plain` text, with their sign; a handle with a domain also without it.

    >>> tagged("bravo @acme.bsky.social #Pannes")
    ['@acme.bsky.social', '@acme', '#Pannes']
    """
    found: list[str] = []
    for tag in _TAGGED.findall(text):
        if "." in tag or "-" in tag:
            found += _spellings(tag)
        else:
            found.append(tag)
    return found


def tag_starts(text: str) -> list[int]:
    """Where each of the `tagged` begins."""
    return [match.start() for match in _TAGGED.finditer(text) for _ in _spellings(match.group())]


def _spellings(tag: str) -> tuple[str, ...]:
    if "." not in tag and "-" not in tag:
        return (tag,)
    short = re.split(r"[.-]", tag, maxsplit=1)[0]
    if tag[0] == "@" and short != tag:
        return (tag, short)
    return (short,)


def camel_parts(word: str) -> list[str]:
    """The words inside a word in CamelCase.

    >>> camel_parts("OrangePanneSNCF2026"), camel_parts("orange")
    (['Orange', 'Panne', 'SNCF', '2026'], ['orange'])
    """
    cuts = [0]
    for i, (left, right) in enumerate(pairwise(word), start=1):
        following = word[i + 1 : i + 2]
        starts_word = left.islower() and right.isupper()
        ends_acronym = left.isupper() and right.isupper() and following.islower()
        if starts_word or ends_acronym or (left.isdigit() != right.isdigit() and right.isalnum()):
            cuts.append(i)
    return [word[a:b] for a, b in pairwise([*cuts, len(word)])]


def inner_lines(tag: str) -> list[list[str]]:
    """The words inside a hashtag, in the ways in which they may be meant: brands, too, have capitals inside.

    >>> inner_lines("#YouTubePanne"), inner_lines("#iPhone15"), inner_lines("#panne")
    ([['You', 'Tube', 'Panne'], ['YouTube'], ['TubePanne']], [['i', 'Phone', '15'], ['iPhone', '15'], ['iPhone'], \
['Phone15']], [])
    """
    if tag[0] != "#" or (tag[1:].isalpha() and tag[2:].islower()):
        return []
    pieces = [camel_parts(piece) for piece in tag[1:].split("_") if piece]
    parts = [part for piece in pieces for part in piece]
    if len(parts) == len(pieces):
        return []
    numbered = [run for piece in tag[1:].split("_") for run in _DIGITS.findall(piece)]
    lines = [parts] if numbered in (parts, [tag[1:]]) else [parts, numbered]
    for piece in pieces:
        for width in (2, 3):
            if width < len(piece):
                lines += [["".join(piece[i : i + width])] for i in range(len(piece) - width + 1)]
    return lines

"""Where in a text, as it was written, the terms of a query stand: which words of a post are the brand's name."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from models.matching.alphabets import MARKS
from models.matching.folding import fold
from models.matching.nodes import And, Limit, Near, Node, Not, Or, Site, Term
from models.matching.words import WORD, as_long, spell, words

Span = tuple[int, int]
"""Start and end (exclusive) of a mention, in characters of the text as written."""

_TOKEN: Final = re.compile(
    rf"(?P<link>(?:https?://|www\.)\S*)|(?P<tag>(?<![\w@#&/])[@#]\w+(?:[{MARKS}]+\w*)*)|(?P<word>{WORD})", re.IGNORECASE
)
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d{1,6});")


def wanted(node: Node) -> Iterator[Term]:
    """The terms whose presence names the brand: all of a query but those it excludes."""
    match node:
        case Term():
            yield node
        case Near(left, right, _):
            yield from (*left, *right)
        case And(children) | Or(children):
            for child in children:
                yield from wanted(child)
        case Not() | Limit() | Site():
            return


def places(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Where the terms stand, in order and without overlaps; a hashtag or handle counts whole.

    A term that matches only in a spelling that the text does not show (through invisible characters, say) has no
    place: what is not certain is left out.

    >>> from models.matching.query import parse
    >>> text = "Merci @Acme, l'appli d'ACME marche #AcmePanne"
    >>> [text[start:end] for start, end in places(text, list(wanted(parse("acme OR @acme").root)))]
    ['@Acme', 'ACME', '#AcmePanne']
    """
    # Entities become as many spaces, so that what follows keeps its place.
    shown = as_long(_ENTITY.sub(lambda match: " " * len(match.group()), text) if "&" in text else text)
    tokens = [(match.start(), match.end(), _spelled(match)) for match in _TOKEN.finditer(shown)]
    # One word may fold to several (ligatures): each keeps the place of its token.
    line = [(word, start, end) for start, end, spelled in tokens for word in spelled]
    folded = f" {' '.join(word for word, _, _ in line)} "
    runs = [
        (start, end)
        for term in terms
        for start, end in _runs(folded, line, term.pattern)
        if term.strict is None or term.strict in spell(shown[start:end]).line(case=term.case, accents=term.accents)
    ]
    return _merged(_tags(shown, terms) + runs)


def _spelled(match: re.Match[str]) -> list[str]:
    """A token's words, folded. Neither a tag nor a link is part of a run of words."""
    return fold(" ".join(words(match.group()))).split() if match.lastgroup == "word" else ["\x00"]


def _runs(folded: str, line: Sequence[tuple[str, int, int]], pattern: str) -> list[Span]:
    found, counted, index = [], 0, 0
    at = folded.find(pattern)
    while at >= 0:
        index, counted = index + folded.count(" ", counted, at), at
        last = index + len(pattern.split()) - 1
        found.append((line[index][1], line[last][2]))
        at = folded.find(pattern, at + 1)
    return found


def _tags(shown: str, terms: Sequence[Term]) -> list[Span]:
    """Hashtags and handles that are a term, contain it in CamelCase, or are it but for their sign."""
    found = []
    for match in _TOKEN.finditer(shown):
        if match.lastgroup == "tag":
            line = spell(match.group()).folded
            if any(term.pattern in line for term in terms):
                found.append(match.span())
    return found


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(set(spans)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)

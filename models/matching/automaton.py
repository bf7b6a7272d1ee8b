"""All brands' queries in one automaton: the cost of a text does not grow with the number of brands that it misses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import ahocorasick_rs

from models.matching.places import Span, places, wanted
from models.matching.query import And, Near, Node, Not, Or, Query, Term, terms
from models.matching.words import Spelled, spell


def holds(node: Node, text: Spelled, found: frozenset[str] | set[str]) -> bool:
    """Whether `text`, in which the folded patterns `found` stand, satisfies a query's node."""
    match node:
        case Term(_, pattern, written):
            return pattern in found and (written is None or written in text.written)
        case Not(child):
            return not holds(child, text, found)
        case And(children):
            return all(holds(child, text, found) for child in children)
        case Or(children):
            return any(holds(child, text, found) for child in children)
        case Near(left, right, distance):
            return _near(_places(left, text, found), _places(right, text, found), distance)


def _places(side: Iterable[Term], text: Spelled, found: frozenset[str] | set[str]) -> list[tuple[int, int]]:
    places: set[tuple[int, int]] = set()
    for term in side:
        if term.pattern not in found:
            continue
        if term.written is None:
            places.update(text.places(term.pattern))
        else:
            places.update(text.places(term.written, as_written=True))
    return sorted(places)


def _near(left: Sequence[tuple[int, int]], right: Sequence[tuple[int, int]], distance: int) -> bool:
    """Whether a place of one and a place of the other have at most `distance` words between them."""
    tagged = sorted([(*place, 0) for place in left] + [(*place, 1) for place in right])
    ends = [-(10**9), -(10**9)]  # the last word so far of either side
    for first, last, side in tagged:
        if first - ends[1 - side] - 1 <= distance:
            return True
        ends[side] = max(ends[side], last)
    return False


def triggers(node: Node) -> frozenset[str] | None:
    """Patterns of which at least one stands in every text that satisfies `node`; None: a text may have none of them.

    Of the parts of an AND the one with the fewest and longest patterns is taken, so that `air AND …` rarely wakes.
    """
    match node:
        case Term(_, pattern, _):
            return frozenset({pattern})
        case Not():
            return None
        case Or(children):
            parts = [triggers(child) for child in children]
            known = [part for part in parts if part is not None]
            return frozenset().union(*known) if len(known) == len(parts) else None
        case And(children):
            return _rarest(triggers(child) for child in children)
        case Near(left, right, _):
            return _rarest(frozenset(term.pattern for term in side) for side in (left, right))


def _rarest(parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    known = [part for part in parts if part is not None]
    return min(known, key=lambda part: sum(26.0 ** -min(len(p), 12) for p in part), default=None)


class Matcher:
    """Says which brands a text names.

    >>> from models.matching.query import parse
    >>> matcher = Matcher({"orange": parse("orange NOT (fruit OR couleur)"), "sncf": parse('sncf OR "oui sncf"')})
    >>> matcher.match(["L'appli d'Orange plante", "le fruit orange", "Orange et la SNCF"])
    [('orange',), (), ('orange', 'sncf')]
    """

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._roots: Final = {brand: query.root for brand, query in queries.items()}
        woken: dict[str, list[str]] = {}
        self._always: Final[list[str]] = []
        for brand, root in self._roots.items():
            wakers = triggers(root)
            if wakers is None:
                self._always.append(brand)
            for pattern in wakers or ():
                woken.setdefault(pattern, []).append(brand)
            for term in terms(root):
                woken.setdefault(term.pattern, [])
        self._patterns: Final = list(woken)
        self._wakes: Final = list(woken.values())
        self._automaton: Final = ahocorasick_rs.AhoCorasick(self._patterns)

    def match(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The brands each text names, sorted, in the order of the texts."""
        return [self._match(text) for text in texts]

    def spans(self, text: str, brand: str) -> tuple[Span, ...]:
        """Where the terms of a brand stand in a text, as written; nothing for a brand that has no query.

        >>> from models.matching.query import parse
        >>> Matcher({"acme": parse("acme NOT corp")}).spans("Ah, ACME…", "acme")
        ((4, 8),)
        """
        root = self._roots.get(brand)
        return () if root is None else places(text, tuple(wanted(root)))

    def _match(self, text: str) -> tuple[str, ...]:
        spelled = spell(text)
        hits = self._automaton.find_matches_as_indexes(spelled.folded, overlapping=True)
        if not hits and not self._always:
            return ()
        indexes = {hit[0] for hit in hits}
        brands = {brand for index in indexes for brand in self._wakes[index]}
        brands.update(self._always)
        found = {self._patterns[index] for index in indexes}
        return tuple(sorted(brand for brand in brands if holds(self._roots[brand], spelled, found)))

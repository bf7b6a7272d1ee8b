"""All brands' queries in one automaton: the cost of a text does not grow with the number of brands that it misses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import ahocorasick_rs

from models.matching.evaluation import DetectLanguage, Matchable, Reading, cheapest_first, holds
from models.matching.nodes import And, Limit, Near, Node, Not, Or, Query, Site, Term, leaves
from models.matching.places import Span, places, wanted
from models.matching.sites import spelled_sites
from models.matching.words import Spell, Spelled, normal, spell, spell_exactly


def triggers(node: Node) -> frozenset[str] | None:
    """Patterns of which at least one stands in every text that satisfies `node`; None: a text may have none of them.

    Of the parts of an AND the one with the fewest and longest patterns is taken, so that `air AND …` rarely wakes.
    """
    match node:
        case Term(_, pattern) | Site(_, pattern):
            return frozenset({pattern})
        case Not() | Limit():
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
    """Says which brands a post names.

    >>> from models.matching.evaluation import Said
    >>> from models.matching.query import parse
    >>> matcher = Matcher({"orange": parse("orange NOT (fruit OR couleur)"), "sncf": parse('sncf OR "oui sncf"')})
    >>> posts = [Said("L'appli d'Orange plante"), Said("le fruit orange"), Said("Orange et la SNCF")]
    >>> matcher.match(posts, lambda text, hint: "fr")
    [('orange',), (), ('orange', 'sncf')]
    """

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._roots: Final = {brand: cheapest_first(query.root) for brand, query in queries.items()}
        self._exact: Final = frozenset(brand for brand, query in queries.items() if not query.folding.confusables)
        """Brands for which a look-alike is another letter."""
        self._always: Final = [brand for brand, root in self._roots.items() if triggers(root) is None]
        woken: dict[str, list[str]] = {}
        for brand, root in self._roots.items():
            for pattern in triggers(root) or ():
                woken.setdefault(pattern, []).append(brand)
            for leaf in leaves(root):
                if not isinstance(leaf, Limit):
                    woken.setdefault(leaf.pattern, [])
        self._patterns: Final = list(woken)
        self._wakes: Final = list(woken.values())
        self._sites: Final = any(pattern.startswith(" //") for pattern in woken)
        self._automaton: Final = ahocorasick_rs.AhoCorasick(self._patterns)

    def match(self, posts: Sequence[Matchable], detect: DetectLanguage, spell: Spell = spell) -> list[tuple[str, ...]]:
        """The brands each post names, sorted, in the order of the posts.

        The language of a post is detected only where the answer hangs on it.
        """
        return [self._match(post, detect, spell(post.text)) for post in posts]

    def spans(self, text: str, brand: str) -> tuple[Span, ...]:
        """Where the terms of a brand stand in a text, as written; nothing for a brand that has no query.

        >>> from models.matching.query import parse
        >>> Matcher({"acme": parse("acme NOT corp")}).spans("Ah, ACME…", "acme")
        ((4, 8),)
        """
        root = self._roots.get(brand)
        return () if root is None else places(text, tuple(wanted(root)))

    def _match(self, post: Matchable, detect: DetectLanguage, spelled: Spelled) -> tuple[str, ...]:
        named = self._named(post, spelled, detect)
        if not (spelled.mixed and self._exact):
            return tuple(sorted(named)) if named else ()
        as_typed = self._exact.intersection(self._named(post, spell_exactly(post.text), detect))
        return tuple(sorted(as_typed.union(set(named) - self._exact)))

    def _named(self, post: Matchable, spelled: Spelled, detect: DetectLanguage) -> Sequence[str]:
        sites = spelled_sites(normal(post.text), post.url) if self._sites else ""
        hits = self._automaton.find_matches_as_indexes(spelled.folded + sites[1:], overlapping=True)
        if not hits and not self._always:
            return ()
        indexes = {hit[0] for hit in hits}
        brands = {brand for index in indexes for brand in self._wakes[index]}
        brands.update(self._always)
        if not brands:
            return ()
        reading = Reading(post, spelled, {self._patterns[index] for index in indexes}, detect)
        return [brand for brand in brands if holds(self._roots[brand], reading)]

"""Brands of which every post counts for another brand too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ahocorasick_rs

from models.matching.automaton import triggers
from models.matching.implication import Branch, branches, covered
from models.matching.nodes import Limit, Query, leaves

_MOST_CANDIDATES: Final = 200


@dataclass(frozen=True, slots=True)
class Overlap:
    """All that `narrow` finds, `wide` finds too; `same`: and the other way round."""

    narrow: str
    wide: str
    same: bool


def overlaps(queries: Mapping[str, Query]) -> list[Overlap]:
    """For each brand the first other one that finds all that it finds; of two that find the same, the second.

    Sound, not complete. Takes time in proportion to the number of brands, not to that of their pairs.

    >>> from models.matching.query import parse
    >>> overlaps({"orange": parse("orange"), "bank": parse('"orange bank" lang:fr'), "sfr": parse("sfr")})
    [Overlap(narrow='bank', wide='orange', same=False)]
    """
    ways = {brand: found for brand, query in queries.items() if (found := branches(query.root))}
    index = _Index({brand: queries[brand] for brand in ways})
    order = {brand: number for number, brand in enumerate(queries)}
    told: list[Overlap] = []
    for narrow, own in ways.items():
        for wide in sorted(index.candidates(own), key=order.__getitem__)[:_MOST_CANDIDATES]:
            if wide == narrow or queries[wide].folding.confusables != queries[narrow].folding.confusables:
                continue
            if covered(own, ways[wide]):
                same = covered(ways[wide], own)
                if not same or order[wide] < order[narrow]:
                    told.append(Overlap(narrow, wide, same))
                    break
    return told


class _Index:
    """Which brands some pattern of a query could wake."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        woken: dict[str, list[str]] = {}
        for brand, query in queries.items():
            for pattern in triggers(query.root) or ():
                woken.setdefault(pattern, []).append(brand)
        self._wakes: Final = list(woken.values())
        self._automaton: Final = ahocorasick_rs.AhoCorasick(list(woken))

    def candidates(self, ways: Sequence[Branch]) -> set[str]:
        """Brands that one way to satisfy a query wakes: no other can find all that the query finds."""
        line = "\n".join(_lines(min(ways, key=lambda way: len(way.wanted))))
        hits = self._automaton.find_matches_as_indexes(line, overlapping=True)
        return {brand for index in {hit[0] for hit in hits} for brand in self._wakes[index]}


def _lines(way: Branch) -> Iterator[str]:
    for literal in way.wanted:
        for leaf in leaves(literal):
            if not isinstance(leaf, Limit):
                yield leaf.pattern
                yield leaf.pattern.replace("#", "").replace("@", "")

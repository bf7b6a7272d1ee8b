"""Which posts must satisfy a query: contradictions, and queries that find no more than others do.

Everything here is sound and incomplete: what is said holds for every text, but not all that holds is found out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from models.matching.folding import fold
from models.matching.nodes import And, Leaf, Limit, Near, Node, Not, Or, Site, Term

_MOST_BRANCHES: Final = 512
_MOST_COMPARISONS: Final = 50_000

Literal = Leaf | Near
"""What is true of a post or not; a `Near` here has one term on either side."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to satisfy a query: all of `wanted`, and none of `excluded`."""

    wanted: frozenset[Literal]
    excluded: frozenset[Literal]

    @property
    def contradicts(self) -> bool:
        """Whether no post can satisfy it."""
        if any(implies(have, no) for have in self.wanted for no in self.excluded):
            return True
        languages = _languages(self.wanted)
        return languages is not None and not languages.difference(
            *(no.values for no in self.excluded if isinstance(no, Limit) and no.kind == "lang")
        )

    def covered_by(self, other: "Branch") -> bool:
        """Whether each post that satisfies this branch satisfies the other."""
        return all(any(implies(have, want) for have in self.wanted) for want in other.wanted) and all(
            self._rules_out(no) for no in other.excluded
        )

    def _rules_out(self, literal: Literal) -> bool:
        if any(implies(literal, no) for no in self.excluded):
            return True
        languages = _languages(self.wanted)
        return (
            languages is not None
            and isinstance(literal, Limit)
            and literal.kind == "lang"
            and languages.isdisjoint(literal.values)
        )


def _languages(wanted: Iterable[Literal]) -> frozenset[str] | None:
    """The languages that a post may be in, which is in one only; None: any."""
    allowed = [each.values for each in wanted if isinstance(each, Limit) and each.kind == "lang"]
    return frozenset.intersection(*allowed) if allowed else None


def implies(have: Literal, other: Literal) -> bool:
    """Whether each post of which `have` is true is one of which `other` is.

    >>> implies(Term('"orange bank"', " orange bank "), Term("orange", " orange "))
    True
    """
    match have, other:
        case Term(), Term():
            return _contains(have.pattern, other.pattern) and _as_strict(have, other)
        case Site(), Site():
            return other.pattern in have.pattern
        case Limit(), Limit():
            return have.kind == other.kind and have.values <= other.values
        case Near(left, right, distance), Near(others_left, others_right, others_distance):
            same = (left, right) in ((others_left, others_right), (others_right, others_left))
            return same and distance <= others_distance
        case Near(left, right, _), Term():
            return any(all(implies(term, other) for term in side) for side in (left, right))
    return False


def _contains(line: str, needle: str) -> bool:
    """A line that stands in a text brings with it all that it contains; a tag also the word after its sign."""
    return needle in line or needle in line.replace("#", "").replace("@", "")


def _as_strict(have: Term, other: Term) -> bool:
    if other.strict is None:
        return True
    if have.strict is None or have.case > other.case or have.accents > other.accents:
        return False
    return _contains(fold(have.strict, case=other.case, accents=other.accents), other.strict)


def branches(node: Node) -> list[Branch] | None:
    """All ways to satisfy a query, without those in which no post can; None: too many to tell."""
    found = _branches(node, positive=True)
    if found is None or sum(len(each.wanted) * len(each.excluded) for each in found) > _MOST_COMPARISONS:
        return None
    return [branch for branch in found if not branch.contradicts]


def covered(narrow: Sequence[Branch], wide: Sequence[Branch]) -> bool:
    """Whether each post found by one of `narrow` is found by one of `wide`."""
    if len(narrow) * len(wide) > _MOST_COMPARISONS:
        return False
    return all(any(branch.covered_by(other) for other in wide) for branch in narrow)


_NONE: Final[frozenset[Literal]] = frozenset()


def _branches(node: Node, *, positive: bool) -> list[Branch] | None:
    """The ways to satisfy `node`, or its negation: its disjunctive normal form."""
    match node:
        case Term() | Site() | Limit():
            one: frozenset[Literal] = frozenset({node})
            return [Branch(one, _NONE) if positive else Branch(_NONE, one)]
        case Not(child):
            return _branches(child, positive=not positive)
        case Near(left, right, distance):
            pairs = [(a, b, Near((a,), (b,), distance)) for a in left for b in right]
            if positive:
                return [Branch(frozenset({a, b, near}), _NONE) for a, b, near in pairs]
            return [Branch(_NONE, frozenset(near for _, _, near in pairs))]
        case And(children) | Or(children):
            parts = [_branches(child, positive=positive) for child in children]
            known = [part for part in parts if part is not None]
            if len(known) != len(parts):
                return None
            return _joined(known) if isinstance(node, And) is positive else _listed(known)


def _joined(parts: list[list[Branch]]) -> list[Branch] | None:
    size = 1
    for part in parts:
        size *= len(part)
        if size > _MOST_BRANCHES:
            return None
    return [
        Branch(_NONE.union(*(each.wanted for each in pick)), _NONE.union(*(each.excluded for each in pick)))
        for pick in product(*parts)
    ]


def _listed(parts: list[list[Branch]]) -> list[Branch] | None:
    flat = [branch for part in parts for branch in part]
    return flat if len(flat) <= _MOST_BRANCHES else None

"""Whether a post satisfies a query, once it is known which patterns stand in it."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from models.matching.nodes import And, Limit, Near, Node, Not, Or, Site, Term
from models.matching.words import Spelled

DetectLanguage = Callable[[str, str | None], str]
"""The ISO 639 code of a text's language, or `und`; the second argument is what the source says of it."""


class Matchable(Protocol):
    """What a query can ask of a post; `models.records.Post` is one."""

    @property
    def text(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Said:
    """A bare `Matchable`, where there is no `Post`."""

    text: str
    source: str = ""
    network: str = ""
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A post as it is looked at: its spelled text, and the folded patterns that stand in it."""

    post: Matchable
    spelled: Spelled
    found: AbstractSet[str]
    detect: DetectLanguage


def holds(node: Node, reading: Reading) -> bool:
    """Whether a post satisfies a query's node."""
    match node:
        case Term() | Site():
            return _stands(node, reading)
        case Not(child):
            return not holds(child, reading)
        case And(children):
            return all(holds(child, reading) for child in children)
        case Or(children):
            return any(holds(child, reading) for child in children)
        case Near(left, right, distance):
            return _near(_places(left, reading), _places(right, reading), distance)
        case Limit():
            return _within(node, reading)


def _stands(leaf: Term | Site, reading: Reading) -> bool:
    if leaf.pattern not in reading.found:
        return False
    if isinstance(leaf, Site) or leaf.strict is None:
        return True
    return leaf.strict in reading.spelled.line(case=leaf.case, accents=leaf.accents)


def _within(limit: Limit, reading: Reading) -> bool:
    post = reading.post
    if limit.kind == "lang":
        return reading.detect(post.text, post.language) in limit.values
    return post.source.lower() in limit.values or post.network.lower() in limit.values


def _places(side: Iterable[Term], reading: Reading) -> list[tuple[int, int]]:
    places: set[tuple[int, int]] = set()
    for term in side:
        if term.pattern in reading.found:
            needle = term.pattern if term.strict is None else term.strict
            places.update(reading.spelled.places(needle, case=term.case, accents=term.accents))
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


def cheapest_first(node: Node) -> Node:
    """The same query, in which what is quickly known is asked first: a language has to be detected."""
    match node:
        case And(children):
            return And(tuple(sorted(map(cheapest_first, children), key=_cost)))
        case Or(children):
            return Or(tuple(sorted(map(cheapest_first, children), key=_cost)))
        case Not(child):
            return Not(cheapest_first(child))
        case _:
            return node


def _cost(node: Node) -> int:
    match node:
        case Limit("lang", _):
            return 3
        case Near():
            return 2
        case Limit():
            return 1
        case Not(child):
            return _cost(child)
        case And(children) | Or(children):
            return max(map(_cost, children))
        case _:
            return 0

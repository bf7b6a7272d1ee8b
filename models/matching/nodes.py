"""What a query is made of, once it is parsed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from models.matching.folding import ALL_FOLDED, Folding


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other, a hashtag, or a handle.

    `pattern` is looked for in a `Spelled.folded` text. Where case or accents count, `strict` must stand in the text's
    `line` of the same folding too. A pattern that does not end in a space matches the beginning of a word.
    """

    text: str
    pattern: str
    strict: str | None = None
    case: bool = True
    accents: bool = True
    """What `strict` folds, if there is one."""


@dataclass(frozen=True, slots=True)
class Site:
    """A link to a domain or one below it; `pattern` as of `sites.domain_pattern`."""

    text: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Limit:
    """Posts in one of these languages (ISO 639 codes), or from one of these sources or networks (lower case)."""

    kind: Literal["lang", "source"]
    values: frozenset[str]
    text: str = field(compare=False)
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    children: tuple["Node", ...]
    grouped: bool = field(default=False, compare=False)
    """Its user has put it in parentheses."""


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Some term of `left` and some of `right`, in any order, with at most `distance` words between them."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    distance: int


Leaf = Term | Site | Limit
Node = Leaf | Not | And | Or | Near


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query, the words it was parsed from, and what they take as the same."""

    source: str
    root: Node
    folding: Folding = ALL_FOLDED


def leaves(node: Node) -> Iterator[Leaf]:
    """Every term, site and limit of a query, from left to right."""
    match node:
        case Term() | Site() | Limit():
            yield node
        case Not(child):
            yield from leaves(child)
        case Near(left, right, _):
            yield from left
            yield from right
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)


def terms(node: Node) -> Iterator[Term]:
    """Every term of a query, from left to right."""
    return (leaf for leaf in leaves(node) if isinstance(leaf, Term))


def limits(node: Node) -> Iterator[Limit]:
    """Every limit to languages or sources, from left to right."""
    return (leaf for leaf in leaves(node) if isinstance(leaf, Limit))


def shown(node: Node) -> str:
    """A node as a user would write it, for remarks."""
    match node:
        case Term() | Site() | Limit():
            return node.text
        case Not(child):
            return f"NOT {_grouped(child)}"
        case And(children):
            return " ".join(map(_grouped, children))
        case Or(children):
            return " OR ".join(map(_grouped, children))
        case Near(left, right, distance):
            sides = [shown(side[0] if len(side) == 1 else Or(side)) for side in (left, right)]
            first, second = (f"({s})" if len(side) > 1 else s for s, side in zip(sides, (left, right), strict=True))
            return f"{first} NEAR/{distance} {second}"


def _grouped(node: Node) -> str:
    return f"({shown(node)})" if isinstance(node, And | Or) else shown(node)

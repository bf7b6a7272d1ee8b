"""What is odd about a query that can be read: it can never match, it matches nearly everything, it is mistyped."""

from itertools import product
from typing import Final

from models.matching.query import And, Near, Node, Not, Or, Query, Term, terms

_MAX_BRANCHES: Final = 512
_MISTYPED: Final = {"and": "AND", "or": "OR", "not": "NOT", "et": "AND", "ou": "OR", "sauf": "NOT", "near": "NEAR/5"}
_Branch = tuple[frozenset[Term], frozenset[Term]]


def lint(query: Query) -> list[str]:
    """Remarks for people, each with its remedy; an empty list says that all is well.

    >>> from models.matching.query import parse
    >>> lint(parse("orange NOT orange"))
    ['can never match: what it asks for and what it excludes are the same.']
    >>> lint(parse("orange NOT fruit"))
    []
    """
    return [*_reach(query.root), *_broad(query.root), *_typing(query.root)]


def _reach(root: Node) -> list[str]:
    branches = _branches(root, positive=True)
    if branches is None:
        return []
    alive = [branch for branch in branches if not _contradicts(branch)]
    if not alive:
        return ["can never match: what it asks for and what it excludes are the same."]
    if any(not wanted for wanted, _ in alive):
        return ["matches nearly everything: it only excludes. Add a term that must be there."]
    return []


def _contradicts(branch: _Branch) -> bool:
    """Whether an excluded term stands in every text in which a wanted one does."""
    wanted, excluded = branch
    return any(_implies(have, no) for have in wanted for no in excluded)


def _implies(have: Term, other: Term) -> bool:
    if other.written is not None:
        return have.written is not None and other.written in have.written
    # A hashtag or handle is also the word after its sign.
    return other.pattern in have.pattern or other.pattern in have.pattern.replace("#", "").replace("@", "")


def _branches(node: Node, *, positive: bool) -> list[_Branch] | None:
    """The ways to satisfy `node` (or its negation), each as wanted and excluded terms; None: too many to tell."""
    match node:
        case Term():
            one = frozenset({node})
            return [(one, frozenset())] if positive else [(frozenset(), one)]
        case Not(child):
            return _branches(child, positive=not positive)
        case Near(left, right, _):
            if positive:
                return [(frozenset({a, b}), frozenset()) for a in left for b in right]
            return None  # "not near" excludes no term by itself
        case And(children) | Or(children):
            parts = [_branches(child, positive=positive) for child in children]
            known = [part for part in parts if part is not None]
            if len(known) != len(parts):
                return None
            return _joined(known) if isinstance(node, And) is positive else _listed(known)


def _joined(parts: list[list[_Branch]]) -> list[_Branch] | None:
    size = 1
    for part in parts:
        size *= len(part)
        if size > _MAX_BRANCHES:
            return None
    return [
        (frozenset().union(*(w for w, _ in pick)), frozenset().union(*(x for _, x in pick))) for pick in product(*parts)
    ]


def _listed(parts: list[list[_Branch]]) -> list[_Branch] | None:
    flat = [branch for part in parts for branch in part]
    return flat if len(flat) <= _MAX_BRANCHES else None


def _broad(root: Node) -> list[str]:
    remarks = []
    for term in dict.fromkeys(terms(root)):
        letters = term.pattern.strip().lstrip("#@")
        open_end = not term.pattern.endswith(" ")
        if letters.isascii() and " " not in letters and len(letters) <= (3 if open_end else 1):
            remarks.append(
                f"“{term.text}” is very short and will match a great deal: make it longer, or add a context."
            )
    return remarks


def _typing(root: Node) -> list[str]:
    return [
        f"“{term.text}” is looked for as a word: the operator is written {_MISTYPED[term.text]}; "
        "to mean the word, quote it."
        for term in dict.fromkeys(terms(root))
        if term.text in _MISTYPED
    ]

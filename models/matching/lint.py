"""What is odd about a query that can be read: it finds nothing, or nearly all, or has a part that changes nothing.

Never wrong, but not all-knowing: see `implication.py`.
"""

from collections.abc import Iterator
from typing import Final

from models.language import LANGUAGES
from models.matching.confusables import without_confusables
from models.matching.implication import Branch, branches, covered
from models.matching.limits import unheard
from models.matching.nodes import And, Limit, Node, Not, Or, Query, limits, shown, terms

NEVER: Final = "can never match"
"""Begins the remark on a query that finds nothing, which is a mistake; all others are on what may be meant."""

_MOST_WAYS: Final = 300
_MISTYPED: Final = {"and": "AND", "or": "OR", "not": "NOT", "et": "AND", "ou": "OR", "sauf": "NOT", "near": "NEAR/5"}


def lint(query: Query) -> list[str]:
    """Remarks for people, each with its remedy; an empty list says that all is well.

    >>> from models.matching.query import parse
    >>> lint(parse("orange NOT orange"))
    ['can never match: its parts contradict each other.']
    >>> lint(parse("orange NOT fruit"))
    []
    """
    reach = [*_reach(query.root)]
    idle = [] if reach else [*_last_only(query.root), *_idle(query.root)]
    return list(dict.fromkeys([*reach, *idle, *_broad(query.root), *_typing(query.root), *_languages(query.root)]))


def _reach(root: Node) -> Iterator[str]:
    ways = branches(root)
    if ways is None:
        return
    if not ways:
        yield f"{NEVER}: its parts contradict each other."
    elif any(not way.wanted for way in ways):
        yield "matches nearly everything: it only excludes. Add a term that must be there."
    elif limited := next((way for way in ways if _only_limits(way)), None):
        said = " ".join(sorted(shown(limit) for limit in limited.wanted))
        yield f"matches nearly everything in {said}. Add a term that must be there."


def _only_limits(way: Branch) -> bool:
    """A source may be all about one brand, but no language is."""
    return all(isinstance(wanted, Limit) and wanted.kind == "lang" for wanted in way.wanted)


def _last_only(root: Node) -> Iterator[str]:
    """`acme OR #acme NOT street`: the exclusion was probably meant for both."""
    if not isinstance(root, Or):
        return
    *others, last = root.children
    if not isinstance(last, And) or last.grouped or any(isinstance(other, And) for other in others):
        return
    excluded = [shown(child) for child in last.children if isinstance(child, Not)]
    wanted = [child for child in last.children if not isinstance(child, Not)]
    if excluded and len(wanted) == 1:
        better = f"({shown(Or((*others, wanted[0])))}) {' '.join(excluded)}"
        yield f"“{' '.join(excluded)}” excludes from “{shown(wanted[0])}” only; for all, write {better}."


def _idle(node: Node) -> Iterator[str]:
    """Parts of an OR or AND that change nothing, outermost first."""
    match node:
        case Or() | And():
            parts = _flat(node)
            yield from _idle_parts(parts, either=isinstance(node, Or))
            for part in parts:
                yield from _idle(part)
        case Not(child):
            yield from _idle(child)
        case _:
            return


def _flat(node: Or | And) -> list[Node]:
    parts: list[Node] = []
    for child in node.children:
        parts += _flat(child) if isinstance(child, Or | And) and type(child) is type(node) else [child]
    return parts


def _idle_parts(parts: list[Node], *, either: bool) -> Iterator[str]:
    ways = [branches(part) for part in parts]
    if sum(len(way or ()) for way in ways) > _MOST_WAYS:
        return
    idle: dict[int, int] = {}  # and beside which other part
    for i, own in enumerate(ways):
        if own == [] and either:
            idle[i] = i
            yield f"“{shown(parts[i])}” finds nothing: its parts contradict each other."
        for j, others in enumerate(ways):
            if i == j or own is None or not others or i in idle or j in idle:
                continue
            # Of two that say the same, the second is idle.
            narrow, wide = (own, others) if either else (others, own)
            if covered(narrow, wide) and (j < i or not covered(wide, narrow)):
                idle[i] = j
    for j in dict.fromkeys(j for i, j in idle.items() if i != j):
        told = [shown(parts[i]) for i, beside in idle.items() if beside == j]
        yield _idleness(told, shown(parts[j]), either=either)


def _idleness(parts: list[str], other: str, *, either: bool) -> str:
    said = f"“{'”, “'.join(parts)}” {'adds' if len(parts) == 1 else 'add'} nothing"
    them, find = ("it", "finds") if len(parts) == 1 else ("them", "find")
    if either:
        return f"{said}: “{other}” finds all that {'it' if len(parts) == 1 else 'they'} {find}. Leave {them} out."
    return f"{said} beside “{other}”. Leave {them} out."


def _broad(root: Node) -> Iterator[str]:
    for term in dict.fromkeys(terms(root)):
        letters = term.pattern.strip().lstrip("#@")
        open_end = not term.pattern.endswith(" ")
        if letters.isascii() and " " not in letters and len(letters) <= (3 if open_end else 1):
            yield f"“{term.text}” is very short and will match a great deal: make it longer, or add a context."


def _typing(root: Node) -> Iterator[str]:
    for term in dict.fromkeys(terms(root)):
        operator = _MISTYPED.get(term.text.lower())
        if operator:
            remedy = f"the operator is written {operator}; to mean the word, quote it."
            yield f"“{term.text}” is looked for as a word: {remedy}"
        if without_confusables(term.text) != term.text:
            yield f"“{term.text}” mixes letters of two alphabets that look alike: type it anew."


def _languages(root: Node) -> Iterator[str]:
    for limit in limits(root):
        for code in unheard(limit):
            yield (
                f"column {limit.column}: no text is found to be in “{code}” unless its source says so; "
                f"those told apart are {', '.join(LANGUAGES)}."
            )

"""The language in which a user says what names a brand, and its parser. The guide for users is `docs/queries.md`."""

import re
from dataclasses import dataclass
from typing import Final

from models.matching.folding import ALL_FOLDED, Folding, fold
from models.matching.hashtags import tagged
from models.matching.limits import FIELDS, BadLimit, limit
from models.matching.nodes import And, Near, Node, Not, Or, Query, Term
from models.matching.words import plain, words

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 40
MAX_DISTANCE: Final = 50
MIN_PREFIX: Final = 2


class QuerySyntaxError(ValueError):
    """A query that cannot be read: what is wrong and how to mend it, and the column (from 1) where.

    >>> print(QuerySyntaxError("“(” is never closed: add a “)”.", 5))
    column 5: “(” is never closed: add a “)”.
    """

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.message = message
        self.column = column


def parse(source: str, folding: Folding = ALL_FOLDED) -> Query:
    """Reads a query, in which `folding` does not matter; raises `QuerySyntaxError`.

    >>> from models.matching.nodes import shown
    >>> shown(parse("orange -(fruit OR couleur) lang:fr").root)
    'orange NOT (fruit OR couleur) lang:fr'
    """
    if len(source) > MAX_LENGTH:
        raise QuerySyntaxError(f"the query is longer than {MAX_LENGTH:,} characters: split the brand.", MAX_LENGTH)
    return Query(source, _Parser(source, folding).whole(), folding)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


_QUOTES: Final = str.maketrans("“”„«»＂（）", '""""""()')
_LEXEME: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\()
      | (?P<close>\))
      | (?P<minus>-(?=[^\s]))
      | (?P<phrase>=?"[^"]*")
      | (?P<unclosed>=?")
      | (?P<word>[^\s()"]+)""",
    re.VERBOSE,
)
_OPERATORS: Final = ("AND", "OR", "NOT")
_NEAR: Final = re.compile(r"NEAR/(\d{1,4})")
_FIELD: Final = re.compile(r"=?[^\W\d_]+:(?!//)")


def _tokens(source: str) -> list[_Token]:
    found = []
    for match in _LEXEME.finditer(source.translate(_QUOTES)):
        kind, text, column = str(match.lastgroup), match.group(), match.start() + 1
        if kind == "unclosed":
            raise QuerySyntaxError("this quotation mark is never closed: add another at the end.", column)
        if kind == "word" and text in _OPERATORS:
            kind = text
        elif kind == "word" and text.startswith("NEAR"):
            kind = "NEAR" if text == "NEAR" or text.startswith("NEAR/") else kind
        if kind != "space":
            found.append(_Token("NOT" if kind == "minus" else kind, text, column))
    return found


def _is_limit(word: str) -> bool:
    """Whether a word is a limit, or hardly anything else: `lang:fr`, `langue:fr`, but neither `10:30` nor a link."""
    match = _FIELD.match(word)
    return match is not None and (match.end() < len(word) or word.lower().strip("=:") in FIELDS)


class _Parser:
    """Recursive descent. OR binds least, then AND (which may be left out), then NOT, then NEAR."""

    def __init__(self, source: str, folding: Folding) -> None:
        self._source = source
        self._folding = folding
        self._tokens = _tokens(source)
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        if not self._tokens:
            raise self._error("the query is empty: write at least one word.", 1)
        root = self._either()
        token = self._peek()
        if token is not None:
            raise self._error("this “)” closes nothing: remove it, or add a “(” before.", token.column)
        return root

    def _either(self) -> Node:
        children = [self._all()]
        while self._take("OR"):
            children.append(self._all())
        return children[0] if len(children) == 1 else Or(tuple(children))

    def _all(self) -> Node:
        children = [self._negated()]
        while True:
            token = self._peek()
            if token is None or token.kind in ("OR", "close"):
                return children[0] if len(children) == 1 else And(tuple(children))
            self._take("AND")
            children.append(self._negated())

    def _negated(self) -> Node:
        if not self._take("NOT"):
            return self._near()
        with_depth = self._deeper()
        child = self._negated()
        self._depth = with_depth
        return Not(child)

    def _near(self) -> Node:
        left_token = self._peek()
        left = self._atom()
        token = self._take("NEAR")
        if token is None:
            return left
        right_token = self._peek()
        right = self._atom()
        again = self._peek()
        if again is not None and again.kind == "NEAR":
            raise self._error("NEAR has two sides: write (a NEAR/3 b) AND (b NEAR/3 c).", again.column)
        return Near(self._side(left, left_token), self._side(right, right_token), self._distance(token))

    def _distance(self, token: _Token) -> int:
        match = _NEAR.fullmatch(token.text)
        if match is None or not 0 <= int(match.group(1)) <= MAX_DISTANCE:
            raise self._error(
                f"write how many words may stand between, as in NEAR/3 (0 to {MAX_DISTANCE}).", token.column
            )
        return int(match.group(1))

    def _side(self, node: Node, token: _Token | None) -> tuple[Term, ...]:
        children = node.children if isinstance(node, Or) else (node,)
        if all(isinstance(child, Term) for child in children):
            return tuple(child for child in children if isinstance(child, Term))
        column = 1 if token is None else token.column
        raise self._error("beside NEAR stands a word or phrase, or several joined by OR in parentheses.", column)

    def _atom(self) -> Node:
        token = self._peek()
        if token is None:
            raise self._error("something is missing at the end: add a term, or remove the operator.", self._end())
        self._at += 1
        if token.kind == "open":
            return self._group(token)
        if token.kind == "word" and _is_limit(token.text):
            return self._limit(token)
        if token.kind in ("word", "phrase"):
            return self._term(token)
        if token.kind == "close":
            raise self._error("a term is missing before this “)”.", token.column)
        raise self._error(f"a term is missing before {token.text}; to look for the word, quote it.", token.column)

    def _group(self, opening: _Token) -> Node:
        depth = self._deeper()
        inner = self._either()
        self._depth = depth
        if not self._take("close"):
            raise self._error("this “(” is never closed: add a “)”.", opening.column)
        return And(inner.children, grouped=True) if isinstance(inner, And) else inner

    def _limit(self, token: _Token) -> Node:
        if token.text.startswith("="):
            raise self._error("“=” is for words: leave it out here.", token.column)
        try:
            return limit(token.text, token.column)
        except BadLimit as error:
            raise self._error(str(error), token.column + error.offset) from error

    def _term(self, token: _Token) -> Term:
        text = token.text
        as_written = text.startswith("=") and len(text) > 1
        body = text.removeprefix("=") if as_written else text
        body = body.strip('"').strip()
        prefix = body.endswith("*")
        body = body.removesuffix("*")
        if "*" in body:
            raise self._error("“*” stands only at the end of a term, as in rembours*.", token.column + text.index("*"))
        spelled = self._spelled(body, token)
        if prefix and len(spelled.split()[-1].lstrip("#@")) < MIN_PREFIX:
            raise self._error(f"write at least {MIN_PREFIX} letters before “*”.", token.column)
        line = f" {spelled}" if prefix else f" {spelled} "
        case, accents = (False, False) if as_written else (self._folding.case, self._folding.accents)
        if case and accents:
            return Term(text, fold(line))
        return Term(text, fold(line), fold(line, case=case, accents=accents), case, accents)

    def _spelled(self, body: str, token: _Token) -> str:
        text = plain(body, confusables=self._folding.confusables)
        if token.kind == "word" and body[:1] in ("#", "@", "＃", "＠"):
            tag = next(iter(tagged(text)), None)
            if tag is None or tag != text:
                raise self._error("a hashtag or handle is one word: letters, digits and “_”.", token.column)
            return tag
        found = words(text)
        if not found:
            raise self._error(
                f"there is nothing to look for in {token.text}: links and signs do not count.", token.column
            )
        return " ".join(found)

    def _deeper(self) -> int:
        before = self._depth
        self._depth += 1
        if self._depth > MAX_DEPTH:
            token = self._peek()
            column = self._end() if token is None else token.column
            raise self._error(f"nested more than {MAX_DEPTH} deep: make it simpler.", column)
        return before

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, kind: str) -> _Token | None:
        token = self._peek()
        if token is None or token.kind != kind:
            return None
        self._at += 1
        return token

    def _end(self) -> int:
        return len(self._source.rstrip()) + 1

    def _error(self, message: str, column: int) -> QuerySyntaxError:
        return QuerySyntaxError(message, column)

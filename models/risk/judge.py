"""The risk signal: bad news whatever its tone. A factual post on a recall or a leak is neutral, and the worst news.

Weighed rules: a cue counts only in company (“the new phone is a killer” says nothing), independent ones of a topic add
up, and what the whole post is (a film, a job, news of long ago, a denial) makes them less certain.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ahocorasick_rs

from models.matching.words import Spell, spell
from models.records import Risk
from models.risk.context import left, negated
from models.risk.rule import Rule, anchor, pattern, phrases, whole, written
from models.risk.topics import TAXONOMY
from models.risk.words import en_affairs, en_harm, fr_affairs, fr_harm, others

_RANK: Final = {topic: place for place, topic in enumerate(TAXONOMY)}
_SHORT_ENOUGH: Final = 2_000
"""Characters of a post that are read: news is told at the beginning."""
_NEAR: Final = 110
"""Characters before and after a cue in which its company is looked for: about twenty words."""
_BEFORE: Final = 60
"""Characters before the anchor of a phrase in which its first open places are looked for."""
_LEAST: Final = 0.5
"""The certainty from which a post is at risk; see docs/risk.md for what it costs to move it."""


@dataclass(frozen=True, slots=True)
class _Company:
    """What a rule asks of the words around its cue."""

    rule: Rule
    beside: re.Pattern[str] | None
    also: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def fits(self, line: str, start: int, end: int) -> bool:
        """Whether a cue between these places of the line is not taken back, and has its company."""
        before, after = line[max(0, start - _NEAR) : start + 1], line[end : line.rfind(" ", end, end + _NEAR) + 1]
        if negated(before):
            return False
        around = f"{before}\x01{after}"
        if self.beside is not None and self.beside.search(around) is None:
            return False
        if self.also is not None and self.also.search(around) is None:
            return False
        return self.unless is None or self.unless.search(f"{before}{line[start + 1 : end]}{after}") is None


@dataclass(frozen=True, slots=True)
class _Cue:
    """A phrase that the automaton knows by its anchor; `whole` where it has open places."""

    company: int
    whole: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Book:
    """A language's rules behind one automaton of their cues, since few posts have one."""

    companies: tuple[_Company, ...]
    automaton: ahocorasick_rs.AhoCorasick
    cues: tuple[_Cue, ...]
    """For each pattern of the automaton, its phrase."""

    def firing(self, line: str) -> list[Rule]:
        """The rules that fire, each once."""
        fired: dict[int, Rule] = {}
        for index, first, last in self.automaton.find_matches_as_indexes(line, overlapping=True):
            cue = self.cues[index]
            if cue.company in fired:
                continue
            start, end = first, last
            if cue.whole is not None:
                found = _around(cue.whole, line, first, last)
                if found is None:
                    continue
                start, end = found.span()
            company = self.companies[cue.company]
            if company.fits(line, start, end - 1):
                fired[cue.company] = company.rule
        return list(fired.values())


def _around(phrase: re.Pattern[str], line: str, first: int, last: int) -> re.Match[str] | None:
    """The place of a phrase that its anchor, which stands between these places of the line, is a part of."""
    found = phrase.search(line, max(0, first - _BEFORE), last + _NEAR)
    while found is not None and found.end() < last:
        found = phrase.search(line, found.start() + 1, last + _NEAR)
    return found if found is not None and found.start() <= first else None


def _beginning(text: str) -> str:
    """What is read of a text, in whole words."""
    if len(text) <= _SHORT_ENOUGH:
        return text
    space = text.rfind(" ", _SHORT_ENOUGH - _NEAR, _SHORT_ENOUGH + 1)
    return text[: _SHORT_ENOUGH if space < 0 else space]


def _bound(rules: Iterable[Rule]) -> _Book:
    companies: list[_Company] = []
    patterns: list[str] = []
    cues: list[_Cue] = []
    for rule in rules:
        for phrase in dict.fromkeys(phrases(rule.cue)):
            patterns.append(anchor(phrase))
            cues.append(_Cue(len(companies), whole(phrase)))
        companies.append(_Company(rule, pattern(rule.beside), pattern(rule.also), pattern(rule.unless)))
    return _Book(tuple(companies), ahocorasick_rs.AhoCorasick(patterns), tuple(cues))


_RULES: Final[dict[str, Sequence[Rule]]] = {
    "en": (*en_harm.RULES, *en_affairs.RULES),
    "fr": (*fr_harm.RULES, *fr_affairs.RULES),
}
_OWN: Final = 0.95
"""How certain a user's own words are: one context of doubt does not silence them."""


class RiskJudge:
    """Judges posts, with a user's `words` by topic added to the rules; where one of `harmless` stands, none applies.

    Both are written like the phrases of a `Rule`, in any case and with accents. A topic that `TAXONOMY` does not know
    is a `ValueError`.
    """

    def __init__(self, words: Mapping[str, Sequence[str]] | None = None, harmless: Sequence[str] = ()) -> None:
        own = {topic: [written(each) for each in found] for topic, found in (words or {}).items()}
        for topic in own:
            if topic not in TAXONOMY:
                raise ValueError(f"{topic!r} is no topic of the risk signal; known are {', '.join(TAXONOMY)}")
        self._own: Final = tuple(Rule(topic, _OWN, "|".join(found)) for topic, found in own.items() if any(found))
        self._harmless: Final = pattern("|".join(written(each) for each in harmless))
        self._books: Final[dict[str, _Book]] = {}

    def _book(self, language: str) -> _Book:
        """The rules of a language; all of them where it is unknown or has none of its own."""
        known = language if language in _RULES else "und"
        if known not in self._books:
            chosen = [_RULES[known]] if known in _RULES else [*_RULES.values(), others.RULES]
            self._books[known] = _bound([*(rule for rules in chosen for rule in rules), *self._own])
        return self._books[known]

    def __call__(self, text: str, language: str = "und", read: Risk | None = None, spell: Spell = spell) -> Risk | None:
        """The most certain risk that a post tells of, or None.

        A rule's `score` is how certain it is, from 0.5 to 1: what the rules of its topic leave no doubt of (noisy-or),
        times what the post's contexts leave. Where no rule is certain it is what a classifier has `read` of the post:
        the rules know fewer words, but are surer of them.
        """
        line = spell(_beginning(text)).folded
        if self._harmless is not None and self._harmless.search(line) is not None:
            return None
        doubts: dict[str, float] = {}
        for rule in self._book(language).firing(line):
            doubts[rule.topic] = doubts.get(rule.topic, 1.0) * (1.0 - rule.score)
        found = {
            topic: round((1.0 - doubt) * left(line, topic), 3)
            for topic, doubt in doubts.items()
            if doubt <= 1.0 - _LEAST
        }
        sure = [topic for topic, score in found.items() if score >= _LEAST]
        if not sure:
            return read
        topic = min(sure, key=lambda name: (-found[name], _RANK[name]))
        return Risk(topic=topic, score=found[topic])


_SHIPPED: Final = RiskJudge()


def risk_of(text: str, language: str = "und", read: Risk | None = None) -> Risk | None:
    """What the shipped rules say, and where they are silent, what a classifier has `read` of the post.

    >>> risk_of("Rappel produit : ces lardons peuvent contenir de la listeria", "fr")
    Risk(topic='safety-recall', score=0.9)
    >>> risk_of("This new phone is a killer", "en") is None
    True
    """
    return _SHIPPED(text, language, read)

"""The risk signal: bad news whatever its tone. A factual post on a recall or a leak is neutral, and the worst news.

First version: rules of cues and their context, in French and English. A cue counts only in company: “the new phone is
a killer” and “Total Recall” say nothing. What each topic means is in `TAXONOMY`.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import ahocorasick_rs

from models.matching.words import spell
from models.records import Risk
from models.sentiment import risk_en, risk_fr
from models.sentiment.risk_rules import Rule

TAXONOMY: Final = {
    "injury": "people are hurt, poisoned or dead",
    "safety-recall": "a product is withdrawn, or is said to be dangerous",
    "data-leak": "customers' data, accounts or messages are in wrong hands",
    "fraud": "the brand is said to have cheated, bribed, laundered or falsified",
    "discrimination": "people are treated worse for what they are",
    "misconduct": "harassment, abuse or violence by the brand's people",
    "labour": "strikes, dismissals, working conditions",
    "environment": "pollution, spills, cruelty to animals, greenwashing",
    "legal": "lawsuits, fines, searches, investigations",
    "boycott": "calls to buy no more",
    "outage": "the service is down for many",
    "rumour": "unconfirmed bad news about the brand's fate",
}
"""The topics, worst first: of two equally certain ones the worse is told."""

_SHORT_ENOUGH: Final = 2_000
"""Characters of a post that are read: news is told at the beginning."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    cue: re.Pattern[str]
    beside: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def fires(self, line: str) -> bool:
        if self.cue.search(line) is None:
            return False
        if self.beside is not None and self.beside.search(line) is None:
            return False
        return self.unless is None or self.unless.search(line) is None


def _pattern(phrases: str) -> re.Pattern[str] | None:
    r"""Phrases between `|`, where `*` ends an open word and `_` is any one word, on a spelled line."""
    if not phrases.strip():
        return None
    spelled = (re.escape(" ".join(phrase.split())) for phrase in phrases.split("|"))
    open_ended = (phrase.replace(r"\*", r"[^ ]*").replace("_", "[^ ]+") for phrase in spelled)
    return re.compile(rf"(?<= )(?:{'|'.join(open_ended)})(?= )")


@dataclass(frozen=True, slots=True)
class _Book:
    """A language's rules behind one automaton of their cues, since hardly any post has one."""

    rules: tuple[_Compiled, ...]
    automaton: ahocorasick_rs.AhoCorasick
    owners: tuple[int, ...]
    """For each pattern of the automaton, its rule."""

    def suspects(self, line: str) -> list[_Compiled]:
        hits = self.automaton.find_matches_as_indexes(line, overlapping=True)
        return [self.rules[owner] for owner in sorted({self.owners[hit[0]] for hit in hits})]


def _openings(phrases: str) -> list[str]:
    """For each phrase, what any line that has it must contain: the phrase up to its first open place."""
    found = []
    for phrase in phrases.split("|"):
        line = f" {' '.join(phrase.split())} "
        found.append(re.split(r"[*_]", line, maxsplit=1)[0])
    return found


@cache
def _book(language: str) -> _Book:
    """The rules of a language; all of them where it is unknown or another."""
    rules: list[_Compiled] = []
    patterns: list[str] = []
    owners: list[int] = []
    for rule in (*risk_en.RULES, *risk_fr.RULES):
        if language in ("fr", "en") and rule.language != language:
            continue
        cue = _pattern(rule.cue)
        assert cue is not None, f"a rule on {rule.topic} has no cue"
        openings = _openings(rule.cue)
        patterns += openings
        owners += [len(rules)] * len(openings)
        rules.append(_Compiled(rule, cue, _pattern(rule.beside), _pattern(rule.unless)))
    return _Book(tuple(rules), ahocorasick_rs.AhoCorasick(patterns), tuple(owners))


def risk_of(text: str, language: str = "und") -> Risk | None:
    """The most certain risk that a post tells of, or None.

    `score` is the certainty of the strongest rule that fires, from 0 to 1, raised where several rules of one topic
    agree.

    >>> risk_of("Rappel produit : ces lardons peuvent contenir de la listeria", "fr")
    Risk(topic='safety-recall', score=0.9)
    >>> risk_of("This new phone is a killer", "en") is None
    True
    """
    line = spell(text[:_SHORT_ENOUGH]).folded
    missed: dict[str, float] = {}
    for each in _book(language if language in ("fr", "en") else "und").suspects(line):
        if each.fires(line):
            missed[each.rule.topic] = missed.get(each.rule.topic, 1.0) * (1.0 - each.rule.score)
    if not missed:
        return None
    topic = min(missed, key=lambda name: (round(missed[name], 4), list(TAXONOMY).index(name)))
    return Risk(topic=topic, score=round(1.0 - missed[topic], 3))

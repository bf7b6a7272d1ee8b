"""What a human needs to believe a spike: the posts behind it, the words that are new, who, where, and a chart."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from models.counts import tally_words, top
from models.records import Driver, Risk

_WORD: Final = re.compile(r"(?:https?://|www\.|@)\S+|([^\W\d_][\w'’-]{2,30})")
_FILLER: Final = """
about after again all also and any are aux avec avez avoir bien but can car ces cette com comme dans depuis des did
does don't elle est être faire fait for from get got had has have her him his how i'm ils it's its just les leur like
mais mes moi mon more nos not notre nous now one our out par pas plus pour quand que qui sans ses she son sont sur tout
très une vos votre vous was were what when where who why will with would you your the this that they them there their
then than too been being because cela c'est j'ai
"""
_COMMON: Final = frozenset(_FILLER.split())
WORDS_KEPT: Final = 40
_USUAL_KEPT: Final = 64
_HALVED_AFTER: Final = 120
_NEW_AT: Final = 6.63
"""G² above this has a chance of 1 % for a word that is as frequent as ever (χ², one degree of freedom)."""

EXCERPT: Final = 280
DRIVERS: Final = 3
_PLACES: Final = 8


def excerpt(text: str) -> str:
    """The text in at most 280 characters, on one line.

    >>> excerpt("two\\nlines")
    'two lines'
    """
    line = " ".join(text[: 4 * EXCERPT].split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def words(text: str) -> list[str]:
    """The different words of a text that can carry meaning: no links, handles, numbers or filler.

    >>> words("@acme My BAG is late, late! http://t.co/x")
    ['bag', 'late']
    """
    found = (match[1].lower() for match in _WORD.finditer(text) if match[1])
    return list(dict.fromkeys(word for word in found if word not in _COMMON))[:30]


def keyness(here: float, total: float, usual: float, usual_total: float) -> float:
    """How much more frequent a word is here than usually: G² (Dunning 1993), 0 where it is not.

    >>> round(keyness(10, 100, 1, 1000), 1)
    41.4
    """
    if total <= 0 or here / total <= usual / max(usual_total, 1.0):
        return 0.0
    share = (here + usual) / (total + usual_total)
    gain = here * math.log(here / (share * total))
    if usual > 0:
        gain += usual * math.log(usual / (share * usual_total))
    return 2.0 * gain


class Usual(msgspec.Struct, array_like=True):
    """The words that a brand's critics usually use; counts are halved every `_HALVED_AFTER` hours with mentions."""

    counts: dict[str, int | float] = {}
    total: int | float = 0
    hours: int = 0

    def absorb(self, counts: Mapping[str, int | float]) -> None:
        """Takes in an ordinary hour."""
        if not counts:
            return
        self.hours += 1
        if self.hours >= _HALVED_AFTER:
            self.hours = 0
            self.counts = {word: count // 2 for word, count in self.counts.items() if count >= 2}
            self.total //= 2
        self.total += sum(counts.values())
        for word in sorted(counts, key=lambda w: (-counts[w], w)):
            tally_words(self.counts, (word,), cap=_USUAL_KEPT, weight=counts[word])


class Tally(msgspec.Struct, array_like=True):
    """What was said against the brand in an hour, or since a wave began: bounded, and told in the evidence."""

    voices: int = 0
    networks: dict[str, int] = {}
    languages: dict[str, int] = {}
    words: dict[str, int | float] = {}
    risks: dict[str, list[float]] = {}
    """Per crisis topic: how often, and the highest score."""
    reach: int | None = None
    amplifiers: dict[str, int | None] = {}
    drivers: list[Driver] = []

    def copy(self) -> "Tally":
        return Tally(
            self.voices,
            self.networks.copy(),
            self.languages.copy(),
            self.words.copy(),
            {topic: figures.copy() for topic, figures in self.risks.items()},
            self.reach,
            self.amplifiers.copy(),
            self.drivers.copy(),
        )

    def add(self, driver: Driver, language: str, risk: Risk | None) -> None:
        """One more voice against the brand."""
        self.voices += 1
        _count(self.networks, driver.network)
        _count(self.languages, language)
        tally_words(self.words, words(driver.excerpt), cap=WORDS_KEPT)
        if risk is not None and (risk.topic in self.risks or len(self.risks) < _PLACES):
            figures = self.risks.setdefault(risk.topic, [0.0, 0.0])
            figures[0] += 1.0
            figures[1] = max(figures[1], risk.score)
        if driver.followers is not None:
            self.reach = (self.reach or 0) + driver.followers
        if driver.author:
            self._amplify(driver.author, driver.followers)
        self.drivers = best_drivers([*self.drivers, driver])

    def _amplify(self, handle: str, followers: int | None) -> None:
        if not handle:
            return
        known = self.amplifiers.get(handle)
        if handle not in self.amplifiers or (followers or 0) > (known or 0):
            self.amplifiers[handle] = followers
        kept = sorted(self.amplifiers.items(), key=lambda item: (-(item[1] or 0), item[0]))[:5]
        self.amplifiers = dict(kept)

    def merged(self, other: "Tally") -> "Tally":
        """Both together."""
        both = self.copy()
        both.voices += other.voices
        for place, counts in ((both.networks, other.networks), (both.languages, other.languages)):
            for name, count in counts.items():
                place[name] = place.get(name, 0) + count
        for word, weight in other.words.items():
            both.words[word] = both.words.get(word, 0) + weight
        for topic, (times, score) in other.risks.items():
            figures = both.risks.setdefault(topic, [0.0, 0.0])
            both.risks[topic] = [figures[0] + times, max(figures[1], score)]
        if other.reach is not None:
            both.reach = (both.reach or 0) + other.reach
        for handle, followers in other.amplifiers.items():
            both._amplify(handle, followers)
        both.drivers = best_drivers([*both.drivers, *other.drivers])
        return both

    def new_words(self, usual: Usual, limit: int = 8) -> tuple[str, ...]:
        """The words that are significantly more frequent than they usually are, most telling first."""
        total = sum(self.words.values())
        # A word that is not kept may have been as frequent as the rarest that is.
        floor = min(usual.counts.values()) if len(usual.counts) >= _USUAL_KEPT else 0.0
        scores = {
            word: keyness(count, total, usual.counts.get(word, floor), usual.total)
            for word, count in self.words.items()
            if count >= 3.0
        }
        telling = sorted((word for word in scores if scores[word] >= _NEW_AT), key=lambda w: (-scores[w], w))
        return tuple(telling[:limit])

    def dominating_risk(self) -> Risk | None:
        """The crisis topic of at least a third of the voices, and of two at least."""
        ranked = sorted(self.risks.items(), key=lambda item: (-item[1][0], item[0]))
        if not ranked or ranked[0][1][0] < max(2.0, self.voices / 3.0):
            return None
        return Risk(topic=ranked[0][0], score=ranked[0][1][1])

    def top_networks(self) -> tuple[tuple[str, int], ...]:
        return top(self.networks, 5)

    def top_languages(self) -> tuple[tuple[str, int], ...]:
        return top(self.languages, 5)

    def top_amplifiers(self) -> tuple[tuple[str, int | None], ...]:
        return tuple(sorted(self.amplifiers.items(), key=lambda item: (-(item[1] or 0), item[0])))


def best_drivers(drivers: Iterable[Driver]) -> list[Driver]:
    """The three that matter most: by audience and shares, then the newest; no text twice."""
    ranked = sorted(drivers, key=lambda d: (weight(d), d.created_at, d.post_id), reverse=True)
    chosen: dict[str, Driver] = {}
    for driver in ranked:
        chosen.setdefault(driver.excerpt, driver)
    return list(chosen.values())[:DRIVERS]


def weight(driver: Driver) -> float:
    """How far a post carries: the logarithm of its audience, shares counting double, in steps of a half."""
    audience = math.log10(1 + max(0, driver.followers or 0))
    return round(2 * (audience + 2 * math.log10(1 + max(0, driver.shares or 0)))) / 2


def _count(places: dict[str, int], name: str) -> None:
    if name in places or len(places) < _PLACES:
        places[name] = places.get(name, 0) + 1


def sentence(adverse: int, authors: int, minutes: int, *, expected: float, upper: float, onset: datetime) -> str:
    """Why, in one line, for logs and backtests; messages are rendered from the figures in the reader's language."""
    return (
        f"{adverse} adverse mentions by {authors} authors in {minutes} min, where {expected:.1f} were expected "
        f"(95 %: up to {upper:.0f}); since {onset:%Y-%m-%d %H:%M} UTC"
    )

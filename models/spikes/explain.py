"""What a human needs to believe a spike: the posts behind it, the words that are new, who, where, and a chart."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from models.counts import top
from models.records import Caution, Driver, Risk
from models.spikes.filler import words
from models.spikes.usual import Said, Usual, new_words

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


class Tally(msgspec.Struct, array_like=True):
    """What was said against the brand in half an hour, or since a wave began: bounded, and told in the evidence."""

    voices: int = 0
    networks: dict[str, int] = {}
    languages: dict[str, int] = {}
    words: Said = msgspec.field(default_factory=Said)
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
        self.words.add(words(driver.excerpt))
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
        both.words = self.words.merged(other.words)
        for topic, (times, score) in other.risks.items():
            figures = both.risks.setdefault(topic, [0.0, 0.0])
            both.risks[topic] = [figures[0] + times, max(figures[1], score)]
        if other.reach is not None:
            both.reach = (both.reach or 0) + other.reach
        for handle, followers in other.amplifiers.items():
            both._amplify(handle, followers)
        both.drivers = best_drivers([*both.drivers, *other.drivers])
        return both

    def new_words(self, usual: Usual) -> tuple[str, ...]:
        """The words that are significantly, and far, more frequent than usually."""
        return new_words(self.words, usual)

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


def own_first(drivers: Sequence[Driver], at: datetime) -> tuple[Driver, ...]:
    """Those of the wave's own time, from `at` on, before those of the half-hour before it."""
    return tuple(sorted(drivers, key=lambda driver: driver.created_at < at))


def weight(driver: Driver) -> float:
    """How far a post carries: the logarithm of its audience, shares counting double, in steps of a half."""
    audience = math.log10(1 + max(0, driver.followers or 0))
    return round(2 * (audience + 2 * math.log10(1 + max(0, driver.shares or 0)))) / 2


def _count(places: dict[str, int], name: str) -> None:
    if name in places or len(places) < _PLACES:
        places[name] = places.get(name, 0) + 1


def sentence(
    adverse: int,
    authors: int,
    minutes: int,
    *,
    expected: float,
    upper: float,
    onset: datetime,
    caution: Caution | None = None,
) -> str:
    """Why, in one line, for logs and backtests; messages are rendered from the figures in the reader's language."""
    text = (
        f"{adverse} adverse mentions by {authors} authors in {minutes} min, where {expected:.1f} were expected "
        f"(95 %: up to {upper:.0f}); since {onset:%Y-%m-%d %H:%M} UTC"
    )
    if caution is None:
        return text
    alarms = "1 false alarm" if caution.false_alarms == 1 else f"{caution.false_alarms} false alarms"
    return f"{text}; less sensitive until {caution.until:%Y-%m-%d}, because of {alarms}"

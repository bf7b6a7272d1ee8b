"""What a rule of the risk signal is."""

from dataclasses import dataclass
from typing import Final

PLAY: Final = """
    movie | film | films | song | episode | game | games | gameplay | gamer* | trailer | cinema | serie | series
    | jeu | jeux | joueur* | chanson | novel | podcast
"""
"""Talk of stories and games, where people die and things explode without harm."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires where `cue` stands, with `beside` (when given) anywhere in the post, and without `unless`.

    Phrases are folded (no case, no accents, no signs) and stand between `|`; `*` ends an open word, `_` is any word.
    `score` is how certain the rule is, from 0 to 1.
    """

    topic: str
    language: str
    score: float
    cue: str
    beside: str = ""
    unless: str = ""

"""Posts on crisis topics and their look-alikes, written for this purpose: `tests/data/risk_cases.tsv`, by part.

`known`: written just before the rules, by the same hand. `learn`: the same troubles in other words; rules and heads are
made from both, so what a judge scores there says little. `test`: written after the first rules, to say it differently;
nobody may look at what a judge gets wrong there, nor make rules of it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "data" / "risk_cases.tsv"
NONE: Final = "none"
PARTS: Final = ("known", "learn", "test")


@dataclass(frozen=True, slots=True)
class Case:
    """`id` is shared by a post and its counterpart in the other language; `topic` is `none` for a look-alike."""

    part: str
    id: str
    language: str
    topic: str
    phenomenon: str
    text: str

    @property
    def at_risk(self) -> bool:
        return self.topic != NONE


def cases(*parts: str) -> list[Case]:
    """The cases of the parts named, or all."""
    lines = FILE.read_text("utf-8").splitlines()[1:]
    found = [Case(*line.split("\t")) for line in lines]
    return [case for case in found if not parts or case.part in parts]

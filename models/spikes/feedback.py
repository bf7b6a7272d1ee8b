"""What humans thought of a brand's alarms, and what that does to its sensitivity: bounded, explained, reversible."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from models.counts import key32
from models.records import AlarmJudged, Caution, JudgedAs

MOST: Final = 3
"""So many false alarms weigh at most: an eighth of the budget is left, and a real crisis is still told."""
LASTS_MIN: Final = 30 * 1_440
_KEPT: Final = 8


class Feedback(msgspec.Struct, array_like=True, frozen=True):
    """The last verdicts, oldest first: the incident (hashed), the minute, and whether it was a false alarm.

    Every false alarm halves the rate of false alarms that is allowed, three times at most; every alarm that a human
    called real takes one such step back; and thirty days later a verdict is forgotten. Who has a second thought on an
    incident replaces the first. Nothing is learned that could not be undone by saying so, or by waiting.

    >>> at = datetime(2026, 3, 2, tzinfo=UTC)
    >>> told = Feedback().hear(AlarmJudged(id="1", brand="a", incident="i", verdict=JudgedAs.FALSE, at=at))
    >>> minute = int(at.timestamp() // 60)
    >>> told.budget_share(minute), told.budget_share(minute + LASTS_MIN)
    (0.5, 1.0)
    """

    verdicts: tuple[tuple[int, int, bool], ...] = ()

    def hear(self, judged: AlarmJudged) -> "Feedback":
        """Takes in a verdict; the same one on the same incident again changes nothing."""
        incident, is_false = key32(judged.incident), judged.verdict is JudgedAs.FALSE
        if any(known == incident and was_false == is_false for known, _, was_false in self.verdicts):
            return self
        others = tuple(each for each in self.verdicts if each[0] != incident)
        minute = int(judged.at.timestamp() // 60)
        return Feedback((*others, (incident, minute, is_false))[-_KEPT:])

    def strikes(self, minute: int) -> int:
        """How many false alarms weigh at this time."""
        strikes = 0
        for _, at, is_false in self.verdicts:
            if minute < at + LASTS_MIN:
                strikes = min(MOST, strikes + 1) if is_false else max(0, strikes - 1)
        return strikes

    def budget_share(self, minute: int) -> float:
        """Which part of the allowed false-alarm rate is used."""
        return 0.5 ** self.strikes(minute)

    def caution(self, minute: int) -> Caution | None:
        """How to say it; None where the brand is as sensitive as ever."""
        strikes = self.strikes(minute)
        if strikes == 0:
            return None
        ends = sorted(at + LASTS_MIN for _, at, _ in self.verdicts if at + LASTS_MIN > minute)
        until = next(end for end in ends if self.strikes(end) == 0)
        return Caution(false_alarms=strikes, until=datetime.fromtimestamp(until * 60, UTC))

"""The life of an incident as one total table: what every event does in every phase, and who hears of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.records import Phase, Why


class Event(StrEnum):
    """What can happen to an incident: news from detectors, what humans do, and time."""

    WORSE = "worse"
    """A signal of higher severity than any so far, a worsened one, the first one, or one of a further brand."""
    OUTGROWN = "outgrown"
    """It has risen to P1, and whoever took charge of it did so long ago."""
    SAME = "same"
    """Any other signal: nothing that a human must hear of."""
    ENDED = "ended"
    """The last of its signals has ended."""
    ACK = "ack"
    SNOOZE = "snooze"
    FALSE_ALARM = "false-alarm"
    RESOLVE = "resolve"
    REPEAT_DUE = "repeat-due"
    """Told, and nobody has answered since."""
    CALL_DUE = "call-due"
    """The next step of the escalation, or of those after it, has somebody to call."""
    NOBODY = "nobody"
    """A step of the escalation finds nobody to call."""
    UNANSWERED = "unanswered"
    """The escalation has come to its end."""
    QUIET_OVER = "quiet-over"
    """The silence, or the more severe incident, that kept it from being told is over."""
    MERGED = "merged"
    """It has become a part of a sector-wide wave."""
    SNOOZE_OVER = "snooze-over"
    STALE = "stale"
    """No news for so long that it must be over."""


class Tell(StrEnum):
    """LOUD calls people; QUIET edits what they have; WITHHELD is only written down; NOTHING is not even that."""

    LOUD = "loud"
    QUIET = "quiet"
    WITHHELD = "withheld"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event leads, and why a human hears of it or not. `phase` None: there is no incident."""

    phase: Phase | None
    tell: Tell
    why: Why


_NO, _OPEN, _ACK, _SNOOZED, _DONE = None, Phase.OPEN, Phase.ACKNOWLEDGED, Phase.SNOOZED, Phase.RESOLVED
_LOUD, _QUIET, _HELD, _NIL = Tell.LOUD, Tell.QUIET, Tell.WITHHELD, Tell.NOTHING

TRANSITIONS: Final[dict[tuple[Phase | None, Event], Transition]] = {
    (_NO, Event.WORSE):            Transition(_OPEN, _LOUD, Why.FIRST),
    (_NO, Event.OUTGROWN):         Transition(_NO, _NIL, Why.NOTHING_OPEN),
    (_NO, Event.SAME):             Transition(_OPEN, _LOUD, Why.FIRST),
    (_NO, Event.ENDED):            Transition(_NO, _HELD, Why.NOTHING_OPEN),
    (_NO, Event.ACK):              Transition(_NO, _HELD, Why.NOTHING_OPEN),
    (_NO, Event.SNOOZE):           Transition(_NO, _HELD, Why.NOTHING_OPEN),
    (_NO, Event.FALSE_ALARM):      Transition(_NO, _HELD, Why.NOTHING_OPEN),
    (_NO, Event.RESOLVE):          Transition(_NO, _HELD, Why.NOTHING_OPEN),
    (_NO, Event.REPEAT_DUE):       Transition(_NO, _NIL, Why.NOTHING_OPEN),
    (_NO, Event.CALL_DUE):         Transition(_NO, _NIL, Why.NOTHING_OPEN),
    (_NO, Event.NOBODY):           Transition(_NO, _NIL, Why.NOTHING_OPEN),
    (_NO, Event.UNANSWERED):       Transition(_NO, _NIL, Why.NOTHING_OPEN),
    (_NO, Event.SNOOZE_OVER):      Transition(_NO, _NIL, Why.NOTHING_OPEN),
    (_NO, Event.QUIET_OVER):       Transition(_NO, _NIL, Why.NOTHING_OPEN),
    (_NO, Event.MERGED):           Transition(_NO, _NIL, Why.NOTHING_OPEN),
    (_NO, Event.STALE):            Transition(_NO, _NIL, Why.NOTHING_OPEN),

    (_OPEN, Event.WORSE):          Transition(_OPEN, _LOUD, Why.WORSE),
    (_OPEN, Event.OUTGROWN):       Transition(_OPEN, _LOUD, Why.WORSE),
    (_OPEN, Event.SAME):           Transition(_OPEN, _HELD, Why.SAME),
    (_OPEN, Event.ENDED):          Transition(_DONE, _QUIET, Why.ENDED),
    (_OPEN, Event.ACK):            Transition(_ACK, _QUIET, Why.ACKNOWLEDGED),
    (_OPEN, Event.SNOOZE):         Transition(_SNOOZED, _QUIET, Why.SNOOZED),
    (_OPEN, Event.FALSE_ALARM):    Transition(_DONE, _QUIET, Why.FALSE_ALARM),
    (_OPEN, Event.RESOLVE):        Transition(_DONE, _QUIET, Why.RESOLVED_BY_HUMAN),
    (_OPEN, Event.REPEAT_DUE):     Transition(_OPEN, _LOUD, Why.REPEAT_DUE),
    (_OPEN, Event.CALL_DUE):       Transition(_OPEN, _LOUD, Why.ESCALATED),
    (_OPEN, Event.NOBODY):         Transition(_OPEN, _HELD, Why.UNREACHABLE),
    (_OPEN, Event.UNANSWERED):     Transition(_OPEN, _LOUD, Why.UNANSWERED),
    (_OPEN, Event.SNOOZE_OVER):    Transition(_OPEN, _NIL, Why.SAME),
    (_OPEN, Event.QUIET_OVER):     Transition(_OPEN, _LOUD, Why.REPEAT_DUE),
    (_OPEN, Event.MERGED):         Transition(_DONE, _QUIET, Why.MERGED),
    (_OPEN, Event.STALE):          Transition(_DONE, _QUIET, Why.ENDED),

    (_ACK, Event.WORSE):           Transition(_ACK, _LOUD, Why.WORSE),
    (_ACK, Event.OUTGROWN):        Transition(_OPEN, _LOUD, Why.WORSE),
    (_ACK, Event.SAME):            Transition(_ACK, _HELD, Why.ALREADY_ACKNOWLEDGED),
    (_ACK, Event.ENDED):           Transition(_DONE, _QUIET, Why.ENDED),
    (_ACK, Event.ACK):             Transition(_ACK, _HELD, Why.ALREADY_ACKNOWLEDGED),
    (_ACK, Event.SNOOZE):          Transition(_SNOOZED, _QUIET, Why.SNOOZED),
    (_ACK, Event.FALSE_ALARM):     Transition(_DONE, _QUIET, Why.FALSE_ALARM),
    (_ACK, Event.RESOLVE):         Transition(_DONE, _QUIET, Why.RESOLVED_BY_HUMAN),
    (_ACK, Event.REPEAT_DUE):      Transition(_ACK, _NIL, Why.ALREADY_ACKNOWLEDGED),
    (_ACK, Event.CALL_DUE):        Transition(_ACK, _NIL, Why.ALREADY_ACKNOWLEDGED),
    (_ACK, Event.NOBODY):          Transition(_ACK, _NIL, Why.ALREADY_ACKNOWLEDGED),
    (_ACK, Event.UNANSWERED):      Transition(_ACK, _NIL, Why.ALREADY_ACKNOWLEDGED),
    (_ACK, Event.SNOOZE_OVER):     Transition(_ACK, _NIL, Why.ALREADY_ACKNOWLEDGED),
    (_ACK, Event.QUIET_OVER):      Transition(_ACK, _LOUD, Why.WORSE),
    (_ACK, Event.MERGED):          Transition(_DONE, _QUIET, Why.MERGED),
    (_ACK, Event.STALE):           Transition(_DONE, _QUIET, Why.ENDED),

    (_SNOOZED, Event.WORSE):       Transition(_SNOOZED, _HELD, Why.SNOOZED),
    (_SNOOZED, Event.OUTGROWN):    Transition(_SNOOZED, _HELD, Why.SNOOZED),
    (_SNOOZED, Event.SAME):        Transition(_SNOOZED, _HELD, Why.SAME),
    (_SNOOZED, Event.ENDED):       Transition(_DONE, _QUIET, Why.ENDED),
    (_SNOOZED, Event.ACK):         Transition(_ACK, _QUIET, Why.ACKNOWLEDGED),
    (_SNOOZED, Event.SNOOZE):      Transition(_SNOOZED, _QUIET, Why.SNOOZED),
    (_SNOOZED, Event.FALSE_ALARM): Transition(_DONE, _QUIET, Why.FALSE_ALARM),
    (_SNOOZED, Event.RESOLVE):     Transition(_DONE, _QUIET, Why.RESOLVED_BY_HUMAN),
    (_SNOOZED, Event.REPEAT_DUE):  Transition(_SNOOZED, _NIL, Why.SNOOZED),
    (_SNOOZED, Event.CALL_DUE):    Transition(_SNOOZED, _NIL, Why.SNOOZED),
    (_SNOOZED, Event.NOBODY):      Transition(_SNOOZED, _NIL, Why.SNOOZED),
    (_SNOOZED, Event.UNANSWERED):  Transition(_SNOOZED, _NIL, Why.SNOOZED),
    (_SNOOZED, Event.SNOOZE_OVER): Transition(_OPEN, _LOUD, Why.REPEAT_DUE),
    (_SNOOZED, Event.QUIET_OVER):  Transition(_SNOOZED, _NIL, Why.SNOOZED),
    (_SNOOZED, Event.MERGED):      Transition(_DONE, _QUIET, Why.MERGED),
    (_SNOOZED, Event.STALE):       Transition(_DONE, _QUIET, Why.ENDED),

    (_DONE, Event.WORSE):          Transition(_OPEN, _LOUD, Why.REOPENED),
    (_DONE, Event.OUTGROWN):       Transition(_DONE, _NIL, Why.NOTHING_OPEN),
    (_DONE, Event.SAME):           Transition(_DONE, _HELD, Why.SAME),
    (_DONE, Event.ENDED):          Transition(_DONE, _HELD, Why.NOTHING_OPEN),
    (_DONE, Event.ACK):            Transition(_DONE, _HELD, Why.NOTHING_OPEN),
    (_DONE, Event.SNOOZE):         Transition(_DONE, _HELD, Why.NOTHING_OPEN),
    (_DONE, Event.FALSE_ALARM):    Transition(_DONE, _HELD, Why.NOTHING_OPEN),
    (_DONE, Event.RESOLVE):        Transition(_DONE, _HELD, Why.NOTHING_OPEN),
    (_DONE, Event.REPEAT_DUE):     Transition(_DONE, _NIL, Why.NOTHING_OPEN),
    (_DONE, Event.CALL_DUE):       Transition(_DONE, _NIL, Why.NOTHING_OPEN),
    (_DONE, Event.NOBODY):         Transition(_DONE, _NIL, Why.NOTHING_OPEN),
    (_DONE, Event.UNANSWERED):     Transition(_DONE, _NIL, Why.NOTHING_OPEN),
    (_DONE, Event.SNOOZE_OVER):    Transition(_DONE, _NIL, Why.NOTHING_OPEN),
    (_DONE, Event.QUIET_OVER):     Transition(_DONE, _NIL, Why.NOTHING_OPEN),
    (_DONE, Event.MERGED):         Transition(_DONE, _NIL, Why.NOTHING_OPEN),
    (_DONE, Event.STALE):          Transition(_DONE, _NIL, Why.NOTHING_OPEN),
}  # fmt: skip


def diagram() -> str:
    """The table as a Mermaid state diagram: every transition that a human hears of, or that changes the phase."""
    lines = ["stateDiagram-v2"]
    for (phase, event), to in TRANSITIONS.items():
        if phase is not to.phase or to.tell in {Tell.LOUD, Tell.QUIET}:
            lines.append(f"    {_node(phase)} --> {_node(to.phase)}: {event.value} ({to.tell.value})")
    return "\n".join(lines)


def _node(phase: Phase | None) -> str:
    return "[*]" if phase is None else phase.value

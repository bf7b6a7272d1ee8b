"""What a human's answer to an incident says of the alarm behind it: back to the detector that raised it."""

from datetime import datetime

from alerts.case import Case
from alerts.policy import DRILL
from alerts.transitions import Event, Tell, Transition
from models.records import AlarmJudged, HumanAction, JudgedAs, SignalKind, Topic, digest
from models.stage import Emit


def verdicts(case: Case, action: HumanAction, event: Event, transition: Transition, at: datetime) -> tuple[Emit, ...]:
    """A verdict for each brand whose spike is part of the incident; none where the answer says nothing of the alarm.

    "False alarm" is one; taking charge, or resolving with a note, says that it was real. What is withheld because the
    incident is over already says nothing, but for a note: it corrects an earlier verdict. Exercises are not judged.
    """
    explained = event is Event.RESOLVE and bool(action.note.strip())
    answered = event in {Event.ACK, Event.FALSE_ALARM} and transition.tell is not Tell.WITHHELD
    if not explained and not answered:
        return ()
    verdict = JudgedAs.FALSE if event is Event.FALSE_ALARM else JudgedAs.REAL
    spikes = {signal.brand for signal in case.incident.signals if signal.kind is SignalKind.SPIKE}
    return tuple(
        Emit(Topic.MENTIONS, brand, _judged(case, action, brand, verdict, at))
        for brand in sorted(spikes)
        if not brand.startswith(DRILL)
    )


def _judged(case: Case, action: HumanAction, brand: str, verdict: JudgedAs, at: datetime) -> AlarmJudged:
    judged = digest("judged", action.id, brand)
    return AlarmJudged(id=judged, brand=brand, incident=case.incident.id, verdict=verdict, at=at)

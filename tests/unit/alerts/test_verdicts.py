"""Which answers say something of the alarm behind an incident, and to whom that is told."""

import msgspec
import pytest

from alerts.incident import IncidentPolicy, IncidentStep
from models.records import (
    Ack,
    AlarmJudged,
    FalseAlarm,
    HumanAction,
    JudgedAs,
    Notification,
    Resolve,
    Signal,
    SignalKind,
    Snooze,
    Topic,
)
from tests.scenarios.world import START, signal


def judged(about: Signal, *kinds: type[HumanAction], note: str = "") -> list[tuple[str, JudgedAs]]:
    """The verdicts that leave the incident step when humans answer an alarm, in that order."""
    step = IncidentStep({}, IncidentPolicy(recipients=("channel:chat",)))
    stepped = step(step.initial("desk"), [about], START)
    told = next(e.record for e in stepped.emits if isinstance(e.record, Notification))
    found = []
    for kind in kinds:
        extra = {"until": START} if kind is Snooze else {}
        action = kind(
            id=kind.__name__, brand=about.brand, incident=told.incident.id, by="zoe", via="test", at=START,
            note=note, **extra,
        )  # fmt: skip
        assert stepped.state is not None
        stepped = step(stepped.state, [action, action], START)
        for emit in stepped.emits:
            if isinstance(emit.record, AlarmJudged):
                assert (emit.topic, emit.key, emit.record.at) == (Topic.MENTIONS, emit.record.brand, START)
                found.append((emit.record.brand, emit.record.verdict))
    return found


@pytest.mark.parametrize(
    ("kinds", "note", "verdicts"),
    [
        ((FalseAlarm,), "", ["false-alarm"]),
        ((Ack,), "", ["real"]),
        ((Ack, FalseAlarm), "", ["real", "false-alarm"]),
        ((FalseAlarm, Ack), "", ["false-alarm"]),
        ((FalseAlarm, Resolve), "it was real", ["false-alarm", "real"]),
        ((FalseAlarm, Resolve), " ", ["false-alarm"]),
        ((Resolve,), "", []),
        ((Resolve,), "a recall", ["real"]),
        ((Snooze,), "later", []),
    ],
)
def test_what_an_answer_says(kinds: tuple[type[HumanAction], ...], note: str, verdicts: list[str]) -> None:
    """Each answer counts once; who only wants quiet, or comes after the end without a word, says nothing."""
    assert judged(signal(), *kinds, note=note) == [("acme", verdict) for verdict in verdicts]


def test_a_viral_post_says_nothing_of_spikes() -> None:
    """ "False alarm" on a viral post leaves the spike detector as it is."""
    assert judged(signal(kind=SignalKind.VIRAL_THREAT), FalseAlarm) == []


def test_an_exercise_is_not_judged() -> None:
    """A drill teaches people, not the detector."""
    assert judged(signal(brand="drill:acme"), FalseAlarm, Ack) == []


def test_a_wave_over_brands_is_judged_for_each() -> None:
    """Whoever calls a sector-wide wave false says it of every brand whose spike is in it."""
    step = IncidentStep({}, IncidentPolicy(recipients=("channel:chat",)))
    stepped = step(step.initial("sector:x"), [signal(brand=b, story=b) for b in ("a", "b", "c")], START)
    told = [e.record for e in stepped.emits if isinstance(e.record, Notification)]
    wave = next(n.incident for n in told if n.incident.brands)
    said = FalseAlarm(id="f", brand="a", incident=wave.id, by="zoe", via="test", at=START)
    assert stepped.state is not None
    emits = step(stepped.state, [said], START).emits
    verdicts = [e.record for e in emits if isinstance(e.record, AlarmJudged)]
    assert [(v.brand, v.verdict) for v in verdicts] == [(b, JudgedAs.FALSE) for b in ("a", "b", "c")]
    assert len({v.id for v in verdicts}) == 3
    assert msgspec.json.decode(msgspec.json.encode(verdicts[0]), type=AlarmJudged) == verdicts[0]

"""Who is called when nobody answers, and what keeps them from being called: in simulated time, each a sentence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from alerts.escalation import EscalationPolicy, Step
from alerts.incident import IncidentPolicy, IncidentStep
from alerts.silences import SilenceRule
from models.records import Call, Incident, Phase, Severity, SignalKind, SignalPhase, Topic, Why
from streams.engines.local import Crash
from tests.scenarios.world import START, World

CRISIS: Final = EscalationPolicy(
    "crisis", (Step(("schedule:care",), 300), Step(("person:lead",), 600)), fallback=("channel:ops",)
)
POLICY: Final = IncidentPolicy(recipients=("channel:chat",), escalation=CRISIS)
CARE: Final = {"schedule:care": ("person:ann",)}
P3: Final = {"observed": 15, "surprise": 4}
P1: Final = {"observed": 5_000, "surprise": 30}


def watch(
    policy: IncidentPolicy = POLICY,
    *,
    on_duty: Mapping[str, tuple[str, ...]] = CARE,
    others: Mapping[str, IncidentPolicy] | None = None,
    silences: tuple[SilenceRule, ...] = (),
) -> World:
    """A world in which `acme` has this policy, and its sector the others."""

    def resolve(target: str, at: datetime) -> tuple[str, ...]:
        return on_duty.get(target, () if target.startswith("schedule:") else (target,))

    policies = {"acme": policy, **(others or {})}
    return World(
        brands=tuple(policies), step=IncidentStep(policies, IncidentPolicy(), resolve=resolve, silences=silences)
    )


def of(incident: Incident) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(each.round, each.step, each.recipients) for each in incident.called]


async def test_nobody_acknowledges_within_15_minutes_so_the_lead_is_called() -> None:
    """The team is told at once, whoever is on duty is called after 5 minutes, and the lead after 15."""
    world = watch()
    await world.signal()
    first = world.expects_one(Why.FIRST)
    assert world.rung() == {"channel:chat": False}
    assert first.incident.next_call_at == START + timedelta(minutes=5)
    assert first.incident.next_called == ("person:ann",)
    await world.advance(minutes=5)
    assert world.expects_one(Why.ESCALATED).incident.next_called == ("person:lead",)
    assert world.rung() == {"person:ann": True}
    await world.advance(minutes=9)
    world.expects_silence()
    await world.advance(minutes=1)
    assert world.expects_one(Why.ESCALATED).recipients == ("person:lead",)
    assert world.rung() == {"person:lead": True}


async def test_nobody_answers_at_all_and_that_is_said_loudly() -> None:
    """After the last step had its time, the fallback and everybody hear that nobody answered; then again and again."""
    world = watch()
    await world.signal()
    await world.advance(minutes=15)
    assert world.expects(Why.FIRST, Why.ESCALATED, Why.ESCALATED)
    world.rung()
    await world.advance(minutes=10)
    alone = world.expects_one(Why.UNANSWERED)
    assert of(alone.incident) == [(1, 1, ("person:ann",)), (1, 2, ("person:lead",))]
    assert alone.incident.next_call_at is None
    assert world.rung() == {"channel:chat": False, "person:ann": False, "person:lead": False, "channel:ops": True}
    await world.advance(minutes=30)
    world.expects(Why.REPEAT_DUE)
    assert world.rung() == {"channel:chat": False, "channel:ops": True}
    await world.advance(minutes=60)
    world.expects(Why.REPEAT_DUE)


async def test_steps_are_gone_through_as_often_as_the_policy_says() -> None:
    """In a second round people are called again, with at least five minutes between the rounds."""
    policy = EscalationPolicy("twice", (Step(("person:ann",), 0), Step(("person:lead",), 600)), rounds=2)
    world = watch(replace(POLICY, escalation=policy))
    await world.signal()
    assert world.rung() == {"channel:chat": False, "person:ann": True}
    await world.advance(minutes=65)
    world.expects(Why.FIRST, *[Why.ESCALATED] * 3, Why.UNANSWERED, Why.REPEAT_DUE)
    told = world.told()[4]
    assert of(told.incident) == [
        (1, 1, ("person:ann",)),
        (1, 2, ("person:lead",)),
        (2, 1, ("person:ann",)),
        (2, 2, ("person:lead",)),
    ]
    minutes = [(n.at - START) / timedelta(minutes=1) for n in world.told()[:5]]
    assert minutes == [0, 10, 15, 25, 35]
    assert "the fallback of twice reaches nobody: none is set" in world.reasons()


async def test_an_empty_step_is_passed_over_at_once() -> None:
    """Where nobody is on duty, that is written down, and the next step is taken without waiting."""
    world = watch(on_duty={})
    await world.signal()
    assert world.expects_one(Why.FIRST).incident.next_called == ("person:lead",)
    await world.advance(minutes=5)
    assert world.expects_one(Why.ESCALATED).recipients == ("person:lead",)
    assert world.withheld() == [Why.UNREACHABLE]
    assert world.reasons() == ["step 1 of crisis, round 1, found nobody who can be called: schedule:care"]


async def test_a_policy_that_reaches_nobody_says_so_at_its_first_step() -> None:
    """When no step finds anybody, nobody waits for the rounds that are left: the fallback is told at once."""
    nobody = EscalationPolicy(
        "nobody", (Step(("schedule:care",), 0), Step(("schedule:lead",), 600)), 5, ("person:ceo",)
    )
    world = watch(replace(POLICY, escalation=nobody), on_duty={})
    await world.signal()
    await world.advance(minutes=1)
    world.expects(Why.FIRST, Why.UNANSWERED)
    assert world.rung() == {"channel:chat": False, "person:ceo": True}
    assert world.withheld() == [Why.UNREACHABLE, Why.UNREACHABLE]


async def test_who_is_on_duty_counts_when_the_step_is_taken() -> None:
    """A hand-over between the alert and the call: the one who is on duty then is called, as was announced."""
    noon = START + timedelta(minutes=3)

    def resolve(target: str, at: datetime) -> tuple[str, ...]:
        return ("person:ann",) if at < noon else ("person:ben",)

    world = World(step=IncidentStep({"acme": POLICY}, IncidentPolicy(), resolve=resolve))
    await world.signal()
    assert world.expects_one(Why.FIRST).incident.next_called == ("person:ben",)
    await world.advance(minutes=5)
    assert world.expects_one(Why.ESCALATED).recipients == ("person:ben",)


async def test_an_escalation_in_progress_keeps_the_policy_it_began_with() -> None:
    """New settings with other steps change nothing for an incident that is being escalated; the next one has them."""
    policies = {"acme": POLICY}
    world = World(step=IncidentStep(policies, IncidentPolicy(), resolve=lambda target, _: CARE.get(target, (target,))))
    await world.signal()
    await world.advance(minutes=5)
    world.expects(Why.FIRST, Why.ESCALATED)
    policies["acme"] = replace(POLICY, escalation=EscalationPolicy("new", (Step(("person:new",), 60),)))
    await world.advance(minutes=10)
    assert world.expects_one(Why.ESCALATED).recipients == ("person:lead",)
    await world.signal(story="another")
    await world.advance(minutes=1)
    world.expects(Why.FIRST, Why.ESCALATED)
    assert world.told()[-1].recipients == ("person:new",)


async def test_an_acknowledgement_stops_the_calls() -> None:
    """Whoever was called hears that somebody has taken charge, quietly; nobody else is called."""
    world = watch()
    await world.signal()
    await world.advance(minutes=5)
    incident = world.told()[0].incident.id
    await world.ack(incident, by="ann")
    answered = world.told()[-1]
    assert answered.quiet
    assert set(answered.recipients) == {"channel:chat", "person:ann"}
    assert (answered.incident.next_call_at, answered.incident.next_called) == (None, ())
    await world.advance(minutes=600)
    world.expects(Why.FIRST, Why.ESCALATED, Why.ACKNOWLEDGED)


async def test_a_snooze_pauses_the_calls() -> None:
    """During a snooze nobody is called; after it, the escalation begins again with its first step."""
    world = watch()
    await world.signal()
    await world.advance(minutes=5)
    await world.snooze(world.told()[0].incident.id, minutes=45)
    await world.advance(minutes=45)
    world.expects(Why.FIRST, Why.ESCALATED, Why.SNOOZED, Why.REPEAT_DUE)
    await world.advance(minutes=5)
    assert world.expects_one(Why.ESCALATED).recipients == ("person:ann",)


async def test_a_flare_up_calls_from_the_first_step_on() -> None:
    """What was resolved and begins again is escalated anew."""
    world = watch()
    await world.signal()
    await world.advance(minutes=15)
    await world.resolve(world.told()[0].incident.id)
    await world.advance(minutes=10)
    await world.signal(phase=SignalPhase.WORSENED)
    await world.advance(minutes=5)
    world.expects(Why.FIRST, Why.ESCALATED, Why.ESCALATED, Why.RESOLVED_BY_HUMAN, Why.REOPENED, Why.ESCALATED)
    assert world.told()[-1].recipients == ("person:ann",)


async def test_growing_severity_begins_and_begins_again() -> None:
    """A P3 is not escalated; as a P2 it is; as a P1 the calls begin anew."""
    world = watch()
    await world.signal(**P3)
    await world.advance(minutes=60)
    assert world.expects_one(Why.FIRST).incident.next_call_at is None
    await world.signal(phase=SignalPhase.WORSENED)
    await world.advance(minutes=5)
    world.expects(Why.WORSE, Why.ESCALATED)
    await world.signal(phase=SignalPhase.WORSENED, **P1)
    await world.advance(minutes=5)
    world.expects(Why.WORSE, Why.ESCALATED)
    assert [step for _, step, _ in of(world.told()[-1].incident)] == [1, 1]


@pytest.mark.parametrize("answer", ["ack", "snooze", "resolve"])
async def test_who_has_answered_is_not_said_to_have_been_silent(answer: str) -> None:
    """Ann answered; when it begins again, the calls that are told of are those since."""
    on_duty = {"schedule:care": ("person:ann",)}
    world = watch(on_duty=on_duty)
    await world.signal()
    await world.advance(minutes=5)
    incident = world.told()[0].incident.id
    if answer == "ack":
        await world.ack(incident, by="ann")
        await world.advance(minutes=61)
    elif answer == "snooze":
        await world.snooze(incident, minutes=30, by="ann")
        await world.advance(minutes=30)
    else:
        await world.resolve(incident, by="ann")
    on_duty["schedule:care"] = ("person:ben",)
    if answer != "snooze":
        await world.signal(phase=SignalPhase.WORSENED, **P1)
    await world.advance(minutes=5)
    assert of(world.told()[-1].incident) == [(1, 1, ("person:ben",))]


async def test_getting_worse_after_an_answer_tells_those_who_know() -> None:
    """Acknowledged and then worse: everybody who was called hears of it, and no call begins."""
    world = watch()
    await world.signal()
    await world.advance(minutes=5)
    await world.ack(world.told()[0].incident.id)
    await world.advance(minutes=20)
    await world.signal(phase=SignalPhase.WORSENED, **P1)
    worse = world.told()[-1]
    assert (worse.why, worse.incident.phase, worse.incident.severity) == (Why.WORSE, Phase.ACKNOWLEDGED, Severity.P1)
    assert set(worse.recipients) == {"channel:chat", "person:ann"}
    await world.advance(minutes=120)
    assert world.told()[-1] is worse


async def test_an_old_answer_does_not_hold_for_a_p1() -> None:
    """Whoever took charge of a P2 more than an hour ago may be asleep when it becomes a P1: people are called anew."""
    world = watch()
    await world.signal()
    await world.ack(world.expects_one(Why.FIRST).incident.id)
    await world.advance(minutes=61)
    await world.signal(phase=SignalPhase.WORSENED, **P1)
    worse = world.told()[-1].incident
    assert (worse.phase, worse.acknowledged_by, worse.severity) == (Phase.OPEN, None, Severity.P1)
    await world.advance(minutes=5)
    assert world.expects(Why.ACKNOWLEDGED, Why.WORSE, Why.ESCALATED)


async def test_a_planned_silence_is_kept_and_ends() -> None:
    """During maintenance nothing is told, with author and reason in the log; when it is over, what is open is told."""
    rule = SilenceRule("Léa", "maintenance of the app", START, START + timedelta(hours=2))
    world = watch(silences=(rule,))
    await world.signal()
    await world.advance(minutes=119)
    world.expects_silence()
    assert world.withheld() == [Why.SILENCED]
    assert world.reasons() == ["silence by Léa until 2026-03-02 11:00 UTC: maintenance of the app"]
    await world.advance(minutes=1)
    assert world.expects_one(Why.FIRST).incident.next_called == ("person:ann",)
    await world.advance(minutes=5)
    world.expects(Why.ESCALATED)


async def test_what_is_more_severe_breaks_a_silence() -> None:
    """A silence up to P2 does not hold back a P1."""
    world = watch()
    await world.silence(minutes=240)
    await world.signal()
    world.expects_silence()
    await world.signal(phase=SignalPhase.WORSENED, **P1)
    world.expects(Why.FIRST)


async def test_a_silence_pauses_the_calls_of_what_is_open() -> None:
    """Set in the middle of an escalation, it stops the calls; when it is ended early, they begin again."""
    world = watch()
    await world.signal()
    await world.advance(minutes=5)
    silence = await world.silence(minutes=600, by="tom", note="known, the fix is on its way")
    await world.advance(minutes=60)
    world.expects(Why.FIRST, Why.ESCALATED)
    assert world.withheld() == [Why.SILENCED]
    await world.unsilence(silence)
    assert world.expects_one(Why.REPEAT_DUE).incident.next_called == ("person:ann",)
    await world.unsilence(silence)
    assert world.withheld() == [Why.SILENCED, Why.NOTHING_OPEN]


async def test_a_silence_covers_what_it_names_only() -> None:
    """A silence for opportunities leaves spikes alone; what became worse under one is told as worse."""
    world = watch(replace(POLICY, notify_from=Severity.P4))
    await world.signal()
    world.expects(Why.FIRST)
    await world.silence(minutes=60, kinds=[SignalKind.VIRAL_OPPORTUNITY])
    await world.signal(kind=SignalKind.VIRAL_OPPORTUNITY, story="good news")
    world.expects_silence()
    await world.signal(phase=SignalPhase.WORSENED, nonce="more of the same")
    world.expects(Why.WORSE)
    await world.silence(minutes=30)
    await world.signal(phase=SignalPhase.WORSENED, nonce="and more")
    world.expects_silence()
    await world.advance(minutes=30)
    world.expects(Why.WORSE)


async def test_an_incident_that_ends_in_a_silence_was_never_told() -> None:
    """Nobody was told that it began, so nobody is told that it ended: both are written down."""
    world = watch()
    await world.silence(minutes=60)
    await world.signal()
    await world.signal(phase=SignalPhase.ENDED)
    await world.advance(minutes=120)
    world.expects_silence()
    assert world.withheld() == [Why.SILENCED, Why.SILENCED]


async def test_a_p1_mutes_the_small_things_beside_it() -> None:
    """While a P1 of the brand is open, its P3 waits, with the P1 named; when that is over, the P3 is told."""
    world = watch()
    await world.signal(**P1)
    crisis = world.expects_one(Why.FIRST).incident.id
    await world.ack(crisis)
    await world.signal(story="grumbling", **P3)
    world.expects(Why.ACKNOWLEDGED)
    assert world.withheld() == [Why.INHIBITED]
    assert world.reasons() == [f"a P1 on acme is open and being told: incident {crisis}"]
    await world.resolve(crisis)
    world.expects(Why.RESOLVED_BY_HUMAN, Why.FIRST)
    assert world.told()[-1].incident.severity is Severity.P3


async def test_a_p1_does_not_mute_other_brands_nor_a_p2() -> None:
    """Another brand of the sector, and something nearly as severe, are told all the same."""
    world = watch(others={"beta": IncidentPolicy(recipients=("channel:beta",))})
    await world.signal(**P1)
    await world.signal(story="other")
    await world.signal(brand="beta", **P3)
    world.expects(Why.FIRST, Why.FIRST, Why.FIRST)


async def test_an_exercise_has_its_brands_policy_and_is_not_muted() -> None:
    """`drill:acme` is told and escalated as acme is, whatever else goes on, silences for all brands included."""
    rule = SilenceRule("Léa", "maintenance", START, START + timedelta(hours=2), up_to=Severity.P1)
    world = watch(silences=(rule,))
    await world.signal(brand="drill:acme")
    await world.signal(brand="drill:acme", story="beside", **P3)
    world.expects(Why.FIRST, Why.FIRST)
    await world.advance(minutes=5)
    assert world.expects_one(Why.ESCALATED).recipients == ("person:ann",)


SECTOR: Final = {name: IncidentPolicy(recipients=(f"channel:{name}",)) for name in ("beta", "gamma", "delta")}


async def test_a_wave_that_hits_three_brands_is_one_incident() -> None:
    """Within the hour a third brand is hit: one message names them to all three teams, the others point to it."""
    world = watch(others=SECTOR)
    await world.signal()
    await world.advance(minutes=4)
    await world.signal(brand="beta", story="wave-b", **P3)
    first, second = world.told()
    await world.advance(minutes=20)
    await world.signal(brand="gamma", story="wave-g", **P1)
    wave, closed = world.told()[-2:]
    assert (wave.why, wave.incident.id, wave.incident.brands) == (Why.WORSE, first.incident.id, ("beta", "gamma"))
    assert wave.incident.severity is Severity.P1
    assert set(wave.recipients) >= {"channel:chat", "channel:beta", "channel:gamma", "person:ann"}
    assert (closed.why, closed.quiet, closed.incident.id) == (Why.MERGED, True, second.incident.id)
    assert (closed.incident.phase, closed.incident.merged_into) == (Phase.RESOLVED, first.incident.id)
    assert closed.recipients == ("channel:beta",)


async def test_a_running_wave_takes_in_what_follows() -> None:
    """A fourth brand joins with a word; more of the same does not; it is over when every brand's part is."""
    world = watch(others=SECTOR)
    for brand in ("acme", "beta", "gamma"):
        await world.signal(brand=brand, story=f"wave-{brand}")
    world.expects(Why.FIRST, Why.FIRST, Why.WORSE, Why.MERGED)
    await world.signal(brand="delta", story="wave-delta")
    assert world.expects_one(Why.WORSE).incident.brands == ("beta", "gamma", "delta")
    await world.signal(brand="beta", story="another")
    world.expects_silence()
    whole = world.told()[-1].incident.id
    part = world.told()[1].incident.id
    await world.ack(part, by="bea")
    answered = world.expects_one(Why.ACKNOWLEDGED).incident
    assert (answered.id, answered.acknowledged_by) == (whole, "bea")
    for brand, story in [("acme", ""), ("beta", ""), ("gamma", ""), ("delta", ""), ("beta", "another")]:
        world.expects_silence()
        await world.signal(brand=brand, story=story or f"wave-{brand}", phase=SignalPhase.ENDED)
    over = world.expects_one(Why.ENDED)
    assert {f"channel:{name}" for name in SECTOR} < set(over.recipients)


async def test_an_answer_to_a_part_reaches_the_wave_for_as_long_as_it_goes_on() -> None:
    """The mail on beta's incident has a link that is good for days: it takes charge of the wave hours later, too."""
    world = watch(others=SECTOR)
    for brand in ("acme", "beta", "gamma"):
        await world.signal(brand=brand, story=f"wave-{brand}")
    whole, part = (told.incident.id for told in world.told()[:2])
    await world.advance(minutes=180)
    await world.ack(part, by="bea")
    answered = world.told()[-1]
    assert (answered.why, answered.incident.id, answered.incident.acknowledged_by) == (Why.ACKNOWLEDGED, whole, "bea")


async def test_two_brands_or_a_slow_sequence_are_no_wave() -> None:
    """Two brands at once, and a third more than an hour later, stay three incidents; good news never counts."""
    world = watch(others=SECTOR)
    await world.signal(story="a")
    await world.signal(brand="beta", story="b")
    await world.signal(kind=SignalKind.VIRAL_OPPORTUNITY, brand="gamma", story="g", observed=5_000)
    await world.advance(minutes=61)
    before = len(world.told())
    await world.signal(brand="delta", story="d")
    assert [n.why for n in world.told()[before:]] == [Why.FIRST]
    assert not any(n.incident.brands for n in world.told())


@pytest.mark.parametrize("crash", list(Crash))
async def test_a_crash_at_any_moment_changes_nothing_in_who_is_called(crash: Crash) -> None:
    """With the agent dying before any step of a sector's evening, the same people are called by the same records."""

    async def live(crash_at: int | None) -> dict[str, tuple[str, bool]]:
        world = watch(others=SECTOR)
        for step, brand in enumerate(("acme", "", "beta", "", "gamma", "", "")):
            if step == crash_at:
                await world.feed(crash)
            if brand:
                await world.signal(brand=brand, story=f"wave-{brand}")
            else:
                await world.advance(minutes=7)
        calls = world.runner.records(Topic.CALLS)
        return {call.id: (call.recipient, call.urgent) for call in calls if isinstance(call, Call)}

    calm = await live(None)
    assert ("person:lead", True) in calm.values()
    for crash_at in range(7):
        assert await live(crash_at) == calm

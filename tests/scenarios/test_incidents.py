"""The life of incidents, as humans live it."""

import pytest

from models.records import Delivery, Phase, Severity, SignalKind, SignalPhase, Topic, Why
from streams.engines.local import Crash
from streams.settings.schema import IncidentSettings
from tests.scenarios.world import World


async def test_an_alert_is_repeated_until_somebody_takes_charge() -> None:
    """An unanswered alert comes again after 30, 60 and 120 minutes; an acknowledgement ends that, quietly."""
    world = World()
    await world.signal()
    first = world.expects_one(Why.FIRST)
    assert first.recipients == ("channel:chat",)
    assert not first.quiet
    await world.advance(minutes=29)
    world.expects_silence()
    await world.advance(minutes=1)
    world.expects(Why.REPEAT_DUE)
    await world.advance(minutes=60)
    world.expects(Why.REPEAT_DUE)
    await world.advance(minutes=119)
    world.expects_silence()
    await world.ack(first.incident.id, by="zoe")
    answered = world.expects_one(Why.ACKNOWLEDGED)
    assert answered.quiet
    assert answered.incident.acknowledged_by == "zoe"
    await world.advance(minutes=50)
    world.expects_silence()


async def test_worse_is_told_and_same_is_only_written_down() -> None:
    """A worsened wave calls again, with a higher severity; one that stays the same does not, and says why not."""
    world = World()
    await world.signal(surprise=4, observed=15)
    first = world.expects_one(Why.FIRST)
    await world.advance(minutes=5)
    await world.signal(surprise=4, observed=15, nonce="again")
    world.expects_silence()
    assert world.withheld() == [Why.SAME]
    await world.signal(phase=SignalPhase.WORSENED, surprise=30, observed=2_000)
    worse = world.expects_one(Why.WORSE)
    assert (first.incident.severity, worse.incident.severity) == (Severity.P3, Severity.P1)
    assert worse.incident.id == first.incident.id


async def test_what_was_not_told_names_its_signal() -> None:
    """No message shows a signal that calls nobody, since Zoe has taken charge: what says so names both."""
    world = World()
    first = await world.signal(surprise=4, observed=15)
    incident = world.expects_one(Why.FIRST).incident.id
    await world.ack(incident)
    again = await world.signal(surprise=4, observed=15, nonce="again")
    await world.ack(incident, by="tom")
    about = [(r.why, r.signal, r.incident) for r in world.runner.records(Topic.DELIVERIES) if isinstance(r, Delivery)]
    taken = Why.ALREADY_ACKNOWLEDGED
    assert about == [(taken, again.id, incident), (taken, "", incident)]
    assert first.id != again.id


async def test_the_end_is_told_once_and_quietly() -> None:
    """When its last signal has ended, an incident is resolved; nobody is called for that."""
    world = World()
    await world.signal()
    await world.signal(phase=SignalPhase.ENDED)
    world.expects(Why.FIRST, Why.ENDED)
    assert world.told()[-1].quiet
    assert world.told()[-1].incident.phase is Phase.RESOLVED
    await world.advance(minutes=300)
    world.expects_silence()


async def test_a_flare_up_within_the_hour_reopens_and_a_later_one_is_new() -> None:
    """The same story 30 minutes after its end is the same incident again; two hours after, another one."""
    world = World()
    await world.signal()
    await world.signal(phase=SignalPhase.ENDED)
    await world.advance(minutes=30)
    await world.signal()
    world.expects(Why.FIRST, Why.ENDED, Why.REOPENED)
    await world.signal(phase=SignalPhase.ENDED)
    await world.advance(minutes=120)
    await world.signal()
    world.expects(Why.ENDED, Why.FIRST)
    told = world.told()
    assert told[2].incident.id == told[0].incident.id
    assert told[-1].incident.id != told[0].incident.id


async def test_a_snooze_is_quiet_and_ends() -> None:
    """A snoozed incident says nothing, even when it gets worse, and calls again when the snooze is over."""
    world = World()
    await world.signal(surprise=4, observed=15)
    first = world.expects_one(Why.FIRST)
    await world.snooze(first.incident.id, minutes=45)
    assert world.expects_one(Why.SNOOZED).quiet
    await world.advance(minutes=40)
    await world.signal(phase=SignalPhase.WORSENED, observed=500)
    world.expects_silence()
    assert world.withheld() == [Why.SNOOZED]
    await world.advance(minutes=5)
    assert not world.expects_one(Why.WORSE).quiet
    await world.advance(minutes=30)
    world.expects(Why.REPEAT_DUE)


async def test_a_snooze_without_news_ends_with_a_reminder() -> None:
    """When nothing got worse meanwhile, the end of a snooze says that nobody has taken charge yet."""
    world = World()
    await world.signal()
    await world.snooze(world.expects_one(Why.FIRST).incident.id, minutes=45)
    await world.signal(nonce="the same again")
    await world.advance(minutes=45)
    world.expects(Why.SNOOZED, Why.REPEAT_DUE)


async def test_a_false_alarm_stays_closed_unless_it_gets_more_severe() -> None:
    """Whoever called it a false alarm is not called again for more of the same, but is for something worse."""
    world = World()
    await world.signal(surprise=4, observed=15)
    incident = world.expects_one(Why.FIRST).incident.id
    await world.false_alarm(incident)
    assert world.expects_one(Why.FALSE_ALARM).incident.phase is Phase.RESOLVED
    await world.signal(surprise=4, observed=15, phase=SignalPhase.WORSENED)
    await world.advance(minutes=180)
    await world.signal(surprise=4, observed=15, phase=SignalPhase.WORSENED)
    world.expects_silence()
    assert world.withheld() == [Why.SAME, Why.SAME]
    await world.signal(surprise=30, observed=3_000, phase=SignalPhase.WORSENED, nonce="worse")
    world.expects(Why.REOPENED)


async def test_small_things_are_withheld_until_they_are_not_small() -> None:
    """Below the brand's severity nothing is told but why; when it reaches it, that is the first alert."""
    world = World(notify_from="P1")
    await world.signal()
    world.expects_silence()
    assert world.withheld() == [Why.BELOW_SEVERITY]
    await world.advance(minutes=40)
    world.expects_silence()
    await world.signal(phase=SignalPhase.WORSENED, surprise=30, observed=5_000)
    world.expects(Why.FIRST)
    await world.advance(minutes=30)
    world.expects(Why.REPEAT_DUE)


@pytest.mark.parametrize(("observed", "surprise", "repeats"), [(40, 8, 5), (15, 4, 1), (1, 0, 0)])
async def test_only_what_is_urgent_is_repeated(observed: float, surprise: float, repeats: int) -> None:
    """Unanswered, P2 comes again and again, P3 once after four hours, P4 never."""
    world = World(notify_from="P4", tick_s=300)
    await world.signal(observed=observed, surprise=surprise)
    await world.advance(minutes=900)
    world.expects(Why.FIRST, *[Why.REPEAT_DUE] * repeats)


async def test_who_closed_it_is_kept() -> None:
    """The snapshot says who closed an incident, and whether as a false alarm; a flare-up clears it."""
    world = World()
    await world.signal()
    await world.resolve(world.expects_one(Why.FIRST).incident.id, by="léa")
    closed = world.expects_one(Why.RESOLVED_BY_HUMAN).incident
    assert (closed.resolved_by, closed.false_alarm) == ("léa", False)
    await world.signal(phase=SignalPhase.WORSENED, nonce="again")
    assert world.expects_one(Why.REOPENED).incident.resolved_by is None
    await world.false_alarm(closed.id, by="tom")
    closed = world.expects_one(Why.FALSE_ALARM).incident
    assert (closed.resolved_by, closed.false_alarm) == ("tom", True)


async def test_a_viral_threat_joins_the_spike_that_it_feeds() -> None:
    """A post that goes viral and is among those behind an open spike is the same incident, not a second one."""
    world = World()
    await world.signal(drivers=["post:1", "post:2"])
    viral = {"kind": SignalKind.VIRAL_THREAT, "story": "text:2", "drivers": ["post:2"], "observed": 45}
    await world.signal(**viral)
    world.expects(Why.FIRST)
    assert world.withheld() == [Why.SAME]
    await world.signal(phase=SignalPhase.ENDED, drivers=["post:1", "post:2"])
    world.expects_silence()
    await world.signal(**viral, phase=SignalPhase.ENDED)
    assert len(world.expects_one(Why.ENDED).incident.signals) == 2


async def test_an_opportunity_does_not_join_a_spike() -> None:
    """Good news is another incident, and never more urgent than P3."""
    world = World(notify_from="P4")
    await world.signal(drivers=["post:1"])
    await world.signal(kind=SignalKind.VIRAL_OPPORTUNITY, story="text:1", drivers=["post:1"], surprise=30)
    world.expects(Why.FIRST, Why.FIRST)
    assert {n.incident.severity for n in world.told()} == {Severity.P2, Severity.P3}


async def test_an_acknowledged_incident_without_news_closes_itself() -> None:
    """With somebody in charge it stays open while the wave may go on; a day without a word from detectors ends it."""
    world = World(tick_s=600)
    await world.signal()
    await world.ack(world.expects_one(Why.FIRST).incident.id)
    world.expects(Why.ACKNOWLEDGED)
    await world.advance(minutes=60 * 23)
    assert [n.why for n in world.told()] == [Why.FIRST, Why.ACKNOWLEDGED]
    await world.advance(minutes=60)
    assert world.expects_one(Why.ENDED).quiet


async def test_an_incident_that_nobody_answers_is_given_up_after_a_day() -> None:
    """It calls for 24 hours, further and further apart, and then closes."""
    world = World(incidents=IncidentSettings(repeat_min=60), tick_s=600)
    await world.signal()
    await world.advance(minutes=60 * 30)
    whys = [n.why for n in world.told()]
    assert whys == [Why.FIRST, *[Why.REPEAT_DUE] * 7, Why.ENDED]


@pytest.mark.parametrize("act", ["ack", "false_alarm", "resolve"])
async def test_acting_on_what_is_not_open_is_answered_in_the_log(act: str) -> None:
    """An action on an unknown or closed incident changes nothing and says so."""
    world = World()
    await getattr(world, act)("no-such-incident")
    await world.signal()
    await world.resolve(world.expects_one(Why.FIRST).incident.id)
    closed = world.expects_one(Why.RESOLVED_BY_HUMAN).incident
    await getattr(world, act)(closed.id)
    world.expects_silence()
    assert world.withheld() == [Why.NOTHING_OPEN, Why.NOTHING_OPEN]


async def test_a_signal_that_comes_twice_is_told_once() -> None:
    """A repeated record is recognised by its id, and leaves no trace."""
    world = World()
    said = await world.signal()
    await world.feed(said, said)
    world.expects(Why.FIRST)
    assert world.withheld() == []


@pytest.mark.parametrize("crash", list(Crash))
async def test_a_crash_at_any_moment_changes_nothing_that_humans_hear(crash: Crash) -> None:
    """With an agent dying before any step of an incident's life, the same notifications have the same ids."""

    async def live(crash_at: int | None) -> dict[str, Why]:
        world = World()
        for step in range(6):
            if step == crash_at:
                await world.feed(crash)
            if step == 0:
                await world.signal()
            elif step == 2:
                await world.signal(phase=SignalPhase.WORSENED, observed=400)
            elif step == 4:
                await world.ack(world.told()[0].incident.id)
            elif step == 5:
                await world.signal(phase=SignalPhase.ENDED)
            else:
                await world.advance(minutes=31)
        return {n.id: n.why for n in world.told()}

    calm = await live(None)
    assert list(calm.values()) == [Why.FIRST, Why.REPEAT_DUE, Why.WORSE, Why.REPEAT_DUE, Why.ACKNOWLEDGED, Why.ENDED]
    for crash_at in range(6):
        assert await live(crash_at) == calm

"""Two hundred incidents at once, on a Slack that fails three calls of ten; in simulated time."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from models.records import Outcome
from tests import samples
from tests.contracts.slack_weather import Killed
from tests.scenarios.slack_storm import INCIDENTS, WORST, Storm, mixed, wave
from tests.simulated import simulate

NEWS = (samples.spike_alert(), samples.worse_alert(), samples.closed_by_hand())


def assert_told_once(storm: Storm) -> None:
    """One message per incident, in its final state; each other piece of news once in its thread, in order."""
    roots, replies = storm.workspace.roots(), storm.workspace.replies()
    assert sorted(m.about["incident"] for m in roots) == [f"i{n:03d}" for n in range(INCIDENTS)]
    assert all("is over" in m.text and "actions" not in [b["type"] for b in m.blocks] for m in roots)
    for root in roots:
        number = root.about["incident"][1:]
        history = [m.about["notification"] for m in replies if m.thread_ts == root.ts]
        assert history == [f"worse-{number}", f"resolved-by-human-{number}-quiet"]


def assert_within_the_rate(storm: Storm) -> None:
    """One message a second, and no call that Slack refused for its speed."""
    assert storm.slack.limits.exceeded == []
    pauses = [later - at for at, later in pairwise(storm.slack.posted_at)]
    assert min(pauses) > 0.999


@pytest.mark.parametrize("seed", [1, 2])
def test_every_incident_ends_as_one_message_in_its_final_state(seed: int) -> None:
    """Three waves of news on 200 incidents: one message each, its history in order, nothing lost, nothing doubled."""

    async def scene() -> None:
        storm = Storm(seed)
        for like in NEWS:
            await storm.tell(wave(like))
            await storm.clock.sleep(timedelta(minutes=5).total_seconds())

        assert Counter(d.outcome for d in storm.deliveries) == {Outcome.SENT: len(NEWS) * INCIDENTS}
        assert_told_once(storm)
        assert storm.slack.failures > 0.25 * storm.slack.calls
        assert_within_the_rate(storm)
        await storm.close()

    simulate(scene())


def test_in_calm_weather_a_storm_is_told_at_slack_s_own_pace() -> None:
    """One message a second: two hundred incidents take little more than two hundred seconds, and no call is refused."""

    async def scene() -> None:
        storm = Storm(1, failing=0.0)
        took_s = await storm.tell(wave(samples.spike_alert()))
        assert INCIDENTS - 1 <= took_s < INCIDENTS * 1.4
        assert storm.slack.limits.exceeded == []
        await storm.close()

    simulate(scene())


def test_the_worst_is_told_first() -> None:
    """The twenty P1 alerts came last, behind 180 quieter ones and their repeats: they are the first to be seen."""

    async def scene() -> None:
        storm = Storm(1)
        await storm.tell(mixed())
        first = [m.about["incident"] for m in storm.workspace.roots()][: WORST + 1]
        worst = {f"i{n:03d}" for n in range(INCIDENTS - WORST, INCIDENTS)}
        assert len(worst & set(first)) >= WORST - 3  # but those that failed at their first try
        await storm.close()

    simulate(scene())


def test_what_is_overtaken_while_it_waits_costs_no_call() -> None:
    """Taken charge of while the alert still stood in the queue: that edit is skipped, also after a restart."""

    async def scene() -> None:
        storm = Storm(1, failing=0.0)
        life = [*wave(samples.spike_alert()), *wave(samples.acknowledged()), *wave(samples.closed_by_hand())]
        storm.slack.kill_at = 50
        with pytest.raises(Killed):
            await storm.tell(life)
        await storm.restart()
        await storm.tell(life)
        outcomes = Counter(d.outcome for d in {d.id: d for d in storm.deliveries}.values())
        assert outcomes == {Outcome.SENT: 2 * INCIDENTS, Outcome.SUPERSEDED: INCIDENTS}
        assert storm.slack.calls < 4 * INCIDENTS
        await storm.close()

    simulate(scene())


def test_a_process_that_is_killed_in_the_storm_repeats_nothing() -> None:
    """Killed eight times, each after Slack did as asked and before it was written down: it is found, not repeated."""

    async def scene() -> None:
        storm, kills = Storm(3, failing=0.1), 0
        for like in NEWS:
            done = False
            while not done:
                storm.slack.kill_at = storm.slack.calls + 100 if kills < 8 else 0
                try:
                    await storm.tell(wave(like))  # all of it again: nothing had been acknowledged to the broker
                    done = True
                except Killed:
                    kills += 1
                    await storm.restart()
        assert kills == 8
        assert_told_once(storm)
        await storm.close()

    simulate(scene())

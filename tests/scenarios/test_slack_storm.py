"""Two hundred incidents at once, on a Slack that fails three calls of ten; in simulated time."""

from collections import Counter
from datetime import timedelta

import pytest

from models.records import Outcome
from tests import samples
from tests.contracts.slack_weather import Killed
from tests.scenarios.slack_storm import INCIDENTS, Storm, wave

NEWS = (samples.spike_alert(), samples.worse_alert(), samples.closed_by_hand())


def assert_told_once(storm: Storm) -> None:
    """One message per incident, in its final state; each other piece of news once in its thread, in order."""
    roots, replies = storm.workspace.roots(), storm.workspace.replies()
    assert sorted(m.about["incident"] for m in roots) == [f"i{n:03d}" for n in range(INCIDENTS)]
    assert all("is over" in m.text and "actions" not in [b["type"] for b in m.blocks] for m in roots)
    for root in roots:
        number = root.about["incident"][1:]
        history = [m.about["notification"] for m in replies if m.thread_ts == root.ts]
        assert history == [f"worse-{number}", f"resolved-by-human-{number}"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_incident_ends_as_one_message_in_its_final_state(seed: int) -> None:
    """Three waves of news on 200 incidents: one message each, its history in order, nothing lost, nothing doubled."""
    storm = Storm(seed)
    for like in NEWS:
        await storm.tell(wave(like))
        storm.clock.advance(timedelta(minutes=5).total_seconds())

    assert Counter(d.outcome for d in storm.deliveries) == {Outcome.SENT: len(NEWS) * INCIDENTS}
    assert_told_once(storm)
    assert storm.slack.failures > 0.25 * storm.slack.calls
    assert storm.slack.limits.exceeded == []
    pauses = [later - at for at, later in zip(storm.slack.posted_at, storm.slack.posted_at[1:], strict=False)]
    assert min(pauses) > 0.999
    await storm.channel.close()


async def test_in_calm_weather_a_storm_is_told_at_slack_s_own_pace() -> None:
    """One message a second: two hundred incidents take little more than two hundred seconds, and no call is refused."""
    storm = Storm(1, failing=0.0)
    took_s = await storm.tell(wave(samples.spike_alert()))
    assert INCIDENTS - 1 <= took_s < INCIDENTS * 1.3
    assert storm.slack.limits.exceeded == []
    await storm.channel.close()


async def test_a_process_that_is_killed_in_the_storm_repeats_nothing() -> None:
    """Killed eight times, each after Slack did as asked and before it was written down: it is found, not repeated."""
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
                storm.start()
    assert kills == 8
    assert_told_once(storm)
    await storm.channel.close()

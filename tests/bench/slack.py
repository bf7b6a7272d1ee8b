"""How a storm of 200 incidents reaches one Slack channel, in simulated time, by the default policy. Prints JSON lines.

`waves`: three waves of news (first, worse, closed), each told to its end. The peer, measured in the same run, is the
same channel without a pace of its own, which only stops when Slack answers 429.
`worst-first`: 20 P1 alerts come behind 180 P3 ones with their repeats and quiet edits. The peer is the same news with
one severity for all: first alerts still go before the rest, but in the order in which they came.
`overtaken`: an alert, somebody takes charge (quietly), the end, all while the alert still waits. The peer is the same
news with nothing quiet, so that nothing may be skipped.
"""

import json
import logging
from collections import Counter
from typing import Any

import msgspec

from models.records import Notification, Outcome
from tests import samples
from tests.scenarios.slack_storm import INCIDENTS, WORST, Storm, mixed, wave
from tests.simulated import simulate

NEWS = {"first": samples.spike_alert, "worse": samples.worse_alert, "closed": samples.closed_by_hand}
FAILING = (0.0, 0.3)


async def waves(*, paced: bool, failing: float) -> dict[str, Any]:
    storm = Storm(1, paced=paced, failing=failing)
    took = {name: round(await storm.tell(wave(like()))) for name, like in NEWS.items()}
    await storm.close()
    return {"paced": paced, "seconds": took, **_counts(storm)}


async def worst_first(*, severities: bool, failing: float) -> dict[str, Any]:
    storm = Storm(1, failing=failing)
    worst = {f"i{n:03d}" for n in range(INCIDENTS - WORST, INCIDENTS)}
    took_s = await storm.tell(mixed(severities=severities))
    places = [n for n, m in enumerate(storm.workspace.roots(), 1) if m.about["incident"] in worst]
    told_at = max(d.at for d in storm.deliveries if d.incident in worst)
    await storm.close()
    return {
        "by_severity": severities,
        "seconds_to_the_last_p1": round((told_at - samples.NOW).total_seconds()),
        "place_of_the_last_p1": max(places),
        "seconds": round(took_s),
        **_counts(storm),
    }


async def overtaken(*, quiet: bool, failing: float) -> dict[str, Any]:
    storm = Storm(1, failing=failing)
    kinds = (samples.spike_alert(), samples.acknowledged(), samples.closed_by_hand())
    news: list[Notification] = [
        n if quiet else msgspec.structs.replace(n, quiet=False) for like in kinds for n in wave(like)
    ]
    took_s = await storm.tell(news)
    await storm.close()
    return {"quiet_edits": quiet, "seconds": round(took_s), **_counts(storm)}


def _counts(storm: Storm) -> dict[str, Any]:
    outcomes = Counter(delivery.outcome for delivery in storm.deliveries)
    incidents = Counter(message.about["incident"] for message in storm.workspace.roots())
    lines = Counter(message.about["notification"] for message in storm.workspace.replies())
    return {
        "calls": storm.slack.calls,
        "refused_429": len(storm.slack.limits.exceeded),
        "sent": outcomes[Outcome.SENT],
        "superseded": outcomes[Outcome.SUPERSEDED],
        "lost": sum(outcomes.values()) - outcomes[Outcome.SENT] - outcomes[Outcome.SUPERSEDED],
        "incidents_without_message": INCIDENTS - len(incidents),
        "doubled": sum(n - 1 for n in incidents.values()) + sum(n - 1 for n in lines.values()),
    }


def main() -> None:
    logging.disable(logging.CRITICAL)
    for failing in FAILING:
        for mine in (True, False):
            for name, work in (
                ("waves", waves(paced=mine, failing=failing)),
                ("worst-first", worst_first(severities=mine, failing=failing)),
                ("overtaken", overtaken(quiet=mine, failing=failing)),
            ):
                line = {"bench": "slack", "storm": name, "incidents": INCIDENTS, "failing": failing, **simulate(work)}
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()

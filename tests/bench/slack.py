"""How long a storm of 200 incidents takes to reach one Slack channel, in simulated time. Prints JSON lines.

Three waves of news (first, worse, closed), each told to its end. The peer, measured in the same run, is the same
channel without a pace of its own, which only stops when Slack answers 429.
"""

import asyncio
import json
import logging
from collections import Counter
from typing import Any

from models.records import Outcome
from tests import samples
from tests.scenarios.slack_storm import INCIDENTS, Storm, wave

NEWS = {"first": samples.spike_alert, "worse": samples.worse_alert, "closed": samples.closed_by_hand}


async def measured(*, paced: bool, failing: float, deadline_s: float) -> dict[str, Any]:
    storm = Storm(1, paced=paced, failing=failing, deadline_s=deadline_s)
    took = {name: round(await storm.tell(wave(like()))) for name, like in NEWS.items()}
    outcomes = Counter(delivery.outcome for delivery in storm.deliveries)
    incidents = Counter(message.about["incident"] for message in storm.workspace.roots())
    lines = Counter(message.about["notification"] for message in storm.workspace.replies())
    await storm.channel.close()
    return {
        "bench": "slack",
        "incidents": INCIDENTS,
        "paced": paced,
        "failing": failing,
        "deadline_s": deadline_s,
        "seconds": took,
        "calls": storm.slack.calls,
        "refused_429": len(storm.slack.limits.exceeded),
        "not_delivered": sum(outcomes.values()) - outcomes[Outcome.SENT],
        "incidents_without_message": INCIDENTS - len(incidents),
        "doubled": sum(n - 1 for n in incidents.values()) + sum(n - 1 for n in lines.values()),
    }


def main() -> None:
    logging.disable(logging.CRITICAL)
    for failing in (0.0, 0.3):
        for paced in (True, False):
            print(json.dumps(asyncio.run(measured(paced=paced, failing=failing, deadline_s=3_600.0))), flush=True)
    print(json.dumps(asyncio.run(measured(paced=True, failing=0.3, deadline_s=900.0))), flush=True)


if __name__ == "__main__":
    main()

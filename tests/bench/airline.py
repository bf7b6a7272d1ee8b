"""The labelled week of four airlines through the whole pipeline, judged on its labels. One JSON line.

    python -m tests.bench.airline [--false-alarms 1/week]

Delta's Sunday (22 February 2015) is a real wave; American's start is an artefact of collection, and must stay silent.
"""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from streams.backtest import brands_of, run_mentions, settings_for
from streams.mentions import read_mentions
from streams.rows import Complaints
from tests.scenarios.neighbours import known_stages

TWEETS: Final = Path(__file__).parents[3] / "shared/data/airline/tweets.csv"
SUNDAY: Final = datetime(2015, 2, 22, tzinfo=UTC).date()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--false-alarms", default="1/week")
    options = parser.parse_args()
    if not TWEETS.exists():
        print("skipped: airline is not in ../shared/data", file=sys.stderr)
        return
    posts = read_mentions(TWEETS, {}, Complaints())
    settings = settings_for(posts, options.false_alarms)
    alerts = asyncio.run(run_mentions(posts, settings, stages=known_stages())).alerts
    sunday = [alert for alert in alerts if alert.brand == "Delta" and alert.at.date() == SUNDAY]
    result = {
        "bench": "airline",
        "budget": options.false_alarms,
        "alarms": {brand: sum(alert.brand == brand for alert in alerts) for brand in brands_of(posts)},
        "delta_sunday_at": sunday[0].at.isoformat() if sunday else None,
        "delta_sunday_onset": sunday[0].onset.isoformat() if sunday else None,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

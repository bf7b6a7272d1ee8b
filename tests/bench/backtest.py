"""How long a backtest takes, and what its chart looks like. JSON lines.

    python -m tests.bench.backtest [--picture]

A month of one brand's minutes, as a series and as mentions through the whole of understanding as given and the spike
detector. `--picture` writes `docs/pictures/backtest.png`: the airline week, with Delta's Sunday as a label; it is left
out with a message where `../shared/data` is absent.
"""

import argparse
import asyncio
import json
import math
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from models.records import Author, Post
from models.spikes.budget import Budget
from streams.backtest import run_mentions, run_series, settings_for
from streams.backtest_chart import write_chart
from streams.mentions import read_mentions
from streams.rows import Complaints
from streams.series import Label
from streams.trace import Trace
from tests.bench.airline import TWEETS
from tests.scenarios.neighbours import NEGATIVE, NEUTRAL, known_stages

PICTURE: Final = Path(__file__).parents[2] / "docs/pictures/backtest.png"
START: Final = datetime(2026, 3, 2, tzinfo=UTC)
DAYS: Final = 30
HOURLY: Final = 30
SUNDAY: Final = Label("Delta", datetime(2015, 2, 22, tzinfo=UTC), datetime(2015, 2, 23, tzinfo=UTC))


def month(rng: random.Random) -> list[tuple[datetime, float]]:
    """So many counts an hour, more by day, and a storm of an hour."""
    points = []
    for minute in range(DAYS * 1_440):
        rate = HOURLY / 60 * (1 + 0.6 * math.sin(minute / 1_440 * 2 * math.pi))
        rate *= 6 if 30_000 <= minute < 30_060 else 1
        points.append((START + timedelta(minutes=minute), float(sum(rng.random() < rate / 8 for _ in range(8)))))
    return points


def posts_of(points: list[tuple[datetime, float]], rng: random.Random) -> list[Post]:
    """A post for every count, half of them negative."""
    return [
        Post(
            id=f"{at:%s}:{n}",
            source="bench",
            network="bench",
            author=Author(id=str(rng.randrange(9_000))),
            text=f"acme is late again, number {rng.randrange(9_000)}",
            created_at=at,
            seen_at=at,
            known_brands=("acme",),
            known_sentiment=NEGATIVE if rng.random() < 0.5 else NEUTRAL,
        )
        for at, count in points
        for n in range(int(count))
    ]


def measure() -> None:
    rng = random.Random(1)
    points = month(rng)
    began = time.process_time()
    alerts = run_series(points, Budget.parse("1/week"))
    _say("series", len(points), len(alerts), time.process_time() - began)
    posts = posts_of(points, rng)
    began = time.process_time()
    found = asyncio.run(run_mentions(posts, settings_for(posts, "1/week"), stages=known_stages()))
    _say("mentions", len(posts), len(found.alerts), time.process_time() - began)


def _say(what: str, records: int, alerts: int, seconds: float) -> None:
    told = {"bench": "backtest", "of": what, "days": DAYS, "records": records, "alerts": alerts}
    print(json.dumps({**told, "cpu_seconds": round(seconds, 2)}))


def picture() -> None:
    if not TWEETS.exists():
        print("skipped the picture: airline is not in ../shared/data", file=sys.stderr)
        return
    posts = read_mentions(TWEETS, {}, Complaints())
    trace = Trace(posts[-1].seen_at - posts[0].seen_at)
    found = asyncio.run(run_mentions(posts, settings_for(posts, "1/week"), stages=known_stages(), trace=trace))
    write_chart(PICTURE, trace, found.alerts, [SUNDAY])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", action="store_true")
    options = parser.parse_args()
    measure()
    if options.picture:
        picture()


if __name__ == "__main__":
    main()

"""What an alert on a cascade says: the evidence, and the reason in one line."""

import math
from datetime import timedelta
from typing import Final

from models.coordination import ENOUGH, judge
from models.records import Driver, Evidence, Forecast, Point
from models.virality.cascade import Cascade, Root, Stake, utc
from models.virality.expected import Usual

INTERVAL: Final = (0.05, 0.95)
BRIDGES: Final = 3
BRIDGE_PART: Final = 20
"""A bridge is who brought at least ten reshares, and one in twenty of all."""
POINTS: Final = 64
"""A chart needs no more."""


def evidence(
    cascade: Cascade, root: Root, stake: Stake, *, now_s: float, heading: Forecast, silent_below: int
) -> Evidence:
    """Everything a human needs to believe or dismiss the alert."""
    shares, _ = cascade.counted(now_s)
    driver = Driver(
        post_id=root.post_id,
        author=root.author,
        excerpt=root.excerpt,
        created_at=root.created_at,
        url=root.url,
        network=root.network,
        followers=root.followers,
        shares=shares,
        sentiment=stake.label,
    )
    return Evidence(
        mentions=1,
        adverse=int(stake.adverse),
        stories=1,
        networks=tuple(sorted(cascade.networks.items(), key=lambda each: (-each[1], each[0]))),
        languages=((stake.language, 1),),
        series=series(cascade, root, now_s),
        drivers=(driver,),
        amplifiers=tuple((handle, followers) for followers, handle in cascade.amplifiers),
        reach=_reach(cascade, root),
        forecast=heading,
        coordination=judge(cascade.signs),
        bridges=tuple(cascade.branches.top(BRIDGES, max(ENOUGH, shares // BRIDGE_PART))),
        silent_below=silent_below,
        risk=stake.risk,
    )


def series(cascade: Cascade, root: Root, now_s: float) -> tuple[Point, ...]:
    """The chart: shares so far at the end of each bucket, the usual number, and the upper end of the usual."""
    usual = Usual(root.followers)
    root_s = root.created_at.timestamp()
    public = root.count_at(now_s)
    _, unseen = cascade.counted(now_s)
    points = []
    so_far = 0
    bins = [each for each in cascade.history.series() if each[0] <= now_s]
    every = math.ceil(len(bins) / POINTS)
    for number, (_, stop, count) in enumerate(bins, start=1):
        so_far += count
        if number % every and number < len(bins):
            continue
        end = max(min(stop, now_s), root_s)
        # The public counter knows of shares that nobody saw coming; they stand there from when it was read.
        known = so_far + (unseen if public is not None and end >= public[1] else 0)
        age = end - root_s
        points.append(
            Point(
                at=utc(end),
                observed=float(known),
                expected=round(usual.expected(age), 2),
                upper=round(usual.quantile(INTERVAL[1], age), 2),
            )
        )
    return tuple(points)


def reason(shares: int, age_s: float, usual: float, heading: Forecast) -> str:
    """One line for logs and `tocsin why`.

    >>> heading = Forecast(expected_final=900, interval=(500, 1800), p_double=0.7, shares_per_hour=120)
    >>> reason(312, 7_800, 4.2, heading)
    '312 shares in 2:10:00 where 4 are usual; 120 an hour, heading for 900 (500 to 1,800)'
    """
    low, high = heading.interval
    return (
        f"{shares:,} shares in {timedelta(seconds=round(age_s))} where {usual:,.0f} are usual; "
        f"{heading.shares_per_hour:,.0f} an hour, heading for {heading.expected_final:,.0f} ({low:,.0f} to {high:,.0f})"
    )


def _reach(cascade: Cascade, root: Root) -> int | None:
    if root.followers is None and cascade.reach_known == 0:
        return None
    return cascade.reach + (root.followers or 0)

"""Reads the public cascades that the forecaster learns from. Nothing imports this at run time."""

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

WEIBO_ZONE_S: Final = 8 * 3_600
"""Weibo's public lives by China's clock."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """A finished cascade: the root's followers, the delays in seconds of all its shares, and their followers.

    `followers_of` is empty where nobody's are known; `root_local_s` is the time of day at which the root was written.
    """

    followers: int
    delays_s: tuple[float, ...]
    followers_of: tuple[int, ...] = ()
    root_local_s: float | None = None


def weibo(folder: Path) -> list[Cascade]:
    """The cascades of Weibo (Song et al. 2018), in the order of their numbers."""
    delays: dict[str, list[float]] = defaultdict(list)
    with gzip.open(folder / "weibo" / "events.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            delays[row["cascade_no"]].append(float(row["delay_s"]))
    with (folder / "weibo" / "roots.csv").open(encoding="utf-8", newline="") as lines:
        roots = {row["cascade_no"]: row for row in csv.DictReader(lines)}
    return [
        Cascade(
            int(roots[number]["root_followers"] or 0),
            tuple(sorted(delays[number])),
            root_local_s=_local_s(roots[number]["root_created_at"]),
        )
        for number in sorted(delays, key=int)
    ]


def auspol(folder: Path) -> list[Cascade]:
    """The cascades of ordinary posts (evently); the first event of each is the post itself."""
    events: dict[str, list[tuple[float, int]]] = defaultdict(list)
    with (folder / "auspol" / "events.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            events[row["cascade_id"]].append((float(row["delay_s"]), int(row["magnitude_followers"])))
    return [_retweeted(rows) for rows in events.values()]


def seismic(folder: Path) -> Cascade:
    """The one huge cascade that comes with SEISMIC (Zhao et al. 2015); its first event is the post itself."""
    with (folder / "seismic_sample" / "tweet.csv").open(encoding="utf-8", newline="") as lines:
        return _retweeted([(float(row["delay_s"]), int(row["followers"])) for row in csv.DictReader(lines)])


def _retweeted(rows: list[tuple[float, int]]) -> Cascade:
    shares = sorted(rows[1:])
    return Cascade(max(rows[0][1], 0), tuple(t for t, _ in shares), tuple(max(f, 0) for _, f in shares))


def _local_s(created_at: str) -> float:
    utc = datetime.fromisoformat(created_at)
    return (utc.hour * 3_600 + utc.minute * 60 + utc.second + WEIBO_ZONE_S) % 86_400

"""`tocsin forecast`: cascades as they stood at an age in, how far they go out."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from models.virality.expected import Usual
from models.virality.features import Seen
from models.virality.forecast import Found, outlooks, told
from models.virality.history import History
from streams.cli.lines import BadLine, WrongCall, json_object, work_through
from streams.cli.params import Duration

STARTED: Final = 5
"""With fewer shares than this a post has not gone anywhere yet, whoever chose it."""
_MOST_FOLLOWERS: Final = 10**10
_OLDEST_S: Final = 1e9

Item = tuple[str | int, Seen]
"""The cascade's id, and the cascade as it stood at `--at`."""


class Age(Duration):
    """How old a cascade is, from more than nothing to decades."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        age_s = super().convert(value, param, ctx)
        if not 0 < age_s <= _OLDEST_S:
            self.fail(f"{value!r} is no age: more than 0, and at most {_OLDEST_S:g} seconds", param, ctx)
        return age_s


@click.command()
@click.argument("file", default="-")
@click.option(
    "--at",
    "at_s",
    required=True,
    type=Age(),
    metavar="SECONDS",
    help="The age at which to forecast, in seconds or as 90s, 15m, 2h; nothing that came later is used.",
)
@click.option("--mark", type=click.IntRange(min=1), help="Shares from which a post is viral; else the author's usual.")
@click.option(
    "--posts",
    type=click.Choice(["auto", "ordinary", "chosen"]),
    default="auto",
    help="Any posts, or posts that were chosen because they went far (auto: where no sharer's followers are known).",
)
@click.option("--time-zone", help="Where the public lives (an IANA name), for cascades that tell `root_created_at`.")
def command(file: str, at_s: float, mark: int | None, posts: str, time_zone: str | None) -> None:
    """Tell how far each cascade will go.

    FILE has a JSON object on each line: `id`, `root_followers` (or null) and `events`, a list of [seconds since the
    root, followers or null]; `-` is the standard input. `root_created_at` may be told, with `time_zone`. Answers are
    JSON lines in the same order. A bad line is named on stderr, and makes the exit code 1.
    """
    zone = None if time_zone is None else _zone(time_zone, WrongCall)

    def answer(items: Sequence[Item]) -> list[Mapping[str, Any]]:
        found = outlooks([seen for _, seen in items])
        return [_answer(item, ahead, mark) for item, ahead in zip(items, found, strict=True)]

    work_through("forecast", file, lambda raw: _cascade(raw, at_s, posts, zone), answer)


def _answer(item: Item, found: Found, mark: int | None) -> Mapping[str, Any]:
    name, seen = item
    mark = Usual(seen.root_followers).mark() if mark is None else mark
    heading = told(seen, found, mark)
    reach = seen.history.reach + (seen.root_followers or 0)
    return {
        "id": name,
        "observed": seen.observed,
        "expected_final": round(heading.expected_final, 1),
        "interval": list(heading.interval),
        "interval_50": list(heading.interval_50 or ()),
        "p_double": round(heading.p_double, 4),
        "p_viral": None if heading.p_viral is None else round(heading.p_viral, 4),
        "mark": mark,
        "reproduction": None if heading.reproduction is None else round(heading.reproduction, 3),
        "shares_per_hour": round(heading.shares_per_hour, 2),
        "acceleration": None if heading.acceleration is None else round(heading.acceleration, 2),
        "half_life_s": None if heading.half_life_s is None else round(heading.half_life_s),
        "reach": reach if seen.history.known or seen.root_followers is not None else None,
    }


def _cascade(raw: bytes, at_s: float, posts: str, zone: tzinfo | None) -> Item | None:
    """The cascade in a line as it stood at `at_s`; None for an empty line; raises `BadLine`."""
    if not raw.strip():
        return None
    line = json_object(raw)
    name = line.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise BadLine("`id` is missing" if name is None else "`id` is neither a string nor a whole number")
    history = _history(line.get("events"), at_s)
    observed = history.total()
    chosen = posts == "chosen" or (posts == "auto" and history.known == 0 and observed >= STARTED)
    seen = Seen(
        history,
        at_s,
        _followers(line.get("root_followers"), "`root_followers`"),
        ordinary=not chosen,
        local_s=_local_s(line, at_s, zone),
    )
    return name, seen


def _history(events: object, at_s: float) -> History:
    if not isinstance(events, list):
        raise BadLine("`events` is missing" if events is None else "`events` is not a list")
    history = History(origin_s=0.0)
    for number, event in enumerate(events, start=1):
        if not isinstance(event, list) or not 1 <= len(event) <= 2:
            raise BadLine(f"event {number} is not [seconds, followers or null]")
        time = _number(event[0])
        if time is None or math.isnan(time):
            raise BadLine(f"event {number}: its time is not a number of seconds")
        if time > at_s:
            continue  # the future, whatever it holds
        if time < 0:
            raise BadLine(f"event {number}: at {time:g} s it came before the post")
        history.add(time, _followers(event[1] if len(event) > 1 else None, f"event {number}: the number of followers"))
    return history


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _followers(value: object, what: str) -> int | None:
    if value is None:
        return None
    number = _number(value)
    if number is None or math.isnan(number) or number < 0:
        raise BadLine(f"{what} is neither null nor a number from 0 on")
    return int(min(number, _MOST_FOLLOWERS))


def _local_s(line: Mapping[str, Any], at_s: float, zone: tzinfo | None) -> float | None:
    """The public's time of day at `at_s`, in seconds; None where the line and the call leave it open."""
    told_zone, told_at = line.get("time_zone"), line.get("root_created_at")
    if told_zone is not None:
        zone = _zone(told_zone, BadLine)
    if told_at is None or zone is None:
        return None
    try:
        root = datetime.fromisoformat(told_at)
    except (TypeError, ValueError) as error:
        raise BadLine("`root_created_at` is not a time such as 2026-03-01T12:00:00Z") from error
    if root.tzinfo is None:
        raise BadLine("`root_created_at` has no offset: add Z for UTC")
    try:
        local = root.astimezone(zone)
    except OverflowError as error:
        raise BadLine("`root_created_at` is out of range") from error
    return (local.hour * 3_600 + local.minute * 60 + local.second + at_s) % 86_400


def _zone(name: object, wrong: type[WrongCall] | type[BadLine]) -> tzinfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong(f"time zone {str(name)[:60]!r} is not an IANA name such as Europe/Paris") from error

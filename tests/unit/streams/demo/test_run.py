"""The demo tells its hours by the clock that its messages go by."""

from collections import Counter
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from streams.demo.run import Narrator
from streams.demo.story import plot
from streams.demo.watch import Watch


class Read:
    """What has been read of the topics so far."""

    def __init__(self, reached: datetime) -> None:
        self.reached = reached
        self.hours: Counter[datetime] = Counter()
        self.adverse_hours: Counter[datetime] = Counter()


def test_hours_are_the_brands() -> None:
    """In Paris it is an hour later than in UTC, where the posts are counted; an hour is told when it is over."""
    told: list[str] = []
    story = plot(1)
    hour = story.onset.replace(minute=0, second=0, microsecond=0)
    read = Read(hour + timedelta(hours=1))
    read.hours[hour], read.adverse_hours[hour] = 40, 10
    Narrator(story, cast(Watch, read), told.append, ZoneInfo("Europe/Paris")).look()
    paris = hour.astimezone(ZoneInfo("Europe/Paris"))
    assert (paris.hour - hour.hour) % 24 == 1
    assert told[1] == f"{paris:%A} {paris.hour:02}:00 CET · 40 mentions in the hour, 25 % adverse"

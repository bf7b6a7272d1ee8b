"""How a report writes numbers, shares, days and periods in English and French."""

from datetime import datetime, timedelta, tzinfo

from alerts.render import speech
from alerts.render.nouns import counted
from models.position.figures import Part, Period
from streams.console.speech import Speech
from streams.report.words import TEXTS
from streams.settings.kinds import Locale

UNCOUNTED = "–"


class Say(Speech):
    """Says things in one language, and tells the time in one zone.

    >>> from datetime import UTC
    >>> say = Say("en", UTC)
    >>> say.counted("mentions", 1), say.counted("mentions", 1204)
    ('1 mention', '1,204 mentions')
    >>> say.percent(0.004), say.percent(0.18), say.percent(0), say.percent(0.997), say.percent(1)
    ('<1%', '18%', '0%', '>99%', '100%')
    """

    def __init__(self, locale: Locale, zone: tzinfo) -> None:
        super().__init__(locale, zone, TEXTS)

    def counted(self, noun: str, value: int) -> str:
        """A number with its noun."""
        form = "one" if speech.is_one(value, self.locale) else "other"
        return self(f"{noun}.{form}", n=self.number(value))

    def percent(self, share: float) -> str:
        """A share; of what there is a little, it does not say that there is none, nor of nearly all that it is all."""
        if 0.995 <= share < 1:
            return f">{super().percent(0.99)}"
        return f"<{super().percent(0.01)}" if 0 < share < 0.005 else super().percent(share)

    def share(self, part: Part | None) -> str:
        return UNCOUNTED if part is None or part.share is None else self.percent(part.share)

    def range(self, part: Part) -> str:
        """The interval of a share; empty where there is none."""
        if part.interval is None:
            return ""
        low, high = (self.percent(end) for end in part.interval)
        return self("range", low=low, high=high)

    def about(self, value: int) -> str:
        return speech.about(value, self.locale)

    def followers(self, value: int) -> str:
        """An audience to two digits, since more would pretend."""
        return counted("followers", value, self.locale, rough=True)

    def length(self, span: timedelta) -> str:
        """How long a period is, to the hour.

        >>> from datetime import UTC
        >>> Say("en", UTC).length(timedelta(days=7)), Say("fr", UTC).length(timedelta(days=6, hours=19))
        ('7 days', '6\xa0jours 19\xa0h')
        """
        hours = round(span / timedelta(hours=1))
        if hours < 48:
            return speech.duration(span, self.locale)
        days = speech.duration(timedelta(days=hours // 24), self.locale)
        return f"{days} {hours % 24}{speech.NBSP}h" if hours % 24 else days

    def duration(self, seconds: float) -> str:
        return speech.duration(timedelta(seconds=seconds), self.locale)

    def day(self, at: datetime) -> str:
        """
        >>> from datetime import UTC
        >>> Say("en", UTC).day(datetime(2026, 11, 22, tzinfo=UTC))
        '22 November 2026'
        """
        return speech.date(at.astimezone(self.zone), self.locale).partition(" ")[2]

    def minute(self, at: datetime) -> str:
        """Day and minute."""
        return f"{self.day(at)}, {speech.clock_time(at.astimezone(self.zone), self.locale)}"

    def bin(self, at: datetime, step: str) -> str:
        """The name of an hour or a day on an axis, short.

        >>> from datetime import UTC
        >>> at = datetime(2026, 11, 22, 14, tzinfo=UTC)
        >>> Say("en", UTC).bin(at, "hour"), Say("fr", UTC).bin(at, "day")
        ('14:00', '22 nov.')
        """
        local = at.astimezone(self.zone)
        return f"{local:%H:%M}" if step == "hour" else " ".join(self.time(at).split()[:2])

    def period(self, period: Period, zone: str) -> str:
        """From when to when: in days where it is made of whole ones."""
        ends = [at.astimezone(self.zone) for at in (period.since, period.until)]
        if any(at.hour or at.minute or at.second or at.microsecond for at in ends):
            since, until = (self.minute(at) for at in ends)
            return self("period", since=since, until=until, zone=zone)
        last = self.day(period.until - timedelta(microseconds=1))
        if last == self.day(period.since):
            return self("period-day", day=last, zone=zone)
        return self("period-days", since=self.day(period.since), until=last, zone=zone)

"""Numbers, times and lists as people of a locale write and say them."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from alerts.render.context import Locale

NBSP: Final = "\u00a0"
NNBSP: Final = "\u202f"
_NEARLY: Final = 0.99

# fmt: off
_MONTHS: Final[dict[Locale, tuple[str, ...]]] = {
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin",
           "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
}
_DAYS: Final[dict[Locale, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
# fmt: on
_PARTS: Final = {
    "en": ("before dawn", "morning", "afternoon", "evening"),
    "fr": ("avant l’aube", "matin", "après-midi", "soir"),
}
_MILLIONS: Final = {"en": ("million", "billion"), "fr": ("million", "milliard")}


def number(value: float, locale: Locale) -> str:
    """A count; one decimal below ten where it says something.

    >>> number(12400, "en"), number(2.5, "fr")
    ('12,400', '2,5')
    """
    digits = 1 if abs(value) < 10 and round(value, 1) != round(value) else 0
    text = f"{value:,.{digits}f}"
    return text if locale == "en" else text.replace(",", NNBSP).replace(".", ",")


def about(value: float, locale: Locale) -> str:
    """A number of people or shares to two significant digits, since more would pretend.

    >>> about(8437, "en"), about(2_341_000, "en")
    ('8,400', '2.3 million')
    """
    if value < 10:
        return number(round(value, 1), locale)
    scale = 10 ** (math.floor(math.log10(value)) - 1)
    rounded = round(value / scale) * scale
    for size, word in ((1e9, _MILLIONS[locale][1]), (1e6, _MILLIONS[locale][0])):
        if rounded >= size:
            plural = "s" if locale == "fr" and rounded >= 2 * size else ""
            return f"{number(rounded / size, locale)}{NBSP if locale == 'fr' else ' '}{word}{plural}"
    return number(rounded, locale)


def percent(share: float, locale: Locale) -> str:
    """
    >>> percent(0.856, "en")
    '86%'
    """
    return f"{round(100 * share)}{NBSP if locale == 'fr' else ''}%"


def likelihood(p: float, locale: Locale) -> str:
    """A probability: no forecast is certain, whatever rounding makes of it.

    >>> likelihood(0.9991, "en"), likelihood(0.856, "en"), likelihood(0.0004, "en")
    ('over 99%', '86%', 'under 1%')
    """
    more, less = ("plus de", "moins de") if locale == "fr" else ("over", "under")
    if p > _NEARLY:
        return f"{more} {percent(_NEARLY, locale)}"
    return f"{less} {percent(1 - _NEARLY, locale)}" if p < 1 - _NEARLY else percent(p, locale)


def is_one(value: float, locale: Locale) -> bool:
    """Whether a noun after `value`, as `number` shows it, is singular (French: below two).

    >>> is_one(0, "fr"), is_one(0, "en")
    (True, False)
    """
    shown = abs(round(value, 1))
    return shown < 2 if locale == "fr" else shown == 1


def clock_time(at: datetime, locale: Locale) -> str:
    """
    >>> clock_time(datetime(2026, 1, 1, 14, 5), "en")
    '14:05'
    """
    return f"{at:%H:%M}" if locale == "en" else f"{at.hour}{NBSP}h{NBSP}{at:%M}"


def date(at: datetime, locale: Locale) -> str:
    """
    >>> date(datetime(2026, 11, 22), "en")
    'Sunday 22 November 2026'
    """
    return f"{day(at, locale)} {at.year}"


def day(at: datetime, locale: Locale) -> str:
    """
    >>> day(datetime(2026, 11, 1), "fr")
    'dimanche 1er\xa0novembre'
    """
    first = "1er" if locale == "fr" and at.day == 1 else str(at.day)
    gap = NBSP if locale == "fr" else " "
    return f"{_DAYS[locale][at.weekday()]} {first}{gap}{_MONTHS[locale][at.month - 1]}"


def weekday(at: datetime, locale: Locale) -> str:
    return _DAYS[locale][at.weekday()]


def moment(at: datetime, locale: Locale) -> str:
    """The kind of moment that `at` is, as in "usual for a …".

    >>> moment(datetime(2026, 11, 22, 20), "en"), moment(datetime(2026, 11, 22, 20), "fr")
    ('Sunday evening', 'dimanche soir')
    """
    return f"{_DAYS[locale][at.weekday()]} {_PARTS[locale][at.hour // 6]}"


def duration(span: timedelta, locale: Locale) -> str:
    """
    >>> duration(timedelta(minutes=130), "en"), duration(timedelta(minutes=35), "fr")
    ('2 h 10 min', '35\xa0minutes')
    """
    seconds = max(0, round(span.total_seconds()))
    minutes, hours, days = round(seconds / 60), seconds // 3600, seconds // 86_400
    gap = NBSP if locale == "fr" else " "
    if seconds < 90:
        return _counted(max(1, seconds), ("second", "seconde"), locale)
    if minutes < 90 and minutes != 60:
        return _counted(minutes, ("minute", "minute"), locale)
    if days >= 2:
        return _counted(days, ("day", "jour"), locale)
    rest = round((seconds - hours * 3600) / 60)
    if rest in (0, 60):
        return _counted(hours + rest // 60, ("hour", "heure"), locale)
    return f"{hours}{gap}h{gap}{rest:02d}{gap}min".replace(f"{gap}0", gap)


def _counted(count: int, words: tuple[str, str], locale: Locale) -> str:
    word = words[0] if locale == "en" else words[1]
    gap = " " if locale == "en" else NBSP
    return f"{number(count, locale)}{gap}{word}{'' if is_one(count, locale) else 's'}"


def quoted(text: str, locale: Locale) -> str:
    """
    >>> quoted("so bad", "en")
    '“so bad”'
    """
    return f"“{text}”" if locale == "en" else f"«{NBSP}{text}{NBSP}»"


def labelled(label: str, text: str, locale: Locale) -> str:
    """
    >>> labelled("Risk", "fraud", "en")
    'Risk: fraud'
    """
    return f"{label}{NBSP if locale == 'fr' else ''}: {text}"


def listed(items: Sequence[str]) -> str:
    return ", ".join(items)

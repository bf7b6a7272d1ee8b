"""How the console writes numbers, times and sentences in English and French. The words: `words.py`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from streams.console.words import TEXTS
from streams.settings.kinds import Locale

_MONTHS: Final[dict[Locale, str]] = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
}
_NARROW: Final = "\u202f"


def best_language(accept: str) -> Locale:
    """The language of ours that an Accept-Language header (RFC 9110) likes most; English where it says nothing.

    >>> best_language("de, fr-CA;q=0.8, en;q=0.5"), best_language("*"), best_language("fr;q=x")
    ('fr', 'en', 'en')
    """
    best: Locale = "en"
    liked = 0.0
    for part in accept[:1_000].split(","):
        tag, _, parameter = part.strip().partition(";")
        quality = _quality(parameter)
        language = tag.strip().lower().partition("-")[0]
        if quality > liked and language in ("en", "fr"):
            liked, best = quality, "fr" if language == "fr" else "en"
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


class Speech:
    """Says things in one language, and tells the time in one zone.

    >>> Speech("fr")("by", who="Zoé"), Speech("fr").number(12345.6), Speech("en").number(12345.6)
    ('par Zoé', '12\u202f346', '12,346')
    """

    def __init__(self, locale: Locale, zone: tzinfo = UTC, texts: Mapping[Locale, Mapping[str, str]] = TEXTS) -> None:
        self.locale = locale
        self.zone = zone
        self._texts = texts[locale]

    def __call__(self, key: str, **values: str) -> str:
        return self._texts[key].format(**values)

    def knows(self, key: str) -> bool:
        return key in self._texts

    @property
    def colon(self) -> str:
        """In French a space that does not break stands before it."""
        return ": " if self.locale == "en" else "\u00a0: "

    def number(self, value: float) -> str:
        """Whole from ten on, with one digit below."""
        text = f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
        return text if self.locale == "en" else text.replace(",", _NARROW).replace(".", ",")

    def percent(self, share: float) -> str:
        return f"{share:.0%}" if self.locale == "en" else f"{share * 100:.0f}{_NARROW}%"

    def time(self, at: datetime) -> str:
        """Day and minute, with the zone's name."""
        local = at.astimezone(self.zone)
        month = _MONTHS[self.locale].split()[local.month - 1]
        return f"{local.day} {month} {local:%H:%M %Z}"

    def ago(self, at: datetime, now: datetime) -> str:
        return self("ago", span=self.span(max(now - at, timedelta())))

    def span(self, length: timedelta) -> str:
        """In the coarsest unit that says enough.

        >>> [Speech("fr").span(timedelta(seconds=s)) for s in (45, 720, 12_000, 200_000)]
        ['45 s', '12 min', '3 h 20', '2 j']
        """
        seconds = int(length.total_seconds())
        if seconds < 60:
            return f"{seconds} s"
        if seconds < 3_600:
            return f"{seconds // 60} min"
        if seconds < 86_400:
            rest = seconds % 3_600 // 60
            return f"{seconds // 3_600} h" + (f" {rest:02d}" if rest else "")
        return f"{seconds // 86_400} {'d' if self.locale == 'en' else 'j'}"

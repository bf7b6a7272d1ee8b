"""Numbers with their nouns: singular, plural, and French's « millions d’abonnés »."""

import re
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import say
from alerts.render.context import Locale

_OF: Final = re.compile(r"(milli(?:on|ard)s?)\u00a0(?=(\w))")


def counted(noun: str, value: float, locale: Locale, *, rough: bool = False) -> str:
    """The catalogue's `count.<noun>` in the right number; `rough` rounds to two significant digits.

    >>> counted("people", 1, "en"), counted("followers", 2_341_000, "en", rough=True)
    ('1 person', '2.3 million followers')
    """
    form = "one" if speech.is_one(value, locale) else "other"
    shown = speech.about(value, locale) if rough else speech.number(value, locale)
    text = say(locale, f"count.{noun}.{form}", n=shown)
    return _OF.sub(_partitive, text) if locale == "fr" else text


def _partitive(match: re.Match[str]) -> str:
    return f"{match[1]} d’" if match[2] in "aeéiouh" else f"{match[1]} de "

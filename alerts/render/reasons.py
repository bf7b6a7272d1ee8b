"""Reasons in the reader's language and time zone; the sentences: `reason_words.py`. All that tells one comes here."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import known, placeholders, say
from alerts.render.context import Locale
from alerts.render.safety import clean
from alerts.why import LONGEST, words
from models.records import Delivery, Reason, Why

_REMEDY: Final = "remedy."

Time = Callable[[datetime], str]
"""How the reader is told a moment."""


def utc(at: datetime) -> str:
    """A moment where nobody's zone is known: logs and exports.

    >>> utc(datetime(2026, 12, 2, 2, tzinfo=UTC))
    '2026-12-02 02:00 UTC'
    """
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def told(reasons: Sequence[Reason], locale: Locale, time: Time) -> str:
    """Clauses, put together; what somebody can do stands in a sentence of its own.

    >>> from alerts.why import because
    >>> told((because("unreachable", service="Slack", error="TimeoutError"), because("passed-on", channel="mail")),
    ...      "en", utc)
    'Slack cannot be reached (TimeoutError); passed on to mail'
    """
    gap = f"{speech.NBSP}; " if locale == "fr" else "; "
    text = ""
    for reason in reasons:
        between = "" if not text else ". " if reason.key.startswith(_REMEDY) else gap
        text += between + clause(reason, locale, time)
    return text


def clause(reason: Reason, locale: Locale, time: Time) -> str:
    """One reason. Of a newer build's, which has no sentence here, its key and arguments as they are.

    >>> clause(Reason(key="of-tomorrow", args=(("who", "Léa"),)), "fr", utc)
    'of-tomorrow (Léa)'
    """
    values = {name: _shown(value, locale) for name, value in reason.args}
    values |= {name: time(at) for name, at in reason.times}
    key = f"because.{reason.key}"
    if not known(key):
        key = f"{key}.{'one' if _is_one(reason, locale) else 'other'}"
    if not known(key) or not placeholders(key) <= values.keys():
        what = f" ({speech.listed(list(values.values()))})" if values else ""
        return f"{clean(reason.key, 60)}{what}"
    return say(locale, key, **values)


def detail(record: Delivery, locale: Locale, time: Time) -> str:
    """What a delivery says beyond its outcome and its `why`; empty where that is all.

    Records of older builds tell it in English, which stands as it is.
    """
    return of(record.why, record.reasons, record.reason, locale, time)


def of(why: Why | None, reasons: Sequence[Reason], older: str, locale: Locale, time: Time) -> str:
    """As `detail`, of what is kept of a delivery; `older` is what a build without `reasons` wrote, not yet cleaned."""
    if reasons:
        return told(reasons, locale, time)
    return "" if why is not None and older == words(why, "en") else older


def english(reasons: Sequence[Reason]) -> str:
    """For logs and exports: English, and UTC."""
    return told(reasons, "en", utc)


def _shown(value: str | int, locale: Locale) -> str:
    return clean(value, LONGEST) if isinstance(value, str) else speech.number(value, locale)


def _is_one(reason: Reason, locale: Locale) -> bool:
    """The plural goes by the first number."""
    number = next((value for _, value in reason.args if isinstance(value, int)), 0)
    return speech.is_one(number, locale)

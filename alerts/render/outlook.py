"""Where a post is heading, in words: how its speed changes, and how far off past forecasts were."""

from datetime import timedelta
from typing import Final

from alerts.render import speech
from alerts.render.catalogue import say
from alerts.render.context import Locale
from alerts.render.nouns import counted
from models.records import Accuracy, Forecast

_RISES: Final = 0.1
"""From this part of the speed on, what is added in an hour is called rising."""
_SLOWS_S: Final = 6 * 3_600.0
"""A speed that takes longer to halve is not yet news."""


def speed(forecast: Forecast, locale: Locale) -> str:
    """Shares an hour, and whether that rises or falls."""
    hourly = counted("shares", round(forecast.shares_per_hour), locale, rough=True)
    text = say(locale, "forecast.speed", shares=hourly)
    change = forecast.acceleration or 0.0
    if change >= _RISES * forecast.shares_per_hour:
        return say(locale, "forecast.rising", speed=text)
    half_life_s = forecast.half_life_s
    if half_life_s is not None and 60.0 <= half_life_s <= _SLOWS_S:
        half = speech.duration(timedelta(seconds=half_life_s), locale)
        return say(locale, "forecast.slowing", speed=text, duration=half)
    return text


def track_record(accuracy: Accuracy, locale: Locale) -> str:
    """How far off the last forecasts for the brand were, and how many of them stood in alerts."""
    return say(
        locale,
        "accuracy",
        n=speech.number(accuracy.forecasts, locale),
        told=speech.number(accuracy.told, locale),
        error=speech.percent(accuracy.median_error, locale),
        held=speech.number(accuracy.held, locale),
    )

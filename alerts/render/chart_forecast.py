"""The chart's right end: where a cascade is heading, as a fan from what was seen last to how many it will be in all.

A forecast says how many, and not when: so the fan has no clock under it, only "in the end".
"""

import math
from typing import Any, Final

from alerts.render import speech
from alerts.render.catalogue import say
from alerts.render.context import RenderContext
from models.records import Forecast, Point, Signal, SignalKind

_WIDTH: Final = 0.3
"""Of the fan, as a part of the time that was seen."""

_TALLEST: Final = 14.0
"""More than so many times what was seen would make what was seen a line on the floor."""

INK: Final = "#2c3e50"
RED: Final = "#c0392b"
GREEN: Final = "#1e8449"


def fan(axes: Any, points: tuple[Point, ...], ahead: Forecast, signal: Signal, context: RenderContext) -> None:
    """Draws the forecast with its 90 % range, and its 50 % range where there is one, right of what was seen."""
    final, (low, high) = ahead.expected_final, ahead.interval
    if not all(math.isfinite(each) for each in (final, low, high)) or final <= 0:
        return
    left, _ = axes.get_xlim()
    wide = (points[-1].at - points[0].at).total_seconds() / 3600 or 0.1
    begin, end = wide * 1.03, wide * (1.03 + _WIDTH)
    seen = points[-1].observed
    color = GREEN if signal.kind is SignalKind.VIRAL_OPPORTUNITY else RED
    key = "chart.forecast-90" if ahead.interval_50 is None else "chart.forecast"
    axes.fill_between(
        [begin, end], [seen, low], [seen, high], color=color, alpha=0.2, lw=0, label=say(context.locale, key)
    )
    if ahead.interval_50 is not None:
        inner_low, inner_high = ahead.interval_50
        axes.fill_between([begin, end], [seen, inner_low], [seen, inner_high], color=color, alpha=0.3, lw=0)
    axes.plot([begin, end], [seen, final], color=color, lw=1.8, ls=(0, (3, 2)))
    axes.set_xlim(left, end + wide * 0.17)
    top = axes.get_ylim()[1]
    axes.set_ylim(0, max(top, min(high * 1.08, max(top * _TALLEST, final * 1.2))))
    _numbers(axes, end, (final, low, high), context)
    _end(axes, end, context)


def _numbers(axes: Any, at: float, values: tuple[float, float, float], context: RenderContext) -> None:
    """The numbers at the fan's end: the likely one in bold, the edges where they do not run into it."""
    final, low, high = values
    top = axes.get_ylim()[1]
    for value, weight in ((final, "bold"), (low, "normal"), (high, "normal")):
        if weight == "normal" and abs(value - final) < top * 0.09:
            continue
        beyond = " ↑" if value > top else ""
        axes.annotate(
            speech.about(value, context.locale) + beyond,
            (at, min(value, top * 0.97)),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=12 if weight == "bold" else 10,
            fontweight=weight,
            color=INK,
        )


def _end(axes: Any, at: float, context: RenderContext) -> None:
    """Its own tick, in words."""
    kept = [(place, text.get_text()) for place, text in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)]
    kept.append((at, say(context.locale, "chart.end")))
    axes.set_xticks([place for place, _ in kept])
    axes.set_xticklabels([text for _, text in kept], fontsize=12, color=INK)

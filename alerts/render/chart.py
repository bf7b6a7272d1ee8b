"""The chart: what was seen against what is usual, as a PNG that can be read on a phone."""

import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from alerts.render import speech
from alerts.render.catalogue import say
from alerts.render.chart_forecast import GREEN, INK, RED, fan
from alerts.render.context import RenderContext
from alerts.render.facts import calm, onset
from alerts.render.nouns import counted
from alerts.render.safety import clean
from alerts.render.shape import brand_title
from alerts.render.standing import is_exercise
from alerts.severity import principal
from models.records import Forecast, Notification, Point, Signal, SignalKind

_BAND: Final = "#aab7c4"
_PALE: Final = "#8795a5"
_MAX_POINTS: Final = 400
_TICK_MINUTES: Final = (5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 180.0, 360.0, 720.0, 1440.0)


def chart(notification: Notification, context: RenderContext) -> bytes | None:
    """A PNG of 960 × 480 pixels, or None where there is too little to draw, or no need to. Deterministic."""
    signal = principal(notification.incident)
    if signal is None or calm(notification) or len(signal.evidence.series) < 3:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.2), dpi=150, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    points = signal.evidence.series[-_MAX_POINTS:]
    ahead = signal.evidence.forecast if signal.kind is not SignalKind.SPIKE else None
    _draw(axes, points, signal, context)
    _mark_onset(axes, points, notification, context)
    _dress(axes, points, signal, notification, context)
    if ahead is not None:
        fan(axes, points, ahead, signal, context)
    axes.legend(loc="upper left", fontsize=11, frameon=False, borderaxespad=0.2)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def alt_text(notification: Notification, context: RenderContext) -> str:
    """What the chart shows, for those who cannot see it."""
    signal = principal(notification.incident)
    observed = "" if signal is None else counted(_noun(signal), signal.observed, context.locale)
    began = speech.clock_time(onset(notification.incident).astimezone(context.zone), context.locale)
    text = say(context.locale, "chart.alt", observed=observed, onset=began)
    ahead = None if signal is None else signal.evidence.forecast
    return text if ahead is None else f"{text} {_heading(ahead, context)}"


def _heading(ahead: Forecast, context: RenderContext) -> str:
    final, low, high = (speech.about(each, context.locale) for each in (ahead.expected_final, *ahead.interval))
    return say(context.locale, "chart.alt.forecast", expected=final, low=low, high=high)


def _noun(signal: Signal) -> str:
    return "negative" if signal.kind is SignalKind.SPIKE else "shares"


def _draw(axes: Any, points: tuple[Point, ...], signal: Signal, context: RenderContext) -> None:
    locale = context.locale
    hours = _hours(points)
    step = min((b - a for a, b in pairwise(hours)), default=0.1)
    observed_key = "chart.observed" if signal.kind is SignalKind.SPIKE else "chart.observed-shares"
    color = GREEN if signal.kind is SignalKind.VIRAL_OPPORTUNITY else RED
    shades = [color if p.observed > p.upper else _PALE for p in points]
    middle = [h + step / 2 for h in hours]
    axes.bar(middle, [p.observed for p in points], width=step * 0.86, color=shades, linewidth=0)
    axes.bar([middle[0]], [0], color=color, label=say(locale, observed_key))
    axes.fill_between(
        middle,
        [0] * len(points),
        [p.upper for p in points],
        color=_BAND,
        alpha=0.38,
        lw=0,
        zorder=0.5,
        label=say(locale, "chart.range"),
    )
    axes.plot(middle, [p.expected for p in points], color=INK, lw=1.6, label=say(locale, "chart.expected"))


def _hours(points: tuple[Point, ...]) -> list[float]:
    return [(p.at - points[0].at).total_seconds() / 3600 for p in points]


def _mark_onset(axes: Any, points: tuple[Point, ...], notification: Notification, context: RenderContext) -> None:
    began = onset(notification.incident)
    if not points[0].at <= began <= points[-1].at:
        return
    at = (began - points[0].at).total_seconds() / 3600
    label = say(context.locale, "chart.onset", time=speech.clock_time(began.astimezone(context.zone), context.locale))
    late = at > _hours(points)[-1] / 2
    axes.axvline(at, color=INK, lw=1.2, ls=(0, (4, 3)))
    axes.annotate(
        label,
        (at, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-6 if late else 6, -4),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        fontsize=12,
        color=INK,
    )


def round_times(first: datetime, last: datetime, most: int = 5) -> list[datetime]:
    """At most `most` round local times from `first` to `last`: full hours where they fit.

    >>> [f"{t:%H:%M}" for t in round_times(*(datetime(2026, 1, 1, *at, tzinfo=UTC) for at in ((17, 15), (21, 10))))]
    ['18:00', '19:00', '20:00', '21:00']
    """
    # Local times are reckoned with as the clock shows them; which come first, and how far apart, UTC knows.
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    begin, end = first.astimezone(UTC), last.astimezone(UTC)
    span = (end - begin).total_seconds() / 60
    step = next((minutes for minutes in _TICK_MINUTES if span / minutes < most), max(1440.0, span / 2))
    # An hour that comes twice may be shown to its end before the last moment, which is shown earlier.
    furthest = max(first, last, key=_shown) + timedelta(hours=1)
    count = int((furthest - midnight).total_seconds() // (step * 60)) + 1
    shown = [(midnight + timedelta(minutes=step * n)).replace(fold=fold) for n in range(count) for fold in (0, 1)]
    moments = {at.astimezone(UTC): at for at in reversed(shown) if _exists(at)}
    return [moments[at] for at in sorted(moments) if begin <= at <= end][-most:]


def _shown(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _exists(local: datetime) -> bool:
    """Not where a clock that is put forward leaves it out."""
    return _shown(local.astimezone(UTC).astimezone(local.tzinfo)) == _shown(local)


def _dress(
    axes: Any, points: tuple[Point, ...], signal: Signal, notification: Notification, context: RenderContext
) -> None:
    """Title, ticks at round local times, and a legend above the plot, where it can hide nothing."""
    locale = context.locale
    key = "chart.observed" if signal.kind is SignalKind.SPIKE else "chart.observed-shares"
    title = f"{clean(brand_title(signal.brand, notification.incident, context), 40)} · {say(locale, key)}"
    if is_exercise(notification.incident):
        title = f"{say(locale, 'exercise')} · {title}"
    axes.set_title(title, fontsize=13, fontweight="bold", color=INK, loc="left", parse_math=False)
    hours = _hours(points)
    ticks = round_times(points[0].at.astimezone(context.zone), points[-1].at.astimezone(context.zone))
    axes.set_xticks([(at - points[0].at).total_seconds() / 3600 for at in ticks])
    axes.set_xticklabels([speech.clock_time(at, locale) for at in ticks], fontsize=12, color=INK)
    axes.tick_params(axis="y", labelsize=12, labelcolor=INK)
    axes.yaxis.set_major_formatter(lambda value, _: speech.number(value, locale))
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)
    wide = max(hours[-1], 0.1)
    axes.set_xlim(-0.01 * wide, wide * 1.03)
    axes.set_ylim(0, max(1.0, *(p.observed for p in points), *(p.upper for p in points)) * 1.18)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)

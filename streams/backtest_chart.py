"""The picture of a backtest: what was counted, what was expected, the alerts and the labels; a panel for each brand."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from math import isnan
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec

from streams.backtest import Alert
from streams.series import Label
from streams.trace import Line, Trace

PANELS: Final = 20
_COUNT, _BAND, _LABEL, _SPIKE, _OTHER = "#34495e", "#9fb8ce", "#f1c40f", "#c0392b", "#8e44ad"
_LOG_FROM: Final = 20.0
"""So many times the usual upper end, and the scale is logarithmic: else a storm would press the rest flat."""

_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#2c3e50}
svg{width:100%;height:auto}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd;vertical-align:top}
"""


def write_chart(path: Path, trace: Trace, alerts: Sequence[Alert], labels: Sequence[Label]) -> list[str]:
    """Writes a PNG, or a page of its own where the name ends in `.html`. Returns the brands that found no room."""
    brands, left_out = chosen(trace.lines, alerts)
    if path.suffix.lower() == ".html":
        path.write_text(page(trace, brands, alerts, labels), encoding="utf-8")
    else:
        path.write_bytes(_picture(trace, brands, alerts, labels, "png"))
    return left_out


def chosen(lines: Mapping[str, Line], alerts: Sequence[Alert]) -> tuple[list[str], list[str]]:
    """The brands that are shown, by name, and those that are not: with too many, those with the fewest alerts."""
    told = {brand: sum(1 for alert in alerts if _is_of(alert, brand)) for brand in lines}
    ranked = sorted(lines, key=lambda brand: (-told[brand], -sum(lines[brand].observed), brand))
    return sorted(ranked[:PANELS]), sorted(ranked[PANELS:])


def page(trace: Trace, brands: Sequence[str], alerts: Sequence[Alert], labels: Sequence[Label]) -> str:
    """A page that needs nothing else: the picture as SVG in it, and the alerts as a table."""
    svg = _picture(trace, brands, alerts, labels, "svg").decode("utf-8")
    svg = svg[svg.index("<svg") :]
    rows = "".join(
        f"<tr><td>{alert.at:%Y-%m-%d %H:%M}</td><td>{_text(alert.brand)}</td><td>{_text(alert.kind)}</td>"
        f"<td>{escape(alert.reason)}</td></tr>"
        for alert in sorted(alerts, key=lambda alert: alert.at)
    )
    head = "<tr><th>told (UTC)</th><th>brand</th><th>kind</th><th>why</th></tr>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Backtest</title>'
        f"<style>{_STYLE}</style></head><body><h1>Backtest</h1>{svg}<table>{head}{rows}</table></body></html>\n"
    )


def _text(value: str | msgspec.UnsetType) -> str:
    return "" if value is msgspec.UNSET else escape(value)


def _is_of(alert: Alert, brand: str) -> bool:
    return alert.brand is msgspec.UNSET or alert.brand == brand


def _picture(trace: Trace, brands: Sequence[str], alerts: Sequence[Alert], labels: Sequence[Label], form: str) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tocsin", "font.family": ["DejaVu Sans"]}):
        figure = Figure(figsize=(12, 1.0 + 2.3 * max(1, len(brands))), layout="constrained")
        panels = figure.subplots(max(1, len(brands)), 1, squeeze=False, sharex=True)[:, 0]
        for axis, brand in zip(panels, brands, strict=False):
            _panel(axis, brand, trace, [a for a in alerts if _is_of(a, brand)], labels)
        if brands:  # the panels share their axis of time: one brand may be heard of before the others, and after
            ends = [_ends(trace, brand) for brand in brands]
            panels[0].set_xlim(min(first for first, _ in ends), max(last for _, last in ends))
        figure.legend(handles=_legend(trace), loc="outside upper center", ncols=5, frameon=False, fontsize=9)
        out = io.BytesIO()
        figure.savefig(out, format=form, dpi=110, metadata={"Date": None} if form == "svg" else None)
    return out.getvalue()


def _panel(axis: Any, brand: str, trace: Trace, alerts: Sequence[Alert], labels: Sequence[Label]) -> None:
    line = trace.lines[brand]
    _, last = _ends(trace, brand)
    for label in labels:
        if label.brand in {None, brand}:
            axis.axvspan(label.start, label.end, color=_LABEL, alpha=0.35, linewidth=0)
    edges, steps = [*line.times, last], {"step": "post", "linewidth": 0}
    axis.fill_between(edges, [*line.low, line.low[-1]], [*line.high, line.high[-1]], color=_BAND, alpha=0.6, **steps)
    axis.step(edges, [*line.observed, line.observed[-1]], where="post", color=_COUNT, linewidth=0.8)
    for alert in alerts:
        color = _SPIKE if alert.kind in {msgspec.UNSET, "spike"} else _OTHER
        axis.axvspan(alert.at, _end(alert, last), color=color, alpha=0.12, linewidth=0)
        axis.axvline(alert.at, color=color, linewidth=1.4)
    usual = [high for high in line.high if not isnan(high)]
    if usual and max(line.observed) > _LOG_FROM * max(1.0, median(usual)):
        axis.set_yscale("symlog", linthresh=max(1.0, median(usual)))
    axis.set_ylim(bottom=0)
    axis.set_title(_shown(brand), loc="left", fontsize=10, parse_math=False)
    _dates(axis)


def _ends(trace: Trace, brand: str) -> tuple[datetime, datetime]:
    times = trace.lines[brand].times
    return times[0], times[-1] + timedelta(minutes=trace.width_min)


def _end(alert: Alert, last: datetime) -> datetime:
    return alert.ended if isinstance(alert.ended, datetime) else last


def _dates(axis: Any) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(tz=UTC)
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=UTC))
    axis.tick_params(labelsize=8)


def _legend(trace: Trace) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return [
        Line2D([], [], color=_COUNT, label=f"counted in {_width(trace.width_min)}"),
        Patch(color=_BAND, label="expected (90 %)"),
        Line2D([], [], color=_SPIKE, label="alert, to the wave's end"),
        Line2D([], [], color=_OTHER, label="viral post"),
        Patch(color=_LABEL, alpha=0.35, label="label"),
    ]


def _width(minutes: int) -> str:
    return f"{minutes} min" if minutes % 60 else f"{minutes // 60} h"


def _shown(brand: str) -> str:
    """A name of one line: hostile ones hold control characters, or have no end."""
    return "".join(c if c.isprintable() else " " for c in brand)[:80]

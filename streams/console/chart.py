"""The chart of a signal as SVG: what was observed, over the area of what is usual."""

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element

from models.records import Point
from streams.console.markup import el

_WIDTH: Final = 600.0
_HEIGHT: Final = 120.0


def svg(series: Sequence[Point], label: str) -> Element:
    """`series` by time; points may be unevenly spaced. `label` is read to those who do not see it."""
    top = peak(series) * 1.05 or 1.0
    start = series[0].at
    length = (series[-1].at - start).total_seconds() or 1.0

    def place(point: Point, value: float) -> str:
        x = _WIDTH * (point.at - start).total_seconds() / length
        return f"{x:.1f},{_HEIGHT * (1 - max(value, 0.0) / top):.1f}"

    line = " ".join(place(point, point.observed) for point in series)
    band = " ".join(place(point, point.upper) for point in series)
    return el(
        "svg",
        el("polygon", points=f"0,{_HEIGHT:.0f} {band} {_WIDTH:.0f},{_HEIGHT:.0f}", class_="band"),
        el("polyline", points=line, class_="line"),
        viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
    )


def peak(series: Sequence[Point]) -> float:
    """The highest value that the chart has to show."""
    return max((max(point.observed, point.upper) for point in series), default=0.0)

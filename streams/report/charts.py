"""The pictures of a report as SVG: shapes alone, which stretch; their words stand beside them, and do not."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from models.position.figures import Bin, Standing
from streams.console.markup import el
from streams.report.say import Say

_HEIGHT = 100.0
_LABELS = 8


def bars(say: Say, series: Sequence[Bin], step: str) -> Element:
    """A bar for each hour or day: all mentions, and from below those that are negative or at risk."""
    most = max(each.mentions for each in series)
    top = max(most, 1)
    peak = next(each for each in series if each.mentions == most)
    caption = [say("chart-most", n=say.number(most), time=_name(say, peak, step))] if most else []
    caption += [say("chart-partial")] if any(each.partial for each in series) else []
    return el(
        "figure",
        el("p", _key("all", say("mentions")), _key("bad", say("adverse")), class_="keys small"),
        el(
            "svg",
            [_bar(say, each, index, top, step) for index, each in enumerate(series)],
            viewBox=f"0 0 {10 * len(series)} {_HEIGHT:.0f}",
            preserveAspectRatio="none",
            role="img",
            aria_label=say("chart"),
            class_="bars",
        ),
        el("ol", _labels(say, series, step), class_="axis small", aria_hidden="true"),
        el("figcaption", " ".join(caption)) if caption else None,
    )


def _bar(say: Say, each: Bin, index: int, top: int, step: str) -> Element:
    mentions = say.counted("mentions", each.mentions)
    return el(
        "g",
        el("title", say("bar", time=_name(say, each, step), mentions=mentions, adverse=say.number(each.adverse))),
        el("rect", x=f"{10 * index}", y="0", width="10", height=f"{_HEIGHT:.0f}", class_="air"),
        _column(index, each.mentions / top, "all"),
        _column(index, each.adverse / top, "bad"),
        class_="partial" if each.partial else None,
    )


def _column(index: int, part: float, kind: str) -> Element:
    height = _HEIGHT * part
    return el(
        "rect", x=f"{10 * index + 1}", y=f"{_HEIGHT - height:.2f}", width="8", height=f"{height:.2f}", class_=kind
    )


def _name(say: Say, each: Bin, step: str) -> str:
    return say.time(each.at) if step == "hour" else say.day(each.at)


def _labels(say: Say, series: Sequence[Bin], step: str) -> list[Element]:
    """As many names as there is room for, evenly, empty ones between them; every other one is left out on a phone."""
    every = -(-len(series) // _LABELS)
    return [
        el("li", say.bin(each.at, step), class_="odd" if index // every % 2 else None)
        if index % every == 0
        else el("li")
        for index, each in enumerate(series)
    ]


def split(say: Say, standing: Standing) -> Element:
    """One bar of the three sentiments, and their shares in words."""
    parts = (("bad", "negative", standing.negative), ("so", "neutral", standing.neutral),
             ("good", "positive", standing.positive))  # fmt: skip
    shapes, at = [], 0.0
    for kind, _, part in parts:
        width = 100 * (part.share or 0.0)
        shapes.append(el("rect", x=f"{at:.2f}", y="0", width=f"{width:.2f}", height="10", class_=kind))
        at += width
    told = ", ".join(f"{say(name).lower()} {say.share(part)}" for _, name, part in parts)
    return el(
        "div",
        el(
            "svg", shapes, viewBox="0 0 100 10", preserveAspectRatio="none", role="img", aria_label=told, class_="split"
        ),
        el("p", [_key(kind, f"{say(name)} {say.share(part)}") for kind, name, part in parts], class_="keys small"),
    )


def meter(share: float, kind: str = "all") -> Element:
    """A share as a bar beside its number; the number is what is read out."""
    return el(
        "svg",
        el("rect", x="0", y="0", width="100", height="10", class_="air"),
        el("rect", x="0", y="0", width=f"{100 * min(max(share, 0.0), 1.0):.2f}", height="10", class_=kind),
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_="meter",
    )


def _key(kind: str, text: str) -> Element:
    box = el("svg", el("rect", width="10", height="10", class_=kind), viewBox="0 0 10 10", aria_hidden="true")
    return el("span", box, text, class_="key")

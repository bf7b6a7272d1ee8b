"""A notification as a block of text for a terminal, with or without colour."""

import textwrap
from typing import Final

from alerts.render.context import RenderContext
from alerts.render.facts import Facts, facts
from alerts.render.playbook import Section, first, then
from alerts.render.safety import defang
from alerts.render.templates import said
from models.records import Notification

WIDTH: Final = 92
_BAR: Final = {"threat": "█", "opportunity": "▌", "calm": "│"}
_COLOR: Final = {"threat": "31", "opportunity": "32", "calm": "36"}
_EXERCISE: Final = "35"


def block(notification: Notification, context: RenderContext, *, color: bool = False) -> str:
    """Lines that end in a newline. Control characters of hostile text are gone before they come here.

    Terminals make links of addresses: those in what people wrote are shown defanged, that of the post as it is.
    """
    told = facts(notification, context)
    paint = _Paint(_color(told) if color else "")
    own = said("terminal.txt", told, notification, context)
    lines = _lines(told, context, paint) if own is None else own.splitlines()
    bar = paint.tone(_BAR[told.tone])
    return "".join(f"{bar} {line}\n" for line in lines) + "\n"


def _color(told: Facts) -> str:
    return _EXERCISE if told.exercise else _COLOR[told.tone]


def _lines(told: Facts, context: RenderContext, paint: "_Paint") -> list[str]:
    lines = [paint.bold(told.subject)]
    lines += [paint.bold(line) for line in _wrap(told.call)]
    lines += [*_wrap(told.lead), *_wrap(told.next)]
    lines += _guide(first(told.guide, context.locale), paint)
    lines += [*_details(told, paint), *_quotes(told, paint)]
    lines += _guide(then(told.guide, context.locale), paint)
    if told.link:
        lines.append(f"→ {told.link}")
    return [*lines, paint.dim(f"{told.why} · {told.at}")]


def _guide(parts: list[Section], paint: "_Paint") -> list[str]:
    """In short: a title and its entries, one below the other."""
    lines = []
    for part in parts:
        lines.append(paint.dim(part.title))
        lines += [wrapped for line in part.lines() for wrapped in _wrap(line, "  ")]
    return lines


class _Paint:
    """ANSI styles; with an empty `code` it leaves text as it is."""

    def __init__(self, code: str) -> None:
        self._code = code

    def tone(self, text: str) -> str:
        return self._style(self._code, text)

    def bold(self, text: str) -> str:
        return self._style(f"1;{self._code}", text)

    def dim(self, text: str) -> str:
        return self._style("2", text)

    def _style(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._code else text


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _details(told: Facts, paint: _Paint) -> list[str]:
    width = max((len(fact.label) for fact in told.details), default=0) + 2
    lines = []
    for fact in told.details:
        first, *rest = textwrap.wrap(defang(fact.text), WIDTH - width, break_on_hyphens=False) or [""]
        lines.append(paint.dim(fact.label.ljust(width)) + first)
        lines += [" " * width + line for line in rest]
    return lines


def _quotes(told: Facts, paint: _Paint) -> list[str]:
    lines = [paint.dim(told.drivers_label)] if told.drivers else []
    for quote in told.drivers:
        lines += _wrap(defang(quote.by), "  ")
        lines += _wrap(defang(quote.text), "    ")
        if quote.url is not None:
            lines.append(f"    {quote.url}")
    return lines

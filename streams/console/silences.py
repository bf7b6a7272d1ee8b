"""Silences on the console: which are in force, and a form that asks for one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from xml.etree.ElementTree import Element

from models.records import Severity, Silence, Unsilence, digest
from streams.console.markup import Child, el
from streams.console.speech import Speech
from streams.console.view import View

LENGTHS_MIN: Final = (60, 240, 1_440, 10_080)
MAX_LENGTH_MIN: Final = 30 * 1_440
MAX_REASON: Final = 500
_UP_TO: Final = (Severity.P4, Severity.P3, Severity.P2, Severity.P1)


class BadForm(Exception):
    """A form that asks for no silence; `reason` is a code for programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def asked(form: Mapping[str, str], brands: Sequence[str], *, by: str, via: str, now: datetime) -> Silence:
    """The silence that a form asks for: `brand`, `minutes`, `reason`, and optionally `up_to` and `story`.

    Raises `BadForm`: a silence without a reason is one that nobody can judge later.
    """
    brand, minutes = form.get("brand", ""), form.get("minutes", "")
    reason = " ".join(form.get("reason", "").split())[:MAX_REASON]
    up_to = form.get("up_to", Severity.P2.value)
    if brand not in brands:
        raise BadForm("brand-unknown")
    if not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes[:6]) <= MAX_LENGTH_MIN):
        raise BadForm("minutes-invalid")
    if not reason:
        raise BadForm("reason-missing")
    if up_to not in {each.value for each in _UP_TO}:
        raise BadForm("severity-unknown")
    return Silence(
        id=digest("silence", brand, by, now.isoformat()),
        brand=brand,
        incident="",
        by=by,
        via=via,
        at=now,
        note=reason,
        until=now + timedelta(minutes=int(minutes[:6])),
        story=form.get("story", "")[:200],
        up_to=Severity(up_to),
    )


def ended(silence: Silence, *, by: str, via: str, now: datetime) -> Unsilence:
    """The end of a silence, before its time."""
    return Unsilence(
        id=digest("unsilence", silence.id, by, now.isoformat()),
        brand=silence.brand,
        incident="",
        by=by,
        via=via,
        at=now,
        silence=silence.id,
    )


def section(view: View, silences: Sequence[Silence], *, form: bool = False) -> list[Element]:
    """What is silenced, and for those who may act the way to end it, and a form (or the way to it) to ask for more."""
    say = view.speech
    items = [_item(view, silence) for silence in silences]
    shown: list[Element] = []
    if items or view.session is not None:
        shown = [el("h2", say("silences")), el("p", say("silences-hint"), class_="soft small")]
    if items:
        shown.append(el("ol", items, class_="card timeline"))
    if view.session is not None and view.titles:
        shown.append(_form(view) if form else el("p", el("a", say("silence-set"), href="/silences")))
    return shown


def _item(view: View, silence: Silence) -> Element:
    say = view.of(silence.brand).speech
    facts: list[Child] = [
        el("strong", el("bdi", view.title(silence.brand))),
        f" · {say('until', time=say.time(silence.until))} · {say('silence-up-to', severity=silence.up_to.value)}",
        el("br"),
        el("bdi", silence.note),
        el("span", f" ({say('by', who=silence.by)})", class_="soft"),
    ]
    return el("li", facts, _end(view, silence))


def _end(view: View, silence: Silence) -> Element | None:
    if view.session is None:
        return None
    return el(
        "form",
        el("input", type="hidden", name="csrf", value=view.session.csrf),
        el("button", view.speech("silence-end"), class_="plain"),
        method="post",
        action=f"/silences/{silence.id}/end",
    )


def _form(view: View) -> Element:
    say = view.speech
    assert view.session is not None
    brands = [el("option", title, value=name) for name, title in view.titles.items()]
    lengths = [el("option", say.span(timedelta(minutes=m)), value=str(m)) for m in LENGTHS_MIN]
    levels = [
        el("option", say("silence-up-to", severity=each.value), value=each.value, selected=each is Severity.P2)
        for each in _UP_TO
    ]
    return el(
        "form",
        el(
            "div",
            el("input", type="hidden", name="csrf", value=view.session.csrf),
            el("label", say("silence-reason"), for_="reason"),
            el("input", name="reason", id="reason", maxlength=str(MAX_REASON), required=True, autocomplete="off"),
            el(
                "div",
                _choice(say, "brand", brands),
                _choice(say, "minutes", lengths),
                _choice(say, "up_to", levels),
                el("button", say("silence-set")),
                class_="buttons",
            ),
            class_="card",
        ),
        method="post",
        action="/silences",
        class_="act",
    )


def _choice(say: Speech, name: str, options: Sequence[Element]) -> Element:
    return el("select", options, name=name, aria_label=say(f"silence-{name}"))

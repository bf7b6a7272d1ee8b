"""The playbook of an incident, as part of its page: what to do first, whom to call, what may be said."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from alerts.render.context import RenderContext
from alerts.render.playbook import Form, Guide, Section, first, guide, then
from models.records import Incident, Phase
from streams.console.markup import el
from streams.console.view import View


def guided(view: View, snapshot: Incident) -> Guide:
    """What the brand's playbook says of an incident that goes on, in the reader's language; else empty."""
    if snapshot.phase is Phase.RESOLVED:
        return Guide()
    context = RenderContext(view.name(snapshot.brand), view.speech.locale, playbook=view.playbook(snapshot.brand))
    return guide(snapshot, context)


def at_once(view: View, told: Guide) -> Element | None:
    """What is needed before anything is read."""
    return _parts(first(told, view.speech.locale))


def for_answers(view: View, told: Guide) -> Element | None:
    """What is needed by whoever answers the public, once the evidence has been read."""
    return _parts(then(told, view.speech.locale))


def _parts(sections: Iterable[Section]) -> Element | None:
    parts = [el("section", el("h2", each.title), _entries(each)) for each in sections]
    return el("div", parts, class_="guide") if parts else None


def _entries(section: Section) -> Element:
    if section.form is Form.TEXT:
        return el("blockquote", "\n".join(section.entries), class_="card", dir="auto")
    items = [el("li", entry, dir="auto") for entry in section.entries]
    return el("ol" if section.form is Form.STEPS else "ul", items, class_="card")

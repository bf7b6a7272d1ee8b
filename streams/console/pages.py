"""The console's pages: incidents at a glance, one incident in full, and the way in."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import quote
from xml.etree.ElementTree import Element

from alerts.channels.protocol import PASSED_OVER
from alerts.render import reasons
from alerts.render.standing import DRILL
from models.records import Delivery, Incident, Outcome, Phase, Signal
from streams.console import silences
from streams.console.access import MAX_NAME
from streams.console.board import Board, Case, Did, Told, Withheld
from streams.console.evidence import evidence, headline, lowered
from streams.console.guidance import at_once, for_answers, guided
from streams.console.markup import Child, document, el
from streams.console.speech import Speech
from streams.console.view import View

RELOAD_S: Final = 15
SNOOZES_MIN: Final = (30, 60, 240, 1_440)


def address(incident: str) -> str:
    """Where the page of an incident is."""
    return f"/incidents/{quote(incident, safe='')}"


def index(view: View, board: Board) -> bytes:
    """All open incidents, those that ended lately, and what nobody was told."""
    say = view.speech
    running, over, withheld = board.open(), board.recent(), board.withheld()
    return _page(
        view,
        say("title") if not running else f"({len(running)}) {say('title')}",
        None if view.caught_up else el("p", say("catching-up"), class_="notice"),
        el("h1", say("title")),
        el("h2", say("open")),
        [_summary(view, case) for case in running] or [el("p", say("all-calm"), class_="card")],
        el("h2", say("recent")),
        [_summary(view, case) for case in over] or [el("p", say("no-recent"), class_="soft")],
        silences.section(view, board.silences(view.now)),
        _withheld_section(view, withheld) if withheld else None,
        refresh=str(RELOAD_S),
        footer=say("updated", time=say.time(view.now)),
    )


def silenced(view: View, board: Board) -> bytes:
    """The silences in force, and the form for another. Somebody may be typing: it does not reload."""
    back = el("p", el("a", "← ", view.speech("back"), href="/"), class_="small")
    return _page(view, view.speech("silences"), back, silences.section(view, board.silences(view.now), form=True))


def incident(view: View, case: Case, notice: str | None = None) -> bytes:
    """Everything about one incident: what can be done, the evidence, the playbook, and what was told to whom."""
    assert case.incident is not None
    snapshot = case.incident
    view = view.of(snapshot.brand)
    say = view.speech
    name, exercise = view.title(snapshot.brand), snapshot.brand.startswith(DRILL)
    timeline = [_event(view, event) for event in case.timeline()]
    told = guided(view, snapshot)
    return _page(
        view,
        f"{snapshot.severity} {name}",
        el("p", el("a", "← ", say("back"), href="/"), class_="small"),
        el("p", say(notice), class_="notice", role="status") if notice else None,
        _tags(view, snapshot),
        el("h1", el("bdi", name), say.colon, lowered(headline(say, snapshot))),
        el("p", say("exercise-hint", brand=view.name(snapshot.brand)), class_="notice") if exercise else None,
        _actions(view, snapshot) if view.session is not None else None,
        at_once(view, told),
        [evidence(say, signal, titled=len(snapshot.signals) > 1) for signal in _latest(snapshot)],
        for_answers(view, told),
        el("p", say("read-only"), class_="soft small") if not view.can_log_in else None,
        el("h2", say("timeline")),
        el("ol", timeline, class_="card timeline") if timeline else el("p", say("told-nothing"), class_="soft"),
        # A page on which somebody may be typing does not reload.
        refresh=None if view.session is not None else str(RELOAD_S * 2),
        footer=say.time(view.now),
    )


def login(view: View, back: str, error: str | None = None) -> bytes:
    """The way in; `back` is the page of ours to return to."""
    say = view.speech
    return _page(
        view,
        say("log-in"),
        el("h1", say("log-in")),
        el("p", say(error), class_="notice", role="alert") if error else None,
        el(
            "form",
            el("input", type="hidden", name="back", value=back),
            _field(say("your-name"), "by", "text", "name", limit=MAX_NAME),
            _field(say("token"), "token", "password", "current-password", limit=1_000),
            el("p", say("log-in-hint"), class_="soft small"),
            el("button", say("log-in"), class_="main"),
            method="post",
            action="/login",
            class_="card login",
        ),
    )


def message(view: View, key: str) -> bytes:
    """One sentence, and the way back."""
    say = view.speech
    return _page(view, "Tocsin", el("p", say(key), class_="card"), el("p", el("a", "← ", say("back"), href="/")))


def confirm(view: View, action: str, brand: str, by: str | None, stands: str = "") -> bytes:
    """Asks before a link from a mail does anything; `by` None: whoever it is says who they are, where it matters.

    `stands`: what there is to say in place of the question, where it comes too late.
    """
    say = view.speech
    if stands:
        return confirmed(view, action, brand, stands)
    asks = action == "ack" and by is None
    return _page(
        view,
        say(f"link-{action}"),
        el("h1", say(f"link-{action}"), say.colon, el("bdi", view.title(brand))),
        el(
            "form",
            el("p", say(f"link-{action}-hint")),
            el("p", say("by", who=by), class_="soft small") if action == "ack" and by is not None else None,
            _field(say("your-name"), "by", "text", "name", limit=MAX_NAME) if asks else None,
            el("button", say(f"link-{action}"), class_="main"),
            method="post",
            class_="card login",
        ),
    )


def confirmed(view: View, action: str, brand: str, said: str) -> bytes:
    """Says what has become of what a link asked for."""
    done = el("p", said, class_="notice", role="status")
    return _page(view, view.speech(f"link-{action}"), el("h1", el("bdi", view.title(brand))), done)


def bounce(view: View, target: str) -> bytes:
    """Loads `target` from our own page, since cookies do not come along with a link from another site."""
    say = view.speech
    link = el("p", el("a", say("one-moment"), href=target))
    return _page(view, "Tocsin", link, refresh=f"0; url={target}")


def _page(
    view: View, title: str, *body: Child | Sequence[Child], refresh: str | None = None, footer: str = ""
) -> bytes:
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("title", f"{title} · Tocsin" if title != "Tocsin" else title),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", http_equiv="refresh", content=refresh) if refresh else None,
        el("link", rel="stylesheet", href="/style.css"),
        el("link", rel="icon", href="data:,"),
    )
    top = el("header", el("a", "Tocsin", href="/", class_="home"), _who(view))
    bottom = el("footer", el("p", footer)) if footer else None
    return document(el("html", head, el("body", top, el("main", *body), bottom), lang=view.speech.locale))


def _who(view: View) -> Element | None:
    say = view.speech
    if view.session is not None:
        return el(
            "form",
            el("bdi", view.session.by),
            el("input", type="hidden", name="csrf", value=view.session.csrf),
            el("button", say("log-out"), class_="plain"),
            method="post",
            action="/logout",
        )
    return None


def _summary(view: View, case: Case) -> Element:
    assert case.incident is not None
    snapshot = case.incident
    view = view.of(snapshot.brand)
    say = view.speech
    over = "" if case.is_open else " over"
    facts = [f"{say('since')} {say.time(snapshot.opened_at)} ({say.ago(snapshot.opened_at, view.now)})"]
    for signal in _latest(snapshot)[:1]:
        observed = say("observed-in", observed=say.number(signal.observed), window=_window(say, signal))
        facts.append(f"{observed}, {say('usual').lower()} {say.number(signal.expected)}")
    return el(
        "a",
        _tags(view, snapshot),
        el("h3", el("bdi", view.title(snapshot.brand)), say.colon, lowered(headline(say, snapshot))),
        [el("p", fact, class_="soft small") for fact in facts],
        class_=f"card case {snapshot.severity}{over}",
        href=address(case.id),
    )


def _tags(view: View, snapshot: Incident) -> Element:
    say = view.speech
    more: list[Child] = []
    if snapshot.phase is Phase.ACKNOWLEDGED and snapshot.acknowledged_by:
        more = [" ", say("by", who=snapshot.acknowledged_by)]
    if snapshot.phase is Phase.SNOOZED and snapshot.snoozed_until is not None:
        more = [" ", say("until", time=say.time(snapshot.snoozed_until))]
    badge = el("span", snapshot.severity.value, class_=f"badge {snapshot.severity}")
    return el("p", badge, el("span", say(f"phase.{snapshot.phase}"), *more), class_="tags small")


def _window(say: Speech, signal: Signal) -> str:
    return say.span(timedelta(seconds=signal.window_s))


def _latest(snapshot: Incident) -> list[Signal]:
    return sorted(snapshot.signals, key=lambda signal: (signal.at, signal.id), reverse=True)


def _withheld_section(view: View, withheld: Sequence[Withheld]) -> list[Element]:
    say = view.speech
    items = [_event(view.of(event.brand), event, brand=True) for event in withheld]
    hint = el("p", say("withheld-hint"), class_="soft small")
    return [el("h2", say("withheld")), hint, el("ol", items, class_="card timeline")]


def _event(view: View, event: Told | Withheld | Did, *, brand: bool = False) -> Element:
    say = view.speech
    at = el("span", say.time(event.at), class_="soft small")
    if isinstance(event, Withheld):
        who: list[Child] = [el("bdi", view.title(event.brand)) if brand else say("not-told"), say.colon]
        said = reasons.of(event.why, event.reasons, event.reason, say.locale, say.time)
        detail = el("p", said, class_="soft small") if said else None
        return el("li", at, el("br"), *who, lowered(say(f"why.{event.why}")), detail)
    if isinstance(event, Did):
        return el("li", at, el("br"), *_deed(say, event), _note(event))
    quiet = f" ({say('quiet')})" if event.quiet else ""
    told = {delivery.recipient.partition(":")[2] or delivery.channel for delivery in event.deliveries}
    pending = [
        el("li", el("bdi", name), say.colon, say("pending"), class_="small")
        for name in event.channels
        if name not in told
    ]
    deliveries = [_delivery(say, delivery) for delivery in event.deliveries]
    known = event.did if event.did is not None and event.did.by else None
    return el(
        "li",
        at,
        el("br"),
        *(_deed(say, known) if known else [el("strong", say(f"why.{event.why}"))]),
        f" · {event.severity}{quiet}",
        _note(known) if known else None,
        el("ul", deliveries, pending) if deliveries or pending else None,
    )


def _deed(say: Speech, did: Did) -> list[Child]:
    """Who did what, and through which channel."""
    until = "" if did.until is None else say.time(did.until)
    via = say(f"via.{did.via}") if say.knows(f"via.{did.via}") else did.via
    who = el("strong", el("bdi", did.by), " ", say(f"act.{did.act}", until=until))
    return [who, " (", el("bdi", via), ")"] if via else [who]


def _note(did: Did) -> Element | None:
    return el("p", did.note, class_="soft small") if did.note else None


def _delivery(say: Speech, delivery: Delivery) -> Element:
    key = "passed-over" if PASSED_OVER in delivery.reasons else delivery.outcome.value
    outcome = el("span", say(f"outcome.{key}"), class_=delivery.outcome.value)
    return el(
        "li",
        el("bdi", delivery.channel),
        say.colon,
        outcome,
        f", {say.time(delivery.at)}{_reason(say, delivery)}",
        class_="small",
    )


def _reason(say: Speech, delivery: Delivery) -> str:
    """Why it went so, where the outcome does not say it."""
    if PASSED_OVER in delivery.reasons or delivery.outcome is Outcome.SUPERSEDED:
        return ""
    said = reasons.detail(delivery, say.locale, say.time)
    return f" ({said})" if said else ""


def _actions(view: View, snapshot: Incident) -> Element:
    say = view.speech
    assert view.session is not None

    def button(action: str, class_: str | None = None) -> Element:
        return el("button", say(action), formaction=f"{address(snapshot.id)}/{action}", class_=class_)

    length = el(
        "select", [_length(say, m) for m in SNOOZES_MIN], name="minutes", id="minutes", aria_label=say("snooze-for")
    )
    running = snapshot.phase is not Phase.RESOLVED
    first = [button("ack", "main"), button("resolve"), button("false-alarm")] if running else [button("false-alarm")]
    return el(
        "form",
        el(
            "div",
            el("input", type="hidden", name="csrf", value=view.session.csrf),
            el("label", say("note"), for_="note"),
            el("input", name="note", id="note", maxlength="500", autocomplete="off"),
            el("div", first, class_="buttons"),
            el("div", length, button("snooze"), class_="buttons") if running else None,
            class_="card",
        ),
        method="post",
        action=f"{address(snapshot.id)}/ack",
        class_="act",
        aria_label=say("act"),
    )


def _length(say: Speech, minutes: int) -> Element:
    return el("option", say.span(timedelta(minutes=minutes)), value=str(minutes))


def _field(label: str, name: str, kind: str, autocomplete: str, limit: int) -> Element:
    return el(
        "div",
        el("label", label, for_=name),
        el("input", type=kind, name=name, id=name, autocomplete=autocomplete, maxlength=str(limit), required=True),
        class_="field",
    )

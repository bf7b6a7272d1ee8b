"""What the operator says in place of our own words: templates by name, and what they can speak of.

A template that is broken is told once, counted each time, and our own words go out instead: nobody is left without an
alert because of a template.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from alerts.render.context import RenderContext
from alerts.render.safety import clean, defang, statement
from alerts.render.sandbox import Broken, compiled, rendered
from alerts.render.shape import Facts, onset, title, titles
from alerts.severity import principal
from models.records import Notification

NAMES: Final = ("mail.html", "mail.txt", "subject.txt", "terminal.txt", "slack.txt")
"""Which templates there are; those that end in `.html` escape what they show."""

_LIVE: Final = {"terminal.txt"}
"""Where addresses of posts stay as they are, to be copied."""

_LIMITS: Final = {"subject.txt": 200, "slack.txt": 2_900}

OnBroken = Callable[[str, str], None]
"""Is told the template's name and what is wrong with it, each time that it fails."""


class Templates:
    """The operator's templates, compiled once."""

    def __init__(self, sources: Mapping[str, str], on_broken: OnBroken) -> None:
        self._on_broken = on_broken
        self._ready = {}
        for name in NAMES:
            if name in sources:
                try:
                    self._ready[name] = compiled(name, sources[name])
                except Broken as broken:
                    on_broken(name, str(broken))

    def render(self, name: str, values: Mapping[str, Any]) -> str | None:
        """The text, free of control characters; None where there is no such template, or it is broken."""
        template = self._ready.get(name)
        if template is None:
            return None
        try:
            return tidy(name, rendered(template, values))
        except Broken as broken:
            self._on_broken(name, str(broken))
            return None


def tidy(name: str, text: str) -> str:
    """Within the limits of where it goes. Raises `Broken` for what says nothing."""
    if name == "subject.txt":
        text = clean(text, _LIMITS[name])
    elif not name.endswith(".html"):
        text = statement(text, _LIMITS.get(name, 20_000), lines=1_000)
    if not text.strip():
        raise Broken("makes an empty text")
    return text


def said(name: str, told: Facts, notification: Notification, context: RenderContext, **more: Any) -> str | None:
    """The operator's own form of a message; None where there is none, or it is broken. `more`: for this channel."""
    if context.templates is None:
        return None
    return context.templates.render(name, variables(name, told, notification, context) | more)


def variables(name: str, told: Facts, notification: Notification, context: RenderContext) -> dict[str, Any]:
    """What a template can speak of (`docs/alerting.md` lists it): words that are ready, and the figures behind them.

    Every name is always there; what does not apply is empty, or None for a figure.
    """
    safe = clean if name in _LIVE else _inert
    incident = notification.incident
    guide = told.guide
    return {
        "locale": context.locale,
        "exercise": told.exercise,
        "brand": title(incident, context),
        "brands": titles(incident, context),
        "tone": told.tone,
        "why": notification.why.value,
        "reason": told.why,
        "level": incident.severity.value,
        "severity": told.severity,
        "subject": told.subject,
        "headline": told.headline,
        "call": told.call,
        "lead": told.lead,
        "next": told.next,
        "details": [{"label": fact.label, "text": safe(fact.text), "url": fact.url} for fact in told.details],
        "posts_label": told.drivers_label,
        "posts": [{"by": safe(q.by), "text": safe(q.text), "url": safe(q.url or "")} for q in told.drivers],
        "playbook": {
            "steps": list(guide.steps),
            "call": list(guide.call),
            "do": list(guide.do),
            "dont": list(guide.dont),
            "statement": guide.statement,
        },
        "link": told.link,
        "link_label": told.link_label,
        "at": told.at,
        "incident": incident.id,
        "phase": incident.phase.value,
        "in_charge": clean(incident.acknowledged_by or "", 60),
        "opened_at": incident.opened_at.astimezone(context.zone),
        "began_at": onset(incident).astimezone(context.zone),
        "notified": incident.notified,
        "ack_url": "",
        "mute_url": "",
        "chart": "",
        "chart_alt": "",
    } | _figures(notification)


def _figures(notification: Notification) -> dict[str, Any]:
    signal = principal(notification.incident)
    if signal is None:
        return dict.fromkeys(("kind", "observed", "expected", "low", "high", "minutes", "people", "reach", "topic"))
    evidence = signal.evidence
    return {
        "kind": signal.kind.value,
        "observed": signal.observed,
        "expected": signal.expected,
        "low": signal.interval[0],
        "high": signal.interval[1],
        "minutes": signal.window_s / 60,
        "people": evidence.authors,
        "reach": evidence.reach,
        "topic": None if evidence.risk is None else clean(evidence.risk.topic, 60),
    }


def _inert(text: str) -> str:
    return defang(clean(text, 2_000))

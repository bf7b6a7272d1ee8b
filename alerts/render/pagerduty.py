"""A notification as a PagerDuty event (Events API v2): one alert per incident, which its `dedup_key` holds together.

Fields and limits: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

from alerts.render.context import RenderContext
from alerts.render.facts import Fact, closes, facts
from alerts.severity import principal
from models.records import Notification, Phase, Severity, Why

Action = Literal["trigger", "acknowledge", "resolve"]

SUMMARY_LIMIT: Final = 1_024
_SEVERITY: Final = {
    Severity.P1: "critical",
    Severity.P2: "error",
    Severity.P3: "warning",
    Severity.P4: "info",
}
_APART: Final = (Why.UNDELIVERED, Why.DIGEST)
"""What is no part of the incident's life, and so has an alert of its own."""


def action(notification: Notification) -> Action:
    """What the notification does to the alert. A loud one triggers, whatever the phase: somebody must look again."""
    if notification.why in _APART:
        return "trigger"
    if closes(notification):
        return "resolve"
    taken = notification.incident.phase in (Phase.ACKNOWLEDGED, Phase.SNOOZED)
    return "acknowledge" if taken and (notification.quiet or notification.why is Why.ACKNOWLEDGED) else "trigger"


def dedup_key(notification: Notification) -> str:
    return notification.id if notification.why in _APART else notification.incident.id


def event(notification: Notification, context: RenderContext, routing_key: str) -> dict[str, Any]:
    """The request's JSON. Posts of the public stand in `custom_details` only, as plain text."""
    told = facts(notification, context)
    incident = notification.incident
    links = [{"href": told.link, "text": told.link_label}] if told.link else []
    links += [{"href": quote.url, "text": quote.link_label} for quote in told.drivers if quote.url is not None]
    signal = principal(incident)
    return {
        "routing_key": routing_key,
        "event_action": action(notification),
        "dedup_key": dedup_key(notification),
        "client": "Tocsin",
        **({"client_url": told.link} if told.link else {}),
        "payload": {
            "summary": told.subject[:SUMMARY_LIMIT],
            "source": incident.brand[:255],
            "severity": "info" if notification.why is Why.DIGEST else _SEVERITY[incident.severity],
            "timestamp": notification.at.isoformat(),
            "component": incident.story[:255],
            "class": "" if signal is None else signal.kind.value,
            "custom_details": {
                "lead": told.lead,
                **{key: text for key, text in (("call", told.call), ("next", told.next)) if text},
                **_by_label(told.details),
                **{f"post {n}": f"{quote.by}: {quote.text}" for n, quote in enumerate(told.drivers, 1)},
                "why": told.why,
                "notification": notification.id,
            },
        },
        "links": links[:10],
    }


def _by_label(details: Sequence[Fact]) -> dict[str, str]:
    """Each text under its label; where several have the same one, as incidents of one brand in a digest, numbered."""
    rows: dict[str, str] = {}
    for fact in details:
        label, n = fact.label, 1
        while label in rows:
            n += 1
            label = f"{fact.label} ({n})"
        rows[label] = fact.text
    return rows

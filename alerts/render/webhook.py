"""A notification as JSON for programs: the generic webhook's body, with a version in `schema`.

Fields may be added under the same version; none is taken away or changes its meaning. Times are UTC (RFC 3339).
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from alerts.render.context import RenderContext
from alerts.render.facts import facts
from alerts.severity import principal
from models.records import Driver, Notification, Phase, Severity, Signal, SignalKind, Why

SCHEMA: Final = "tocsin.notification/1"


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """The same in a human language: plain text, for a message of your own."""

    language: str
    headline: str
    severity: str
    lead: str
    why: str
    call: str = ""
    next: str = ""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The incident. `url` is its page on the console; empty without one."""

    id: str
    brand: str
    title: str
    story: str
    phase: Phase
    severity: Severity
    opened_at: datetime
    updated_at: datetime
    revision: int
    url: str
    brands: tuple[str, ...] = ()
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    false_alarm: bool = False


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The signal that the incident is chiefly about. `surprise` is minus log10 of the chance of seeing this much."""

    kind: SignalKind
    onset: datetime
    at: datetime
    observed: float
    expected: float
    interval: tuple[float, float]
    surprise: float
    window_s: int
    reason: str


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post that drives the alert. `author` and `excerpt` are what strangers wrote: escape them."""

    author: str
    excerpt: str
    created_at: datetime
    network: str
    url: str | None = None
    followers: int | None = None
    shares: int | None = None


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The whole body. `id` is the same when a notification is sent again: do nothing then."""

    schema: Literal["tocsin.notification/1"] = SCHEMA
    id: str
    why: Why
    quiet: bool
    at: datetime
    recipient: str
    text: Text
    incident: About
    signal: Figures | None
    posts: tuple[Post, ...]
    note: str = ""


def body(notification: Notification, context: RenderContext) -> bytes:
    """UTF-8 JSON; the same notification gives the same bytes."""
    told = facts(notification, context)
    signal = principal(notification.incident)
    message = Body(
        id=notification.id,
        why=notification.why,
        quiet=notification.quiet,
        at=notification.at,
        recipient=notification.recipient,
        text=Text(
            language=context.locale,
            headline=told.headline,
            severity=told.severity,
            lead=told.lead,
            why=told.why,
            call=told.call,
            next=told.next,
        ),
        incident=_about(notification, context),
        signal=None if signal is None else _figures(signal),
        posts=() if signal is None else tuple(_post(driver) for driver in signal.evidence.drivers),
        note=notification.note,
    )
    return msgspec.json.encode(message)


def _about(notification: Notification, context: RenderContext) -> About:
    incident = notification.incident
    return About(
        id=incident.id,
        brand=incident.brand,
        title=context.title,
        story=incident.story,
        phase=incident.phase,
        severity=incident.severity,
        opened_at=incident.opened_at,
        updated_at=incident.updated_at,
        revision=incident.revision,
        url=context.incident_url(incident.id),
        brands=incident.brands,
        acknowledged_by=incident.acknowledged_by,
        acknowledged_at=incident.acknowledged_at,
        snoozed_until=incident.snoozed_until,
        resolved_at=incident.resolved_at,
        resolved_by=incident.resolved_by,
        false_alarm=incident.false_alarm,
    )


def _figures(signal: Signal) -> Figures:
    return Figures(
        kind=signal.kind,
        onset=signal.onset,
        at=signal.at,
        observed=signal.observed,
        expected=signal.expected,
        interval=signal.interval,
        surprise=signal.surprise,
        window_s=signal.window_s,
        reason=signal.reason,
    )


def _post(driver: Driver) -> Post:
    return Post(
        author=driver.author,
        excerpt=driver.excerpt,
        created_at=driver.created_at,
        network=driver.network,
        url=driver.url,
        followers=driver.followers,
        shares=driver.shares,
    )

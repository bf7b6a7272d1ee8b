"""Made-up messages of every kind, on which templates are tried before an alert depends on them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from alerts.render.context import Locale, RenderContext
from alerts.render.facts import Facts, facts
from alerts.render.playbook import Playbook
from alerts.why import TOLD
from models.records import (
    Called,
    Driver,
    Evidence,
    Forecast,
    Incident,
    Notification,
    Phase,
    Risk,
    Severity,
    Signal,
    SignalKind,
    SignalPhase,
    UsualShare,
    Why,
)

_AT: Final = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
_LOCALES: Final[tuple[Locale, ...]] = ("en", "fr")
_PLAYBOOK: Final = Playbook(
    steps=("Read the posts.",), call=("Press office",), do=("Answer.",), dont=("Delete.",), statement={"en": "We know."}
)


def specimens() -> Iterator[tuple[Facts, Notification, RenderContext]]:
    """Each reason of telling with each kind of signal, full and bare, in both languages."""
    for notification in _notifications():
        for locale in _LOCALES:
            for playbook in (None, _PLAYBOOK):
                context = RenderContext("Acme", locale, "https://tocsin.example", playbook=playbook)
                yield facts(notification, context), notification, context


def _notifications() -> Iterator[Notification]:
    for why in TOLD:
        for kind in SignalKind:
            for evidence in (Evidence(), _evidence(kind)):
                yield _notification(why, _incident(_signal(kind, evidence)))
    yield _notification(Why.FIRST, msgspec.structs.replace(_incident(), brands=("beta",)))
    yield _notification(Why.FIRST, msgspec.structs.replace(_incident(), brand="drill:acme"))
    yield _notification(Why.FIRST, msgspec.structs.replace(_incident(), signals=()))


def _notification(why: Why, incident: Incident) -> Notification:
    return Notification(id="n", incident=incident, why=why, at=_AT + timedelta(minutes=20), recipient="person:lea")


def _incident(*signals: Signal) -> Incident:
    return Incident(
        id="i",
        brand="acme",
        story="s",
        phase=Phase.OPEN,
        severity=Severity.P1,
        opened_at=_AT,
        updated_at=_AT,
        revision=1,
        signals=signals or (_signal(SignalKind.SPIKE, _evidence(SignalKind.SPIKE)),),
        called=(Called(at=_AT, step=1, round=1, recipients=("person:lea",)),),
        next_call_at=_AT + timedelta(minutes=30),
        next_called=("person:tom",),
    )


def _signal(kind: SignalKind, evidence: Evidence) -> Signal:
    return Signal(
        id="s",
        brand="acme",
        kind=kind,
        phase=SignalPhase.RAISED,
        story="s",
        at=_AT,
        onset=_AT - timedelta(minutes=30),
        observed=120.0,
        expected=8.0,
        interval=(3.0, 14.0),
        surprise=8.0,
        window_s=1_800,
        reason="specimen",
        evidence=evidence,
    )


def _evidence(kind: SignalKind) -> Evidence:
    post = Driver(
        post_id="p", author="@lea", excerpt="So bad <b>", created_at=_AT, url="https://social.example/1", followers=900
    )
    spreads = kind is not SignalKind.SPIKE
    return Evidence(
        mentions=140,
        adverse=120,
        authors=90,
        stories=40,
        networks=(("bluesky", 140),),
        drivers=(post, post, post),
        words=("smoke",),
        amplifiers=(("@tom", 1_200),),
        reach=250_000,
        forecast=Forecast(expected_final=900, interval=(400, 2_000), p_double=0.8, shares_per_hour=90)
        if spreads
        else None,
        silent_below=40,
        risk=Risk(topic="safety-recall", score=0.9),
        usual_share=None if spreads else UsualShare(share=0.2, low=0.1, high=0.3),
    )

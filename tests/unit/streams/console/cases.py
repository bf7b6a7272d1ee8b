"""Incidents for the console's tests: one spike and one viral post of a fictional brand, with hostile text in them."""

from datetime import UTC, datetime, timedelta

from models.records import (
    Coordination,
    Delivery,
    Driver,
    Evidence,
    Forecast,
    Incident,
    Notification,
    Outcome,
    Phase,
    Point,
    Reason,
    Risk,
    Severity,
    Signal,
    SignalKind,
    SignalPhase,
    Why,
    digest,
)

NOW = datetime(2026, 3, 2, 14, 45, tzinfo=UTC)
HOSTILE = '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def driver(
    number: int = 1, excerpt: str = "Never again, the chocolate tastes of soap.", url: str | None = None
) -> Driver:
    return Driver(
        post_id=f"post:{number}",
        author=f"@lea{number}",
        excerpt=excerpt,
        created_at=NOW - minutes(30 - number),
        url=url or f"https://social.example/p/{number}",
        network="bluesky",
        followers=12_400,
        shares=340,
        sentiment="negative",
    )


def signal(kind: SignalKind = SignalKind.SPIKE, *, drivers: tuple[Driver, ...] = (driver(1), driver(2))) -> Signal:
    onset = NOW - minutes(40)
    series = tuple(
        Point(at=NOW - minutes(60 - i), observed=3 + (max(0, i - 20) ** 1.3) / 4, expected=4, upper=9 + i % 3)
        for i in range(60)
    )
    return Signal(
        id=digest("signal", kind),
        brand="nuage",
        kind=kind,
        phase=SignalPhase.RAISED,
        story="soap",
        at=NOW - minutes(30),
        onset=onset,
        observed=87,
        expected=6.4,
        interval=(1, 14),
        surprise=7.2,
        window_s=900,
        reason="surprise over the budget",
        evidence=Evidence(
            mentions=120,
            adverse=87,
            authors=71,
            networks=(("bluesky", 90), ("forum", 30)),
            series=series if kind is SignalKind.SPIKE else (),
            drivers=drivers,
            words=("savon", "rappel", "soap"),
            reach=482_000,
            forecast=None if kind is SignalKind.SPIKE else Forecast(
                expected_final=2_300, interval=(900, 6_100), p_double=0.8, shares_per_hour=410
            ),
            coordination=Coordination(score=0.12),
            silent_below=19,
            risk=Risk(topic="recall", score=0.83),
        ),
    )  # fmt: skip


def incident(name: str = "soap", phase: Phase = Phase.OPEN, revision: int = 1, **changes: object) -> Incident:
    fields: dict[str, object] = {
        "id": digest("incident", name),
        "brand": "nuage",
        "story": "soap",
        "phase": phase,
        "severity": Severity.P1,
        "opened_at": NOW - minutes(30),
        "updated_at": NOW - minutes(30 - revision),
        "revision": revision,
        "signals": (signal(),),
        "resolved_at": NOW - minutes(5) if phase is Phase.RESOLVED else None,
    }
    return Incident(**(fields | changes))  # type: ignore[arg-type]


def notification(about: Incident, why: Why = Why.FIRST, *, quiet: bool = False) -> Notification:
    return Notification(
        id=digest(about.id, about.revision, why),
        incident=about,
        why=why,
        at=about.updated_at,
        recipients=("channel:team", "channel:care"),
        quiet=quiet,
    )


def delivery(
    of: Notification,
    channel: str = "team",
    outcome: Outcome = Outcome.SENT,
    *reasons: Reason,
    after_s: float = 2,
    reason: str = "",
) -> Delivery:
    return Delivery(
        id=digest(of.id, channel),
        notification=of.id,
        incident=of.incident.id,
        brand=of.incident.brand,
        channel=channel,
        outcome=outcome,
        why=of.why,
        at=of.at + timedelta(seconds=after_s),
        attempts=1,
        reason=reason,
        reasons=reasons,
    )


def withheld(incident: str, why: Why, *reasons: Reason, after_min: float = 0, reason: str = "") -> Delivery:
    return Delivery(
        id=digest("withheld", incident, why, after_min),
        notification="",
        incident=incident,
        brand="nuage",
        channel="",
        outcome=Outcome.WITHHELD,
        why=why,
        at=NOW - minutes(20 - after_min),
        reason=reason,
        reasons=reasons,
    )

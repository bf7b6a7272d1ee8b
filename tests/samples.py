"""Realistic notifications of fictional brands, for tests and pictures: a surge, viral posts, and how they end."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec

from alerts.render.context import RenderContext
from alerts.render.playbook import Playbook
from models.records import (
    Called,
    Coordination,
    Driver,
    Evidence,
    Forecast,
    Incident,
    Notification,
    Phase,
    Point,
    Risk,
    Severity,
    Signal,
    SignalKind,
    SignalPhase,
    UsualShare,
    Why,
    digest,
)

NOW = datetime(2026, 11, 22, 20, 15, tzinfo=UTC)
ONSET = NOW - timedelta(minutes=35)

NAMES = {
    "person:lea": "Léa Martin",
    "person:tom": "Tom Weber",
    "brand:lumiere": "Maison Lumière",
    "brand:nord": "Nord Éclairage",
    "brand:halo": "Halo & Fils",
}
PLAYBOOK = Playbook(
    steps=(
        "Read the three posts below; answer none of them yet.",
        "Ask product safety whether a batch is affected.",
        "Post the statement below, pinned, within 30 minutes.",
    ),
    call=("Product safety, on call: +33 1 99 00 12 34", "Press office: +33 1 99 00 56 78"),
    do=("Name the product and the hotline.",),
    dont=("Delete posts.", "Say “isolated case”."),
    statement={
        "en": "We are aware of reports about our Aura lamp. Please unplug it. We will tell you more by 23:00.",
        "fr": "Nous avons connaissance de signalements sur notre lampe Aura. Merci de la débrancher. "
        "Nous vous en dirons plus avant 23 h.",
    },
)
PLAYBOOK_FR = replace(
    PLAYBOOK,
    steps=(
        "Lire les trois publications ci-dessous ; ne répondre à aucune pour l’instant.",
        "Demander à la sécurité produit si un lot est concerné.",
        "Publier et épingler le message ci-dessous dans les 30 minutes.",
    ),
    call=("Sécurité produit, astreinte : +33 1 99 00 12 34", "Service de presse : +33 1 99 00 56 78"),
    do=("Nommer le produit et le numéro vert.",),
    dont=("Supprimer des publications.", "Dire « cas isolé »."),
)
EN = RenderContext("Maison Lumière", "en", "https://tocsin.example", "Europe/Paris", NAMES)
FR = RenderContext("Maison Lumière", "fr", "https://tocsin.example", "Europe/Paris", NAMES)

HOSTILE = (
    '<!channel> <@U0000001> <script>alert("x")</script> <http://evil.example|click here> '
    "https://evil.example/pay?x=1 \x1b[31mred\x1b[0m \u202etxt.exe *bold* `code` & javascript:alert(1)"
)


def series() -> tuple[Point, ...]:
    """Four hours of five-minute counts, calm until the onset and then rising fast."""
    points = []
    for step in range(48):
        at = NOW - timedelta(minutes=5 * (48 - step))
        usual = 1.9 + 0.6 * math.sin(step / 9)
        wave = 0.0 if at < ONSET else 11.0 * ((at - ONSET).total_seconds() / 300 + 1) ** 0.7
        wobble = (step * 7 % 4) - 1.5 if wave == 0 else (step * 5 % 7) - 3
        points.append(
            Point(
                at=at, observed=max(0.0, round(usual + wave + wobble)), expected=usual, upper=usual + 2.9 * usual**0.5
            )
        )
    return tuple(points)


def drivers() -> tuple[Driver, ...]:
    return (
        Driver(
            post_id="p1",
            author="@julie_mtl",
            excerpt="Deuxième lampe Aura qui chauffe au point de brunir le mur. Le SAV me répond « usage normal ». "
            "Sérieusement @MaisonLumiere ?",
            created_at=ONSET + timedelta(minutes=4),
            url="https://social.example/julie_mtl/1187",
            network="bluesky",
            followers=12_400,
            shares=318,
            sentiment="negative",
        ),
        Driver(
            post_id="p2",
            author="Sam O’Neill",
            excerpt="My Aura lamp started smoking tonight, kids in the room. Support line is closed. Unplug it.",
            created_at=ONSET + timedelta(minutes=11),
            url="https://forum.example/t/aura-smoke/99",
            network="reddit",
            shares=122,
            sentiment="negative",
        ),
        Driver(
            post_id="p3",
            author="<b>promo</b>",
            excerpt=HOSTILE,
            created_at=ONSET + timedelta(minutes=20),
            url="javascript:alert(1)",
            network="x",
            followers=3,
            shares=4,
            sentiment="negative",
        ),
    )


def spike() -> Signal:
    return Signal(
        id=digest("sample", "spike"),
        brand="lumiere",
        kind=SignalKind.SPIKE,
        phase=SignalPhase.RAISED,
        story="aura",
        at=NOW,
        onset=ONSET,
        observed=212,
        expected=23.4,
        interval=(14, 35),
        surprise=7.3,
        window_s=3600,
        reason="negative-surge",
        evidence=Evidence(
            mentions=260,
            adverse=212,
            authors=148,
            stories=31,
            networks=(("bluesky", 121), ("reddit", 54), ("news", 37)),
            languages=(("fr", 160), ("en", 52)),
            series=series(),
            drivers=drivers(),
            words=("surchauffe", "fumée", "aura", "débranchez"),
            amplifiers=(("@quechoisir_veille", 84_000), ("@julie_mtl", 12_400)),
            reach=2_341_000,
            advocates=(("@lea_en_vrac", 8_300),),
            coordination=Coordination(score=0.42, reasons=(("few-accounts", "131/212/14"), ("new-accounts", "87/148"))),
            silent_below=61,
            risk=Risk(topic="safety-recall", score=0.92),
            usual_share=UsualShare(share=0.21, low=0.13, high=0.3),
        ),
        published_at=NOW,
    )


def cascade() -> tuple[Point, ...]:
    """The shares so far of a post that spreads fast: a cumulative curve, as the virality stage sends it."""
    points = []
    for step in range(1, 36):
        at = ONSET + timedelta(minutes=step)
        usual = 58 * (step / 35) ** 0.5
        points.append(Point(at=at, observed=round(1_240 * (step / 35) ** 1.8), expected=usual, upper=usual * 3.6))
    return tuple(points)


def viral(kind: SignalKind = SignalKind.VIRAL_THREAT) -> Signal:
    threat = kind is SignalKind.VIRAL_THREAT
    text = (
        "They knew. Internal mail says the Aura lamp failed its heat test in March. Thread 1/9"
        if threat
        else (
            "Ma grand-mère a cassé sa lampe Maison Lumière de 1974. Ils l’ont réparée gratuitement, avec un petit mot."
        )
    )
    post = Driver(
        post_id="root",
        author="@insider_fr" if threat else "@leo.dessine",
        excerpt=text,
        created_at=ONSET,
        url="https://social.example/root/1",
        network="bluesky",
        followers=2_900,
        shares=1_240,
        sentiment="negative" if threat else "positive",
    )
    return Signal(
        id=digest("sample", kind),
        brand="lumiere",
        kind=kind,
        phase=SignalPhase.RAISED,
        story="root",
        at=NOW,
        onset=ONSET,
        observed=1_240,
        expected=58,
        interval=(9, 210),
        surprise=5.1,
        window_s=2_100,
        reason="velocity",
        evidence=Evidence(
            mentions=1,
            authors=1_105,
            series=cascade(),
            drivers=(post,),
            amplifiers=(("@le_relais", 512_000), ("@tech_veille", 48_000)),
            bridges=(("@tech_veille", 310),),
            reach=3_400_000,
            forecast=Forecast(
                expected_final=8_437,
                interval=(5_210, 14_300),
                p_double=0.86,
                shares_per_hour=1_653,
                reproduction=1.4,
                interval_50=(6_900, 10_600),
            ),
            silent_below=400,
        ),
        published_at=NOW,
    )


def incident(
    *signals: Signal, phase: Phase = Phase.OPEN, severity: Severity = Severity.P2, revision: int = 1
) -> Incident:
    return Incident(
        id=digest("sample", "incident", signals[0].kind),
        brand="lumiere",
        story=signals[0].story,
        phase=phase,
        severity=severity,
        opened_at=NOW,
        updated_at=NOW + timedelta(minutes=revision - 1),
        revision=revision,
        signals=signals,
        notified=revision,
    )


def notification(
    of: Incident, why: Why = Why.FIRST, *, channels: tuple[str, ...] = ("slack",), quiet: bool = False
) -> Notification:
    return Notification(
        id=digest("sample", of.id, of.revision, why),
        incident=of,
        why=why,
        at=of.updated_at,
        channels=channels,
        quiet=quiet,
        published_at=NOW,
    )


def spike_alert(*, channels: tuple[str, ...] = ("slack",)) -> Notification:
    return notification(incident(spike(), severity=Severity.P1), channels=channels)


def worse_alert() -> Notification:
    worse = msgspec.structs.replace(spike(), phase=SignalPhase.WORSENED, observed=431)
    return notification(incident(worse, viral(), severity=Severity.P1, revision=9), Why.WORSE)


def repeat_alert(notified: int = 1) -> Notification:
    again = msgspec.structs.replace(incident(spike(), severity=Severity.P1, revision=31), notified=notified)
    return notification(again, Why.REPEAT_DUE)


def threat_alert() -> Notification:
    return notification(incident(viral(), severity=Severity.P2))


def opportunity_alert() -> Notification:
    return notification(incident(viral(SignalKind.VIRAL_OPPORTUNITY), severity=Severity.P4))


def acknowledged() -> Notification:
    taken = msgspec.structs.replace(
        incident(spike(), phase=Phase.ACKNOWLEDGED, severity=Severity.P1, revision=7),
        acknowledged_by="Camille Roche",
        acknowledged_at=NOW + timedelta(minutes=6),
    )
    return notification(taken, Why.ACKNOWLEDGED, quiet=True)


def resolved() -> Notification:
    ended = msgspec.structs.replace(spike(), phase=SignalPhase.ENDED)
    over = msgspec.structs.replace(
        incident(ended, phase=Phase.RESOLVED, severity=Severity.P1, revision=96),
        acknowledged_by="Camille Roche",
        resolved_at=NOW + timedelta(minutes=95),
    )
    return notification(over, Why.ENDED)


def called_for(*calls: tuple[int, str]) -> Incident:
    """An open P1 for which people were called: minutes after the alert, and whom."""
    steps = [
        Called(at=NOW + timedelta(minutes=after), step=n, round=1, recipients=(who,))
        for n, (after, who) in enumerate(calls, 1)
    ]
    last = calls[-1][0]
    base = incident(spike(), severity=Severity.P1, revision=last + 1)
    return msgspec.structs.replace(base, called=tuple(steps))


def waiting(recipient: str = "") -> Notification:
    """The first alert; an escalation is about to call somebody."""
    open_one = msgspec.structs.replace(
        incident(spike(), severity=Severity.P1),
        next_call_at=NOW + timedelta(minutes=2),
        next_called=("person:lea",),
    )
    return msgspec.structs.replace(notification(open_one), recipient=recipient)


def escalated(recipient: str = "") -> Notification:
    """Léa was called and has not answered; Tom is called now, and the management comes next."""
    going_on = msgspec.structs.replace(
        called_for((2, "person:lea"), (5, "person:tom")),
        next_call_at=NOW + timedelta(minutes=15),
        next_called=("channel:direction",),
    )
    return msgspec.structs.replace(notification(going_on, Why.ESCALATED), recipient=recipient)


def unanswered(recipient: str = "channel:direction") -> Notification:
    """The policy has come to its end, and nobody has answered."""
    silent = called_for((2, "person:lea"), (5, "person:tom"))
    silent = msgspec.structs.replace(silent, updated_at=NOW + timedelta(minutes=15))
    return msgspec.structs.replace(notification(silent, Why.UNANSWERED), recipient=recipient)


def snoozed() -> Notification:
    quiet = msgspec.structs.replace(
        acknowledged().incident, phase=Phase.SNOOZED, snoozed_until=NOW + timedelta(minutes=66)
    )
    return notification(quiet, Why.SNOOZED, quiet=True)


def closed_by_hand(why: Why = Why.RESOLVED_BY_HUMAN) -> Notification:
    over = msgspec.structs.replace(resolved().incident, resolved_by="Camille Roche", false_alarm=why is Why.FALSE_ALARM)
    return notification(over, why, quiet=True)


def sector() -> Notification:
    """Three brands at once."""
    nord = msgspec.structs.replace(spike(), brand="nord", observed=84, expected=11.2, interval=(5, 19), surprise=5)
    halo = msgspec.structs.replace(spike(), brand="halo", observed=31, expected=4.1, interval=(1, 9), surprise=4)
    wave = msgspec.structs.replace(incident(spike(), nord, halo, severity=Severity.P1), brands=("nord", "halo"))
    return notification(wave)


def exercise() -> Notification:
    told = waiting()
    drilled = msgspec.structs.replace(told.incident, brand="drill:lumiere")
    return msgspec.structs.replace(told, incident=drilled)


def digest_of(count: int) -> Notification:
    """What could wait: `count` incidents of various kinds and ends, told at nine in the morning."""
    viral_one = msgspec.structs.replace(threat_alert().incident, brand="nord", severity=Severity.P3)
    good = msgspec.structs.replace(opportunity_alert().incident, brand="halo")
    some = [viral_one, good, closed_by_hand().incident, resolved().incident, acknowledged().incident]
    incidents = [msgspec.structs.replace(some[n % len(some)], id=f"digest-{n}") for n in range(count)]
    first = msgspec.structs.replace(notification(incidents[0], Why.DIGEST), also=tuple(incidents[1:]))
    morning = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    return msgspec.structs.replace(first, id=digest("sample", "digest", count), at=morning)


def every_kind() -> tuple[Notification, ...]:
    """One of each, in the order in which a community manager might get them."""
    return (
        spike_alert(),
        worse_alert(),
        repeat_alert(),
        threat_alert(),
        opportunity_alert(),
        acknowledged(),
        resolved(),
        escalated(),
        unanswered(),
        closed_by_hand(),
        closed_by_hand(Why.FALSE_ALARM),
        sector(),
        exercise(),
        digest_of(5),
    )

"""A realistic report of a fictional brand: a calm week, and one with a recall; for pictures."""

import random
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from alerts.handling import Casebook
from models.position.reading import Reading
from models.records import Ack, FalseAlarm, Mention, Notification, Severity
from streams.report.report import About, Report, reported
from streams.settings.kinds import Locale
from streams.zones import zone_of
from tests import samples
from tests.unit.models.position.cases import PERIOD, mention

_TITLES = {"lumiere": "Maison Lumière", "nord": "Nord Éclairage", "halo": "Halo & Fils"}
_STORM = 3.75
_SAID = {
    "negative": (
        "Ten days late and nobody at Lumière answers the phone.",
        "Le SAV Lumière ne répond plus depuis une semaine.",
        "My Aura lamp died after two weeks.",
    ),
    "neutral": (
        "Which bulb fits the Aura lamp?",
        "Lumière ouvre une boutique à Lyon.",
        "Lumière shows its winter collection.",
    ),
    "positive": (
        "Love my Aura lamp, best buy of the year.",
        "Service client Lumière au top, remplacée en deux jours.",
        "Magnifique, cette lampe Aura, le salon est transformé.",
    ),
}
_RECALL = (
    "Recall: Maison Lumière takes back 12,000 Aura lamps over a fire risk. Unplug yours.",
    "Unplugged mine tonight. How did this pass any test, @MaisonLumiere?",
    "La nôtre chauffait depuis des mois, et le SAV répondait « usage normal ».",
)
_PEOPLE = ("julie_mtl", "sam_oneill", "marc.deco", "lampes_et_co", "nina_k", "tomweber", "atelier7", "oldhouse_blog")


def _calm(chance: random.Random) -> Iterator[Mention]:
    for brand, often, grim in (("lumiere", 54, 0.15), ("nord", 38, 0.21), ("halo", 17, 0.12)):
        for n in range(14 * often):
            label = "negative" if chance.random() < grim else chance.choice(("neutral", "neutral", "positive"))
            said = chance.randrange(3)
            # People write in the day: the sum of three draws has its hump at noon.
            day = chance.randrange(-7, 7) + sum(chance.uniform(0.2, 0.9) for _ in range(3)) / 3
            yield _one(chance, n, label, _SAID[label][said], day, brand, story=f"{label}{said}{n // 3}")


def _recall(chance: random.Random) -> Iterator[Mention]:
    for n in range(330):
        told = min(chance.choice((0, 0, 1, 2)), n)
        label = "neutral" if told == 0 and chance.random() < 0.5 else "negative"
        day = _STORM + min(chance.expovariate(2.2), 3.0)
        topic = "safety-recall" if told == 0 else None
        one = _one(chance, 10_000 + n, label, _RECALL[told], day, "lumiere", story=f"recall{told}", topic=topic)
        yield one if n else mention(
            9_999, "neutral", brand="lumiere", day=_STORM, author="journal_du_soir", followers=842_000, story="recall0",
            topic="safety-recall", network="press", language="fr",
            text="Incendies : Maison Lumière rappelle 12 000 lampes Aura, débranchez-les.",
        )  # fmt: skip


def _one(
    chance: random.Random,
    n: int,
    label: str,
    text: str,
    day: float,
    brand: str,
    *,
    story: str,
    topic: str | None = None,
) -> Mention:
    known = chance.random() < 0.08
    name = chance.choice(_PEOPLE) if known else f"reader{chance.randrange(4_000)}"
    return mention(
        n,
        label,
        brand=brand,
        day=day,
        author=name,
        followers=int(10 ** (3 + len(name) % 3 + 0.4)) if known else int(10 ** chance.uniform(0.8, 3)),
        story=story,
        wording=f"{brand}{n}",
        topic=topic,
        network=chance.choice(("bluesky", "bluesky", "bluesky", "reddit", "forum")),
        language="fr" if any(each in text for each in "éàô") or "SAV" in text else "en",
        text=text,
    )


def _alerts() -> Iterator[Notification | Ack | FalseAlarm]:
    first = samples.spike_alert()
    for n, (day, severity) in enumerate(((1.4, Severity.P3), (_STORM + 0.02, Severity.P1))):
        at = PERIOD.since + timedelta(days=day)
        incident = msgspec.structs.replace(
            first.incident, id=f"{n}e4b2f0a", brand="lumiere", severity=severity, opened_at=at
        )
        yield msgspec.structs.replace(first, id=f"n{n}", incident=incident, at=at)
        kind, by, after = (FalseAlarm, "Tom Weber", 41) if n == 0 else (Ack, "Léa Martin", 3)
        yield kind(
            id=f"h{n}", brand="lumiere", incident=incident.id, by=by, via="slack", at=at + timedelta(minutes=after)
        )


def sample(locale: Locale) -> Report:
    """The report of the week of the recall."""
    about = About(
        brand="lumiere",
        titles=_TITLES,
        origin="topics",
        locale=locale,
        timezone="Europe/Paris",
        console_url="https://tocsin.example",
    )
    reading = Reading("lumiere", PERIOD, zone_of("Europe/Paris"), ("nord", "halo"))
    casebook, chance = Casebook("lumiere"), random.Random(7)
    for hour in range(14 * 24):
        reading.ticked(PERIOD.before.since + timedelta(hours=hour))
    for said in (*_calm(chance), *_recall(chance)):
        reading.add(said)
    for done in _alerts():
        casebook.add(done)
    return reported(about, reading, casebook, PERIOD.until)

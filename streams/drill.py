"""An exercise: a marked firestorm that goes the whole way, and a stopwatch for it. Pure."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from models.records import (
    Ack,
    AnyRecord,
    Author,
    Delivery,
    Mention,
    Notification,
    Outcome,
    Post,
    PostKind,
    Resolve,
    Sentiment,
    Share,
    Signal,
    Snooze,
    digest,
)
from streams.settings.kinds import Locale
from streams.settings.schema import BrandSettings

PREFIX: Final = "drill:"
"""Begins the name under which an exercise on a brand is judged: nothing of it touches what is learned of the brand."""
BURST: Final = timedelta(minutes=10)
"""How long ago it began, as the posts say: detectors see at once what would have taken so long."""
COMPLAINTS: Final = 12
_TEXTS: Final[dict[Locale, str]] = {
    "en": "[EXERCISE, NOT REAL] {brand}: this message is an exercise of the alarm. Please acknowledge the alert. {n}",
    "fr": "[EXERCICE, RIEN DE RÉEL] {brand} : ceci est un exercice d’alerte. Merci de prendre l’alerte en charge. {n}",
}
_ANGRY: Final = Sentiment(negative=0.97, neutral=0.02, positive=0.01)


@dataclass(frozen=True, slots=True)
class Drill:
    """One exercise: its name among exercises, and what is published for it."""

    run: str
    brand: str
    records: tuple[Post | Share, ...]

    @property
    def root(self) -> str:
        """The id of the post that spreads."""
        return _post_id(self.run, 0)


def drill(brand: BrandSettings, run: str, now: datetime, *, shares: int) -> Drill:
    """A hostile post that was shared `shares` times within `BURST`, and a few complaints beside it.

    Times, followers and names vary as people do, so that it is not taken for a machine's doing; by `run` alone.
    """
    rng = random.Random(run)
    posts = [_post(brand, run, n, now - BURST * (1 - n / COMPLAINTS), now) for n in range(COMPLAINTS)]
    # A spread that grows: half of the shares come in the last three minutes.
    moments = sorted(now - BURST * (1 - math.sqrt(rng.random())) for _ in range(shares))
    spread = [_share(run, n, at, now, rng) for n, at in enumerate(moments)]
    return Drill(run, PREFIX + brand.name, (*posts, *spread))


def _post_id(run: str, n: int) -> str:
    return f"{PREFIX}{run}:{n}"


def _post(brand: BrandSettings, run: str, n: int, at: datetime, now: datetime) -> Post:
    return Post(
        id=_post_id(run, n),
        source="drill",
        network="drill",
        author=Author(id=f"{PREFIX}{run}:author-{n}", handle=f"exercise_{n}", followers=800),
        text=_TEXTS[brand.locale].format(brand=brand.title, n=f"({n + 1}/{COMPLAINTS})"),
        created_at=at,
        seen_at=now,
        published_at=now,
        kind=PostKind.POST,
        language=brand.locale,
        known_brands=(PREFIX + brand.name,),
        known_sentiment=_ANGRY,
    )


def _share(run: str, n: int, at: datetime, now: datetime, rng: random.Random) -> Share:
    name = f"{PREFIX}{run}:{rng.getrandbits(40):x}"
    return Share(
        id=f"{PREFIX}{run}:share-{n}",
        root_id=_post_id(run, 0),
        author=Author(id=name, handle=name[-8:], followers=round(10 ** rng.gauss(2.4, 0.6))),
        created_at=at,
        seen_at=now,
        network="drill",
        source="drill",
        published_at=now,
    )


@dataclass(slots=True)
class Stopwatch:
    """Notes when each milestone was first seen. `say` is told each: its key, the name it is about, and the seconds.

    Milestones: `understood`, `noticed`, `decided`, `told` (by recipient and channel), `failed`, `acknowledged`.
    """

    drill: Drill
    began: datetime
    say: Callable[[str, str, float], None]
    incident: str | None = None
    acknowledged_s: float | None = None
    told: int = 0
    _passed: set[str] = field(default_factory=set)
    _early: list[Delivery | Ack | Snooze] = field(default_factory=list)
    """What came before the incident was known: topics are read side by side, so an answer may overtake the alert."""

    def take(self, record: AnyRecord, now: datetime) -> None:
        """A record of the pipeline, seen at `now` (wall clock)."""
        match record:
            case Mention() if record.post.id == self.drill.root:
                self._pass("understood", "", now)
            case Signal() if self._about(record):
                self._pass("noticed", f"{record.kind.value}, {record.observed:g}", now)
            case Notification() if any(self._about(signal) for signal in record.incident.signals):
                self.incident = record.incident.id
                self._pass("decided", record.incident.severity.value, now)
                early, self._early = self._early, []
                for each in early:
                    self.take(each, now)
            case Delivery() | Ack() | Snooze() if self.incident is None:
                self._early.append(record)
            case Delivery() | Ack() | Snooze() if record.incident == self.incident:
                self._reached(record, now)
            case _:
                pass

    def _reached(self, record: Delivery | Ack | Snooze, now: datetime) -> None:
        if isinstance(record, Delivery):
            if record.outcome not in (Outcome.WITHHELD, Outcome.SUPERSEDED):
                self._delivered(record, now)
        elif self.acknowledged_s is None:
            self.acknowledged_s = (now - self.began).total_seconds()
            self._pass("acknowledged", record.by, now)

    def _delivered(self, delivery: Delivery, now: datetime) -> None:
        sent = delivery.outcome is Outcome.SENT
        self.told += sent
        whom = delivery.recipient.partition(":")[2] or delivery.channel
        self._pass(
            "told" if sent else "failed", whom if whom == delivery.channel else f"{whom}, {delivery.channel}", now
        )

    def _about(self, signal: Signal) -> bool:
        return any(driver.post_id == self.drill.root for driver in signal.evidence.drivers)

    def _pass(self, milestone: str, name: str, now: datetime) -> None:
        key = f"{milestone} {name}" if milestone in ("told", "failed") else milestone
        if key not in self._passed:
            self._passed.add(key)
            self.say(milestone, name, (now - self.began).total_seconds())


def closing(drilled: Drill, incident: str, now: datetime) -> Resolve:
    """What ends the exercise for everybody who was told of it."""
    return Resolve(
        id=digest("drill", drilled.run, "over"),
        brand=drilled.brand,
        incident=incident,
        by="tocsin drill",
        via="drill",
        at=now,
        note="end of the exercise",
    )

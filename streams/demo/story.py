"""The demo's script: a seeded, varied week of a fictional brand, as posts and shares in the order they are seen.

Ordinary days, then a wave of complaints, a viral post, trolls who paste one text, an enthusiastic counter-wave, and
a calm end. Another seed is another cause, hour, size and course. Pure: the same seed gives the same story.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from models.records import Author, Post, Share, ShareKind, digest
from streams.demo import texts
from streams.demo.texts import Crisis

HISTORY_DAYS: Final = 7
MONDAY: Final = datetime(2026, 3, 2, tzinfo=UTC)
DAY_SHAPE: Final = (2, 1, 1, 1, 1, 2, 4, 7, 9, 8, 8, 9, 11, 10, 8, 8, 9, 11, 12, 12, 11, 9, 6, 4)
"""Posts by hour of day, relative: a French day, read off nobody's data."""
COMPLAINTS_DECAY_S: Final = 4_200.0
SOURCE: Final = "demo"
NETWORKS: Final = ("chirp", "chirp", "chirp", "forum", "reviews")


@dataclass(frozen=True, slots=True)
class Plot:
    """What the seed decided. Times are UTC; `scale` is the height of the wave, in complaints an hour at its peak."""

    seed: int
    crisis: Crisis
    onset: datetime
    viral_at: datetime
    trolls_at: datetime
    praise_at: datetime
    end: datetime
    daily: float
    scale: float
    french: float
    viral_followers: int
    viral_shares: int
    trolls: int


Event = Post | Share


def plot(seed: int) -> Plot:
    """Decides the course of the story."""
    rng = random.Random(seed)
    onset = MONDAY + timedelta(days=HISTORY_DAYS, hours=rng.randint(8, 17), minutes=rng.randint(0, 59))
    viral_at = onset + timedelta(minutes=rng.uniform(15, 70))
    trolls_at = onset + timedelta(minutes=rng.uniform(80, 150))
    return Plot(
        seed=seed,
        crisis=rng.choice(texts.CRISES),
        onset=onset,
        viral_at=viral_at,
        trolls_at=trolls_at,
        praise_at=trolls_at + timedelta(minutes=rng.uniform(30, 60)),
        end=onset + timedelta(hours=14),
        daily=rng.uniform(110, 190),
        scale=rng.uniform(160, 340),
        french=rng.uniform(0.55, 0.85),
        viral_followers=int(rng.lognormvariate(math.log(9_000), 0.9)),
        viral_shares=rng.randint(500, 1_300),
        trolls=rng.randint(9, 22),
    )


def story(plot: Plot) -> list[Event]:
    """All posts and shares, sorted by the time they were seen."""
    writer = _Writer(plot)
    events: list[Event] = [
        *writer.ordinary(),
        *writer.complaints(),
        *writer.viral(),
        *writer.trolls(),
        *writer.praise(),
    ]
    return sorted(events, key=lambda e: (e.seen_at, e.id))


def moments(plot: Plot) -> Iterator[datetime]:
    """When the log's clock ticks: each quarter of an hour on ordinary days, each half minute once it begins."""
    at = MONDAY
    while at < plot.end:
        at += timedelta(minutes=15) if at < plot.onset - timedelta(minutes=30) else timedelta(seconds=30)
        yield at


class _Writer:
    """Writes the story; every part has its own stream of chance, so that one does not disturb the others."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot

    def _rng(self, part: str) -> random.Random:
        return random.Random(f"{self._plot.seed}/{part}")

    def ordinary(self) -> Iterator[Event]:
        """The brand's everyday: as many posts on something else as on the brand."""
        rng = self._rng("ordinary")
        per_hour = self._plot.daily / sum(DAY_SHAPE)
        hours = int((self._plot.end - MONDAY).total_seconds() // 3600)
        for hour in range(hours):
            start = MONDAY + timedelta(hours=hour)
            expected = per_hour * DAY_SHAPE[start.hour] * rng.lognormvariate(0, 0.25)
            for kind in ("brand", "noise"):
                for n in range(_poisson(rng, expected)):
                    at = start + timedelta(seconds=rng.uniform(0, 3600))
                    yield self._post(rng, f"ordinary/{hour}/{kind}/{n}", at, self._everyday(rng, kind))

    def _everyday(self, rng: random.Random, kind: str) -> str:
        if kind == "noise":
            return self._pick(rng, texts.NOISE_FR, texts.NOISE_EN)
        return self._pick(rng, texts.ORDINARY_FR, texts.ORDINARY_EN)

    def complaints(self) -> Iterator[Event]:
        """The wave: rises within the first hour, then ebbs (a gamma-shaped rate over minutes)."""
        rng = self._rng("complaints")
        for minute in range(int((self._plot.end - self._plot.onset).total_seconds() // 60)):
            age = (minute * 60 + 30) / COMPLAINTS_DECAY_S
            rate = self._plot.scale / 60 * age * math.exp(1 - age)
            for n in range(_poisson(rng, rate)):
                at = self._plot.onset + timedelta(minutes=minute, seconds=rng.uniform(0, 60))
                yield self._post(rng, f"complaint/{minute}/{n}", at, self._complaint(rng))

    def _complaint(self, rng: random.Random) -> str:
        crisis = self._plot.crisis
        if rng.random() < 0.08:
            question = self._pick(rng, texts.WORRIED_FR, texts.WORRIED_EN)
            return question.replace("{tf}", crisis.topic_fr).replace("{te}", crisis.topic_en)
        french = rng.random() < self._plot.french
        opener = rng.choice(texts.OPENERS_FR if french else texts.OPENERS_EN)
        body = rng.choice(crisis.complaints_fr if french else crisis.complaints_en)
        closer = rng.choice(texts.CLOSERS_FR if french else texts.CLOSERS_EN)
        return self._fill(rng, opener + body + closer, french)

    def viral(self) -> Iterator[Event]:
        """One post whose reshares beget reshares, each after a heavy-tailed delay of a quarter of an hour or so."""
        rng = self._rng("viral")
        author = Author(id="demo:viral", handle="camille_roule", followers=self._plot.viral_followers)
        root = self._post(rng, "viral", self._plot.viral_at, self._plot.crisis.viral, author=author)
        yield root
        times = [0.0]
        while len(times) <= self._plot.viral_shares:
            parent = times[0] if rng.random() < 0.55 else rng.choice(times)
            times.append(parent + 60 * rng.lognormvariate(math.log(14), 1.2))
        for n, delay in enumerate(sorted(times)[1:]):
            at = root.created_at + timedelta(seconds=delay)
            if at < self._plot.end:
                yield self._share(rng, root, n, at)

    def _share(self, rng: random.Random, root: Post, n: int, at: datetime) -> Share:
        author = Author(
            id=f"demo:sharer:{n}", handle=_handle(rng, n), followers=int(rng.lognormvariate(math.log(180), 1.6))
        )
        return Share(
            id=f"{SOURCE}:share:{self._plot.seed}:{n}",
            root_id=root.id,
            author=author,
            created_at=at,
            seen_at=at,
            kind=ShareKind.LIKE if rng.random() < 0.2 else ShareKind.RESHARE,
            network=root.network,
            source=SOURCE,
        )

    def trolls(self) -> Iterator[Event]:
        """A few young accounts without followers paste one text, with the gaps of a machine."""
        rng = self._rng("trolls")
        gap = rng.uniform(9, 20)
        for n in range(self._plot.trolls * 6):
            account = n % self._plot.trolls
            author = Author(
                id=f"demo:troll:{account}",
                handle=f"user{70_000 + 37 * account}",
                followers=account % 3,
                created_at=self._plot.onset - timedelta(days=2 + account % 5),
            )
            at = self._plot.trolls_at + timedelta(seconds=n * gap)
            yield self._post(rng, f"troll/{n}", at, self._plot.crisis.troll, author=author)

    def praise(self) -> Iterator[Event]:
        """Those who love the brand speak up, louder than usual, until it is over."""
        rng = self._rng("praise")
        for n in range(int(self._plot.scale * rng.uniform(0.3, 0.6))):
            at = self._plot.praise_at + timedelta(minutes=rng.gammavariate(2.0, 35.0))
            if at >= self._plot.end:
                continue
            yield self._post(rng, f"praise/{n}", at, self._pick(rng, texts.PRAISE_FR, texts.PRAISE_EN))

    def _pick(self, rng: random.Random, french: tuple[str, ...], english: tuple[str, ...]) -> str:
        speaks_french = rng.random() < self._plot.french
        return self._fill(rng, rng.choice(french if speaks_french else english), speaks_french)

    def _fill(self, rng: random.Random, template: str, french: bool) -> str:
        slots = {
            "{p}": rng.choice(texts.PRODUCTS),
            "{c}": rng.choice(texts.CITIES),
            "{n}": str(rng.randint(2, 9)),
            "{d}": rng.choice(texts.DAYS_FR if french else texts.DAYS_EN),
        }
        for slot, value in slots.items():
            template = template.replace(slot, value)
        return template

    def _post(self, rng: random.Random, part: str, at: datetime, text: str, *, author: Author | None = None) -> Post:
        name = digest(self._plot.seed, part)[:16]
        if author is None:
            number = rng.randrange(40_000)
            followers = int(rng.lognormvariate(math.log(150), 1.4))
            author = Author(id=f"demo:{number}", handle=_handle(rng, number), followers=followers)
        return Post(
            id=f"{SOURCE}:{name}",
            source=SOURCE,
            network=rng.choice(NETWORKS),
            author=author,
            text=text,
            created_at=at,
            seen_at=at,
            url=f"https://demo.example/p/{name}",
        )


_NAMES: Final = (
    "lea",
    "tom",
    "nina",
    "hugo",
    "ines",
    "sam",
    "zoe",
    "karim",
    "julie",
    "max",
    "anna",
    "yann",
    "kate",
    "liam",
)
_TAILS: Final = ("velo", "rider", "69", "_fr", "pop", "bike", "lyon", "x", "vert", "ldn", "moi", "2r")


def _handle(rng: random.Random, number: int) -> str:
    return f"{rng.choice(_NAMES)}{rng.choice(_TAILS)}{number % 1000}"


def _poisson(rng: random.Random, mean: float) -> int:
    """A Poisson draw by Knuth's product of uniforms; means here are below 60."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count

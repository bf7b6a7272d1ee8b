"""Mentions of fictional brands, for tests of positions and reports."""

from datetime import UTC, datetime, timedelta

from models.position.figures import Period
from models.records import Author, Mention, Post, Risk, Sentiment, digest

PERIOD = Period(datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC))
_SENTIMENTS = {
    "negative": Sentiment(negative=0.8, neutral=0.1, positive=0.1),
    "neutral": Sentiment(negative=0.1, neutral=0.8, positive=0.1),
    "positive": Sentiment(negative=0.1, neutral=0.1, positive=0.8),
}


def mention(
    number: int,
    label: str = "neutral",
    *,
    brand: str = "acme",
    day: float = 1.0,
    author: str | None = None,
    followers: int | None = 100,
    story: str | None = None,
    wording: str = "",
    topic: str | None = None,
    network: str = "bluesky",
    language: str = "en",
    text: str | None = None,
    url: str | None = None,
) -> Mention:
    """`day` counts from the beginning of the period: negative ones lie in the period before."""
    at = PERIOD.since + timedelta(days=day)
    name = f"author{number}" if author is None else author
    post = Post(
        id=f"post:{number}",
        source="test",
        network=network,
        author=Author(id=name, handle="" if name.startswith("unknown:") else name, followers=followers),
        text=f"Post number {number} about {brand}." if text is None else text,
        created_at=at,
        seen_at=at,
        url=f"https://social.example/{number}" if url is None else url,
    )
    return Mention(
        id=digest("mention", post.id, brand),
        post=post,
        brand=brand,
        sentiment=_SENTIMENTS[label],
        language=language,
        story=f"story{number}" if story is None else story,
        model="given",
        risk=None if topic is None else Risk(topic=topic, score=0.9),
        wording=wording,
    )


def mentions(count: int, negative: int, *, day: float = 1.0, brand: str = "acme", first: int = 0) -> list[Mention]:
    """`count` mentions by as many people, of which the first `negative` are."""
    return [mention(first + n, "negative" if n < negative else "neutral", day=day, brand=brand) for n in range(count)]

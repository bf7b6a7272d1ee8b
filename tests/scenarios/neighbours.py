"""Stand-ins for the stages around the spike detector: what they would say is given with each post."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.records import Mention, Post, Risk, Sentiment, Topic, digest
from models.stage import Emit, Transformed, mentioned
from streams.parts import spikes
from streams.topology import Stage

NEUTRAL = Sentiment(negative=0.1, neutral=0.8, positive=0.1)
NEGATIVE = Sentiment(negative=0.9, neutral=0.1, positive=0.0)


def mention(post: Post, brand: str, *, story: str | None = None, risk: Risk | None = None) -> Mention:
    """The post as a mention of `brand`, with the sentiment that it came with."""
    return Mention(
        id=digest("mention", post.id, brand),
        post=post,
        brand=brand,
        sentiment=post.known_sentiment or NEUTRAL,
        language=post.language or "en",
        story=digest("story", post.text) if story is None else story,
        model="known",
        risk=risk,
    )


class KnownUnderstand:
    """Every post mentions the brands that are known of it."""

    def __call__(self, records: Sequence[Post], now: datetime) -> Transformed:
        outputs: list[Sequence[Emit]] = []
        for post in records:
            emits = [emit for brand in post.known_brands or () for emit in mentioned(mention(post, brand))]
            outputs.append(emits)
        return Transformed(outputs)


def known_stages() -> tuple[Stage, ...]:
    """Understanding as given, then the real spike detector."""
    understand: Any = lambda parts: KnownUnderstand()  # noqa: E731
    return (
        Stage("understand", Topic.POSTS, (Topic.MENTIONS, Topic.SPREAD), understand),
        Stage("spikes", Topic.MENTIONS, (Topic.INCIDENT_EVENTS,), spikes),
    )

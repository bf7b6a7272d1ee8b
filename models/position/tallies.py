"""What is kept of mentions while they are counted: sentiment, authors, stories; each with a bound."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from models.distinct import Distinct, key64
from models.position.figures import Part, Person, Standing, Story
from models.proportion import interval
from models.records import UNKNOWN, Mention
from models.spikes.explain import excerpt

AUTHORS: Final = 100_000
SHOWN: Final = 5


class Count:
    """Mentions by sentiment, and their wordings."""

    __slots__ = ("adverse", "at_risk", "mentions", "negative", "neutral", "positive", "texts")

    def __init__(self, kept: int = 1 << 12) -> None:
        self.mentions = self.negative = self.neutral = self.positive = self.at_risk = self.adverse = 0
        self.texts = Distinct(kept)

    def add(self, mention: Mention, label: str, wording: int) -> None:
        self.mentions += 1
        self.negative += label == "negative"
        self.neutral += label == "neutral"
        self.positive += label == "positive"
        self.at_risk += mention.risk is not None
        self.adverse += mention.adverse
        self.texts.add(wording)

    def part(self, count: int) -> Part:
        if not self.mentions:
            return Part(count)
        share = count / self.mentions
        texts = min(len(self.texts), self.mentions)
        low, high = interval(share * texts, texts)
        return Part(count, round(share, 4), (round(low, 4), round(high, 4)))


class _Author:
    __slots__ = ("followers", "mentions", "negative", "network", "positive", "shown")

    def __init__(self) -> None:
        self.shown = self.network = ""
        self.followers: int | None = None
        self.mentions = self.negative = self.positive = 0

    def add(self, mention: Mention, label: str) -> None:
        author = mention.post.author
        # Whoever changed their name meanwhile goes by the same one, in whatever order the posts came.
        self.shown, self.network = max((self.shown, self.network), (author.shown, mention.post.network))
        self.followers = _more(self.followers, author.followers)
        self.mentions += 1
        self.negative += label == "negative"
        self.positive += label == "positive"

    def weight(self, count: int) -> float:
        """By number and audience, both on a logarithmic scale: neither one star nor one chatterbox is everything."""
        return math.log2(1 + count) * (1 + math.log10(1 + max(self.followers or 0, 0)))

    def person(self) -> Person:
        return Person(
            author=self.shown,
            network=self.network,
            followers=self.followers,
            mentions=self.mentions,
            negative=self.negative,
            positive=self.positive,
        )


class Told:
    __slots__ = ("best", "count", "first_at", "key", "topics", "voices")

    def __init__(self) -> None:
        self.count = Count()
        self.voices = Distinct(1 << 12)
        self.topics: dict[str, int] = {}
        self.best: tuple[int, float, str] | None = None
        self.key: Mention | None = None
        self.first_at: datetime | None = None

    def add(self, mention: Mention, label: str, wording: int, author: int) -> None:
        post = mention.post
        self.count.add(mention, label, wording)
        self.voices.add(author)
        if mention.risk is not None:
            one_more(self.topics, mention.risk.topic)
        if self.first_at is None or post.created_at < self.first_at:
            self.first_at = post.created_at
        followers = -1 if post.author.followers is None else post.author.followers
        rank = (followers, -post.created_at.timestamp(), mention.id)
        if self.best is None or rank > self.best:
            self.best, self.key = rank, mention

    def story(self, name: str) -> Story:
        assert self.key is not None and self.first_at is not None, "a story has a mention"
        post = self.key.post
        return Story(
            story=name,
            voices=len(self.voices),
            mentions=self.count.mentions,
            negative=self.count.part(self.count.negative),
            first_at=self.first_at,
            excerpt=excerpt(post.text),
            author=post.author.shown,
            network=post.network,
            at=post.created_at,
            url=post.url,
            followers=post.author.followers,
            sentiment=self.key.sentiment.label,
            topic=min(self.topics, key=lambda topic: (-self.topics[topic], topic), default=None),
        )


class _Crowd:
    """Who spoke in one period: everybody is counted, and those with names are known one by one."""

    def __init__(self) -> None:
        self.distinct = Distinct()
        self.unnamed = 0
        self._named: dict[int, _Author] = {}
        self._elsewhere: int | None = None
        """The followers of those who are not kept one by one."""

    def add(self, mention: Mention, label: str, author: int) -> None:
        self.distinct.add(author)
        if mention.post.author.id.startswith(UNKNOWN):
            self.unnamed += 1
            self._elsewhere = _sum(self._elsewhere, mention.post.author.followers)
            return
        known = self._named.get(author)
        if known is None:
            known = self._named[author] = _Author()
        known.add(mention, label)
        if len(self._named) > AUTHORS:
            self._cut()

    def _cut(self) -> None:
        ranked = sorted(self._named.items(), key=lambda item: (-item[1].weight(item[1].mentions), item[0]))
        self._named = dict(ranked[: AUTHORS // 2])
        for _, author in ranked[AUTHORS // 2 :]:
            self._elsewhere = _sum(self._elsewhere, author.followers)

    @property
    def reach(self) -> int | None:
        reach = self._elsewhere
        for author in self._named.values():
            reach = _sum(reach, author.followers)
        return reach

    def critics(self) -> tuple[Person, ...]:
        return self._first((a, a.negative) for a in self._named.values() if a.negative > a.positive)

    def advocates(self) -> tuple[Person, ...]:
        return self._first((a, a.positive) for a in self._named.values() if a.positive > a.negative)

    def _first(self, weighed: Iterable[tuple[_Author, int]]) -> tuple[Person, ...]:
        ranked = sorted(weighed, key=lambda each: (-each[0].weight(each[1]), each[0].shown, each[0].network))
        return tuple(author.person() for author, _ in ranked[:SHOWN])


class Voice:
    """What was said of the brand in one period."""

    def __init__(self) -> None:
        self.count = Count(1 << 16)
        self.crowd = _Crowd()
        self.stories = Distinct()

    def add(self, mention: Mention, label: str, wording: int, author: int) -> None:
        self.count.add(mention, label, wording)
        self.crowd.add(mention, label, author)
        self.stories.add(key64(mention.story))

    def standing(self) -> Standing:
        count = self.count
        return Standing(
            mentions=count.mentions,
            authors=min(len(self.crowd.distinct), count.mentions),
            unnamed=self.crowd.unnamed,
            stories=min(len(self.stories), count.mentions),
            texts=min(len(count.texts), count.mentions),
            reach=self.crowd.reach,
            negative=count.part(count.negative),
            neutral=count.part(count.neutral),
            positive=count.part(count.positive),
            at_risk=count.part(count.at_risk),
            adverse=count.part(count.adverse),
        )


def one_more(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _more(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other

"""Post → mentions: which brands a post names, in which language and tone, how dangerous, and as part of which story."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Final, Protocol

from models.matching.evaluation import DetectLanguage, Matchable
from models.phrases import phrases
from models.records import Mention, Post, PostKind, Risk, Sentiment, Share, ShareKind, Topic, digest
from models.sentiment.classifier import Classifier
from models.stage import Emit, Transformed, mentioned
from models.stories import story_of, wording_of

GIVEN: Final = "given"
"""The `model` of a mention whose sentiment the source knew."""

_SPREADS: Final = {PostKind.QUOTE: ShareKind.QUOTE, PostKind.REPLY: ShareKind.REPLY}


class BrandMatcher(Protocol):
    def match(self, posts: Sequence[Matchable], detect: DetectLanguage) -> Sequence[tuple[str, ...]]: ...


JudgeRisk = Callable[[str, str], Risk | None]


class Understand:
    """The stage `understand`, as a `Transform`: only posts that name a brand are classified, each text once."""

    def __init__(
        self, matcher: BrandMatcher, classifier: Classifier, detect_language: DetectLanguage, judge_risk: JudgeRisk
    ) -> None:
        self._matcher: Final = matcher
        self._classifier: Final = classifier
        self._detect_language: Final = detect_language
        self._judge_risk: Final = judge_risk

    def __call__(self, records: Sequence[Post], now: datetime) -> Transformed:  # noqa: ARG002 (nothing here ages)
        # Asked by queries with `lang:` and for every mention: within a batch, a text has one language.
        detect = cache(self._detect_language)
        brands = self._brands(records, detect)
        named = [post for post, names in zip(records, brands, strict=True) if names]
        sentiments = self._sentiments(named)
        return Transformed(
            [
                [*_spread(post), *self._mentions(post, names, sentiments, detect)]
                for post, names in zip(records, brands, strict=True)
            ]
        )

    def _brands(self, posts: Sequence[Post], detect: DetectLanguage) -> list[tuple[str, ...]]:
        """What the source knows wins; all other posts are matched in one call."""
        matched = iter(self._matcher.match([post for post in posts if post.known_brands is None], detect))
        return [
            next(matched) if post.known_brands is None else tuple(dict.fromkeys(post.known_brands)) for post in posts
        ]

    def _sentiments(self, posts: Iterable[Post]) -> dict[str, Sentiment]:
        """The sentiment of every distinct text that needs one, from one call."""
        texts = list(dict.fromkeys(post.text for post in posts if post.known_sentiment is None))
        return dict(zip(texts, self._classifier(texts), strict=True)) if texts else {}

    def _mentions(
        self, post: Post, brands: Sequence[str], sentiments: dict[str, Sentiment], detect: DetectLanguage
    ) -> list[Emit]:
        if not brands:
            return []
        language = detect(post.text, post.language)
        given = post.known_sentiment
        risk = self._judge_risk(post.text, language)
        story, wording = story_of(post), wording_of(post)
        mentions = (
            Mention(
                id=digest("mention", post.id, brand),
                post=post,
                brand=brand,
                sentiment=sentiments[post.text] if given is None else given,
                language=language,
                story=story,
                model=self._classifier.name if given is None else GIVEN,
                risk=risk,
                wording="" if wording == story else wording,
            )
            for brand in brands
        )
        return [emit for mention in mentions for emit in mentioned(mention)]


def _spread(post: Post) -> list[Emit]:
    """A quote or a reply spreads the post it belongs to, whether or not it names a brand."""
    root = post.root_id or post.parent_id
    if post.kind not in _SPREADS or not root or root == post.id:
        return []
    share = Share(
        id=digest("share", post.id),
        root_id=root,
        author=post.author,
        created_at=post.created_at,
        seen_at=post.seen_at,
        kind=_SPREADS[post.kind],
        network=post.network,
        source=post.source,
        # A quote of a quote was made from a share, and names it as such; the root keeps its own name.
        parent_id=digest("share", post.parent_id) if post.parent_id and post.parent_id != root else root,
        published_at=post.published_at,
        phrases=phrases(post.text),
    )
    return [Emit(Topic.SPREAD, root, share)]

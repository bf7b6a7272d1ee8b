"""Post → mentions: which brands a post names, in which language and tone, how dangerous, and as part of which story."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final, Protocol

from models.matching.evaluation import DetectLanguage, Matchable
from models.matching.words import Spell, spell
from models.phrases import phrases
from models.records import Mention, Post, PostKind, Risk, Sentiment, Share, ShareKind, Topic, digest
from models.sentiment.classifier import Answer, Classifier, answers
from models.stage import Emit, Transformed, mentioned
from models.stories import Told
from models.target.line import Span
from models.target.mentions import Named, Towards

GIVEN: Final = "given"
"""The `model` of a mention whose sentiment the source knew."""

_SPREADS: Final = {PostKind.QUOTE: ShareKind.QUOTE, PostKind.REPLY: ShareKind.REPLY}


class BrandMatcher(Protocol):
    def match(self, posts: Sequence[Matchable], detect: DetectLanguage, spell: Spell) -> Sequence[tuple[str, ...]]: ...

    def spans(self, text: str, brand: str) -> Sequence[Span]: ...


JudgeRisk = Callable[[str, str, Risk | None, Spell], Risk | None]
"""(text, language, what the classifier read, how texts are spelled) → the risk of a post."""


class _Once:
    """What several ask of a text, found once within a batch: its language, and how it is spelled."""

    def __init__(self, detect_language: DetectLanguage) -> None:
        self.detect: Final = cache(detect_language)
        self.spell: Final = cache(spell)


class Understand:
    """The stage `understand`, as a `Transform`: only posts that name a brand are classified, each text once.

    Where a post may mean something else for a brand than on the whole, the clauses that decide are classified too, in
    one more call for the batch.
    """

    def __init__(
        self,
        matcher: BrandMatcher,
        classifier: Classifier,
        detect_language: DetectLanguage,
        judge_risk: JudgeRisk,
        *,
        watched: Container[str] | None = None,
    ) -> None:
        """`watched`: the brands that a source may name; None: any. Each that it names is remembered from then on."""
        self._matcher: Final = matcher
        self._classifier: Final = classifier
        self._detect_language: Final = detect_language
        self._judge_risk: Final = judge_risk
        self._watched: Final = watched
        self._towards: Final = Towards(matcher.spans, classifier)

    def __call__(self, records: Sequence[Post], now: datetime) -> Transformed:  # noqa: ARG002 (nothing here ages)
        once = _Once(self._detect_language)
        brands = self._brands(records, once)
        read = self._read(records, brands)
        named = [
            None if answer is None else Named(post.text, names, answer.sentiment)
            for post, names, answer in zip(records, brands, read, strict=True)
        ]
        sentiments = self._towards([each for each in named if each is not None])
        return Transformed(
            [
                [*_spread(post), *self._mentions(post, names, answer, {} if each is None else sentiments[each], once)]
                for post, names, answer, each in zip(records, brands, read, named, strict=True)
            ]
        )

    def _brands(self, posts: Sequence[Post], once: _Once) -> list[tuple[str, ...]]:
        """What the source knows wins, where it speaks of brands that are watched; all other posts are matched in one
        call."""
        known = [self._known(post) for post in posts]
        asked = [post for post, names in zip(posts, known, strict=True) if names is None]
        matched = iter(self._matcher.match(asked, once.detect, once.spell))
        return [next(matched) if names is None else names for names in known]

    def _known(self, post: Post) -> tuple[str, ...] | None:
        """The brands that the source says the post is on; None where it does not, or means others than ours."""
        if post.known_brands is None:
            return None
        named = tuple(dict.fromkeys(post.known_brands))
        watched = named if self._watched is None else tuple(name for name in named if name in self._watched)
        return watched if watched or not named else None

    def _read(self, posts: Sequence[Post], brands: Sequence[tuple[str, ...]]) -> list[Answer | None]:
        """The answer to each post's text, every distinct text from one call; None where none is needed."""
        needed = [bool(names) and post.known_sentiment is None for post, names in zip(posts, brands, strict=True)]
        texts = list(dict.fromkeys(post.text for post, need in zip(posts, needed, strict=True) if need))
        found = dict(zip(texts, answers(self._classifier, texts), strict=True)) if texts else {}
        return [found[post.text] if need else None for post, need in zip(posts, needed, strict=True)]

    def _mentions(
        self,
        post: Post,
        brands: Sequence[str],
        answer: Answer | None,
        differing: Mapping[str, Sentiment],
        once: _Once,
    ) -> list[Emit]:
        whole = post.known_sentiment if answer is None else answer.sentiment
        if whole is None or not brands:
            return []
        language = once.detect(post.text, post.language)
        risk = self._judge_risk(post.text, language, None if answer is None else answer.risk, once.spell)
        told = Told(post)
        story, wording = told.story, told.wording
        mentions = (
            Mention(
                id=digest("mention", post.id, brand),
                post=post,
                brand=brand,
                sentiment=differing.get(brand, whole),
                language=language,
                story=story,
                model=GIVEN if answer is None else self._classifier.name,
                risk=risk,
                wording=wording,
                post_sentiment=whole if brand in differing else None,
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

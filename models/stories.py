"""Which story a post tells: posts that pass on one link, quote one post or copy one text tell the same.

A pure function of the post, since `understand` remembers nothing. What the text says is kept apart (`wording`): five
hundred people who comment on one article in their own words tell one story, and are five hundred voices.
"""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Final

from models.links import canonical, links, tells
from models.records import Post, PostKind, digest
from models.sentiment.classifier import clean

OWN_WORDS: Final = 15
"""With fewer letters than this a text says too little to be recognised by it."""
REMARK: Final = 40
"""With fewer letters than this a text beside a link is a remark on it; headlines have more."""
AMONG: Final = 8
KEPT: Final = 32
"""A text is known by 32 letters that begin with one of its first 8 words: the one with the smallest hash, wherever it
stands (an anchor, as in content-defined chunking: Muthitacharoen, Chen and Mazieres 2001). What is cut off or added
at the end, a remark put before, or a word changed elsewhere, seldom makes another text of it."""
_ANCHOR: Final = 4
"""Shorter words than this stand everywhere, and make no anchor."""
_RESHARED: Final = re.compile(r"\b(?:RT|MT|HT)\s*:?\s*@user\s*:?\s*")
_EDGE: Final = r"(?:[@#]\w+|\bhttp\b|\b(?:via|cc|RT|par|by)(?=\s+@)|[^\w@#])+"
_LEADING: Final = re.compile(f"^{_EDGE}")
_TRAILING: Final = re.compile(f"(?:(?<=\\W)|(?<=^)){_EDGE}$")
_NAMES: Final = re.compile(r"@user|\bhttp\b")
_SIGNS: Final = re.compile(r"[\W_]+")


class Told:
    """What a post tells, read from it once: its stories and its wording, all by the same letters and the same link."""

    def __init__(self, post: Post) -> None:
        self._post: Final = post
        self._words: Final = letters(post.text)
        self._said: Final = "".join(self._words)
        self._link: Final = _link(post)

    @property
    def story(self) -> str:
        """The id of the story: of the post that it quotes; else of its text, or of its link where it says little about
        it; else its own.
        """
        root = self._post.root_id or self._post.parent_id
        if self._post.kind is PostKind.QUOTE and root:
            return story_of_post(root)
        linked, written = self._linked(), self._written()
        if linked is not None and (written is None or len(self._said) < REMARK):
            return linked
        return written or linked or story_of_post(root or self._post.id)

    @property
    def stories(self) -> tuple[str, ...]:
        """All stories that the post tells, its own first: of its text, of its link, and the one that its quotes tell.

        Incidents fold on any of them: of two copies of a headline, one may have lost its link, or have another paper's.
        """
        every = (self.story, self._written(), self._linked(), story_of_post(self._post.id))
        return tuple(dict.fromkeys(each for each in every if each is not None))

    @property
    def wording(self) -> str:
        """An id of how the post says it: the same letters share it, whatever they link to; else its link's; else its
        own.

        Stricter than the story, for it decides whose voice counts: complaints that begin alike are still complaints.
        """
        if len(self._said) >= OWN_WORDS:
            return digest("wording", "text", self._said)
        return digest("wording", "post", self._post.id) if self._link is None else digest("wording", "link", self._link)

    def _written(self) -> str | None:
        """The story that the text tells, whatever it links to or quotes; None of one that says too little."""
        key = anchored(self._words)
        return digest("story", "text", key) if len(key) >= OWN_WORDS else None

    def _linked(self) -> str | None:
        """The story of what the post passes on; a front page or a shortener is better than nothing to say.

        None where it links to nothing, or where its text says more than such a link.
        """
        if self._link is None or (not tells(self._link) and len(self._said) >= OWN_WORDS):
            return None
        return digest("story", "link", self._link)


def story_of_post(post_id: str) -> str:
    """The story of what is only known by its id: a post that others quote.

    >>> story_of_post("x:1") == story_of_post("x:1")
    True
    """
    return digest("story", "post", post_id)


def letters(text: str) -> list[str]:
    """What of a text is compared, word by word: letters and digits, without case, accents, names, links, and without
    what was put around it.

    >>> letters("RT @lea: “Où est mon colis ?” 😡 via @acme #acme https://t.example/x")
    ['ou', 'est', 'mon', 'colis']
    >>> letters("#boycott #acme")
    ['boycott', 'acme']
    """
    said = clean(text)
    for mark in _RESHARED.finditer(said):
        if len("".join(_folded(said[mark.end() :]))) >= OWN_WORDS:
            said = said[mark.end() :]
            break
    return _folded(_TRAILING.sub("", _LEADING.sub("", said))) or _folded(said)


def anchored(words: Sequence[str], among: int = AMONG, kept: int = KEPT) -> str:
    """The `kept` letters of a text by which it is known; all of them where it has no more."""
    said = "".join(words)
    best, at = (1 << 32, 0), 0
    for word in words[:among]:
        if len(word) >= _ANCHOR and len(said) - at >= kept:
            best = min(best, (zlib.crc32(word.encode("utf-8", "replace")), at))
        at += len(word)
    return said[best[1] : best[1] + kept]


def _folded(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", _NAMES.sub(" ", text)).casefold()
    plain = "".join(c for c in bare if not unicodedata.combining(c))
    return [word for part in plain.split() if (word := _SIGNS.sub("", part))]


def _link(post: Post) -> str | None:
    """What the post passes on: an article's own address, else the first link in the text that tells a story."""
    if post.kind is PostKind.ARTICLE and post.url:
        return canonical(post.url)
    found = [canonical(link) for link in links(post.text)]
    return next((link for link in found if tells(link)), found[0] if found else None)

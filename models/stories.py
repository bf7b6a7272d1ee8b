"""Which story a post tells: copies of a text, and posts that only pass on a link, tell the same one."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from models.records import Post, digest
from models.sentiment.classifier import clean

_LINK: Final = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
_ASIDE: Final = re.compile(r"@user|\bhttp\b|[\W_]+")
_OWN_WORDS: Final = 15
"""With fewer letters than this a text says too little to be recognised by it."""
_TRACKING: Final = re.compile(r"utm_\w+|fbclid|gclid|igshid|mc_[ce]id|ref|ref_src|s|si|xtor", re.IGNORECASE)


def story_of(post: Post) -> str:
    """The id of the story: of the text without case, signs, names and links; else of its first link; else its own."""
    letters = _ASIDE.sub("", clean(post.text).lower())
    if len(letters) >= _OWN_WORDS:
        return digest("story", "text", letters)
    link = _LINK.search(post.text)
    if link is not None:
        return digest("story", "link", canonical(link.group()))
    return digest("story", "post", post.id)


def canonical(link: str) -> str:
    """One spelling of a link: no scheme, `www.`, tracking parameters, fragment or final slash.

    >>> canonical("https://www.News.example/panne/?utm_source=x&id=4#top")
    'news.example/panne?id=4'
    """
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.")
        kept = [(key, value) for key, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(key)]
    except ValueError:  # a broken IPv6 address or port: the text of the link itself will do
        return link
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    return f"{host}{parts.path.rstrip('/')}{query}"

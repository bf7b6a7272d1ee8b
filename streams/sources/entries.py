"""Feed documents as raw posts: bytes in, entries out, whatever can be salvaged. Pure: feedparser is given no URL."""

import io
import re
from calendar import timegm
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from time import struct_time
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import feedparser

from models.records import digest
from streams import claims
from streams.ingest import RawAuthor, RawPost

MAX_ENTRIES: Final = 2_000
_MAX_MARKUP: Final = 100_000
_MARKUP: Final = frozenset({"text/html", "application/xhtml+xml"})
_SILENT: Final = frozenset({"script", "style", "template", "head", "svg", "math"})
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_NO_TAG: Final = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_TRACKING: Final = re.compile(r"utm_\w+|fbclid|gclid|mc_cid|mc_eid|at_medium|at_campaign|xtor", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `keys` are what it may be recognised by, in this feed or another."""

    keys: tuple[str, ...]
    raw: RawPost


@dataclass(frozen=True, slots=True)
class Document:
    """What a feed says. `problem` tells what is wrong with it; there may be entries all the same."""

    entries: Sequence[Entry]
    problem: str = ""


def read(body: bytes, url: str, content_type: str = "") -> Document:
    """The entries of an RSS, Atom or CDF document, in its order. Never raises: a broken one has a `problem`."""
    # Without `content-location`: feedparser would resolve ids against it, and make those of two feeds look the same.
    headers = {"content-type": content_type} if content_type else {}
    try:
        # A stream, and nothing else: feedparser would fetch what looks like an address and open what looks like a path.
        # Its cleaning of markup is slow, and of no use to text.
        found = feedparser.parse(
            io.BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
        entries = list(found.entries)[:MAX_ENTRIES]
        about = found.feed
    except Exception as error:  # a library at work on hostile bytes: whatever it raises is about them
        return Document([], _whole(f"{type(error).__name__}: {error}"[:300]))
    problem = f"{type(found.get('bozo_exception')).__name__}: {found.get('bozo_exception')}" if found.bozo else ""
    if not entries and not found.get("version"):
        problem = problem or "neither RSS nor Atom"
    links = Counter(link for each in entries if (link := _link(each, url)) is not None)
    return Document([_entry(each, about, url, links) for each in entries], _whole(problem[:300]))


def _entry(entry: Mapping[str, Any], about: Mapping[str, Any], feed_url: str, links: Mapping[str, int]) -> Entry:
    link = _link(entry, feed_url)
    # A link that several entries share is the site's, not theirs.
    own_link = link if link is not None and links[link] == 1 else None
    guid = claims.label(entry.get("id"), claims.MAX_ID)
    keys = []
    if own_link is not None:
        keys.append(canonical(own_link))
    if guid:
        keys.append(canonical(guid) if ":" in guid else f"{feed_url}#{guid}")
    text = _text(entry)
    if not keys:
        keys.append(digest("entry", feed_url, text))
    site = urlsplit(feed_url).hostname or feed_url
    author = claims.label(entry.get("author")) or claims.label(about.get("title")) or site
    raw = RawPost(
        id=keys[0],
        text=text,
        created_at=_time(entry),
        author=RawAuthor(id=f"{site}/{author}", name=author),
        kind="article",
        url=link,
        language=claims.language(entry.get("language") or about.get("language")),
    )
    return Entry(tuple(dict.fromkeys(keys)), raw)


def canonical(link: str) -> str:
    """A link without what does not change what it points at: scheme, fragment, tracking parameters.

    >>> canonical("http://News.example/a?utm_source=rss&id=7#top")
    'https://news.example/a?id=7'
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    if parts.scheme not in {"http", "https"}:
        return link
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    return urlunsplit(("https", parts.netloc.lower(), parts.path, urlencode(kept), ""))


def _link(entry: Mapping[str, Any], feed_url: str) -> str | None:
    """Where an entry leads. An id that stands in for the link counts only if it is an address."""
    claimed = entry.get("link")
    if not isinstance(claimed, str) or not claimed or len(claimed) > claims.MAX_URL:
        return None
    if entry.get("guidislink") and "://" not in claimed:
        return None
    try:
        return claims.link(urljoin(feed_url, claimed))
    except ValueError:
        return None


def _time(entry: Mapping[str, Any]) -> datetime | None:
    for name in ("published_parsed", "created_parsed", "updated_parsed"):
        # Plain dict access: feedparser's own would answer `updated` with `published`, and warn.
        parsed = dict.get(entry, name) if isinstance(entry, dict) else None
        if isinstance(parsed, struct_time):
            try:
                return datetime.fromtimestamp(timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _text(entry: Mapping[str, Any]) -> str:
    """Title and summary (or else content), each once."""
    title = _plain(entry.get("title_detail"))
    body = _plain(entry.get("summary_detail")) or _plain(next(iter(entry.get("content") or ()), None))
    if not title or body.startswith(title):
        return _whole(body)
    return _whole(f"{title}\n\n{body}" if body else title)


def _whole(text: str) -> str:
    """No longer than what is looked at, and without lone surrogates, which no encoding carries."""
    return text[: 2 * claims.MAX_TEXT + 1].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain(detail: object) -> str:
    if not isinstance(detail, Mapping):
        return ""
    value = detail.get("value")
    if not isinstance(value, str):
        return ""
    return text_of(value) if detail.get("type") in _MARKUP else value.strip()


def text_of(markup: str) -> str:
    """The text that a reader would see: no tags, no scripts, references resolved, blocks on lines of their own.

    >>> text_of("<p>Caf&eacute;<script>alert(1)</script></p><p>a &lt; b</p>")
    'Café\\na < b'
    """
    reader = _Reader()
    # A `<` that no `>` follows before the next `<` begins no tag. The parser would look for its end again and again, in
    # a time that is quadratic in the length of the rest.
    sound = _NO_TAG.sub("&lt;", _without_comments(markup[:_MAX_MARKUP]))
    try:
        reader.feed(sound)
        reader.close()
    except (AssertionError, ValueError):
        # The parser gives up on some malformed declarations: keep what it has read.
        return reader.text() or re.sub(r"<[^<>]*>", " ", sound).strip()
    return reader.text()


def _without_comments(markup: str) -> str:
    """Drops comments; one that is not closed goes on to the end."""
    kept = []
    rest = markup
    while rest:
        before, opened, inside = rest.partition("<!--")
        kept.append(before)
        rest = inside.partition("-->")[2] if opened else ""
    return "".join(kept)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _BLOCKS:
            self._parts.append("\n")
        elif tag == "img":
            self._parts.append(dict(attrs).get("alt") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        elif tag in _BLOCKS:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(data)

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._parts).split("\n"))
        return "\n".join(line for line in lines if line)

"""One spelling for each link, so that copies of it are recognised; pure, nothing is ever fetched."""

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

_LINK: Final = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
_MOST: Final = 8
"""More links than this in one post are a list, not a story."""
_CUT: Final = ("…", "...")
"""A link that ends like this was cut off with the text around it: it leads nowhere."""
_AFTER: Final = ".,;:!?…'’*_~"
_TRACKING: Final = re.compile(
    r"(?:utm|pk|mtm|matomo|hsa|at|oly|vero|wt|ns|mc|ga|cm)_\w+|wt\.\w+|_ga|_gl|__twitter_impression|_hs\w+|[a-z]{1,4}clid"
    r"|gclsrc|wbraid|gbraid|igshid?|ref|ref_?src|ref_?url|referrer|xtor|si|smid|smtyp|cmp(?:id)?|ito|ocid|ncid|sr_share"
    r"|mkt_tok|trk|feature|guccounter|guce_\w+|spm|share_id|shared?|soc_\w+|fb_\w+|amp|outputtype|ftag|taid|sref|partner",
    re.IGNORECASE,
)
_SMALL_SCREEN: Final = re.compile(r"^(?:www\d?|m|mobile|amp|old|touch)\.(?=[^.]+\.)")
_AMP_PATH: Final = re.compile(r"(?:^/amp(?=/))|(?:[/.]amp(?:\.html?)?$)|(?:(?<=/)amp(?:\.html?)?$)", re.IGNORECASE)
_INDEX: Final = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_CACHED: Final = re.compile(r"^/(?:amp/|[cvi]/)(?:s/)?(?=[^/]+\.)", re.IGNORECASE)
_VIDEO: Final = re.compile(r"^/(?:shorts|live|embed|v)/([\w-]{6,})")
_STATUS: Final = re.compile(r"^/(?:i/web|[^/]+)/status(?:es)?/(\d+)")
_SHORT: Final = """
t.co bit.ly tinyurl.com goo.gl ow.ly buff.ly dlvr.it ift.tt fb.me is.gd trib.al lnkd.in wp.me tmblr.co j.mp cutt.ly
rb.gy shar.es owl.li su.pr ebx.sh urlz.fr zpr.io dld.bz feedproxy.google.com t.ly spr.ly adf.ly shorturl.at po.st
"""
SHORTENERS: Final = frozenset(_SHORT.split())
"""Hosts whose links say nothing of where they lead; each sharing makes another one."""


def links(text: str) -> list[str]:
    """The first links in a text, without the signs of the sentence that they end.

    >>> links("Lire (https://news.example/a_(b)), et https://x.example/c.")
    ['https://news.example/a_(b)', 'https://x.example/c']
    """
    found = []
    for match in _LINK.finditer(text):
        if match.group().endswith(_CUT):
            continue
        link = match.group().rstrip(_AFTER)
        while link.endswith((")", "]")) and link.count(link[-1]) > link.count("(" if link[-1] == ")" else "["):
            link = link[:-1].rstrip(_AFTER)
        found.append(link)
        if len(found) == _MOST:
            break
    return found


def canonical(link: str) -> str:
    """One spelling of a link: no scheme, `www.`, phone or AMP edition, tracking parameters, fragment or final slash.

    >>> canonical("https://www.News.example/panne/?utm_source=x&id=4#top")
    'news.example/panne?id=4'
    >>> canonical("https://www.google.com/amp/s/amp.news.example/panne/amp/")
    'news.example/panne'
    >>> canonical("https://youtu.be/dQw4w9WgXcQ?si=x&t=9"), canonical("https://m.youtube.com/watch?v=dQw4w9WgXcQ")
    ('youtube.com/watch?v=dQw4w9WgXcQ', 'youtube.com/watch?v=dQw4w9WgXcQ')
    """
    try:
        parts = _uncached(urlsplit(link))
        host, port = _host(parts.hostname or ""), parts.port
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:  # a broken IPv6 address or port: the text of the link itself will do
        return link
    path = _path(parts.path)
    known = _known(host, path, dict(query))
    if known is not None:
        return known
    kept = sorted((key, value) for key, value in query if not _TRACKING.fullmatch(key))
    tail = "?" + urlencode(kept, errors="replace") if kept else ""
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    return place + path + tail


def tells(canonical_link: str) -> bool:
    """Whether a canonical link says by itself what it leads to: no front page, and no shortener.

    >>> [tells(link) for link in ("news.example/panne", "acme.example", "t.co/x1")]
    [True, False, False]
    """
    host, slash, path = canonical_link.partition("/")
    return bool((slash and path) or "?" in host) and host.partition("?")[0] not in SHORTENERS


def _uncached(parts: SplitResult) -> SplitResult:
    """The address of which a cache of AMP pages keeps a copy. Hostile ones are caches of caches, a thousand deep."""
    while _is_cache(_host(parts.hostname or "")) and (cached := _CACHED.match(parts.path)):
        parts = urlsplit(f"https://{parts.path[cached.end() :]}?{parts.query}")
    return parts


def _is_cache(host: str) -> bool:
    return host in ("google.com", "cdn.ampproject.org") or host.endswith(".cdn.ampproject.org")


def _host(host: str) -> str:
    host = host.lower().rstrip(".")
    previous = None
    while previous != host:
        previous, host = host, _SMALL_SCREEN.sub("", host)
    return "twitter.com" if host in ("x.com", "fxtwitter.com", "vxtwitter.com") else host


def _path(path: str) -> str:
    """The path without the marks of an AMP edition, and with one way to write its characters."""
    path = quote(unquote(path, errors="replace"), safe="/~!$&'()*+,;=:@", errors="replace")
    previous = None
    while previous != path:
        previous, path = path, _INDEX.sub("", _AMP_PATH.sub("", re.sub(r"//+", "/", path).rstrip("/")))
    return path


def _known(host: str, path: str, query: dict[str, str]) -> str | None:
    """Places that have several addresses for one thing."""
    if host == "youtu.be" and len(path) > 1:
        return f"youtube.com/watch?v={path[1:]}"
    if host == "youtube.com":
        video = _VIDEO.match(path)
        name = video.group(1) if video else query.get("v", "")
        return f"youtube.com/watch?v={name}" if name else None
    if host == "twitter.com" and (status := _STATUS.match(path)):
        return f"twitter.com/i/status/{status.group(1)}"
    if host == "redd.it" and len(path) > 1:
        return f"reddit.com/comments{path}"
    if host == "reddit.com" and (thread := re.match(r"^/(?:r/[^/]+/)?comments/(\w+)", path)):
        return f"reddit.com/comments/{thread.group(1)}"
    return None

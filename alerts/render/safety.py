"""Hostile text made harmless: what the public wrote is shown, and never obeyed."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

_BIDI: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C])
_ZALGO: Final = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)
_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_GAP: Final = re.compile(r"[^\S\u00a0\u202f]+")  # unbreakable spaces are typography, and stay
_SCHEME: Final = re.compile(r"(h)tt(ps?)(?=:)", re.IGNORECASE)
_DOTTED: Final = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2,})")
_OTHER_SCHEMES: Final = re.compile(r"(javascript|data|vbscript|file|mailto|tel|ftp)(?=:)", re.IGNORECASE)


def clean(text: str, limit: int = 280) -> str:
    """One line of at most `limit` characters, without control characters, escapes, or text that turns the line around.

    >>> clean("a\\x1b[31m\\n\\n b\\u202e")
    'a b'
    >>> clean("abcdef", 4)
    'abc…'
    """
    text = _ANSI.sub("", text[: limit * 8]).translate(_BIDI)
    kept = "".join(c if c.isprintable() or c.isspace() or _joins(c) else "" for c in text)
    kept = _ZALGO.sub(r"\1", _GAP.sub(" ", kept).strip())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def statement(text: str, limit: int = 1_500, lines: int = 60) -> str:
    """A text in lines, at most `lines`: each cleaned like any other, empty ones at both ends gone.

    >>> statement("We know.\\n\\n\\x1b[2JWe look into it. ")
    'We know.\\n\\nWe look into it.'
    """
    kept = "\n".join(_indented(line, limit) for line in text[: limit * 8].splitlines()[:lines]).strip("\n")
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def _indented(line: str, limit: int) -> str:
    kept = clean(line, limit)
    return " " * min(12, len(line) - len(line.lstrip(" "))) + kept if kept else ""


def _joins(char: str) -> bool:
    """Zero-width joiners and the like hold emoji and Persian together; they are format characters, not controls."""
    return unicodedata.category(char) == "Cf" and char in "\u200c\u200d\u200e\u200f"


def web_url(url: str | None) -> str | None:
    """`url` if it is a plain http(s) address that can stand in a link, with what could break out of it encoded.

    >>> web_url("javascript:alert(1)") is None
    True
    >>> web_url("https://example.org/a|b>c")
    'https://example.org/a%7Cb%3Ec'
    """
    if url is None or len(url) > 2_000 or any(ord(c) <= 0x20 or ord(c) == 0x7F for c in url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return None
    return quote(url, safe=":/?#[]@!$&()*+,;=%-._~", errors="replace") if usable else None


def host(url: str) -> str:
    """The host of an address that `web_url` has passed; in ASCII, so that no look-alike letters pass for others.

    >>> host("https://User.Example:8443/x")
    'user.example'
    """
    name = urlsplit(url).hostname or ""
    return name if len(name) <= 60 else "…" + name[-59:]


def defang(text: str) -> str:
    """Text in which no mail program finds a link.

    >>> defang("see https://evil.example/x or evil.example")
    'see hxxps://evil[.]example/x or evil[.]example'
    """
    text = _SCHEME.sub(r"\1xx\2", text)
    text = _OTHER_SCHEMES.sub(r"\1 ", text)
    return _DOTTED.sub("[.]", text).replace("@", "@\u2060")

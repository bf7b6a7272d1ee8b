"""The domains that a text links to, spelled so that a domain and all below it are found by one pattern."""

import re
from collections.abc import Iterator
from typing import Final

_ADDRESS: Final = re.compile(
    r"https?://(?P<authority>[^\s<>\"“”«»/?#\\]+)(?P<path>[^\s<>\"“”«»]*)"
    # Without a scheme: `acme.com/offers`; but no mail address, no handle, and nothing inside another address.
    r"|(?<![\w@./:-])(?P<bare>(?:[\w-]{1,63}\.){1,8}[\w-]{2,63})(?![\w@-])(?!\.\.)(?:[/:?#]\S*)?",
    re.IGNORECASE,
)
_HOST: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})+")
_CUT: Final = ("...", "…")


def domain_pattern(host: str) -> str | None:
    """What is found in a line of `spelled_sites` where it has this host or one below it; None: this is no host.

    >>> domain_pattern("Acme.com"), domain_pattern("acme")
    (' //com.acme.', None)
    """
    host = host.lower().strip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:  # too long a label, or signs that no domain may have
            return None
    if _HOST.fullmatch(host) is None:
        return None
    return f" //{'.'.join(reversed(host.split('.')))}."


def spelled_sites(text: str, url: str | None = None) -> str:
    """The hosts of a text's links and of its own address, each read backwards, with a space before and after.

    >>> spelled_sites("voir https://Shop.acme.com/x, ou acme.fr (jean@acme.org)")
    ' //com.acme.shop. //fr.acme. '
    """
    found = dict.fromkeys(pattern for host in _hosts(text, url) if (pattern := domain_pattern(host)))
    return "".join(found) + " " if found else ""


def _hosts(text: str, url: str | None) -> Iterator[str]:
    for part in (*(text.split() if "." in text else ()), url or ""):
        if not 0 <= part.find(".") < len(part) - 1:  # most words have no dot, or one at their end
            continue
        for match in _ADDRESS.finditer(part):
            bare, authority = match["bare"], match["authority"]
            if bare is not None:
                yield bare
            elif match["path"] or not authority.endswith(_CUT):  # the text was cut off inside the domain
                yield authority.rpartition("@")[2].partition(":")[0].rstrip(".,;!'’)]*_~")
